"""Work on several cores: the one place that starts processes.

Each helper is a copy of this process (fork), so that it knows all that was read so far without being
told, and this process works too. Python's own pools would load a library, start threads and leave one
process idle. Where the system cannot copy a process safely, all is done here, one thing after the other.
"""

import contextlib
import gc
import os
import pickle
import select
import signal
import sys
from collections.abc import Callable, Generator, Iterator, Sequence
from typing import Any, NoReturn, TypeVar

from publisher.errors import PublisherError

Task = TypeVar("Task")
Result = TypeVar("Result")

_PIPE = 1 << 20  # bytes of results that may wait, so that helpers need not
_SET_PIPE_SIZE = 1031  # F_SETPIPE_SZ of Linux
_NUMBER = 4  # bytes of a number in a pipe
_TICKETS = 1000  # numbers in a pipe of one page, the smallest that there is


def cores() -> int:
    """Return how many processes can run at once; 1 where processes are not copied."""
    if sys.platform != "linux":  # macOS can copy a process, but its libraries may not survive it
        return 1
    return len(os.sched_getaffinity(0))


def run(work: Callable[[Task], Result], tasks: Sequence[Task], jobs: int) -> Generator[Result]:
    """Yield what *work* returns for each of *tasks*, in their order, from up to *jobs* processes.

    Results must be picklable, *work* and tasks need not be. What *work* raises is raised here.
    """
    count = min(jobs, len(tasks), cores())
    if count < 2:  # noqa: PLR2004
        yield from map(work, tasks)
        return
    helpers: list[_Helper] = []
    tickets = _Tickets(len(tasks), count)
    gc.freeze()  # the collector would touch, and so copy, all that the processes share
    try:
        with _undisturbed():
            for number in range(1, count):
                helpers.append(_Helper(work, tasks, tickets.of(number), helpers))
        yield from _in_order(work, tasks, tickets.of(0), helpers)
    finally:
        for helper in helpers:
            helper.end()
        tickets.close()
        gc.unfreeze()


def _in_order(
    work: Callable[[Task], Result], tasks: Sequence[Task], numbers: Iterator[int], helpers: list["_Helper"]
) -> Iterator[Result]:
    """Do tasks while there are some left for this process, and yield the results of all."""
    done: dict[int, tuple[bool, Any]] = {}
    for wanted in range(len(tasks)):
        while wanted not in done:
            number = next(numbers, None)
            if number is not None:
                done[number] = _done(work, tasks[number])
            must_wait = number is None
            if must_wait and all(helper.is_done for helper in helpers):
                message = "a helper process ended before its work was done"
                hint = "try again, or use one process: --jobs 1"
                raise PublisherError(message, hint, "helper-ended")
            while ready := _with_news(helpers, wait=must_wait):
                for helper in ready:
                    done.update(helper.news())
                must_wait = False
        is_result, value = done.pop(wanted)
        if not is_result:
            raise value
        yield value


