"""Registres"""

import sqlalchemy as sa
from advanced_alchemy.types import DateTimeUTC
from alembic import op


revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "registre",
        sa.Column(
            "code",
            sa.Enum(
                "RPPS",
                "FINESS",
                name="coderegistre",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("generation", sa.Integer(), nullable=False),
        sa.Column("date_registre", sa.Date(), nullable=False),
        sa.Column("lu_le", DateTimeUTC(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_registre")),
    )
    op.create_table(
        "registre_activite",
        sa.Column(
            "id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=True,
            nullable=False,
        ),
        sa.Column("generation", sa.Integer(), nullable=False),
        sa.Column("rpps", sa.String(length=11), nullable=False),
        sa.Column("mode", sa.String(length=2), nullable=False),
        sa.Column("secteur", sa.String(length=8), nullable=False),
        sa.Column("structure", sa.String(length=40), nullable=False),
        sa.Column("finess", sa.String(length=9), nullable=False),
        sa.Column("siret", sa.String(length=14), nullable=False),
        sa.Column("raison_sociale", sa.String(length=200), nullable=False),
        sa.Column("adresse", sa.String(length=200), nullable=False),
        sa.Column("code_postal", sa.String(length=10), nullable=False),
        sa.Column("ville", sa.String(length=80), nullable=False),
        sa.Column("code_insee", sa.String(length=5), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_registre_activite")),
    )
    with op.batch_alter_table("registre_activite", schema=None) as batch_op:
        batch_op.create_index(
            "ix_registre_activite_rpps", ["generation", "rpps"], unique=False
        )

    op.create_table(
        "registre_praticien",
        sa.Column("generation", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("rpps", sa.String(length=11), nullable=False),
        sa.Column("nom", sa.String(length=120), nullable=False),
        sa.Column("prenom", sa.String(length=120), nullable=False),
        sa.Column("profession", sa.String(length=4), nullable=False),
        sa.Column("categorie", sa.String(length=2), nullable=False),
        sa.Column("savoir_faire", sa.JSON(), nullable=False),
        sa.Column("empreinte", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint(
            "generation", "rpps", name=op.f("pk_registre_praticien")
        ),
    )
    op.create_table(
        "registre_site",
        sa.Column("generation", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("finess", sa.String(length=9), nullable=False),
        sa.Column("finess_ej", sa.String(length=9), nullable=False),
        sa.Column("siret", sa.String(length=14), nullable=True),
        sa.Column("raison_sociale", sa.String(length=200), nullable=False),
        sa.Column("raison_longue", sa.String(length=200), nullable=False),
        sa.Column("categorie", sa.String(length=8), nullable=False),
        sa.Column("type_code", sa.String(length=32), nullable=False),
        sa.Column("adresse", sa.String(length=200), nullable=False),
        sa.Column("code_postal", sa.String(length=5), nullable=False),
        sa.Column("ville", sa.String(length=80), nullable=False),
        sa.Column("code_insee", sa.String(length=5), nullable=False),
        sa.Column("departement", sa.String(length=3), nullable=False),
        sa.Column("ouvert", sa.Boolean(), nullable=False),
        sa.Column("ferme_le", sa.Date(), nullable=True),
        sa.Column("recherche", sa.String(length=500), nullable=False),
        sa.Column("empreinte", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("generation", "finess", name=op.f("pk_registre_site")),
    )
    with op.batch_alter_table("registre_site", schema=None) as batch_op:
        batch_op.create_index(
            "ix_registre_site_siret", ["generation", "siret"], unique=False
        )
        batch_op.create_index(
            "ix_registre_site_recherche", ["generation", "ouvert", "recherche", "finess"], unique=False
        )

    op.create_table(
        "import_registre",
        sa.Column(
            "id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=True,
            nullable=False,
        ),
        sa.Column(
            "registre",
            sa.Enum(
                "RPPS",
                "FINESS",
                name="coderegistre",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("generation", sa.Integer(), nullable=False),
        sa.Column("fichier", sa.String(length=200), nullable=False),
        sa.Column("date_registre", sa.Date(), nullable=True),
        sa.Column(
            "etat",
            sa.Enum(
                "EN_COURS",
                "FAIT",
                "REFUSE",
                "INTERROMPU",
                name="etatimport",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("rapport", sa.JSON(), nullable=False),
        sa.Column(
            "par_id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            nullable=True,
        ),
        sa.Column("commence_le", DateTimeUTC(timezone=True), nullable=False),
        sa.Column("vu_le", DateTimeUTC(timezone=True), nullable=False),
        sa.Column("fini_le", DateTimeUTC(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["par_id"], ["personne.id"], name=op.f("fk_import_registre_par_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_import_registre")),
    )
    with op.batch_alter_table("import_registre", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_import_registre_registre"), ["registre"], unique=False
        )

    op.create_table(
        "evenement_registre",
        sa.Column(
            "id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=True,
            nullable=False,
        ),
        sa.Column(
            "import_id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            nullable=False,
        ),
        sa.Column(
            "genre",
            sa.Enum(
                "DEPART",
                "FERMETURE",
                "RENOMMAGE",
                "DEMENAGEMENT",
                "RETOUR",
                name="genreevenement",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("rpps", sa.String(length=11), nullable=True),
        sa.Column(
            "etablissement_id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            nullable=True,
        ),
        sa.Column("avant", sa.JSON(), nullable=False),
        sa.Column("apres", sa.JSON(), nullable=False),
        sa.Column("quand", DateTimeUTC(timezone=True), nullable=False),
        sa.Column("traite_le", DateTimeUTC(timezone=True), nullable=True),
        sa.Column(
            "traite_par_id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            nullable=True,
        ),
        sa.Column("suite", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["etablissement_id"],
            ["etablissement.id"],
            name=op.f("fk_evenement_registre_etablissement_id"),
        ),
        sa.ForeignKeyConstraint(
            ["import_id"],
            ["import_registre.id"],
            name=op.f("fk_evenement_registre_import_id"),
        ),
        sa.ForeignKeyConstraint(
            ["traite_par_id"],
            ["personne.id"],
            name=op.f("fk_evenement_registre_traite_par_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_evenement_registre")),
    )
    with op.batch_alter_table("evenement_registre", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_evenement_registre_etablissement_id"),
            ["etablissement_id"],
            unique=False,
        )
        batch_op.create_index(
            batch_op.f("ix_evenement_registre_import_id"), ["import_id"], unique=False
        )
        batch_op.create_index(
            "ix_evenement_registre_ouvert", ["traite_le", "id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_evenement_registre_rpps"), ["rpps"], unique=False
        )


    op.create_table(
        "type_piece",
        sa.Column("code", sa.String(length=32), nullable=False),
        sa.Column("libelle", sa.String(length=200), nullable=False),
        sa.Column("obligatoire", sa.Boolean(), nullable=False),
        sa.Column("profils", sa.String(length=16), nullable=False),
        sa.Column("fournie_par", sa.String(length=8), nullable=False),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_type_piece")),
    )
    op.create_table(
        "campagne_piece",
        sa.Column("campagne_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("piece", sa.String(length=32), nullable=False),
        sa.Column("obligatoire", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["campagne_id"], ["campagne.id"], name=op.f("fk_campagne_piece_campagne_id")),
        sa.ForeignKeyConstraint(["piece"], ["type_piece.code"], name=op.f("fk_campagne_piece_piece")),
        sa.PrimaryKeyConstraint("campagne_id", "piece", name=op.f("pk_campagne_piece")),
    )
    with op.batch_alter_table("campagne", schema=None) as batch_op:
        batch_op.add_column(sa.Column("voie_bloquante", sa.Boolean(), nullable=False, server_default=sa.true()))


def downgrade() -> None:
    with op.batch_alter_table("campagne", schema=None) as batch_op:
        batch_op.drop_column("voie_bloquante")
    op.drop_table("campagne_piece")
    op.drop_table("type_piece")
    with op.batch_alter_table("evenement_registre", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_evenement_registre_rpps"))
        batch_op.drop_index("ix_evenement_registre_ouvert")
        batch_op.drop_index(batch_op.f("ix_evenement_registre_import_id"))
        batch_op.drop_index(batch_op.f("ix_evenement_registre_etablissement_id"))

    op.drop_table("evenement_registre")
    with op.batch_alter_table("import_registre", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_import_registre_registre"))

    op.drop_table("import_registre")
    with op.batch_alter_table("registre_site", schema=None) as batch_op:
        batch_op.drop_index("ix_registre_site_recherche")
        batch_op.drop_index("ix_registre_site_siret")

    op.drop_table("registre_site")
    op.drop_table("registre_praticien")
    with op.batch_alter_table("registre_activite", schema=None) as batch_op:
        batch_op.drop_index("ix_registre_activite_rpps")

    op.drop_table("registre_activite")
    op.drop_table("registre")
