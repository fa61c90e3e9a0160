"""The beginning of a dialogue: what a server offers, TLS, login; and a line that is kept for many mails."""

import base64
import re
import ssl
import threading
import time
import warnings
from pathlib import Path
from typing import Any

import faultserver
import pytest
import trustme

from publisher.delivery.greeting import Place
from publisher.delivery.line import Limits
from publisher.delivery.session import Lost, Refused
from publisher.delivery.smtp import SmtpSession, connected
from publisher.delivery.transport import NotSentError, SmtpServer, transport
from publisher.model.delivery import Mailbox, Reply, Stage
from publisher.model.secret import Secret
from publisher.model.settings import Smtp

SENDER, READER = Mailbox("bounces+7-1-k3j@example.org"), Mailbox("ana@example.org")
MAIL = [b"Subject: A\r\n\r\n", b"words\r\n" * 1000]
QUICK = Limits(2, 0.5, 0.5, 0.5, 0.5, 0.2)
LOGINS = (*faultserver.OFFERED, "AUTH PLAIN LOGIN")


@pytest.fixture
def certificate(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ssl.SSLContext:
    """Return what a server on this machine shows, signed by somebody who is believed here."""
    authority = trustme.CA()
    authority.cert_pem.write_to_path(str(tmp_path / "ca.pem"))
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "ca.pem"))
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    authority.issue_cert("127.0.0.1").configure_cert(context)
    return context


def session(
    server: faultserver.Server, security: Any = "none", user: str = "", password: str = ""
) -> SmtpSession:
    """Return a session with *server*."""
    place = Place("127.0.0.1", server.port, security, user or None, Secret(password) if password else None)
    return connected(place, QUICK, threading.Event())


@pytest.mark.parametrize("security", ["starttls", "tls"])
def test_many_mails_go_over_one_encrypted_line(certificate: ssl.SSLContext, security: str) -> None:
    """TLS is made once, the login too, and each mail arrives once and whole."""
    with faultserver.running(tls=certificate, is_tls_at_once=security == "tls", offered=LOGINS) as server:
        held = session(server, security, "news", "right")
        for number in range(20):
            mail = [*MAIL, b"x" * 70 * number]
            assert held.deliver(SENDER, READER, mail, lambda: True).code == 250
        held.close()
        sizes = [int(row[3]) for row in server.taken()]
        assert sizes == [sum(map(len, MAIL)) + 70 * number + 2 * (number > 0) for number in range(20)]
        assert server.connections == 1


@pytest.mark.parametrize("way", ["PLAIN", "LOGIN"])
def test_logins_are_said_as_servers_know_them(certificate: ssl.SSLContext, way: str) -> None:
    """User and password go out by the way that is offered, in UTF-8."""
    with faultserver.running(tls=certificate, is_tls_at_once=True, offered=(f"AUTH {way}",)) as server:
        session(server, "tls", "nèws", "pässword").close()
        words = [base64.b64decode(line.split()[-1]) for line in server.logins]
        both = ["nèws".encode(), "pässword".encode()]
        assert words == ([b"\0" + b"\0".join(both)] if way == "PLAIN" else both)


@pytest.mark.parametrize(
    ("offered", "fault", "status"),
    [
        (("AUTH CRAM-MD5",), [], "5.7.4"),
        ((), [], "5.7.4"),
        (("AUTH PLAIN",), ["auth:535 5.7.8 wrong"], "5.7.8"),
        (("AUTH LOGIN",), ["auth:535 5.7.8 wrong"], "5.7.8"),
        (("AUTH PLAIN",), ["auth:454 4.7.0 not now"], "4.7.0"),
    ],
)
def test_a_login_that_fails(
    certificate: ssl.SSLContext, offered: tuple[str, ...], fault: list[str], status: str
) -> None:
    """What the server said, or lacks, is told; the password is in no text."""
    with faultserver.running(*fault, tls=certificate, is_tls_at_once=True, offered=offered) as server:
        with pytest.raises(Refused) as refused:
            session(server, "tls", "news", "pässword")
        assert (refused.value.reply.stage, refused.value.reply.status) == (Stage.LOGIN, status)
        assert "pässword" not in f"{refused.value} {refused.value.reply}"


