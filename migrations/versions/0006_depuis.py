"""Depuis quand c'est le tour de qui"""

import sqlalchemy as sa
from alembic import op


revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("ligne", schema=None) as batch_op:
        batch_op.add_column(sa.Column("depuis", sa.String(length=10), nullable=False, server_default=""))
    # The last move that is dated; a draft that was returned, since its return.
    op.execute(
        "UPDATE ligne SET depuis = (SELECT substr(CAST(CASE"
        " WHEN d.statut = 'EN_SAISIE' THEN coalesce((SELECT max(r.quand) FROM retour r WHERE r.demande_id = d.id), d.creee_le)"
        " ELSE coalesce(d.validee_le, d.soumise_le, d.creee_le) END AS VARCHAR), 1, 10) FROM demande d WHERE d.id = ligne.demande_id)"
    )


def downgrade() -> None:
    with op.batch_alter_table("ligne", schema=None) as batch_op:
        batch_op.drop_column("depuis")
