"""The ledger, over each database: freezing, claims, marks, outcomes, and what people do with them."""

import threading
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from deliveries import NEWS, NOW, add_readers, copy_readers, frozen, mail, sent, store_of, tables
from sqlalchemy import Engine, text

from publisher.database.engine import reading, transaction
from publisher.delivery.ledger import Ledger
from publisher.errors import PublisherError
from publisher.model.delivery import FrozenIssue, IssueState, Outcome, Segment, State
from publisher.model.subscription import Choice
from publisher.subscribers.addresses import read_address
from publisher.subscribers.lifecycle import Cause
from publisher.subscribers.store import Store

HOUR = timedelta(hours=1)
BOTH = Choice("en", ("cash", "care"))


@pytest.fixture
def engine(database_url: str, tmp_path: Path) -> Iterator[Engine]:
    """Return an empty database with its tables."""
    with tables(database_url, tmp_path) as made:
        yield made


@pytest.fixture
def store(engine: Engine) -> Store:
    """Return the store of subscribers."""
    return store_of(engine)


@pytest.fixture
def ledger(engine: Engine) -> Ledger:
    """Return an empty ledger."""
    return Ledger(engine, NEWS)


def states(ledger: Ledger, issue: FrozenIssue) -> dict[State, int]:
    """Return the states in which there are deliveries."""
    return {state: number for state, number in ledger.counts(issue.id).items() if number}


def inflight(ledger: Ledger, issue: FrozenIssue, worker: str, number: int) -> list[int]:
    """Return subscriptions whose mails *worker* has in flight."""
    ids = [job.subscription for job in ledger.claim(issue.id, worker, number, NOW)]
    assert ledger.mark(issue.id, worker, ids, NOW) == set(ids)
    return ids


# ------------------------------------------------------------------ freezing
def test_the_audience(ledger: Ledger, store: Store) -> None:
    """Active readers are counted by what they chose, in whatever order it stands there; others by status."""
    add_readers(store, 2)
    add_readers(store, 1, BOTH)
    add_readers(store, 1, Choice("en", ("care", "cash")))
    left, erased = add_readers(store, 2, Choice("fr"))
    store.happen(left.public, Cause.UNSUBSCRIBE, NOW)
    store.happen(erased.public, Cause.ERASE, NOW)
    store.subscribe(read_address("pending@example.org"), Choice("en"), NOW)
    add_readers(store_of(store.engine, "other"), 3)
    found = ledger.audience()
    assert found.active == {Segment("en"): 2, Segment("en", ("care", "cash")): 2}
    assert found.others == {"pending": 1, "unsubscribed": 1}


def test_freezing(ledger: Ledger, store: Store) -> None:
    """Each reader who is not erased has a delivery, or a reason why not; mails come back as they were."""
    plain = add_readers(store, 3)
    picky = add_readers(store, 1, BOTH) + add_readers(store, 1, Choice("en", ("care", "cash")))
    nothing = add_readers(store, 1, Choice("fr"))
    paused, erased = add_readers(store, 2)
    store.happen(paused.public, Cause.PAUSE, NOW)
    store.happen(erased.public, Cause.ERASE, NOW)
    add_readers(store_of(store.engine, "other"), 3)
    wanted: dict[Segment, int | str] = {Segment("en"): 0, Segment("fr"): "no-entries"}
    wanted[Segment("en", ("care", "cash"))] = 1
    mails = [mail("en", bytes(range(256)) * 100), mail("en")]
    issue = ledger.freeze("2026-11", "e" * 64, mails, wanted, NOW)
    assert (issue.period, issue.hash, issue.state, issue.candidates) == ("2026-11", "e" * 64, "sending", 7)
    assert (issue.frozen, issue.finished, issue.why) == (NOW, None, "")
    assert ledger.issue("2026-11") == issue
    assert (ledger.issues(), ledger.issue("2026-12")) == ([issue], None)
    assert [ledger.message(issue.id, place) for place in (0, 1)] == mails
    rows = {row.subscription: row for row in ledger.deliveries(issue.id)}
    assert {number: (row.segment, row.state, row.status) for number, row in rows.items()} == {
        **{one.id: (0, State.QUEUED, "") for one in plain},
        **{one.id: (1, State.QUEUED, "") for one in picky},
        nothing[0].id: (-1, State.EXCLUDED, "no-entries"),
        paused.id: (-1, State.EXCLUDED, "paused"),
    }
    assert ledger.reasons(issue.id) == {
        (State.QUEUED, ""): 5,
        (State.EXCLUDED, "no-entries"): 1,
        (State.EXCLUDED, "paused"): 1,
    }
    row = rows[plain[0].id]
    assert (row.public, row.address, row.at, row.due) == (plain[0].public, plain[0].address, NOW, None)


