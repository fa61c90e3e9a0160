"""Front matter line by line: what it answers, and what it leaves to YAML's own parser."""

from pathlib import Path
from typing import Any

import pytest

from publisher.entries import plainlines
from publisher.entries.source import Mark

SAMPLE = Path(__file__).resolve().parents[2] / "entries"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", {}),
        ("# none yet\n\n  # none", {}),
        ("a: b\n\n# c\nd: e", {"a": "b", "d": "e"}),
        ("a: Words: b", None),
        ("a: 12:30, https://example.org/ «x» (y)", {"a": "12:30, https://example.org/ «x» (y)"}),
        ('a: "b: # \\" \\\\ c"\nd: \'e "f"\'\ng: ""', {"a": 'b: # " \\ c', "d": 'e "f"', "g": ""}),
        ("a: [b, c d]", {"a": ["b", "c d"]}),
        ("a: {b: c d, e: 'f, g'}", {"a": {"b": "c d", "e": "f, g"}}),
        ('a: {"b": {"c": ["d", [e]]}}', {"a": {"b": {"c": ["d", ["e"]]}}}),
        ("a:\n  b: c\n  d:\n    e: f\ng: h", {"a": {"b": "c", "d": {"e": "f"}}, "g": "h"}),
        ("a:\n- b\n-  c\nd: e", {"a": ["b", "c"], "d": "e"}),
        ("a:\n  - b: c\n    d: e\n  - b: f", {"a": [{"b": "c", "d": "e"}, {"b": "f"}]}),
        ("a:\n  - b:\n    - c\n    d: [e]", {"a": [{"b": ["c"], "d": ["e"]}]}),
    ],
    ids=ascii,
)
def test_plain_lines_are_read(text: str, expected: dict[str, Any] | None) -> None:
    """The shapes that people write are answered without YAML's own parser."""
    fields = plainlines.read(f"{text}\n", 1)
    assert expected == (fields and fields.values)


def test_values_and_keys_have_their_places() -> None:
    """Marks count from the first line of the file, and from 1."""
    fields = plainlines.read("a: [b, c]\nd:\n  - e:  f\ng: {h: i}\n", 2)
    assert fields is not None
    assert fields.marks == {
        ("a",): Mark(2, 4),
        ("a", 0): Mark(2, 5),
        ("a", 1): Mark(2, 8),
        ("d",): Mark(4, 3),
        ("d", 0): Mark(4, 5),
        ("d", 0, "e"): Mark(4, 9),
        ("g",): Mark(5, 4),
        ("g", "h"): Mark(5, 8),
    }
    assert fields.keys == {
        ("a",): Mark(2, 1),
        ("d",): Mark(3, 1),
        ("d", 0, "e"): Mark(4, 5),
        ("g",): Mark(5, 1),
        ("g", "h"): Mark(5, 5),
    }


@pytest.mark.parametrize(
    "text",
    [
        *("words", "- a", "[a]", "{a: b}", "---\na: b", "a: b\n...", "? a", "%YAML 1.1\n---\na: b", " a: b"),
        *(
            "a: &b c",
            "a: *b",
            "a: !b c",
            "a: |\n  b",
            "a: >\n  b",
            "a: @b",
            "a: `b",
            "a: %b",
            "a: -b",
            "a: - b",
        ),
        *("a: b: c", "a: b:", "a: b #c", "a: b#c", "a: # b", "a: 'b' # c", "a: b ", "a:b", "a : b", "'a': b"),
        *(
            "a:",
            "a: ~",
            "a: null",
            "a: NULL",
            "null: a",
            "a: [null]",
            "a: ''''",
            "a: 'b' c",
            'a: "b',
            "a: 'b",
        ),
        *('a: "\\u00e9"', 'a: "\\n"', 'a: "b\\"', "a: b\n  c", "a: b\n  c: d", "a: b\n- c", "a: 'b\n  c'"),
        *("a: []", "a: {}", "a: [b,c]", "a: [b, ]", "a: [b", "a: b]\nc: [d", "a: [b: c]", "a: [b] c"),
        *(
            "a: {b}",
            "a: {b: }",
            "a: {b: c, b: d}",
            "a: {b: c:d}",
            "a: {b: c}}",
            "a: [[b]",
            "a: [b}",
            "a: {b: c]",
        ),
        *("a: b\na: c", "a:\n  b: c\n  b: d", "a:\n- b\n- ", "a:\n-\n- b", "a:\n- - b", "a:\n  - b\n - c"),
        *("a:\n  b: c\n d: e", "a:\n  - b\n  c: d", "a:\nb: c", "a:\n  b:\n  c: d", "a:\n  - b: c\n   d: e"),
        *("a:\tb", "\ta: b", "a:\n\tb: c", "a: b\tc", 'a: "b\tc"', "a: b\x85", "a: b\u2028c", "a: '\ufeff'"),
        *("a: '\x01'", "a: \x7f", "a: '\ufffd'", "a: '\ud800'", "#\x07", "a: b\rc: d", "<<: a", "=: a"),
        "".join(f"{' ' * depth}a:\n" for depth in range(8)) + f"{' ' * 8}a: b",
        f"a: {'[' * 8}b{']' * 8}",
        f"a: '{'x' * 64 * 1024}'",
        f"{'a' * 65}: b",
    ],
    ids=lambda text: ascii(text[:40]),
)
def test_what_is_not_plain_is_left_alone(text: str) -> None:
    """Whatever may mean more than it shows, or is wrong, is for YAML's own parser to tell."""
    assert plainlines.read(f"{text}\n", 1) is None


def test_no_entry_of_the_sample_needs_more() -> None:
    """All entries and names of the sample newsletter are plain."""
    fronts = {path: path.read_text(encoding="utf-8").split("---\n")[1] for path in SAMPLE.rglob("*.md")}
    fronts[SAMPLE / "names.yml"] = (SAMPLE / "names.yml").read_text(encoding="utf-8")
    assert len(fronts) > 50
    assert [path.name for path, front in fronts.items() if plainlines.read(front, 2) is None] == []
