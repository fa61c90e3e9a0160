"""What the ledger says to the database, word by word, and the rows of it as values.

These run for each mail, and their plan matters: left alone, SQLite takes the wrong index, and a claim reads
all that is sent already. So it is told which one to take and what to read first: hence SQL, as it is said.
"""

import re
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Any

import msgspec
from sqlalchemy import Connection, TextClause, text

from publisher.model.delivery import OPEN, Delivery, Job, Outcome, State

CODES: Mapping[State, int] = {
    State.QUEUED: 0,
    State.CLAIMED: 1,
    State.INFLIGHT: 2,
    State.DEFERRED: 3,
    State.SENT: 4,
    State.FAILED: 5,
    State.SKIPPED: 6,
    State.IN_DOUBT: 7,
    State.EXCLUDED: 8,
}
"""How a state is written in a row. Two indexes hold to the codes of QUEUED and DEFERRED."""
STATES = {code: state for state, code in CODES.items()}
ENDS = tuple(state for state in State if state not in OPEN)
ACTIVE = "active"
_EPOCH, _MILLISECOND = datetime(1970, 1, 1, tzinfo=UTC), timedelta(milliseconds=1)
_REPLY, _STATUS = 500, 40
_NAMED = re.compile(r":([a-z]+)\b")
_SAID = ("state", "due", "code", "status", "reply", "ids")

# What may be next. `CROSS JOIN` keeps SQLite from beginning with the readers; `s.id > :after`, which follows
# from the rest, keeps PostgreSQL from merging all readers that come before.
_NEXT = """
SELECT d.subscription, s.public, s.address, d.segment, d.attempt + 1, s.status
FROM delivery AS d {index} CROSS JOIN subscription AS s
WHERE s.id = d.subscription AND d.issue = :issue AND {which} {lock}
"""
_SKIP = """
UPDATE delivery SET state = 6, worker = NULL, at = :now, due = NULL, code = 0, reply = '', status = {hers}
WHERE issue = :issue AND subscription {among} AND {held} AND {hers} <> 'active'
"""
_STATEMENTS = {
    "state": "SELECT state FROM issue WHERE id = :issue {share}",
    "queued": _NEXT.replace("{index}", "{queued}").replace(
        "{which}",
        "d.state = 0 AND d.subscription > :after AND s.id > :after ORDER BY d.subscription LIMIT :limit",
    ),
    "deferred": _NEXT.replace("{index}", "{deferred}").replace(
        "{which}", "d.state = 3 AND d.due <= :now ORDER BY d.due LIMIT :limit"
    ),
    "take": """
UPDATE delivery SET state = 1, worker = :worker, attempt = attempt + 1, at = :now, due = NULL
WHERE issue = :issue AND subscription {among}
""",
    # Her status is read once more: whoever came back in between is not skipped for being active.
    "skip": _SKIP.replace("{held}", "state IN (0, 3)"),
    "drop": _SKIP.replace("{held}", "state = 1 AND worker = :worker"),
    "mark": """
UPDATE delivery SET state = 2, at = :now
WHERE issue = :issue AND subscription {among} AND state = 1 AND worker = :worker AND {hers} = 'active'
RETURNING subscription
""",
    "forget": """
UPDATE delivery SET reply = '' WHERE issue = :issue AND subscription {among} AND {hers} = 'erased'
""",
    "release": """
UPDATE delivery SET state = 0, worker = NULL, attempt = attempt - 1
WHERE issue = :issue AND state = 1 AND worker = :worker
""",
    "doubt": """
UPDATE delivery SET state = 7, worker = NULL, at = :now
WHERE issue = :issue AND state = 2 AND worker = :worker
""",
    "workers": "SELECT DISTINCT worker FROM delivery WHERE issue = :issue AND state IN (1, 2)",
    "counts": "SELECT state, count(*) FROM delivery WHERE issue = :issue GROUP BY state",
    "reasons": """
SELECT state, status, count(*) FROM delivery WHERE issue = :issue
GROUP BY state, status ORDER BY state, status
""",
    "last": "SELECT max(at) FROM delivery WHERE issue = :issue",
    "due": "SELECT min(due) FROM delivery {deferred} WHERE issue = :issue AND state = 3",
    "cancel": """
UPDATE delivery SET state = 6, worker = NULL, at = :now, due = NULL, status = 'cancelled'
WHERE issue = :issue AND state IN (0, 1, 3)
""",
    "rows": """
SELECT d.subscription, s.public, s.address, d.segment, d.state, d.attempt, d.at, d.due,
    d.code, d.status, d.reply
FROM delivery AS d CROSS JOIN subscription AS s
WHERE s.id = d.subscription AND d.issue = :issue AND d.subscription > :after AND s.id > :after
    AND d.state {states}
ORDER BY d.subscription LIMIT :limit
""",
    "resolve": """
UPDATE delivery SET state = :state, at = :now, status = :status, code = :code, reply = :reply
WHERE issue = :issue AND state = 7
""",
    "resolve_some": """
UPDATE delivery SET state = :state, at = :now, status = :status, code = :code, reply = :reply
WHERE issue = :issue AND state = 7 AND subscription {among}
""",
}
_HERS = "(SELECT status FROM subscription AS s WHERE s.id = delivery.subscription)"
_WORDS = {
    "sqlite": {
        "hers": _HERS,
        "among": "IN (SELECT value FROM json_each(:ids))",
        "states": "IN (SELECT value FROM json_each(:states))",
        "queued": "INDEXED BY ix_delivery_queued",
        "deferred": "INDEXED BY ix_delivery_deferred",
        "lock": "",
        "share": "",
    },
    "postgresql": {
        "hers": _HERS,
        "among": "= ANY(CAST(:ids AS integer[]))",
        "states": "= ANY(CAST(:states AS integer[]))",
        "queued": "",
        "deferred": "",
        "lock": "FOR UPDATE OF d SKIP LOCKED",
        "share": "FOR SHARE",
    },
}
_SETTLE = {
    "sqlite": """
UPDATE delivery SET worker = NULL, at = ?, state = ?, due = ?, code = ?, status = ?, reply = ?
WHERE subscription = ? AND issue = ? AND worker = ? AND state IN (1, 2)
""",
    # All at once, each row by its place in the arrays: joined to them, PostgreSQL reads all deliveries to
    # find those that somebody holds.
    "postgresql": """
UPDATE delivery
SET worker = NULL, at = %(at)s,
    state = (CAST(%(state)s AS smallint[]))[array_position(CAST(%(ids)s AS integer[]), subscription)],
    due = (CAST(%(due)s AS bigint[]))[array_position(CAST(%(ids)s AS integer[]), subscription)],
    code = (CAST(%(code)s AS smallint[]))[array_position(CAST(%(ids)s AS integer[]), subscription)],
    status = (CAST(%(status)s AS text[]))[array_position(CAST(%(ids)s AS integer[]), subscription)],
    reply = (CAST(%(reply)s AS text[]))[array_position(CAST(%(ids)s AS integer[]), subscription)]
WHERE issue = %(issue)s AND subscription = ANY(CAST(%(ids)s AS integer[])) AND worker = %(worker)s
    AND state IN (1, 2)
""",
}


