"""A digest as the bytes of a mail (RFC 5322, MIME), without a clock or a random boundary.

The lines with words are written here: Python's own folding loses and adds spaces where a long line has
characters outside of ASCII, and otherwise in each version (python/cpython#120930, #144156).
"""

import hashlib
import textwrap
from base64 import b64encode
from datetime import datetime, time
from email.utils import format_datetime, formataddr
from urllib.parse import quote
from zoneinfo import ZoneInfo

from publisher.delivery.parts import text_part
from publisher.model import address
from publisher.model.output import Digest
from publisher.model.settings import Settings

_LINE, _ENCODED_BYTES = 66, 39  # below the 78 and 76 characters of RFC 5322 and RFC 2047
_FOLD = "\r\n "
_NOBODY = "undisclosed-recipients:;"
_WHOLE = "%/:?#[]@!$&'()*+,;=~"  # what an address keeps as it is (RFC 3986, section 2)


def message_bytes(
    digest: Digest, settings: Settings, *, to: str = _NOBODY, reader: str = address.READER
) -> bytes:
    """Return *digest* as multipart/alternative with CRLF line ends.

    Date is the first minute after the month in the newsletter's zone; Message-ID and boundary come
    from the month, the language and the content. *to* is an address, and *reader* the token in its links;
    without them sending puts both in later.
    """
    newsletter = settings.newsletter
    host = newsletter.tag.split(",")[0]
    content = f"{digest.subject}\0{digest.html}\0{digest.text}"
    mark = hashlib.sha256(content.encode()).hexdigest()[:16]
    done = datetime.combine(digest.month.following.first_day, time(), tzinfo=ZoneInfo(newsletter.zone))
    header = (
        f"Subject: {_words(digest.subject)}",
        f"From: {_named(*settings.email.name_and_address)}",
        f"Date: {format_datetime(done)}",
        f"Message-ID: <{digest.month}.{digest.lang}.{mark}@{host}>",
        f"To: {to}",
        *_list_headers(digest, settings, host, reader),
        "MIME-Version: 1.0",
        f'Content-Type: multipart/alternative; boundary="=_{mark}"',
        f"Content-Language: {digest.lang}",
    )
    text, html = (part.replace(address.READER, reader) for part in (digest.text, digest.html))
    parts = text_part(text, "plain"), text_part(html, "html")
    boundary = f"\r\n--=_{mark}".encode()
    return b"".join(
        [
            *(f"{line}\r\n".encode("ascii") for line in header),
            *(boundary + b"\r\n" + part for part in parts),
            boundary + b"--\r\n",
        ]
    )


def _list_headers(digest: Digest, settings: Settings, host: str, reader: str) -> tuple[str, ...]:
    """Return whose list this is (RFC 2919), and how to leave it: by one click (RFC 8058) or by mail."""
    _, mailbox = settings.email.name_and_address
    web = quote(address.absolute(address.unsubscribe(reader), settings), safe=_WHOLE)
    name = settings.newsletter.title.for_language(digest.lang)
    return (
        f"List-Id: {_named(name, f'digest.{host}')}",
        f"List-Unsubscribe: <{web}>,{_FOLD}<mailto:{mailbox}?subject=unsubscribe%20{reader}>",
        "List-Unsubscribe-Post: List-Unsubscribe=One-Click",
    )


def _words(text: str) -> str:
    """Return *text* for a header, folded between words; encoded if it is more than plain ASCII."""
    if _is_plain(text):
        return _FOLD.join(textwrap.wrap(text, _LINE, break_long_words=False, break_on_hyphens=False))
    return _encoded(text)


def _named(name: str, mailbox: str) -> str:
    if len(name) <= _LINE and _is_plain(name):
        return formataddr((name, mailbox))
    return f"{_encoded(name)}{_FOLD}<{mailbox}>"


def _is_plain(text: str) -> bool:
    return (
        text.isascii()
        and text.isprintable()
        and "=?" not in text
        and all(len(word) <= _LINE for word in text.split())
    )


def _encoded(text: str) -> str:
    """Return *text* as encoded words (RFC 2047), each of whole characters; no line end survives in them."""
    words = [b""]
    for character in text:
        data = character.encode()
        if len(words[-1]) + len(data) > _ENCODED_BYTES:
            words.append(b"")
        words[-1] += data
    return _FOLD.join(f"=?utf-8?b?{b64encode(word).decode()}?=" for word in words)
