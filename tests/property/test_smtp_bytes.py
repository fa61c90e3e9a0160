"""What arrives at a mail server is what `smtplib` sends, whatever a mail consists of."""

import asyncio
import contextlib
import itertools
import re
import smtplib
import threading
from collections.abc import Iterator
from typing import Any

import pytest
from aiosmtpd.smtp import SMTP
from hypothesis import example, given, settings
from hypothesis import strategies as st

from publisher.delivery.greeting import Place
from publisher.delivery.line import Limits
from publisher.delivery.smtp import connected
from publisher.delivery.transport import stuffed
from publisher.model.delivery import Mailbox

SENDER, READER = Mailbox("news@example.org"), Mailbox("ana@example.org")
LINES = st.one_of(
    st.binary(max_size=40),
    st.sampled_from([b"", b".", b"..", b".a", b"a.", b"\r", b"\n", b"\r\n", b"\0", b"From ", b"\xff\xfe"]),
    st.integers(0, 998).map(lambda size: b"x" * size),
)
ENDINGS = re.compile(rb"\r\n|\r|\n")
ENDS = st.sampled_from([b"\r\n", b"\r\n", b"\n", b"\r", b""])
MAILS = st.lists(st.tuples(LINES, ENDS), max_size=12).map(lambda lines: b"".join(map(b"".join, lines)))


class Desk:
    """Keeps what arrives."""

    def __init__(self) -> None:
        self.mails: list[tuple[str, list[str], bytes]] = []

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:
        """Take a mail."""
        self.mails.append((envelope.mail_from, envelope.rcpt_tos, envelope.original_content))
        return "250 taken"


class Patient(SMTP):
    """Takes lines of any length."""

    line_length_limit = 10**6


@contextlib.contextmanager
def a_server() -> Iterator[tuple[Desk, int]]:
    """Run aiosmtpd, which was written by others, on a port of its own."""
    desk, loop, ready, port = Desk(), asyncio.new_event_loop(), threading.Event(), 0

    async def serve() -> None:
        nonlocal port
        server = await loop.create_server(lambda: Patient(desk, loop=loop), "127.0.0.1", 0)
        port = server.sockets[0].getsockname()[1]
        ready.set()
        await stop.wait()
        server.close()
        left = [task for task in asyncio.all_tasks() if task is not asyncio.current_task()]
        for task in left:
            task.cancel()
        await asyncio.gather(*left, return_exceptions=True)
        await asyncio.sleep(0)  # their sockets are closed in the next round

    stop = asyncio.Event()
    thread = threading.Thread(target=lambda: loop.run_until_complete(serve()))
    thread.start()
    ready.wait()
    try:
        yield desk, port
    finally:
        loop.call_soon_threadsafe(stop.set)
        thread.join()
        loop.close()


@pytest.fixture(scope="module")
def two() -> Iterator[Any]:
    """Return a server, our session with it, and that of `smtplib`."""
    with a_server() as (desk, port):
        ours = connected(Place("127.0.0.1", port, "none"), Limits(), threading.Event())
        theirs = smtplib.SMTP("127.0.0.1", port)
        yield desk, ours, theirs
        ours.close()
        theirs.quit()


@settings(max_examples=300, deadline=None)
@given(MAILS, st.lists(st.integers(0, 500), max_size=6))
@example(b"", [])
@example(b".\r\n", [1])
@example(b"a\r\n.\r\nMAIL FROM:<x@example.org>\r\n", [3, 4])
def test_the_same_bytes_arrive(two: Any, mail: bytes, cuts: list[int]) -> None:
    """Our engine brings what smtplib brings, however the mail is cut into pieces."""
    desk, ours, theirs = two
    data = stuffed(mail)
    edges = sorted({0, *(cut for cut in cuts if cut < len(data)), len(data)})
    pieces = [data[start:end] for start, end in itertools.pairwise(edges)]
    assert ours.deliver(SENDER, READER, pieces, lambda: True).code == 250
    theirs.sendmail(SENDER, [READER], ENDINGS.sub(b"\r\n", mail))  # it mends the lines of texts alone
    first, second = desk.mails[-2:]
    assert first == second
    assert first[:2] == (SENDER, [READER])
