"""The ledger against a model, over both databases: workers, deaths, late writes, readers who leave."""

from collections import Counter
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import count
from pathlib import Path

from deliveries import NOW, add_readers, store_of
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from sqlalchemy import Engine

from publisher.database.engine import opened
from publisher.database.migrate import migrate
from publisher.delivery.ledger import Ledger
from publisher.errors import PublisherError
from publisher.model.delivery import OPEN, IssueState, Message, Outcome, Segment, State
from publisher.subscribers.lifecycle import Cause

_EXAMPLES = count()
READERS = 7
WHO = st.sets(st.integers(0, READERS - 1), max_size=4)
WORKERS = st.integers(0, 1)
HELD = (State.CLAIMED, State.INFLIGHT)


@dataclass(frozen=True)
class Row:
    """What the model knows of a delivery."""

    state: State = State.QUEUED
    worker: str = ""
    attempt: int = 0
    due: datetime | None = None
    status: str = ""
    reply: str = ""


class Life(RuleBasedStateMachine):
    """Two workers at a time send an issue; each that dies is followed by another one, and may still write."""

    engine: Engine
    met: Counter[State]
    """How often a row was in each state when it was compared, over all examples."""

    def __init__(self) -> None:
        super().__init__()
        name = f"n{next(_EXAMPLES)}"
        self.store = store_of(self.engine, name)
        self.readers = add_readers(self.store, READERS)
        self.ids = [one.id for one in self.readers]
        self.status = dict.fromkeys(self.ids, "active")
        self.ledger = Ledger(self.engine, name)
        mails = [Message(Segment("en"), "News", "f" * 64, b"mail")]
        self.issue = self.ledger.freeze("2026-11", "e" * 64, mails, {Segment("en"): 0}, NOW).id
        self.state = IssueState.SENDING
        self.rows = dict.fromkeys(self.ids, Row())
        self.alive, self.dead, self.born = ["w0", "w1"], list[str](), 2
        self.ledgers = {worker: Ledger(self.engine, name) for worker in self.alive}
        self.now = NOW
        self.allowed, self.accepted = dict.fromkeys(self.ids, 1), dict.fromkeys(self.ids, 0)

    # ------------------------------------------------------------------ workers
    @initialize(limit=st.integers(1, READERS), marked=st.integers(0, READERS), sent=st.integers(0, READERS))
    def begin(self, limit: int, marked: int, sent: int) -> None:
        """Begin in the midst: of all mails some are claimed, of these some in flight, of these some sent."""
        self.claim(0, limit)
        self._write("w0", State.SENT, [], self._held("w0", State.CLAIMED)[:marked], 0)
        self._write("w0", State.SENT, self._held("w0", State.INFLIGHT)[:sent], [], 0)

    @rule(number=WORKERS, limit=st.integers(1, 4))
    def claim(self, number: int, limit: int) -> None:
        """Let a worker claim: what is due first, never more than it wants, and nobody who left."""
        worker = self.alive[number]
        jobs = self.ledgers[worker].claim(self.issue, worker, limit, self.now)
        ready = {one for one, row in self.rows.items() if self._is_ready(row)}
        ready = ready if self.state is IssueState.SENDING else set()
        active = {one for one in ready if self.status[one] == "active"}
        got = [job.subscription for job in jobs]
        assert len(got) == len(set(got)) == min(limit, len(active))
        assert set(got) <= active
        waiting = {one for one in active if self.rows[one].due}
        assert set(got) <= waiting or waiting <= set(got)
        for job in jobs:
            row = self.rows[job.subscription]
            assert job.attempt == row.attempt + 1
            self.rows[job.subscription] = replace(
                row, state=State.CLAIMED, worker=worker, attempt=job.attempt, due=None
            )
        skipped = {row.subscription for row in self.ledger.deliveries(self.issue, (State.SKIPPED,))}
        for one in ready - active:  # those it came across
            assert one in skipped or len(got) == limit
            if one in skipped:
                self._skip(one)

    @rule(worker=st.integers(0, 9), who=WHO)
    def mark(self, worker: int, who: set[int]) -> None:
        """Let a worker mark, dead or not: what it holds, and whose reader is still there."""
        name = self._anyone(worker)
        asked = [self.ids[place] for place in sorted(who)]
        hit = self.ledgers[name].mark(self.issue, name, asked, self.now)
        assert hit == self._marked(name, asked)

    @rule(worker=st.integers(0, 9), who=WHO, more=WHO, state=st.sampled_from(State), hours=st.integers(0, 3))
    def step(self, worker: int, who: set[int], more: set[int], state: State, hours: int) -> None:
        """Let a worker, dead or not, write what became of mails, and mark further ones."""
        written = [self.ids[one] for one in sorted(who)]
        self._write(self._anyone(worker), state, written, [self.ids[one] for one in sorted(more)], hours)

    @precondition(lambda self: any(self._held(worker, state) for worker in self.alive for state in HELD))
    @rule(number=WORKERS, state=st.sampled_from([State.SENT, State.SENT, State.DEFERRED, State.FAILED]))
    def go_on(self, number: int, state: State) -> None:
        """Let a worker do its work: write what became of what is in flight, and mark what it claimed."""
        name = self.alive[number]
        self._write(name, state, self._held(name, State.INFLIGHT), self._held(name, State.CLAIMED), 1)

    @rule(worker=st.integers(0, 9))
    def release(self, worker: int) -> None:
        """Let a worker give back what it did not try."""
        name = self._anyone(worker)
        claimed = self._held(name, State.CLAIMED)
        assert self.ledgers[name].release(self.issue, name) == len(claimed)
        self._give_back(claimed)

    @rule(number=WORKERS)
    def die(self, number: int) -> None:
        """Let a worker die, or be cut off, and another one come."""
        self.dead.append(self.alive[number])
        self.alive[number] = f"w{self.born}"
        self.ledgers[self.alive[number]] = Ledger(self.engine, self.store._newsletter)  # noqa: SLF001
        self.born += 1

    @precondition(lambda self: self.dead)
    @rule()
    def recover(self) -> None:
        """Take from dead workers what they held: it is queued again or in doubt."""
        claimed = [one for name in self.dead for one in self._held(name, State.CLAIMED)]
        doubted = [one for name in self.dead for one in self._held(name, State.INFLIGHT)]
        found = self.ledger.recover(self.issue, self.alive.__contains__, self.now)
        assert found == (len(claimed), len(doubted))
        self._give_back(claimed)
        for one in doubted:
            self.rows[one] = replace(self.rows[one], state=State.IN_DOUBT, worker="")

    # ------------------------------------------------------------------ readers and people
    @rule(
        place=st.integers(0, READERS - 1),
        cause=st.sampled_from([Cause.UNSUBSCRIBE, Cause.PAUSE, Cause.ERASE]),
    )
    def leave(self, place: int, cause: Cause) -> None:
        """Let a reader leave or pause, or erase her."""
        one = self.ids[place]
        found = self.store.happen(self.readers[place].public, cause, self.now)
        if found:
            self.status[one] = found.status
            if found.status == "erased":
                self.rows[one] = replace(self.rows[one], reply="")

    @rule(place=st.integers(0, READERS - 1))
    def come_back(self, place: int) -> None:
        """Let a reader who paused go on."""
        if found := self.store.happen(self.readers[place].public, Cause.RESUME, self.now):
            self.status[self.ids[place]] = found.status

    @rule(hours=st.integers(1, 3))
    def time_passes(self, hours: int) -> None:
        """Let some time pass."""
        self.now += timedelta(hours=hours)

    @rule(state=st.sampled_from([*IssueState, IssueState.PAUSED, IssueState.SENDING, IssueState.SENDING]))
    def change(self, state: IssueState) -> None:
        """People pause, go on, cancel and finish."""
        is_open = any(row.state in OPEN for row in self.rows.values())
        has_ended = self.state in {IssueState.FINISHED, IssueState.CANCELLED}
        is_refused = (has_ended and state is not self.state) or (state is IssueState.FINISHED and is_open)
        try:
            self.ledger.change(self.issue, state, "people", self.now)
        except PublisherError:
            assert is_refused
            return
        assert not is_refused
        self.state = state
        for one, row in self.rows.items():
            if state is IssueState.CANCELLED and row.state in {State.QUEUED, State.CLAIMED, State.DEFERRED}:
                self.rows[one] = replace(row, state=State.SKIPPED, worker="", due=None, status="cancelled")

    @rule(who=st.none() | WHO, to=st.sampled_from([State.QUEUED, State.SKIPPED, State.SENT]))
    def resolve(self, who: set[int] | None, to: State) -> None:
        """People decide about mails in doubt."""
        asked = self.ids if who is None else [self.ids[place] for place in who]
        doubted = [one for one in asked if self.rows[one].state is State.IN_DOUBT]
        is_refused = self.state is IssueState.CANCELLED and to is State.QUEUED
        try:
            number = self.ledger.resolve(self.issue, to, self.now, None if who is None else asked)  # type: ignore[arg-type]
        except PublisherError:
            assert is_refused
            return
        assert (number, is_refused) == (len(doubted), False)
        for one in doubted:
            status = "in-doubt" if to is State.SKIPPED else ""
            self.rows[one] = replace(self.rows[one], state=to, status=status, reply="")
            self.allowed[one] += to is State.QUEUED
        if doubted and to is State.QUEUED and self.state is IssueState.FINISHED:
            self.state = IssueState.SENDING

    # ------------------------------------------------------------------ what holds
    @invariant()
    def they_agree(self) -> None:
        """Each row is what the model says, each due time too, and of erased readers nothing was kept."""
        found = {row.subscription: row for row in self.ledger.deliveries(self.issue)}
        assert {
            one: (row.state, row.attempt, row.due, row.status, row.reply) for one, row in found.items()
        } == {one: (row.state, row.attempt, row.due, row.status, row.reply) for one, row in self.rows.items()}
        self.met.update(row.state for row in found.values())
        waits = [row.due for row in self.rows.values() if row.due]
        assert self.ledger.next_due(self.issue) == (min(waits) if waits else None)
        issue = self.ledger.issue("2026-11")
        assert issue is not None
        assert issue.state is self.state

    @invariant()
    def none_is_repeated(self) -> None:
        """Nobody gets more mails than one, and one more for each time that people say so."""
        assert all(self.accepted[one] <= self.allowed[one] for one in self.ids)

    # ------------------------------------------------------------------ the model
    def _anyone(self, number: int) -> str:
        return [*self.alive, *self.dead][number % (2 + len(self.dead))]

    def _is_ready(self, row: Row) -> bool:
        is_due = row.due is not None and row.due <= self.now
        return row.state is State.QUEUED or (row.state is State.DEFERRED and is_due)

    def _held(self, worker: str, state: State) -> list[int]:
        return [one for one, row in self.rows.items() if (row.worker, row.state) == (worker, state)]

    def _skip(self, one: int) -> None:
        self.rows[one] = replace(
            self.rows[one], state=State.SKIPPED, worker="", due=None, status=self.status[one], reply=""
        )

    def _give_back(self, claimed: list[int]) -> None:
        for one in claimed:
            row = self.rows[one]
            self.rows[one] = replace(row, state=State.QUEUED, worker="", attempt=row.attempt - 1)

    def _marked(self, worker: str, asked: list[int]) -> set[int]:
        """Return which of *asked* may be sent; the server accepts a mail as soon as it may be."""
        if self.state is not IssueState.SENDING:
            return set()
        hit = set()
        for one in set(asked).intersection(self._held(worker, State.CLAIMED)):
            if self.status[one] == "active":
                hit.add(one)
                self.accepted[one] += 1
                self.rows[one] = replace(self.rows[one], state=State.INFLIGHT)
            else:
                self._skip(one)
        return hit

    def _write(self, name: str, state: State, who: list[int], more: list[int], hours: int) -> None:
        """Let *name* write that mails of *who* are in *state*, and mark those of *more*."""
        due = self.now + timedelta(hours=hours) if state is State.DEFERRED else None
        said = [Outcome(one, state, 250, "2.0.0", "said", due) for one in who]
        try:
            hit = self.ledgers[name].step(self.issue, name, said, more, self.now)
        except ValueError:
            assert state in {State.CLAIMED, State.INFLIGHT, State.EXCLUDED}
            return
        for outcome in said:
            self._settled(name, outcome)
        assert hit == self._marked(name, more)

    def _settled(self, worker: str, outcome: Outcome) -> None:
        one = outcome.subscription
        row = self.rows[one]
        if row.worker != worker or row.state not in HELD:
            return
        state, status = outcome.state, "2.0.0"
        if state in {State.QUEUED, State.DEFERRED}:
            self.accepted[one] -= row.state is State.INFLIGHT  # the server did not take it after all
            if self.state is IssueState.CANCELLED:
                state, status = State.SKIPPED, "cancelled"
        reply = "" if self.status[one] == "erased" else "said"
        due = outcome.due if state is State.DEFERRED else None
        self.rows[one] = Row(state, "", row.attempt, due, status, reply)


def test_the_life_of_deliveries(database_url: str, tmp_path: Path) -> None:
    """After any sequence of events the ledger says what the model says, and nobody gets a mail twice."""
    engine = opened(database_url, None, tmp_path)
    migrate(engine)
    met = Counter[State]()
    machine = type("LifeOver", (Life,), {"engine": engine, "met": met})
    run_state_machine_as_test(machine, settings=settings(max_examples=30, stateful_step_count=30))
    engine.dispose()
    assert met.total() >= 30 * READERS  # each example compared all rows at least once
    assert met.keys() >= {State.QUEUED, State.CLAIMED, State.INFLIGHT, State.SENT, State.SKIPPED}
