"""The one door to mail: a server by SMTP, or a folder of `.eml` files where none is set."""

import contextlib
import os
import re
import tempfile
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal, Protocol

from publisher.delivery.greeting import Place
from publisher.delivery.line import Limits, awaited
from publisher.delivery.replies import shown
from publisher.delivery.session import Lost, Refused, Session, Steps, Withdrawn
from publisher.delivery.smtp import SmtpSession, connected
from publisher.errors import PublisherError, UsageError
from publisher.model.delivery import Mailbox, Pieces, Reply, Stage
from publisher.model.secret import Secret
from publisher.model.settings import Smtp

OUTBOX = ".publisher/outbox"
"""Where mails go in a project that has no server."""
_PATIENT, HASTY = Limits(), Limits(20, 20, 20, 20, 60, 3)
"""The latter for servers that somebody waits for."""
_KNOCK = Limits(30, 30, 30, 30, 30, 3)
_ENDS, _DOTS = re.compile(rb"\r\n|\r|\n"), re.compile(rb"^\.", re.MULTILINE)
_NAME = re.compile(r"(\d{4,})-[A-Za-z0-9.@_+-]{1,80}\.eml")
_UNSAFE = re.compile(r"[^A-Za-z0-9.@_+-]")
_READ = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0)


class NotSentError(PublisherError):
    """A mail was not taken."""

    code = "not-sent"


class Transport(Protocol):
    """What takes a mail; *name* tells people where it goes."""

    @property
    def name(self) -> str:
        """Return where mails go, in words."""
        ...

    def connect(self) -> Session:
        """Return a session for many mails. Raises `Lost` and `Refused`."""
        ...

    def knock(self) -> None:
        """See whether mails can go there, without waiting for long. Raises `Lost` and `Refused`."""
        ...

    def send(self, sender: str, recipient: str, message: bytes) -> str:
        """Hand over *message*, for which somebody waits, and return what the other side said.

        Raises `NotSentError` if it was not taken.
        """
        ...


class _Count:
    """Numbers for the mails of a folder, each given once."""

    def __init__(self) -> None:
        self._last, self._lock = 0, threading.Lock()

    def next(self, least: int = 0) -> int:
        """Return the next number above *least*."""
        with self._lock:
            self._last = max(self._last, least) + 1
            return self._last


@dataclass(frozen=True, slots=True)
class Outbox:
    """A folder in which each mail becomes a file, numbered in order: `0001-ana@example.org.eml`."""

    folder: Path
    _count: _Count = field(default_factory=_Count, repr=False, compare=False)

    @property
    def name(self) -> str:
        """Return where mails go, in words."""
        return f"the folder {self.folder.parent.name}/{self.folder.name}"

    def connect(self) -> Session:
        """Return a session that writes into the folder."""
        if self._is_led_away():
            raise Refused(Reply(Stage.CONNECT, 554, "5.3.0", f"{self.name} is a link"))
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise Lost(Stage.CONNECT, str(error)) from None
        return _OutboxSession(self, self._last())

    def knock(self) -> None:
        """See whether the folder can be written to."""
        self.connect().close()

    def send(self, sender: str, recipient: str, message: bytes) -> str:  # noqa: ARG002
        """Write *message* to a new file, whole or not at all, and return its name."""
        if self._is_led_away():
            raise NotSentError(f"{self.name} is a link", "put a folder there", "not-sent")
        self.folder.mkdir(parents=True, exist_ok=True)
        with self.half(message) as half:
            return self.put(half, recipient, self._last())

    def half(self, message: bytes) -> "tempfile._TemporaryFileWrapper[bytes]":
        """Return *message* in a file that is on the disk, and no mail yet; who closes it removes it."""
        file = tempfile.NamedTemporaryFile(dir=self.folder, prefix=".new-")  # noqa: SIM115 - the caller closes it
        try:
            file.write(message)
            file.flush()
            os.fsync(file.fileno())
        except BaseException:
            file.close()
            raise
        return file

    def put(self, half: "tempfile._TemporaryFileWrapper[bytes]", recipient: str, least: int) -> str:
        """Make a mail of *half*, with a number above *least*, and return its name."""
        while True:
            target = self.folder / f"{self._count.next(least):04}-{_UNSAFE.sub('_', recipient)[:80]}.eml"
            with contextlib.suppress(FileExistsError):
                os.link(half.name, target)  # never over another one
                return target.name

    def _last(self) -> int:
        """Return the highest number in the folder."""
        return max((int(name.partition("-")[0]) for name in self.listed()), default=0)

    def listed(self) -> list[str]:
        """Return the names of the mails, the newest first."""
        try:
            names = [] if self._is_led_away() else [path.name for path in self.folder.iterdir()]
        except OSError:
            return []
        found = [(int(match[1]), name) for name in names if (match := _NAME.fullmatch(name))]
        return [name for _, name in sorted(found, reverse=True)]

    def read(self, name: str) -> bytes | None:
        """Return the mail called *name*; None if there is none of that name, or it is a link."""
        if not _NAME.fullmatch(name) or self._is_led_away():
            return None
        try:
            with os.fdopen(os.open(self.folder / name, _READ), "rb") as file:
                return file.read()
        except OSError:
            return None

    def _is_led_away(self) -> bool:
        """Tell whether the folder is a link: one that came with somebody's repository may lead anywhere."""
        return self.folder.is_symlink() or self.folder.parent.is_symlink()


