"""Work on several cores: the one place that starts processes.

Each helper is a copy of this process (fork), so that it knows all that was read so far without being
told, and this process works too. Python's own pools would load a library, start threads and leave one
process idle. Where the system cannot copy a process safely, all is done here, one thing after the other.
"""

import contextlib
import gc
import os
import pickle
import signal
import sys
from collections.abc import Callable, Generator, Iterator, Sequence
from typing import IO, Any, NoReturn, TypeVar

from publisher.errors import PublisherError

Task = TypeVar("Task")
Result = TypeVar("Result")

_PIPE = 1 << 20  # bytes of results that may wait, so that helpers need not
_SET_PIPE_SIZE = 1031  # F_SETPIPE_SZ of Linux


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
    gc.freeze()  # the collector would touch, and so copy, all that the processes share
    try:
        with _undisturbed():
            for number in range(1, count):
                helpers.append(_Helper(work, tasks[number::count], helpers))
        for number, task in enumerate(tasks):
            turn = number % count
            yield helpers[turn - 1].result() if turn else work(task)
    finally:
        for helper in helpers:
            helper.end()
        gc.unfreeze()


@contextlib.contextmanager
def _undisturbed() -> Iterator[None]:
    """Let Ctrl-C wait. A terminal sends it to helpers too, which leave it to the process that ends them."""
    mask = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:  # a helper never comes here, and so never hears of it
        signal.pthread_sigmask(signal.SIG_SETMASK, mask)


class _Helper:
    """A copy of this process that does *tasks* one after the other."""

    def __init__(
        self, work: Callable[[Any], Any], tasks: Sequence[Any], earlier: Sequence["_Helper"]
    ) -> None:
        here, there = os.pipe()
        self._results: IO[bytes] = os.fdopen(here, "rb")
        self._process = os.fork()
        if self._process == 0:
            for helper in (*earlier, self):
                helper.stop_reading()
            _help(work, tasks, there)
        os.close(there)

    def stop_reading(self) -> None:
        """Let go of the results: while anybody could read them, a helper outlives a build that was killed."""
        self._results.close()

    def result(self) -> Any:
        """Return the next result, or raise what was raised instead of it."""
        try:
            is_result, value = pickle.load(self._results)  # noqa: S301 - from a copy of ourselves
        except (EOFError, pickle.UnpicklingError):
            message = "a helper process ended before its work was done"
            raise PublisherError(message, "try again, or use one process: --jobs 1", "helper-ended") from None
        if is_result:
            return value
        raise value

    def end(self) -> None:
        """Let the process end, also in the midst of its work."""
        self.stop_reading()
        with contextlib.suppress(ProcessLookupError):
            os.kill(self._process, signal.SIGKILL)
        os.waitpid(self._process, 0)


def _help(work: Callable[[Any], Any], tasks: Sequence[Any], there: int) -> NoReturn:
    """Do *tasks*, write the results to the pipe *there*, and end without a word."""
    try:
        import fcntl  # noqa: PLC0415 - Windows has none, and no helpers

        with contextlib.suppress(OSError):
            fcntl.fcntl(there, _SET_PIPE_SIZE, _PIPE)
        with os.fdopen(there, "wb") as pipe:
            for task in tasks:
                pipe.write(_done(work, task))
                pipe.flush()
    finally:  # also when the build is gone, and nobody reads any more
        os._exit(0)


def _done(work: Callable[[Any], Any], task: Any) -> bytes:
    try:
        return pickle.dumps((True, work(task)))
    except Exception as error:  # noqa: BLE001 - it is raised where the result is wanted
        return pickle.dumps((False, error))
