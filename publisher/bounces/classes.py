"""What a mail that came back means, as one table (RFC 3463, and what servers say beside it). Pure.

Whoever is in doubt keeps the reader: two mails more cost less than a reader who is lost.
"""

import re
from enum import StrEnum

from publisher.bounces.returned import Returned, Sort


class Verdict(StrEnum):
    """What follows: hard ends a subscription at once, soft counts, policy is for us to mend."""

    HARD = "hard"
    SOFT = "soft"
    POLICY = "policy"
    COMPLAINT = "complaint"
    UNSUBSCRIBE = "unsubscribe"
    NOTHING = "nothing"


_V = Verdict
BY_SORT = {
    Sort.COMPLAINT: _V.COMPLAINT,
    Sort.UNSUBSCRIBE: _V.UNSUBSCRIBE,
    Sort.DELAY: _V.NOTHING,
    Sort.DELIVERED: _V.NOTHING,
    Sort.AUTOMATIC: _V.NOTHING,
    Sort.OTHER: _V.NOTHING,
    Sort.UNREADABLE: _V.NOTHING,
}

# By class, subject and detail; a row without detail is for all others of its subject.
BY_STATUS: dict[str, Verdict] = {
    "5.1.1": _V.HARD,  # no such mailbox
    "5.1.2": _V.HARD,  # no such host
    "5.1.3": _V.HARD,  # no address at all
    "5.1.4": _V.HARD,  # ambiguous
    "5.1.6": _V.HARD,  # has moved, nobody says where
    "5.1.7": _V.POLICY,  # our own address
    "5.1.8": _V.POLICY,  # our own host
    "5.1.10": _V.HARD,  # the domain takes no mail (RFC 7505)
    "5.1": _V.SOFT,
    "5.2.1": _V.HARD,  # the mailbox is closed
    "5.2.2": _V.SOFT,  # full
    "5.2.3": _V.POLICY,  # our mail is too large
    "5.2": _V.SOFT,
    "5.3.4": _V.POLICY,  # too large
    "5.3": _V.SOFT,
    "5.4": _V.SOFT,
    "5.5": _V.SOFT,
    "5.6": _V.POLICY,  # the content
    "5.7": _V.POLICY,
    "4.7": _V.POLICY,  # "your mails are deferred for complaints" is said of us, not of her
    "4": _V.SOFT,
}
# What many servers say where they mean something else: words tell more than these.
_VAGUE = re.compile(r"\d\.0\.\d{1,3}|5\.1\.0|5\.2\.0|5\.4\.1|5\.5\.0")
_STATUS = re.compile(r"(?<![\d.])([245]\.\d{1,3}\.\d{1,3})(?![\d.])")
_CODE = re.compile(r"(?<![\d.])([45])\d\d(?![\d.])")

# Said of us: they keep a reader, whatever the code.
_OURS = (
    "spamhaus", "blocklist", "block list", "blacklist", "black list", "blocked", "dmarc", "dkim", "spf ",
    "reputation", "rate limit", "ratelimit", "too many messages", "unsolicited", "looks like spam",
    "spam message",
    "content rejected", "listed at", "listed in", "not accepting mail from", "poor sender",
    "relay access denied", "relaying denied", "unable to relay", "authentication required",
)  # fmt: skip
_GONE = (
    "user unknown", "unknown user", "no such user", "no such address", "no such mailbox", "no such recipient",
    "no such person", "no mailbox here", "mailbox not found", "mailbox unavailable", "mailbox does not exist",
    "does not exist", "doesn't exist", "invalid recipient", "invalid mailbox", "recipient not found",
    "recipientnotfound", "recipient unknown", "unknown recipient", "unknown address", "unrouteable address",
    "unroutable address", "user not found", "not a valid user", "not a valid mailbox", "account disabled",
    "account is disabled", "account has been disabled", "mailbox disabled", "mailbox is disabled",
    "inactive user", "account is inactive", "no longer available", "no longer on server",
    "is not a known user",
    "wasn't found at", "couldn't be found", "host not found", "domain not found", "nxdomain",
    "doesn't have a yahoo", "address rejected: undeliverable",
)  # fmt: skip
_NOT_NOW = (
    "quota", "mailbox full", "mailbox is full", "over limit", "storage", "insufficient", "try again",
    "temporar", "timed out", "timeout", "connection refused", "too busy", "greylist", "expired",
)  # fmt: skip


def verdict(mail: Returned) -> Verdict:
    """Return what *mail* means: of a failure by what the server said, then by the report, then by words."""
    if mail.sort is not Sort.FAILURE:
        return BY_SORT[mail.sort]
    words = mail.text.lower()
    said = _STATUS.search(words)
    found = _by_status(said[1] if said else "") or _by_status(mail.status) or _by_words(words)
    if found is Verdict.HARD and any(phrase in words for phrase in _OURS):
        return Verdict.POLICY
    return found


def status_in(text: str) -> str:
    """Return the status that stands in *text*; a bare code as 550 gives "5.0.0", nothing "".

    Codes stand at the beginning of what a server said, so only that is looked at.
    """
    if found := _STATUS.search(text):
        return found[1]
    code = _CODE.search(text)
    return f"{code[1]}.0.0" if code else ""


def _by_status(status: str) -> Verdict | None:
    """Return what *status* means; None if it is vague, or unknown."""
    if not status or _VAGUE.fullmatch(status):
        return None
    kind, subject, _ = status.split(".")
    return BY_STATUS.get(status) or BY_STATUS.get(f"{kind}.{subject}") or BY_STATUS.get(kind)


def _by_words(words: str) -> Verdict:
    for phrases, meaning in ((_OURS, Verdict.POLICY), (_NOT_NOW, Verdict.SOFT), (_GONE, Verdict.HARD)):
        if any(phrase in words for phrase in phrases):
            return meaning
    return Verdict.SOFT
