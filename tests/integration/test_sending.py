"""Issues sent from a whole project to a real mail server, on both databases."""

import socket
import threading
import time
from base64 import b64encode
from collections.abc import Iterator
from datetime import timedelta
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path

import dkim
import pytest
from cryptography.hazmat.primitives.asymmetric import ed25519
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat
from sendroom import AFTER, ENVIRON, PERIOD, Make, Sendroom, fast, rooms, taken

from publisher.delivery import transport
from publisher.delivery.line import Limits
from publisher.errors import PublisherError, UsageError
from publisher.model.delivery import IssueState, State
from publisher.sending.plan import NO_LANGUAGE, NOTHING
from publisher.sending.run import Sender
from publisher.subscribers.lifecycle import Cause
from publisher.subscribers.tokens import Purpose

SQLITE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@pytest.fixture
def make(tmp_path: Path, database_url: str) -> Iterator[Make]:
    """Give what makes a project, and a mail server with faults for it."""
    with rooms(tmp_path / "project", database_url) as made:
        yield made


# ------------------------------------------------------------------ the plan
def test_the_plan_counts_everybody(make: Make) -> None:
    """Each on the list is a recipient, or left out for a reason; nothing is sent, nothing kept."""
    room, server = make()
    room.add("ana@example.org", "bo@example.org")
    room.add("lea@example.org", lang="fr")
    room.add("omar@example.org", lang="ar")
    room.add("eve@example.org", kinds=("event",))
    room.add("vic@example.org", kinds=("video",))
    room.add("gone@example.org", "still@example.org")
    store = room.readers().store
    for address, cause in (("gone@example.org", Cause.UNSUBSCRIBE), ("still@example.org", Cause.PAUSE)):
        found = store.find(address)
        assert found
        store.happen(found.public, cause, AFTER)
    plan = room.plan()
    assert (plan.candidates, plan.recipients) == (8, 4)
    assert dict(plan.excluded) == {NO_LANGUAGE: 1, NOTHING: 1, "unsubscribed": 1, "paused": 1}
    readers = {(one.segment.lang, one.segment.kinds): one.readers for one in plan.messages}
    assert readers == {("en", ()): 2, ("en", ("event",)): 1, ("fr", ()): 1}
    assert room.ledger.issue(str(PERIOD)) is None
    assert not server.taken()


def test_what_was_not_built_is_not_sent(make: Make) -> None:
    """Without a build, or with another one than the entries give, there is no plan."""
    room, _ = make()
    room.add("ana@example.org")
    before = room.plan().hash
    room.room.write("2025/11/more.md", title="More", date="2025-11-09")
    with pytest.raises(UsageError) as error:
        room.plan()
    assert error.value.code == "other-build"
    (room.root / "out/digests/2025-11/en.eml").unlink()
    with pytest.raises(UsageError) as error:
        room.plan()
    assert error.value.code == "not-built"
    room.build()
    assert room.plan().hash != before


def test_a_month_without_entries_has_no_issue(make: Make) -> None:
    """The error names the months that have one."""
    room, _ = make()
    with pytest.raises(UsageError, match="no digest of 2025-10") as error:
        room.sender().plan(PERIOD._replace(month=10), lambda _what, _done, _of: None)
    assert error.value.hint == "months with entries: 2025-11"


# ------------------------------------------------------------------ going
def test_each_reader_gets_her_own_mail_once(make: Make) -> None:
    """The mail has her language, her choice, her address and her own links; sending again sends nothing."""
    room, server = make()
    room.add("ana@example.org", "bo@example.org")
    room.add("léa@example.org", lang="fr")
    room.add("eve@example.org", kinds=("event",))
    done = room.send()
    assert (done.state, done.counts[State.SENT]) == (IssueState.FINISHED, 4)
    assert taken(server) == dict.fromkeys(
        ("ana@example.org", "bo@example.org", "léa@example.org", "eve@example.org"), 1
    )
    again = room.go()
    assert again.counts == done.counts
    assert taken(server).total() == 4
    identities = {row[2] for row in server.taken()}
    assert len(identities) == 4


