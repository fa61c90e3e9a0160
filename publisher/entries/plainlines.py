"""Plain front matter, read line by line: the few shapes of YAML that people write nearly always.

These are `key: value` with plain words, words in quotation marks, `[a, b]` or `{key: value}`, and maps
and lists below a key by indentation. It answers only where it is certain to say what YAML's own parser
says, in a third of the time; at the first thing that it does not know, it gives up.
"""

import re
from typing import Any

from publisher.entries.values import SIZE_LIMIT, Fields, Path, Places

_DEPTH_LIMIT = 6
# Signs that YAML or we treat as more than themselves: controls and tabs, its further line ends, byte order
# marks, and what `FORBIDDEN` holds.
_STRANGE = "\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff\ufdd0-\ufdef\ufeff\ufffd-\uffff"
_QUOTED = rf""""[^"\\{_STRANGE}]*(?:\\["\\][^"\\{_STRANGE}]*)*"|'[^'{_STRANGE}]*'"""
_KEY = r"[A-Za-z0-9_][A-Za-z0-9_-]{0,63}"
# Within brackets, commas and brackets end a text.
_WORDS = r"\w(?:[\w ./-]*\w)?"
_FLOW = rf"[\[{{][^{_STRANGE}]*[\]}}]"
# On a line of its own, a colon before a letter, digit or slash is a colon: 12:30, https://example.org/.
_TEXT = rf"[\w«“‘¿¡(](?:[^:#{_STRANGE}]*(?::(?=[\w/])[^:#{_STRANGE}]*)*[^:# {_STRANGE}])?"
_LINE = re.compile(
    rf"^( *)(- )?(?:({_KEY}):(?=[ \n]))?"
    rf"(?:( *)({_QUOTED}|\[({_WORDS}(?:, {_WORDS})*)\]|{_FLOW}|{_TEXT}|#[^{_STRANGE}]*))?$",
    re.MULTILINE,
)
_ATOM = re.compile(rf"{_QUOTED}|{_WORDS}")
_FLOW_KEY = re.compile(rf'({_KEY}|"{_KEY}"): ')
_ESCAPED = re.compile(r"\\(.)")

_Row = tuple[str, str, str, str, str, str]


class _Unknown(Exception):  # noqa: N818 - no error, but the sign to ask YAML's parser
    """Something that is not plain."""


def read(text: str, first_line: int) -> Fields | None:
    """Return the fields of *text*, which starts on line *first_line* of its file; None if it is not plain."""
    if len(text) > SIZE_LIMIT or "null" in text.lower():
        return None
    rows: list[_Row] = _LINE.findall(text)
    if len(rows) != text.count("\n") + 1:
        return None
    reader = _Reader()
    try:
        reader.read(rows, first_line)
    except _Unknown:
        return None
    return None if reader.waiting else Fields(reader.values, locate=lambda: _places(rows, first_line))


def _places(rows: list[_Row], first_line: int) -> Places:
    """Read *rows* once more, for the places of their values and keys."""
    reader = _Reader(has_places=True)
    reader.read(rows, first_line)
    return reader.places


def _unquoted(raw: str) -> str:
    if raw[0] == "'":
        return raw[1:-1]
    if raw[0] == '"':
        return _ESCAPED.sub(r"\1", raw[1:-1]) if "\\" in raw else raw[1:-1]
    return raw


