"""The sending of a frozen issue: one thread leads the couriers to the mail server, and keeps the ledger.

A courier that has handed over all of a mail but its end waits until the ledger holds, durably, that this mail
is on its way; only then it says the word after which the server takes it. So whatever dies whenever, no mail
goes out twice, none is forgotten, and those that nobody can know of are at most one for each courier.

Couriers take turns: each goes on until it must wait. With a thread for each, more time went into handing the
interpreter from one to the next than into all mails.
"""

import threading
from collections import deque
from collections.abc import Callable
from datetime import datetime, timedelta
from time import monotonic
from typing import NamedTuple

from publisher.delivery.claims import Claims
from publisher.delivery.couriers import Courier, Run
from publisher.delivery.line import TOO_SLOW
from publisher.delivery.session import Steps
from publisher.delivery.waits import Waits
from publisher.errors import PublisherError
from publisher.model.delivery import Job, Outcome

_BATCH = 200
_DRAIN = 10.0  # seconds that mails on their way have to arrive once somebody wants to stop
_LOOK = 1.0  # seconds after which we see whether somebody paused the issue, or more came due
_LISTEN, _GATHER = 0.2, 0.004  # seconds for the first word of couriers, and for more of them


class Ended(NamedTuple):
    """How a run ended: *why* is "" if everything that was due is done, else what stopped it.

    *pauses* tells that people must look before it goes on.
    """

    why: str
    pauses: bool = False


class _Errand:
    """A mail with the courier who brings it."""

    __slots__ = ("courier", "job", "steps")

    def __init__(self, courier: Courier, job: Job) -> None:
        self.courier, self.job = courier, job
        self.steps: Steps[Outcome | None] = courier.bring(job)


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
        self._couriers = [Courier(run) for _ in range(connections)]
        self._free = list(self._couriers)
        self._todo = deque[Job]()
        self._waits = Waits[_Errand]()
        self._asking: list[_Errand] = []
        self._since = 0.0  # when the first word came that is not written down
        self._failed: PublisherError | None = None
        self._empty = 0.0  # when the ledger had nothing that was due
        self._until = 0.0
        self.unsettled: list[Outcome] = []
        """Outcomes that the database did not take."""

    def run(self, *, wait: bool) -> Ended:
        """Send until nothing is left, or somebody wants it to stop; *wait* for mails that were put off.

        Raises `DatabaseError` if the ledger cannot be written; then `unsettled` holds what it lacks.
        """
        stopping = self._run.stopping
        try:
            looked = monotonic()
            while not stopping.is_set():
                if monotonic() - looked > _LOOK:
                    looked = monotonic()
                    if not self._claims.is_wanted():
                        self._run.stop("somebody paused it")
                        break
                if not (self._todo or self._claimed() or self._out or self.unsettled):
                    if self._is_over(wait=wait):
                        return Ended("")
                    continue
                self._go_on()
            self._drain()
        finally:
            self._leave()
        return Ended(self._run.why, self._run.pauses)

    @property
    def _out(self) -> int:
        """Return how many couriers have a mail."""
        return len(self._couriers) - len(self._free)

    def _claimed(self) -> bool:
        """Take the next deliveries from the ledger; return whether there are any."""
        if (self._out or self.unsettled) and monotonic() - self._empty < _LOOK:
            return False
        self._todo.extend(self._claims.claim(_BATCH, self._now()))
        if not self._todo:
            self._empty = monotonic()
        return bool(self._todo)

    def _is_over(self, *, wait: bool) -> bool:
        """Tell whether nothing is left; wait a moment if something was put off."""
        due = self._claims.next_due()
        if due is None or not wait:
            return True
        left = max(due - self._now(), timedelta()).total_seconds()
        self._tell([])
        self._run.stopping.wait(min(left + 0.01, _LOOK))
        return False

    # ------------------------------------------------------------------ couriers
    def _go_on(self) -> None:
        """Let each courier go on that can, and write down what they say once nobody else comes soon.

        What is written together costs one write to the disk. Raises what keeps a courier from working.
        """
        while self._todo and self._free:
            self._advance(_Errand(self._free.pop(), self._todo.popleft()))
        has_news = bool(self._asking or self.unsettled)
        limit = self._since + _GATHER - monotonic() if has_news else _LISTEN
        if len(self._asking) < self._out:
            ready, late = self._waits.over(limit, no_pause=not self._run.goes_on())
            for errand in ready:
                self._advance(errand)
            for errand in late:
                self._advance(errand, error=TimeoutError(TOO_SLOW))
        is_all = len(self._asking) == self._out and not (self._todo and self._free)
        if has_news and (is_all or monotonic() >= self._since + _GATHER):
            self._write(is_open=True)
        if self._failed:
            failed, self._failed = self._failed, None
            raise failed

    def _advance(
        self, errand: _Errand, *, answer: bool | None = None, error: Exception | None = None
    ) -> None:
        """Let a courier go on until it waits for something, or its mail is done."""
        steps = errand.steps
        try:
            need = steps.throw(error) if error else steps.send(answer)
        except StopIteration as done:
            self._came(errand, done.value)
        except PublisherError as failed:
            self._failed = failed
            self._came(errand, None)
        except Exception as fault:  # noqa: BLE001 - what nobody thought of is the fault of no reader
            why = f"a mail cannot be made or sent: {type(fault).__name__} {fault}"
            self._run.stop(why, pauses=True)
            self._came(errand, None)
        else:
            if need:
                self._waits.add(errand, need)
            else:
                self._note()
                self._asking.append(errand)

    def _came(self, errand: _Errand, outcome: Outcome | None) -> None:
        """Take what became of a mail; its courier is free."""
        self._free.append(errand.courier)
        if outcome:
            self._note()
            self.unsettled.append(outcome)

    def _note(self) -> None:
        if not (self._asking or self.unsettled):
            self._since = monotonic()

    # ------------------------------------------------------------------ the ledger
    def _write(self, *, is_open: bool) -> None:
        """Write down what became of mails, and which are on their way now, in one transaction.

        What became of a courier's last mail is written with, or before, the mark of its next one: of each
        courier at most one mail can be in doubt. If not *is_open* nothing is written, and no mail may go.
        """
        asking, self._asking = self._asking, []
        granted: set[int] = set()
        told: list[Outcome] = []
        try:
            if is_open:
                marks = [errand.job.subscription for errand in asking]
                granted = self._claims.step(self.unsettled, marks, self._now())
                told, self.unsettled = self.unsettled, []
        finally:
            for errand in asking:
                self._advance(errand, answer=errand.job.subscription in granted)
        if is_open:
            self._tell(told)

    def _drain(self) -> None:
        """Let what is on its way arrive, give back what is not, and write all of it down."""
        self._until = monotonic() + _DRAIN
        self._todo.clear()
        while (self._out or self.unsettled) and monotonic() < self._until:
            self._go_on()
        self._claims.release()

    def _leave(self) -> None:
        """Let all couriers go home, together no longer than one drain; no mail may go any more."""
        self._run.close()
        self._todo.clear()
        until = self._until or monotonic() + _DRAIN
        while self._out and monotonic() < until:
            self._write(is_open=False)
            ready, late = self._waits.over(_LISTEN, no_pause=True)
            for errand in ready:
                self._advance(errand)
            for errand in late:
                self._advance(errand, error=TimeoutError(TOO_SLOW))
        lines = [line for courier in self._couriers if (line := courier.leave())]
        threads = [threading.Thread(target=line.close, daemon=True) for line in lines]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(max(until - monotonic(), 0))
