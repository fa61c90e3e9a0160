"""Latin words and dates in a line from right to left: which of them get a span, and that nothing is lost."""

import re
from html import unescape

import pytest
from builders import an_entry
from hypothesis import given
from hypothesis import strategies as st
from markupsafe import Markup

from publisher.render.direction import isolated, isolated_html

SPAN = re.compile(r'<span dir="ltr">|</span>')
LONG = 300_000


def _shown(html: str) -> str:
    """Return *html* with each run in square brackets, and the mark behind it as an underscore."""
    shown = html.replace('<span dir="ltr">', "[").replace("</span>", "]")
    return unescape(shown).replace("\u200f", "_")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", ""),
        ("كلمة", "كلمة"),
        ("6 March 2026, Geneva", "[6 March 2026, Geneva]"),
        ("يوم 6 March 2026, Geneva، هنا", "يوم [6 March 2026, Geneva]_، هنا"),
        ("(زيورخ، UTC+2)", "(زيورخ، [UTC+2]_)"),
        ("UTC−3", "[UTC−3]"),
        ("12:30 PM – 1:15 PM", "[12:30 PM – 1:15 PM]"),
        ("27–28 June", "[27–28 June]"),
        ("اتفاقية No. 102 هنا", "اتفاقية [No. 102]_ هنا"),
        ("Convention No. 102.", "[Convention No. 102.]"),
        ("(Example Pictures)", "[(Example Pictures)]"),
        ("منظمة ILO هنا", "منظمة ILO_ هنا"),
        ("(ILO)", "[(ILO)]"),
        ("word1 كلمة word2", "word1_ كلمة word2"),
        ("one كلمة two words كلمة three", "one_ كلمة [two words]_ كلمة three"),
        ("COVID-19", "[COVID-19]"),
        ("AT&T", "[AT&T]"),
        ("Été à Genève", "[Été à Genève]"),
        ("Żółw łódź", "[Żółw łódź]"),
        ("Ministry’s plan", "[Ministry’s plan]"),
        ("C'est là", "[C'est là]"),
        ("A / B", "[A / B]"),
        ("editors@example.org", "[editors@example.org]"),
        ("ILO\u00a0Office", "[ILO\u00a0Office]"),
        ("5 000 USD في", "[5 000 USD]_ في"),
        ("a" + " " * 8 + "b", "[a" + " " * 8 + "b]"),
        ("a" + " " * 9 + "b", "[a" + " " * 9 + "b]"),
        ("1" * 30 + " ILO", "[" + "1" * 30 + " ILO]"),
        ("3.5 مليون", "3.5 مليون"),
        ("2026-03-06", "2026-03-06"),
        ("+41 22 799 61 11", "+41 22 799 61 11"),
        ("10–20 %", "10–20 %"),
        ("a", "a"),
        ("é", "[é]"),
    ],
)
def test_runs_in_a_line_from_right_to_left(text: str, expected: str) -> None:
    """A run of several Latin words with their numbers gets one span; single words and numbers need none."""
    assert expected == _shown(isolated(text, "rtl"))


@pytest.mark.parametrize("text", ["6 March 2026, Geneva", "<b> & \"x\" 'y'", "ILO Office كلمة", ""])
def test_a_line_from_left_to_right_needs_no_span(text: str) -> None:
    """There, plain text is escaped and nothing else, and HTML stays as it is."""
    assert "<span" not in isolated(text, "ltr")
    assert unescape(isolated(text, "ltr")) == text
    assert isolated_html(f"<p>{text}</p>", "ltr") == f"<p>{text}</p>"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("x<y", '<span dir="ltr">x&lt;y</span>'),
        ("<b>bold words</b>", '<span dir="ltr">&lt;b&gt;bold words&lt;/b&gt;</span>'),
        ("R&D team", '<span dir="ltr">R&amp;D team</span>'),
        ("&amp; co", '<span dir="ltr">&amp;amp; co</span>'),
        ('"quoted words"', '<span dir="ltr">&quot;quoted words&quot;</span>'),
        ("Women's fund", '<span dir="ltr">Women&#x27;s fund</span>'),
    ],
)
def test_signs_of_html_are_escaped_within_and_without_spans(text: str, expected: str) -> None:
    """Plain text comes out as HTML that shows the very same signs."""
    assert expected == isolated(text, "rtl")


