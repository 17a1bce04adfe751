"""Campagnes et renouvellements"""

import sqlalchemy as sa
from advanced_alchemy.types import DateTimeUTC
from alembic import op


revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table("campagne_motif",
    sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
    sa.Column("campagne_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
    sa.Column("contexte", sa.String(length=32), nullable=False),
    sa.Column("motif", sa.String(length=16), nullable=True),
    sa.Column("libelle", sa.String(length=200), nullable=False),
    sa.Column("commentaire_obligatoire", sa.Boolean(), nullable=False),
    sa.Column("retire", sa.Boolean(), nullable=False),
    sa.CheckConstraint("motif IS NOT NULL OR libelle <> ''", name=op.f("ck_campagne_motif_libelle")),
    sa.ForeignKeyConstraint(["campagne_id"], ["campagne.id"], name=op.f("fk_campagne_motif_campagne_id")),
    sa.ForeignKeyConstraint(["motif"], ["motif.code"], name=op.f("fk_campagne_motif_motif")),
    sa.PrimaryKeyConstraint("id", name=op.f("pk_campagne_motif")),
    sa.UniqueConstraint("campagne_id", "motif", name="uq_campagne_motif")
    )
    with op.batch_alter_table("campagne_motif", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_campagne_motif_campagne_id"), ["campagne_id"], unique=False)

    op.create_table("invitation_renouvellement",
    sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
    sa.Column("campagne_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
    sa.Column("rpps", sa.String(length=11), nullable=False),
    sa.Column("message", sa.Text(), nullable=False),
    sa.Column("par_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
    sa.Column("quand", DateTimeUTC(timezone=True), nullable=False),
    sa.Column("relances", sa.Integer(), nullable=False),
    sa.Column("relance_le", DateTimeUTC(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(["campagne_id"], ["campagne.id"], name=op.f("fk_invitation_renouvellement_campagne_id")),
    sa.ForeignKeyConstraint(["par_id"], ["personne.id"], name=op.f("fk_invitation_renouvellement_par_id")),
    sa.PrimaryKeyConstraint("id", name=op.f("pk_invitation_renouvellement")),
    sa.UniqueConstraint("campagne_id", "rpps", name="uq_invitation_renouvellement")
    )
    with op.batch_alter_table("invitation_renouvellement", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_invitation_renouvellement_rpps"), ["rpps"], unique=False)

    op.create_table("prolongation",
    sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
    sa.Column("campagne_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
    sa.Column("rpps", sa.String(length=11), nullable=False),
    sa.Column("jusqu_au", sa.Date(), nullable=False),
    sa.Column("motif", sa.Text(), nullable=False),
    sa.Column("par_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
    sa.Column("quand", DateTimeUTC(timezone=True), nullable=False),
    sa.Column("revoquee_le", DateTimeUTC(timezone=True), nullable=True),
    sa.Column("version", sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(["campagne_id"], ["campagne.id"], name=op.f("fk_prolongation_campagne_id")),
    sa.ForeignKeyConstraint(["par_id"], ["personne.id"], name=op.f("fk_prolongation_par_id")),
    sa.PrimaryKeyConstraint("id", name=op.f("pk_prolongation")),
    sa.UniqueConstraint("campagne_id", "rpps", name="uq_prolongation")
    )
    with op.batch_alter_table("prolongation", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_prolongation_rpps"), ["rpps"], unique=False)

    op.create_table("invitation_agrement",
    sa.Column("invitation_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
    sa.Column("agrement_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
    sa.Column("demande_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
    sa.Column("motif", sa.Text(), nullable=True),
    sa.Column("repondu_le", DateTimeUTC(timezone=True), nullable=True),
    sa.Column("version", sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(["agrement_id"], ["agrement.id"], name=op.f("fk_invitation_agrement_agrement_id")),
    sa.ForeignKeyConstraint(["demande_id"], ["demande.id"], name=op.f("fk_invitation_agrement_demande_id")),
    sa.ForeignKeyConstraint(["invitation_id"], ["invitation_renouvellement.id"], name=op.f("fk_invitation_agrement_invitation_id")),
    sa.PrimaryKeyConstraint("invitation_id", "agrement_id", name=op.f("pk_invitation_agrement"))
    )
    with op.batch_alter_table("campagne", schema=None) as batch_op:
        batch_op.add_column(sa.Column("seance_prevue", sa.Date(), nullable=True))



def downgrade() -> None:
    with op.batch_alter_table("campagne", schema=None) as batch_op:
        batch_op.drop_column("seance_prevue")

    op.drop_table("invitation_agrement")
    with op.batch_alter_table("prolongation", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_prolongation_rpps"))

    op.drop_table("prolongation")
    with op.batch_alter_table("invitation_renouvellement", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_invitation_renouvellement_rpps"))

    op.drop_table("invitation_renouvellement")
    with op.batch_alter_table("campagne_motif", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_campagne_motif_campagne_id"))

    op.drop_table("campagne_motif")
