"""The use case of what comes back: each mail is matched, judged, and done with once.

A mail is ours if its return path carries our signature, or what it returns our Message-ID. An address alone
is no proof: whoever can write a mail could remove everybody.
"""

import hashlib
from collections import Counter
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from msgspec import Struct, field

from publisher.bounces.classes import Verdict, verdict
from publisher.bounces.returned import Returned, Sort
from publisher.bounces.sources import Source
from publisher.delivery import messageid, returnpath
from publisher.delivery.returns import Returns
from publisher.model.subscription import Subscription
from publisher.readers import List
from publisher.subscribers.lifecycle import Cause, Status, after
from publisher.subscribers.tokens import Purpose, Tokens

_COUNTED = {Verdict.HARD, Verdict.SOFT, Verdict.POLICY, Verdict.COMPLAINT}


class Handled(Struct, frozen=True):
    """A mail that was handled: about whom and which issue, what it means, and what follows from it."""

    verdict: Verdict
    sort: Sort
    address: str
    period: str
    status: str
    text: str
    became: str


class Collected(Struct):
    """What a run found. *again* counts mails that an earlier run handled, *left* those left, by reason."""

    handled: list[Handled] = field(default_factory=list)
    again: int = 0
    left: Counter[str] = field(default_factory=Counter)


class _About(NamedTuple):
    reader: Subscription
    issue: int
    period: str


class Postmaster:
    """Handles what comes back to *subscribers*' newsletter, at *now*; *keys* sign return paths and tokens.

    If it does not *act*, it only tells what it would do.
    """

    def __init__(self, subscribers: List, keys: Sequence[str], now: datetime, *, act: bool = True) -> None:
        self._store, self._now, self._act = subscribers.store, now, act
        self._settings = subscribers.project.settings
        self._host = self._settings.newsletter.host
        self._keys, self._tokens = [key.encode() for key in keys], Tokens(keys)
        self._returns = Returns(subscribers.store.engine, subscribers.newsletter)
        self._periods = self._returns.periods()
        self._issues = {period: issue for issue, period in self._periods.items()}

    def collect(self, source: Source, read: Callable[[bytes], Returned]) -> Collected:
        """Handle the mails of *source*, which *read* reads, and return what was found.

        A mail is marked after all that follows from it is kept, so that a run that ends early is made good
        by the next one.
        """
        found = Collected()
        for key, data in source.mails():
            mail = read(data)
            said = self._handle(mail, found)
            if said is None:
                continue
            found.handled += said
            if self._act:
                source.handled(key)
        return found

    def _handle(self, mail: Returned, found: Collected) -> list[Handled] | None:
        """Return what *mail* comes to, [] if an earlier run did it; None if it is to be left alone."""
        if mail.sort is Sort.UNREADABLE:
            found.left[mail.text] += 1
            return None
        if mail.sort is Sort.UNSUBSCRIBE:
            return self._leave(mail, found)
        about = self._about(mail)
        if about is None:
            is_report = mail.sort in {Sort.FAILURE, Sort.DELAY, Sort.DELIVERED, Sort.COMPLAINT}
            found.left["it is about no mail of ours" if is_report else "it is no report"] += 1
            return None
        if mail.sort is Sort.OTHER:
            found.left["somebody wrote it"] += 1
            return None
        meaning = verdict(mail)
        mark = _mark(about, mail)
        if meaning in _COUNTED:
            if self._returns.is_known(about.reader.id, mark):
                found.again += 1
                return []
            became = self._follow(about, meaning, mail)
            if self._act:
                self._returns.note(about.reader.id, about.issue, mark, meaning, mail.status[:12], self._now)
        else:
            became = ""
        return [_told(meaning, mail, about.reader, about.period, became)]

    def _about(self, mail: Returned) -> _About | None:
        """Return what *mail* is about, by a return path that we signed, else by a Message-ID of ours."""
        for path in mail.paths:
            for key in self._keys:
                if read := returnpath.read(path, key):
                    issue, number = read
                    reader = self._store.numbered(number)
                    return _About(reader, issue, self._periods.get(issue, "")) if reader else None
        for text in mail.ids:
            name = messageid.read(text, self._host)
            if name and name.period in self._issues and (reader := self._store.get(name.public)):
                return _About(reader, self._issues[name.period], name.period)
        return None

    def _follow(self, about: _About, meaning: Verdict, mail: Returned) -> str:
        """Do what follows, and return it in a word or two."""
        proof = {"by": "bounce", "issue": about.period, "status": mail.status, "verdict": str(meaning)}
        if meaning is Verdict.HARD:
            return self._happen(about.reader, Cause.BOUNCE, proof)
        if meaning is Verdict.COMPLAINT:
            return self._happen(about.reader, Cause.COMPLAIN, proof)
        if meaning is Verdict.POLICY:
            return ""
        limits = self._settings.bounces
        since = self._now - timedelta(days=limits.soft_days)
        count = self._returns.in_a_row(about.reader.id, about.issue, Verdict.SOFT, since)
        if count >= limits.soft_limit:
            return self._happen(about.reader, Cause.BOUNCE, proof)
        return f"{count} of {limits.soft_limit}"

    def _leave(self, mail: Returned, found: Collected) -> list[Handled] | None:
        """Unsubscribe who asks for it by mail, as List-Unsubscribe says: whoever holds the token may."""
        claim = self._tokens.read(Purpose.UNSUBSCRIBE, mail.token, self._now)
        reader = self._store.get(claim.public) if claim else None
        if reader is None:
            found.left["its token is not good"] += 1
            return None
        became = self._happen(reader, Cause.UNSUBSCRIBE, {"by": "mail"})
        return [_told(Verdict.UNSUBSCRIBE, mail, reader, "", became)]

    def _happen(self, reader: Subscription, cause: Cause, proof: dict[str, str]) -> str:
        if not self._act:
            step = after(Status(reader.status), cause)
            became = step.status if step else reader.status
        else:
            done = self._store.happen(reader.public, cause, self._now, proof)
            became = Status(done.status) if done else Status(reader.status)
        return str(became) if became != reader.status else f"was {reader.status}"


def _mark(about: _About, mail: Returned) -> str:
    """Return what tells a mail from others: whom and what it is about, its sort, and its date."""
    text = f"{about.reader.id}\0{about.issue}\0{mail.sort}\0{mail.date}"
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def _told(meaning: Verdict, mail: Returned, reader: Subscription, period: str, became: str) -> Handled:
    return Handled(meaning, mail.sort, reader.address, period, mail.status, mail.text, became)