class _Reader:
    """Reads values from one line after the other, and takes down their places if it is to."""

    def __init__(self, *, has_places: bool = False) -> None:
        self.values: dict[str, Any] = {}
        self.places = Places()
        self.has_places = has_places
        self.waiting: Path = ()  # the key whose value starts on a line below it
        # The column, path and value of each map and list that the next line may go on with.
        self.open: list[tuple[int, Path, Any]] = [(1, (), self.values)]

    def read(self, rows: list[_Row], first_line: int) -> None:
        """Take all *rows*, or raise `_Unknown`."""
        for line, (indent, dash, key, gap, raw, words) in enumerate(rows, start=first_line):
            if key and raw and not (indent or dash or self.waiting or self.has_places):  # most lines
                if key in self.values:
                    raise _Unknown
                del self.open[1:]
                self.values[key] = words.split(", ") if words else self._value((key,), raw, words, line, 0)
            elif key or dash:
                self._line(line, indent, dash, key, gap, raw, words)
            elif raw and raw[0] != "#":
                raise _Unknown

    def _line(self, line: int, indent: str, dash: str, key: str, gap: str, raw: str, words: str) -> None:
        """Take a line that holds a key or begins with a dash."""
        column = len(indent) + 1
        if self.waiting:
            self._begin(line, column, dash)
        elif dash or indent or len(self.open) > 1:
            self._go_on(column, dash)
        if dash:
            column += len(dash)
            self._item(line, column, key, gap, raw, words)
            if not key:
                return
        _, path, values = self.open[-1]
        if key in values:
            raise _Unknown
        path = (*path, key)
        self.places.keys[path] = (line, column)
        if raw:
            column += len(key) + 1 + len(gap)
            self.places.marks[path] = (line, column)
            values[key] = self._value(path, raw, words, line, column)
        else:
            self.waiting = path

    def _item(self, line: int, column: int, key: str, gap: str, raw: str, words: str) -> None:
        """Add to a list what stands behind a dash: a map that begins with *key*, or a value."""
        _, path, values = self.open[-1]
        path = (*path, len(values))
        if key:
            self.places.marks[path] = (line, column)
            value: dict[str, Any] = {}
            values.append(value)
            self.open.append((column, path, value))
        else:
            column += len(gap)
            self.places.marks[path] = (line, column)
            values.append(self._value(path, raw, words, line, column))

    def _begin(self, line: int, column: int, dash: str) -> None:
        """Begin the map or list of the key above; dashes may stand right below it."""
        owner, _, values = self.open[-1]
        if column < owner + (not dash) or len(self.open) > _DEPTH_LIMIT:
            raise _Unknown
        value: dict[str, Any] | list[Any] = [] if dash else {}
        values[self.waiting[-1]] = value
        self.places.marks[self.waiting] = (line, column)
        self.open.append((column, self.waiting, value))
        self.waiting = ()

    def _go_on(self, column: int, dash: str) -> None:
        """Close what stands deeper than *column*, and a list by a line without a dash."""
        while self.open[-1][0] > column or (
            not dash and self.open[-1][0] == column and isinstance(self.open[-1][2], list)
        ):
            self.open.pop()
        at, _, values = self.open[-1]
        if at != column or isinstance(values, list) != bool(dash):
            raise _Unknown

    def _value(self, path: Path, raw: str, words: str, line: int, column: int) -> Any:
        if words:
            items = words.split(", ")
            marks = self.places.marks
            for number, item in enumerate(items):
                marks[*path, number] = (line, column + 1)
                column += len(item) + 2
            return items
        if not raw or raw[0] == "#":
            raise _Unknown  # nothing, or what is perhaps on the next line
        if raw[0] not in "[{":
            return _unquoted(raw)
        value, end = self._flow(path, raw, 0, line, column)
        if end != len(raw):
            raise _Unknown
        return value

    def _flow(self, path: Path, raw: str, at: int, line: int, column: int) -> tuple[Any, int]:
        """Return the value from *at* on in *raw*, which stands at *column*, and where it ends."""
        self.places.marks[path] = (line, column + at)
        if not raw.startswith(("[", "{"), at):
            if found := _ATOM.match(raw, at):
                return _unquoted(found[0]), found.end()
            raise _Unknown
        if len(path) > _DEPTH_LIMIT:
            raise _Unknown
        is_map, at = raw[at] == "{", at + 1
        values: dict[str | int, Any] = {}
        while True:
            name: str | int = len(values)
            if is_map:
                found = _FLOW_KEY.match(raw, at)
                if not found or (name := _unquoted(found[1])) in values:
                    raise _Unknown
                self.places.keys[*path, name] = (line, column + at)
                at = found.end()
            values[name], at = self._flow((*path, name), raw, at, line, column)
            if raw.startswith("}" if is_map else "]", at):
                return (values if is_map else list(values.values())), at + 1
            if not raw.startswith(", ", at):
                raise _Unknown
            at += 2
