"""Decider ensemble"""

import sqlalchemy as sa
from advanced_alchemy.types import DateTimeUTC
from alembic import op


revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table("travail",
    sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
    sa.Column("personne_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
    sa.Column("genre", sa.String(length=32), nullable=False),
    sa.Column("libelle", sa.String(length=200), nullable=False),
    sa.Column("etat", sa.Enum("EN_COURS", "FINI", "ECHOUE", name="etattravail", native_enum=False, create_constraint=True, length=32), nullable=False),
    sa.Column("total", sa.Integer(), nullable=False),
    sa.Column("fait", sa.Integer(), nullable=False),
    sa.Column("entree", sa.JSON(), nullable=False),
    sa.Column("resultat", sa.JSON(), nullable=True),
    sa.Column("cree_le", DateTimeUTC(timezone=True), nullable=False),
    sa.Column("vu_le", DateTimeUTC(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(["personne_id"], ["personne.id"], name=op.f("fk_travail_personne_id")),
    sa.PrimaryKeyConstraint("id", name=op.f("pk_travail"))
    )
    with op.batch_alter_table("travail", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_travail_personne_id"), ["personne_id"], unique=False)

    op.create_table("vue_enregistree",
    sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
    sa.Column("personne_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
    sa.Column("tableau", sa.String(length=32), nullable=False),
    sa.Column("nom", sa.String(length=80), nullable=False),
    sa.Column("etat", sa.Text(), nullable=False),
    sa.Column("publiee", sa.Boolean(), nullable=False),
    sa.Column("version", sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(["personne_id"], ["personne.id"], name=op.f("fk_vue_enregistree_personne_id")),
    sa.PrimaryKeyConstraint("id", name=op.f("pk_vue_enregistree")),
    sa.UniqueConstraint("personne_id", "tableau", "nom", name="uq_vue_nom")
    )
    op.create_table("mandat",
    sa.Column("seance_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
    sa.Column("mandant_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
    sa.Column("mandataire_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
    sa.Column("quand", DateTimeUTC(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(["mandant_id"], ["personne.id"], name=op.f("fk_mandat_mandant_id")),
    sa.ForeignKeyConstraint(["mandataire_id"], ["personne.id"], name=op.f("fk_mandat_mandataire_id")),
    sa.ForeignKeyConstraint(["seance_id"], ["seance.id"], name=op.f("fk_mandat_seance_id")),
    sa.PrimaryKeyConstraint("seance_id", "mandant_id", name=op.f("pk_mandat")),
    sa.UniqueConstraint("seance_id", "mandataire_id", name="uq_mandat_mandataire")
    )
    op.create_table("deport",
    sa.Column("ligne_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
    sa.Column("personne_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
    sa.Column("origine", sa.Enum("DECLARE", "CONSTATE", name="originedeport", native_enum=False, create_constraint=True, length=32), nullable=False),
    sa.Column("motif", sa.Text(), nullable=False),
    sa.Column("par_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
    sa.Column("quand", DateTimeUTC(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(["ligne_id"], ["ligne.id"], name=op.f("fk_deport_ligne_id")),
    sa.ForeignKeyConstraint(["par_id"], ["personne.id"], name=op.f("fk_deport_par_id")),
    sa.ForeignKeyConstraint(["personne_id"], ["personne.id"], name=op.f("fk_deport_personne_id")),
    sa.PrimaryKeyConstraint("ligne_id", "personne_id", name=op.f("pk_deport"))
    )
    with op.batch_alter_table("deport", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_deport_personne_id"), ["personne_id"], unique=False)

    op.create_table("note",
    sa.Column("personne_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
    sa.Column("ligne_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
    sa.Column("texte", sa.Text(), nullable=False),
    sa.Column("a_discuter", sa.Boolean(), nullable=False),
    sa.Column("version", sa.Integer(), nullable=False),
    sa.Column("quand", DateTimeUTC(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(["ligne_id"], ["ligne.id"], name=op.f("fk_note_ligne_id")),
    sa.ForeignKeyConstraint(["personne_id"], ["personne.id"], name=op.f("fk_note_personne_id")),
    sa.PrimaryKeyConstraint("personne_id", "ligne_id", name=op.f("pk_note"))
    )
    with op.batch_alter_table("note", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_note_ligne_id"), ["ligne_id"], unique=False)

    with op.batch_alter_table("journal", schema=None) as batch_op:
        batch_op.add_column(sa.Column("version", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("lot", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True))
        batch_op.add_column(sa.Column("annule", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True))
        batch_op.create_index("ix_journal_auteur", ["auteur_id", "id"], unique=False)
        batch_op.create_index("ix_journal_lot", ["lot", "id"], unique=False)

    with op.batch_alter_table("demande", schema=None) as batch_op:
        batch_op.create_index("ix_demande_terrain", ["terrain_id"], unique=False)

    with op.batch_alter_table("ligne", schema=None) as batch_op:
        batch_op.add_column(sa.Column("agenda", sa.String(length=16), nullable=False, server_default=""))
        batch_op.add_column(sa.Column("a_discuter", sa.Integer(), nullable=False, server_default="0"))
        batch_op.create_index("ix_ligne_agenda", ["seance_id", "agenda", "ordre"], unique=False)

    with op.batch_alter_table("presence", schema=None) as batch_op:
        batch_op.add_column(sa.Column("arrivee", DateTimeUTC(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("depart", DateTimeUTC(timezone=True), nullable=True))

    with op.batch_alter_table("seance", schema=None) as batch_op:
        batch_op.add_column(sa.Column("en_discussion", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True))
        batch_op.add_column(sa.Column("discussion", sa.Integer(), nullable=False, server_default="0"))



def downgrade() -> None:
    with op.batch_alter_table("seance", schema=None) as batch_op:
        batch_op.drop_column("discussion")
        batch_op.drop_column("en_discussion")

    with op.batch_alter_table("presence", schema=None) as batch_op:
        batch_op.drop_column("depart")
        batch_op.drop_column("arrivee")

    with op.batch_alter_table("ligne", schema=None) as batch_op:
        batch_op.drop_index("ix_ligne_agenda")
        batch_op.drop_column("a_discuter")
        batch_op.drop_column("agenda")

    with op.batch_alter_table("demande", schema=None) as batch_op:
        batch_op.drop_index("ix_demande_terrain")

    with op.batch_alter_table("journal", schema=None) as batch_op:
        batch_op.drop_index("ix_journal_lot")
        batch_op.drop_index("ix_journal_auteur")
        batch_op.drop_column("annule")
        batch_op.drop_column("lot")
        batch_op.drop_column("version")

    with op.batch_alter_table("note", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_note_ligne_id"))

    op.drop_table("note")
    with op.batch_alter_table("deport", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_deport_personne_id"))

    op.drop_table("deport")
    op.drop_table("mandat")
    op.drop_table("vue_enregistree")
    with op.batch_alter_table("travail", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_travail_personne_id"))

    op.drop_table("travail")
