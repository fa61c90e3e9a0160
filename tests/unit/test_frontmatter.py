"""YAML without its surprises: values stay as they were written, and each has its place."""

from typing import Any

import pytest

from publisher.entries.frontmatter import Fields, Parts, read_yaml, split
from publisher.entries.source import Mark, Source
from publisher.errors import Problem


def _source(text: str) -> Source:
    return Source("a.md", text)


def _parts(front: str) -> Parts:
    parts, problems = split(_source(f"---\n{front}\n---\n"))
    assert problems == []
    assert parts is not None
    return parts


def _problem(front: str) -> Problem:
    parts, (problem,) = split(_source(f"---\n{front}\n---\nWords.\n"))
    assert parts is None
    return problem


@pytest.mark.parametrize(
    ("front", "expected"),
    [
        ("", {}),
        ("# a comment", {}),
        ("title: A title", {"title": "A title"}),
        ("title: 2023", {"title": "2023"}),
        ("draft: yes", {"draft": "yes"}),
        (
            "a: no\nb: 0x10\nc: 1e3\nd: 12:30\ne: 010",
            {"a": "no", "b": "0x10", "c": "1e3", "d": "12:30", "e": "010"},
        ),
        ("date: 2019-02-31", {"date": "2019-02-31"}),
        ("topics: [en, no]", {"topics": ["en", "no"]}),
        ("topics:\n  - a\n  - b", {"topics": ["a", "b"]}),
        ("topics: []", {"topics": []}),
        ("event: {start: 2023-06-27, online: true}", {"event": {"start": "2023-06-27", "online": "true"}}),
        ("links:\n- label: a\n  url: b", {"links": [{"label": "a", "url": "b"}]}),
        ("a:\nb: ~\nc: null\nd: Null\ne: NULL", {}),
        ("a: ''\nb: \"~\"\nc: 'null'", {"a": "", "b": "~", "c": "null"}),
        ("event: {place: }", {"event": {}}),
        ("title: one\n  two", {"title": "one two"}),
        ("title: >\n  one\n  two", {"title": "one two\n"}),
        ("title: |\n  one\n  two", {"title": "one\ntwo\n"}),
        ("title: 'it''s'", {"title": "it's"}),
        ('title: "caf\\u00e9 \\" x"', {"title": 'café " x'}),
        ("title: C# and C #1", {"title": "C# and C"}),
        ("title: a:b", {"title": "a:b"}),
        ("title: https://example.org/", {"title": "https://example.org/"}),
        ('title: "a\u2028b"', {"title": "a b"}),
        ("2023: a\nno: b\n'x y': c", {"2023": "a", "no": "b", "x y": "c"}),
        ("null: a", {"": "a"}),
    ],
    ids=ascii,
)
def test_values_stay_as_they_were_written(front: str, expected: dict[str, Any]) -> None:
    """Every scalar is its text, and nothing behind a colon is as if the field were not there."""
    assert expected == _parts(front).fields.values


@pytest.mark.parametrize(
    ("text", "body", "line"),
    [
        ("---\ntitle: a\n---\nOne\ntwo\n", "One\ntwo\n", 4),
        ("---\ntitle: a\n---", "", 4),
        ("---  \ntitle: a\n---\t\nOne", "One", 4),
        ("---\n---\n\n---\nOne", "\n---\nOne", 3),
        ("---\ntitle: >\n ---\n ----\n---\nOne", "One", 6),
    ],
)
def test_the_text_starts_below_the_second_fence(text: str, body: str, line: int) -> None:
    """The body is what follows the next line of three dashes, and knows its first line."""
    parts, problems = split(_source(text))
    assert parts is not None
    assert (body, line, []) == (parts.body, parts.body_line, problems)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "no-front-matter"),
        ("Words.\n---\n---\n", "no-front-matter"),
        ("\n---\ntitle: a\n---\n", "no-front-matter"),
        (" ---\n---\n", "no-front-matter"),
        ("----\n---\n", "no-front-matter"),
        ("---\ntitle: a\n", "unclosed-front-matter"),
        ("---", "unclosed-front-matter"),
        ("---\ntitle: a\n ---\n", "unclosed-front-matter"),
    ],
)
def test_fences_that_are_missing_are_told_of(text: str, code: str) -> None:
    """A file without a first fence, or without a second, says so at its first line."""
    parts, (problem,) = split(_source(text))
    assert (parts, code, 1, 1) == (None, problem.code, problem.place.line, problem.place.column)


