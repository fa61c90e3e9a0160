"""Mails handed over: to a folder, and to a real mail server with and without TLS."""

import asyncio
import os
import ssl
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
import trustme
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult
from msgspec.structs import replace

from publisher.delivery.transport import NotSentError, Outbox, SmtpServer, transport
from publisher.errors import UsageError
from publisher.model.secret import Secret
from publisher.model.settings import Smtp

MAIL = b"Subject: A\r\nTo: ana@example.org\r\n\r\n.dot\r\n..dots\r\nWords.\r\n"
SENDER, READER = "news@example.org", "ana@example.org"
RIGHT = Secret("right")


# ------------------------------------------------------------------ the folder
def test_the_outbox_numbers_its_mails(tmp_path: Path) -> None:
    """Each mail is a file of its own, whole, numbered in order; the newest stands first."""
    box = Outbox(tmp_path / "outbox")
    names = [box.send(SENDER, READER, MAIL + str(number).encode()) for number in range(3)]
    assert names == [f"000{number}-{READER}.eml" for number in (1, 2, 3)]
    assert box.listed() == names[::-1]
    assert [box.read(name) for name in names] == [MAIL + str(number).encode() for number in range(3)]
    assert not list((tmp_path / "outbox").glob("*.half"))


def test_several_at_once_lose_nothing(tmp_path: Path) -> None:
    """Several programs may write at once: none writes over another one's mail."""
    box = Outbox(tmp_path)
    work = [threading.Thread(target=box.send, args=(SENDER, READER, b"%d" % number)) for number in range(40)]
    for thread in work:
        thread.start()
    for thread in work:
        thread.join()
    assert sorted(int(box.read(name) or b"") for name in box.listed()) == list(range(40))


@pytest.mark.parametrize(
    "name",
    ["../secret.eml", "0001-../a.eml", "/etc/passwd", "0001-a.txt", "", "0001-link.eml", "0001-pipe.eml"],
)
def test_the_outbox_gives_its_own_files_alone(tmp_path: Path, name: str) -> None:
    """A name that is no mail's, a link and a pipe give nothing."""
    (tmp_path / "secret.eml").write_text("secret")
    box = tmp_path / "outbox"
    box.mkdir()
    (box / "0001-link.eml").symlink_to(tmp_path / "secret.eml")
    os.mkfifo(box / "0001-pipe.eml")
    assert not Outbox(box).read(name)


def test_a_strange_address_is_no_path(tmp_path: Path) -> None:
    """What an address holds beside letters does not lead out of the folder."""
    assert Outbox(tmp_path).send(SENDER, "../../a/b@c", MAIL) == "0001-.._.._a_b@c.eml"


# ------------------------------------------------------------------ the server
@dataclass
class Taken:
    """What a server was given, and what it answers to a recipient and to the mail."""

    mails: list[tuple[str, list[str], bytes]] = field(default_factory=list)
    logins: list[tuple[bytes, bytes]] = field(default_factory=list)
    recipient: str = "250 OK"
    data: str = "250 taken as 42"
    sender: str = "250 OK"
    leave: str = "221 Bye"

    async def handle_MAIL(
        self, _server: Any, _session: Any, envelope: Any, address: str, _options: Any
    ) -> str:
        """Take a sender, or not."""
        if self.sender.startswith("2"):
            envelope.mail_from = address
        return self.sender

    async def handle_QUIT(self, _server: Any, _session: Any, _envelope: Any) -> str:
        """Say good-bye, or something else."""
        return self.leave

    async def handle_RCPT(
        self, _server: Any, _session: Any, envelope: Any, address: str, _options: Any
    ) -> str:
        """Take a recipient, or not."""
        if self.recipient.startswith("2"):
            envelope.rcpt_tos.append(address)
        return self.recipient

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:
        """Take a mail, or not."""
        self.mails.append((envelope.mail_from, envelope.rcpt_tos, envelope.content))
        return self.data

    def login(self, _server: Any, _session: Any, _envelope: Any, _mechanism: str, data: Any) -> AuthResult:
        """Let everybody with the right password in."""
        self.logins.append((data.login, data.password))
        return AuthResult(success=data.password == b"right", handled=False)


@pytest.fixture
def authority(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> trustme.CA:
    """Return who signs certificates, and is believed on this machine."""
    made = trustme.CA()
    made.cert_pem.write_to_path(str(tmp_path / "ca.pem"))
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "ca.pem"))
    return made


class Server(Controller):
    """A server on a port of its own; mails of any size, and who logs in is asked."""

    def __init__(self, taken: Taken, security: str, context: ssl.SSLContext) -> None:
        self.taken = taken
        self.tls = context if security == "starttls" else None
        super().__init__(
            taken, hostname="127.0.0.1", port=0, ssl_context=context if security == "tls" else None
        )

    def factory(self) -> SMTP:
        """Return what speaks with one client."""
        return SMTP(
            self.taken,
            authenticator=self.taken.login,
            auth_require_tls=False,
            tls_context=self.tls,
            require_starttls=self.tls is not None,
        )

    def _trigger_server(self) -> None:
        """Ask the port that was given, and not 0, for a first word."""
        assert isinstance(self.server, asyncio.base_events.Server)
        self.port = self.server.sockets[0].getsockname()[1]
        super()._trigger_server()  # type: ignore[no-untyped-call]


