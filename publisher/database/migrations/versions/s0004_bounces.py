"""What comes back: each mail that was handled, so that it counts once."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "bounce",
        sa.Column("id", sa.Integer, autoincrement=True, nullable=False),
        sa.Column("subscription", sa.Integer, nullable=False),
        sa.Column("issue", sa.Integer, nullable=False),
        sa.Column("mark", sa.String(64), nullable=False),
        sa.Column("verdict", sa.String(20), nullable=False),
        sa.Column("status", sa.String(12), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_bounce"),
        sa.ForeignKeyConstraint(["subscription"], ["subscription.id"], name="fk_bounce_subscription"),
        sa.UniqueConstraint("subscription", "mark", name="uq_bounce_subscription_mark"),
    )