class Statements:
    """The statements for *dialect*, `sqlite` or `postgresql`, made ready once."""

    def __init__(self, dialect: str) -> None:
        self._is_sqlite = dialect == "sqlite"
        self._settle = _SETTLE[dialect]
        words = _WORDS[dialect]
        filled = {name: _filled(said, words) for name, said in _STATEMENTS.items()}
        self._made: dict[str, TextClause] = {name: text(said) for name, said in filled.items()}
        self._driven = {
            name: said if self._is_sqlite else _NAMED.sub(r"%(\1)s", said) for name, said in filled.items()
        }

    def run(self, connection: Connection, name: str, **values: Any) -> Any:
        """Run the statement *name*; lists in *values* stand for sets of numbers."""
        return connection.execute(self._made[name], self._fit(values))

    def drive(self, cursor: Any, name: str, **values: Any) -> Any:
        """Run the statement *name* by a driver's *cursor*, and return that."""
        cursor.execute(self._driven[name], self._fit(values))
        return cursor

    def _fit(self, values: dict[str, Any]) -> dict[str, Any]:
        """Return *values* as the driver takes them."""
        if not self._is_sqlite:
            return values
        return {key: _listed(value) if isinstance(value, list) else value for key, value in values.items()}

    def settle(self, cursor: Any, issue: int, worker: str, outcomes: Sequence[Outcome], at: int) -> int:
        """Write *outcomes* by a driver's *cursor* to rows that *worker* holds; return how many were."""
        said = [
            (
                CODES[outcome.state],
                _due(outcome, at),
                outcome.code,
                plain(outcome.status, _STATUS),
                plain(outcome.reply, _REPLY),
                outcome.subscription,
            )
            for outcome in outcomes
        ]
        if self._is_sqlite:
            cursor.executemany(self._settle, [(at, *row, issue, worker) for row in said])
            return int(cursor.rowcount)
        values: dict[str, Any] = {"at": at, "issue": issue, "worker": worker}
        values |= zip(_SAID, map(list, zip(*said, strict=True)), strict=True)
        cursor.execute(self._settle, values)
        return int(cursor.rowcount)


def _due(outcome: Outcome, at: int) -> int | None:
    """Return when *outcome* is tried again, of which nothing is said: now."""
    if outcome.state is not State.DEFERRED:
        return None
    return stamp(outcome.due) if outcome.due else at


def _filled(said: str, words: Mapping[str, str]) -> str:
    for name, word in words.items():
        said = said.replace(f"{{{name}}}", word)
    return said


def _listed(numbers: list[int]) -> str:
    return msgspec.json.encode(numbers).decode()


def stamp(moment: datetime) -> int:
    """Return *moment*, which has a zone, as milliseconds since 1970 in UTC."""
    if moment.tzinfo is None:
        raise ValueError("a time without a zone")
    return (moment - _EPOCH) // _MILLISECOND


def moment(number: int | None) -> datetime | None:
    """Return the time that `stamp` made a number of."""
    return None if number is None else _EPOCH + number * _MILLISECOND


def plain(said: str, length: int) -> str:
    """Return the beginning of *said* as each database takes it: NUL or half a letter stops it."""
    if not said.isascii():
        said = said.encode("utf-8", "replace").decode("utf-8")
    return said[:length].replace("\0", "")


@lru_cache(64)
def codes(states: tuple[State, ...]) -> list[int]:
    """Return the codes of *states*, of all if there are none."""
    return [CODES[state] for state in states or State]


def job(row: Any) -> Job:
    """Return a row of what is next as a job."""
    return Job(*row[:5])


def delivery(row: Any) -> Delivery:
    """Return a row for people as a value."""
    number, public, address, segment, state, attempt, at, due, code, status, reply = row
    return Delivery(
        number,
        public,
        address or "",
        segment,
        STATES[state],
        attempt,
        moment(at),
        moment(due),
        code,
        status,
        reply,
    )
