"""The couriers that bring mails to the server, one mail at a time each; one thread leads them all."""

import threading
from collections.abc import Callable
from datetime import datetime, timedelta
from time import monotonic
from typing import NamedTuple

from publisher.delivery.pace import Pace
from publisher.delivery.policy import Breaker, Effect, outcome, verdict
from publisher.delivery.replies import shown
from publisher.delivery.session import NO_LINE, Lost, Refused, Session, Steps, Wait, Withdrawn
from publisher.delivery.transport import Transport
from publisher.delivery.waits import aside
from publisher.model.delivery import Job, Mailbox, Outcome, Pieces, Reply, State

_LONGEST_WAIT = 60.0  # seconds between two tries to reach the server
_PATIENCE = 900.0  # seconds without a server after which a run ends
_TAKEN = 250
_MANY = 10  # mails after which a server that hangs up has only had enough of this line


class Composed(NamedTuple):
    """A mail for one reader: who it comes from, whom it goes to, and its bytes."""

    sender: Mailbox
    recipient: Mailbox
    message: Pieces


class UnfitAddressError(ValueError):
    """No mail can go to this address, whoever sends it."""


class Run:
    """What all couriers of a run share: where mails go, how fast, and when to stop.

    *compose* makes the mail of a job; it raises `UnfitAddressError` if no mail can go there. *chance* gives a
    number from 0 to 1, another one each time. *stopping* may be set by others too.
    """

    def __init__(
        self,
        transport: Transport,
        compose: Callable[[Job], Composed],
        pace: Pace,
        give_up: timedelta,
        now: Callable[[], datetime],
        chance: Callable[[], float],
        stopping: threading.Event,
    ) -> None:
        self.transport, self.compose, self.pace = transport, compose, pace
        self._give_up, self._now, self._chance = give_up, now, chance
        self.stopping = stopping
        self._is_closed = False
        self._breaker = Breaker()
        self._reached = monotonic()
        self.why, self.pauses = "", False

    def stop(self, why: str, *, pauses: bool = False) -> None:
        """Let mails that are on their way arrive, and send no more."""
        self.why, self.pauses = self.why or why, self.pauses or pauses
        self.stopping.set()

    def close(self) -> None:
        """Let all couriers go home."""
        self._is_closed = True

    def goes_on(self) -> bool:
        """Tell whether more mails are to be brought."""
        return not (self._is_closed or self.stopping.is_set())

    def reached(self) -> None:
        """Remember that the server can be reached."""
        self._reached = monotonic()

    def missed(self, why: Lost | Refused) -> None:
        """Stop if the server could not be reached for long, or wants nothing from us for good."""
        if isinstance(why, Refused) and why.reply.code >= 500:  # noqa: PLR2004 - RFC 5321, section 4.2.1
            self.stop(f"{self.transport.name} said: {shown(why.reply)}", pauses=True)
        elif monotonic() - self._reached > _PATIENCE:
            self.stop(f"{self.transport.name} cannot be reached: {why}")

    def judge(self, job: Job, said: Reply | Lost) -> tuple[Outcome, Effect]:
        """Return what follows from what the server *said* to a mail."""
        if isinstance(said, Reply) and said.code == _TAKEN:
            self.pace.went_well()
            self._breaker.add(said)
            return Outcome(job.subscription, State.SENT, said.code, said.status, said.text), Effect.NONE
        found = outcome(job.subscription, said, job.attempt, self._now(), self._chance(), self._give_up)
        effect = verdict(said, job.attempt).effect
        if isinstance(said, Reply):
            trouble = self._breaker.add(said)
            if effect is Effect.PAUSE:
                self.stop(f"{self.transport.name} said: {shown(said)}", pauses=True)
            elif trouble:
                self.stop(trouble, pauses=True)
        if effect is Effect.SLOW:
            self.pace.slower(monotonic())
        return found, effect


class Courier:
    """Brings mails for *run*; its line stays open between them."""

    def __init__(self, run: Run) -> None:
        self._run = run
        self._session: Session | None = None
        self._sent = 0

    def bring(self, job: Job) -> Steps[Outcome | None]:
        """Bring a mail, step by step; return what became of it, None if it stays as it was.

        It asks (see `Steps`) when the mail may go as soon as the ledger holds that it is on its way.
        """
        run = self._run
        wait = run.pace.take(monotonic())
        if wait > 0:
            yield _pause(wait)
        if not run.goes_on():
            return None
        try:
            mail = run.compose(job)
        except UnfitAddressError as error:
            return Outcome(job.subscription, State.FAILED, reply=f"cannot be sent to: {error}")
        session = self._session or (yield from self._arrived())
        if session is None:
            return None
        said: Reply | Lost
        try:
            said = yield from session.steps(*mail)
        except Withdrawn:
            self._session = None
            return None
        except Lost as lost:
            said, self._session = lost, None
        found, effect = run.judge(job, said)
        self._go_on(effect, is_open=session.is_open)
        self._sent += 1
        return found

    def leave(self) -> Session | None:
        """Give up the line and return it, for whoever says good-bye to the server."""
        session, self._session = self._session, None
        return session

    def _arrived(self) -> Steps[Session | None]:
        """Return a line to the server; None if it is time to stop before there is one."""
        run, wait = self._run, 1.0
        while self._session is None:
            try:
                self._session = yield from aside(run.transport.connect, run.goes_on, Session.close)
            except (Lost, Refused) as error:
                run.missed(error)
                yield _pause(wait)
                wait = min(2 * wait, _LONGEST_WAIT)
            else:
                run.reached()
                self._sent = 0
            if not run.goes_on():
                return None
        return self._session

    def _go_on(self, effect: Effect, *, is_open: bool) -> None:
        """Keep the line, or leave it; one that the server closes at once makes all of us slower."""
        if effect is Effect.SHRINK and self._sent < _MANY:
            self._run.pace.slower(monotonic())
        if effect is Effect.SHRINK or not is_open:
            session = self.leave()
            if session and is_open:
                threading.Thread(target=session.close, daemon=True).start()


def _pause(seconds: float) -> Wait:
    return Wait(NO_LINE, is_writing=False, until=monotonic() + seconds)