def test_an_issue_is_frozen_once(ledger: Ledger, store: Store) -> None:
    """A second issue of a period is refused and changes nothing; another newsletter may have its own."""
    add_readers(store, 2)
    issue = frozen(ledger)
    add_readers(store, 1)
    with pytest.raises(PublisherError) as told:
        frozen(ledger)
    assert told.value.code == "already-frozen"
    assert (ledger.issues(), ledger.counts(issue.id)[State.QUEUED]) == ([issue], 2)
    other = Ledger(ledger.engine, "other")
    assert frozen(other).candidates == 0
    assert len(other.issues()) == 1


def test_a_choice_that_nobody_planned(ledger: Ledger, store: Store) -> None:
    """If a reader chose something else since the plan, nothing is frozen, and the plan can be made again."""
    reader = add_readers(store, 2)[0]
    store.choose(reader.public, Choice("ar"), NOW)
    with pytest.raises(PublisherError) as told:
        ledger.freeze("2026-11", "e" * 64, [mail("en")], {Segment("en"): 0}, NOW)
    assert told.value.code == "audience-changed"
    with pytest.raises(ValueError, match="no mail 1"):
        ledger.freeze("2026-11", "e" * 64, [mail("en")], {Segment("en"): 0, Segment("ar"): 1}, NOW)
    assert ledger.issues() == []
    assert frozen(ledger).candidates == 2


def test_nobody_is_there(ledger: Ledger) -> None:
    """An issue without readers has no deliveries and can be finished."""
    issue = frozen(ledger)
    assert ledger.claim(issue.id, "a", 10, NOW) == []
    ledger.change(issue.id, IssueState.FINISHED, "", NOW)
    assert ledger.issues()[0].state is IssueState.FINISHED


# ------------------------------------------------------------------ workers
def test_the_way_of_a_mail(ledger: Ledger, store: Store) -> None:
    """Claimed, marked, settled: each reader once, with what the server said; then the issue can finish."""
    readers = add_readers(store, 5)
    issue = frozen(ledger)
    jobs = ledger.claim(issue.id, "a", 3, NOW) + ledger.claim(issue.id, "a", 3, NOW)
    assert [(job.subscription, job.public, job.address, job.segment, job.attempt) for job in jobs] == [
        (one.id, one.public, one.address, 0, 1) for one in readers
    ]
    assert ledger.claim(issue.id, "a", 3, NOW) == []
    ids = [job.subscription for job in jobs]
    assert states(ledger, issue) == {State.CLAIMED: 5}
    assert ledger.mark(issue.id, "a", ids, NOW + HOUR) == set(ids)
    assert ledger.mark(issue.id, "a", ids, NOW + HOUR) == set()
    with pytest.raises(PublisherError) as told:
        ledger.change(issue.id, IssueState.FINISHED, "", NOW)
    assert (told.value.code, "5 inflight" in told.value.message) == ("unfinished-issue", True)
    assert ledger.settle(issue.id, "a", sent(ids), NOW + 2 * HOUR) == 5
    assert ledger.settle(issue.id, "a", sent(ids), NOW + 2 * HOUR) == 0
    row = next(ledger.deliveries(issue.id))
    assert (row.state, row.code, row.status, row.reply) == (
        State.SENT,
        250,
        "2.0.0",
        "2.0.0 Ok: queued as 4Xab",
    )
    assert (row.attempt, row.at, row.due) == (1, NOW + 2 * HOUR, None)
    ledger.change(issue.id, IssueState.FINISHED, "", NOW)
    found = ledger.issue("2026-11")
    assert found is not None
    assert (found.state, found.finished) == (IssueState.FINISHED, NOW)


