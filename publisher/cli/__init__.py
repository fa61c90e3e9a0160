"""The command line: words to use cases. `commands` are imported when they are called, libraries inside them.

This is the only room that asks the clock, prints, and knows exit codes:
0 done; 1 the content has problems; 2 wrong usage or settings; 130 Ctrl-C.
What a plain build needs (`building`) loads nothing that reads words.
"""

import sys
from typing import TYPE_CHECKING, NoReturn

if TYPE_CHECKING:
    from publisher.errors import PublisherError


def main(words: list[str] | None = None) -> NoReturn:
    """Run the program with *words*, else those of the command line, and exit with its code."""
    from publisher.cli.commands import run

    _say_anything()
    sys.exit(run(words))


def fail(error: "PublisherError | OSError") -> NoReturn:
    """Tell *error*, which stopped a build whose words were never read here, and exit with its code."""
    from publisher.cli.commands import failed

    _say_anything()
    sys.exit(failed(error))


def _say_anything() -> None:
    """Let streams that cannot carry every character show how it is written in Python."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")
