"""What comes of each fault of a server: nothing lost, nothing twice, and no wait beyond its limit."""

import threading
import time
from collections.abc import Callable
from typing import Any

import faultserver
import pytest

from publisher.delivery.greeting import Place
from publisher.delivery.line import Limits
from publisher.delivery.session import Lost, Refused, Withdrawn
from publisher.delivery.smtp import SmtpSession, connected
from publisher.model.delivery import Mailbox, Reply, Stage

SENDER, READER = Mailbox("bounces+7-1-k3j@example.org"), Mailbox("ana@example.org")
MAIL = [b"Message-ID: <1@example.org>\r\n", b"Subject: A\r\n\r\n", b"..dot\r\n" + b"words\r\n" * 5000]
BIG = [(b"x" * 70 + b"\r\n") * 250_000]  # 18 MB
QUICK = Limits(0.5, 0.5, 0.5, 0.5, 0.5, 0.2)
PATIENT = Limits(5, 5, 5, 5, 5, 1)


def session(server: faultserver.Server, limits: Limits = QUICK) -> SmtpSession:
    """Return a session with *server*."""
    return connected(Place("127.0.0.1", server.port, "none"), limits, threading.Event())


def came(server: faultserver.Server, limits: Limits = QUICK, mail: list[bytes] = MAIL) -> Any:
    """Send one mail; return the reply, or the stage at which the line was lost or the server refused."""
    try:
        held = session(server, limits)
        said = held.deliver(SENDER, READER, mail, lambda: True)
    except Lost as lost:
        return lost.stage
    except Refused as refused:
        return refused.reply.stage, refused.reply.code
    held.close()
    return said


BEFORE = [
    ("connect", Stage.CONNECT), ("ehlo", Stage.CONNECT), ("mail", Stage.SENDER), ("rcpt", Stage.RECIPIENT),
    ("data", Stage.DATA),
]  # fmt: skip
CUTS = ("reset", "close", "half", "silence", "garbage", "endless")


@pytest.mark.parametrize("hidden", [(), ("PIPELINING",)], ids=["pipelined", "in turn"])
@pytest.mark.parametrize("action", CUTS)
@pytest.mark.parametrize(("point", "stage"), BEFORE, ids=[point for point, _ in BEFORE])
def test_a_line_lost_before_the_mail(point: str, stage: Stage, action: str, hidden: tuple[str, ...]) -> None:
    """The mail was not taken, we know it, and where it happened; nothing takes longer than its limit."""
    offered = tuple(word for word in faultserver.OFFERED if word not in hidden)
    with faultserver.running(f"{point}:{action}", offered=offered) as server:
        start = time.monotonic()
        found = came(server)
        assert time.monotonic() - start < 3
        assert server.taken() == []
    if action == "reset" and point in {"rcpt", "data"} and not hidden:
        assert found in {Stage.SENDER, Stage.RECIPIENT, Stage.DATA}  # it takes with it what was said before
    else:
        assert found is stage


@pytest.mark.parametrize("action", ["reset", "close", "half", "garbage"])
def test_a_line_lost_within_the_mail(action: str) -> None:
    """A mail larger than all buffers, of which the server read a part, was not taken, and we know it."""
    with faultserver.running(f"body:{action}", offered=("PIPELINING",)) as server:
        start = time.monotonic()
        assert came(server, PATIENT, BIG) is Stage.DATA
        assert time.monotonic() - start < 3
        assert server.taken() == []


@pytest.mark.parametrize("action", ["reset", "close", "half", "garbage", "250 2.0.0 taken"])
def test_a_line_lost_while_we_commit(action: str) -> None:
    """What the server does before it gets the dot is seen before the dot: no such mail is in doubt."""

    def commit() -> bool:
        time.sleep(0.2)
        return True

    with faultserver.running(f"body:{action}") as server:
        with pytest.raises(Lost) as lost:
            session(server).deliver(SENDER, READER, MAIL, commit)
        assert lost.value.stage is Stage.DATA
        assert server.taken() == []


@pytest.mark.parametrize("action", CUTS)
@pytest.mark.parametrize("point", ["dot", "accepted"])
def test_a_line_lost_behind_the_dot(point: str, action: str) -> None:
    """It is in doubt, whether the server took the mail or not; nothing takes longer than its limit."""
    with faultserver.running(f"{point}:{action}") as server:
        start = time.monotonic()
        assert came(server) is Stage.END
        assert time.monotonic() - start < 3
        assert len(server.taken()) == (point == "accepted")


@pytest.mark.parametrize("point", ["connect", "ehlo", "mail", "rcpt", "data", "accepted", "quit"])
@pytest.mark.parametrize("action", ["split", "long"])
def test_odd_replies_are_replies(point: str, action: str) -> None:
    """A reply that comes byte by byte, or with a line of 8 kB, is what it says."""
    with faultserver.running(f"{point}:{action}") as server:
        assert came(server, PATIENT).code == 250
        assert server.taken() == [[READER, SENDER, "<1@example.org>", str(sum(map(len, MAIL)))]]


