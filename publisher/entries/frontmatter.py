"""Front matter: YAML between two `---` lines, read without YAML's surprises.

Every scalar stays the text that was written, so that `no` is a word, `2019-02-31` reaches the date
check and `title: 2023` is a title; validation gives the types. `plainlines` reads what people write
nearly always; `yamlevents` decides on all that is not so plain.
"""

import re

from msgspec import Struct

from publisher.entries import plainlines
from publisher.entries.source import Mark, Source
from publisher.entries.values import Fields, Path
from publisher.errors import Problem

__all__ = ["FENCE", "Fields", "Parts", "Path", "read_yaml", "split"]

FENCE = "---"
_START = re.compile(rf"{FENCE}[^\S\n]*$", re.MULTILINE)
_END = re.compile(rf"\n{FENCE}[^\S\n]*$", re.MULTILINE)


class Parts(Struct, frozen=True):
    """A file taken apart: its fields, and the Markdown from line *body_line* on."""

    fields: Fields
    body: str
    body_line: int


def split(source: Source) -> tuple[Parts | None, list[Problem]]:
    """Take *source* apart; None where there is no readable front matter, with the problems why."""
    text = source.text or ""
    start = _START.match(text)
    if not start:
        hint = "start the file with a line --- and the fields, then a line --- and the text"
        return None, [
            source.error("no-front-matter", Mark(1, 1), "the file does not start with front matter", hint)
        ]
    at = text.find(f"\n{FENCE}", start.end())
    end = _END.search(text, at) if at >= 0 else None
    if not end:
        message = "the front matter that starts here has no end"
        return None, [
            source.error(
                "unclosed-front-matter", Mark(1, 1), message, "write a line --- below the last field"
            )
        ]
    written = text[start.end() + 1 : end.start()]
    fields, problems = _read(source, written, first_line=2)
    if fields is None:
        return None, problems
    fields.text = written
    return Parts(fields, text[end.end() + 1 :], text.count("\n", 0, end.end()) + 2), problems


def read_yaml(source: Source) -> tuple[Fields | None, list[Problem]]:
    """Read a file that is YAML from its first line on, with the same care."""
    return _read(source, source.text or "", first_line=1)


def _read(source: Source, text: str, first_line: int) -> tuple[Fields | None, list[Problem]]:
    text = f"{text}\n"
    if fields := plainlines.read(text, first_line):
        return fields, []
    # Few files need it, and it takes as long to load as a hundred of them to read.
    from publisher.entries import yamlevents  # noqa: PLC0415

    return yamlevents.read(source, text, first_line)
