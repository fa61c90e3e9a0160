"""A subscription as the rooms hand it on."""

from datetime import datetime

from msgspec import Struct


class Choice(Struct, frozen=True):
    """What a reader wants: a language, and keys of topics and kinds; none of them is all."""

    language: str
    topics: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ()


class Subscription(Struct, frozen=True):
    """A reader's subscription to the newsletter.

    *public* is what tokens name. *address* is as it was typed, *key* as it is compared; both are "" once it
    is erased. *status* is one of `subscribers.lifecycle.Status`. *topics* and *kinds* are the keys that the
    reader wants, none of them is all. *asked* counts confirmation mails since the last change of status.
    """

    id: int
    public: str
    address: str
    key: str
    status: str
    language: str
    topics: tuple[str, ...]
    kinds: tuple[str, ...]
    created: datetime
    changed: datetime
    asked: int = 0
    asked_last: datetime | None = None
    nonce: str = ""


class Change(Struct, frozen=True):
    """One step of a subscription's life: from *was* to *became* through *cause*, and the proof of it."""

    at: datetime
    was: str
    became: str
    cause: str
    proof: dict[str, str]
