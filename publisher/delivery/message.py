"""A digest as the bytes of a mail (RFC 5322, MIME), without a clock or a random boundary."""

import hashlib
from datetime import datetime, time
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, parseaddr
from zoneinfo import ZoneInfo

from publisher.model.output import Digest
from publisher.model.settings import Settings

_POLICY = SMTP.clone(cte_type="7bit")


def message_bytes(digest: Digest, settings: Settings) -> bytes:
    """Return *digest* as multipart/alternative with CRLF line ends.

    Date is the first minute after the month in the newsletter's zone; Message-ID and boundary come
    from the month, the language and the content.
    """
    newsletter = settings.newsletter
    host = newsletter.tag.split(",")[0]
    content = f"{digest.subject}\0{digest.html}\0{digest.text}"
    mark = hashlib.sha256(content.encode()).hexdigest()[:16]
    done = datetime.combine(digest.month.following.first_day, time(), tzinfo=ZoneInfo(newsletter.zone))
    name, mailbox = parseaddr(settings.email.sender)
    message = EmailMessage(policy=_POLICY)
    message["Subject"] = digest.subject
    message["From"] = Address(display_name=name, addr_spec=mailbox)
    message["Date"] = format_datetime(done)
    message["Message-ID"] = f"<{digest.month}.{digest.lang}.{mark}@{host}>"
    message.set_content(digest.text, charset="utf-8", cte=_encoding(digest.text))
    message.add_alternative(digest.html, subtype="html", charset="utf-8", cte=_encoding(digest.html))
    message["Content-Language"] = digest.lang  # last, since set_content removes Content-* headers
    message.set_boundary(f"=_{mark}")
    return message.as_bytes()


def _encoding(text: str) -> str:
    """Return the shorter of the encodings that pass every relay; quoted-printable triples Arabic."""
    data = text.encode()
    plain = sum((32 < byte < 127 and byte != 61) or byte in b" \n" for byte in data)  # noqa: PLR2004
    quoted_printable = plain + 3 * (len(data) - plain)
    return "quoted-printable" if quoted_printable <= len(data) * 4 // 3 else "base64"
