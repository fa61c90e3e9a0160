"""A worker of the ledger: it sends what is left of an issue, and survives a database that goes away."""

import threading
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta

from publisher.database.engine import DatabaseError
from publisher.delivery.claims import Claims, recover
from publisher.delivery.couriers import Run
from publisher.delivery.dispatch import Dispatch, Ended
from publisher.delivery.ledger import Ledger
from publisher.delivery.pace import Pace
from publisher.delivery.splice import Template
from publisher.delivery.transport import Transport
from publisher.delivery.workers import working
from publisher.model.delivery import FrozenIssue, Outcome, State
from publisher.model.settings import Settings
from publisher.project import secret
from publisher.sending.compose import Composer
from publisher.sending.signing import signer
from publisher.subscribers.keys import signing_keys
from publisher.subscribers.tokens import Tokens

_TRIES, _PAUSE = 30, 2.0  # how often, and after how many seconds, we look whether the database is back
Tell = Callable[[Mapping[State, int]], None]
"""Is told how many deliveries have each state."""


class Worker:
    """Sends what *ledger* holds by *way*; *environ*, *clock* and *chance* are as in `Sender`."""

    def __init__(
        self,
        settings: Settings,
        ledger: Ledger,
        way: Transport,
        environ: Mapping[str, str],
        clock: Callable[[], datetime],
        chance: Callable[[], float],
    ) -> None:
        self._settings, self._ledger, self._way = settings, ledger, way
        self._environ, self._clock, self._chance = environ, clock, chance

    def send(self, issue: FrozenIssue, stop: threading.Event, tell: Tell, *, wait: bool) -> Ended:
        """Send what is left of *issue*; if the database goes away, wait until it is back and go on.

        Raises `DatabaseError` if it is away for a minute.
        """
        unsettled: list[Outcome] = []
        before = ""
        for number in range(1, _TRIES + 1):
            try:
                with working(self._ledger.engine) as name:
                    if unsettled:
                        self._ledger.settle(issue.id, before, unsettled, self._clock())
                    recover(self._ledger, issue.id, self._clock())
                    before, unsettled = name, []
                    dispatch = self._dispatch(issue, name, stop, tell)
                    try:
                        return dispatch.run(wait=wait)
                    finally:
                        unsettled = dispatch.unsettled
            except DatabaseError:
                if number == _TRIES or stop.wait(_PAUSE):
                    raise
        raise AssertionError  # the last try raised

    def _dispatch(self, issue: FrozenIssue, name: str, stop: threading.Event, tell: Tell) -> Dispatch:
        sending = self._settings.sending
        give_up = timedelta(hours=sending.give_up_hours)
        compose = self._composer(issue)
        run = Run(self._way, compose, Pace(sending.rate), give_up, self._clock, self._chance, stop)
        claims = Claims(self._ledger, issue, name)
        return Dispatch(claims, run, sending.connections, self._clock, self._counted(issue, tell))

    def _composer(self, issue: FrozenIssue) -> Composer:
        keys = signing_keys(secret(self._environ, "subscribers", "key"))
        return Composer(
            issue.id,
            self._settings,
            lambda segment: Template.decode(self._ledger.message(issue.id, segment).content),
            Tokens(keys),
            keys[-1].encode(),
            signer(self._settings, secret(self._environ, "dkim", "key")),
        )

    def _counted(self, issue: FrozenIssue, tell: Tell) -> Callable[[list[Outcome]], None]:
        """Return what adds outcomes to the counts of *issue*, and tells them: the ledger is asked once."""
        counts = dict(self._ledger.counts(issue.id))

        def told(outcomes: list[Outcome]) -> None:
            for outcome in outcomes:
                before = State.QUEUED if counts[State.QUEUED] else State.DEFERRED
                counts[before] -= 1
                counts[outcome.state] += 1
            tell(counts)

        return told
