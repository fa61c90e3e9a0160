"""Tasks of one thread that wait for lines, for moments, and for what takes long elsewhere."""

import threading
from collections.abc import Iterator
from socket import socket, socketpair
from time import monotonic

import pytest

from publisher.delivery.session import NO_LINE, Steps, Wait
from publisher.delivery.waits import Waits, aside

SOON = 0.02


@pytest.fixture
def lines() -> Iterator[tuple[socket, socket]]:
    """Give two ends of a line."""
    here, there = socketpair()
    with here, there:
        yield here, there


def reads(line: socket, seconds: float) -> Wait:
    """Return that *line* can be read within *seconds*."""
    return Wait(line.fileno(), is_writing=False, until=monotonic() + seconds)


def test_a_task_goes_on_when_its_line_has_something(lines: tuple[socket, socket]) -> None:
    """Whose line is silent waits on; who can write need not wait."""
    here, there = lines
    waits = Waits[str]()
    waits.add("reader", reads(here, 60))
    waits.add("writer", Wait(there.fileno(), is_writing=True, until=monotonic() + 60))
    assert waits.over(0) == (["writer"], [])
    assert waits.over(0) == ([], [])
    there.send(b"x")
    assert waits.over(60) == (["reader"], [])
    assert waits.over(0) == ([], [])


def test_who_waits_for_too_long_is_told(lines: tuple[socket, socket]) -> None:
    """A line that says nothing in its time is late, once; others wait on."""
    here, there = lines
    waits = Waits[str]()
    waits.add("short", reads(here, SOON))
    waits.add("long", reads(there, 60))
    found: list[str] = []
    begun = monotonic()
    while not found:
        ready, found = waits.over(SOON)
        assert not ready
    assert found == ["short"]
    assert SOON <= monotonic() - begun < 5
    assert waits.over(0) == ([], [])


def test_a_byte_in_a_while_gives_no_more_time(lines: tuple[socket, socket]) -> None:
    """Who comes to wait after the end of its time is late at once, though more has arrived."""
    here, there = lines
    there.send(b"x")
    waits = Waits[str]()
    waits.add("slow", reads(here, -SOON))
    assert waits.over(60) == ([], ["slow"])


def test_a_pause_ends_by_itself_or_when_told() -> None:
    """A pause lasts as long as was said, and not when there is to be none."""
    waits = Waits[str]()
    waits.add("short", Wait(NO_LINE, is_writing=False, until=monotonic() + SOON))
    waits.add("long", Wait(NO_LINE, is_writing=False, until=monotonic() + 60))
    begun, found = monotonic(), list[str]()
    while not found:
        found, late = waits.over(60)
        assert not late
    assert found == ["short"]
    assert SOON <= monotonic() - begun < 5
    assert waits.over(60, no_pause=True) == (["long"], [])


def result(steps: Steps[int | None]) -> int | None:
    """Do *steps* and return what comes of them; their waits end late, each time."""
    waits = Waits[str]()
    try:
        waits.add("it", next(steps) or pytest.fail("it asked"))
        while True:
            ready, late = waits.over(SOON)
            need = next(steps) if ready else steps.throw(TimeoutError) if late else None
            if need:
                waits.add("it", need)
    except StopIteration as done:
        found: int | None = done.value
        return found


def never(made: object) -> None:
    """Fail: what was *made* was wanted."""
    pytest.fail(f"{made} was dropped")


def test_what_takes_long_is_made_elsewhere() -> None:
    """Its result arrives, however long it takes, and so does what it raises."""
    begun = threading.Event()
    assert result(aside(lambda: 7, lambda: True, never)) == 7
    assert result(aside(lambda: begun.wait(0.5) or 8, lambda: True, never)) == 8
    with pytest.raises(ZeroDivisionError):
        result(aside(lambda: 1 // 0, lambda: True, never))


def test_what_is_not_wanted_any_more_is_dropped() -> None:
    """Nobody waits for it; when it comes it is handed to who drops it."""
    go, dropped = threading.Event(), threading.Event()
    found: list[int | None] = []

    def drop(number: int | None) -> None:
        found.append(number)
        dropped.set()

    assert result(aside(lambda: int(go.wait(60)), lambda: False, drop)) is None
    assert not found
    go.set()
    assert dropped.wait(60)
    assert found == [1]
