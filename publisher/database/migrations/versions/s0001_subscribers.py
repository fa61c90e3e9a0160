"""Subscribers: subscriptions, their changes, refusals, and how often forms were sent."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

_TIME = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Make the four tables."""
    op.create_table(
        "subscription",
        sa.Column("id", sa.Integer, autoincrement=True, nullable=False),
        sa.Column("public", sa.String(32), nullable=False),
        sa.Column("newsletter", sa.String(120), nullable=False),
        sa.Column("address", sa.String(320)),
        sa.Column("key", sa.String(320)),
        sa.Column("status", sa.String(20), nullable=False),
        sa.Column("language", sa.String(35), nullable=False),
        sa.Column("topics", sa.JSON, nullable=False),
        sa.Column("kinds", sa.JSON, nullable=False),
        sa.Column("created", _TIME, nullable=False),
        sa.Column("changed", _TIME, nullable=False),
        sa.Column("asked", sa.Integer, nullable=False, server_default="0"),
        sa.Column("asked_last", _TIME),
        sa.Column("nonce", sa.String(16), nullable=False, server_default=""),
        sa.PrimaryKeyConstraint("id", name="pk_subscription"),
        sa.UniqueConstraint("public", name="uq_subscription_public"),
        sa.UniqueConstraint("newsletter", "key", name="uq_subscription_newsletter_key"),
    )
    op.create_index("ix_subscription_audience", "subscription", ["newsletter", "status", "language"])
    op.create_table(
        "change",
        sa.Column("id", sa.Integer, autoincrement=True, nullable=False),
        sa.Column("subscription", sa.Integer, nullable=False),
        sa.Column("at", _TIME, nullable=False),
        sa.Column("was", sa.String(20), nullable=False),
        sa.Column("became", sa.String(20), nullable=False),
        sa.Column("cause", sa.String(40), nullable=False),
        sa.Column("proof", sa.JSON, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_change"),
        sa.ForeignKeyConstraint(["subscription"], ["subscription.id"], name="fk_change_subscription"),
    )
    op.create_index("ix_change_subscription", "change", ["subscription"])
    op.create_table(
        "refusal",
        sa.Column("newsletter", sa.String(120), nullable=False),
        sa.Column("hash", sa.String(64), nullable=False),
        sa.Column("cause", sa.String(40), nullable=False),
        sa.Column("at", _TIME, nullable=False),
        sa.PrimaryKeyConstraint("newsletter", "hash", name="pk_refusal"),
    )
    op.create_table(
        "try",
        sa.Column("bucket", sa.String(80), nullable=False),
        sa.Column("window", sa.Integer, nullable=False),
        sa.Column("count", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("bucket", "window", name="pk_try"),
    )
