"""Takes many readers at once: they wait in a table of their own, are compared with who is there, and go in.

Nothing here raises a status: who is here keeps it, who left stays out, and only who is new comes in.
"""

import json
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from datetime import datetime
from enum import StrEnum
from functools import lru_cache
from typing import Any

from sqlalchemy import (
    JSON,
    Column,
    Connection,
    Integer,
    MetaData,
    Select,
    String,
    Table,
    Text,
    and_,
    bindparam,
    case,
    cast,
    delete,
    exists,
    func,
    insert,
    literal,
    select,
    tuple_,
    update,
)
from sqlalchemy.dialects import postgresql, sqlite

from publisher.database.tables import Moment, changes, refusals, subscriptions
from publisher.subscribers.addresses import refusal_hash
from publisher.subscribers.arrivals import Arrival
from publisher.subscribers.lifecycle import LEFT, Cause, Status, after

STEP = 100_000
"""So many lines of a file go in together, or not at all."""
_KEYS = 500
# KiB: names and keys by chance touch all of an index, of which SQLite's own 2 MB hold little.
_CACHE = "PRAGMA cache_size = -32768"
_NAME = 22  # characters of what tokens call a subscription
_GONE = "refused"  # what stands in `here` of who left and is not in the table any more
_HERSELF = "herself"  # and of who said herself, here, that she wants it
_LIVING = (Status.ACTIVE, Status.PAUSED)
_METADATA = MetaData()
arriving = Table(
    "arriving",
    _METADATA,
    Column("line", Integer, primary_key=True, autoincrement=False),
    Column("key", String(320), nullable=False),
    Column("address", String(320), nullable=False),
    Column("hash", String(64), nullable=False),
    Column("cause", String(40), nullable=False),
    Column(
        "rank", Integer, nullable=False
    ),  # who left comes before who joins, if an address stands there twice
    Column("language", String(35), nullable=False),
    Column("topics", Text, nullable=False),
    Column("kinds", Text, nullable=False),
    Column("public", String(32), nullable=False),
    Column("agreed", Text, nullable=False),  # as JSON, "" if the row does not tell
    Column("here", String(20), nullable=False, server_default=""),  # her status here, "" if she is unknown
    prefixes=["TEMPORARY"],
)
_NAMES = [column.name for column in arriving.columns if column.name != "here"]


class Fate(StrEnum):
    """What an import makes of an address."""

    NEW = "new"
    KNOWN = "known"
    STAYS_LEFT = "left before"
    REFUSED = "kept out"
    LEAVES = "unsubscribed"
    STAYS = "stays"


