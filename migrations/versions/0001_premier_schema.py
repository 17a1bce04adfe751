"""Premier schema"""

import sqlalchemy as sa
from advanced_alchemy.types import DateTimeUTC
from alembic import op


revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "commune",
        sa.Column("code", sa.String(length=5), nullable=False),
        sa.Column("nom", sa.String(length=80), nullable=False),
        sa.Column("departement", sa.String(length=3), nullable=False),
        sa.Column("codes_postaux", sa.String(length=400), nullable=False),
        sa.Column("recherche", sa.String(length=80), nullable=False),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_commune")),
    )
    with op.batch_alter_table("commune", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_commune_recherche"), ["recherche"], unique=False
        )

    op.create_table(
        "formation",
        sa.Column("code", sa.String(length=32), nullable=False),
        sa.Column("libelle", sa.String(length=160), nullable=False),
        sa.Column(
            "nature",
            sa.Enum(
                "DES",
                "OPTION",
                "FST",
                name="nature",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("filiere", sa.String(length=20), nullable=False),
        sa.Column("discipline", sa.String(length=60), nullable=False),
        sa.Column("des_code", sa.String(length=32), nullable=True),
        sa.Column("savoir_faire", sa.JSON(), nullable=False),
        sa.Column("actif", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_formation")),
    )
    op.create_table(
        "motif",
        sa.Column("code", sa.String(length=16), nullable=False),
        sa.Column("contexte", sa.String(length=32), nullable=False),
        sa.Column("libelle", sa.String(length=200), nullable=False),
        sa.Column("commentaire_obligatoire", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_motif")),
    )
    with op.batch_alter_table("motif", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_motif_contexte"), ["contexte"], unique=False
        )

    op.create_table(
        "personne",
        sa.Column(
            "id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=True,
            nullable=False,
        ),
        sa.Column("prenom", sa.String(length=120), nullable=False),
        sa.Column("nom", sa.String(length=120), nullable=False),
        sa.Column("rpps", sa.String(length=11), nullable=True),
        sa.Column("email", sa.String(length=254), nullable=True),
        sa.Column("telephone", sa.String(length=30), nullable=True),
        sa.Column("recherche", sa.String(length=300), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_personne")),
        sa.UniqueConstraint("rpps", name=op.f("uq_personne_rpps")),
    )
    with op.batch_alter_table("personne", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_personne_recherche"), ["recherche"], unique=False
        )

    op.create_table(
        "praticien",
        sa.Column("rpps", sa.String(length=11), nullable=False),
        sa.Column("nom", sa.String(length=120), nullable=False),
        sa.Column("prenom", sa.String(length=120), nullable=False),
        sa.Column("profession", sa.String(length=4), nullable=False),
        sa.Column("categorie", sa.String(length=2), nullable=False),
        sa.Column("savoir_faire", sa.JSON(), nullable=False),
        sa.Column("actif", sa.Boolean(), nullable=False),
        sa.Column("registre_date", sa.Date(), nullable=False),
        sa.Column("recherche", sa.String(length=260), nullable=False),
        sa.PrimaryKeyConstraint("rpps", name=op.f("pk_praticien")),
    )
    with op.batch_alter_table("praticien", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_praticien_recherche"), ["recherche"], unique=False
        )

    op.create_table(
        "subdivision",
        sa.Column("code", sa.String(length=32), nullable=False),
        sa.Column("libelle", sa.String(length=80), nullable=False),
        sa.Column("region", sa.String(length=120), nullable=False),
        sa.Column("chu", sa.String(length=200), nullable=False),
        sa.Column("ufr", sa.String(length=200), nullable=False),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_subdivision")),
    )
    op.create_table(
        "type_etablissement",
        sa.Column("code", sa.String(length=32), nullable=False),
        sa.Column("libelle", sa.String(length=120), nullable=False),
        sa.Column("famille", sa.String(length=60), nullable=False),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_type_etablissement")),
    )
    op.create_table(
        "campagne",
        sa.Column(
            "id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=True,
            nullable=False,
        ),
        sa.Column("libelle", sa.String(length=120), nullable=False),
        sa.Column("subdivision", sa.String(length=32), nullable=False),
        sa.Column("ouverture", sa.Date(), nullable=False),
        sa.Column("cloture_depot", sa.Date(), nullable=False),
        sa.Column("cloture_complements", sa.Date(), nullable=False),
        sa.Column("cloture_avis", sa.Date(), nullable=False),
        sa.Column("publication", sa.Date(), nullable=True),
        sa.Column("debut_agrements", sa.Date(), nullable=False),
        sa.Column("notice", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "ouverture <= cloture_depot AND cloture_depot <= cloture_complements AND cloture_complements <= cloture_avis",
            name=op.f("ck_campagne_dates"),
        ),
        sa.ForeignKeyConstraint(
            ["subdivision"], ["subdivision.code"], name=op.f("fk_campagne_subdivision")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_campagne")),
    )
    with op.batch_alter_table("campagne", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_campagne_subdivision"), ["subdivision"], unique=False
        )

    op.create_table(
        "etablissement",
        sa.Column(
            "id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=True,
            nullable=False,
        ),
        sa.Column("finess", sa.String(length=9), nullable=True),
        sa.Column("finess_ej", sa.String(length=9), nullable=True),
        sa.Column("siret", sa.String(length=14), nullable=True),
        sa.Column("raison_sociale", sa.String(length=200), nullable=False),
        sa.Column("type_code", sa.String(length=32), nullable=False),
        sa.Column("adresse", sa.String(length=200), nullable=False),
        sa.Column("code_postal", sa.String(length=5), nullable=False),
        sa.Column("ville", sa.String(length=80), nullable=False),
        sa.Column("code_insee", sa.String(length=5), nullable=False),
        sa.Column("departement", sa.String(length=3), nullable=False),
        sa.Column(
            "origine",
            sa.Enum(
                "REGISTRE",
                "LOCAL",
                name="origine",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("registre", sa.String(length=80), nullable=False),
        sa.Column("registre_date", sa.Date(), nullable=True),
        sa.Column("actif", sa.Boolean(), nullable=False),
        sa.Column("recherche", sa.String(length=500), nullable=False),
        sa.ForeignKeyConstraint(
            ["type_code"],
            ["type_etablissement.code"],
            name=op.f("fk_etablissement_type_code"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_etablissement")),
        sa.UniqueConstraint("finess", name=op.f("uq_etablissement_finess")),
    )
    with op.batch_alter_table("etablissement", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_etablissement_departement"), ["departement"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_etablissement_recherche"), ["recherche"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_etablissement_siret"), ["siret"], unique=False
        )

    op.create_table(
        "fonction",
        sa.Column(
            "id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=True,
            nullable=False,
        ),
        sa.Column(
            "personne_id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            nullable=False,
        ),
        sa.Column(
            "role",
            sa.Enum(
                "RTS",
                "SCOL",
                "COORD",
                "REP",
                "MEMBRE",
                "PRES",
                "ARS",
                "ADMIN",
                name="role",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("subdivisions", sa.JSON(), nullable=False),
        sa.Column("formations", sa.JSON(), nullable=False),
        sa.Column("debut", sa.Date(), nullable=False),
        sa.Column("fin", sa.Date(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "fin IS NULL OR fin >= debut", name=op.f("ck_fonction_dates")
        ),
        sa.ForeignKeyConstraint(
            ["personne_id"], ["personne.id"], name=op.f("fk_fonction_personne_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_fonction")),
    )
    with op.batch_alter_table("fonction", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_fonction_personne_id"), ["personne_id"], unique=False
        )

    op.create_table(
        "identite",
        sa.Column(
            "id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=True,
            nullable=False,
        ),
        sa.Column(
            "personne_id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            nullable=False,
        ),
        sa.Column("iss", sa.String(length=300), nullable=False),
        sa.Column("sub", sa.String(length=300), nullable=False),
        sa.Column("vu", DateTimeUTC(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["personne_id"], ["personne.id"], name=op.f("fk_identite_personne_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_identite")),
        sa.UniqueConstraint("iss", "sub", name=op.f("uq_identite_iss_sub")),
    )
    with op.batch_alter_table("identite", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_identite_personne_id"), ["personne_id"], unique=False
        )

    op.create_table(
        "invitation",
        sa.Column("jeton_hash", sa.String(length=64), nullable=False),
        sa.Column(
            "personne_id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            nullable=False,
        ),
        sa.Column(
            "par_id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            nullable=False,
        ),
        sa.Column("cree", DateTimeUTC(timezone=True), nullable=False),
        sa.Column("expire", DateTimeUTC(timezone=True), nullable=False),
        sa.Column("acceptee", DateTimeUTC(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["par_id"], ["personne.id"], name=op.f("fk_invitation_par_id")
        ),
        sa.ForeignKeyConstraint(
            ["personne_id"], ["personne.id"], name=op.f("fk_invitation_personne_id")
        ),
        sa.PrimaryKeyConstraint("jeton_hash", name=op.f("pk_invitation")),
    )
    with op.batch_alter_table("invitation", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_invitation_personne_id"), ["personne_id"], unique=False
        )

    op.create_table(
        "journal",
        sa.Column(
            "id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=True,
            nullable=False,
        ),
        sa.Column("quand", DateTimeUTC(timezone=True), nullable=False),
        sa.Column(
            "auteur_id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            nullable=True,
        ),
        sa.Column("auteur", sa.String(length=200), nullable=False),
        sa.Column("action", sa.String(length=64), nullable=False),
        sa.Column("sujet", sa.String(length=32), nullable=False),
        sa.Column(
            "sujet_id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            nullable=False,
        ),
        sa.Column(
            "demande_id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            nullable=True,
        ),
        sa.Column(
            "ligne_id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            nullable=True,
        ),
        sa.Column("avant", sa.JSON(), nullable=True),
        sa.Column("apres", sa.JSON(), nullable=True),
        sa.Column("motif", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["auteur_id"], ["personne.id"], name=op.f("fk_journal_auteur_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_journal")),
    )
    with op.batch_alter_table("journal", schema=None) as batch_op:
        batch_op.create_index("ix_journal_demande", ["demande_id", "id"], unique=False)
        batch_op.create_index(
            "ix_journal_sujet", ["sujet", "sujet_id", "id"], unique=False
        )

    op.create_table(
        "preference",
        sa.Column(
            "personne_id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            nullable=False,
        ),
        sa.Column("tableau", sa.String(length=32), nullable=False),
        sa.Column("valeur", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["personne_id"], ["personne.id"], name=op.f("fk_preference_personne_id")
        ),
        sa.PrimaryKeyConstraint("personne_id", "tableau", name=op.f("pk_preference")),
    )
    op.create_table(
        "seance",
        sa.Column(
            "id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=True,
            nullable=False,
        ),
        sa.Column("libelle", sa.String(length=120), nullable=False),
        sa.Column("subdivision", sa.String(length=32), nullable=False),
        sa.Column("quand", DateTimeUTC(timezone=True), nullable=False),
        sa.Column("lieu", sa.String(length=200), nullable=False),
        sa.Column(
            "statut",
            sa.Enum(
                "PLANIFIEE",
                "OUVERTE",
                "CLOSE",
                "PUBLIEE",
                name="statutseance",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column(
            "president_id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            nullable=True,
        ),
        sa.Column("quorum", sa.Integer(), nullable=True),
        sa.Column("votants", sa.Integer(), nullable=True),
        sa.Column("sans_quorum", sa.Boolean(), nullable=False),
        sa.Column("ouverte_le", DateTimeUTC(timezone=True), nullable=True),
        sa.Column("close_le", DateTimeUTC(timezone=True), nullable=True),
        sa.Column("publiee_le", DateTimeUTC(timezone=True), nullable=True),
        sa.Column("note", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "statut = 'PLANIFIEE' OR (ouverte_le IS NOT NULL AND quorum IS NOT NULL)",
            name=op.f("ck_seance_ouverte"),
        ),
        sa.ForeignKeyConstraint(
            ["president_id"], ["personne.id"], name=op.f("fk_seance_president_id")
        ),
        sa.ForeignKeyConstraint(
            ["subdivision"], ["subdivision.code"], name=op.f("fk_seance_subdivision")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_seance")),
    )
    with op.batch_alter_table("seance", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_seance_subdivision"), ["subdivision"], unique=False
        )

    op.create_table(
        "session_web",
        sa.Column("id_hash", sa.String(length=64), nullable=False),
        sa.Column(
            "personne_id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            nullable=False,
        ),
        sa.Column("fournisseur", sa.String(length=40), nullable=False),
        sa.Column("id_token", sa.Text(), nullable=False),
        sa.Column("cree", DateTimeUTC(timezone=True), nullable=False),
        sa.Column("vu", DateTimeUTC(timezone=True), nullable=False),
        sa.Column("expire", DateTimeUTC(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["personne_id"], ["personne.id"], name=op.f("fk_session_web_personne_id")
        ),
        sa.PrimaryKeyConstraint("id_hash", name=op.f("pk_session_web")),
    )
    with op.batch_alter_table("session_web", schema=None) as batch_op:
        batch_op.create_index("ix_session_web_personne", ["personne_id"], unique=False)

    op.create_table(
        "campagne_formation",
        sa.Column(
            "campagne_id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            nullable=False,
        ),
        sa.Column("formation", sa.String(length=32), nullable=False),
        sa.ForeignKeyConstraint(
            ["campagne_id"],
            ["campagne.id"],
            name=op.f("fk_campagne_formation_campagne_id"),
        ),
        sa.ForeignKeyConstraint(
            ["formation"],
            ["formation.code"],
            name=op.f("fk_campagne_formation_formation"),
        ),
        sa.PrimaryKeyConstraint(
            "campagne_id", "formation", name=op.f("pk_campagne_formation")
        ),
    )
    op.create_table(
        "presence",
        sa.Column(
            "seance_id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            nullable=False,
        ),
        sa.Column(
            "personne_id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            nullable=False,
        ),
        sa.Column("role", sa.String(length=16), nullable=False),
        sa.ForeignKeyConstraint(
            ["personne_id"], ["personne.id"], name=op.f("fk_presence_personne_id")
        ),
        sa.ForeignKeyConstraint(
            ["seance_id"], ["seance.id"], name=op.f("fk_presence_seance_id")
        ),
        sa.PrimaryKeyConstraint("seance_id", "personne_id", name=op.f("pk_presence")),
    )
    op.create_table(
        "seance_formation",
        sa.Column(
            "seance_id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            nullable=False,
        ),
        sa.Column("formation", sa.String(length=32), nullable=False),
        sa.ForeignKeyConstraint(
            ["formation"],
            ["formation.code"],
            name=op.f("fk_seance_formation_formation"),
        ),
        sa.ForeignKeyConstraint(
            ["seance_id"], ["seance.id"], name=op.f("fk_seance_formation_seance_id")
        ),
        sa.PrimaryKeyConstraint(
            "seance_id", "formation", name=op.f("pk_seance_formation")
        ),
    )
    op.create_table(
        "terrain",
        sa.Column(
            "id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=True,
            nullable=False,
        ),
        sa.Column("numero", sa.Integer(), nullable=False),
        sa.Column("libelle", sa.String(length=200), nullable=False),
        sa.Column(
            "etablissement_id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            nullable=True,
        ),
        sa.Column("titulaire_rpps", sa.String(length=11), nullable=True),
        sa.Column("adresse", sa.String(length=200), nullable=False),
        sa.Column("code_postal", sa.String(length=5), nullable=False),
        sa.Column("ville", sa.String(length=80), nullable=False),
        sa.Column("description", sa.Text(), nullable=False),
        sa.Column("actif", sa.Boolean(), nullable=False),
        sa.Column("recherche", sa.String(length=400), nullable=False),
        sa.ForeignKeyConstraint(
            ["etablissement_id"],
            ["etablissement.id"],
            name=op.f("fk_terrain_etablissement_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_terrain")),
        sa.UniqueConstraint("numero", name=op.f("uq_terrain_numero")),
    )
    with op.batch_alter_table("terrain", schema=None) as batch_op:
        batch_op.create_index(
            "ix_terrain_etablissement", ["etablissement_id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_terrain_recherche"), ["recherche"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_terrain_titulaire_rpps"), ["titulaire_rpps"], unique=False
        )

    op.create_table(
        "agrement",
        sa.Column(
            "id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=True,
            nullable=False,
        ),
        sa.Column("rpps", sa.String(length=11), nullable=False),
        sa.Column(
            "terrain_id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            nullable=False,
        ),
        sa.Column("subdivision", sa.String(length=32), nullable=False),
        sa.Column("formation", sa.String(length=32), nullable=False),
        sa.Column(
            "type",
            sa.Enum(
                "PRINCIPAL",
                "COMPLEMENTAIRE",
                "FONCTIONNEL",
                name="typeagrement",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("phases", sa.String(length=3), nullable=False),
        sa.Column("debut", sa.Date(), nullable=False),
        sa.Column("fin", sa.Date(), nullable=False),
        sa.Column(
            "statut",
            sa.Enum(
                "PROPOSE",
                "ACTIF",
                "ECHU",
                "SUSPENDU",
                "RETIRE",
                "CADUC",
                "REMPLACE",
                name="statutagrement",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column(
            "ligne_id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            nullable=True,
        ),
        sa.Column("arrete", sa.String(length=80), nullable=True),
        sa.CheckConstraint("fin >= debut", name=op.f("ck_agrement_dates")),
        sa.ForeignKeyConstraint(
            ["formation"], ["formation.code"], name=op.f("fk_agrement_formation")
        ),
        sa.ForeignKeyConstraint(
            ["subdivision"], ["subdivision.code"], name=op.f("fk_agrement_subdivision")
        ),
        sa.ForeignKeyConstraint(
            ["terrain_id"], ["terrain.id"], name=op.f("fk_agrement_terrain_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_agrement")),
        sa.UniqueConstraint("ligne_id", name=op.f("uq_agrement_ligne_id")),
    )
    with op.batch_alter_table("agrement", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_agrement_subdivision"), ["subdivision"], unique=False
        )
        batch_op.create_index(
            "ix_agrement_terrain", ["terrain_id", "formation"], unique=False
        )
        batch_op.create_index(
            "ix_agrement_titulaire", ["rpps", "formation"], unique=False
        )

    op.create_table(
        "demande",
        sa.Column(
            "id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=True,
            nullable=False,
        ),
        sa.Column(
            "campagne_id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            nullable=False,
        ),
        sa.Column("subdivision", sa.String(length=32), nullable=False),
        sa.Column("rpps", sa.String(length=11), nullable=False),
        sa.Column("prenom", sa.String(length=120), nullable=False),
        sa.Column("nom", sa.String(length=120), nullable=False),
        sa.Column("email", sa.String(length=254), nullable=False),
        sa.Column("telephone", sa.String(length=30), nullable=False),
        sa.Column(
            "type",
            sa.Enum(
                "NOUVEAU",
                "RENOUVELLEMENT",
                "CHANGEMENT_RTS",
                "EXTENSION_PHASE",
                "COMPLEMENT",
                "REEXAMEN",
                "DEROGATION",
                name="typedemande",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column(
            "statut",
            sa.Enum(
                "EN_SAISIE",
                "EN_VALIDATION",
                "VALIDE_ADMIN",
                "REFUSE",
                "ACCEPTE",
                name="statut",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column(
            "origine_refus",
            sa.Enum(
                "SCOLARITE",
                "COMMISSION",
                name="originerefus",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=True,
        ),
        sa.Column("motif_refus", sa.Text(), nullable=True),
        sa.Column(
            "choix",
            sa.Enum(
                "REGISTRE",
                "CABINET",
                "ABSENT",
                name="choix",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=True,
        ),
        sa.Column(
            "etablissement_id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            nullable=True,
        ),
        sa.Column("saisie_siret", sa.String(length=14), nullable=False),
        sa.Column("saisie_raison_sociale", sa.String(length=200), nullable=False),
        sa.Column("saisie_adresse", sa.String(length=200), nullable=False),
        sa.Column("saisie_code_postal", sa.String(length=5), nullable=False),
        sa.Column("saisie_ville", sa.String(length=80), nullable=False),
        sa.Column(
            "terrain_id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            nullable=True,
        ),
        sa.Column("saisie_terrain", sa.String(length=200), nullable=False),
        sa.Column("saisie_terrain_description", sa.Text(), nullable=False),
        sa.Column("capacite", sa.Integer(), nullable=True),
        sa.Column("projet", sa.Text(), nullable=False),
        sa.Column("justification", sa.Text(), nullable=False),
        sa.Column(
            "validation_rts",
            sa.Enum(
                "NON_VALIDE",
                "AUTO",
                "MANUEL",
                "INVALIDE",
                name="validation_rts",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column(
            "validation_etablissement",
            sa.Enum(
                "NON_VALIDE",
                "AUTO",
                "MANUEL",
                "INVALIDE",
                name="validation_etablissement",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column(
            "validation_terrain",
            sa.Enum(
                "NON_VALIDE",
                "AUTO",
                "MANUEL",
                "INVALIDE",
                name="validation_terrain",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("depots", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("creee_le", DateTimeUTC(timezone=True), nullable=False),
        sa.Column("soumise_le", DateTimeUTC(timezone=True), nullable=True),
        sa.Column("validee_le", DateTimeUTC(timezone=True), nullable=True),
        sa.Column("supprimee_le", DateTimeUTC(timezone=True), nullable=True),
        sa.Column("origine", sa.String(length=16), nullable=False),
        sa.CheckConstraint(
            "statut <> 'REFUSE' OR (origine_refus IS NOT NULL AND motif_refus IS NOT NULL)",
            name=op.f("ck_demande_refus"),
        ),
        sa.CheckConstraint(
            "statut = 'EN_SAISIE' OR soumise_le IS NOT NULL",
            name=op.f("ck_demande_soumise"),
        ),
        sa.ForeignKeyConstraint(
            ["campagne_id"], ["campagne.id"], name=op.f("fk_demande_campagne_id")
        ),
        sa.ForeignKeyConstraint(
            ["etablissement_id"],
            ["etablissement.id"],
            name=op.f("fk_demande_etablissement_id"),
        ),
        sa.ForeignKeyConstraint(
            ["subdivision"], ["subdivision.code"], name=op.f("fk_demande_subdivision")
        ),
        sa.ForeignKeyConstraint(
            ["terrain_id"], ["terrain.id"], name=op.f("fk_demande_terrain_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_demande")),
    )
    with op.batch_alter_table("demande", schema=None) as batch_op:
        batch_op.create_index(
            "ix_demande_campagne", ["campagne_id", "statut"], unique=False
        )
        batch_op.create_index("ix_demande_rpps", ["rpps", "statut"], unique=False)

    op.create_table(
        "ligne",
        sa.Column(
            "id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=True,
            nullable=False,
        ),
        sa.Column(
            "demande_id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            nullable=False,
        ),
        sa.Column("rang", sa.Integer(), nullable=False),
        sa.Column(
            "ordre",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            nullable=False,
        ),
        sa.Column("formation", sa.String(length=32), nullable=False),
        sa.Column(
            "type",
            sa.Enum(
                "PRINCIPAL",
                "COMPLEMENTAIRE",
                "FONCTIONNEL",
                name="typeagrement",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("phases", sa.String(length=3), nullable=False),
        sa.Column(
            "moment",
            sa.Enum(
                "SAISIE",
                "VALIDATION",
                "REFUS_SCOLARITE",
                "AVANT_SEANCE",
                "SEANCE_OUVERTE",
                "CLOSE",
                "PUBLIEE",
                "SUPPRIMEE",
                name="moment",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column(
            "seance_id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            nullable=True,
        ),
        sa.Column(
            "ajournee_par",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            nullable=True,
        ),
        sa.Column("stamp", sa.Integer(), nullable=False),
        sa.Column("subdivision", sa.String(length=32), nullable=False),
        sa.Column(
            "statut",
            sa.Enum(
                "EN_SAISIE",
                "EN_VALIDATION",
                "VALIDE_ADMIN",
                "REFUSE",
                "ACCEPTE",
                name="statut",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("rpps", sa.String(length=11), nullable=False),
        sa.Column("prenom", sa.String(length=120), nullable=False),
        sa.Column("nom", sa.String(length=120), nullable=False),
        sa.Column(
            "type_demande",
            sa.Enum(
                "NOUVEAU",
                "RENOUVELLEMENT",
                "CHANGEMENT_RTS",
                "EXTENSION_PHASE",
                "COMPLEMENT",
                "REEXAMEN",
                "DEROGATION",
                name="typedemande",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("ville", sa.String(length=80), nullable=False),
        sa.Column("etablissement", sa.String(length=200), nullable=False),
        sa.Column("type_etablissement", sa.String(length=32), nullable=False),
        sa.Column("terrain", sa.String(length=200), nullable=False),
        sa.Column(
            "validation_rts",
            sa.Enum(
                "NON_VALIDE",
                "AUTO",
                "MANUEL",
                "INVALIDE",
                name="validation_rts",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column(
            "validation_etablissement",
            sa.Enum(
                "NON_VALIDE",
                "AUTO",
                "MANUEL",
                "INVALIDE",
                name="validation_etablissement",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column(
            "validation_terrain",
            sa.Enum(
                "NON_VALIDE",
                "AUTO",
                "MANUEL",
                "INVALIDE",
                name="validation_terrain",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("tri_personne", sa.String(length=260), nullable=False),
        sa.Column("tri_ville", sa.String(length=80), nullable=False),
        sa.Column("tri_etablissement", sa.String(length=200), nullable=False),
        sa.Column("tri_terrain", sa.String(length=200), nullable=False),
        sa.ForeignKeyConstraint(
            ["demande_id"], ["demande.id"], name=op.f("fk_ligne_demande_id")
        ),
        sa.ForeignKeyConstraint(
            ["formation"], ["formation.code"], name=op.f("fk_ligne_formation")
        ),
        sa.ForeignKeyConstraint(
            ["subdivision"], ["subdivision.code"], name=op.f("fk_ligne_subdivision")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ligne")),
        sa.UniqueConstraint("demande_id", "formation", name="uq_ligne_formation"),
        sa.UniqueConstraint("ordre", name="uq_ligne_ordre"),
    )
    with op.batch_alter_table("ligne", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_ligne_demande_id"), ["demande_id"], unique=False
        )
        batch_op.create_index(
            "ix_ligne_formation",
            ["subdivision", "formation", "statut", "ordre"],
            unique=False,
        )
        batch_op.create_index(
            "ix_ligne_n_formation", ["formation", "statut", "ordre"], unique=False
        )
        batch_op.create_index("ix_ligne_n_statut", ["statut", "ordre"], unique=False)
        batch_op.create_index("ix_ligne_rpps", ["rpps", "ordre"], unique=False)
        batch_op.create_index("ix_ligne_seance", ["seance_id", "ordre"], unique=False)
        batch_op.create_index(
            "ix_ligne_statut", ["subdivision", "statut", "ordre"], unique=False
        )
        batch_op.create_index(
            "ix_ligne_subdivision", ["subdivision", "ordre"], unique=False
        )

    op.create_table(
        "piece",
        sa.Column(
            "id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=True,
            nullable=False,
        ),
        sa.Column(
            "demande_id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            nullable=False,
        ),
        sa.Column("nom", sa.String(length=200), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("taille", sa.Integer(), nullable=False),
        sa.Column("quand", DateTimeUTC(timezone=True), nullable=False),
        sa.Column("retiree", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["demande_id"], ["demande.id"], name=op.f("fk_piece_demande_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_piece")),
    )
    with op.batch_alter_table("piece", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_piece_demande_id"), ["demande_id"], unique=False
        )

    op.create_table(
        "retour",
        sa.Column(
            "id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=True,
            nullable=False,
        ),
        sa.Column(
            "demande_id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            nullable=False,
        ),
        sa.Column("motifs", sa.JSON(), nullable=False),
        sa.Column("commentaire", sa.Text(), nullable=False),
        sa.Column("echeance", sa.Date(), nullable=False),
        sa.Column(
            "par_id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            nullable=False,
        ),
        sa.Column("quand", DateTimeUTC(timezone=True), nullable=False),
        sa.Column("clos_le", DateTimeUTC(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["demande_id"], ["demande.id"], name=op.f("fk_retour_demande_id")
        ),
        sa.ForeignKeyConstraint(
            ["par_id"], ["personne.id"], name=op.f("fk_retour_par_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_retour")),
    )
    with op.batch_alter_table("retour", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_retour_demande_id"), ["demande_id"], unique=False
        )

    op.create_table(
        "version_dossier",
        sa.Column(
            "demande_id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            nullable=False,
        ),
        sa.Column("numero", sa.Integer(), nullable=False),
        sa.Column("contenu", sa.JSON(), nullable=False),
        sa.Column("comparaison", sa.JSON(), nullable=False),
        sa.Column("quand", DateTimeUTC(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["demande_id"], ["demande.id"], name=op.f("fk_version_dossier_demande_id")
        ),
        sa.PrimaryKeyConstraint(
            "demande_id", "numero", name=op.f("pk_version_dossier")
        ),
    )
    op.create_table(
        "avis_coordonnateur",
        sa.Column(
            "sens",
            sa.Enum(
                "ACCEPTE",
                "A_L_ETUDE",
                "REFUSE",
                name="sens",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("duree", sa.Integer(), nullable=True),
        sa.Column("phases", sa.String(length=3), nullable=False),
        sa.Column("motif", sa.String(length=16), nullable=True),
        sa.Column("motif_texte", sa.Text(), nullable=False),
        sa.Column("commentaire", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("quand", DateTimeUTC(timezone=True), nullable=False),
        sa.Column(
            "ligne_id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            nullable=False,
        ),
        sa.Column(
            "auteur_id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            nullable=False,
        ),
        sa.CheckConstraint(
            "sens <> 'REFUSE' OR (motif IS NOT NULL AND phases = '' AND duree IS NULL)",
            name=op.f("ck_avis_coordonnateur_refus"),
        ),
        sa.CheckConstraint(
            "duree IS NULL OR duree IN (1, 5)", name=op.f("ck_avis_coordonnateur_duree")
        ),
        sa.ForeignKeyConstraint(
            ["auteur_id"], ["personne.id"], name=op.f("fk_avis_coordonnateur_auteur_id")
        ),
        sa.ForeignKeyConstraint(
            ["ligne_id"], ["ligne.id"], name=op.f("fk_avis_coordonnateur_ligne_id")
        ),
        sa.PrimaryKeyConstraint("ligne_id", name=op.f("pk_avis_coordonnateur")),
    )
    op.create_table(
        "avis_representant",
        sa.Column(
            "sens",
            sa.Enum(
                "ACCEPTE",
                "A_L_ETUDE",
                "REFUSE",
                name="sens",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("duree", sa.Integer(), nullable=True),
        sa.Column("phases", sa.String(length=3), nullable=False),
        sa.Column("motif", sa.String(length=16), nullable=True),
        sa.Column("motif_texte", sa.Text(), nullable=False),
        sa.Column("commentaire", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("quand", DateTimeUTC(timezone=True), nullable=False),
        sa.Column(
            "ligne_id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            nullable=False,
        ),
        sa.Column(
            "auteur_id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            nullable=False,
        ),
        sa.CheckConstraint(
            "sens <> 'REFUSE' OR (motif IS NOT NULL AND phases = '' AND duree IS NULL)",
            name=op.f("ck_avis_representant_refus"),
        ),
        sa.CheckConstraint(
            "duree IS NULL OR duree IN (1, 5)", name=op.f("ck_avis_representant_duree")
        ),
        sa.ForeignKeyConstraint(
            ["auteur_id"], ["personne.id"], name=op.f("fk_avis_representant_auteur_id")
        ),
        sa.ForeignKeyConstraint(
            ["ligne_id"], ["ligne.id"], name=op.f("fk_avis_representant_ligne_id")
        ),
        sa.PrimaryKeyConstraint("ligne_id", name=op.f("pk_avis_representant")),
    )
    op.create_table(
        "decision",
        sa.Column(
            "source",
            sa.Enum(
                "SAISIE",
                "CONFIRMEE",
                name="source",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("avis_version", sa.Integer(), nullable=True),
        sa.Column(
            "sens",
            sa.Enum(
                "ACCEPTE",
                "A_L_ETUDE",
                "REFUSE",
                name="sens",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("duree", sa.Integer(), nullable=True),
        sa.Column("phases", sa.String(length=3), nullable=False),
        sa.Column("motif", sa.String(length=16), nullable=True),
        sa.Column("motif_texte", sa.Text(), nullable=False),
        sa.Column("commentaire", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("quand", DateTimeUTC(timezone=True), nullable=False),
        sa.Column(
            "ligne_id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            nullable=False,
        ),
        sa.Column(
            "auteur_id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            nullable=False,
        ),
        sa.CheckConstraint(
            "sens <> 'REFUSE' OR (motif IS NOT NULL AND phases = '' AND duree IS NULL)",
            name=op.f("ck_decision_refus"),
        ),
        sa.CheckConstraint(
            "duree IS NULL OR duree IN (1, 5)", name=op.f("ck_decision_duree")
        ),
        sa.ForeignKeyConstraint(
            ["auteur_id"], ["personne.id"], name=op.f("fk_decision_auteur_id")
        ),
        sa.ForeignKeyConstraint(
            ["ligne_id"], ["ligne.id"], name=op.f("fk_decision_ligne_id")
        ),
        sa.PrimaryKeyConstraint("ligne_id", name=op.f("pk_decision")),
    )


def downgrade() -> None:
    op.drop_table("decision")
    op.drop_table("avis_representant")
    op.drop_table("avis_coordonnateur")
    op.drop_table("version_dossier")
    with op.batch_alter_table("retour", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_retour_demande_id"))

    op.drop_table("retour")
    with op.batch_alter_table("piece", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_piece_demande_id"))

    op.drop_table("piece")
    with op.batch_alter_table("ligne", schema=None) as batch_op:
        batch_op.drop_index("ix_ligne_subdivision")
        batch_op.drop_index("ix_ligne_statut")
        batch_op.drop_index("ix_ligne_seance")
        batch_op.drop_index("ix_ligne_rpps")
        batch_op.drop_index("ix_ligne_n_statut")
        batch_op.drop_index("ix_ligne_n_formation")
        batch_op.drop_index("ix_ligne_formation")
        batch_op.drop_index(batch_op.f("ix_ligne_demande_id"))

    op.drop_table("ligne")
    with op.batch_alter_table("demande", schema=None) as batch_op:
        batch_op.drop_index("ix_demande_rpps")
        batch_op.drop_index("ix_demande_campagne")

    op.drop_table("demande")
    with op.batch_alter_table("agrement", schema=None) as batch_op:
        batch_op.drop_index("ix_agrement_titulaire")
        batch_op.drop_index("ix_agrement_terrain")
        batch_op.drop_index(batch_op.f("ix_agrement_subdivision"))

    op.drop_table("agrement")
    with op.batch_alter_table("terrain", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_terrain_titulaire_rpps"))
        batch_op.drop_index(batch_op.f("ix_terrain_recherche"))
        batch_op.drop_index("ix_terrain_etablissement")

    op.drop_table("terrain")
    op.drop_table("seance_formation")
    op.drop_table("presence")
    op.drop_table("campagne_formation")
    with op.batch_alter_table("session_web", schema=None) as batch_op:
        batch_op.drop_index("ix_session_web_personne")

    op.drop_table("session_web")
    with op.batch_alter_table("seance", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_seance_subdivision"))

    op.drop_table("seance")
    op.drop_table("preference")
    with op.batch_alter_table("journal", schema=None) as batch_op:
        batch_op.drop_index("ix_journal_sujet")
        batch_op.drop_index("ix_journal_demande")

    op.drop_table("journal")
    with op.batch_alter_table("invitation", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_invitation_personne_id"))

    op.drop_table("invitation")
    with op.batch_alter_table("identite", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_identite_personne_id"))

    op.drop_table("identite")
    with op.batch_alter_table("fonction", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_fonction_personne_id"))

    op.drop_table("fonction")
    with op.batch_alter_table("etablissement", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_etablissement_siret"))
        batch_op.drop_index(batch_op.f("ix_etablissement_recherche"))
        batch_op.drop_index(batch_op.f("ix_etablissement_departement"))

    op.drop_table("etablissement")
    with op.batch_alter_table("campagne", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_campagne_subdivision"))

    op.drop_table("campagne")
    op.drop_table("type_etablissement")
    op.drop_table("subdivision")
    with op.batch_alter_table("praticien", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_praticien_recherche"))

    op.drop_table("praticien")
    with op.batch_alter_table("personne", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_personne_recherche"))

    op.drop_table("personne")
    with op.batch_alter_table("motif", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_motif_contexte"))

    op.drop_table("motif")
    op.drop_table("formation")
    with op.batch_alter_table("commune", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_commune_recherche"))

    op.drop_table("commune")
