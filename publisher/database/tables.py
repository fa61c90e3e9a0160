"""The tables. A change here needs a migration in `migrations/`; a test holds that both agree."""

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import (
    JSON,
    Column,
    DateTime,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    TypeDecorator,
    UniqueConstraint,
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
