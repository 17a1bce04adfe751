"""Cockpit"""

import sqlalchemy as sa
from advanced_alchemy.types import DateTimeUTC
from alembic import op


revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "fusion_terrain",
        sa.Column(
            "id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=True,
            nullable=False,
        ),
        sa.Column("garde_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("contenu", sa.JSON(), nullable=False),
        sa.Column("par_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("quand", DateTimeUTC(timezone=True), nullable=False),
        sa.Column("annulee_le", DateTimeUTC(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["garde_id"], ["terrain.id"], name=op.f("fk_fusion_terrain_garde_id")
        ),
        sa.ForeignKeyConstraint(["par_id"], ["personne.id"], name=op.f("fk_fusion_terrain_par_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_fusion_terrain")),
    )
    with op.batch_alter_table("fusion_terrain") as batch_op:
        batch_op.create_index(batch_op.f("ix_fusion_terrain_garde_id"), ["garde_id"], unique=False)

    with op.batch_alter_table("etablissement") as batch_op:
        batch_op.add_column(sa.Column("type_impose", sa.String(length=32), nullable=True))
        batch_op.add_column(
            sa.Column("type_motif", sa.String(length=500), nullable=False, server_default="")
        )
        batch_op.add_column(
            sa.Column(
                "type_par_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True
            )
        )
        batch_op.add_column(
            sa.Column(
                "remplace_par_id",
                sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
                nullable=True,
            )
        )
        batch_op.add_column(sa.Column("version", sa.Integer(), nullable=False, server_default="1"))
        batch_op.create_index(
            batch_op.f("ix_etablissement_remplace_par_id"), ["remplace_par_id"], unique=False
        )
        batch_op.create_foreign_key(
            batch_op.f("fk_etablissement_type_par_id"), "personne", ["type_par_id"], ["id"]
        )
        batch_op.create_foreign_key(
            batch_op.f("fk_etablissement_type_impose"),
            "type_etablissement",
            ["type_impose"],
            ["code"],
        )
        batch_op.create_foreign_key(
            batch_op.f("fk_etablissement_remplace_par_id"),
            "etablissement",
            ["remplace_par_id"],
            ["id"],
        )

    with op.batch_alter_table("terrain") as batch_op:
        batch_op.add_column(sa.Column("titulaire_depuis", sa.Date(), nullable=True))
        batch_op.add_column(sa.Column("subdivision", sa.String(length=32), nullable=True))
        batch_op.add_column(
            sa.Column(
                "fusionne_dans_id",
                sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
                nullable=True,
            )
        )
        batch_op.add_column(
            sa.Column("anciens", sa.String(length=200), nullable=False, server_default="")
        )
        batch_op.add_column(sa.Column("version", sa.Integer(), nullable=False, server_default="1"))
        batch_op.create_index(
            batch_op.f("ix_terrain_fusionne_dans_id"), ["fusionne_dans_id"], unique=False
        )
        batch_op.create_foreign_key(
            batch_op.f("fk_terrain_fusionne_dans_id"), "terrain", ["fusionne_dans_id"], ["id"]
        )
        batch_op.create_foreign_key(
            batch_op.f("fk_terrain_subdivision"), "subdivision", ["subdivision"], ["code"]
        )


def downgrade() -> None:
    with op.batch_alter_table("terrain") as batch_op:
        batch_op.drop_constraint(batch_op.f("fk_terrain_subdivision"), type_="foreignkey")
        batch_op.drop_constraint(batch_op.f("fk_terrain_fusionne_dans_id"), type_="foreignkey")
        batch_op.drop_index(batch_op.f("ix_terrain_fusionne_dans_id"))
        batch_op.drop_column("version")
        batch_op.drop_column("anciens")
        batch_op.drop_column("fusionne_dans_id")
        batch_op.drop_column("subdivision")
        batch_op.drop_column("titulaire_depuis")

    with op.batch_alter_table("etablissement") as batch_op:
        batch_op.drop_constraint(batch_op.f("fk_etablissement_remplace_par_id"), type_="foreignkey")
        batch_op.drop_constraint(batch_op.f("fk_etablissement_type_impose"), type_="foreignkey")
        batch_op.drop_constraint(batch_op.f("fk_etablissement_type_par_id"), type_="foreignkey")
        batch_op.drop_index(batch_op.f("ix_etablissement_remplace_par_id"))
        batch_op.drop_column("version")
        batch_op.drop_column("remplace_par_id")
        batch_op.drop_column("type_par_id")
        batch_op.drop_column("type_motif")
        batch_op.drop_column("type_impose")

    with op.batch_alter_table("fusion_terrain") as batch_op:
        batch_op.drop_index(batch_op.f("ix_fusion_terrain_garde_id"))

    op.drop_table("fusion_terrain")
