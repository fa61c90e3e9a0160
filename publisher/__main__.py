"""Run the program, as `publisher` or as `python -m publisher`.

A build that has nothing to do is answered here, before any library is loaded.
"""

import contextlib
import io
import os
import sys
from time import monotonic, time

from publisher import root, unchanged

_CHOICES = {"--drafts", "--future"}


def main() -> None:
    """Run the program with the words of the command line, and exit with its code."""
    if not _answered(sys.argv[1:]):
        try:
            from publisher.cli import main as run  # noqa: PLC0415 - it loads the first library
        except ModuleNotFoundError as missing:  # pragma: no cover - only without the dependencies
            sys.exit(f"error: {missing.name} is not installed\n  hint: run publisher by: python3 run.py")
        run()


def _answered(words: list[str]) -> bool:
    """Tell whether the command was a build without anything to do; it has then said so."""
    if words[:1] != ["build"] or not _CHOICES.issuperset(words[1:]):
        return False
    start = monotonic()
    try:
        folder = root.nearest(os.path.realpath("."))
    except OSError:  # the folder that we are in is gone
        return False
    said = (
        unchanged.said_if_unchanged(folder, unchanged.reason(words[1:], os.environ), time())
        if folder
        else None
    )
    if said is None:
        return False
    return _said([f"{said[0]}; {monotonic() - start:.1f} s", *said[1:]])


def _said(lines: list[str]) -> bool:
    """Print the first of *lines* as a result, the others as talk; tell whether the result could be told."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")
    try:
        print(lines[0], flush=True)  # noqa: T201 - no library is there yet
    except OSError:
        return False  # the build meets it again, and knows what to say
    if sys.stderr is not None:
        with contextlib.suppress(OSError):
            print("".join(f"{line}\n" for line in lines[1:]), end="", file=sys.stderr, flush=True)  # noqa: T201
    return True


if __name__ == "__main__":
    main()
