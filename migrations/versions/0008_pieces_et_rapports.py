"""Pièces by kind, reports of visits, demandes of a previous tool"""

import sqlalchemy as sa
from advanced_alchemy.types import DateTimeUTC
from alembic import op


revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

CLE = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "rapport_visite",
        sa.Column("demande_id", CLE, nullable=False),
        sa.Column("visite_le", sa.Date(), nullable=False),
        sa.Column("visiteurs", sa.String(length=500), nullable=False),
        sa.Column("constats", sa.Text(), nullable=False),
        sa.Column("nom", sa.String(length=200), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("taille", sa.Integer(), nullable=False),
        sa.Column("par_id", CLE, nullable=False),
        sa.Column("depose_le", DateTimeUTC(timezone=True), nullable=False),
        sa.Column("retire", sa.Boolean(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["demande_id"], ["demande.id"], name=op.f("fk_rapport_visite_demande_id")),
        sa.ForeignKeyConstraint(["par_id"], ["personne.id"], name=op.f("fk_rapport_visite_par_id")),
        sa.PrimaryKeyConstraint("demande_id", name=op.f("pk_rapport_visite")),
    )
    op.create_table(
        "demande_reprise",
        sa.Column("source", sa.String(length=60), nullable=False),
        sa.Column("identifiant", sa.String(length=60), nullable=False),
        sa.Column("demande_id", CLE, nullable=False),
        sa.ForeignKeyConstraint(["demande_id"], ["demande.id"], name=op.f("fk_demande_reprise_demande_id")),
        sa.PrimaryKeyConstraint("source", "identifiant", name=op.f("pk_demande_reprise")),
        sa.UniqueConstraint("demande_id", name=op.f("uq_demande_reprise_demande_id")),
    )
    for table in ("etablissement", "terrain"):
        with op.batch_alter_table(table, schema=None) as batch_op:
            batch_op.add_column(sa.Column("a_rapprocher", sa.Boolean(), server_default=sa.false(), nullable=False))
    with op.batch_alter_table("piece", schema=None) as batch_op:
        batch_op.add_column(sa.Column("type", sa.String(length=32), nullable=True))
        batch_op.create_foreign_key(batch_op.f("fk_piece_type"), "type_piece", ["type"], ["code"])


def downgrade() -> None:
    with op.batch_alter_table("piece", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("fk_piece_type"), type_="foreignkey")
        batch_op.drop_column("type")
    for table in ("terrain", "etablissement"):
        with op.batch_alter_table(table, schema=None) as batch_op:
            batch_op.drop_column("a_rapprocher")
    op.drop_table("demande_reprise")
    op.drop_table("rapport_visite")