def test_no_password_leaves_without_tls() -> None:
    """Whatever the settings say, a login over a plain line is refused by us, before a word of it."""
    with faultserver.running(offered=LOGINS) as server:
        with pytest.raises(Refused) as refused:
            session(server, "none", "news", "right")
        assert refused.value.reply.status == "5.7.11"
        assert server.logins == []


@pytest.mark.parametrize("action", ["inject", "454 4.7.0 no TLS", "reset", "close", "silence", "garbage"])
def test_starttls_that_goes_wrong_ends_there(certificate: ssl.SSLContext, action: str) -> None:
    """What was put behind STARTTLS unencrypted is not believed, and without TLS nothing is sent."""
    with faultserver.running(f"starttls:{action}", tls=certificate, offered=LOGINS) as server:
        start = time.monotonic()
        with pytest.raises((Refused, Lost)) as told:
            session(server, "starttls", "news", "right")
        assert time.monotonic() - start < 3
        assert (server.logins, server.taken()) == ([], [])
        if action == "inject":
            assert "unencrypted" in str(told.value)


def test_what_was_offered_before_tls_is_forgotten(certificate: ssl.SSLContext) -> None:
    """Only what the server offers behind TLS counts."""
    before = "ehlo:250-x\r\n250-SIZE 10\r\n250 STARTTLS:reader/1"
    with faultserver.running(before, tls=certificate) as server:
        held = session(server, "starttls")
        assert held.deliver(SENDER, READER, MAIL, lambda: True).code == 250
        held.close()