@pytest.mark.parametrize(
    ("point", "stage"),
    [*BEFORE, ("dot", Stage.END), ("accepted", Stage.END), ("starttls", Stage.CONNECT)],
)
def test_a_drip_ends_at_its_limit(point: str, stage: Stage) -> None:
    """A server that says a byte in a while is waited for no longer than one that says nothing."""
    offered = (*faultserver.OFFERED, "STARTTLS")
    with faultserver.running(f"{point}:drip", drip=0.1, offered=offered) as server:
        start = time.monotonic()
        place = Place("127.0.0.1", server.port, "starttls" if point == "starttls" else "none")
        with pytest.raises(Lost) as lost:
            connected(place, QUICK, threading.Event()).deliver(SENDER, READER, MAIL, lambda: True)
        assert lost.value.stage is stage
        assert time.monotonic() - start < 3


@pytest.mark.parametrize(
    "word", ["421 4.3.2 no", "450 4.2.0 no", "454 4.7.0 no", "550 5.1.1 no", "552 5.3.4 no", "554 5.7.1 no"]
)
@pytest.mark.parametrize("hidden", [(), ("PIPELINING",)], ids=["pipelined", "in turn"])
@pytest.mark.parametrize(
    ("point", "stage"),
    [("mail", Stage.SENDER), ("rcpt", Stage.RECIPIENT), ("data", Stage.DATA), ("dot", Stage.END)],
)
def test_a_refusal_is_returned(point: str, stage: Stage, word: str, hidden: tuple[str, ...]) -> None:
    """A refusal comes back with its stage, code and status; the next mail goes out over the same line."""
    offered = tuple(name for name in faultserver.OFFERED if name not in hidden)
    code, status, text = word.split(" ", 2)
    with faultserver.running(f"{point}:{word}:reader/1", offered=offered) as server:
        held = session(server)
        commits: list[int] = []
        commit: Callable[[], bool] = lambda: not commits.append(1)  # type: ignore[func-returns-value]  # noqa: E731
        said = held.deliver(SENDER, READER, MAIL, commit)
        assert said == Reply(stage, int(code), status, text)
        assert len(commits) == (point == "dot")
        assert held.is_open == (code != "421")
        if held.is_open:
            assert held.deliver(SENDER, READER, MAIL, commit).code == 250
            assert len(server.taken()) == server.connections == 1
        else:
            with pytest.raises(Lost) as lost:
                held.deliver(SENDER, READER, MAIL, commit)
            assert lost.value.stage is Stage.CONNECT
            assert server.taken() == []
        held.close()


@pytest.mark.parametrize(
    ("point", "word", "found"),
    [
        ("connect", "554 5.7.1 go away", (Stage.CONNECT, 554)),
        ("connect", "421 busy", (Stage.CONNECT, 421)),
        ("ehlo", "550 5.7.1 who?", (Stage.CONNECT, 550)),
    ],
)
def test_a_server_that_wants_nothing(point: str, word: str, found: tuple[Stage, int]) -> None:
    """What it says to our greeting is handed on."""
    with faultserver.running(f"{point}:{word}") as server:
        assert came(server) == found


def test_all_are_put_off_at_first() -> None:
    """Greylisting: each reader is refused once, all over one line, and taken at the second try, once."""
    readers = [Mailbox(f"reader{number}@example.org") for number in range(30)]
    with faultserver.running("rcpt:451 4.7.1 later:reader/1") as server:
        held = session(server, PATIENT)
        for code in (451, 250):
            said = [held.deliver(SENDER, reader, MAIL, lambda: True).code for reader in readers]
            assert said == [code] * 30
        assert [row[0] for row in server.taken()] == readers
        assert server.connections == 1
        held.close()


def test_the_line_is_closed_after_every_twenty() -> None:
    """421 after twenty mails: the one that it meets goes out over a new line; each arrives once."""
    readers = [Mailbox(f"reader{number}@example.org") for number in range(50)]
    with faultserver.running("mail:421 4.7.0 enough:line/21") as server:
        held = session(server, PATIENT)
        for reader in readers:
            if held.deliver(SENDER, reader, MAIL, lambda: True).code == 421:
                assert not held.is_open
                held = session(server, PATIENT)
                assert held.deliver(SENDER, reader, MAIL, lambda: True).code == 250
        assert [row[0] for row in server.taken()] == readers
        assert server.connections == 3
        held.close()


def test_a_server_that_does_not_hear_what_comes_at_once() -> None:
    """It offers PIPELINING and drops what comes so: the first mail is lost before it is sent, the rest go."""
    deaf = threading.Event()
    with faultserver.running(deaf=True) as server:
        place = Place("127.0.0.1", server.port, "none")
        with pytest.raises(Lost) as lost:
            connected(place, QUICK, deaf).deliver(SENDER, READER, MAIL, lambda: True)
        assert lost.value.stage is Stage.RECIPIENT
        held = connected(place, QUICK, deaf)
        assert held.deliver(SENDER, READER, MAIL, lambda: True).code == 250
        assert len(server.taken()) == 1
        held.close()


