"""Mails and pages as the preview shows them: looks, addresses that lead into it, and marks."""

import pytest

from publisher.model.output import Span
from publisher.preview.frames import LOOKS, Look, mail_frame, marked_mail, marked_page, with_notice

MAIL = (
    "<html><head><style>@media (prefers-color-scheme: dark) { p { color: red } } "
    "@media ( PREFERS-color-scheme:dark ) { b { color: red } } "
    "@media (prefers-color-scheme: light) { i { color: red } }</style></head>"
    '<body><a href="https://news.example.org/2025/">A</a><img src="https://news.example.org/mail/a.png">'
    '<a href="https://other.example/">B</a></body></html>'
)
URL = "https://news.example.org/"


@pytest.mark.parametrize(
    ("look", "dark", "light", "scheme"),
    [("light", "max", "min", "light"), ("dark", "min", "max", "dark"), ("inverted", "max", "min", "light")],
)
def test_a_look_decides_over_media_queries(look: Look, dark: str, light: str, scheme: str) -> None:
    """Rules for dark colours count in the dark look alone, whatever the system is set to."""
    shown = mail_frame(MAIL, URL, look)
    assert shown.count(f"@media ({dark}-width: 0)") == 2 + (dark == light)
    assert f"@media ({light}-width: 0) {{ i" in shown
    assert f"color-scheme: {scheme} !important" in shown
    assert ("invert(1)" in shown) is (look == "inverted")


@pytest.mark.parametrize("look", LOOKS)
def test_addresses_lead_into_the_preview(look: Look) -> None:
    """Pictures and links of the newsletter are the preview's, others stay, and all open beside the mail."""
    shown = mail_frame(MAIL, URL, look)
    assert 'href="/2025/"' in shown
    assert 'src="/mail/a.png"' in shown
    assert 'href="https://other.example/"' in shown
    assert '<base target="_blank">' in shown


def test_entries_of_a_mail_are_marked() -> None:
    """The first link of each entry that is not public bears its mark, and no other one does."""
    one, two = '<h3><a href="/a/">One</a></h3><a href="/a/">more</a>', '<h3><a href="/b/">Two</a></h3>'
    spans = [Span("a.md", 0, len(one)), Span("b.md", len(one), len(one + two))]
    marked = marked_mail(one + two, spans, {"a.md": "Draft"})
    assert marked.count("Draft") == 1
    assert marked.index("Draft") < marked.index("One")
    assert marked.endswith('<a href="/a/">more</a>' + two)
    assert marked_mail(one + two, spans, {}) == one + two


@pytest.mark.parametrize(
    ("link", "is_marked"),
    [
        ('<a href="../a/">A</a>', True),
        ('<a class="x" href="../a/" rel="next">A</a>', True),
        ('<a href="../a&amp;b/">A</a>', True),
        ('<a href="../ab/">A</a>', False),
        ('<link href="../a/">', False),
    ],
)
def test_links_of_a_page_are_marked(link: str, is_marked: bool) -> None:  # noqa: FBT001
    """A link to an address that is not public bears its mark, whatever else the link says."""
    assert ("Future" in marked_page(link, {"../a/": "Future", "../a&b/": "Future"})) is is_marked


@pytest.mark.parametrize(
    ("page", "wanted"),
    [
        ("<body class='a'>x</body>", "<body class='a'>NOTICEx TAIL</body>"),
        ("<body>x</body></body>", "<body>NOTICEx</body> TAIL</body>"),
        ("no page", "no page TAIL"),
    ],
)
def test_where_a_notice_stands(page: str, wanted: str) -> None:
    """A notice stands first in the body, and the tail last; a page without a body gets the tail."""
    assert with_notice(page, "NOTICE", " TAIL") == wanted
