"""Small things that the templates of a digest say: what to do, until when, and lines that fit."""

from typing import Any
from zoneinfo import ZoneInfo

import pytest
from builders import an_entry, some_settings
from editions import speaker
from hypothesis import given
from hypothesis import strategies as st

from publisher import issues
from publisher.model.entry import Month
from publisher.model.output import COLUMNS
from publisher.render.digest.lines import fitting, fold
from publisher.render.digest.words import action
from publisher.render.plaintext import links_of

ADDRESS = "https://example.org/" + "a" * 90
WAYS = {
    rel: f"{{label: To {rel}, url: 'https://example.org/{rel}', rel: {rel}}}"
    for rel in ("more", "report", "summary", "register", "video")
}


@pytest.mark.parametrize(
    ("fields", "zone", "expected"),
    [
        ({}, "Europe/Zurich", False),
        ({"deadline": "2023-06-30"}, "Europe/Zurich", False),
        ({"deadline": "2023-07-01"}, "Europe/Zurich", True),
        ({"deadline": "2024-01-01"}, "Europe/Zurich", True),
        ({"deadline": "2023-07-01T00:00+02:00"}, "Europe/Zurich", True),
        ({"deadline": "2023-06-30T23:59+02:00"}, "Europe/Zurich", False),
        ({"deadline": "2023-06-30T23:59-05:00"}, "Europe/Zurich", True),
        ({"deadline": "2023-06-30T23:59-05:00"}, "America/New_York", True),
        ({"deadline": "2023-06-30T23:58-04:00"}, "America/New_York", False),
        ({"event": "{start: 2023-08-01, registration_deadline: 2023-06-30}"}, "Europe/Zurich", False),
        ({"event": "{start: 2023-08-01, registration_deadline: 2023-07-02}"}, "Europe/Zurich", True),
        ({"event": "{start: 2023-08-01}"}, "Europe/Zurich", False),
    ],
)
def test_what_closes_before_the_mail_goes_out_is_not_open(
    fields: dict[str, Any],
    zone: str,
    expected: bool,  # noqa: FBT001
) -> None:
    """A mail of June goes out at the first instant of July in the newsletter's zone."""
    settings = some_settings(newsletter={"zone": zone})
    entry = an_entry(settings=settings, **fields)
    assert expected is issues.is_open_after(Month(2023, 6), entry, ZoneInfo(zone))


@pytest.mark.parametrize(
    ("links", "event", "media", "expected", "where"),
    [
        ([], False, False, None, ""),
        (["more", "summary"], False, False, None, ""),
        (["report"], False, False, "To report", "report"),
        (["report", "video", "more", "register"], True, True, "To register", "register"),
        (["report", "video"], True, True, "To video", "video"),
        (["report"], True, True, "To report", "report"),
        (["more"], True, True, "Vers l’événement", "event"),
        ([], False, True, "Regarder", "media"),
    ],
)
def test_one_action_is_chosen(
    links: list[str],
    event: bool,  # noqa: FBT001
    media: bool,  # noqa: FBT001
    expected: str | None,
    where: str,
) -> None:
    """To register goes before to watch, and that before to read; an entry's link before its event."""
    fields: dict[str, Any] = {"links": f"[{', '.join(WAYS[rel] for rel in links)}]"} if links else {}
    if event:
        fields["event"] = "{start: 2023-08-01, url: 'https://example.org/event'}"
    if media:
        fields["media"] = "{url: 'https://example.org/media', type: video/mp4, length: 1}"
    found = action(an_entry(**fields), speaker("fr"))
    assert found == (expected and (expected, f"https://example.org/{where}"))


def test_of_several_links_of_one_sort_the_first_counts() -> None:
    """Editors order their links."""
    links = "[{label: A, url: 'https://a.org/', rel: report}, {label: B, url: 'https://b.org/', rel: report}]"
    assert action(an_entry(links=links), speaker("en")) == ("A", "https://a.org/")


