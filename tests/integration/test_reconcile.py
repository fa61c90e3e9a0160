"""Deliveries in doubt, settled by the log of a real Postfix."""

import socket
import struct
import subprocess
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from listkeeping import Keeper
from relays import Relay
from sqlalchemy import update

from publisher.database.engine import transaction
from publisher.database.tables import deliveries
from publisher.delivery.ledger import Ledger
from publisher.delivery.maillog import Fate
from publisher.delivery.statements import CODES
from publisher.model.delivery import IssueState, Message, Segment, State
from publisher.reconcile import reconcile

HOST = "news.example.org"
WAYS = ("within the body", "before the dot", "after the dot", "after the dot, reset", "taken", "never tried")


def _clock() -> datetime:
    """Return the time, which Postfix writes into its log."""
    return datetime.now(UTC)  # noqa: TID251


class Doubts:
    """A list whose readers are called after what happens to their mail; all deliveries are in doubt."""

    def __init__(self, root: Path, url: str) -> None:
        self.keeper = Keeper(root, url)
        rows = "\n".join(f"{way.replace(' ', '-').replace(',', '')}@example.com" for way in WAYS)
        self.keeper.import_(f"email\n{rows}\n")
        engine = self.keeper.store.engine
        self.ledger = Ledger(engine, self.keeper.list.newsletter)
        mail = Message(Segment("en"), "News", "0" * 64, b"")
        self.frozen = _clock()
        self.issue = self.ledger.freeze("2026-11", "0" * 64, [mail], {Segment("en"): 0}, self.frozen)
        self.ledger.change(self.issue.id, IssueState.SENDING, "", self.frozen)
        with transaction(engine) as connection:
            connection.execute(update(deliveries).values(state=CODES[State.IN_DOUBT]))
        self.publics = [one.public for one in self.ledger.deliveries(self.issue.id)]

    def states(self) -> dict[str, str]:
        """Return the state of each delivery by what happened to it."""
        found = self.ledger.deliveries(self.issue.id)
        return {way: str(one.state) for way, one in zip(WAYS, found, strict=True)}


@pytest.fixture
def doubts(tmp_path: Path) -> Iterator[Doubts]:
    """Return six deliveries in doubt."""
    found = Doubts(tmp_path, f"sqlite:///{tmp_path}/subscribers.db")
    yield found
    found.keeper.close()


@pytest.fixture
def sink() -> Iterator[int]:
    """Run Debian's smtp-sink, which takes every mail."""
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        port = int(found.getsockname()[1])
    words = ["/usr/sbin/smtp-sink", "-u", "postfix", f"127.0.0.1:{port}", "100"]
    server = subprocess.Popen(words)
    yield port
    server.kill()
    server.wait()


def _send(relay: Relay, public: str, way: str) -> None:
    """Hand a mail to *relay*, and break off as *way* says."""
    line = socket.create_connection((relay.host, relay.port), timeout=20)
    replies = line.makefile("rb")

    def ask(words: bytes) -> bytes:
        line.sendall(words)
        while (reply := replies.readline())[3:4] == b"-":
            pass
        return reply

    for words in (
        b"",
        b"EHLO x\r\n",
        b"MAIL FROM:<b+1@example.org>\r\n",
        b"RCPT TO:<a@example.com>\r\n",
        b"DATA\r\n",
    ):
        assert ask(words)[:1] in b"23"
    head = f"From: n@example.org\r\nMessage-ID: <2026-11.en.0123.{public}@{HOST}>\r\nSubject: x\r\n\r\n"
    line.sendall(head.encode() + b"words words words words\r\n" * 1700)
    if way != "within the body":
        time.sleep(0.2)
    if way.startswith("after"):
        line.sendall(b".\r\n")
    if way == "taken":
        assert ask(b".\r\n").startswith(b"250")
    if way.endswith("reset"):
        line.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    replies.close()
    line.close()


def test_a_real_log_settles_what_it_proves(
    doubts: Doubts, sink: int, postfix: Callable[[int], Relay]
) -> None:
    """What Postfix took is sent, what was cut is queued, and what it never saw stays in doubt."""
    relay = postfix(sink)
    for public, way in zip(doubts.publics, WAYS, strict=True):
        if way != "never tried":
            _send(relay, public, way)
    end = time.monotonic() + 30
    while relay.log.read_text(encoding="utf-8").count("disconnect from") < len(WAYS):  # one greeted it
        assert time.monotonic() < end
        time.sleep(0.1)
    relay.wait_until_empty()
    now = _clock()
    zone = now.astimezone().tzinfo or UTC

    def run(*, act: bool = True, is_complete: bool = False, later: int = 0) -> list[str]:
        lines = relay.log.read_bytes().splitlines()
        if later:
            stamp = (_clock().astimezone() + timedelta(hours=later)).strftime("%b %e %H:%M:%S")
            earlier = (_clock().astimezone() - timedelta(hours=later)).strftime("%b %e %H:%M:%S")
            lines = [f"{earlier} x postfix/x[1]: a".encode(), *lines, f"{stamp} x postfix/x[1]: a".encode()]
        looked = reconcile(doubts.ledger, HOST, [lines], now, zone, act=act, is_complete=is_complete)
        return [str(one.fate) for one in looked]

    fates = ["cut", "cut", "taken", "taken", "taken", "absent"]
    assert run(act=False) == fates
    assert set(doubts.states().values()) == {"in-doubt"}
    assert run() == fates
    states = ["queued", "queued", "sent", "sent", "sent"]
    assert list(doubts.states().values()) == [*states, "in-doubt"]
    assert run(is_complete=True) == ["absent"]
    assert list(doubts.states().values()) == [*states, "in-doubt"]  # the log ends too soon
    assert run(is_complete=True, later=2) == ["absent"]
    assert list(doubts.states().values()) == [*states, "queued"]
    assert run() == []


def test_a_log_that_tells_nothing_changes_nothing(doubts: Doubts) -> None:
    """Without a line about them all stay in doubt, each named."""
    looked = reconcile(doubts.ledger, HOST, [[b"no log at all\n"], []], _clock(), UTC)
    assert {one.fate for one in looked} == {Fate.ABSENT}
    assert len({one.address for one in looked}) == len(WAYS)
    assert set(doubts.states().values()) == {"in-doubt"}


def test_a_cancelled_issue_is_not_sent(doubts: Doubts) -> None:
    """What was cut of an issue that was cancelled meanwhile is skipped, not queued again."""
    doubts.ledger.change(doubts.issue.id, IssueState.CANCELLED, "", _clock())
    first = doubts.publics[0]
    lines = [
        b"Dec  1 08:00:00 relay postfix/smtpd[7]: 4Fq1: client=x[1]",
        f"Dec  1 08:00:00 relay postfix/cleanup[8]: 4Fq1: message-id=<2026-11.en.0.{first}@{HOST}>".encode(),
        b"Dec  1 08:00:00 relay postfix/smtpd[7]: lost connection after DATA (1 bytes) from x[1]",
    ]
    reconcile(doubts.ledger, HOST, [lines], _clock(), UTC)
    assert list(doubts.states().values()) == ["skipped", *["in-doubt"] * 5]
