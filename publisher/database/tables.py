"""The tables. A change here needs a migration in `migrations/`; a test holds that both agree."""

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import (
    JSON,
    BigInteger,
    Column,
    DateTime,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    SmallInteger,
    String,
    Table,
    Text,
    TypeDecorator,
    UniqueConstraint,
    text,
)

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_name)s",
        "uq": "uq_%(table_name)s_%(column_0_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "pk": "pk_%(table_name)s",
    }
)


class Moment(TypeDecorator[datetime]):
    """An aware time; SQLite forgets the zone, so all are kept in UTC."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Any) -> datetime | None:  # noqa: ARG002
        """Return *value* in UTC; one without a zone is refused."""
        if value is not None and value.tzinfo is None:
            raise ValueError("a time without a zone")
        return value.astimezone(UTC) if value else None

    def process_result_value(self, value: datetime | None, dialect: Any) -> datetime | None:  # noqa: ARG002
        """Return *value* with its zone."""
        return value.replace(tzinfo=UTC) if value and value.tzinfo is None else value


subscriptions = Table(
    "subscription",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    # What tokens and links name; says nothing of how many there are.
    Column("public", String(32), nullable=False, unique=True),
    Column("newsletter", String(120), nullable=False),
    # As it was typed, and as it is compared; both are gone once it is erased.
    Column("address", String(320)),
    Column("key", String(320)),
    Column("status", String(20), nullable=False),
    Column("language", String(35), nullable=False),
    # Keys of topics and kinds that the reader wants; empty is all of them.
    Column("topics", JSON, nullable=False),
    Column("kinds", JSON, nullable=False),
    Column("created", Moment, nullable=False),
    Column("changed", Moment, nullable=False),
    # Confirmation mails since the last change of status: how many, the last one, and what their token names.
    Column("asked", Integer, nullable=False, server_default="0"),
    Column("asked_last", Moment),
    Column("nonce", String(16), nullable=False, server_default=""),
    UniqueConstraint("newsletter", "key", name="uq_subscription_newsletter_key"),
    Index("ix_subscription_audience", "newsletter", "status", "language"),
)

changes = Table(
    "change",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("subscription", Integer, ForeignKey("subscription.id"), nullable=False, index=True),
    Column("at", Moment, nullable=False),
    Column("was", String(20), nullable=False),
    Column("became", String(20), nullable=False),
    Column("cause", String(40), nullable=False),
    # For consent: the version of the text, and a coarse origin. Never more than is needed to show it.
    Column("proof", JSON, nullable=False),
)

refusals = Table(
    "refusal",
    metadata,
    # HMAC of the address under the project's key: survives that the address itself is erased.
    Column("newsletter", String(120), primary_key=True),
    Column("hash", String(64), primary_key=True),
    Column("cause", String(40), nullable=False),
    Column("at", Moment, nullable=False),
)

tries = Table(
    "try",
    metadata,
    # How often a form was sent from somewhere, or for some address, in a window of time.
    Column("bucket", String(80), primary_key=True),
    Column("window", Integer, primary_key=True),
    Column("count", Integer, nullable=False),
)

issues = Table(
    "issue",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("newsletter", String(120), nullable=False),
    Column("period", String(20), nullable=False),
    Column("hash", String(64), nullable=False),
    Column("state", String(20), nullable=False),
    # Why it was paused or cancelled, in words.
    Column("why", Text, nullable=False, server_default=""),
    # How many deliveries it has, so that one that got lost is missed.
    Column("candidates", Integer, nullable=False),
    Column("frozen", Moment, nullable=False),
    Column("finished", Moment),
    UniqueConstraint("newsletter", "period", name="uq_issue_newsletter_period"),
)

messages = Table(
    "message",
    metadata,
    Column("issue", Integer, ForeignKey("issue.id"), primary_key=True),
    Column("segment", Integer, primary_key=True, autoincrement=False),
    Column("language", String(35), nullable=False),
    Column("topics", JSON, nullable=False),
    Column("kinds", JSON, nullable=False),
    Column("subject", Text, nullable=False),
    Column("hash", String(64), nullable=False),
    Column("content", LargeBinary, nullable=False),
)

choices = Table(
    "choice",
    metadata,
    # What active readers chose, as it stands in their rows, and the mail they get or why there is none.
    Column("issue", Integer, ForeignKey("issue.id"), primary_key=True),
    Column("language", String(35), primary_key=True),
    Column("topics", Text, primary_key=True),
    Column("kinds", Text, primary_key=True),
    Column("segment", Integer, nullable=False),
    Column("reason", String(40), nullable=False),
)

deliveries = Table(
    "delivery",
    metadata,
    # No foreign keys: rows come from `subscription` itself by one statement, and looking each up again costs
    # PostgreSQL more than writing it.
    Column("issue", Integer, primary_key=True, autoincrement=False),
    Column("subscription", Integer, primary_key=True, autoincrement=False),
    Column("segment", Integer, nullable=False),  # -1 for who is excluded
    Column("state", SmallInteger, nullable=False),  # the place in `delivery.statements.CODES`
    Column("attempt", SmallInteger, nullable=False),
    Column("worker", String(80)),  # who holds it, while it is claimed or in flight
    # Milliseconds since 1970, in UTC: six bytes where the text of a time takes twenty-six.
    Column("at", BigInteger, nullable=False),
    Column("due", BigInteger),
    Column("code", SmallInteger, nullable=False),
    Column("status", String(40), nullable=False),  # of the reply (RFC 3463), or why she is left out
    Column("reply", Text, nullable=False),
    # Small, and empty when all is sent: what is next is found without reading what is done.
    Index(
        "ix_delivery_queued",
        "issue",
        "subscription",
        sqlite_where=text("state = 0"),
        postgresql_where=text("state = 0"),
    ),
    Index(
        "ix_delivery_deferred",
        "issue",
        "due",
        sqlite_where=text("state = 3"),
        postgresql_where=text("state = 3"),
    ),
    sqlite_with_rowid=False,
)

wishes = Table(
    "wish",
    metadata,
    # What a form asked for, until it is done: to join in *language*, or, without one, to get her link.
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("newsletter", String(120), nullable=False),
    Column("address", String(320), nullable=False),
    Column("key", String(320), nullable=False),
    Column("language", String(35)),
    Column("proof", JSON, nullable=False),
    Column("at", Moment, nullable=False),
)

suppression = Table(
    "suppression",
    metadata,
    # By which key the refusals of a newsletter are hidden: a hash under it, which tells nothing else.
    Column("newsletter", String(120), primary_key=True),
    Column("mark", String(64), nullable=False),
)

bounces = Table(
    "bounce",
    metadata,
    # A mail that came back and was handled; *mark* is a hash of its date and of what it is about.
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("subscription", Integer, ForeignKey("subscription.id"), nullable=False),
    Column("issue", Integer, nullable=False),
    Column("mark", String(64), nullable=False),
    Column("verdict", String(20), nullable=False),
    Column("status", String(12), nullable=False),
    Column("at", Moment, nullable=False),
    UniqueConstraint("subscription", "mark", name="uq_bounce_subscription_mark"),
)
