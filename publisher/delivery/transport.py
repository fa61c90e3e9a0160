"""The one door to mail: a server by SMTP, or a folder of `.eml` files where none is set."""

import contextlib
import os
import re
import smtplib
import ssl
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from publisher.errors import PublisherError, UsageError
from publisher.model.secret import Secret
from publisher.model.settings import Smtp

OUTBOX = ".publisher/outbox"
"""Where mails go in a project that has no server."""
_SECONDS = 20
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

    def send(self, sender: str, recipient: str, message: bytes) -> str:
        """Hand over *message* and return what the other side said.

        Raises `NotSentError` if it was not taken.
        """
        ...


@dataclass(frozen=True, slots=True)
class Outbox:
    """A folder in which each mail becomes a file, numbered in order: `0001-ana@example.org.eml`."""

    folder: Path

    @property
    def name(self) -> str:
        """Return where mails go, in words."""
        return f"the folder {self.folder.parent.name}/{self.folder.name}"

    def send(self, sender: str, recipient: str, message: bytes) -> str:  # noqa: ARG002
        """Write *message* to a new file, whole or not at all, and return its name."""
        if self._is_led_away():
            raise NotSentError(f"{self.name} is a link", "put a folder there", "not-sent")
        self.folder.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(dir=self.folder, prefix=".new-") as half:
            half.write(message)
            half.flush()
            while True:
                last = max((int(name.partition("-")[0]) for name in self.listed()), default=0)
                target = self.folder / f"{last + 1:04}-{_UNSAFE.sub('_', recipient)[:80]}.eml"
                with contextlib.suppress(FileExistsError):
                    os.link(half.name, target)  # never over another one
                    return target.name

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


@dataclass(frozen=True, slots=True)
class SmtpServer:
    """The mail server *host*; its certificate is checked, and no password leaves without TLS (RFC 8314)."""

    host: str
    settings: Smtp
    password: Secret | None

    @property
    def name(self) -> str:
        """Return where mails go, in words."""
        return f"{self.host}:{self.settings.port}"

    def send(self, sender: str, recipient: str, message: bytes) -> str:
        """Hand *message* to the server and return its reply."""
        try:
            server = self._connected()
            try:
                _agreed(*server.mail(sender))
                _agreed(*server.rcpt(recipient))
                code, reply = _agreed(*server.data(message))
            finally:  # what the server answers to our leave changes nothing any more
                with contextlib.suppress(OSError, smtplib.SMTPException):
                    server.quit()
                server.close()
        except (OSError, smtplib.SMTPException, ValueError) as error:  # the last for what is not ASCII
            raise NotSentError(
                f"{self.name} did not take the mail: {_words(error)}", _HINT, "not-sent"
            ) from None
        return f"{code} {reply.decode(errors='replace')}"

    def _connected(self) -> smtplib.SMTP:
        """Return a session with the server: encrypted if so set, and logged in if there is a user."""
        settings, context = self.settings, ssl.create_default_context()
        if settings.security == "tls":
            server: smtplib.SMTP = smtplib.SMTP_SSL(
                self.host, settings.port, timeout=_SECONDS, context=context
            )
        else:
            server = smtplib.SMTP(self.host, settings.port, timeout=_SECONDS)
        try:
            if settings.security == "starttls":
                server.starttls(context=context)
            server.ehlo_or_helo_if_needed()
            if settings.user and self.password:
                server.login(settings.user, self.password.reveal())
        except BaseException:
            server.close()
            raise
        return server


_HINT = "see [smtp] in docs/settings.md; publisher config shows what is set"


def transport(smtp: Smtp, password: Secret | None, outbox: Path) -> Transport:
    """Return the server of *smtp*, else the folder *outbox* if no host is set."""
    if not smtp.host:
        return Outbox(outbox)
    if password and smtp.security == "none":
        raise UsageError(
            "smtp.password is set, and smtp.security is none", "write starttls or tls", "open-password"
        )
    return SmtpServer(smtp.host, smtp, password)


def _agreed(code: int, reply: bytes) -> tuple[int, bytes]:
    """Return a server's answer; raise it if it is no yes."""
    if code >= 400:  # noqa: PLR2004 - RFC 5321, section 4.2.1
        raise smtplib.SMTPResponseException(code, reply)
    return code, reply


def _words(error: Exception) -> str:
    if isinstance(error, smtplib.SMTPResponseException):
        reply = error.smtp_error
        return f"{error.smtp_code} {reply.decode(errors='replace') if isinstance(reply, bytes) else reply}"
    return str(error) or type(error).__name__
