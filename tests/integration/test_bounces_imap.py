"""Mails that came back, on a real IMAP server."""

import ssl

import pytest
from mailservers import Inbox
from returned_mails import HOSTILE, plain

from publisher.bounces.imap import Imap, MailboxError
from publisher.model.secret import Secret

RIGHT = Secret("right")


def _imap(inbox: Inbox, password: Secret = RIGHT, host: str = "localhost") -> Imap:
    context = ssl.create_default_context(cafile=str(inbox.authority))
    return Imap(f"{host}:{inbox.port}", "bounces@example.org", password, context)


def test_what_was_handled_is_seen(imap_inbox: Inbox) -> None:
    """Mails that nobody has seen are given; those that were handled are marked, the others stay new."""
    first, second = plain("one").encode(), plain("two").encode()
    imap_inbox.put(first.replace(b"\n", b"\r\n"))
    imap_inbox.put(second.replace(b"\n", b"\r\n"))
    imap_inbox.put(HOSTILE["too large"])
    with _imap(imap_inbox) as box:
        found = list(box.mails())
        assert [data.replace(b"\r\n", b"\n") for _, data in found[:2]] == [first, second]
        assert len(found[2][1]) == 1_000_001
        box.handled(found[1][0])
    assert (imap_inbox.number(), imap_inbox.seen()) == (3, 1)
    with _imap(imap_inbox) as box:
        assert [key for key, _ in box.mails()] == [found[0][0], found[2][0]]


def test_a_wrong_password_and_a_wrong_certificate(imap_inbox: Inbox) -> None:
    """A login that is refused, and a server that is not who it should be, end in one sentence each."""
    with (
        pytest.raises(MailboxError, match=r"bounces@example\.org at localhost") as wrong,
        _imap(imap_inbox, Secret("no")),
    ):
        pass
    assert "no" not in str(wrong.value).split(": ", 1)[0].split()
    with pytest.raises(MailboxError, match=r"(?i)certificate"), _imap(imap_inbox, host="127.0.0.1"):
        pass
    with (
        pytest.raises(MailboxError, match=r"(?i)certificate"),
        Imap(f"localhost:{imap_inbox.port}", "b", RIGHT),
    ):
        pass


def test_nobody_listens() -> None:
    """Without a server the reason is told."""
    with pytest.raises(MailboxError, match="refused"), Imap("localhost:1", "b", RIGHT):
        pass
    with pytest.raises(MailboxError), Imap("localhost:many", "b", RIGHT):
        pass
