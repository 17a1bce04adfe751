"""Retours"""

import sqlalchemy as sa
from advanced_alchemy.types import DateTimeUTC
from alembic import op


revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table("preparation_retour",
    sa.Column("demande_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
    sa.Column("echeance", sa.Date(), nullable=True),
    sa.Column("commentaire", sa.Text(), nullable=False),
    sa.Column("version", sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(["demande_id"], ["demande.id"], name=op.f("fk_preparation_retour_demande_id")),
    sa.PrimaryKeyConstraint("demande_id", name=op.f("pk_preparation_retour"))
    )
    op.create_table("remarque",
    sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
    sa.Column("demande_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
    sa.Column("retour_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
    sa.Column("ancre", sa.String(length=64), nullable=False),
    sa.Column("motif", sa.String(length=16), nullable=False),
    sa.Column("texte", sa.Text(), nullable=False),
    sa.Column("etat", sa.Enum("PREPAREE", "ENVOYEE", "LEVEE", "RELEVEE", "ANNULEE", name="etatremarque", native_enum=False, create_constraint=True, length=32), nullable=False),
    sa.Column("suite_de", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
    sa.Column("par_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
    sa.Column("quand", DateTimeUTC(timezone=True), nullable=False),
    sa.Column("faite", sa.Boolean(), nullable=False),
    sa.Column("reponse", sa.Text(), nullable=False),
    sa.Column("close_par_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
    sa.Column("close_le", DateTimeUTC(timezone=True), nullable=True),
    sa.Column("motif_cloture", sa.Text(), nullable=False),
    sa.CheckConstraint("etat = 'PREPAREE' OR retour_id IS NOT NULL", name=op.f("ck_remarque_envoyee")),
    sa.ForeignKeyConstraint(["close_par_id"], ["personne.id"], name=op.f("fk_remarque_close_par_id")),
    sa.ForeignKeyConstraint(["demande_id"], ["demande.id"], name=op.f("fk_remarque_demande_id")),
    sa.ForeignKeyConstraint(["motif"], ["motif.code"], name=op.f("fk_remarque_motif")),
    sa.ForeignKeyConstraint(["par_id"], ["personne.id"], name=op.f("fk_remarque_par_id")),
    sa.ForeignKeyConstraint(["retour_id"], ["retour.id"], name=op.f("fk_remarque_retour_id")),
    sa.ForeignKeyConstraint(["suite_de"], ["remarque.id"], name=op.f("fk_remarque_suite_de")),
    sa.PrimaryKeyConstraint("id", name=op.f("pk_remarque"))
    )
    with op.batch_alter_table("remarque", schema=None) as batch_op:
        batch_op.create_index("ix_remarque_demande", ["demande_id", "id"], unique=False)
        batch_op.create_index("ix_remarque_retour", ["retour_id"], unique=False)

    with op.batch_alter_table("ligne", schema=None) as batch_op:
        batch_op.add_column(sa.Column("echeance_retour", sa.Date(), nullable=True))

    with op.batch_alter_table("retour", schema=None) as batch_op:
        batch_op.add_column(sa.Column("depot", sa.Integer(), nullable=False, server_default="0"))
        batch_op.add_column(sa.Column("annule_le", DateTimeUTC(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("annule_par_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True))
        batch_op.add_column(sa.Column("motif_annulation", sa.Text(), nullable=False, server_default=""))
        batch_op.create_foreign_key(batch_op.f("fk_retour_annule_par_id"), "personne", ["annule_par_id"], ["id"])
    # What was open when this came: the submission that it sent back, and the deadline that the row shows.
    op.execute("UPDATE retour SET depot = (SELECT depots FROM demande WHERE demande.id = retour.demande_id) WHERE clos_le IS NULL")
    op.execute(
        "UPDATE ligne SET echeance_retour = (SELECT max(retour.echeance) FROM retour"
        " WHERE retour.demande_id = ligne.demande_id AND retour.clos_le IS NULL)"
        " WHERE statut = 'EN_SAISIE' AND EXISTS"
        " (SELECT 1 FROM retour WHERE retour.demande_id = ligne.demande_id AND retour.clos_le IS NULL)"
    )



def downgrade() -> None:
    with op.batch_alter_table("retour", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("fk_retour_annule_par_id"), type_="foreignkey")
        batch_op.drop_column("motif_annulation")
        batch_op.drop_column("annule_par_id")
        batch_op.drop_column("annule_le")
        batch_op.drop_column("depot")

    with op.batch_alter_table("ligne", schema=None) as batch_op:
        batch_op.drop_column("echeance_retour")

    with op.batch_alter_table("remarque", schema=None) as batch_op:
        batch_op.drop_index("ix_remarque_retour")
        batch_op.drop_index("ix_remarque_demande")

    op.drop_table("remarque")
    op.drop_table("preparation_retour")