def test_the_mail_in_the_outbox(make: Make) -> None:
    """Without a server mails become files: with her links, which are good, and nobody else's."""
    room, _ = make()
    settings = room.root / "publisher.toml"
    settings.write_text(settings.read_text().replace('host = "127.0.0.1"\n', ""))
    room.build()
    room.add("ana@example.org")
    room.add("eve@example.org", kinds=("event",))
    assert room.send().counts[State.SENT] == 2
    mails = map(_mail, (room.root / ".publisher/outbox").glob("*.eml"))
    ana, eve = sorted(mails, key=lambda mail: str(mail["To"]))
    assert (ana["To"], eve["To"]) == ("ana@example.org", "eve@example.org")
    store = room.readers().store
    for mail in (ana, eve):
        found = store.find(mail["To"])
        assert found
        assert found.public in mail["Message-ID"]
        text = _part(mail, "plain")
        for purpose, where in ((Purpose.UNSUBSCRIBE, "unsubscribe/"), (Purpose.PREFERENCES, "preferences/")):
            token = text.split(where, 1)[1].split()[0]
            claim = room.tokens.read(purpose, token, AFTER)
            assert claim
            assert claim.public == found.public
            assert token in _part(mail, "html")
        assert f"unsubscribe/{text.split('unsubscribe/', 1)[1].split()[0]}>" in mail["List-Unsubscribe"]
    assert "The day" in _part(ana, "plain")
    assert "The day" not in _part(eve, "plain")
    assert "Talks" in _part(eve, "html")


def _mail(path: Path) -> EmailMessage:
    return message_from_bytes(path.read_bytes(), policy=default)


def _part(mail: EmailMessage, kind: str) -> str:
    part = mail.get_body((kind,))
    assert part
    return str(part.get_content())


def test_a_frozen_issue_is_what_is_sent(make: Make) -> None:
    """After the freeze another build is refused; going on as frozen sends what the others got."""
    room, server = make()
    room.many(3)
    room.freeze()
    room.room.write("2025/11/more.md", title="More", date="2025-11-09")
    room.build()
    with pytest.raises(UsageError) as error:
        room.freeze()
    assert error.value.code == "other-hash"
    assert not server.taken()
    assert room.go().counts[State.SENT] == 3


def test_who_comes_later_waits_for_the_next_issue(make: Make) -> None:
    """The audience is fixed with the freeze; a second freeze changes nothing."""
    room, server = make()
    room.many(2)
    room.freeze()
    room.add("late@example.org")
    room.freeze()
    assert room.go().counts[State.SENT] == 2
    assert "late@example.org" not in taken(server)


def test_who_leaves_before_her_mail_gets_none(make: Make) -> None:
    """Who left, paused or was erased after the freeze is skipped, and the report says why."""
    room, server = make()
    room.many(4)
    room.freeze()
    store = room.readers().store
    for number, cause in enumerate((Cause.UNSUBSCRIBE, Cause.PAUSE, Cause.ERASE)):
        found = store.find(f"reader{number}@example.org")
        assert found
        store.happen(found.public, cause, AFTER)
    done = room.go()
    assert taken(server) == {"reader3@example.org": 1}
    assert (done.counts[State.SENT], done.counts[State.SKIPPED]) == (1, 3)
    assert done.is_well
    reasons = {row.address: row.status for row in room.deliveries(State.SKIPPED)}
    assert reasons == {"reader0@example.org": "unsubscribed", "reader1@example.org": "paused", "": "erased"}


def test_a_second_issue_of_a_month_is_refused(make: Make) -> None:
    """A month has one issue, also when it is cancelled."""
    room, server = make()
    room.many(2)
    room.freeze()
    issue = room.ledger.issue(str(PERIOD))
    assert issue
    room.ledger.change(issue.id, IssueState.CANCELLED, "", AFTER)
    with pytest.raises(UsageError, match="was cancelled"):
        room.go()
    plan = room.plan()
    with pytest.raises(PublisherError) as error:
        room.ledger.freeze(str(PERIOD), plan.hash, plan.for_ledger(), plan.choices, AFTER)
    assert error.value.code == "already-frozen"
    assert not server.taken()


def test_nobody_is_no_audience(make: Make) -> None:
    """Without a recipient nothing is frozen."""
    room, _ = make()
    room.add("omar@example.org", lang="ar")
    with pytest.raises(UsageError) as error:
        room.freeze()
    assert error.value.code == "no-recipients"


