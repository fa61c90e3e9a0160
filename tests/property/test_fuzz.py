"""Whatever a file holds: no exception, but an entry, or an error whose place lies in the file."""

import json
import re
from collections.abc import Callable
from typing import Any

import pytest
from builders import entry_text, some_settings
from fuzzing import MARKDOWN_BITS, STRANGE, YAML_BITS
from hypothesis import example, given
from hypothesis import strategies as st

from publisher.entries.companions import parse_names, parse_opening, parse_quote
from publisher.entries.parser import parse_entry
from publisher.errors import Problem, Severity
from publisher.model.entry import Names
from publisher.model.frontmatter import FrontMatter

SETTINGS = some_settings()
HEAD = b"---\ntitle: A title\ndate: 2023-06-27\nsummary: A summary.\n---\n"
_LINE_END = re.compile(r"\r\n?")

FIELDS = (
    *(field.alias or name for name, field in FrontMatter.model_fields.items()),
    "titel",
    "by",
    "from",
    "to",
    "subject",
    "preheader",
    "signed",
)

letters = st.text(max_size=8)
yaml_text = st.lists(
    st.sampled_from((*YAML_BITS, *STRANGE, *FIELDS, "2023-06-27", "a")) | letters, max_size=40
)
body_text = st.lists(st.sampled_from((*MARKDOWN_BITS, *STRANGE, "a")) | letters, max_size=60)
values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.dates().map(str)
    | letters
    | st.sampled_from(("en", "27 June 2023")),
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.sampled_from(FIELDS) | letters, inner, max_size=4)
    ),
    max_leaves=12,
)
mappings = st.dictionaries(st.sampled_from(FIELDS) | letters, values, max_size=12).map(
    lambda fields: "".join(f"{json.dumps(name)}: {json.dumps(value)}\n" for name, value in fields.items())
)
encodings = st.sampled_from(
    ("utf-8", "utf-8", "utf-8", "utf-8-sig", "utf-16", "utf-32", "latin-1", "cp1252", "utf-7")
)


@st.composite
def files(draw: st.DrawFn) -> bytes:
    """Draw an entry file: fields, text and encoding, each right or wrong, now and then cut or garbled."""
    front = draw(mappings | yaml_text.map("".join))
    text = f"---\n{front}\n---\n{''.join(draw(body_text))}"
    data = text.encode(draw(encodings), draw(st.sampled_from(("replace", "ignore"))))
    if draw(st.booleans()):
        at = draw(st.integers(0, len(data)))
        data = data[:at] + draw(st.binary(max_size=4)) + data[at + draw(st.integers(0, 8)) :]
    return data


def check_places(problems: list[Problem], path: str, data: bytes) -> None:
    """Assert that each of *problems* points to a place in *data* and says something."""
    text = _LINE_END.sub("\n", data.decode("utf-8", "replace").removeprefix("\ufeff"))
    lines = text.split("\n")
    for problem in problems:
        place = problem.place
        assert place.path == f"entries/{path}"
        assert re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", problem.code)
        assert problem.message.strip()
        assert 0 <= place.line <= len(lines), problem
        if place.line:
            length = max(len(lines[place.line - 1]), len(place.text))
            assert 1 <= place.column <= length + 1, problem
            assert problem.code == "not-utf8" or place.text == lines[place.line - 1]
        else:
            assert (place.column, place.text) == (0, "")


def check_entry(data: bytes, path: str = "2023/06/a.md") -> None:
    """Assert that *data* gives an entry, or an error, and never both."""
    parsed = parse_entry(path, data, SETTINGS)
    errors = [problem for problem in parsed.problems if problem.severity is Severity.ERROR]
    assert (parsed.entry is None) == bool(errors)
    check_places(parsed.problems, path, data)


@given(files())
def test_a_file_gives_an_entry_or_an_error(data: bytes) -> None:
    """Any file is an entry, or has an error whose line lies in it; nothing is raised."""
    check_entry(data)