def test_a_step_settles_and_marks(ledger: Ledger, store: Store) -> None:
    """Outcomes and marks of one step are written together; if one is no outcome, nothing is written."""
    add_readers(store, 4)
    issue = frozen(ledger)
    ids = [job.subscription for job in ledger.claim(issue.id, "a", 4, NOW)]
    assert ledger.step(issue.id, "a", [], ids[:2], NOW) == set(ids[:2])
    with pytest.raises(ValueError, match="no outcome"):
        ledger.step(issue.id, "a", [Outcome(ids[0], State.CLAIMED)], ids[2:], NOW)
    with pytest.raises(ValueError, match="no outcome"):
        ledger.settle(issue.id, "a", [Outcome(ids[0], State.EXCLUDED)], NOW)
    assert states(ledger, issue) == {State.CLAIMED: 2, State.INFLIGHT: 2}
    assert ledger.step(issue.id, "a", sent(ids[:2]), ids[2:], NOW) == set(ids[2:])
    assert states(ledger, issue) == {State.SENT: 2, State.INFLIGHT: 2}
    assert ledger.settle(issue.id, "a", [], NOW) == 0


def test_a_worker_that_lost_its_claim(ledger: Ledger, store: Store) -> None:
    """What a worker says late of deliveries that were taken from it changes nothing."""
    add_readers(store, 4)
    issue = frozen(ledger)
    ids = [job.subscription for job in ledger.claim(issue.id, "old", 4, NOW)]
    ledger.mark(issue.id, "old", ids[:1], NOW)
    assert ledger.recover(issue.id, lambda worker: worker == "old", NOW) == (0, 0)
    assert ledger.recover(issue.id, lambda worker: worker != "old", NOW) == (3, 1)
    assert ledger.mark(issue.id, "old", ids, NOW) == set()
    assert ledger.settle(issue.id, "old", sent(ids), NOW) == 0
    assert ledger.release(issue.id, "old") == 0
    again = ledger.claim(issue.id, "new", 9, NOW)
    assert [(job.subscription, job.attempt) for job in again] == [(number, 1) for number in ids[1:]]
    assert ledger.mark(issue.id, "old", ids, NOW) == set()
    assert ledger.settle(issue.id, "old", sent(ids), NOW) == 0
    assert states(ledger, issue) == {State.CLAIMED: 3, State.IN_DOUBT: 1}


def test_giving_back(ledger: Ledger, store: Store) -> None:
    """What was claimed and not tried is queued again and does not count as a try; what is in flight stays."""
    add_readers(store, 3)
    issue = frozen(ledger)
    ids = inflight(ledger, issue, "a", 1)
    ledger.claim(issue.id, "a", 9, NOW)
    assert ledger.release(issue.id, "b") == 0
    assert ledger.release(issue.id, "a") == 2
    assert states(ledger, issue) == {State.QUEUED: 2, State.INFLIGHT: 1}
    ledger.settle(issue.id, "a", [Outcome(ids[0], State.QUEUED)], NOW)
    assert {job.subscription: job.attempt for job in ledger.claim(issue.id, "b", 9, NOW)} == {
        ids[0]: 2,
        ids[0] + 1: 1,
        ids[0] + 2: 1,
    }


def test_deferred_ones_wait(ledger: Ledger, store: Store) -> None:
    """What is deferred is claimed when it is due, before what is queued, with the number of its try."""
    add_readers(store, 4)
    issue = frozen(ledger)
    assert ledger.next_due(issue.id) is None
    ids = inflight(ledger, issue, "a", 3)
    later = [
        Outcome(ids[0], State.DEFERRED, 451, "4.7.1", "try again", NOW + 2 * HOUR),
        Outcome(ids[1], State.DEFERRED, 451, "4.7.1", "try again", NOW + HOUR),
        Outcome(ids[2], State.DEFERRED, 451),
    ]
    ledger.settle(issue.id, "a", later, NOW + timedelta(milliseconds=1))
    assert ledger.next_due(issue.id) == NOW + timedelta(milliseconds=1)
    found = ledger.claim(issue.id, "a", 2, NOW + 1.5 * HOUR)
    assert [(job.subscription, job.attempt) for job in found] == [(ids[2], 2), (ids[1], 2)]
    assert ledger.next_due(issue.id) == NOW + 2 * HOUR
    rest = ledger.claim(issue.id, "a", 9, NOW + 3 * HOUR)
    assert [(job.subscription, job.attempt) for job in rest] == [(ids[0], 2), (ids[2] + 1, 1)]
    assert all(row.due is None for row in ledger.deliveries(issue.id))