@pytest.mark.parametrize(
    ("html", "expected"),
    [
        ("", []),
        ("<p>No <a>link</a></p>", []),
        ('<a href="https://a.org/?b=c&amp;d=e">x</a>', ["https://a.org/?b=c&d=e"]),
        ('<a href="#x">a</a> <a title="t" href="/b">b</a>', ["/b"]),
        ('<a href="/b">b</a><a href="/a">a</a><a href="/b">b</a>', ["/b", "/a"]),
        ('<abbr href="/x">x</abbr>', []),
        ('<a href="/q?a=&quot;b&quot;">x</a>', ['/q?a="b"']),
    ],
)
def test_addresses_of_html(html: str, expected: list[str]) -> None:
    """Each address to which words lead is told once, in the order of the words, as it is."""
    assert expected == links_of(html)


@pytest.mark.parametrize(
    ("text", "indent", "first", "expected"),
    [
        ("", "", None, ""),
        ("a  b\n c", "", None, "a b c"),
        ("a b", "  ", "* ", "* a b"),
        ("a b", "  ", None, "  a b"),
        ("a " * 39, "", None, " ".join(["a"] * 39)),
        ("a " * 40, "", None, " ".join(["a"] * 39) + "\na"),
        ("a" * 78, "", None, "a" * 78),
        ("a" * 79, "", None, "a" * 78 + "\na"),
        ("a" * 78, "  ", "* ", "* " + "a" * 76 + "\n  aa"),
        (f"See {ADDRESS} now", "  ", "* ", f"* See\n  {ADDRESS}\n  now"),
        (ADDRESS, "", None, ADDRESS),
        ("mailto:" + "b" * 90, "", None, "mailto:" + "b" * 90),
        ("(" + ADDRESS, "", None, "(" + ADDRESS[:77] + "\n" + ADDRESS[77:]),
        ("well-" * 20, "", None, ("well-" * 20)[:78] + "\n" + ("well-" * 20)[78:]),
        ("ا" * 79, "", None, "ا" * 78 + "\nا"),
    ],
)
def test_lines_of_text(text: str, indent: str, first: str | None, expected: str) -> None:
    """Lines have at most 78 characters with their indent; addresses stay whole, other long words do not."""
    assert expected == fold(text, indent, first)


@given(
    st.lists(
        st.text(st.characters(exclude_categories=("Cs", "Z", "Cc")), min_size=1, max_size=120), max_size=30
    )
)
def test_folding_loses_nothing(words: list[str]) -> None:
    """Whatever the words, all of them are there in order, and no line is too long."""
    lines = fold(" ".join(words), "  ", "* ").split("\n")
    assert "".join(lines).replace("* ", "", 1).replace(" ", "") == "".join(words) or not words
    assert all(len(line) <= COLUMNS or "://" in line or "mailto:" in line for line in lines)
    assert {line[:2] for line in lines[1:]} <= {"  "}


@pytest.mark.parametrize(
    ("limit", "texts", "expected"),
    [
        (10, ("short",), "short"),
        (10, ("exactly 10",), "exactly 10"),
        (10, ("far too long a text", "short"), "short"),
        (10, ("short", "shorter"), "short"),
        (10, ("one two three",), "one two…"),
        (10, ("first is too long", "one two three"), "one two…"),
        (10, ("one, two, three",), "one, two…"),
        (10, ("one two 3 four",), "one two 3…"),
        (10, ("abcdefghijklm",), "abcdefghi…"),
        (10, ("a bcdefghijklm",), "a bcdefgh…"),  # a cut at the first space would leave nearly nothing
        (10, ("abcde: fghijk",), "abcde…"),
        (10, ("abcde – fghijk",), "abcde…"),
    ],
)
def test_a_line_that_does_not_fit_is_cut_at_a_word(limit: int, texts: tuple[str, ...], expected: str) -> None:
    """The first text that fits is taken; if none does, the last one ends with an ellipsis."""
    assert expected == fitting(limit, *texts)


@given(st.integers(8, 120), st.lists(st.text(max_size=200), min_size=1, max_size=3))
def test_a_line_always_fits(limit: int, texts: list[str]) -> None:
    """Whatever the texts, what is chosen has at most so many characters, and is one of them or its start."""
    made = fitting(limit, *texts)
    assert len(made) <= limit
    assert made in texts or (made.endswith("…") and texts[-1].startswith(made[:-1]))
