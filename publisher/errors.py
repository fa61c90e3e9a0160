"""What can go wrong, in plain words.

A `Problem` is a fault of the content: problems are collected and shown together.
A `PublisherError` is a fault of the world around it: it stops the work.

    PublisherError
    ├── UsageError          wrong words or wrong settings (exit code 2)
    └── ContentError        the content has problems (exit code 1); holds them all

Nothing here is coloured or laid out; `publisher.cli.paint` does that.
"""

from enum import StrEnum
from typing import Any, NamedTuple


class Severity(StrEnum):
    """How bad a problem is: an error stops a build, a warning does not."""

    ERROR = "error"
    WARNING = "warning"


class Place(NamedTuple):
    """A place in a file of the project.

    *path* is relative to the project's folder, with forward slashes. *line* and *column* count
    characters from 1; 0 means the file as a whole. *text* is the line itself, for the excerpt.
    """

    path: str
    line: int = 0
    column: int = 0
    text: str = ""

    def __str__(self) -> str:
        """Return `path:line:column` as editors and terminals open it."""
        return f"{self.path}:{self.line}:{self.column}" if self.line else self.path


class Problem(NamedTuple):
    """One fault: its *code* in kebab-case, its place, the cause and the way out."""

    code: str
    place: Place
    message: str
    hint: str = ""
    severity: Severity = Severity.ERROR


def in_order(problems: list[Problem]) -> list[Problem]:
    """Return *problems* by file, line and column, each once."""
    key = lambda problem: (problem.place.path, problem.place.line, problem.place.column, problem.code)  # noqa: E731
    return sorted(dict.fromkeys(problems), key=key)


class PublisherError(Exception):
    """Something that stops the work: what happened, and the way out.

    *code* is the error's name in kebab-case, *exit_code* what the program ends with.
    """

    code = "failed"
    exit_code = 1

    def __init__(self, message: str, hint: str = "", code: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint
        if code:
            self.code = code

    def __reduce__(self) -> tuple[Any, ...]:
        """Let the error travel between processes."""
        return type(self), (self.message, self.hint, self.code)


class UsageError(PublisherError):
    """The words of a command or the project's set-up are wrong."""

    code = "usage"
    exit_code = 2


class ContentError(PublisherError):
    """The content or the settings hold *problems*; *looked_at* files were read."""

    code = "content"

    def __init__(self, problems: list[Problem], looked_at: int, exit_code: int = 1) -> None:
        super().__init__(f"{len(problems)} problems")
        self.problems = problems
        self.looked_at = looked_at
        self.exit_code = exit_code

    def __reduce__(self) -> tuple[Any, ...]:
        """Let the error travel between processes."""
        return type(self), (self.problems, self.looked_at, self.exit_code)


class UnusablePictureError(Exception):
    """The bytes are no picture, or a damaged or far too large one; the text goes behind the file's name."""
