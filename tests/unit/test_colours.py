"""Colours, the small cascade, and contrast in light and in dark."""

import pytest
from mails import ITEM, KEPT, a_digest, found

from publisher.colours import Colour, background, colour, contrast
from publisher.preflight.cascade import Look, looks
from publisher.preflight.document import parse
from publisher.preflight.finding import Finding
from publisher.preflight.stylesheet import declarations, parse_sheet

RED, WHITE = Colour(255, 0, 0), Colour(255, 255, 255)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("#f00", RED),
        ("#FF0000", RED),
        ("#f008", Colour(255, 0, 0, 136 / 255)),
        ("#ff000080", Colour(255, 0, 0, 128 / 255)),
        ("rgb(255, 0, 0)", RED),
        ("rgb(255 0 0 / 50%)", Colour(255, 0, 0, 0.5)),
        ("rgba(300, -1, 0, .5)", Colour(255, 0, 0, 0.5)),
        ("rgb(100%, 0%, 0%)", RED),
        (" Red ", RED),
        ("transparent", Colour(0, 0, 0, 0)),
        ("#ff", None),
        ("#gggggg", None),
        ("rgb(1, 2)", None),
        ("rgb(a, b, c)", None),
        ("inherit", None),
        ("tomato-ish", None),
        ("", None),
    ],
)
def test_colour(text: str, expected: Colour | None) -> None:
    """A colour is read in the forms that mails use; what is none gives nothing."""
    assert colour(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("#ff0000", RED),
        ("#f00 url(a.png) no-repeat", RED),
        ("url(https://example.org/red.png) rgb(255, 0, 0)", RED),
        ("no-repeat center / cover red", RED),
        ("url(a.png)", None),
        ("none", None),
    ],
)
def test_background(text: str, expected: Colour | None) -> None:
    """The colour of a `background` is found among its other parts, and not in an address."""
    assert background(text) == expected


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        ("#000000", "#ffffff", 21.0),
        ("#ffffff", "#000000", 21.0),
        ("#777777", "#ffffff", 4.48),
        ("#767676", "#ffffff", 4.54),
        ("#ff0000", "#ffffff", 4.0),
        ("#123456", "#123456", 1.0),
    ],
)
def test_contrast(one: str, other: str, expected: float) -> None:
    """The contrast of two colours is WCAG's, whichever of them is the ink."""
    first, second = colour(one), colour(other)
    assert first is not None
    assert second is not None
    assert contrast(first, second) == pytest.approx(expected, abs=0.01)


def _look(html: str, css: str = "", *, dark: bool = False) -> Look:
    """Return the look of the element `<i>` of *html*."""
    document = parse(html)
    return looks(document, parse_sheet(css), dark=dark)[document.all("i")[0].order]


@pytest.mark.parametrize(
    ("html", "css", "expected"),
    [
        ("<i>", "", "#000000"),
        ("<i style='color: #111111'>", "", "#111111"),
        ("<p style='color: #111111'><b><i>", "", "#111111"),
        ("<p style='color: #111111'><i style='color: inherit'>", "", "#111111"),
        ("<i>", "i { color: #222222 }", "#222222"),
        ("<i class='a b'>", ".b { color: #222222 }", "#222222"),
        ("<i class='a b'>", "i.a.b { color: #222222 }", "#222222"),
        ("<i class='a'>", "i.a.b { color: #222222 }", "#000000"),
        ("<i class='ab'>", ".a { color: #222222 }", "#000000"),
        ("<i id='a'>", "#a { color: #222222 } i.x, i { color: #333333 }", "#222222"),
        ("<i class='a'>", ".a { color: #222222 } i { color: #333333 }", "#222222"),
        ("<i>", "i { color: #222222 } i { color: #333333 }", "#333333"),
        ("<p class='a'><b><i>", "p.a i { color: #222222 }", "#222222"),
        ("<p class='a'><b><i>", "p.a > i { color: #222222 }", "#000000"),
        ("<p class='a'><b><i>", "p>b>i { color: #222222 }", "#222222"),
        ("<p><b><i>", "div i { color: #222222 }", "#000000"),
        ("<i>", "b, i { color: #222222 }", "#222222"),
        ("<html><i>", ":root { color: #222222 }", "#222222"),
        ("<i>", "* { color: #222222 }", "#222222"),
        ("<i>", "i:hover, i[lang], p + i, u ~ i { color: #222222 }", "#000000"),
        ("<i style='color: #111111'>", "i { color: #222222 }", "#111111"),
        ("<i style='color: #111111'>", "i { color: #222222 !important }", "#222222"),
        ("<i style='color: #111111 !important'>", "i { color: #222222 !important }", "#111111"),
        ("<i>", "@media (max-width: 480px) { i { color: #222222 } }", "#000000"),
        ("<i>", "@media screen { i { color: #222222 } }", "#222222"),
        ("<i>", "@supports (display: grid) { i { color: #222222 } }", "#000000"),
        ("<i>", "@media (prefers-color-scheme: dark) { i { color: #222222 } }", "#000000"),
        ("<i>", "@media (prefers-color-scheme: light) { i { color: #222222 } }", "#222222"),
        ("<i>", "/* i { color: #222222 } */ } i { color: #333333 }", "#333333"),
    ],
)
def test_cascade(html: str, css: str, expected: str) -> None:
    """Kept rules, the element's own style and what lies around it give the colour that a browser shows."""
    assert str(_look(html, css).ink) == expected