@pytest.mark.parametrize(
    ("front", "code", "line", "column", "words"),
    [
        ("title: a: b", "invalid-yaml", 2, 9, "a second colon makes this line unreadable"),
        ("- a\n- b", "not-a-mapping", 2, 1, "field: value"),
        ("words", "not-a-mapping", 2, 1, "field: value"),
        ("[a, b]", "not-a-mapping", 2, 1, "field: value"),
        ("a: b\n\na: c", "duplicate-field", 4, 1, "the first is on line 2"),
        ("a: ~\na: ~", "duplicate-field", 3, 1, "the first is on line 2"),
        ("e:\n  a: b\n  a: c", "duplicate-field", 4, 3, "the first is on line 3"),
        ("l:\n- {a: b, a: c}", "duplicate-field", 3, 10, "the first is on line 3"),
        ("a: &x b", "yaml-anchor", 2, 4, "anchors"),
        ("a: *x", "yaml-anchor", 2, 4, "anchors"),
        ("&x a: b", "yaml-anchor", 2, 1, "anchors"),
        ("&x {a: b}", "yaml-anchor", 2, 1, "anchors"),
        ("a: &x [b]", "yaml-anchor", 2, 4, "anchors"),
        ("<<: *x", "yaml-anchor", 2, 5, "anchors"),
        ("a: !b c", "yaml-tag", 2, 4, "tags"),
        ("a: !!python/object:os.system x", "yaml-tag", 2, 4, "tags"),
        ("? [a]\n: b", "invalid-yaml", 2, 3, "a field's name is a plain word"),
        ("a: [b, ~]", "empty-item", 2, 8, "empty"),
        ("a:\n- b\n-\n- c", "empty-item", 4, 2, "empty"),
        ('a: "\\a"', "control-character", 2, 4, "U+0007"),
        ('"\\0": a', "control-character", 2, 1, "U+0000"),
        ('a: "\\ud83d"', "invalid-yaml", 2, 7, "invalid Unicode character escape"),
        ('a: "\\q"', "invalid-yaml", 2, 5, "unknown escape character"),
        ("a: @b", "invalid-yaml", 2, 4, "cannot start a value"),
        ("a: %b", "invalid-yaml", 2, 4, "cannot start a value"),
        ("a: `b", "invalid-yaml", 2, 4, "cannot start a value"),
        ("e:\n\ta: b", "invalid-yaml", 3, 1, "cannot start a value"),
        ('a: b\nc: "d\ne: f', "invalid-yaml", 3, 4, "not closed"),
        ("a: 'b", "invalid-yaml", 2, 4, "not closed"),
        ("a: [b\nc: d", "invalid-yaml", 2, 4, "not closed"),
        ("a: {b: c", "invalid-yaml", 2, 4, "not closed"),
        ("a: b\n...\nc: d", "invalid-yaml", 4, 1, "document"),
        ("a: 'b' c", "invalid-yaml", 2, 8, "did not find"),
    ],
    ids=ascii,
)
def test_what_cannot_be_read_has_its_place(front: str, code: str, line: int, column: int, words: str) -> None:
    """The problem stands where the writer has to look, and says what is there."""
    problem = _problem(front)
    assert (code, line, column) == (problem.code, problem.place.line, problem.place.column)
    assert words in problem.message
    assert problem.hint


@pytest.mark.parametrize(
    ("front", "hint"),
    [
        ("title: Video message: a call", 'quote the text: title: "Video message: a call"'),
        ("title:  The lectures: ", 'quote the text: title: "The lectures:"'),
        ('title: The "end": a call', 'quote the text: title: "The \\"end\\": a call"'),
        ("title: C:\\x: a call", 'quote the text: title: "C:\\\\x: a call"'),
        ("links:\n  - label: Report: summary", 'quote the text: - label: "Report: summary"'),
        ('title: a\nkicker: "b', "write the closing mark, or leave the opening one out"),
    ],
)
def test_the_hint_holds_the_line_to_paste(front: str, hint: str) -> None:
    """An unquoted colon is answered with the quoted line, which then can be read."""
    assert hint == _problem(front).hint
    if hint.startswith("quote"):
        assert _parts(hint.removeprefix("quote the text: ").removeprefix("- ")).fields.values


