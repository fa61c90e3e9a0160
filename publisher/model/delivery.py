"""An issue on its way to its readers, as the rooms hand it on."""

import re
from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum
from typing import Self

from msgspec import Struct

# Words of letters and signs that are no syntax of mail (RFC 5322, section 3.2.3), with dots between. Letters
# are those of all scripts, but not what nobody sees: `isprintable` refuses that.
_WORD = r"[^\x00-\x20\x7f()<>\[\]:;@\\,.\"]+"
_LABEL = r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
_MAILBOX = re.compile(rf"({_WORD}(?:\.{_WORD})*)@{_LABEL}(?:\.{_LABEL})*")
_TOKEN = re.compile(r"[A-Za-z0-9_-]+(?:\.[A-Za-z0-9_-]+)*")
_LONGEST, _LONGEST_NAME, _LONGEST_TOKEN = 254, 64, 200  # RFC 5321, section 4.5.3.1


class State(StrEnum):
    """Where a delivery stands. All but the first four are ends."""

    QUEUED = "queued"
    CLAIMED = "claimed"
    INFLIGHT = "inflight"
    DEFERRED = "deferred"
    SENT = "sent"
    FAILED = "failed"
    SKIPPED = "skipped"
    IN_DOUBT = "in-doubt"
    EXCLUDED = "excluded"


OPEN = (State.QUEUED, State.CLAIMED, State.INFLIGHT, State.DEFERRED)
"""Deliveries of which more is to come."""


class Mailbox(str):
    """An address as it may stand in a header and in a command of SMTP; its host is in ASCII."""

    __slots__ = ()

    def __new__(cls, text: str) -> Self:
        """Return *text*; raises `ValueError` for what could end a line or an address, or is too long."""
        found = _MAILBOX.fullmatch(text) if text.isprintable() else None
        if not found or len(found[1].encode()) > _LONGEST_NAME or len(text.encode()) > _LONGEST:
            raise ValueError("no mailbox")
        return super().__new__(cls, text)


class Token(str):
    """What links carry: letters, digits, `-` and `_`, with single dots between; 200 at most.

    SMTP would double a dot at the beginning of a line, and no Message-ID ends with one.
    """

    __slots__ = ()

    def __new__(cls, text: str) -> Self:
        """Return *text*; raises `ValueError` if it is spelled otherwise."""
        if len(text) > _LONGEST_TOKEN or not _TOKEN.fullmatch(text):
            raise ValueError("no token")
        return super().__new__(cls, text)


class Job(Struct, frozen=True, gc=False):
    """One mail to be sent: to the reader *public* of the row *subscription*, from the message *segment*.

    *attempt* counts from 1.
    """

    subscription: int
    public: str
    address: str
    segment: int
    attempt: int


class Stage(StrEnum):
    """Where in a dialogue with a mail server something was said, or the line was lost."""

    CONNECT = "connect"
    LOGIN = "login"
    SENDER = "sender"
    RECIPIENT = "recipient"
    DATA = "data"
    END = "end"


class Reply(Struct, frozen=True, gc=False):
    """What a server said at *stage*: a code (RFC 5321), a status as "5.1.1" (RFC 3463) or "", and a text."""

    stage: Stage
    code: int
    status: str
    text: str


class Outcome(Struct, frozen=True, gc=False):
    """What became of the delivery to *subscription*; *due* is when a deferred one is tried again."""

    subscription: int
    state: State
    code: int = 0
    status: str = ""
    reply: str = ""
    due: datetime | None = None


class Segment(Struct, frozen=True, order=True):
    """Readers who get the same mail: a language, and the keys of topics and kinds they want; none is all."""

    lang: str
    topics: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ()


class Delivery(Struct, frozen=True):
    """A row of the ledger, for people to read; *address* is "" for a reader who is erased."""

    subscription: int
    public: str
    address: str
    segment: int
    state: State
    attempt: int
    at: datetime | None
    due: datetime | None
    code: int
    status: str
    reply: str


class IssueState(StrEnum):
    """Where an issue stands that is frozen. Only of one that is SENDING something leaves."""

    SENDING = "sending"
    PAUSED = "paused"
    FINISHED = "finished"
    CANCELLED = "cancelled"


class FrozenIssue(Struct, frozen=True):
    """An issue of which bytes and audience are fixed.

    *hash* names the bytes that were approved; *candidates* is how many deliveries it has, those that are
    excluded included.
    """

    id: int
    period: str
    hash: str
    state: IssueState
    why: str
    candidates: int
    frozen: datetime
    finished: datetime | None


class Message(Struct, frozen=True):
    """The mail of a segment: its *content* is what `delivery.splice` makes and reads."""

    segment: Segment
    subject: str
    hash: str
    content: bytes


class Audience(Struct, frozen=True):
    """How many readers get what: active ones by what they chose, all others by their status."""

    active: dict[Segment, int]
    others: dict[str, int]


Pieces = Sequence[bytes]
"""A mail in pieces that are sent one behind the other."""
