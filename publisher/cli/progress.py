"""Progress on a terminal."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from time import monotonic

Progress = Callable[[str, int, int], None]
"""Is told what is being done, how much of it is done, and how much there is to do."""
_LONG = 0.5  # seconds of work, after which progress is shown


@contextmanager
def shown(*, is_quiet: bool) -> Iterator[Progress]:
    """Give a function that shows progress: on a terminal, and once the work took half a second."""
    stream = sys.stderr
    if is_quiet or stream is None or not stream.isatty():
        yield lambda _what, _done, _of: None
        return
    start = monotonic()
    is_shown = False

    def show(what: str, done: int, of: int) -> None:
        nonlocal is_shown
        if monotonic() - start > _LONG:
            is_shown = True
            full = 30 * done // max(of, 1)
            stream.write(f"\r{what:<8} [{'#' * full}{'-' * (30 - full)}] {done}/{of} ")
            stream.flush()

    try:
        yield show
    finally:
        if is_shown:
            stream.write("\r\x1b[K")
            stream.flush()