def test_due_is_from_that_moment_on(ledger: Ledger, store: Store) -> None:
    """A millisecond before its time nothing is claimed, at its time it is."""
    add_readers(store, 1)
    issue = frozen(ledger)
    ids = inflight(ledger, issue, "a", 1)
    ledger.settle(issue.id, "a", [Outcome(ids[0], State.DEFERRED, due=NOW + HOUR)], NOW)
    assert ledger.claim(issue.id, "a", 1, NOW + HOUR - timedelta(milliseconds=1)) == []
    assert len(ledger.claim(issue.id, "a", 1, NOW + HOUR)) == 1


def test_a_stale_worker_skips_nobody(ledger: Ledger, store: Store) -> None:
    """Marking what another worker holds changes nothing, also if the reader has left."""
    reader = add_readers(store, 1)[0]
    issue = frozen(ledger)
    ledger.claim(issue.id, "a", 1, NOW)
    store.happen(reader.public, Cause.UNSUBSCRIBE, NOW)
    assert ledger.mark(issue.id, "b", [reader.id], NOW) == set()
    assert states(ledger, issue) == {State.CLAIMED: 1}
    assert ledger.mark(issue.id, "a", [reader.id], NOW) == set()
    assert states(ledger, issue) == {State.SKIPPED: 1}


@pytest.mark.parametrize("cause", [Cause.UNSUBSCRIBE, Cause.PAUSE, Cause.BOUNCE, Cause.COMPLAIN, Cause.ERASE])
def test_who_leaves_gets_nothing(ledger: Ledger, store: Store, cause: Cause) -> None:
    """Whoever leaves after the freeze is skipped at the claim, and after the claim at the mark."""
    readers = add_readers(store, 4)
    issue = frozen(ledger)
    first = store.happen(readers[0].public, cause, NOW)
    assert first is not None
    jobs = ledger.claim(issue.id, "a", 2, NOW)
    assert [job.subscription for job in jobs] == [readers[1].id, readers[2].id]
    store.happen(readers[1].public, cause, NOW)
    ids = [one.id for one in readers]
    assert ledger.mark(issue.id, "a", ids, NOW) == {readers[2].id}
    store.happen(readers[3].public, cause, NOW)
    assert ledger.claim(issue.id, "a", 2, NOW) == []
    assert ledger.reasons(issue.id) == {(State.SKIPPED, first.status): 3, (State.INFLIGHT, ""): 1}


def test_a_claim_is_as_many_as_are_wanted(ledger: Ledger, store: Store) -> None:
    """Readers who left do not make a claim smaller than there are others."""
    readers = add_readers(store, 9)
    issue = frozen(ledger)
    for one in readers[:6]:
        store.happen(one.public, Cause.UNSUBSCRIBE, NOW)
    assert [job.subscription for job in ledger.claim(issue.id, "a", 2, NOW)] == [
        one.id for one in readers[6:8]
    ]
    assert states(ledger, issue)[State.SKIPPED] == 6


def test_what_servers_say_is_kept_in_bounds(ledger: Ledger, store: Store) -> None:
    """A reply with NUL, half a letter or 8,000 characters is kept as far as a database takes it."""
    add_readers(store, 3)
    issue = frozen(ledger)
    ids = inflight(ledger, issue, "a", 3)
    replies = ["no\0body", "half \ud800 letter é", "x" * 8000]
    outcomes = [
        Outcome(number, State.FAILED, 550, "5.1.1", reply) for number, reply in zip(ids, replies, strict=True)
    ]
    ledger.settle(issue.id, "a", outcomes, NOW)
    assert [row.reply for row in ledger.deliveries(issue.id)] == ["nobody", "half ? letter é", "x" * 500]


def test_replies_of_erased_readers_are_forgotten(ledger: Ledger, store: Store) -> None:
    """Her delivery stays, without what the server said; also if it is said when she is erased already."""
    readers = add_readers(store, 3)
    issue = frozen(ledger)
    ids = inflight(ledger, issue, "a", 3)
    ledger.settle(issue.id, "a", sent(ids[:1], f"for {readers[0].address}"), NOW)
    for one in readers[:2]:
        store.happen(one.public, Cause.ERASE, NOW)
    ledger.settle(issue.id, "a", sent(ids[1:], "for somebody"), NOW)
    found = [(row.state, row.address, row.reply) for row in ledger.deliveries(issue.id)]
    assert found == [
        (State.SENT, "", ""),
        (State.SENT, "", ""),
        (State.SENT, readers[2].address, "for somebody"),
    ]


