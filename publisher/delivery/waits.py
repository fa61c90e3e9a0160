"""What many tasks of one thread wait for: a line that can be read or written, or a moment."""

import select
import threading
from collections.abc import Callable, Hashable
from concurrent.futures import Future
from socket import socketpair
from time import monotonic
from typing import Generic, TypeVar

from publisher.delivery.session import NO_LINE, Result, Steps, Wait

Task = TypeVar("Task", bound=Hashable)
_LOOK = 0.2  # seconds between two looks at who has waited for too long


class Waits(Generic[Task]):
    """Tasks, each of which waits for one thing."""

    def __init__(self) -> None:
        self._poll = select.poll()
        self._lines: dict[int, tuple[Task, float]] = {}
        self._pauses: dict[Task, float] = {}
        self._late: list[Task] = []
        self._looked = monotonic()

    def add(self, task: Task, need: Wait) -> None:
        """Let *task* wait for what it needs."""
        descriptor, is_writing, until = need
        if descriptor == NO_LINE:
            self._pauses[task] = until
        elif until <= monotonic():  # whoever gives a byte in a while is always there in time
            self._late.append(task)
        else:
            self._lines[descriptor] = (task, until)
            self._poll.register(descriptor, select.POLLOUT if is_writing else select.POLLIN)

    def over(self, seconds: float, *, no_pause: bool = False) -> tuple[list[Task], list[Task]]:
        """Wait for *seconds* at most; return the tasks that may go on, and those that waited for too long.

        With *no_pause* all pauses are over.
        """
        if self._pauses:
            seconds = 0 if no_pause else min(seconds, min(self._pauses.values()) - monotonic())
        found = [
            self._taken(number) for number, _ in self._poll.poll(0 if self._late else 1000 * max(seconds, 0))
        ]
        now = monotonic()
        if self._pauses:
            ended = [task for task, until in self._pauses.items() if no_pause or until <= now]
            for task in ended:
                del self._pauses[task]
            found += ended
        late, self._late = self._late, []
        if now - self._looked > _LOOK:
            self._looked = now
            slow = [number for number, (_, until) in self._lines.items() if until <= now]
            late += [self._taken(number) for number in slow]
        return found, late

    def _taken(self, number: int) -> Task:
        self._poll.unregister(number)
        return self._lines.pop(number)[0]


def aside(
    make: Callable[[], Result], is_wanted: Callable[[], bool], drop: Callable[[Result], None]
) -> Steps[Result | None]:
    """Return what *make* gives or raises, which may wait for long: it runs in a thread of its own.

    When it *is_wanted* no more, None is returned, and what *make* still gives is handed to *drop*.
    """
    made = Future[Result]()
    here, there = socketpair()

    def work() -> None:
        with there:
            try:
                made.set_result(make())
            except BaseException as error:  # noqa: BLE001 - it is raised where the result is wanted
                made.set_exception(error)

    with here:
        threading.Thread(target=work, daemon=True).start()
        while not made.done():
            try:
                yield Wait(here.fileno(), is_writing=False, until=monotonic() + _LOOK)
            except TimeoutError:
                if is_wanted():
                    continue
                made.add_done_callback(lambda done: None if done.exception() else drop(done.result()))
                return None
    return made.result()
