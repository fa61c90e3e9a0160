"""Work shared by processes: the results are those of one process, in order, and so are the errors."""

import gc
import os
import pickle
import signal
import time
from pathlib import Path

import pytest

from publisher import jobs
from publisher.errors import ContentError, Place, Problem, PublisherError, UsageError
from publisher.writer import OutputError

PROBLEM = Problem("dead-link", Place("entries/a.md", 3, 7, "[x](y.md)"), "it leads nowhere", "mend it")


@pytest.mark.parametrize("processes", [1, 2, 5])
@pytest.mark.parametrize("count", [0, 1, 2, 40, 5000])
def test_results_come_in_the_order_of_the_tasks(processes: int, count: int) -> None:
    """However many processes there are, each task is done once; the work may know anything."""
    known = {number: f"number {number}" for number in range(count)}
    assert list(jobs.run(lambda task: known[task], range(count), processes)) == list(known.values())


def test_who_is_free_takes_the_next_task() -> None:
    """A process with a long task leaves the others to those that are free; results keep their order."""
    first = os.getpid()

    def work(task: int) -> tuple[int, int]:
        if os.getpid() != first:
            time.sleep(0.2)
        return task, os.getpid()

    done = list(jobs.run(work, range(40), 2))
    assert [task for task, _ in done] == list(range(40))
    assert sum(process != first for _, process in done) == min(2, jobs.cores()) - 1


def test_the_work_is_shared() -> None:
    """On two cores and more some tasks are done by another process; it is gone when all are done."""
    found = set(jobs.run(lambda _task: os.getpid(), range(50), 2))
    assert os.getpid() in found
    assert len(found) == min(2, jobs.cores())
    for process in found - {os.getpid()}:
        with pytest.raises(ProcessLookupError):
            os.kill(process, 0)


@pytest.mark.parametrize("processes", [1, 2])
def test_what_the_work_raises_is_raised(processes: int) -> None:
    """An error of another process comes with its problems, and ends the work."""

    def work(task: int) -> int:
        if task == 3:
            raise ContentError([PROBLEM], 7)
        return task

    with pytest.raises(ContentError) as caught:
        list(jobs.run(work, range(20), processes))
    assert (caught.value.problems, caught.value.looked_at, caught.value.exit_code) == ([PROBLEM], 7, 1)


class _OddError(Exception):
    """An error that is packed, and cannot be unpacked, as some of libraries."""

    def __init__(self, one: str, other: str) -> None:
        super().__init__(f"{one} and {other}")


def test_an_error_that_cannot_travel_is_told() -> None:
    """An error of another process that cannot come as it is comes in its words."""
    first = os.getpid()

    def work(task: int) -> int:
        if os.getpid() != first or jobs.cores() < 2:
            raise _OddError("this", "that")
        time.sleep(0.01)
        return task

    with pytest.raises((RuntimeError, _OddError), match="this and that"):
        list(jobs.run(work, range(20), 2))


@pytest.mark.skipif(jobs.cores() < 2, reason="one core has no helpers")
def test_a_system_without_room_for_processes_loses_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    """If no process can be started, that is raised, and no file is left open."""

    def refuse() -> int:
        raise BlockingIOError(11, "Resource temporarily unavailable")

    open_files = Path("/proc/self/fd")
    before = sorted(open_files.iterdir())
    monkeypatch.setattr(os, "fork", refuse)
    with pytest.raises(BlockingIOError):
        list(jobs.run(str, range(20), 2))
    assert sorted(open_files.iterdir()) == before
    assert not gc.get_freeze_count()


def test_helpers_leave_ctrl_c_to_the_process_that_ends_them() -> None:
    """A terminal sends Ctrl-C to all processes: only the first hears of it, before and after as ever."""

    def is_deaf(_task: int) -> tuple[int, bool]:
        return os.getpid(), signal.SIGINT in signal.pthread_sigmask(signal.SIG_BLOCK, [])

    found = dict(jobs.run(is_deaf, range(50), 2))
    assert found.pop(os.getpid()) is False
    assert list(found.values()) == [True] * (min(2, jobs.cores()) - 1)
    assert is_deaf(0)[1] is False


def test_a_helper_that_is_ended_is_told() -> None:
    """If somebody ends a helper, the build says so and does not wait for ever."""
    if jobs.cores() < 2:
        return

    first = os.getpid()

    def work(task: int) -> int:
        if os.getpid() != first:
            os.kill(os.getpid(), signal.SIGKILL)
        return task

    with pytest.raises(PublisherError) as caught:
        list(jobs.run(work, range(20), 2))
    assert caught.value.code == "helper-ended"


def test_what_is_not_wanted_any_more_is_not_done() -> None:
    """Whoever stops asking for results lets the helpers end."""
    results = jobs.run(lambda _task: os.getpid(), range(10_000), 2)
    found = {next(results) for _ in range(4)}
    results.close()
    for process in found - {os.getpid()}:
        with pytest.raises(ProcessLookupError):
            os.kill(process, 0)


@pytest.mark.parametrize(
    "error",
    [
        PublisherError("it stopped", "do this", "stopped"),
        UsageError("wrong words"),
        OutputError("busy", "wait", "output-busy"),
        ContentError([PROBLEM], 2, exit_code=2),
    ],
    ids=lambda error: type(error).__name__,
)
def test_errors_travel_whole(error: PublisherError) -> None:
    """Nothing of an error is lost on its way to another process."""
    copy = pickle.loads(pickle.dumps(error))  # noqa: S301 - our own
    assert type(copy) is type(error)
    assert (str(copy), copy.message, copy.hint) == (str(error), error.message, error.hint)
    assert (copy.code, copy.exit_code) == (error.code, error.exit_code)
    assert getattr(copy, "problems", None) == getattr(error, "problems", None)
