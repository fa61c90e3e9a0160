"""Does behind the answers what forms asked for, in one thread, and tries again what did not work."""

import heapq
import itertools
import queue
import random
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass

from publisher.errors import PublisherError

AGAIN = (60.0, 600.0, 3600.0)  # seconds until a task that failed is tried again
_MANY = 1000
_Waiting = tuple[float, int, int, "Task"]


@dataclass(frozen=True, slots=True)
class Task:
    """What is to be done, and how the log calls it; doing it may give one more task."""

    name: str
    do: "Callable[[], Task | None]"


class Worker:
    """Works until it is closed; *tell* writes a line of the log.

    Before it begins it waits up to *pause* seconds, so that nobody learns from the time of a second request
    what a first one made it do.
    """

    def __init__(self, tell: Callable[[str], None], pause: float = 0.3) -> None:
        self._tell, self._pause = tell, pause
        self._new: queue.Queue[Task | None] = queue.Queue(_MANY)
        self._again: list[_Waiting] = []
        self._number = itertools.count()
        self._ends = threading.Event()
        self._thread = threading.Thread(target=self._run, name="worker")

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def put(self, task: Task) -> bool:
        """Take *task*; return whether there was room for it."""
        if self._ends.is_set():
            return False
        try:
            self._new.put_nowait(task)
        except queue.Full:
            return False
        return True

    def close(self) -> None:
        """Do what was taken, try once more what failed, tell what is left, and end."""
        self._ends.set()
        self._new.put(None)
        self._thread.join()

    def _run(self) -> None:
        while not self._ends.is_set():
            self._wait()
            self._work()
        self._work()
        while self._again:
            *_, task = heapq.heappop(self._again)
            self._do(task, len(AGAIN))

    def _wait(self) -> None:
        """Wait for a task, or until one is due again."""
        wait = max(0.0, self._again[0][0] - time.monotonic()) if self._again else None
        try:
            task = self._new.get(timeout=wait)
        except queue.Empty:
            return
        if task:
            self._ends.wait(random.uniform(0, self._pause))  # noqa: S311 - it hides, and is no secret itself
            self._do(task)

    def _work(self) -> None:
        """Do all that is there and all that is due."""
        while True:
            try:
                task = self._new.get_nowait()
            except queue.Empty:
                break
            if task:
                self._do(task)
        while self._again and self._again[0][0] <= time.monotonic():
            _, _, tried, task = heapq.heappop(self._again)
            self._do(task, tried)

    def _do(self, task: Task, tried: int = 0) -> None:
        following: Task | None = task
        while following:
            task = following
            try:
                following = task.do()
            except PublisherError as error:
                self._failed(task, tried, error.message)
                return
            except Exception as error:  # noqa: BLE001 - a fault of one task must not end all others
                self._failed(task, tried, f"{type(error).__name__}: {error}")
                return

    def _failed(self, task: Task, tried: int, reason: str) -> None:
        if tried >= len(AGAIN):
            self._tell(f"not done: {task.name}: {reason}; it is tried again at the next start, within a day")
            return
        due = time.monotonic() + AGAIN[tried]
        heapq.heappush(self._again, (due, next(self._number), tried + 1, task))
        self._tell(f"not done: {task.name}: {reason}; it is tried again in {AGAIN[tried] / 60:.0f} min")