class _OutboxSession:
    """A `Session` that writes mails into *box*, numbered from above *least*."""

    def __init__(self, box: Outbox, least: int) -> None:
        self._box, self._least = box, least
        self.is_open = True

    def deliver(
        self,
        sender: Mailbox | Literal[""],
        recipient: Mailbox,
        message: Pieces,
        commit: Callable[[], bool],
    ) -> Reply:
        """Write *message* to a new file; it is on the disk when this returns."""
        return awaited(self.steps(sender, recipient, message), commit)

    def steps(
        self,
        sender: Mailbox | Literal[""],  # noqa: ARG002 - a folder sends nothing back
        recipient: Mailbox,
        message: Pieces,
    ) -> Steps[Reply]:
        """Write *message* to a new file, step by step; see `Session`."""
        stage, is_asking = Stage.DATA, False
        try:
            with self._box.half(unstuffed(message)) as half:
                is_asking = True
                may_go = yield None
                if not may_go:
                    raise Withdrawn
                is_asking = False
                name = self._box.put(half, recipient, self._least)
                stage = Stage.END
                _settle(self._box.folder)
        except OSError as error:
            if is_asking:
                raise
            raise Lost(stage, str(error)) from None
        return Reply(Stage.END, 250, "2.0.0", name)

    def abort(self) -> None:
        """Write nothing more; what is being written is soon done."""
        self.is_open = False

    close = abort


def _settle(folder: Path) -> None:
    """See that the names in *folder* are on the disk."""
    if os.name == "nt":
        return  # folders cannot be opened there
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


@dataclass(frozen=True, slots=True)
class SmtpServer:
    """The mail server *host*; its certificate is checked, and no password leaves without TLS (RFC 8314)."""

    host: str
    settings: Smtp
    password: Secret | None
    limits: Limits = _PATIENT
    deaf: threading.Event = field(default_factory=threading.Event, repr=False, compare=False)

    @property
    def name(self) -> str:
        """Return where mails go, in words."""
        return f"{self.host}:{self.settings.port}"

    def connect(self) -> Session:
        """Return a session with the server, encrypted if so set, and logged in if there is a user."""
        return self._session(self.limits)

    def knock(self) -> None:
        """See whether the server lets us in; each of its words may take half a minute."""
        self._session(_KNOCK).close()

    def send(self, sender: str, recipient: str, message: bytes) -> str:
        """Hand *message* to the server and return its reply; people wait for it, so not for long."""
        try:
            mailboxes = Mailbox(sender), Mailbox(recipient)
            session = self._session(HASTY)
            try:
                said = session.deliver(*mailboxes, [stuffed(message)], lambda: True)
            finally:
                session.close()
        except Refused as refused:
            raise self._not_sent(shown(refused.reply)) from None
        except Lost as lost:
            raise self._not_sent(lost.reason) from None
        except ValueError as error:
            raise self._not_sent(str(error)) from None
        if said.code >= 400:  # noqa: PLR2004 - RFC 5321, section 4.2.1
            raise self._not_sent(shown(said))
        return shown(said)

    def _session(self, limits: Limits) -> SmtpSession:
        place = Place(
            self.host, self.settings.port, self.settings.security, self.settings.user, self.password
        )
        return connected(place, limits, self.deaf)

    def _not_sent(self, words: str) -> NotSentError:
        return NotSentError(f"{self.name} did not take the mail: {words}", _HINT, "not-sent")


_HINT = "see [smtp] in docs/settings.md; publisher config show tells what is set"


def transport(smtp: Smtp, password: Secret | None, outbox: Path) -> Transport:
    """Return the server of *smtp*, else the folder *outbox* if no host is set."""
    if not smtp.host:
        return Outbox(outbox)
    if password and smtp.security == "none":
        raise UsageError(
            "smtp.password is set, and smtp.security is none", "write starttls or tls", "open-password"
        )
    return SmtpServer(smtp.host, smtp, password)


def stuffed(message: bytes) -> bytes:
    """Return *message* with CRLF at the end of each line, and two dots where one began a line.

    These are the bytes that `smtplib` sends of a text, but for the final dot.
    """
    if message[-1:] not in {b"\r", b"\n"}:
        message += b"\r\n"
    return _DOTS.sub(b"..", _ENDS.sub(b"\r\n", message))


def unstuffed(message: Pieces) -> bytes:
    """Return the mail that *message* is on its way: with one dot where two began a line."""
    return _DOTS.sub(b"", b"".join(message))
