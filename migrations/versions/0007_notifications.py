"""Notifications, addresses, mails"""

import sqlalchemy as sa
from advanced_alchemy.types import DateTimeUTC
from alembic import op


revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table("facteur",
    sa.Column("id", sa.Integer(), nullable=False),
    sa.Column("dernier", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
    sa.PrimaryKeyConstraint("id", name=op.f("pk_facteur"))
    )
    # What was done before is told to nobody.
    op.execute("INSERT INTO facteur (id, dernier) SELECT 1, COALESCE(MAX(id), 0) FROM journal")
    op.create_table("courriel",
    sa.Column("personne_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
    sa.Column("adresse", sa.String(length=254), nullable=True),
    sa.Column("verifiee_le", DateTimeUTC(timezone=True), nullable=True),
    sa.Column("nouvelle", sa.String(length=254), nullable=True),
    sa.Column("alea", sa.String(length=64), nullable=False),
    sa.Column("jeton_hash", sa.String(length=64), nullable=True),
    sa.Column("expire", DateTimeUTC(timezone=True), nullable=True),
    sa.Column("resume", sa.Boolean(), nullable=False),
    sa.Column("immediat", sa.Boolean(), nullable=False),
    sa.Column("resume_le", sa.Date(), nullable=True),
    sa.Column("version", sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(["personne_id"], ["personne.id"], name=op.f("fk_courriel_personne_id")),
    sa.PrimaryKeyConstraint("personne_id", name=op.f("pk_courriel")),
    sa.UniqueConstraint("jeton_hash", name=op.f("uq_courriel_jeton_hash"))
    )
    op.create_table("envoi",
    sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
    sa.Column("cle", sa.String(length=120), nullable=False),
    sa.Column("personne_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
    sa.Column("genre", sa.String(length=32), nullable=False),
    sa.Column("adresse", sa.String(length=254), nullable=False),
    sa.Column("contexte", sa.JSON(), nullable=False),
    sa.Column("message_id", sa.String(length=200), nullable=False),
    sa.Column("etat", sa.Enum("EN_ATTENTE", "EN_COURS", "PARTI", "ECHOUE", "INCERTAIN", "ANNULE", "RETENU", name="etatenvoi", native_enum=False, create_constraint=True, length=32), nullable=False),
    sa.Column("essais", sa.Integer(), nullable=False),
    sa.Column("prochain", DateTimeUTC(timezone=True), nullable=False),
    sa.Column("remis_le", DateTimeUTC(timezone=True), nullable=True),
    sa.Column("raison", sa.Text(), nullable=False),
    sa.Column("cree_le", DateTimeUTC(timezone=True), nullable=False),
    sa.Column("parti_le", DateTimeUTC(timezone=True), nullable=True),
    sa.Column("version", sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(["personne_id"], ["personne.id"], name=op.f("fk_envoi_personne_id")),
    sa.PrimaryKeyConstraint("id", name=op.f("pk_envoi")),
    sa.UniqueConstraint("cle", name=op.f("uq_envoi_cle")),
    sa.UniqueConstraint("message_id", name=op.f("uq_envoi_message_id"))
    )
    with op.batch_alter_table("envoi", schema=None) as batch_op:
        batch_op.create_index("ix_envoi_du", ["etat", "prochain"], unique=False)
        batch_op.create_index("ix_envoi_personne", ["personne_id", "id"], unique=False)

    op.create_table("notification",
    sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
    sa.Column("personne_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
    sa.Column("acte_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
    sa.Column("genre", sa.String(length=32), nullable=False),
    sa.Column("demande_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
    sa.Column("titre", sa.String(length=200), nullable=False),
    sa.Column("texte", sa.Text(), nullable=False),
    sa.Column("lien", sa.String(length=300), nullable=False),
    sa.Column("quand", DateTimeUTC(timezone=True), nullable=False),
    sa.Column("lue_le", DateTimeUTC(timezone=True), nullable=True),
    sa.Column("envoi_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
    sa.ForeignKeyConstraint(["demande_id"], ["demande.id"], name=op.f("fk_notification_demande_id")),
    sa.ForeignKeyConstraint(["envoi_id"], ["envoi.id"], name=op.f("fk_notification_envoi_id")),
    sa.ForeignKeyConstraint(["personne_id"], ["personne.id"], name=op.f("fk_notification_personne_id")),
    sa.PrimaryKeyConstraint("id", name=op.f("pk_notification")),
    sa.UniqueConstraint("personne_id", "acte_id", "genre", name="uq_notification_acte")
    )
    with op.batch_alter_table("notification", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_notification_demande_id"), ["demande_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_notification_envoi_id"), ["envoi_id"], unique=False)
        batch_op.create_index("ix_notification_non_lues", ["personne_id"], unique=False, postgresql_where=sa.text("lue_le IS NULL"), sqlite_where=sa.text("lue_le IS NULL"))
        batch_op.create_index("ix_notification_personne", ["personne_id", "id"], unique=False)
        batch_op.create_index("ix_notification_quand", ["quand"], unique=False)



def downgrade() -> None:
    with op.batch_alter_table("notification", schema=None) as batch_op:
        batch_op.drop_index("ix_notification_quand")
        batch_op.drop_index("ix_notification_personne")
        batch_op.drop_index("ix_notification_non_lues", postgresql_where=sa.text("lue_le IS NULL"), sqlite_where=sa.text("lue_le IS NULL"))
        batch_op.drop_index(batch_op.f("ix_notification_envoi_id"))
        batch_op.drop_index(batch_op.f("ix_notification_demande_id"))

    op.drop_table("notification")
    with op.batch_alter_table("envoi", schema=None) as batch_op:
        batch_op.drop_index("ix_envoi_personne")
        batch_op.drop_index("ix_envoi_du")

    op.drop_table("envoi")
    op.drop_table("courriel")
    op.drop_table("facteur")