@pytest.mark.parametrize(
    ("html", "expected"),
    [
        ("<p>كلمة</p>", "<p>كلمة</p>"),
        ("<p>من 26 June 2023 فصاعدًا</p>", '<p>من <span dir="ltr">26 June 2023</span>\u200f فصاعدًا</p>'),
        ("<em>Two words</em>", '<em><span dir="ltr">Two words</span></em>'),
        ("AT&amp;T &lt;x y&gt;", '<span dir="ltr">AT&amp;T &lt;x y&gt;</span>'),
        ("a&nbsp;b", '<span dir="ltr">a\u00a0b</span>'),
        ("&amp;amp; b c", '<span dir="ltr">&amp;amp; b c</span>'),
        (
            '<a href="https://example.org/?a=b c&amp;d=e f" title="g h">i j</a>',
            '<a href="https://example.org/?a=b c&amp;d=e f" title="g h"><span dir="ltr">i j</span></a>',
        ),
        (
            "one <b>two</b> three",
            '<span dir="ltr">one </span><b>two</b><span dir="ltr"> three</span>',
        ),
        (
            "x < y <b>c d</b>",
            '<span dir="ltr">x &lt; y </span><b><span dir="ltr">c d</span></b>',
        ),  # a tag begins at its own sign
        ('<img src="a b.png" alt="c d"> ILO', '<img src="a b.png" alt="c d"><span dir="ltr"> ILO</span>'),
    ],
)
def test_only_the_text_of_html_gets_spans(html: str, expected: str) -> None:
    """Tags and their attributes stay byte for byte; what was an entity is text again and escaped once."""
    assert expected == isolated_html(html, "rtl")


@pytest.mark.parametrize(
    ("html", "expected"),
    [
        ("ILO <b>7</b> كلمة", '<span dir="ltr">ILO </span>\u200f<b>7</b> كلمة'),
        ("<b>ILO</b> كلمة", "<b>ILO\u200f</b> كلمة"),
        ("كلمة ILO 7 مايو", 'كلمة <span dir="ltr">ILO 7</span>\u200f مايو'),
        ("ILO · 7 مايو", "ILO\u200f · 7 مايو"),
    ],
)
def test_numbers_behind_a_run_do_not_join_it(html: str, expected: str) -> None:
    """A mark keeps the number of what follows in its own place (rule W7 of Unicode's algorithm)."""
    assert expected == isolated_html(html, "rtl")


def test_signs_in_an_attribute_do_not_end_its_tag() -> None:
    """What stands in a title, brackets included, is never taken for the text behind the tag."""
    entry = an_entry(body='[x y](https://example.org/ "a > b c <d e> & z")')
    assert _shown(isolated_html(entry.html, "rtl")) == unescape(entry.html.replace("x y", "[x y]"))
    assert isolated_html(entry.html, "rtl").count("<span") == 1


words = st.text(
    st.characters(exclude_categories=("Cs", "Cc")) | st.sampled_from("ILO 0123456789.,:;/&<>\"'()–- كلمة"),
    max_size=60,
)


@given(words)
def test_spans_change_no_word(text: str) -> None:
    """Without spans and marks a line says what it said before; no span holds another one, or nothing."""
    made = isolated(text, "rtl")
    assert isinstance(made, Markup)
    assert unescape(isolated(text, "ltr")) == text
    assert unescape(SPAN.sub("", made)).replace("\u200f", "") == text.replace("\u200f", "")
    assert re.fullmatch(r'(?:[^<]|<span dir="ltr">[^<]+</span>)*', made)


@given(words)
def test_html_is_marked_like_the_text_in_it(text: str) -> None:
    """A paragraph's words get the spans that they would get as plain text."""
    plain = isolated(text, "ltr")
    assert isolated_html(f"<p>{plain}</p>", "rtl") == f"<p>{isolated(text, 'rtl')}</p>"


@pytest.mark.parametrize(
    "piece",
    [
        "1",
        "1 ",
        "1.",
        "a",
        "a ",
        "a  ",
        "a1-",
        "aé ",
        "1" * 24 + "x",
        "a" + " " * 9,
        "<",
        ">",
        "&",
        "ك1 ",
        "<b",
    ],
)
def test_long_lines_take_no_longer_than_their_length(piece: str) -> None:
    """Each character is looked at a few times at most, or this would not end; the result stays short."""
    text = piece * (LONG // len(piece))
    made = isolated(text, "rtl")
    assert unescape(SPAN.sub("", made)) == text
    assert len(made) <= 12 * len(text)
    marked = isolated_html(text, "rtl")
    assert len(marked) <= 12 * len(text)
