"""What is done behind the answers of the web service."""

import threading

from publisher.delivery.transport import NotSentError
from publisher.web.worker import Task, Worker


def test_all_that_was_taken_is_done_in_order() -> None:
    """Closing waits for what was taken, and for what follows from it; later nothing is taken."""
    done: list[int] = []

    def first(number: int) -> Task:
        return Task("first", lambda: Task("second", lambda: done.append(number)))

    worker = Worker(lambda _: None, 0)
    worker.start()
    assert all(worker.put(first(number)) for number in range(100))
    worker.close()
    assert done == list(range(100))
    assert not worker.put(first(1))


def test_there_is_an_end_to_what_it_takes() -> None:
    """While one task does not end, a thousand others find room and no more."""
    began, ends = threading.Event(), threading.Event()

    def slow() -> None:
        began.set()
        ends.wait(10)

    worker = Worker(lambda _: None, 0)
    worker.start()
    worker.put(Task("slow", slow))
    assert began.wait(10)
    taken = [worker.put(Task("quick", lambda: None)) for _ in range(1_001)]
    ends.set()
    worker.close()
    assert taken == [True] * 1_000 + [False]


def test_what_fails_is_told_and_ends_nothing_else() -> None:
    """A task that fails, expected or not, is tried once more at the end; the ones behind it are done."""
    told: list[str] = []
    tried: list[str] = []

    def refused() -> None:
        tried.append("refused")
        raise NotSentError("no")

    def wrong() -> None:
        tried.append("wrong")
        raise KeyError("x")

    worker = Worker(told.append, 0)
    worker.start()
    for task in (Task("a", refused), Task("b", wrong), Task("c", lambda: tried.append("good"))):
        worker.put(task)
    worker.close()
    assert tried == ["refused", "wrong", "good", "refused", "wrong"]
    assert told == [
        "not done: a: no; it is tried again in 1 min",
        "not done: b: KeyError: 'x'; it is tried again in 1 min",
        "not done: a: no; it is tried again at the next start, within a day",
        "not done: b: KeyError: 'x'; it is tried again at the next start, within a day",
    ]
