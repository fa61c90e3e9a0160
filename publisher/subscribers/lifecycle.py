"""The life of a subscription, as one table: what may become of it, and through what.

Pure. docs/subscribers.md draws its picture from this table; nothing else decides over a status.
"""

from enum import StrEnum
from typing import NamedTuple


class Status(StrEnum):
    """Where a subscription stands. Only ACTIVE ones get mail."""

    NONE = "none"
    PENDING = "pending"
    ACTIVE = "active"
    PAUSED = "paused"
    UNSUBSCRIBED = "unsubscribed"
    BOUNCED = "bounced"
    COMPLAINED = "complained"
    ERASED = "erased"


class Cause(StrEnum):
    """What happens to a subscription."""

    SUBSCRIBE = "subscribe"
    CONFIRM = "confirm"
    ADD = "add"
    IMPORT = "import"
    PAUSE = "pause"
    RESUME = "resume"
    UNSUBSCRIBE = "unsubscribe"
    BOUNCE = "bounce"
    COMPLAIN = "complain"
    ERASE = "erase"


class Step(NamedTuple):
    """What a status becomes; *asks* tells whether a confirmation mail is due."""

    status: Status
    asks: bool = False


_S, _C = Status, Cause
LEFT = (Status.UNSUBSCRIBED, Status.BOUNCED, Status.COMPLAINED)
"""Refusals: permanent, unless the reader comes back by herself and confirms it."""
_LIVING = (_S.PENDING, _S.ACTIVE, _S.PAUSED)

TABLE: dict[tuple[Status, Cause], Step] = {
    # Asking never makes anything active; confirming does, since only the reader can open her mail.
    (_S.NONE, _C.SUBSCRIBE): Step(_S.PENDING, asks=True),
    (_S.PENDING, _C.SUBSCRIBE): Step(_S.PENDING, asks=True),
    (_S.UNSUBSCRIBED, _C.SUBSCRIBE): Step(_S.UNSUBSCRIBED, asks=True),
    (_S.BOUNCED, _C.SUBSCRIBE): Step(_S.BOUNCED, asks=True),
    (_S.COMPLAINED, _C.SUBSCRIBE): Step(_S.COMPLAINED, asks=True),
    (_S.ACTIVE, _C.SUBSCRIBE): Step(_S.ACTIVE),
    (_S.PAUSED, _C.SUBSCRIBE): Step(_S.PAUSED),
    (_S.PENDING, _C.CONFIRM): Step(_S.ACTIVE),
    (_S.UNSUBSCRIBED, _C.CONFIRM): Step(_S.ACTIVE),
    (_S.BOUNCED, _C.CONFIRM): Step(_S.ACTIVE),
    (_S.COMPLAINED, _C.CONFIRM): Step(_S.ACTIVE),
    (_S.ACTIVE, _C.CONFIRM): Step(_S.ACTIVE),
    (_S.PAUSED, _C.CONFIRM): Step(_S.PAUSED),
    # The team adds with proof of consent, or imports: that raises no status of somebody who is known.
    (_S.NONE, _C.ADD): Step(_S.ACTIVE),
    (_S.NONE, _C.IMPORT): Step(_S.ACTIVE),
    **{(status, cause): Step(status) for status in (*_LIVING, *LEFT) for cause in (_C.ADD, _C.IMPORT)},
    (_S.ACTIVE, _C.PAUSE): Step(_S.PAUSED),
    (_S.PAUSED, _C.PAUSE): Step(_S.PAUSED),
    (_S.PAUSED, _C.RESUME): Step(_S.ACTIVE),
    (_S.ACTIVE, _C.RESUME): Step(_S.ACTIVE),
    **{(status, _C.UNSUBSCRIBE): Step(_S.UNSUBSCRIBED) for status in _LIVING},
    **{(status, _C.UNSUBSCRIBE): Step(status) for status in LEFT},
    **{(status, _C.BOUNCE): Step(_S.BOUNCED) for status in _LIVING},
    **{(status, _C.BOUNCE): Step(status) for status in LEFT},
    **{(status, _C.COMPLAIN): Step(_S.COMPLAINED) for status in (*_LIVING, *LEFT)},
    **{(status, _C.ERASE): Step(_S.ERASED) for status in (*_LIVING, *LEFT)},
}


def after(status: Status, cause: Cause) -> Step | None:
    """Return what *cause* makes of *status*; None if it may not happen there."""
    return TABLE.get((status, cause))
