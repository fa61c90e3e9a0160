"""What forms asked for and is not done yet, and by which key those who left are hidden."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the two tables."""
    op.create_table(
        "wish",
        sa.Column("id", sa.Integer, autoincrement=True, nullable=False),
        sa.Column("newsletter", sa.String(120), nullable=False),
        sa.Column("address", sa.String(320), nullable=False),
        sa.Column("key", sa.String(320), nullable=False),
        sa.Column("language", sa.String(35)),
        sa.Column("proof", sa.JSON, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_wish"),
    )
    op.create_table(
        "suppression",
        sa.Column("newsletter", sa.String(120), nullable=False),
        sa.Column("mark", sa.String(64), nullable=False),
        sa.PrimaryKeyConstraint("newsletter", name="pk_suppression"),
    )
