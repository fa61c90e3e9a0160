"""A digest as the bytes of a mail (RFC 5322, MIME), without a clock or a random boundary."""

import hashlib
from datetime import datetime, time
from email.utils import format_datetime
from urllib.parse import quote
from zoneinfo import ZoneInfo

from publisher.delivery.headers import FOLD, named, words
from publisher.delivery.parts import alternative
from publisher.model import address
from publisher.model.output import Digest
from publisher.model.settings import Settings

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
        f"Subject: {words(digest.subject)}",
        f"From: {named(*settings.email.name_and_address)}",
        f"Date: {format_datetime(done)}",
        f"Message-ID: <{digest.month}.{digest.lang}.{mark}@{host}>",
        f"To: {to}",
        *_list_headers(digest, settings, host, reader),
        "MIME-Version: 1.0",
        f'Content-Type: multipart/alternative; boundary="=_{mark}"',
        f"Content-Language: {digest.lang}",
    )
    text, html = (part.replace(address.READER, reader) for part in (digest.text, digest.html))
    return alternative(header, text, html, mark)


def _list_headers(digest: Digest, settings: Settings, host: str, reader: str) -> tuple[str, ...]:
    """Return whose list this is (RFC 2919), and how to leave it: by one click (RFC 8058) or by mail."""
    _, mailbox = settings.email.name_and_address
    web = quote(address.absolute(address.unsubscribe(reader), settings), safe=_WHOLE)
    name = settings.newsletter.title.for_language(digest.lang)
    return (
        f"List-Id: {named(name, f'digest.{host}')}",
        f"List-Unsubscribe: <{web}>,{FOLD}<mailto:{mailbox}?subject=unsubscribe%20{reader}>",
        "List-Unsubscribe-Post: List-Unsubscribe=One-Click",
    )
