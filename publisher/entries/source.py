"""The text of one file, and the places in it that problems point to."""

import re
from functools import cached_property
from typing import NamedTuple

from msgspec import Struct

from publisher.errors import Place, Problem, Severity
from publisher.model.rules import FORBIDDEN

SIZE_LIMIT = 2 * 1024 * 1024
_LINE_ENDS = re.compile(r"\r\n?")
# The bytes of `FORBIDDEN` in UTF-8, for which bytes can be searched ten times as fast as text for characters.
_CONTROLS = bytes({*range(0x20), 0x7F} - set(b"\t\n\r"))
_C1 = re.compile(rb"\xc2[\x80-\x9f]")
_NON_CHARACTERS = re.compile(rb"\xef(?:\xb7[\x90-\xaf]|\xbf[\xbd-\xbf])")


class Mark(NamedTuple):
    """A line and column in a file, both from 1."""

    line: int
    column: int


class Source(Struct, frozen=True, dict=True):
    """The text of the file at *path* (relative to the project); None if it cannot be read."""

    path: str
    text: str | None

    @cached_property
    def lines(self) -> tuple[str, ...]:
        """Return the lines, for which hardly any file is asked."""
        return () if self.text is None else tuple(self.text.split("\n"))

    def place(self, mark: Mark | None) -> Place:
        """Return *mark* as a place with its line's text; None means the whole file."""
        if mark is None:
            return Place(self.path)
        if mark.line > len(self.lines):  # the end of the file
            mark = Mark(len(self.lines), len(self.lines[-1]) + 1 if self.lines else 1)
        text = self.lines[mark.line - 1] if self.lines else ""
        return Place(self.path, mark.line, mark.column, text)

    def error(self, code: str, mark: Mark | None, message: str, hint: str = "") -> Problem:
        """Return a problem that stops a build."""
        return Problem(code, self.place(mark), message, hint)

    def warning(self, code: str, mark: Mark | None, message: str, hint: str = "") -> Problem:
        """Return a problem that is only shown."""
        return Problem(code, self.place(mark), message, hint, Severity.WARNING)


def decode(path: str, data: bytes) -> tuple[Source, list[Problem]]:
    """Return *data* as text with LF line ends, and what is wrong with its bytes.

    Problems: `file-too-large` (over 2 MiB), `not-utf8`, `control-character`, and the warning
    `byte-order-mark`. After an error the source has no text.
    """
    if len(data) > SIZE_LIMIT:
        empty = Source(path, None)
        size = len(data) / 1024 / 1024
        message = f"the file has {size:.1f} MiB; {SIZE_LIMIT // 1024 // 1024} MiB are allowed"
        return empty, [
            empty.error("file-too-large", None, message, "an entry is text: keep pictures and data beside it")
        ]
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        return Source(path, None), [_not_utf8(path, data, error)]
    has_mark = text.startswith("\ufeff")
    if has_mark:
        text = text.removeprefix("\ufeff")
    if b"\r" in data:
        text = _LINE_ENDS.sub("\n", text)
    source = Source(path, text)
    if holds_forbidden(data):
        return Source(path, None), _control_characters(source)
    if has_mark:
        hint = "save it as UTF-8 without BOM"
        return source, [
            source.warning("byte-order-mark", Mark(1, 1), "the file starts with a byte order mark", hint)
        ]
    return source, []


def holds_forbidden(data: bytes) -> bool:
    """Tell whether *data*, which is UTF-8, holds a character that `FORBIDDEN` finds."""
    return (
        len(data.translate(None, _CONTROLS)) != len(data)
        or (b"\xc2" in data and _C1.search(data) is not None)
        or (b"\xef" in data and _NON_CHARACTERS.search(data) is not None)
    )


def _not_utf8(path: str, data: bytes, error: UnicodeDecodeError) -> Problem:
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        message = "the file is UTF-16, not UTF-8"
        return Problem("not-utf8", Place(path, 1, 1), message, "save it as UTF-8 in your editor")
    before = _LINE_ENDS.sub("\n", data[: error.start].decode("utf-8").removeprefix("\ufeff"))
    line = before.count("\n") + 1
    column = len(before) - (before.rfind("\n") + 1) + 1
    rest = re.split(rb"[\r\n]", data[error.start :], maxsplit=1)[0].decode("utf-8", errors="replace")
    text = before[before.rfind("\n") + 1 :] + rest
    message = f"the byte 0x{data[error.start]:02X} is not UTF-8"
    return Problem(
        "not-utf8", Place(path, line, column, text), message, "save the file as UTF-8 in your editor"
    )


def _control_characters(source: Source) -> list[Problem]:
    """Return a problem for the first bad character of each line, at most ten."""
    problems = []
    for number, line in enumerate(source.lines, start=1):
        if found := FORBIDDEN.search(line):
            message = f"the character U+{ord(found.group()):04X} cannot stand in a feed or a mail"
            hint = "delete it and type the text anew at that place"
            problems.append(source.error("control-character", Mark(number, found.start() + 1), message, hint))
        if len(problems) == 10:  # noqa: PLR2004
            break
    return problems