@given(st.binary(max_size=200))
@example(b"\xff\xfe-\x00-\x00-\x00")
@example(b"---\ntitle: \xed\xa0\x80\n---\n")
@example(b"\xef\xbb\xbf---\r\ntitle: \xff\r\n---\r\n")
@example(b"---\n" + b"[" * 60_000 + b"\n---\n")
@example(b"---\ntitle: a" + "\u2028".encode() * 9 + b"\nb: c: d\n---\n")
def test_bytes_give_an_entry_or_an_error(data: bytes) -> None:
    """Any bytes, alone, as fields and as text, give an entry or an error in its place."""
    check_entry(data)
    check_entry(b"---\n" + data + b"\n---\n")
    check_entry(HEAD + data)


@given(body_text.map("".join))
def test_any_text_can_stand_below_right_fields(body: str) -> None:
    """With right fields every problem is one of the text, so it lies below the fields."""
    data = HEAD + body.encode("utf-8", "surrogatepass")
    parsed = parse_entry("a.md", data, SETTINGS)
    assert all(problem.place.line > 5 for problem in parsed.problems), parsed.problems
    check_entry(data)


@given(
    st.text(alphabet=st.characters(codec="utf-8"), max_size=30) | st.sampled_from(("A.MD", "é.md", "a.xx.md"))
)
def test_any_file_name_gives_an_entry_or_an_error(name: str) -> None:
    """A file's name may be anything that UTF-8 can write."""
    check_entry(entry_text().encode(), f"2023/{name}")


@given(mappings | yaml_text.map("".join), body_text.map("".join))
def test_a_quote_or_an_error(front: str, body: str) -> None:
    """Any file in quotes/ is a quote, or has an error whose line lies in it."""
    data = f"---\n{front}\n---\n{body}".encode("utf-8", "surrogatepass")
    quote, problems = parse_quote("quotes/a.md", data, SETTINGS)
    assert (quote is None) == any(problem.severity is Severity.ERROR for problem in problems)
    check_places(problems, "quotes/a.md", data)


@given(
    mappings
    | yaml_text.map("".join)
    | values.map(lambda value: json.dumps({"topics": value, "places": value}))
)
def test_names_or_an_error(text: str) -> None:
    """Any names.yml gives names, or has an error whose line lies in it; with an error it names nothing."""
    data = f"{text}\nend: here\n".encode("utf-8", "surrogatepass")
    names, problems = parse_names("names.yml", data, SETTINGS)
    has_error = any(problem.severity is Severity.ERROR for problem in problems)
    assert not (has_error and names != Names())
    check_places(problems, "names.yml", data)


@given(
    mappings | yaml_text.map("".join),
    body_text.map("".join),
    st.sampled_from(
        ("2023-06", "2023-06.fr", "2023-06.ar-EG", "2023-13", "0000-01", "june", "2023-06.FR", "")
    )
    | letters,
)
def test_an_opening_or_an_error(front: str, body: str, name: str) -> None:
    """Any file in digests/ is an opening, or has an error whose line lies in it."""
    data = f"---\n{front}\n---\n{body}".encode("utf-8", "surrogatepass")
    opening, problems = parse_opening(f"digests/{name}.md", data, SETTINGS)
    assert (opening is None) == any(problem.severity is Severity.ERROR for problem in problems)
    check_places(problems, f"digests/{name}.md", data)


@pytest.mark.parametrize("parse", [parse_quote, parse_opening, parse_names])
@given(data=st.binary(max_size=200))
def test_bytes_are_no_trouble_for_quotes_openings_and_names(
    parse: Callable[..., tuple[Any, list[Problem]]], data: bytes
) -> None:
    """Any bytes in place of a quote, an opening or the names give problems at most."""
    parse("names.yml", data, SETTINGS)
    _, problems = parse("names.yml", data + b"\nend: here\n", SETTINGS)
    check_places(problems, "names.yml", data + b"\nend: here\n")