def test_an_old_tls_is_refused(certificate: ssl.SSLContext) -> None:
    """TLS 1.1 is no TLS."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # Python knows that it is old, too
        certificate.minimum_version = ssl.TLSVersion.TLSv1
        certificate.maximum_version = ssl.TLSVersion.TLSv1_1
    with faultserver.running(tls=certificate, is_tls_at_once=True) as server, pytest.raises(Lost):
        session(server, "tls")


def test_a_server_without_ehlo_is_spoken_to_plainly() -> None:
    """One that knows HELO alone gets mails without any extension."""
    with faultserver.running("ehlo:502 what?") as server:
        held = session(server)
        assert held.deliver(SENDER, READER, MAIL, lambda: True).code == 250
        assert server.said == [f"MAIL FROM:<{SENDER}>", f"RCPT TO:<{READER}>"]
        held.close()


# ------------------------------------------------------------------ extensions
@pytest.mark.parametrize(
    ("offered", "sender", "reader", "mail", "of_mail", "of_recipient"),
    [
        ((), SENDER, READER, MAIL, "", ""),
        (("SIZE",), SENDER, READER, MAIL, " SIZE=7014", ""),
        (("8BITMIME", "SMTPUTF8"), SENDER, READER, MAIL, "", ""),
        (("8BITMIME",), SENDER, READER, [b"\xc3\xa4\r\n"], " BODY=8BITMIME", ""),
        (("SMTPUTF8",), SENDER, Mailbox("ä@example.org"), MAIL, " SMTPUTF8", ""),
        (("SMTPUTF8",), Mailbox("ä@example.org"), READER, MAIL, " SMTPUTF8", ""),
        (("DSN",), "", READER, MAIL, " RET=HDRS", " NOTIFY=FAILURE"),
        (("DSN",), READER, READER, MAIL, " RET=HDRS", " NOTIFY=FAILURE"),
        (("DSN",), SENDER, READER, MAIL, " RET=HDRS ENVID=bounces+2B7-1-k3j", " NOTIFY=FAILURE"),
        (("DSN",), Mailbox("b+1=2@e.org"), READER, MAIL, " RET=HDRS ENVID=b+2B1+3D2", " NOTIFY=FAILURE"),
    ],
)
def test_extensions_are_used_where_they_are_offered_and_needed(
    offered: tuple[str, ...], sender: Any, reader: Mailbox, mail: list[bytes], of_mail: str, of_recipient: str
) -> None:
    """The commands of a mail ask for what it needs, and for nothing that the server does not know."""
    with faultserver.running(offered=offered) as server:
        held = session(server)
        assert held.deliver(sender, reader, mail, lambda: True).code == 250
        held.close()
        assert server.said == [f"MAIL FROM:<{sender}>{of_mail}", f"RCPT TO:<{reader}>{of_recipient}"]


@pytest.mark.parametrize(
    ("offered", "reader", "mail", "said"),
    [
        (("8BITMIME",), "ä@example.org", MAIL, (Stage.RECIPIENT, 553, "5.6.7")),
        (("SIZE 7013",), "ana@example.org", MAIL, (Stage.SENDER, 552, "5.3.4")),
        (("PIPELINING",), "ana@example.org", [b"\xff\r\n"], (Stage.SENDER, 554, "5.6.3")),
    ],
)
def test_what_a_server_cannot_take_it_is_not_asked(
    offered: tuple[str, ...], reader: str, mail: list[bytes], said: tuple[Stage, int, str]
) -> None:
    """A mail that needs what is not offered is refused by us; the line is there for the next one."""
    with faultserver.running(offered=offered) as server:
        held = session(server)
        found = held.deliver(SENDER, Mailbox(reader), mail, lambda: True)
        assert (found.stage, found.code, found.status) == said
        assert server.said == []
        assert held.deliver(SENDER, READER, [b"short\r\n"], lambda: True).code == 250
        held.close()


@pytest.mark.parametrize("most", ["0", "", "x", "9" * 30, "-5", "7014"])
def test_a_limit_that_is_none(most: str) -> None:
    """SIZE without a number, with 0 or with nonsense is no limit; as much as the limit fits."""
    with faultserver.running(offered=(f"SIZE {most}",)) as server:
        held = session(server)
        assert held.deliver(SENDER, READER, MAIL, lambda: True).code == 250
        held.close()


@pytest.mark.parametrize(
    "mail", [[], [b""], [b"a"], [b"a\r"], [b"a", b"\r", b"\n"], [b"a\r\n", b""], [b"x"] * 3000]
)
def test_a_mail_ends_at_the_dot(mail: list[bytes]) -> None:
    """However a mail is cut into pieces, and whether its last line ends or not, it ends where it should."""
    with faultserver.running() as server:
        held = session(server)
        for _ in range(2):
            assert held.deliver(SENDER, READER, mail, lambda: True).code == 250
        held.close()
        whole = b"".join(mail)
        size = len(whole) + 2 * (not whole.endswith(b"\r\n") and whole != b"")
        assert [int(row[3]) for row in server.taken()] == [size, size]


def test_the_transport_gives_sessions(tmp_path: Path) -> None:
    """A transport's session sends many; what connects to nobody, or to who wants nothing, raises."""
    with faultserver.running() as server:
        way = transport(Smtp("127.0.0.1", server.port, "none", None), None, tmp_path)
        held = way.connect()
        assert held.is_open
        assert held.deliver(SENDER, READER, MAIL, lambda: True) == Reply(Stage.END, 250, "2.0.0", "taken")
        held.close()
        assert not held.is_open
    with pytest.raises(Lost):
        way.connect()
    with faultserver.running("connect:554 5.7.1 no") as server:
        way = SmtpServer("127.0.0.1", Smtp("127.0.0.1", server.port, "none", None), None)
        with pytest.raises(Refused):
            way.connect()
        with pytest.raises(NotSentError, match=re.escape("554 5.7.1 no")):
            way.send(SENDER, READER, b"x")


@pytest.mark.parametrize(
    "address", ["a@example.org> SIZE=1", "a@example.org\r\nDATA", "<a@example.org>", "a", ""]
)
def test_a_letter_to_no_mailbox_is_not_sent(address: str) -> None:
    """What could end a command is in none."""
    with faultserver.running() as server:
        way = SmtpServer("127.0.0.1", Smtp("127.0.0.1", server.port, "none", None), None)
        with pytest.raises(NotSentError, match="mailbox"):
            way.send(SENDER, address, b"x")
        assert server.connections == 0