def test_a_second_document_is_refused() -> None:
    """A file of names is one document."""
    fields, (problem,) = read_yaml(_source("a: b\n---\nc: d\n"))
    assert (fields, problem.code, problem.place.line) == (None, "invalid-yaml", 2)
    assert "second YAML document" in problem.message


def test_a_character_that_yaml_refuses_is_told_of() -> None:
    """What the YAML library cannot take at all is a problem and no traceback."""
    fields, (problem,) = read_yaml(_source("a: \x01"))
    assert (fields, problem.code) == (None, "invalid-yaml")
    assert (problem.place.line, problem.place.column) == (1, 1)


@pytest.mark.parametrize(
    ("value", "code"),
    [
        ("[" * 8 + "]" * 8, "too-deep"),
        ("[" * 50_000, "too-deep"),
        ("{a: " * 50_000, "front-matter-too-large"),
        ("{a: " * 5_000, "too-deep"),
        ("x" * 64 * 1024, "front-matter-too-large"),
    ],
    ids=["eight levels", "lists", "large", "tables", "long"],
)
def test_depth_and_size_have_an_end(value: str, code: str) -> None:
    """Front matter nested deeper than eight levels, or of over 64 KiB, is refused and not chewed on."""
    assert code == _problem(f"title: {value}").code


def test_sixty_four_kibibytes_are_read() -> None:
    """The limit of size is the last that is taken, and what is over it is told at the top."""
    value = "x" * (64 * 1024 - len("title: \n"))
    assert _parts(f"title: {value}").fields.values == {"title": value}
    problem = _problem(f"title: {value}x")
    assert (problem.place.line, problem.place.column) == (1, 1)
    assert problem.message == "the front matter has over 64 KiB"


def test_a_source_without_lines_has_no_front_matter() -> None:
    """Nothing at all is told of like an empty file."""
    parts, (problem,) = split(Source("a.md", None))
    assert (parts, problem.code) == (None, "no-front-matter")


def test_seven_lists_in_a_field_are_read() -> None:
    """The limit of depth leaves room for what a field may need."""
    assert _parts("a: [[[[[[[b]]]]]]]").fields.values == {"a": [[[[[[["b"]]]]]]]}


def test_values_and_keys_have_their_places() -> None:
    """Each value and each key is found by its path."""
    fields = _parts("title: 'é: x'\nlinks:\n- label: a\n  url: b\nkicker:").fields
    assert fields.marks[("title",)] == Mark(2, 8)
    assert fields.marks[("links",)] == Mark(4, 1)
    assert fields.marks[("links", 0, "url")] == Mark(5, 8)
    assert fields.marks[("kicker",)] == Mark(6, 8)
    assert fields.keys[("links", 0, "url")] == Mark(5, 3)


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        (("event", "start"), Mark(3, 10)),
        (("event", "end"), Mark(3, 3)),
        (("event", "start", "x"), Mark(3, 10)),
        (("title",), Mark(1, 1)),
        ((), Mark(1, 1)),
    ],
)
def test_a_missing_value_stands_at_its_owner(path: tuple[str, ...], expected: Mark) -> None:
    """What is not there points to the value that should hold it, else to the first line."""
    assert expected == _parts("event:\n  start: 2023-06-27").fields.mark(path)


def test_a_file_of_names_counts_from_its_first_line() -> None:
    """YAML without fences has the same care, and its own line numbers."""
    fields, problems = read_yaml(_source("topics:\n  no: Norway\n"))
    assert isinstance(fields, Fields)
    assert (fields.values, problems) == ({"topics": {"no": "Norway"}}, [])
    assert fields.marks[("topics", "no")] == Mark(2, 7)
    assert [problem.place.line for problem in read_yaml(_source("a: b\na: c\n"))[1]] == [2]


@pytest.mark.parametrize("text", ["", "\n\n", "# none yet", "---\n# none yet\n"])
def test_an_empty_file_of_names_is_empty(text: str) -> None:
    """No words are no names and no problem."""
    assert read_yaml(_source(text)) == (Fields(), [])


def test_a_file_of_names_may_start_like_a_document() -> None:
    """YAML's own first line of dashes changes nothing but the line numbers."""
    fields, problems = read_yaml(_source("---\ntopics: {a: b}\n"))
    assert fields is not None
    assert (fields.values, problems, fields.keys[("topics",)]) == ({"topics": {"a": "b"}}, [], Mark(2, 1))
