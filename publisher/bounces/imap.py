"""Mails in a mailbox on a server (IMAP, RFC 3501), over TLS whose certificate is checked (RFC 8314)."""

import contextlib
import imaplib
import ssl
from collections.abc import Iterator
from typing import Any, Self

from publisher.bounces.reading import LARGEST
from publisher.errors import PublisherError
from publisher.model.secret import Secret

_PORT, _SECONDS = 993, 60
_HINT = "see [bounces] in docs/settings.md; publisher doctor tells more"


class MailboxError(PublisherError):
    """The mailbox on the server cannot be used."""

    code = "no-mailbox"


class Imap:
    """The inbox of *user* at *server*, `host` or `host:port`. What was handled is marked as seen."""

    def __init__(
        self, server: str, user: str, password: Secret, context: ssl.SSLContext | None = None
    ) -> None:
        self._server, self._user, self._password = server, user, password
        self._context = context or ssl.create_default_context()
        self._session: imaplib.IMAP4 | None = None

    @property
    def name(self) -> str:
        """Return where the mails lie, in words."""
        return f"{self._user} at {self._server}"

    def __enter__(self) -> Self:
        with self._told():
            host, _, port = self._server.partition(":")
            session = imaplib.IMAP4_SSL(host, int(port or _PORT), ssl_context=self._context, timeout=_SECONDS)
            self._session = session
            session.login(self._user, self._password.reveal())
            self._agreed(session.select("INBOX"))
        return self

    def __exit__(self, *_: object) -> None:
        session, self._session = self._session, None
        if session:  # what the server answers to our leave changes nothing
            with contextlib.suppress(OSError, imaplib.IMAP4.error):
                session.logout()

    def mails(self) -> Iterator[tuple[str, bytes]]:
        """Yield the mails that nobody has seen; of one that is too large a little more than is read."""
        with self._told():
            numbers = self._agreed(self._imap.uid("SEARCH", "UNSEEN"))[0].split()
        for number in numbers:
            with self._told():
                # PEEK leaves a mail unseen, which is not ours.
                found = self._agreed(
                    self._imap.uid("FETCH", number.decode(), f"(BODY.PEEK[]<0.{LARGEST + 1}>)")
                )
            data = next((part[1] for part in found if isinstance(part, tuple)), None)
            if isinstance(data, bytes):
                yield number.decode(), data

    def handled(self, key: str) -> None:
        """Mark the mail *key* as seen."""
        with self._told():
            self._agreed(self._imap.uid("STORE", key, "+FLAGS.SILENT", r"(\Seen)"))

    @property
    def _imap(self) -> imaplib.IMAP4:
        assert self._session, "used outside of its block"  # noqa: S101
        return self._session

    def _agreed(self, answer: tuple[str, list[Any]]) -> list[Any]:
        if answer[0] != "OK":
            raise imaplib.IMAP4.error(str(answer[1]))
        return answer[1]

    @contextlib.contextmanager
    def _told(self) -> Iterator[None]:
        """Tell in our words what the server, or the way to it, refuses."""
        try:
            yield
        except (OSError, imaplib.IMAP4.error, ValueError) as error:
            self.__exit__()
            raise MailboxError(f"{self.name}: {_words(error)}", _HINT, "no-mailbox") from None


def _words(error: Exception) -> str:
    text = str(error).strip() or type(error).__name__
    return text[2:-1] if text.startswith("b'") else text
