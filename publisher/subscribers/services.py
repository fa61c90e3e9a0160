"""What the exports of other services say: which columns count, and what their words mean. Pure."""

from collections.abc import Mapping
from functools import lru_cache
from typing import NamedTuple

from publisher.subscribers.lifecycle import Cause

FIELDS = ("address", "language", "status", "topics", "kinds", "agreed")
"""What a row may tell of a reader, and what `--map` names."""

_UNCONFIRMED = "she has not confirmed it there"
_PAUSED = "she paused it there; let her come back by herself"
_NOT_PAYING = "she does not pay there any more, or not yet: it is not known whether she gets mail"
_JOINED, _LEFT, _BOUNCED, _COMPLAINED = Cause.IMPORT, Cause.UNSUBSCRIBE, Cause.BOUNCE, Cause.COMPLAIN
Words = Mapping[str, Cause | str]
"""What a status means: a cause, or why such a row is not taken."""


class Service(NamedTuple):
    """A service and its exports.

    *marks* are columns that only its files have, any of them in each group; *columns* are those that tell a
    field, the first that is there counts, of `status` all. Each row of a file with one of *always* means that
    cause. *agreed* tells whether a reader without a time of consent never agreed. *file* says which of its
    files tells that.
    """

    name: str
    marks: tuple[frozenset[str], ...]
    columns: Mapping[str, tuple[str, ...]]
    words: Words
    always: Mapping[str, Cause] = {}
    needed: tuple[str, ...] = ()
    agreed: bool = False
    hint: str = ""
    file: str = ""


_LANGUAGE = ("language", "lang", "locale")

# A file each, called subscribed_members_export_….csv, unsubscribed_…, cleaned_… and nonsubscribed_…; the
# last ones have UNSUB_TIME, UNSUB_REASON and CLEAN_TIME (seen in what many read them with, such as
# spec/honey_format/honey_format_spec.rb of github.com/buren/honey_format).
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
# The columns are written by ExportSubscribers in cmd/subscribers.go of github.com/knadh/listmonk (2025); the
# statuses of subscribers and of subscriptions are those of its schema.sql.
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
# email,active_subscription,expiry,plan,email_disabled,created_at,first_payment_at. Another file comes from
# its page of subscribers (its columns are in issue 2282 of github.com/buttondown/roadmap); it is known by the
# last mark, and does not tell who switched mails off.
SUBSTACK = Service(
    "substack",
    (
        frozenset({"email"}),
        frozenset({"active_subscription", "email_disabled", "subscription_source_(free)"}),
    ),
    {"address": ("email",), "language": _LANGUAGE, "status": ("email_disabled",), "agreed": ("created_at",)},
    {"false": _JOINED, "true": _LEFT},
    needed=("email_disabled",),
    file="email_list….csv from Settings, Export",
)
# Names of fields, old and new: docs.buttondown.com/api-subscribers-introduction. Types: SubscriberType in
# enums.json of github.com/buttondown/openapi and api-subscribers-type.mdoc of github.com/buttondown/docs; who
# paused there paused paying, and "is still subscribed".
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
        **dict.fromkeys(
            ("regular", "premium", "gifted", "trialed", "churning", "past_due", "paused"), _JOINED
        ),
        **dict.fromkeys(("unpaid", "churned"), _NOT_PAYING),
        **dict.fromkeys(("unsubscribed", "removed", "blocked", "disabled"), _LEFT),
        **dict.fromkeys(("complained", "spammy"), _COMPLAINED),
        "undeliverable": _BOUNCED,
        "unactivated": _UNCONFIRMED,
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
        "paused": _PAUSED,
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