def test_dark_rules_apply_in_dark() -> None:
    """A rule for the dark scheme counts in dark only, one for light in light only."""
    css = (
        "@media (prefers-color-scheme: dark) { i { color: #222222 !important } }"
        "@media (prefers-color-scheme: light) { i { background: #333333 } }"
    )
    light, dark = (_look("<i style='color: #111111'>", css, dark=dark) for dark in (False, True))
    assert (str(light.ink), str(light.ground)) == ("#111111", "#333333")
    assert (str(dark.ink), str(dark.ground)) == ("#222222", "#ffffff")


@pytest.mark.parametrize(
    ("html", "expected"),
    [
        ("<p bgcolor='#111111'><i>", "#111111"),
        ("<p bgcolor='#111111' style='background-color: #222222'><i>", "#222222"),
        ("<p style='background: #222222 url(a.png)'><i style='background: none'>", "#222222"),
        ("<p style='background: #ffffff'><i style='background: rgba(0, 0, 0, .5)'>", "#808080"),
        ("<p style='background: #222222'><i style='background: transparent'>", "#222222"),
    ],
)
def test_ground(html: str, expected: str) -> None:
    """The ground is the nearest colour behind the words, seen through what is glass."""
    assert str(_look(html).ground) == expected


@pytest.mark.parametrize(
    ("html", "expected"),
    [
        ("<i>", (16.0, 400)),
        ("<h1><i>", (32.0, 700)),
        ("<b><i style='font-weight: normal; font-size: 18pt'>", (24.0, 400)),
        ("<p style='font-size: 20px'><i style='font-size: 1.5em; font-weight: 600'>", (30.0, 600)),
        ("<p style='font-size: 20px'><i style='font-size: 50%'>", (10.0, 400)),
        ("<p style='font-size: 20px'><i style='font-size: 2rem'>", (32.0, 400)),
        ("<p style='font-size: 20px'><i style='font-size: larger'>", (20.0, 400)),
    ],
)
def test_size_and_weight(html: str, expected: tuple[float, int]) -> None:
    """Size and weight are inherited, or counted from what is inherited."""
    look = _look(html)
    assert (look.size, look.weight) == expected


def _contrast(item: str, kept: str = KEPT) -> list[Finding]:
    return found(a_digest(ITEM + item, kept=kept))


@pytest.mark.parametrize(
    ("style", "count"),
    [
        ("color:#767676; background:#ffffff", 0),
        ("color:#777777; background:#ffffff", 1),
        ("color:#777777; background:#ffffff; font-size:24px", 0),
        ("color:#777777; background:#ffffff; font-size:23px", 1),
        ("color:#777777; background:#ffffff; font-size:19px; font-weight:bold", 0),
        ("color:#777777; background:#ffffff; font-size:18px; font-weight:bold", 1),
        ("color:#999999; background:#ffffff; font-size:24px", 1),
        ("color:#777777; background:#ffffff; display:none", 0),
    ],
)
def test_contrast_that_is_wanted(style: str, count: int) -> None:
    """Ordinary words need 4.5, large or large and bold ones 3; hidden words need none."""
    findings = _contrast(f'<p style="{style}">One</p><p style="{style}">Two</p>')
    assert [item.code for item in findings] == ["low-contrast"] * count


def test_contrast_in_dark_is_a_fault_of_the_kept_styles() -> None:
    """A colour that only the dark scheme makes illegible is told once, as the kept styles' fault."""
    kept = KEPT.replace("td, h1, h2 { color: #e8e3da", "td, h1, h2 { color: #30363b")
    findings = _contrast("<p>One</p>", kept)
    assert [(item.code, item.template) for item in findings] == [("low-contrast", "email/kept.css")]
    assert findings[0].message.startswith("in dark, #30363b on #12171b has a contrast of 1.4")


def test_a_link_without_a_colour_is_blue() -> None:
    """A link that nobody coloured has the blue of browsers, which is too dark at night."""
    item = '<p><a href="https://news.example.org/2023/06/talks/">Talks of June</a></p>'
    kept = KEPT.replace("  td a { color: #8cc7db !important; }\n", "")
    messages = [finding.message for finding in _contrast(item, kept)]
    assert any("#0000ee on #12171b" in message for message in messages)


def test_declarations_end_where_their_value_ends() -> None:
    """A semicolon in a string or in brackets ends nothing; names are in lower case."""
    text = "Font-Family: 'a;b', \"c;d\"; background: url(data:image/png;base64,AA); color: red ! IMPORTANT;;"
    assert [(item.name, item.value, item.important) for item in declarations(text)] == [
        ("font-family", "'a;b', \"c;d\"", False),
        ("background", "url(data:image/png;base64,AA)", False),
        ("color", "red", True),
    ]


def test_a_sheet_has_its_rules_with_what_is_around_them() -> None:
    """Rules, at-rules with and without a block, and strings that hold brackets are told apart."""
    sheet = parse_sheet(
        '@import "a{.css"; p, b { color: red } @media x { @font-face { src: url(a) } i { top: 0 } } }'
    )
    assert [(rule.selectors, rule.around) for rule in sheet.rules] == [
        (("p", "b"), ()),
        ((), ("@media x", "@font-face")),
        (("i",), ("@media x",)),
    ]
    assert sheet.at_rules == (('@import "a{.css"', ()), ("@media x", ()), ("@font-face", ("@media x",)))