class Intake:
    """Readers who wait in *connection*, whose temporary table they are, for the list of *newsletter*.

    *secret* hides who left, *draw* returns as many random characters as it is asked, *proof* tells where the
    consent of all is from.
    """

    def __init__(
        self,
        connection: Connection,
        newsletter: str,
        secret: bytes,
        draw: Callable[[int], str],
        proof: dict[str, str],
    ) -> None:
        self._connection, self._newsletter, self._secret, self._draw = connection, newsletter, secret, draw
        self._proof = json.dumps(proof)
        self._is_postgresql = connection.dialect.name == "postgresql"
        with connection.begin():
            arriving.create(connection)
            if not self._is_postgresql:
                connection.exec_driver_sql(_CACHE)
        columns, marks = ", ".join(_NAMES), ", ".join("?" * len(_NAMES))
        self._into = f"INSERT INTO arriving ({columns}) VALUES ({marks})"  # noqa: S608 - our names
        self._copy = f"COPY arriving ({columns}) FROM STDIN"

    def load(self, arrivals: Sequence[Arrival]) -> None:
        """Let *arrivals* wait."""
        names = self._draw(_NAME * len(arrivals))  # at once: asking the system for each takes longer
        rows = [
            self._row(arrival, names[place * _NAME : (place + 1) * _NAME])
            for place, arrival in enumerate(arrivals)
        ]
        with self._connection.begin():
            if self._is_postgresql:
                self._copy_in(rows)
            elif rows:
                self._connection.exec_driver_sql(self._into, rows)

    def _copy_in(self, rows: Sequence[tuple[Any, ...]]) -> None:
        """Hand *rows* to PostgreSQL as one stream, which takes it a third of the time of statements."""
        cursor: Any = self._connection.connection.cursor()
        with closing(cursor), cursor.copy(self._copy) as stream:
            for row in rows:
                stream.write_row(row)

    def _row(self, arrival: Arrival, public: str) -> tuple[Any, ...]:
        line, address, cause, choice, agreed = arrival
        return (
            line,
            address.key,
            address.typed,
            refusal_hash(address.key, self._secret),
            cause.value,
            1 if cause is Cause.IMPORT else 0,
            choice.language,
            _json(choice.topics),
            _json(choice.kinds),
            public,
            json.dumps(agreed) if agreed else "",
        )

    def settle(self) -> list[tuple[int, str]]:
        """Compare those who wait with each other and with the list; return lines of addresses met before."""
        run = self._connection.execute
        with self._connection.begin():
            self._connection.exec_driver_sql("CREATE INDEX ix_arriving_key ON arriving (key)")
            self._connection.exec_driver_sql("ANALYZE arriving")
            other, any_of_them = arriving.alias(), arriving.alias()
            met = select(any_of_them.c.key).group_by(any_of_them.c.key).having(func.count() > 1)
            better = arriving.c.key.in_(met) & exists().where(
                other.c.key == arriving.c.key,
                tuple_(other.c.rank, other.c.line) < tuple_(arriving.c.rank, arriving.c.line),
            )
            wanted = select(arriving.c.line, arriving.c.address).where(better).order_by(arriving.c.line)
            twice = [(row.line, row.address) for row in run(wanted)]
            if twice:
                run(delete(arriving).where(better))
            # Most files bring people who are unknown: their rows are not written again.
            run(update(arriving).values(here=_GONE).where(self._is_refused()))
            run(update(arriving).values(here=subscriptions.c.status).where(self._is_her()))
            run(
                update(arriving)
                .where(arriving.c.cause != Cause.IMPORT, arriving.c.here.in_(_LIVING), self._came_herself())
                .values(here=_HERSELF)
            )
        return twice

    def figures(self) -> dict[Fate, int]:
        """Return how many have which fate."""
        joins = arriving.c.cause == Cause.IMPORT
        wanted = select(joins, arriving.c.here, func.count()).group_by(joins, arriving.c.here)
        found = dict.fromkeys(Fate, 0)
        with self._connection.begin():
            for is_joining, here, count in self._connection.execute(wanted):
                found[_fate(here, is_joining=bool(is_joining))] += count
        return found

    def go(self, now: datetime) -> Iterator[int]:
        """Let in who is new, and out who left; yield how many lines are done, after each step that counts."""
        with self._connection.begin():
            last = self._connection.execute(select(func.max(arriving.c.line))).scalar() or 0
        for start in range(0, last, STEP):
            lines = and_(arriving.c.line > start, arriving.c.line <= start + STEP)
            with self._connection.begin():
                self._let_in(lines, now)
                self._keep_out(lines, now)
            yield min(start + STEP, last)

    # ------------------------------------------------------------------ one step
    def _let_in(self, lines: Any, now: datetime) -> None:
        at, name = literal(now, Moment), literal(self._newsletter)
        there, new = subscriptions.c, arriving.c
        # Who left while we were counting stays out too.
        wanted = select(
            *(new.public, name, new.address, new.key, literal(Status.ACTIVE.value), new.language),
            *(self._as_json(new.topics), self._as_json(new.kinds), at, at),
        ).where(lines, new.cause == Cause.IMPORT, new.here == "", ~exists().where(self._is_refused()))
        columns = (
            *(there.public, there.newsletter, there.address, there.key, there.status, there.language),
            *(there.topics, there.kinds, there.created, there.changed),
        )
        self._add(subscriptions, columns, wanted)
        came = select(
            there.id,
            at,
            *map(literal, (Status.NONE.value, Status.ACTIVE.value, Cause.IMPORT.value)),
            self._as_json(self._proofs()),
        ).select_from(arriving.join(subscriptions, there.public == new.public))
        self._add(changes, tuple(changes.c)[1:], came.where(lines, new.cause == Cause.IMPORT))

    def _keep_out(self, lines: Any, now: datetime) -> None:
        """Refuse those who left elsewhere and are unknown here, or came by an import."""
        new = arriving.c
        leaves = and_(lines, new.cause != Cause.IMPORT)
        refused = select(literal(self._newsletter), new.hash, new.cause, literal(now, Moment))
        self._add(refusals, tuple(refusals.c), refused.where(leaves, new.here.in_(("", *_LIVING))))
        wanted = select(new.key, new.cause, self._proofs()).where(leaves, new.here.in_(_LIVING))
        leaving = {key: (Cause(cause), proof) for key, cause, proof in self._connection.execute(wanted)}
        keys = list(leaving)
        for start in range(0, len(keys), _KEYS):
            self._unsubscribe({key: leaving[key] for key in keys[start : start + _KEYS]}, now)

    def _unsubscribe(self, leaving: dict[str, tuple[Cause, str]], now: datetime) -> None:
        there = subscriptions.c
        wanted = select(there.id, there.key, there.status).where(
            there.newsletter == self._newsletter, there.key.in_(leaving), there.status.in_(_LIVING)
        )
        steps, left = [], []
        for number, key, status in self._connection.execute(wanted.with_for_update()):
            cause, proof = leaving[key]
            if step := after(Status(status), cause):
                left.append({"number": number, "becomes": step.status})
                said = {"subscription": number, "at": now, "was": status, "became": step.status}
                steps.append({**said, "cause": cause, "proof": json.loads(proof)})
        if left:
            outcome = {"status": bindparam("becomes"), "changed": now, "asked": 0, "asked_last": None}
            of_her = update(subscriptions).where(there.id == bindparam("number"))
            self._connection.execute(of_her.values({**outcome, "nonce": ""}), left)
            self._connection.execute(insert(changes), steps)

    def _add(self, table: Table, columns: tuple[Any, ...], wanted: Select[Any]) -> None:
        """Put *wanted* into *table*; what is there already stays as it is."""
        if table is changes:
            self._connection.execute(insert(table).from_select(list(columns), wanted))
            return
        dialect = postgresql if self._is_postgresql else sqlite
        statement = dialect.insert(table).from_select(list(columns), wanted)
        self._connection.execute(statement.on_conflict_do_nothing())

    # ------------------------------------------------------------------ conditions
    def _is_her(self) -> Any:
        return and_(
            subscriptions.c.newsletter == self._newsletter,
            subscriptions.c.key == arriving.c.key,
        )

    def _is_refused(self) -> Any:
        return and_(refusals.c.newsletter == self._newsletter, refusals.c.hash == arriving.c.hash)

    def _came_herself(self) -> Any:
        """Tell whether she confirmed here, or gave her consent to the team: that is newer than any export."""
        causes = (Cause.CONFIRM, Cause.ADD)
        theirs = and_(changes.c.subscription == subscriptions.c.id, changes.c.cause.in_(causes))
        return exists(
            select(1).select_from(subscriptions.join(changes, theirs)).where(self._is_her())
        ).correlate(arriving)

    def _proofs(self) -> Any:
        """Return the proof of each row, as JSON: that of all, and when she agreed."""
        with_time = literal(f'{self._proof[:-1]}, "agreed": ') + arriving.c.agreed + literal("}")
        return case((arriving.c.agreed == "", literal(self._proof)), else_=with_time)

    def _as_json(self, column: Any) -> Any:
        return cast(column, JSON) if self._is_postgresql else column


def _fate(here: str, *, is_joining: bool) -> Fate:
    """Return what becomes of an address whose status here is *here*."""
    has_left = here in LEFT or here == _GONE
    if is_joining:
        return Fate.STAYS_LEFT if has_left else Fate.KNOWN if here else Fate.NEW
    if here in _LIVING:
        return Fate.LEAVES
    return Fate.STAYS_LEFT if has_left else Fate.STAYS if here else Fate.REFUSED


@lru_cache(1000)
def _json(keys: tuple[str, ...]) -> str:
    return json.dumps(keys)
