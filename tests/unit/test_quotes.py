"""Quotes and the file of names: bytes to values, with all their problems."""

from datetime import date

import pytest
from builders import some_settings

from publisher.entries.companions import parse_names, parse_quote
from publisher.model.entry import Names, Quote


def _quote(text: str, path: str = "quotes/a.md") -> tuple[Quote | None, list[tuple[str, int]]]:
    quote, problems = parse_quote(path, text.encode(), some_settings())
    return quote, [(problem.code, problem.place.line) for problem in problems]


def test_a_quote_is_somebodys_words() -> None:
    """A quote has its words as HTML and as text, its days and its language."""
    quote, problems = _quote(
        "---\nby: Guy Ryder\nrole: DG\nfrom: 2022-07-01\n---\n“Words” *and* more.\n", "quotes/a.fr.md"
    )
    assert problems == []
    assert quote is not None
    assert (quote.path, quote.lang, quote.by, quote.role) == ("quotes/a.fr.md", "fr", "Guy Ryder", "DG")
    assert (quote.start, quote.end) == (date(2022, 7, 1), None)
    assert (quote.html, quote.text) == ("<p>“Words” <em>and</em> more.</p>", "“Words” and more.")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("---\nby: a\n---\n", [("empty-quote", 3)]),
        ("---\nby: a\n---\n<script></script>\n", [("html-not-allowed", 4)]),
        ("---\nby: a\n---\n[b](c.md)\n", [("dead-link", 4)]),
        ("---\nrole: a\n---\nWords.\n", [("missing-field", 1)]),
        ("---\nby: a\ntitle: b\n---\nWords.\n", [("unknown-field", 3)]),
        ("---\nby: a\nlang: de\n---\nWords.\n", [("unknown-language", 3)]),
        ("---\nby: a\nfrom: 2022-07-02\nto: 2022-07-01\n---\nWords.\n", [("quote-ends-early", 4)]),
        ("Words.", [("no-front-matter", 1)]),
    ],
)
def test_a_quote_with_a_fault_is_none(text: str, expected: list[tuple[str, int]]) -> None:
    """Each fault of a quote has its line, and such a quote is not shown."""
    assert (None, expected) == _quote(text)


def test_a_quote_with_a_warning_is_there() -> None:
    """A byte order mark takes no quote away."""
    quote, problems = _quote("\ufeff---\nby: a\n---\nWords.\n")
    assert quote is not None
    assert (quote.text, problems) == ("Words.", [("byte-order-mark", 1)])


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", []),
        ("topics: {a: A}", []),
        ("topic: {a: A}", [("unknown-field", 1)]),
        ("topics: [a]", [("invalid-value", 1)]),
        ("topics:\n  a b: A", [("invalid-key", 2)]),
        ("topics:\n  a: {en: }\n  b: {}", [("empty-text", 2), ("empty-text", 3)]),
        ("topics: a: b", [("invalid-yaml", 1)]),
        ("\x07", [("control-character", 1)]),
    ],
)
def test_a_wrong_file_of_names_gives_no_names(text: str, expected: list[tuple[str, int]]) -> None:
    """Each fault of names.yml has its line, and then no field is checked against it."""
    names, problems = parse_names("names.yml", text.encode(), some_settings())
    assert expected == [(problem.code, problem.place.line) for problem in problems]
    assert (names == Names()) == (text != "topics: {a: A}")