def test_no_server_no_freeze(make: Make) -> None:
    """A server that cannot be reached is told before anything is frozen."""
    room, _ = make("connect:554 no service here")
    room.many(1)
    with pytest.raises(PublisherError) as error:
        room.freeze()
    assert error.value.code == "not-sent"
    assert room.ledger.issue(str(PERIOD)) is None


def test_a_server_that_never_greets_is_told_before_the_freeze(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Who sends for the first time need not wait as long as a mail on its way does."""
    monkeypatch.setattr(transport, "_KNOCK", Limits(1, 1, 1, 1, 1, 1))
    with socket.create_server(("127.0.0.1", 0)) as silent:
        port = silent.getsockname()[1]
        room = Sendroom(tmp_path / "project", "sqlite:///subscribers.db", port)
        room.many(1)
        with pytest.raises(PublisherError, match="too slow") as error:
            room.freeze()
        assert error.value.code == "not-sent"
        assert room.ledger.issue(str(PERIOD)) is None
        room.close()


# ------------------------------------------------------------------ faults
FEW = "data:close:all/7"
LOSES_NOTHING = (
    "connect:reset:all/3", "ehlo:reset:all/3", "mail:reset:all/7", "rcpt:reset:all/7", "data:reset:all/7",
    "body:reset:all/7", "dot:reset:all/9", "rset:reset:all/2", "quit:reset", "mail:close:all/7",
    "data:half:all/9",
    "mail:421 4.7.0 enough:line/20", "dot:421 4.3.2 going down:all/25", "rcpt:451 4.7.1 greylisted:reader/1",
    "dot:451 4.3.0 later:reader/1", "dot:454 4.7.0 throttled:reader/1", "mail:452 4.3.1 full:all/11",
    "mail:split", "rcpt:split", "accepted:split", "accepted:long", "ehlo:long",
)  # fmt: skip


@SQLITE
@pytest.mark.parametrize(
    "fault", [FEW, *(pytest.param(fault, marks=pytest.mark.whole) for fault in LOSES_NOTHING)]
)
def test_faults_before_the_end_lose_nothing(make: Make, fault: str) -> None:
    """Whatever the server does before it takes a mail, all get it once, or it is in doubt."""
    room, server = make(fault)
    addresses = room.many(60)
    sender = room.sender(fast(1200))
    sender.freeze(room.plan(sender))
    done = room.go(sender, wait=True)
    got, doubt = taken(server), {row.address for row in room.deliveries(State.IN_DOUBT)}
    assert got == dict.fromkeys(set(addresses) - doubt, 1)
    # A server that is slow to read resets the body when the dot is on its way already: nobody knows then.
    assert bool(doubt) == fault.startswith("dot:reset") or fault.startswith("body:reset")
    assert done.counts[State.SENT] + len(doubt) == 60


@pytest.mark.parametrize(
    "fault", ["accepted:reset:all/10", "accepted:close:all/10", "accepted:garbage:all/10"]
)
def test_an_answer_that_is_lost_is_in_doubt(make: Make, fault: str) -> None:
    """The server takes the mail and its answer is lost: it is in doubt, named, and not sent again."""
    room, server = make(fault)
    addresses = room.many(40)
    sender = room.sender(fast(600))
    sender.freeze(room.plan(sender))
    done = room.go(sender, wait=True)
    assert taken(server) == dict.fromkeys(addresses, 1)
    assert done.counts[State.IN_DOUBT] == 4
    assert not done.is_well
    assert room.go(sender).counts[State.IN_DOUBT] == 4
    assert taken(server).total() == 40


def test_refusals_are_of_the_reader_or_ours(make: Make) -> None:
    """A mailbox that is not there fails for good; what speaks of us pauses the issue and harms nobody."""
    room, server = make("rcpt:550 5.1.1 no such user:all/4")
    room.many(8)
    done = room.send()
    assert (done.counts[State.SENT], done.counts[State.FAILED]) == (6, 2)
    assert done.is_well
    assert {(row.code, row.status) for row in room.deliveries(State.FAILED)} == {(550, "5.1.1")}
    assert taken(server).total() == 6


def test_a_word_against_us_pauses_the_issue(make: Make) -> None:
    """5.7.1 is about the sender: the issue is paused, nobody has failed, and going on goes on."""
    room, server = make(
        "rcpt:550 5.7.1 blocked for spam:all/3", more="[sending]\nconnections = 1\nrate = 1000\n"
    )
    room.many(4)
    done = room.send()
    assert done.state is IssueState.PAUSED
    assert "blocked for spam" in done.ended.why
    assert (done.counts[State.SENT], done.counts[State.FAILED]) == (2, 0)
    sender = room.sender(lambda: AFTER + timedelta(hours=1))
    assert room.go(sender).counts[State.SENT] == 4
    assert taken(server).total() == 4


def test_what_is_put_off_for_too_long_has_failed(make: Make) -> None:
    """A server that always says later: tried again at growing intervals, then given up, with its words."""
    room, server = make("rcpt:450 4.2.1 later", more="[sending]\nrate = 1000\ngive_up_hours = 2\n")
    room.many(3)
    sender = room.sender(fast(3600))
    sender.freeze(room.plan(sender))
    done = room.go(sender, wait=True)
    assert done.counts[State.FAILED] == 3
    assert {(row.attempt, row.reply) for row in room.deliveries()} == {(5, "later")}
    assert not server.taken()


def test_the_next_call_sends_what_was_put_off(make: Make) -> None:
    """Without waiting the command ends at once, and says that something is left."""
    room, server = make("rcpt:451 4.7.1 greylisted:reader/1")
    addresses = room.many(5)
    done = room.send()
    assert (done.counts[State.DEFERRED], done.is_well) == (5, False)
    assert room.go().counts[State.DEFERRED] == 5
    later = room.sender(lambda: AFTER + timedelta(minutes=10))
    assert room.go(later).is_well
    assert taken(server) == dict.fromkeys(addresses, 1)


# ------------------------------------------------------------------ stopping
def test_stopping_drains(make: Make) -> None:
    """Who stops it loses nothing and leaves nothing in doubt; the next run sends the rest."""
    room, server = make(delay=0.01)
    addresses = room.many(120)
    room.freeze()
    stop = threading.Event()
    done = room.go(stop=stop, tell=lambda counts: stop.set() if counts[State.SENT] > 20 else None)
    assert 20 < done.counts[State.SENT] < 120
    assert done.counts[State.IN_DOUBT] == done.counts[State.CLAIMED] == done.counts[State.INFLIGHT] == 0
    assert taken(server).total() == done.counts[State.SENT]
    assert room.go().counts[State.SENT] == 120
    assert taken(server) == dict.fromkeys(addresses, 1)


@SQLITE
def test_stopping_does_not_wait_for_who_never_greets(make: Make) -> None:
    """A server that takes lines and says nothing keeps nobody from stopping."""
    room, _ = make()
    room.many(10)
    room.freeze()
    with socket.create_server(("127.0.0.1", 0)) as silent:
        settings = room.root / "publisher.toml"
        text = settings.read_text("utf-8")
        port = room.project.settings.smtp.port
        settings.write_text(text.replace(f"port = {port}", f"port = {silent.getsockname()[1]}"), "utf-8")
        room.close()
        room.list = None  # the settings are read again
        stop, begun = threading.Event(), time.monotonic()
        threading.Timer(0.5, stop.set).start()
        done = room.go(stop=stop)
        assert 0.5 <= time.monotonic() - begun < 5
    assert done.counts[State.QUEUED] == 10


def test_pausing_from_elsewhere_stops_it(make: Make) -> None:
    """Somebody else pauses the issue: nothing more leaves, within a moment."""
    room, server = make(delay=0.05, more="[sending]\nconnections = 2\nrate = 1000\n")
    room.many(100)
    room.freeze()
    issue, ledger = room.ledger.issue(str(PERIOD)), room.ledger
    assert issue

    def pause(_counts: object) -> None:
        found = ledger.issue(str(PERIOD))
        if found and found.state is IssueState.SENDING and len(server.taken()) > 10:
            ledger.change(issue.id, IssueState.PAUSED, "by hand", AFTER)

    done = room.go(tell=pause)
    assert done.state is IssueState.PAUSED
    assert done.counts[State.SENT] < 40
    assert done.counts[State.IN_DOUBT] == done.counts[State.INFLIGHT] == 0


# ------------------------------------------------------------------ by itself
def test_what_is_due_is_sent_once(make: Make) -> None:
    """Before its time nothing is due, then the issue is, and once it is finished nothing is."""
    room, _ = make(more='[sending]\nrate = 1000\nday = 3\ntime = "09:30"\n')
    room.many(2)
    assert room.sender(lambda: AFTER - timedelta(hours=1)).due() == []
    assert room.sender().due() == [PERIOD]
    room.freeze()
    assert room.sender().due() == [PERIOD]
    room.go()
    assert room.sender().due() == []


def test_what_was_cut_off_is_due(make: Make) -> None:
    """An issue whose sending began goes on; one that somebody paused waits for people, and is named."""
    room, _ = make()
    room.many(2)
    room.freeze()
    sender = room.sender(lambda: AFTER + timedelta(days=4))
    assert (sender.due(), sender.waiting()) == ([PERIOD], {})
    issue = room.ledger.issue(str(PERIOD))
    assert issue
    room.ledger.change(issue.id, IssueState.PAUSED, "by hand", AFTER)
    assert (sender.due(), sender.waiting()) == ([], {PERIOD: "paused: by hand"})


def test_an_old_copy_does_not_go_on_by_itself(make: Make) -> None:
    """A database that was put back says that readers are open who have their mail: people decide."""
    room, server = make()
    room.many(2)
    room.freeze()
    later = room.sender(lambda: AFTER + timedelta(days=6))
    assert later.due() == []
    assert later.waiting() == {PERIOD: "begun, and nothing was sent since 2025-12-03"}
    assert not server.taken()
    assert room.go(later).is_well


def test_what_is_due_is_sent_by_one(make: Make, database_url: str) -> None:
    """A timer that calls again while it is sent adds no sender; on SQLite its file has one anyway."""
    room, _ = make()
    room.many(1)
    with room.sender().alone() as first, room.sender().alone() as second:
        assert (first, second) == (True, database_url.startswith("sqlite"))
    with room.sender().alone() as again:
        assert again


def test_doubt_can_be_resolved(make: Make) -> None:
    """People decide: sent once more, or skipped; the others stay as they are."""
    room, server = make("accepted:close:all/2", more="[sending]\nconnections = 1\nrate = 1000\n")
    room.many(4)
    done = room.send()
    assert done.counts[State.IN_DOUBT] == 2
    issue = room.ledger.issue(str(PERIOD))
    assert issue
    first, second = room.deliveries(State.IN_DOUBT)
    assert room.ledger.resolve(issue.id, State.SKIPPED, AFTER, [first.subscription]) == 1
    assert room.ledger.resolve(issue.id, State.QUEUED, AFTER) == 1
    server.faults.clear()
    assert room.go().is_well
    assert taken(server)[second.address] == 2
    assert taken(server)[first.address] == 1


def test_a_signed_issue(make: Make, tmp_path: Path) -> None:
    """With a domain and a key each reader's own mail is signed, as receivers check it, links and all."""
    room, _ = make(more='[dkim]\ndomain = "example.org"\nselector = "news"\n')
    settings = room.root / "publisher.toml"
    settings.write_text(settings.read_text().replace('host = "127.0.0.1"\n', ""))
    room.build()
    room.add("ana@example.org", "bo@example.org")
    key = ed25519.Ed25519PrivateKey.generate()
    (tmp_path / "key.pem").write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    variables = ENVIRON | {"PUBLISHER_DKIM__KEY_FILE": str(tmp_path / "key.pem")}
    sender = Sender(room.readers(), variables, lambda: AFTER, lambda: 0.5)
    assert room.send(sender).counts[State.SENT] == 2
    public = b64encode(key.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)).decode()
    mails = [path.read_bytes() for path in (room.root / ".publisher/outbox").glob("*.eml")]
    for mail in mails:
        asked: list[bytes] = []

        def answer(name: bytes, asked: list[bytes] = asked, **_: object) -> bytes:
            asked.append(name)
            return f"v=DKIM1; k=ed25519; p={public}".encode()

        assert dkim.verify(mail, dnsfunc=answer)
        assert asked == [b"news._domainkey.example.org."]
        assert not dkim.verify(mail.replace(b"/unsubscribe/", b"/unsubscribe/x", 1), dnsfunc=answer)


def test_a_domain_without_a_key_sends_nothing(make: Make) -> None:
    """Whoever wants signatures and has no key is told so before anything leaves."""
    room, server = make(more='[dkim]\ndomain = "example.org"\n')
    room.many(1)
    room.freeze()
    with pytest.raises(UsageError) as error:
        room.go()
    assert error.value.code == "no-signing-key"
    assert not server.taken()
