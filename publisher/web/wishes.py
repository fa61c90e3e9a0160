"""What forms asked for, kept in the database until it is done: a service that is killed loses none of it."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import NamedTuple

from sqlalchemy import Connection, Engine, delete, insert, select

from publisher.database.engine import transaction
from publisher.database.tables import wishes
from publisher.model.subscription import Choice
from publisher.subscribers.addresses import Address

_KEPT = timedelta(days=1)  # nobody expects a mail that comes later


class Wish(NamedTuple):
    """A form that was sent *at* a time: to join with *choice*, or, without one, to get the link mailed."""

    id: int
    address: Address
    choice: Choice | None
    proof: Mapping[str, str]
    at: datetime


class Wishes:
    """The wishes of *newsletter*'s readers."""

    def __init__(self, engine: Engine, newsletter: str) -> None:
        self._engine, self._newsletter = engine, newsletter

    def keep(
        self,
        connection: Connection,
        address: Address,
        choice: Choice | None,
        proof: Mapping[str, str],
        now: datetime,
    ) -> Wish:
        """Keep a wish, by the same rows whoever has *address*, and forget those that are a day old."""
        connection.execute(delete(wishes).where(wishes.c.at < now - _KEPT))
        row = {
            "newsletter": self._newsletter,
            "address": address.typed,
            "key": address.key,
            "language": choice.language if choice else None,
            "proof": dict(proof),
            "at": now,
        }
        made = connection.execute(insert(wishes).values(row).returning(wishes.c.id))
        return Wish(made.scalar_one(), address, choice, proof, now)

    def waiting(self, now: datetime) -> list[Wish]:
        """Return what an earlier run left, the oldest first, but for what is a day old at *now*."""
        wanted = select(wishes).where(wishes.c.newsletter == self._newsletter, wishes.c.at >= now - _KEPT)
        with transaction(self._engine) as connection:
            rows = connection.execute(wanted.order_by(wishes.c.id)).mappings().all()
        return [
            Wish(
                row["id"],
                Address(row["address"], row["key"]),
                Choice(row["language"]) if row["language"] else None,
                row["proof"],
                row["at"],
            )
            for row in rows
        ]

    def forget(self, wish: Wish) -> None:
        """Forget *wish*: it is done."""
        with transaction(self._engine) as connection:
            connection.execute(delete(wishes).where(wishes.c.id == wish.id))
