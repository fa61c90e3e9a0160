"""The difference between two versions of a digest."""

import pytest

from publisher.preview.difference import Line, difference


def digest(*entries: tuple[str, str, str]) -> str:
    """Return the HTML of a digest: address, title and words of each entry."""
    rows = "".join(f'<h3><a href="{way}">{title}</a></h3>\n<p>{words}</p>' for way, title, words in entries)
    return f"<html><body><h1>June</h1>{rows}<h2>Foot</h2><p>All</p></body></html>"


A, B, C = ("/a/", "One", "Words"), ("/b/", "Two", "Words"), ("/c/", "Three", "Words")


@pytest.mark.parametrize(
    ("old", "new", "added", "removed", "changed"),
    [
        ((A, B), (A, B), (), (), ()),
        ((A,), (A, B), ("Two",), (), ()),
        ((A, B), (B,), (), ("One",), ()),
        ((A, B), (B, A), (), (), ()),
        ((A, B), (A, ("/b/", "Two", "Other")), (), (), ("Two",)),
        ((A, B), (A, ("/b/", "Zwei", "Words")), (), (), ("Zwei",)),
        ((A, B), (A, C), ("Three",), ("Two",), ()),
        ((), (A,), ("One",), (), ()),
    ],
)
def test_entries(
    old: tuple[tuple[str, str, str], ...],
    new: tuple[tuple[str, str, str], ...],
    added: tuple[str, ...],
    removed: tuple[str, ...],
    changed: tuple[str, ...],
) -> None:
    """An entry is known by its address: it came, went, or says something else."""
    found = difference(digest(*old), digest(*new), "", "")
    assert (found.added, found.removed, found.changed) == (added, removed, changed)
    assert bool(found) is bool(added or removed or changed)


def test_lines() -> None:
    """Changed lines stand with two lines around them, and a sign for what is left out between."""
    old = "\n".join("abcdefghij")
    new = old.replace("b", "B").replace("i", "I")
    lines = difference("", "", old, new).lines
    assert lines == (
        *(Line("", "a"), Line("-", "b"), Line("+", "B"), Line("", "c"), Line("", "d"), Line("…", "")),
        *(Line("", "g"), Line("", "h"), Line("-", "i"), Line("+", "I"), Line("", "j")),
    )
    assert difference("", "", old, old).lines == ()
