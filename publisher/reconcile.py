"""The use case `reconcile`: deliveries in doubt, looked up in the log of the server that took the mails."""

from collections.abc import Iterable
from datetime import datetime, timedelta, tzinfo
from typing import Literal

from msgspec import Struct

from publisher.delivery.ledger import Ledger
from publisher.delivery.maillog import Fate, Maillog, covers
from publisher.delivery.messageid import Named
from publisher.model.delivery import Delivery, FrozenIssue, IssueState, State

_MARGIN = timedelta(hours=1)
"""How long after a mail its log may still tell of it: clocks differ, and a busy queue takes its time."""


class Looked(Struct, frozen=True):
    """A delivery that was in doubt, what the log tells of it, and its state now."""

    period: str
    address: str
    public: str
    fate: Fate
    state: State


def reconcile(
    ledger: Ledger,
    host: str,
    logs: Iterable[Iterable[bytes]],
    now: datetime,
    zone: tzinfo,
    *,
    act: bool = True,
    is_complete: bool = False,
) -> list[Looked]:
    """Settle what is in doubt by *logs*, in their order; if it does not *act*, only tell how.

    What the server took is sent, what was cut before its end is queued again, all else stays in doubt. Only
    if the team says that the log *is_complete* is a mail queued again that the log does not show to be taken,
    and then only if the log begins before the issue and goes on an hour after the mail.
    """
    doubts = [
        (issue, delivery)
        for issue in ledger.issues()
        for delivery in ledger.deliveries(issue.id, (State.IN_DOUBT,))
    ]
    wanted = {Named(issue.period, delivery.public) for issue, delivery in doubts}
    maillog = Maillog(host, wanted, now, zone)
    if wanted:
        for log in logs:
            maillog.read(log)
    looked = [_looked(maillog, issue, delivery, is_complete=is_complete) for issue, delivery in doubts]
    if act:
        _resolve(ledger, State.SENT, zip(doubts, looked, strict=True), now)
        _resolve(ledger, State.QUEUED, zip(doubts, looked, strict=True), now)
        _resolve(ledger, State.SKIPPED, zip(doubts, looked, strict=True), now)
    return looked


def _looked(maillog: Maillog, issue: FrozenIssue, delivery: Delivery, *, is_complete: bool) -> Looked:
    fate = maillog.fate(Named(issue.period, delivery.public))
    state = {Fate.TAKEN: State.SENT, Fate.CUT: State.QUEUED}.get(fate, State.IN_DOUBT)
    at = delivery.at or issue.frozen
    span = maillog.span
    if is_complete and state is State.IN_DOUBT and covers(span, issue.frozen, at, _MARGIN):
        state = State.QUEUED
    if state is State.QUEUED and issue.state is IssueState.CANCELLED:
        state = State.SKIPPED  # it did not go out, and it will not
    return Looked(issue.period, delivery.address, delivery.public, fate, state)


def _resolve(
    ledger: Ledger,
    state: Literal[State.SENT, State.QUEUED, State.SKIPPED],
    pairs: Iterable[tuple[tuple[FrozenIssue, Delivery], Looked]],
    now: datetime,
) -> None:
    by_issue: dict[int, list[int]] = {}
    for (issue, delivery), one in pairs:
        if one.state is state:
            by_issue.setdefault(issue.id, []).append(delivery.subscription)
    for number, subscriptions in by_issue.items():
        ledger.resolve(number, state, now, subscriptions)
