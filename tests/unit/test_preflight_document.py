"""The HTML of a mail taken apart, and the preflight over any HTML at all."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from mails import ITEM, SETTINGS, a_digest

from publisher.model.output import Span
from publisher.preflight import links, measure, outline, preflight
from publisher.preflight.document import Element, Places, parse


def _shape(html: str) -> list[str]:
    """Return each element with what it lies in."""
    return ["/".join(outer.tag for outer in reversed(list(item.within()))) for item in parse(html).elements]


@pytest.mark.parametrize(
    ("html", "expected"),
    [
        ("<p>a<br>b<i>c</i></p><p>d</p>", ["p", "p/br", "p/i", "p"]),
        ("<P><I>a</P><b>b</b>", ["p", "p/i", "b"]),
        ("<p>a</i></p></p><b>b", ["p", "b"]),
        ("<br/><img/><p/>a", ["br", "img", "p"]),
        ("<style>p > i { } <b></style><b>", ["style", "b"]),
        ("<!-- <p> --><b>", ["b"]),
        ("a < b <", []),
        ("", []),
    ],
)
def test_elements(html: str, expected: list[str]) -> None:
    """Elements lie where their tags put them; void ones hold nothing, stray ends close nothing."""
    assert _shape(html) == expected


def test_starts_count_characters() -> None:
    """An element, a text and a comment start where they stand in the source, over lines and wide letters."""
    html = "<p>é\n\n<b>𝔸</b>\r\n<!-- c --><i a='\n'>&amp;x</i>"
    document = parse(html)
    assert [item.start for item in document.elements] == [html.index(tag) for tag in ("<p", "<b", "<i")]
    assert [node.start for node in document.nodes if not isinstance(node, Element)] == [
        html.index("é"),
        html.index("𝔸"),
        html.index("\r"),
        html.index("&amp;"),
    ]
    assert [comment.start for comment in document.comments] == [html.index("<!--")]


@pytest.mark.parametrize(
    ("html", "expected"),
    [
        ("<a>One <b>two</b>\n three</a>", "One two three"),
        ("<a aria-label=' Said  so '>One</a>", "Said so"),
        ("<a aria-label=' '>One</a>", "One"),
        ("<a>One<img alt=' two'><br>three</a>", "One two three"),
        ("<a><img></a>", ""),
        ("<a>One <b aria-hidden='true'>›<i>»</i></b>two</a>", "One two"),
        ("<a><img alt='One' aria-hidden='true'>two</a>", "two"),
        ("<a><b aria-hidden='false'>One</b></a>", "One"),
        ("<a>Fish &amp; chips</a>", "Fish & chips"),
    ],
)
def test_name(html: str, expected: str) -> None:
    """The name is the label, else the words within with the texts of pictures, but for what is hidden."""
    document = parse(html)
    assert document.name(document.all("a")[0]) == expected


def test_the_first_of_two_equal_attributes_counts() -> None:
    """As in browsers, a second attribute of the same name says nothing."""
    assert parse("<p lang=en lang=fr hidden>").elements[0].attributes == {"lang": "en", "hidden": ""}


@pytest.mark.parametrize(
    ("start", "expected"), [(0, ""), (2, "a"), (4, "a"), (5, ""), (7, "b"), (9, ""), (-1, "")]
)
def test_places(start: int, expected: str) -> None:
    """A place belongs to the entry whose span holds it; spans end before their end."""
    assert Places(((7, 9, "b"), (2, 5, "a"))).entry(start) == expected


PIECES = st.sampled_from(
    [
        "<p>",
        "</p>",
        "<a href='",
        "'>",
        "#x",
        "<a name=x>",
        "<h2>",
        "<style>",
        "@media {",
        "}",
        "</style>",
        "<!--",
        "-->",
        "[if mso]>",
        "<![endif]",
        "<table",
        "<td style='color:",
        "rgb(1 2 3)",
        ";",
        "<img src=",
        "alt=",
        ">",
        "{{",
        "}}",
        "mailto:",
        "https://[",
        "<![if",
        "\x92",
        "é",
        "\n",
        " ",
        "!important",
        "/*",
        "*/",
        "font-size:",
    ]
)
HTML = st.lists(PIECES, max_size=40).map("".join) | st.text(max_size=80)


@given(
    html=HTML, text=HTML, subject=st.text(max_size=20), cuts=st.tuples(st.integers(0, 99), st.integers(0, 99))
)
def test_any_mail_gets_findings_and_no_error(
    html: str, text: str, subject: str, cuts: tuple[int, int]
) -> None:
    """Whatever stands in a digest, the preflight says what it thinks of it, and the same when asked again."""
    changes: dict[str, Any] = {"html": html, "text": text, "subject": subject}
    digest = a_digest(**changes, spans=(Span("a.md", min(cuts), max(cuts)),))
    findings = preflight(digest, SETTINGS)
    assert "mail-doctype" in {finding.code for finding in findings}
    assert findings == preflight(digest, SETTINGS)
    assert len(links(digest)) <= html.count("href")
    assert len(outline(digest)) <= html.count("<h")
    assert measure(digest).html_bytes == len(html.encode(errors="replace"))


def test_a_digest_that_is_deep_is_looked_at() -> None:
    """Elements within a thousand others are no trouble."""
    link = '<a href="https://example.org/a" style="color:#1d5468">A paper</a>'
    digest = a_digest(ITEM + "<b>" * 3000 + link + "</b>" * 3000, more="https://example.org/a\n")
    assert preflight(digest, SETTINGS) == []
