"""Who got an issue: a row for each reader, and the only ways in which its state changes.

    queued ─▶ claimed ─▶ inflight ─▶ sent | failed | deferred (claimed again when it is due) | in-doubt

A worker claims rows, marks each as in flight before the last byte of its mail leaves, and settles it after
the reply. Each step names the worker and the state that it starts from: one that lost its claim changes
nothing. Each method is one transaction.
"""

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Engine

from publisher.database.engine import driving, reading
from publisher.delivery.frozen import Issues
from publisher.delivery.statements import ACTIVE, ENDS, STATES, codes, delivery, job, moment, stamp
from publisher.model.delivery import Delivery, IssueState, Job, Outcome, State

_ROWS = 1000
_SETTLED = {*ENDS, State.QUEUED, State.DEFERRED} - {State.EXCLUDED}
_CANCELLED = "cancelled"


class Ledger(Issues):
    """The issues of *newsletter* and their deliveries; threads may share it."""

    def __init__(self, engine: Engine, newsletter: str) -> None:
        super().__init__(engine, newsletter)
        self._after: dict[int, int] = {}  # the last delivery that was claimed, for each issue

    # ------------------------------------------------------------------ workers
    def claim(self, issue: int, worker: str, limit: int, now: datetime) -> list[Job]:
        """Let *worker* hold up to *limit* deliveries, and return them; what is deferred and due comes first.

        Readers who are not active any more are skipped for their status. Of an issue that is not being sent
        nothing is given.
        """
        at, jobs = stamp(now), list[Job]()
        with driving(self.engine) as cursor:
            if self._state(cursor, issue) != IssueState.SENDING:
                return []
            while len(jobs) < limit and (rows := self._next(cursor, issue, limit - len(jobs), at)):
                taken = [job(row) for row in rows if row[5] == ACTIVE]
                gone = [row[0] for row in rows if row[5] != ACTIVE]
                if taken:
                    ids = [one.subscription for one in taken]
                    self._drive(cursor, "take", issue=issue, worker=worker, now=at, ids=ids)
                if gone:
                    self._drive(cursor, "skip", issue=issue, now=at, ids=gone)
                jobs += taken
        return jobs

    def _next(self, cursor: Any, issue: int, limit: int, at: int) -> Sequence[Any]:
        """Return rows that are to be claimed.

        Those that are queued are looked for behind the last one, and from the beginning if there are none:
        so what PostgreSQL has not cleared away yet need not be stepped over each time.
        """
        rows: list[Any] = self._drive(cursor, "deferred", issue=issue, now=at, limit=limit).fetchall()
        if rows:
            return rows
        after = self._after.get(issue, -1)
        for start in (after, -1) if after >= 0 else (-1,):
            rows = self._drive(cursor, "queued", issue=issue, after=start, limit=limit).fetchall()
            if rows:
                break
        self._after[issue] = rows[-1][0] if rows else -1
        return rows

    def mark(self, issue: int, worker: str, subscriptions: Sequence[int], now: datetime) -> set[int]:
        """Note durably that mails to *subscriptions* may be accepted from now on; return for which it holds.

        To all others nothing may be sent: *worker* holds them no more, the reader has left meanwhile (then
        she is skipped), or the issue is not being sent any more.
        """
        return self.step(issue, worker, (), subscriptions, now)

    def settle(self, issue: int, worker: str, outcomes: Sequence[Outcome], now: datetime) -> int:
        """Write what became of deliveries that *worker* holds; return how many it did hold.

        What would be tried again of a cancelled issue is skipped.
        """
        _hold_settled(outcomes)
        with driving(self.engine) as cursor:
            return self._settle(cursor, self._state(cursor, issue), issue, worker, outcomes, stamp(now))

    def step(
        self,
        issue: int,
        worker: str,
        outcomes: Sequence[Outcome],
        subscriptions: Sequence[int],
        now: datetime,
    ) -> set[int]:
        """Do what `settle` does with *outcomes* and `mark` with *subscriptions*, and wait once."""
        _hold_settled(outcomes)
        at, ids = stamp(now), list(subscriptions)
        with driving(self.engine) as cursor:
            state = self._state(cursor, issue)
            self._settle(cursor, state, issue, worker, outcomes, at)
            if not ids or state != IssueState.SENDING:
                return set()
            said = {"issue": issue, "worker": worker, "now": at}
            hit = {row[0] for row in self._drive(cursor, "mark", **said, ids=ids).fetchall()}
            if missed := [number for number in ids if number not in hit]:
                self._drive(cursor, "drop", **said, ids=missed)
        return hit

    def _settle(
        self,
        cursor: Any,
        state: str,
        issue: int,
        worker: str,
        outcomes: Sequence[Outcome],
        at: int,
    ) -> int:
        if not outcomes:
            return 0
        if state == IssueState.CANCELLED:
            outcomes = [_ended(outcome) for outcome in outcomes]
        number = self._statements.settle(cursor, issue, worker, outcomes, at)
        # After that, since whoever is being erased meanwhile waits for these rows, or was erased before.
        if said := [outcome.subscription for outcome in outcomes if outcome.reply]:
            self._drive(cursor, "forget", issue=issue, ids=said)
        return number

    def release(self, issue: int, worker: str) -> int:
        """Give back what *worker* claimed and did not try; return how many."""
        with driving(self.engine) as cursor:
            self._state(cursor, issue)
            return int(self._drive(cursor, "release", issue=issue, worker=worker).rowcount)

    def recover(self, issue: int, alive: Callable[[str], bool], now: datetime) -> tuple[int, int]:
        """Take from workers that are not *alive* what they held.

        Return how many are queued again, and how many are in doubt.
        """
        with reading(self.engine) as connection:
            workers = [row[0] for row in self._run(connection, "workers", issue=issue)]
        dead = [worker for worker in workers if not alive(worker)]
        if not dead:
            return 0, 0
        queued = doubted = 0
        with driving(self.engine) as cursor:
            self._state(cursor, issue)
            for worker in dead:
                queued += self._drive(cursor, "release", issue=issue, worker=worker).rowcount
                lost = self._drive(cursor, "doubt", issue=issue, worker=worker, now=stamp(now))
                doubted += lost.rowcount
        return queued, doubted

    # ------------------------------------------------------------------ people
    def counts(self, issue: int) -> dict[State, int]:
        """Return how many deliveries are in each state, also if none is."""
        with reading(self.engine) as connection:
            return self._counts(connection, issue)

    def reasons(self, issue: int) -> dict[tuple[State, str], int]:
        """Return how many deliveries have each state and status: that of a reply, or why nothing is sent."""
        with reading(self.engine) as connection:
            return {(STATES[row[0]], row[1]): row[2] for row in self._run(connection, "reasons", issue=issue)}

    def next_due(self, issue: int) -> datetime | None:
        """Return when the next deferred delivery is tried again; None if none is deferred."""
        with reading(self.engine) as connection:
            return moment(self._run(connection, "due", issue=issue).scalar())

    def last(self, issue: int) -> datetime | None:
        """Return when something was written down last; None if the issue has no deliveries."""
        with reading(self.engine) as connection:
            return moment(self._run(connection, "last", issue=issue).scalar())

    def deliveries(self, issue: int, states: tuple[State, ...] = ()) -> Iterator[Delivery]:
        """Yield all deliveries, or those in *states*, in the order in which readers came."""
        after = -1
        while True:
            wanted = {"issue": issue, "after": after, "limit": _ROWS, "states": codes(states)}
            with reading(self.engine) as connection:
                found = [delivery(row) for row in self._run(connection, "rows", **wanted)]
            yield from found
            if len(found) < _ROWS:
                return
            after = found[-1].subscription

    # ------------------------------------------------------------------ rows
    def _state(self, cursor: Any, issue: int) -> str:
        """Return the state of *issue*, which nobody changes before this transaction is over."""
        return str(self._drive(cursor, "state", issue=issue).fetchone()[0])


def _hold_settled(outcomes: Sequence[Outcome]) -> None:
    """Raise `ValueError` if one of *outcomes* is no state that a worker may leave a delivery in."""
    if any(outcome.state not in _SETTLED for outcome in outcomes):
        raise ValueError("no outcome of a delivery")


def _ended(outcome: Outcome) -> Outcome:
    """Return *outcome* as it is when the issue is cancelled."""
    if outcome.state in {State.QUEUED, State.DEFERRED}:
        return Outcome(outcome.subscription, State.SKIPPED, outcome.code, _CANCELLED, outcome.reply)
    return outcome