def test_many_workers_share_the_work(engine: Engine, store: Store) -> None:
    """Workers at the same time get each reader once among them, and nobody is left."""
    add_readers(store, 300)
    issue = frozen(Ledger(engine, NEWS))
    got: list[int] = []
    failed: list[BaseException] = []

    def work(name: str) -> None:
        ledger = Ledger(engine, NEWS)
        try:
            while jobs := ledger.claim(issue.id, name, 7, NOW):
                hit = ledger.mark(issue.id, name, [job.subscription for job in jobs], NOW)
                got.extend(hit)
                assert ledger.settle(issue.id, name, sent(sorted(hit)), NOW) == len(hit)
        except BaseException as error:  # noqa: BLE001 - told below
            failed.append(error)

    threads = [threading.Thread(target=work, args=(f"w{number}",)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failed == []
    assert (len(got), len(set(got))) == (300, 300)
    assert states(Ledger(engine, NEWS), issue) == {State.SENT: 300}


# ------------------------------------------------------------------ people
def test_pausing(ledger: Ledger, store: Store) -> None:
    """Of a paused issue nothing is claimed or marked; replies are still written, and then it goes on."""
    add_readers(store, 3)
    issue = frozen(ledger)
    ids = inflight(ledger, issue, "a", 1)
    more = [job.subscription for job in ledger.claim(issue.id, "a", 1, NOW)]
    ledger.change(issue.id, IssueState.PAUSED, "the server refuses us", NOW)
    found = ledger.issue("2026-11")
    assert found is not None
    assert (found.state, found.why) == (IssueState.PAUSED, "the server refuses us")
    assert ledger.claim(issue.id, "a", 9, NOW) == []
    assert ledger.mark(issue.id, "a", more, NOW) == set()
    assert ledger.step(issue.id, "a", sent(ids), more, NOW) == set()
    assert ledger.release(issue.id, "a") == 1
    assert states(ledger, issue) == {State.SENT: 1, State.QUEUED: 2}
    ledger.change(issue.id, IssueState.SENDING, "", NOW)
    assert len(ledger.claim(issue.id, "a", 9, NOW)) == 2


def test_cancelling(ledger: Ledger, store: Store) -> None:
    """What is open of a cancelled issue is skipped, also what comes back later; nothing brings it to life."""
    add_readers(store, 6)
    issue = frozen(ledger)
    ids = inflight(ledger, issue, "a", 4)
    ledger.settle(issue.id, "a", [Outcome(ids[3], State.DEFERRED, due=NOW + HOUR)], NOW)
    claimed = [job.subscription for job in ledger.claim(issue.id, "a", 1, NOW)]
    ledger.change(issue.id, IssueState.CANCELLED, "the wrong month", NOW)
    ledger.change(issue.id, IssueState.CANCELLED, "the wrong month", NOW)
    assert ledger.reasons(issue.id) == {(State.INFLIGHT, ""): 3, (State.SKIPPED, "cancelled"): 3}
    assert ledger.mark(issue.id, "a", claimed, NOW) == set()
    outcomes = [Outcome(ids[0], State.SENT), Outcome(ids[1], State.QUEUED, 421, "4.3.2", "later")]
    ledger.settle(issue.id, "a", outcomes, NOW)
    assert ledger.recover(issue.id, lambda _worker: False, NOW) == (0, 1)
    assert states(ledger, issue) == {State.SENT: 1, State.SKIPPED: 4, State.IN_DOUBT: 1}
    for state in (IssueState.SENDING, IssueState.PAUSED, IssueState.FINISHED):
        with pytest.raises(PublisherError) as told:
            ledger.change(issue.id, state, "", NOW)
        assert told.value.code == "ended-issue"
    with pytest.raises(PublisherError) as told:
        ledger.resolve(issue.id, State.QUEUED, NOW)
    assert told.value.code == "ended-issue"
    assert ledger.resolve(issue.id, State.SKIPPED, NOW) == 1
    assert ledger.next_due(issue.id) is None


def test_resolving(ledger: Ledger, store: Store) -> None:
    """What is in doubt becomes what people say, all of it or some; sent again, a finished issue goes on."""
    add_readers(store, 5)
    issue = frozen(ledger)
    ids = inflight(ledger, issue, "a", 5)
    ledger.settle(issue.id, "a", sent(ids[:1]), NOW)
    assert ledger.recover(issue.id, lambda _worker: False, NOW) == (0, 4)
    ledger.change(issue.id, IssueState.FINISHED, "", NOW)
    assert ledger.resolve(issue.id, State.SENT, NOW, ids[:2]) == 1
    assert ledger.resolve(issue.id, State.SKIPPED, NOW, [ids[2]]) == 1
    assert ledger.issues()[0].state is IssueState.FINISHED
    assert ledger.resolve(issue.id, State.QUEUED, NOW) == 2
    assert ledger.resolve(issue.id, State.QUEUED, NOW) == 0
    found = ledger.issues()[0]
    assert (found.state, found.finished) == (IssueState.SENDING, None)
    assert ledger.reasons(issue.id)[State.SKIPPED, "in-doubt"] == 1
    again = ledger.claim(issue.id, "b", 9, NOW)
    assert [(job.subscription, job.attempt) for job in again] == [(ids[3], 2), (ids[4], 2)]


def test_a_lost_delivery_is_missed(ledger: Ledger, store: Store) -> None:
    """An issue that has fewer deliveries than were frozen is not finished in silence."""
    add_readers(store, 2)
    issue = frozen(ledger)
    ledger.settle(issue.id, "a", sent(inflight(ledger, issue, "a", 2)), NOW)
    with transaction(ledger.engine) as connection:
        connection.execute(
            text("DELETE FROM delivery WHERE subscription = (SELECT max(subscription) FROM delivery)")
        )
    with pytest.raises(PublisherError) as told:
        ledger.change(issue.id, IssueState.FINISHED, "", NOW)
    assert told.value.message == "1 of 2 deliveries have ended: 1 sent"


def test_the_list_of_deliveries(ledger: Ledger, store: Store) -> None:
    """All deliveries come in order, over several readings, or those in some states."""
    add_readers(store, 1)
    copy_readers(store.engine, 2100)
    issue = frozen(ledger)
    numbers = [row.subscription for row in ledger.deliveries(issue.id)]
    assert len(numbers) == len(set(numbers)) == issue.candidates == 2101
    assert numbers == sorted(numbers)
    ids = inflight(ledger, issue, "a", 1500)
    assert [row.subscription for row in ledger.deliveries(issue.id, (State.INFLIGHT, State.SENT))] == ids


def test_issues_do_not_mix(ledger: Ledger, store: Store) -> None:
    """What happens to one issue leaves another one of the same readers as it is."""
    add_readers(store, 3)
    first, second = frozen(ledger, "2026-10"), frozen(ledger, "2026-11")
    ledger.settle(first.id, "a", sent(inflight(ledger, first, "a", 3)), NOW)
    ledger.change(first.id, IssueState.FINISHED, "", NOW)
    assert states(ledger, second) == {State.QUEUED: 3}
    assert [issue.period for issue in ledger.issues()] == ["2026-10", "2026-11"]
    assert len(ledger.claim(second.id, "a", 9, NOW)) == 3


def test_a_report_does_not_block_a_sender(ledger: Ledger, store: Store) -> None:
    """While somebody reads, what is sent is written at once; she sees all as of one moment."""
    add_readers(store, 2)
    issue = frozen(ledger)
    counted = text("SELECT count(*) FROM delivery WHERE state = 0")
    with reading(ledger.engine) as connection:
        assert connection.execute(counted).scalar() == 2
        assert len(inflight(ledger, issue, "a", 2)) == 2
        seen = connection.execute(counted).scalar()
        assert seen == (2 if ledger.engine.dialect.name == "sqlite" else 0)


def test_a_time_without_a_zone_is_refused(ledger: Ledger, store: Store) -> None:
    """A worker that does not know its zone claims nothing."""
    add_readers(store, 1)
    issue = frozen(ledger)
    with pytest.raises(ValueError, match="without a zone"):
        ledger.claim(issue.id, "a", 1, datetime(2026, 1, 1))  # noqa: DTZ001
    assert states(ledger, issue) == {State.QUEUED: 1}
