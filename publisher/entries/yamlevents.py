"""Any YAML as fields: by the events of PyYAML's C parser, with their marks.

Anchors, tags, several documents and keys that are no plain words are refused. The tree is built here,
since PyYAML's own composer loses the first of two equal keys.
"""

import re
from typing import Any

import yaml

from publisher.entries.source import Mark, Source
from publisher.entries.values import NULLS, SIZE_LIMIT, Fields, Path
from publisher.errors import Problem
from publisher.model.rules import FORBIDDEN

_DEPTH_LIMIT = 8
_LINE = re.compile(r"\s*((?:-\s+)?[\w$-]+:)\s+([^\s\[{|>#].*)")
# What libyaml says, and while doing what, when a quoted text or a list in brackets has no end.
_OPEN = {("found unexpected end of stream", "while scanning a quoted scalar")}
_FLOW = ("while parsing a flow sequence", "while parsing a flow mapping")
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class _YamlError(Exception):
    """The first thing that makes the YAML unreadable."""

    def __init__(self, code: str, mark: Mark, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.code, self.mark, self.message, self.hint = code, mark, message, hint


def read(source: Source, text: str, first_line: int) -> tuple[Fields | None, list[Problem]]:
    """Return the fields of *text*, which starts on line *first_line* of *source*, or the problem why not."""
    try:
        return _Builder(first_line).build(text), []
    except _YamlError as fault:
        return None, [_problem(fault, source)]


def _problem(fault: "_YamlError", source: Source) -> Problem:
    return source.error(fault.code, fault.mark, fault.message, fault.hint or _hint(source, fault.mark))


def _hint(source: Source, mark: Mark) -> str:
    """Return the line to paste where a sign such as `: ` or a quotation mark broke the YAML."""
    text = source.place(mark).text
    if "\t" in text[: len(text) - len(text.lstrip())]:
        return "indent with spaces, not with tabs"
    if found := _LINE.fullmatch(text):
        words = found[2].strip()
        if words[0] in "\"'":
            words = words.strip(words[0])
        quoted = words.replace("\\", "\\\\").replace('"', '\\"')
        return f'quote the text: {found[1]} "{quoted}"'
    return "compare it with the lines above; put texts with signs such as : # * @ into quotation marks"


class _Builder:
    """Builds `Fields` from the events of PyYAML's parser."""

    def __init__(self, first_line: int) -> None:
        self.fields = Fields()
        self.first_line = first_line

    def build(self, text: str) -> Fields:
        """Return the fields of *text*, or raise `_YamlError`."""
        if len(text) > SIZE_LIMIT:
            raise _YamlError(
                "front-matter-too-large",
                Mark(1, 1),
                f"the front matter has over {SIZE_LIMIT // 1024} KiB",
                "move the text below the second ---",
            )
        try:
            # YAML sees line ends in these two; nobody else does.
            self._events = yaml.parse(re.sub("[\u2028\u2029]", " ", text), Loader=_LOADER)
            self._document()
        except yaml.MarkedYAMLError as error:
            # What is not closed shows where it opens; libyaml finds it out lines below.
            mark = (_is_open(error) and error.context_mark) or error.problem_mark or error.context_mark
            at = self._at(mark) if mark else Mark(1, 1)
            hint = "write the closing mark, or leave the opening one out" if _is_open(error) else ""
            raise _YamlError("invalid-yaml", at, _sentence(error), hint) from None
        except yaml.YAMLError as error:
            raise _YamlError("invalid-yaml", Mark(1, 1), str(error)) from None
        return self.fields

    def _document(self) -> None:
        next(self._events)  # the start of the stream
        if isinstance(next(self._events), yaml.StreamEndEvent):
            return
        first = next(self._events)
        if isinstance(first, yaml.ScalarEvent) and first.value == "":
            return
        if not isinstance(first, yaml.MappingStartEvent):
            raise _YamlError(
                "not-a-mapping",
                self._at(first.start_mark),
                "front matter is a list of `field: value` lines",
                "write title: and date: at least",
            )
        self._refuse(first)
        self.fields.values = self._mapping((), 1)
        next(self._events)  # the end of the document
        if not isinstance(rest := next(self._events), yaml.StreamEndEvent):
            raise _YamlError(
                "invalid-yaml",
                self._at(rest.start_mark),
                "a second YAML document starts here",
                "leave the line with --- out",
            )

    def _value(self, event: yaml.Event, path: Path, depth: int) -> Any:
        self._refuse(event)
        self.fields.marks[path] = self._at(event.start_mark)
        if isinstance(event, yaml.ScalarEvent):
            return self._scalar(event)
        if depth == _DEPTH_LIMIT:
            raise _YamlError(
                "too-deep",
                self._at(event.start_mark),
                f"the fields are nested deeper than {_DEPTH_LIMIT} levels",
                "no field needs that",
            )
        if isinstance(event, yaml.MappingStartEvent):
            return self._mapping(path, depth + 1)
        return self._sequence(path, depth + 1)

    def _mapping(self, path: Path, depth: int) -> dict[str, Any]:
        values: dict[str, Any] = {}
        while not isinstance(key := next(self._events), yaml.MappingEndEvent):
            self._refuse(key)
            if not isinstance(key, yaml.ScalarEvent):
                raise _YamlError(
                    "invalid-yaml",
                    self._at(key.start_mark),
                    "a field's name is a plain word",
                    "write name: value",
                )
            name = self._scalar(key) or ""
            here = (*path, name)
            if first := self.fields.key_mark(here):
                raise _YamlError(
                    "duplicate-field",
                    self._at(key.start_mark),
                    f"`{name}` stands here a second time; the first is on line {first.line}",
                    "keep one of the two",
                )
            self.fields.keys[here] = self._at(key.start_mark)
            value = self._value(next(self._events), here, depth)
            if value is not None:
                values[name] = value
        return values

    def _sequence(self, path: Path, depth: int) -> list[Any]:
        values: list[Any] = []
        while not isinstance(item := next(self._events), yaml.SequenceEndEvent):
            value = self._value(item, (*path, len(values)), depth)
            if value is None:
                raise _YamlError(
                    "empty-item",
                    self._at(item.start_mark),
                    "an item of this list is empty",
                    "leave the item out",
                )
            values.append(value)
        return values

    def _at(self, mark: Any) -> Mark:
        """Return a YAML mark, which counts from 0, as a place in the file."""
        return Mark(mark.line + self.first_line, mark.column + 1)

    def _scalar(self, event: yaml.ScalarEvent) -> str | None:
        if event.implicit[0] and event.value in NULLS:
            return None
        if found := FORBIDDEN.search(event.value):
            message = f"the character U+{ord(found.group()):04X} cannot stand in a feed or a mail"
            raise _YamlError("control-character", self._at(event.start_mark), message, "leave the escape out")
        return str(event.value)

    def _refuse(self, event: yaml.Event) -> None:
        if getattr(event, "anchor", None):
            raise _YamlError(
                "yaml-anchor",
                self._at(event.start_mark),
                "anchors (&) and aliases (*) of YAML are not used here",
                "write the value out, or in quotation marks if the sign is meant",
            )
        if getattr(event, "tag", None):
            raise _YamlError(
                "yaml-tag",
                self._at(event.start_mark),
                "tags (!) of YAML are not used here",
                "write the value in quotation marks if the sign is meant",
            )


def _is_open(error: yaml.MarkedYAMLError) -> bool:
    """Tell whether *error* is about a quotation mark or bracket that nothing closes."""
    return (error.problem, error.context) in _OPEN or (error.context or "").startswith(_FLOW)


def _sentence(error: yaml.MarkedYAMLError) -> str:
    problem = error.problem or "it cannot be read"
    if _is_open(error):
        return f"what opens here is not closed ({problem})"
    if problem == "mapping values are not allowed in this context":
        return "a second colon makes this line unreadable"
    if problem.endswith("that cannot start any token"):
        return "this character cannot start a value (a tab, @, % or `)"
    return f"{problem} ({error.context})" if error.context else str(problem)
