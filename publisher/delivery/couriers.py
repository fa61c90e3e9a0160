"""The threads that bring mails to the server, one mail at a time each."""

import queue
import threading
from collections.abc import Callable
from datetime import datetime, timedelta
from time import monotonic
from typing import NamedTuple

from publisher.delivery.pace import Pace
from publisher.delivery.policy import Breaker, Effect, outcome, verdict
from publisher.delivery.replies import shown
from publisher.delivery.session import Lost, Refused, Session, Withdrawn
from publisher.delivery.transport import Transport
from publisher.errors import PublisherError
from publisher.model.delivery import Job, Mailbox, Outcome, Pieces, Reply, State

_LONGEST_WAIT = 60.0  # seconds between two tries to reach the server
_PATIENCE = 900.0  # seconds without a server after which a run ends
_BLINK = 0.5
_TAKEN = 250
_MANY = 10  # mails after which a server that hangs up has only had enough of this line


class Composed(NamedTuple):
    """A mail for one reader: who it comes from, whom it goes to, and its bytes."""

    sender: Mailbox
    recipient: Mailbox
    message: Pieces


class UnfitAddressError(ValueError):
    """No mail can go to this address, whoever sends it."""


class Ask:
    """A courier that wants to send a mail, and the answer that it waits for."""

    __slots__ = ("_answered", "is_granted", "subscription")

    def __init__(self, subscription: int) -> None:
        self.subscription = subscription
        self.is_granted = False
        self._answered = threading.Lock()
        self._answered.acquire()

    def answer(self, *, is_granted: bool) -> None:
        """Let the courier go on."""
        self.is_granted = is_granted
        self._answered.release()

    def wait(self) -> bool:
        """Return the answer once it is there."""
        with self._answered:
            return self.is_granted


Event = Ask | Outcome | PublisherError | None
"""What a courier says: it asks whether it may send, or tells what became of a mail, or what keeps it from
working; None if nothing became of it."""


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
        self._closed = threading.Event()
        self._breaker, self._lock = Breaker(), threading.Lock()
        self._reached = monotonic()
        self.why, self.pauses = "", False

    def stop(self, why: str, *, pauses: bool = False) -> None:
        """Let mails that are on their way arrive, and send no more."""
        with self._lock:
            self.why, self.pauses = self.why or why, self.pauses or pauses
        self.stopping.set()

    def close(self) -> None:
        """Let all couriers go home."""
        self._closed.set()

    def is_free(self, seconds: float) -> bool:
        """Wait; return whether to go on then."""
        until = monotonic() + seconds
        while not self._closed.is_set():
            left = until - monotonic()
            if left <= 0 or self.stopping.wait(min(left, _BLINK)):
                return not self.stopping.is_set()
        return False

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
            with self._lock:
                self._breaker.add(said)
            return Outcome(job.subscription, State.SENT, said.code, said.status, said.text), Effect.NONE
        found = outcome(job.subscription, said, job.attempt, self._now(), self._chance(), self._give_up)
        effect = verdict(said, job.attempt).effect
        if isinstance(said, Reply):
            with self._lock:
                trouble = self._breaker.add(said)
            if effect is Effect.PAUSE:
                self.stop(f"{self.transport.name} said: {shown(said)}", pauses=True)
            elif trouble:
                self.stop(trouble, pauses=True)
        if effect is Effect.SLOW:
            self.pace.slower(monotonic())
        return found, effect


class Courier:
    """Takes jobs from *todo* and puts what came of them into *events*; its line stays open between mails."""

    def __init__(
        self,
        run: Run,
        todo: "queue.SimpleQueue[Job | None]",
        events: "queue.SimpleQueue[Event]",
    ) -> None:
        self._run, self._todo, self._events = run, todo, events
        self._session: Session | None = None
        self._sent = 0

    def work(self) -> None:
        """Bring mails until there is none any more."""
        while (job := self._todo.get()) is not None:
            self._events.put(self._tried(job))
        self._leave()

    def _tried(self, job: Job) -> Outcome | PublisherError | None:
        """Bring a mail; what nobody thought of is the fault of no reader, and stops us all."""
        try:
            return self._brought(job)
        except PublisherError as error:
            return error
        except Exception as error:  # noqa: BLE001 - a courier that is gone would be waited for for ever
            self._run.stop(f"a mail cannot be made or sent: {type(error).__name__} {error}", pauses=True)
            return None

    def _brought(self, job: Job) -> Outcome | None:
        """Bring a mail; return what became of it, None if it stays as it was."""
        run = self._run
        if not run.is_free(run.pace.take(monotonic())):
            return None
        try:
            mail = run.compose(job)
        except UnfitAddressError as error:
            return Outcome(job.subscription, State.FAILED, reply=f"cannot be sent to: {error}")
        session = self._arrived()
        if session is None:
            return None
        ask = Ask(job.subscription)
        said: Reply | Lost
        try:
            said = session.deliver(*mail, lambda: self._may_go(ask))
        except Withdrawn:
            self._session = None
            return None
        except Lost as lost:
            said, self._session = lost, None
        found, effect = run.judge(job, said)
        self._go_on(effect, is_open=session.is_open)
        self._sent += 1
        return found

    def _may_go(self, ask: Ask) -> bool:
        """Wait until the ledger holds that the mail is on its way; return whether it may go."""
        self._events.put(ask)
        return ask.wait()

    def _arrived(self) -> Session | None:
        """Return a line to the server; None if it is time to stop before there is one."""
        wait = 1.0
        while self._session is None:
            try:
                self._session = self._run.transport.connect()
            except (Lost, Refused) as error:
                self._run.missed(error)
                if not self._run.is_free(wait):
                    return None
                wait = min(2 * wait, _LONGEST_WAIT)
            else:
                self._run.reached()
                self._sent = 0
        return self._session

    def _go_on(self, effect: Effect, *, is_open: bool) -> None:
        """Keep the line, or leave it; one that the server closes at once makes all of us slower."""
        if effect is Effect.SHRINK and self._sent < _MANY:
            self._run.pace.slower(monotonic())
        if effect is Effect.SHRINK or not is_open:
            self._leave()

    def _leave(self) -> None:
        session, self._session = self._session, None
        if session:
            session.close()
