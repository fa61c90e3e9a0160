"""Sending: issues, their messages, what readers chose, and a delivery for each of them."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

_TIME = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Make the four tables."""
    _make_issues()
    _make_deliveries()


def _make_issues() -> None:
    """Make the tables of what is sent."""
    op.create_table(
        "issue",
        sa.Column("id", sa.Integer, autoincrement=True, nullable=False),
        sa.Column("newsletter", sa.String(120), nullable=False),
        sa.Column("period", sa.String(20), nullable=False),
        sa.Column("hash", sa.String(64), nullable=False),
        sa.Column("state", sa.String(20), nullable=False),
        sa.Column("why", sa.Text, nullable=False, server_default=""),
        sa.Column("candidates", sa.Integer, nullable=False),
        sa.Column("frozen", _TIME, nullable=False),
        sa.Column("finished", _TIME),
        sa.PrimaryKeyConstraint("id", name="pk_issue"),
        sa.UniqueConstraint("newsletter", "period", name="uq_issue_newsletter_period"),
    )
    op.create_table(
        "message",
        sa.Column("issue", sa.Integer, nullable=False),
        sa.Column("segment", sa.Integer, autoincrement=False, nullable=False),
        sa.Column("language", sa.String(35), nullable=False),
        sa.Column("topics", sa.JSON, nullable=False),
        sa.Column("kinds", sa.JSON, nullable=False),
        sa.Column("subject", sa.Text, nullable=False),
        sa.Column("hash", sa.String(64), nullable=False),
        sa.Column("content", sa.LargeBinary, nullable=False),
        sa.PrimaryKeyConstraint("issue", "segment", name="pk_message"),
        sa.ForeignKeyConstraint(["issue"], ["issue.id"], name="fk_message_issue"),
    )


def _make_deliveries() -> None:
    """Make the tables of who gets it."""
    op.create_table(
        "choice",
        sa.Column("issue", sa.Integer, nullable=False),
        sa.Column("language", sa.String(35), nullable=False),
        sa.Column("topics", sa.Text, nullable=False),
        sa.Column("kinds", sa.Text, nullable=False),
        sa.Column("segment", sa.Integer, nullable=False),
        sa.Column("reason", sa.String(40), nullable=False),
        sa.PrimaryKeyConstraint("issue", "language", "topics", "kinds", name="pk_choice"),
        sa.ForeignKeyConstraint(["issue"], ["issue.id"], name="fk_choice_issue"),
    )
    op.create_table(
        "delivery",
        sa.Column("issue", sa.Integer, autoincrement=False, nullable=False),
        sa.Column("subscription", sa.Integer, autoincrement=False, nullable=False),
        sa.Column("segment", sa.Integer, nullable=False),
        sa.Column("state", sa.SmallInteger, nullable=False),
        sa.Column("attempt", sa.SmallInteger, nullable=False),
        sa.Column("worker", sa.String(80)),
        sa.Column("at", sa.BigInteger, nullable=False),
        sa.Column("due", sa.BigInteger),
        sa.Column("code", sa.SmallInteger, nullable=False),
        sa.Column("status", sa.String(40), nullable=False),
        sa.Column("reply", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("issue", "subscription", name="pk_delivery"),
        sqlite_with_rowid=False,
    )
    for name, columns, state in (
        ("ix_delivery_queued", ["issue", "subscription"], "state = 0"),
        ("ix_delivery_deferred", ["issue", "due"], "state = 3"),
    ):
        where = sa.text(state)
        op.create_index(name, "delivery", columns, sqlite_where=where, postgresql_where=where)