@pytest.fixture
def server(authority: trustme.CA) -> Iterator[Any]:
    """Return what starts a server whose certificate names *host*, and gives its settings."""
    started: list[Server] = []

    def start(taken: Taken, security: str, host: str = "127.0.0.1", user: str | None = None) -> Smtp:
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        authority.issue_cert(host).configure_cert(context)
        started.append(Server(taken, security, context))
        started[-1].start()
        return Smtp("127.0.0.1", started[-1].port, security, user)  # type: ignore[arg-type]

    yield start
    for controller in started:
        controller.stop()


@pytest.mark.parametrize("security", ["starttls", "tls", "none"])
def test_a_server_gets_the_mail(server: Any, tmp_path: Path, security: str) -> None:
    """The bytes arrive as they are, also lines that begin with a dot, and the reply comes back."""
    taken = Taken()
    way = transport(server(taken, security), None, tmp_path)
    assert way.send(SENDER, READER, MAIL) == "250 taken as 42"
    assert taken.mails == [(SENDER, [READER], MAIL)]


@pytest.mark.parametrize("security", ["starttls", "tls"])
def test_it_logs_in_behind_tls(server: Any, tmp_path: Path, security: str) -> None:
    """User and password are sent once the line is encrypted; a wrong one is told with the server's words."""
    taken = Taken()
    transport(server(taken, security, user="news"), RIGHT, tmp_path).send(SENDER, READER, MAIL)
    assert taken.logins == [(b"news", b"right")]
    with pytest.raises(NotSentError, match="535"):
        transport(server(Taken(), security, user="news"), Secret("wrong"), tmp_path).send(
            SENDER, READER, MAIL
        )


@pytest.mark.parametrize("security", ["starttls", "tls"])
def test_a_certificate_of_somebody_else_is_refused(server: Any, tmp_path: Path, security: str) -> None:
    """A server that cannot show who it is gets neither password nor mail."""
    taken = Taken()
    settings = server(taken, security, "mail.evil.example", user="news")
    with pytest.raises(NotSentError, match=r"(?i)certificate"):
        transport(settings, RIGHT, tmp_path).send(SENDER, READER, MAIL)
    assert (taken.mails, taken.logins) == ([], [])


def test_a_server_without_tls_gets_nothing(server: Any, tmp_path: Path) -> None:
    """If the settings ask for STARTTLS and the server has none, nothing is sent."""
    taken = Taken()
    plain = replace(server(taken, "none"), security="starttls")
    with pytest.raises(NotSentError, match="STARTTLS"):
        transport(plain, None, tmp_path).send(SENDER, READER, MAIL)
    assert taken.mails == []


@pytest.mark.parametrize(
    ("taken", "words"),
    [
        (Taken(recipient="550 5.1.1 no such user"), "550 5.1.1 no such user"),
        (Taken(data="552 5.3.4 too large"), "552 5.3.4 too large"),
        (Taken(sender="451 4.7.1 come back later"), "451 4.7.1 come back later"),
    ],
)
def test_a_refusal_is_told(server: Any, tmp_path: Path, taken: Taken, words: str) -> None:
    """What the server says is what people read."""
    with pytest.raises(NotSentError, match=words):
        transport(server(taken, "none"), None, tmp_path).send(SENDER, READER, MAIL)


def test_a_mail_that_was_taken_is_sent(server: Any, tmp_path: Path) -> None:
    """Whatever the server answers when we leave, a mail that it took is not told as refused."""
    taken = Taken(leave="421 4.3.0 something broke")
    assert transport(server(taken, "none"), None, tmp_path).send(SENDER, READER, MAIL) == "250 taken as 42"


def test_an_address_that_no_server_takes_is_told(server: Any, tmp_path: Path) -> None:
    """An address that is not ASCII is told as not sent to."""
    taken = Taken()
    with pytest.raises(NotSentError):
        transport(server(taken, "none"), None, tmp_path).send(SENDER, "ä@example.org", MAIL)
    assert taken.mails == []


def test_an_outbox_that_is_a_link_is_none(tmp_path: Path) -> None:
    """A folder that leads elsewhere, as one of somebody's repository may, is neither read nor written."""
    (tmp_path / "theirs").mkdir()
    (tmp_path / "theirs/0001-a.eml").write_text("secret")
    (tmp_path / "outbox").symlink_to("theirs")
    box = Outbox(tmp_path / "outbox")
    assert (box.listed(), box.read("0001-a.eml")) == ([], None)
    with pytest.raises(NotSentError, match="link"):
        box.send(SENDER, READER, MAIL)
    (tmp_path / "outbox").unlink()
    (tmp_path / "outbox").write_text("a file")
    assert box.listed() == []


def test_nobody_listens(tmp_path: Path) -> None:
    """A server that is not there is told as such."""
    with pytest.raises(NotSentError, match=r"127\.0\.0\.1:9 did not take the mail"):
        transport(Smtp("127.0.0.1", 9, "none", None), None, tmp_path).send(SENDER, READER, MAIL)


def test_a_password_needs_tls(tmp_path: Path) -> None:
    """With a password and without TLS no connection is made at all."""
    with pytest.raises(UsageError) as told:
        transport(Smtp("127.0.0.1", 25, "none", "news"), RIGHT, tmp_path)
    assert told.value.code == "open-password"


def test_a_secret_does_not_show_itself() -> None:
    """Printed, formatted or as part of something else, a secret is stars."""
    shown = f"{RIGHT} {RIGHT!r} {[RIGHT]} {SmtpServer('a', Smtp(None, 1, 'tls', None), RIGHT)}"
    assert "right" not in shown
    assert RIGHT.reveal() == "right"


def test_without_a_host_there_is_a_folder(tmp_path: Path) -> None:
    """Nothing set means the outbox."""
    assert isinstance(transport(Smtp(None, 587, "starttls", None), None, tmp_path), Outbox)