def test_a_server_that_wants_a_mail_for_nobody() -> None:
    """It says 354 behind a refused recipient: no mail and no dot is sent, and the refusal stands."""
    with faultserver.running("rcpt:550 5.1.1 no such user", careless=True) as server:
        held = session(server)
        assert held.deliver(SENDER, READER, MAIL, lambda: True).code == 550
        assert not held.is_open
        assert server.taken() == []


@pytest.mark.parametrize("point", ["mail", "rcpt", "data"])
def test_a_line_too_much_is_noticed(point: str) -> None:
    """Who says more than was asked for might say yes to the wrong mail: the line is cut before the dot."""
    with faultserver.running(f"{point}:inject") as server:
        commits: list[int] = []
        with pytest.raises(Lost) as lost:
            session(server).deliver(SENDER, READER, MAIL, lambda: not commits.append(1))  # type: ignore[func-returns-value]
        assert lost.value.stage is not Stage.END
        assert (commits, server.taken()) == ([], [])


def test_a_yes_too_much_is_not_the_next_mails() -> None:
    """A second yes to a mail does not count for the mail behind it."""
    with faultserver.running("accepted:inject") as server:
        held = session(server)
        assert held.deliver(SENDER, READER, MAIL, lambda: True).code == 250
        time.sleep(0.05)
        with pytest.raises(Lost) as lost:
            held.deliver(SENDER, READER, MAIL, lambda: True)
        assert lost.value.stage is not Stage.END
        assert len(server.taken()) == 1


def test_a_mail_is_taken_back() -> None:
    """Without a commit no dot is sent: the server has nothing, and the line is cut."""
    with faultserver.running() as server:
        held = session(server)
        with pytest.raises(Withdrawn):
            held.deliver(SENDER, READER, MAIL, lambda: False)
        assert not held.is_open
        time.sleep(0.05)
        assert server.taken() == []


@pytest.mark.parametrize("error", [OSError("disk full"), RuntimeError("gone"), KeyboardInterrupt()])
def test_a_commit_that_fails_sends_nothing(error: BaseException) -> None:
    """What the commit raises comes through as it is, and the mail was not sent."""

    def commit() -> bool:
        raise error

    with faultserver.running() as server:
        held = session(server)
        with pytest.raises(type(error)) as told:
            held.deliver(SENDER, READER, MAIL, commit)
        assert told.value is error
        assert not held.is_open
        time.sleep(0.05)
        assert server.taken() == []


def test_a_server_that_does_not_read() -> None:
    """A mail that fills all buffers is not waited for longer than the limit."""
    with faultserver.running("data:stall", offered=("PIPELINING",)) as server:
        start = time.monotonic()
        assert came(server, QUICK, BIG) is Stage.DATA
        assert time.monotonic() - start < 2


@pytest.mark.parametrize("mail", [MAIL, BIG], ids=["small", "big"])
def test_a_reason_stands_behind_a_cut_in_the_mail(mail: list[bytes]) -> None:
    """A server that refuses a mail while it comes, and hangs up, is heard."""

    def commit() -> bool:
        time.sleep(0.2)
        return True

    with faultserver.running("body:552 5.3.4 too much", offered=("PIPELINING",)) as server:
        held = session(server, PATIENT)
        said = held.deliver(SENDER, READER, mail, commit)
        assert said == Reply(Stage.DATA, 552, "5.3.4", "too much")
        assert not held.is_open
        assert server.taken() == []


@pytest.mark.parametrize(("point", "stage"), [("mail", Stage.SENDER), ("dot", Stage.END)])
def test_a_line_is_broken_by_another_thread(point: str, stage: Stage) -> None:
    """Who must end soon breaks the line of a thread that waits: it hears at once that it is lost."""
    with faultserver.running(f"{point}:silence") as server:
        held = session(server, PATIENT)
        threading.Timer(0.2, held.abort).start()
        start = time.monotonic()
        with pytest.raises(Lost) as lost:
            held.deliver(SENDER, READER, MAIL, lambda: True)
        assert lost.value.stage is stage
        assert time.monotonic() - start < 2
        assert not held.is_open


def test_a_refusal_stands_though_the_server_hangs_up() -> None:
    """What it refused it has refused, whether it answers the rest or not; the line is closed."""
    with faultserver.running("rcpt:550 5.1.1 no such user!") as server:
        held = session(server)
        said = held.deliver(SENDER, READER, MAIL, lambda: True)
        assert said == Reply(Stage.RECIPIENT, 550, "5.1.1", "no such user")
        assert not held.is_open


def test_the_dot_waits_for_nothing() -> None:
    """No mail waits until the server's system has told that it got the one before (40 ms each)."""
    with faultserver.running() as server:
        held = session(server, PATIENT)
        start = time.monotonic()
        for _ in range(100):
            held.deliver(SENDER, READER, MAIL, lambda: True)
        assert time.monotonic() - start < 2
        held.close()
