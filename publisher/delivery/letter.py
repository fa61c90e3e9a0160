"""A mail to one reader about her own subscription, as bytes. Pure."""

import re
from datetime import datetime
from email.utils import format_datetime

from msgspec import Struct

from publisher.delivery.headers import named, words
from publisher.delivery.parts import alternative
from publisher.model.settings import Settings

_ATOM = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~.-]"
_MAILBOX = re.compile(_ATOM + r"{1,64}@[A-Za-z0-9.-]{1,253}")  # nothing that could end a line or an address


class Letter(Struct, frozen=True):
    """What a mail says, in the language *lang*."""

    lang: str
    subject: str
    text: str
    html: str


def letter_bytes(letter: Letter, settings: Settings, *, to: str, now: datetime, mark: str) -> bytes:
    """Return *letter* to the mailbox *to*, written at *now*; *mark* is another one for each mail.

    It says of itself that a program wrote it, so that nobody's absence is answered to it (RFC 3834).
    Raises `ValueError` if *to* cannot stand in a header.
    """
    if not _MAILBOX.fullmatch(to):
        raise ValueError("no mailbox")
    host = settings.newsletter.tag.split(",")[0]
    header = (
        f"Subject: {words(' '.join(letter.subject.split()))}",
        f"From: {named(*settings.email.name_and_address)}",
        f"Date: {format_datetime(now)}",
        f"Message-ID: <{mark}@{host}>",
        f"To: {to}",
        "Auto-Submitted: auto-generated",
        "X-Auto-Response-Suppress: All",
        "MIME-Version: 1.0",
        f'Content-Type: multipart/alternative; boundary="=_{mark}"',
        f"Content-Language: {letter.lang}",
    )
    return alternative(header, letter.text, letter.html, mark)
