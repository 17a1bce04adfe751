"""What each comparison of a block said"""

import sqlalchemy as sa
from advanced_alchemy.types import DateTimeUTC
from alembic import op


revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table("verification",
    sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
    sa.Column("demande_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
    sa.Column("bloc", sa.Enum("rts", "etablissement", "terrain", name="bloc", native_enum=False, create_constraint=True, length=32), nullable=False),
    sa.Column("cause", sa.Enum("SOUMISSION", "VERIFICATION", "DECISION", "RATTACHEMENT", "REPRISE", name="cause", native_enum=False, create_constraint=True, length=32), nullable=False),
    sa.Column("quand", DateTimeUTC(timezone=True), nullable=False),
    sa.Column("auteur", sa.String(length=200), nullable=False),
    sa.Column("etat", sa.Enum("NON_VALIDE", "AUTO", "MANUEL", "INVALIDE", name="verification_etat", native_enum=False, create_constraint=True, length=32), nullable=False),
    sa.Column("regle", sa.String(length=16), nullable=False),
    sa.Column("registre", sa.String(length=80), nullable=False),
    sa.Column("registre_date", sa.Date(), nullable=True),
    sa.Column("signature", sa.String(length=32), nullable=False),
    sa.Column("comparaison", sa.JSON(), nullable=False),
    sa.ForeignKeyConstraint(["demande_id"], ["demande.id"], name=op.f("fk_verification_demande_id")),
    sa.PrimaryKeyConstraint("id", name=op.f("pk_verification"))
    )
    with op.batch_alter_table("verification", schema=None) as batch_op:
        batch_op.create_index("ix_verification_bloc", ["demande_id", "bloc", "id"], unique=False)
        batch_op.create_index("ix_verification_signature", ["signature", "bloc"], unique=False)



def downgrade() -> None:
    with op.batch_alter_table("verification", schema=None) as batch_op:
        batch_op.drop_index("ix_verification_signature")
        batch_op.drop_index("ix_verification_bloc")

    op.drop_table("verification")
