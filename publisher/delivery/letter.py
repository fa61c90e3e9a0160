"""A mail to one reader about her own subscription, as bytes. Pure."""

from datetime import datetime
from email.utils import format_datetime

from msgspec import Struct

from publisher.delivery.headers import named, words
from publisher.delivery.parts import alternative
from publisher.model.delivery import Mailbox
from publisher.model.settings import Settings


class Letter(Struct, frozen=True):
    """What a mail says, in the language *lang*."""

    lang: str
    subject: str
    text: str
    html: str


def letter_bytes(letter: Letter, settings: Settings, *, to: Mailbox, now: datetime, mark: str) -> bytes:
    """Return *letter* to *to*, written at *now*; *mark* is another one for each mail.

    It says of itself that a program wrote it, so that nobody's absence is answered to it (RFC 3834).
    Raises `ValueError` if *to* cannot stand in a header of ASCII.
    """
    header = (
        f"Subject: {words(' '.join(letter.subject.split()))}",
        f"From: {named(*settings.email.name_and_address)}",
        f"Date: {format_datetime(now)}",
        f"Message-ID: <{mark}@{settings.newsletter.host}>",
        f"To: {to}",
        "Auto-Submitted: auto-generated",
        "X-Auto-Response-Suppress: All",
        "MIME-Version: 1.0",
        f'Content-Type: multipart/alternative; boundary="=_{mark}"',
        f"Content-Language: {letter.lang}",
    )
    return alternative(header, letter.text, letter.html, mark)
