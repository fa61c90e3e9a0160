"""A test mail from the preview arrives at a mail server as a reader would get the issue."""

import re
import socket
from collections.abc import Iterator
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from newsroom import SETTINGS, Newsroom
from previewing import a_preview

from publisher.model.address import READER


class Taken:
    """Takes every mail."""

    def __init__(self) -> None:
        self.mails: list[tuple[str, list[str], bytes]] = []

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:
        """Take a mail."""
        self.mails.append((envelope.mail_from, envelope.rcpt_tos, envelope.content))
        return "250 taken as 42"


@pytest.fixture
def taken() -> Iterator[tuple[Taken, int]]:
    """Return what a mail server on this machine was given, and its port."""
    found = Taken()
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    controller = Controller(found, hostname="127.0.0.1", port=port)
    controller.start()
    yield found, controller.port
    controller.stop()


def read(data: bytes) -> EmailMessage:
    """Return a mail as mail readers see it."""
    message = message_from_bytes(data, policy=default)
    assert isinstance(message, EmailMessage)
    return message


def test_a_test_mail_is_the_issue(taken: tuple[Taken, int], tmp_path: Path) -> None:
    """It has the headers and parts of the built mail, but [Test] in its subject, the reader and her token."""
    server, port = taken
    folder = tmp_path / "news"
    folder.mkdir()
    more = f'[smtp]\nhost = "127.0.0.1"\nport = {port}\nsecurity = "none"\n'
    more += '[preview]\ntest_addresses = ["ana@example.org"]\n'
    room = Newsroom(folder, SETTINGS + more)
    room.write("2025/11/day.md", title="Ein Tag für alle", date="2025-11-30", summary="Words.")
    room.build()
    with a_preview(folder) as preview:
        way = "/_preview/issues/2025-11/en/"
        token = re.search(r'name="token" value="([^"]+)"', preview.get(way).body.decode())
        assert token
        body = f"token={token[1]}&recipient=ana%40example.org".encode()
        answer = preview.get(f"{way}test", "POST", body, Content_Type="application/x-www-form-urlencoded")
    assert answer.status == 303
    assert "250%20taken%20as%2042" in answer.headers["location"]
    ((sender, readers, data),) = server.mails
    assert (sender, readers) == ("news@example.org", ["ana@example.org"])
    sent, built = read(data), read(room.read("digests/2025-11/en.eml"))
    assert sent["Subject"] == f"[Test] {built['Subject']}"
    assert sent["To"] == "ana@example.org"
    others = [name for name in built if name not in {"Subject", "To"}]
    assert [name for name in sent if name not in {"Subject", "To"}] == others
    for name in others:
        assert str(sent[name]) == str(built[name]).replace(READER, "test")
    for mine, theirs in zip(sent.iter_parts(), built.iter_parts(), strict=True):
        assert mine.get_content() == theirs.get_content().replace(READER, "test")
    assert not (folder / ".publisher" / "outbox").exists()
