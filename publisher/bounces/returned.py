"""A mail that came back, as the rooms hand it on."""

from enum import StrEnum

from msgspec import Struct


class Sort(StrEnum):
    """What sort of mail it is."""

    FAILURE = "failure"
    DELAY = "delay"
    DELIVERED = "delivered"
    COMPLAINT = "complaint"
    AUTOMATIC = "automatic"
    UNSUBSCRIBE = "unsubscribe"
    OTHER = "other"
    UNREADABLE = "unreadable"


class Returned(Struct, frozen=True):
    """What a mail says.

    *status* is as in RFC 3463, or ""; *text* is what the other server said, or why a mail cannot be read.
    *paths* are addresses that may be return paths of ours, *ids* Message-IDs of what was returned, *token*
    stands behind `unsubscribe`. *date* is as it was written.
    """

    sort: Sort
    status: str = ""
    text: str = ""
    paths: tuple[str, ...] = ()
    ids: tuple[str, ...] = ()
    token: str = ""
    date: str = ""