class _Tickets:
    """The numbers of *size* tasks, of which each of *count* processes takes the next when it is free.

    They lie in a pipe, from which one process alone can read each; there are few enough for the smallest.
    """

    def __init__(self, size: int, count: int) -> None:
        self._size, self._count = size, count
        self._step = -(-size // _TICKETS)  # tasks for which one ticket stands
        self._here, there = os.pipe()
        first = range(count, size, self._step)
        os.write(there, b"".join(number.to_bytes(_NUMBER, "big") for number in first))
        os.close(there)

    def of(self, process: int) -> Iterator[int]:
        """Yield the numbers for the process number *process*; all have one to begin with."""
        yield process
        while ticket := os.read(self._here, _NUMBER):
            first = int.from_bytes(ticket, "big")
            yield from range(first, min(first + self._step, self._size))

    def close(self) -> None:
        """Let go of what is left."""
        os.close(self._here)


@contextlib.contextmanager
def _undisturbed() -> Iterator[None]:
    """Let Ctrl-C wait. A terminal sends it to helpers too, which leave it to the process that ends them."""
    mask = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:  # a helper never comes here, and so never hears of it
        signal.pthread_sigmask(signal.SIG_SETMASK, mask)


class _Helper:
    """A copy of this process that does the tasks with *numbers* one after the other."""

    def __init__(
        self,
        work: Callable[[Any], Any],
        tasks: Sequence[Any],
        numbers: Iterator[int],
        earlier: Sequence["_Helper"],
    ) -> None:
        self.results, there = os.pipe()
        self.is_done = False
        try:
            self._process = os.fork()
        except OSError:  # too many processes: nobody else knows of the pipe
            os.close(self.results)
            os.close(there)
            raise
        if self._process == 0:
            for helper in (*earlier, self):
                helper.stop_reading()
            _help(work, tasks, numbers, there)
        os.close(there)

    def stop_reading(self) -> None:
        """Let go of the results: while anybody could read them, a helper outlives a build that was killed."""
        os.close(self.results)

    def news(self) -> dict[int, tuple[bool, Any]]:
        """Return the next result by its number; nothing if there is none any more."""
        size = int.from_bytes(self._read(_NUMBER), "big")
        data = self._read(size) if size else b""
        if len(data) < size or not size:
            self.is_done = True
            return {}
        number, is_result, value = pickle.loads(data)  # noqa: S301 - from a copy of ourselves
        return {number: (is_result, value)}

    def _read(self, size: int) -> bytes:
        data = b""
        while len(data) < size and (more := os.read(self.results, size - len(data))):
            data += more
        return data

    def end(self) -> None:
        """Let the process end, also in the midst of its work."""
        self.stop_reading()
        with contextlib.suppress(ProcessLookupError):
            os.kill(self._process, signal.SIGKILL)
        os.waitpid(self._process, 0)


def _with_news(helpers: Sequence[_Helper], *, wait: bool) -> list[_Helper]:
    """Return those of *helpers* that have results, or ended; *wait* until there is one."""
    by_file = {helper.results: helper for helper in helpers if not helper.is_done}
    if not by_file:
        return []
    poll = select.poll()
    for file in by_file:
        poll.register(file, select.POLLIN)
    return [by_file[file] for file, _ in poll.poll(None if wait else 0)]


def _help(work: Callable[[Any], Any], tasks: Sequence[Any], numbers: Iterator[int], there: int) -> NoReturn:
    """Do the tasks with *numbers*, write the results to the pipe *there*, and end without a word."""
    try:
        import fcntl  # noqa: PLC0415 - Windows has none, and no helpers

        with contextlib.suppress(OSError):
            fcntl.fcntl(there, _SET_PIPE_SIZE, _PIPE)
        with os.fdopen(there, "wb") as pipe:
            for number in numbers:
                data = _packed(number, *_done(work, tasks[number]))
                pipe.write(len(data).to_bytes(_NUMBER, "big") + data)
                pipe.flush()
    finally:  # also when the build is gone, and nobody reads any more
        os._exit(0)


def _packed(number: int, is_result: bool, value: Any) -> bytes:  # noqa: FBT001 - as `_done` gives it
    try:
        data = pickle.dumps((number, is_result, value))
        if not is_result:
            pickle.loads(data)  # noqa: S301 - our own: some errors are packed, and cannot be unpacked
    except Exception as error:  # noqa: BLE001 - it is raised where the result is wanted
        told = error if is_result else RuntimeError(f"{type(value).__name__}: {value}")
        return pickle.dumps((number, False, told))
    return data


def _done(work: Callable[[Any], Any], task: Any) -> tuple[bool, Any]:
    """Return whether *work* gave a result for *task*, and the result, or what was raised."""
    try:
        return True, work(task)
    except Exception as error:  # noqa: BLE001 - it is raised where the result is wanted
        return False, error
