"""What the exports of other services say: which columns count, and what their words mean. Pure."""

from collections.abc import Mapping
from functools import lru_cache
from typing import NamedTuple

from publisher.subscribers.lifecycle import Cause

FIELDS = ("address", "language", "status", "topics", "kinds", "agreed")
"""What a row may tell of a reader, and what `--map` names."""

_UNCONFIRMED = "she has not confirmed it there"
_PAUSED = "she paused it there; let her come back by herself"
_JOINED, _LEFT, _BOUNCED, _COMPLAINED = Cause.IMPORT, Cause.UNSUBSCRIBE, Cause.BOUNCE, Cause.COMPLAIN
Words = Mapping[str, Cause | str]
"""What a status means: a cause, or why such a row is not taken."""


class Service(NamedTuple):
    """A service and its exports.

    *marks* are columns that only its files have, any of them in each group; *columns* are those that tell a
    field, the first that is there counts, of `status` all. Each row of a file with one of *always* means that
    cause. *agreed* tells whether a reader without a time of consent never agreed.
    """

    name: str
    marks: tuple[frozenset[str], ...]
    columns: Mapping[str, tuple[str, ...]]
    words: Words
    always: Mapping[str, Cause] = {}
    needed: tuple[str, ...] = ()
    agreed: bool = False
    hint: str = ""


_LANGUAGE = ("language", "lang", "locale")

MAILCHIMP = Service(
    "mailchimp",
    (
        frozenset({"email_address"}),
        frozenset({"euid", "leid", "member_rating", "optin_time", "confirm_time"}),
    ),
    {"address": ("email_address",), "language": _LANGUAGE, "agreed": ("confirm_time", "optin_time")},
    {},
    always={"unsub_time": _LEFT, "clean_time": _BOUNCED},
    agreed=True,
)
LISTMONK = Service(
    "listmonk",
    (frozenset({"email"}), frozenset({"attributes"}), frozenset({"status"}), frozenset({"uuid"})),
    {
        "address": ("email",),
        "language": _LANGUAGE,
        "status": ("status", "subscription_status"),
        "agreed": ("created_at",),
    },
    {
        "enabled": _JOINED,
        "confirmed": _JOINED,
        "disabled": _LEFT,
        "blocklisted": _LEFT,
        "blacklisted": _LEFT,
        "unsubscribed": _LEFT,
        "unconfirmed": _UNCONFIRMED,
    },
    needed=("status",),
    hint="this export does not tell who unsubscribed: export the unsubscribed of each list too, and import "
    "them with --left",
)
SUBSTACK = Service(
    "substack",
    (frozenset({"email"}), frozenset({"active_subscription", "email_disabled"})),
    {"address": ("email",), "language": _LANGUAGE, "status": ("email_disabled",), "agreed": ("created_at",)},
    {"false": _JOINED, "true": _LEFT},
    needed=("email_disabled",),
)
BUTTONDOWN = Service(
    "buttondown",
    (
        frozenset({"email", "email_address"}),
        frozenset({"type", "subscriber_type"}),
        frozenset({"creation_date", "metadata", "tags", "notes", "secondary_id"}),
    ),
    {
        "address": ("email", "email_address"),
        "language": _LANGUAGE,
        "status": ("type", "subscriber_type"),
        "agreed": ("creation_date",),
    },
    {
        **dict.fromkeys(("regular", "premium", "gifted", "trialed", "churning", "past_due"), _JOINED),
        **dict.fromkeys(("unsubscribed", "removed", "blocked"), _LEFT),
        **dict.fromkeys(("complained", "spammy"), _COMPLAINED),
        "undeliverable": _BOUNCED,
        "unactivated": _UNCONFIRMED,
        "paused": _PAUSED,
    },
)
CSV = Service(
    "csv",
    (),
    {
        "address": ("address", "email", "email_address", "e_mail", "mail"),
        "language": _LANGUAGE,
        "status": ("status", "subscription_status"),
        "topics": ("topics",),
        "kinds": ("kinds",),
        "agreed": ("agreed", "consent"),
    },
    {
        **LISTMONK.words,
        **BUTTONDOWN.words,
        **dict.fromkeys(("active", "subscribed"), _JOINED),
        **dict.fromkeys(("left", "opted_out", "erased"), _LEFT),
        **dict.fromkeys(("bounced", "cleaned"), _BOUNCED),
        **dict.fromkeys(("complaint", "spam", "abuse"), _COMPLAINED),
        "pending": _UNCONFIRMED,
    },
)
SERVICES = {service.name: service for service in (MAILCHIMP, LISTMONK, SUBSTACK, BUTTONDOWN, CSV)}


@lru_cache(1000)
def plain(name: str) -> str:
    """Return the name of a column, or a status, as it is compared: `Email Address` is `email_address`."""
    return "_".join(name.strip("\ufeff \t\"'").casefold().replace("-", " ").replace("_", " ").split())


def recognised(columns: list[str]) -> Service:
    """Return the service that wrote a file with *columns*, which are plain."""
    for service in SERVICES.values():
        if service.marks and all(not marks.isdisjoint(columns) for marks in service.marks):
            return service
    return CSV
