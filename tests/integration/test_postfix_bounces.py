"""A report that a real Postfix writes, from the refusal to the reader's subscription."""

import smtplib
import socket
import time
from collections.abc import Callable
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from relays import Relay
from returned_mails import ID, VERP

from publisher.bounces.classes import verdict
from publisher.bounces.reading import read

MAIL = f"From: news@example.org\r\nTo: ana@example.com\r\nMessage-ID: {ID}\r\nSubject: News\r\n\r\nWords\r\n"


class _Sink:
    """Refuses a reader with *reply*, and keeps what comes back."""

    def __init__(self, reply: str) -> None:
        self.reply, self.mails = reply, list[tuple[list[str], bytes]]()

    async def handle_RCPT(
        self, _server: Any, _session: Any, envelope: Any, address: str, _options: Any
    ) -> str:
        if address == "ana@example.com":
            return self.reply
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:
        self.mails.append((envelope.rcpt_tos, envelope.content))
        return "250 taken"


@pytest.mark.parametrize(
    ("reply", "wanted", "status"),
    [
        ("550 5.1.1 <ana@example.com>: user unknown", "hard", "5.1.1"),
        ("552 5.2.2 mailbox full", "soft", "5.2.2"),
        ("554 5.7.1 blocked using zen.spamhaus.org", "policy", "5.7.1"),
        ("550 no such user", "hard", "5.0.0"),
    ],
)
def test_a_real_report_is_read(postfix: Callable[[int], Relay], reply: str, wanted: str, status: str) -> None:
    """What a server refuses comes back through Postfix to the return path, and means what was said."""
    sink = _Sink(reply)
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        port = found.getsockname()[1]
    server = Controller(sink, "127.0.0.1", port)
    server.start()
    try:
        relay = postfix(port)
        with smtplib.SMTP(relay.host, relay.port, timeout=20) as session:
            session.sendmail(VERP, ["ana@example.com"], MAIL)
        end = time.monotonic() + 30
        while not sink.mails:
            assert time.monotonic() < end, relay.log.read_text(encoding="utf-8")
            time.sleep(0.05)
    finally:
        server.stop()
    (((recipient,), data),) = sink.mails
    said = read(data)
    assert recipient == VERP
    assert (str(said.sort), str(verdict(said)), said.status) == ("failure", wanted, status)
    assert VERP in said.paths
    assert ID in said.ids
