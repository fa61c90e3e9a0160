"""The sending of a frozen issue: some threads talk to the mail server, one keeps the ledger.

A thread that has handed over all of a mail but its end waits until the ledger holds, durably, that this mail
is on its way; only then it says the word after which the server takes it. So whatever dies whenever, no mail
goes out twice, none is forgotten, and those that nobody can know of are at most one for each thread.
"""

import queue
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from time import monotonic, sleep
from typing import NamedTuple

from publisher.delivery.claims import Claims
from publisher.delivery.couriers import Ask, Courier, Event, Run
from publisher.errors import PublisherError
from publisher.model.delivery import Job, Outcome

_BATCH = 200
_DRAIN = 10.0  # seconds that mails on their way have to arrive once somebody wants to stop
_LOOK = 1.0  # seconds after which we see whether somebody paused the issue
_LISTEN, _GATHER = 0.2, 0.004  # seconds for the first word of couriers, and for more of them


class Ended(NamedTuple):
    """How a run ended: *why* is "" if everything that was due is done, else what stopped it.

    *pauses* tells that people must look before it goes on.
    """

    why: str
    pauses: bool = False


class Dispatch:
    """Sends what *claims* gives by *couriers*; *tell* is handed the outcomes as they are written down."""

    def __init__(
        self,
        claims: Claims,
        run: Run,
        connections: int,
        now: Callable[[], datetime],
        tell: Callable[[list[Outcome]], None],
    ) -> None:
        self._claims, self._run, self._now, self._tell = claims, run, now, tell
        self._connections = connections
        self._todo: queue.SimpleQueue[Job | None] = queue.SimpleQueue()
        self._events: queue.SimpleQueue[Event] = queue.SimpleQueue()
        self._busy = 0
        self._until = 0.0
        self.unsettled: list[Outcome] = []
        """Outcomes that the database did not take."""

    def run(self, *, wait: bool) -> Ended:
        """Send until nothing is left, or somebody wants it to stop; *wait* for mails that were put off.

        Raises `DatabaseError` if the ledger cannot be written; then `unsettled` holds what it lacks.
        """
        stopping = self._run.stopping
        with self._couriers():
            looked = monotonic()
            while not stopping.is_set():
                if monotonic() - looked > _LOOK:
                    looked = monotonic()
                    if not self._claims.is_wanted():
                        self._run.stop("somebody paused it")
                        break
                if self._busy <= self._connections and not self._claimed() and not self._busy:
                    if self._is_over(wait=wait):
                        return Ended("")
                    continue
                self._write(self._heard(_LISTEN))
            self._drain()
        return Ended(self._run.why, self._run.pauses)

    def _claimed(self) -> bool:
        """Take the next deliveries from the ledger; return whether there are any."""
        jobs = self._claims.claim(_BATCH, self._now())
        self._busy += len(jobs)
        for job in jobs:
            self._todo.put(job)
        return bool(jobs)

    def _is_over(self, *, wait: bool) -> bool:
        """Tell whether nothing is left; wait a moment if something was put off."""
        due = self._claims.next_due()
        if due is None or not wait:
            return True
        left = max(due - self._now(), timedelta()).total_seconds()
        self._tell([])
        self._run.stopping.wait(min(left + 0.01, _LOOK))
        return False

    def _heard(self, seconds: float) -> list[Event]:
        """Return what the couriers have to say: at least a word, if there is one within *seconds*."""
        events: list[Event] = []
        try:
            events.append(self._events.get(timeout=seconds))
            if self._events.qsize() < self._connections - 1:
                sleep(_GATHER)  # others come: what is written together costs one write to the disk
            while True:
                events.append(self._events.get_nowait())
        except queue.Empty:
            return events

    def _write(self, events: list[Event]) -> None:
        """Write down what became of mails, and which are on their way now, in one transaction.

        What became of a courier's last mail is written with, or before, the mark of its next one: of each
        courier at most one mail can be in doubt. Raises what keeps a courier from working.
        """
        if not events:
            return
        asks = [event for event in events if isinstance(event, Ask)]
        self._busy -= len(events) - len(asks)
        self.unsettled += [event for event in events if isinstance(event, Outcome)]
        granted: set[int] = set()
        try:
            granted = self._claims.step(self.unsettled, [ask.subscription for ask in asks], self._now())
            told, self.unsettled = self.unsettled, []
        finally:
            for ask in asks:
                ask.answer(is_granted=ask.subscription in granted)
        self._tell(told)
        for event in events:
            if isinstance(event, PublisherError):
                raise event

    def _drain(self) -> None:
        """Let what is on its way arrive, give back what is not, and write all of it down."""
        self._until = monotonic() + _DRAIN
        while True:
            try:
                self._busy -= self._todo.get_nowait() is not None
            except queue.Empty:
                break
        while self._busy > 0 and monotonic() < self._until:
            self._write(self._heard(_LISTEN))
        self._claims.release()

    @contextmanager
    def _couriers(self) -> Iterator[None]:
        """Run the threads that talk to the server; none of them waits for an answer for ever."""
        threads = [
            threading.Thread(target=Courier(self._run, self._todo, self._events).work, daemon=True)
            for _ in range(self._connections)
        ]
        for thread in threads:
            thread.start()
        try:
            yield
        finally:
            self._run.close()
            for _ in threads:
                self._todo.put(None)
            until = self._until or monotonic() + _DRAIN  # together no longer than one drain
            while any(thread.is_alive() for thread in threads) and monotonic() < until:
                for event in self._heard(0.02):
                    if isinstance(event, Ask):
                        event.answer(is_granted=False)
                    elif isinstance(event, Outcome):
                        self.unsettled.append(event)
