"""A digest as the bytes of a mail (RFC 5322, MIME), without a clock or a random boundary."""

import hashlib
from collections.abc import Iterable
from datetime import datetime, time
from email.utils import format_datetime
from urllib.parse import quote
from zoneinfo import ZoneInfo

from publisher.delivery.gaps import Gap, Piece, Value, Values, filled, joined, part
from publisher.delivery.headers import FOLD, named, words
from publisher.model import address
from publisher.model.delivery import Mailbox, Token
from publisher.model.output import Digest
from publisher.model.settings import Settings

_NOBODY = b"undisclosed-recipients:;"
_WHOLE = "%/:?#[]@!$&'()*+,;=~"  # what an address keeps as it is (RFC 3986, section 2)
_MAILBOX = "@!$'*+"  # what a mail address keeps in a mailto: (RFC 6068)


def message_bytes(
    digest: Digest, settings: Settings, *, to: Mailbox | None = None, reader: Token | None = None
) -> bytes:
    """Return *digest* as multipart/alternative with CRLF line ends.

    Date is the first minute after the month in the newsletter's zone; Message-ID and boundary come
    from the month, the language and the content. *reader* is the token in the links to leave and to choose;
    without it `address.READER` stands there, as in *digest*.
    """
    token = reader or Token(address.READER)
    recipient = to.encode() if to else _NOBODY
    return b"".join(filled(pieces(digest, settings), Values(recipient, b"", token, token)))


def issue_hash(messages: Iterable[bytes]) -> str:
    """Return what tells an issue from any other: a hash of the `message_bytes` of its segments, in order."""
    return hashlib.sha256(b"".join(hashlib.sha256(message).digest() for message in messages)).hexdigest()


def pieces(digest: Digest, settings: Settings) -> list[Piece]:
    """Return the mail of *digest* with gaps where each reader's own values go."""
    content = f"{digest.subject}\0{digest.html}\0{digest.text}"
    mark = hashlib.sha256(content.encode()).hexdigest()[:16]
    boundary = f"\r\n--=_{mark}"
    return joined(
        [
            *_header(digest, settings, mark),
            f"{boundary}\r\n".encode(),
            *part(digest.text, "plain"),
            f"{boundary}\r\n".encode(),
            *part(digest.html, "html"),
            f"{boundary}--\r\n".encode(),
        ]
    )


def _header(digest: Digest, settings: Settings, mark: str) -> list[Piece]:
    newsletter = settings.newsletter
    host = newsletter.host
    done = datetime.combine(digest.month.following.first_day, time(), tzinfo=ZoneInfo(newsletter.zone))
    return [
        _lines(
            f"Subject: {words(digest.subject)}",
            f"From: {named(*settings.email.name_and_address)}",
            f"Date: {format_datetime(done)}",
            f"Message-ID: <{digest.month}.{digest.lang}.{mark}",
        ),
        Gap(Value.IDENTITY),
        _lines(f"@{host}>", "To: "),
        Gap(Value.RECIPIENT),
        *_list_header(digest, settings, host),
        _lines(
            "",
            "Precedence: bulk",
            # Not All: that would keep back what tells of addresses that are gone.
            "X-Auto-Response-Suppress: DR, RN, NRN, OOF, AutoReply",
            "MIME-Version: 1.0",
            f'Content-Type: multipart/alternative; boundary="=_{mark}"',
            f"Content-Language: {digest.lang}",
            "",
        ),
    ]


def _list_header(digest: Digest, settings: Settings, host: str) -> list[Piece]:
    """Return whose list this is (RFC 2919, 2369), and how to leave it: by one click (RFC 8058) or by mail."""
    _, sender = settings.email.name_and_address
    leave = f"mailto:{quote(sender, safe=_MAILBOX)}?subject=unsubscribe%20"
    write = f"mailto:{quote(settings.email.contact or sender, safe=_MAILBOX)}"
    name = settings.newsletter.title.for_language(digest.lang)
    return [
        _lines(
            "",
            f"List-Id: {named(name, f'digest.{host}')}",
            f"List-Help: <{write}?subject=help>",
            f"List-Archive: <{_on_the_web(address.archive(digest.lang, settings), settings)}>",
            f"List-Owner: <{write}>",
            "List-Post: NO",
            f"List-Unsubscribe: <{_on_the_web(address.unsubscribe(''), settings)}",
        ),
        Gap(Value.UNSUBSCRIBE),
        f">,{FOLD}<{leave}".encode("ascii"),
        Gap(Value.UNSUBSCRIBE),
        _lines(">", "List-Unsubscribe-Post: List-Unsubscribe=One-Click"),
    ]


def _on_the_web(where: str, settings: Settings) -> str:
    return quote(address.absolute(where, settings), safe=_WHOLE)


def _lines(*lines: str) -> bytes:
    """Return *lines*, the first and the last of which need not be whole."""
    return "\r\n".join(lines).encode("ascii")
