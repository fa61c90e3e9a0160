"""Addresses in an entry's HTML, as seen from a page, a mail and a feed."""

from functools import partial

import pytest
from builders import an_entry, some_settings
from editions import an_edition
from hypothesis import example, given
from hypothesis import strategies as st

from publisher.model import address
from publisher.model.edition import Edition
from publisher.model.entry import Entry
from publisher.render.links import _rewritten, resolve

SETTINGS = some_settings()
OTHER = an_entry("2023/05/other.md", date="2023-05-14")
FRENCH = an_entry("2023/05/other.fr.md", date="2023-05-14", id="other-fr", translation_of="other")
PAGE = an_entry("pages/about.md", date="", evergreen="true")


def _edition(body: str) -> tuple[Entry, Edition]:
    entry = an_entry("2023/06/report.md", body)
    return entry, an_edition(entry, OTHER, FRENCH, PAGE)


def _absolute(body: str) -> str:
    entry, edition = _edition(body)
    return resolve(entry.html, entry, edition, lambda where: address.absolute(where, SETTINGS))


def _on_page(body: str, start: str) -> str:
    entry, edition = _edition(body)
    return resolve(entry.html, entry, edition, partial(address.relative, start=start))


TOP = "https://news.example.org/"


@pytest.mark.parametrize(
    ("target", "expected"),
    [
        ("../05/other.md", f"{TOP}2023/05/other/"),
        ("../05/other.fr.md", f"{TOP}fr/2023/05/other/"),
        ("../../pages/about.md", f"{TOP}about/"),
        ("report.md", f"{TOP}2023/06/report/"),
        ("./report.md", f"{TOP}2023/06/report/"),
        ("../05/other.md#part-2", f"{TOP}2023/05/other/#other--part-2"),
        ("../05/other.md?print=1", f"{TOP}2023/05/other/"),
        ("../05/%6Fther.md", f"{TOP}2023/05/other/"),
        ("#part-2", f"{TOP}2023/06/report/#report--part-2"),
    ],
)
def test_links_to_entries_become_links_to_pages(target: str, expected: str) -> None:
    """A link to a file leads to the page of the entry that is written there."""
    assert f'<p><a href="{expected}">It</a></p>' == _absolute(f"[It]({target})")


@pytest.mark.parametrize(
    "target",
    [
        "https://example.org/a/../b?x=1&amp;y=2#z",
        "http://example.org/report.md",
        "mailto:news@example.org",
        "tel:+41-22-000",
    ],
)
def test_whole_addresses_stay(target: str) -> None:
    """An address that is whole, or has a scheme, is not touched."""
    assert f'<p><a href="{target}">It</a></p>' == _absolute(f"[It]({target})")


@pytest.mark.parametrize(
    "target", ["../04/gone.md", "chart.png", "report", "../05/other", "other.md", "%2e%2e/%2e%2e/x.md"]
)
def test_a_link_to_what_is_not_published_loses_its_address(target: str) -> None:
    """The words stay, so that the sentence can be read; a draft's address does not leak."""
    assert _absolute(f"See *[the report]({target})*.") == "<p>See <em><a>the report</a></em>.</p>"


@pytest.mark.parametrize(
    ("start", "target", "expected"),
    [
        ("2023/06/report/", "../05/other.md", "../../05/other/"),
        ("2023/06/report/", "../05/other.fr.md", "../../../fr/2023/05/other/"),
        ("2023/06/report/", "#part-2", "#report--part-2"),
        ("2023/06/report/", "report.md", "./"),
        ("2023/06/report/", "report.md#part-2", "#report--part-2"),
        ("2023/06/", "#part-2", "report/#report--part-2"),
        ("", "../05/other.md#x", "2023/05/other/#other--x"),
        ("fr/archive/", "../05/other.md", "../../2023/05/other/"),
    ],
)
def test_links_are_relative_to_the_page_that_shows_them(start: str, target: str, expected: str) -> None:
    """A link within the entry stays as it is on the entry's own page, and leads there from others."""
    assert f'<p><a href="{expected}">It</a></p>' == _on_page(f"[It]({target})", start)


@pytest.mark.parametrize(
    ("start", "target", "expected"),
    [
        ("2023/06/", "beside.md", "#entry-beside"),
        ("2023/06/", "beside.md#part-2", "#beside--part-2"),
        ("2023/06/", "report.md", "#entry-report"),
        ("2023/06/", "#part-2", "#report--part-2"),
        ("2023/06/", "../05/other.md", "../05/#entry-other"),
        ("2023/06/", "../05/other.fr.md", "../../fr/2023/05/#entry-other"),
        ("2023/06/", "../05/other.md#part-2", "../05/#other--part-2"),
        ("2023/06/", "../../pages/about.md#part-2", "../../about/#about--part-2"),
        ("about/", "report.md", "../2023/06/#entry-report"),
        ("", "#part-2", "2023/06/#report--part-2"),
        (TOP, "../05/other.md", f"{TOP}2023/05/#entry-other"),
        (TOP, "#part-2", f"{TOP}2023/06/#report--part-2"),
    ],
)
def test_links_lead_to_places_on_months_pages(start: str, target: str, expected: str) -> None:
    """Without pages of their own, entries are found on their month's, by the entry or by a place in it."""
    settings = some_settings(outputs=[])
    entry, beside = an_entry("2023/06/report.md", f"[It]({target})"), an_entry("2023/06/beside.md")
    edition = an_edition(entry, beside, OTHER, FRENCH, PAGE, settings=settings)

    def to(where: str) -> str:
        return address.absolute(where, settings) if start == TOP else address.relative(where, start)

    assert f'<p><a href="{expected}">It</a></p>' == resolve(entry.html, entry, edition, to)


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("chart.png", f"{TOP}media/2023/06/chart.png"),
        ("../shared/chart.png", f"{TOP}media/2023/shared/chart.png"),
        ("a%20chart%231.png", f"{TOP}media/2023/06/a%20chart%231.png"),
        ("تقرير.png", f"{TOP}media/2023/06/%D8%AA%D9%82%D8%B1%D9%8A%D8%B1.png"),
    ],
)
def test_pictures_lie_in_the_media_folder(name: str, expected: str) -> None:
    """A picture keeps its name, quoted, at the path of the entries folder."""
    assert f'<p><img src="{expected}" alt="A chart"></p>' == _absolute(f"![A chart]({name})")


def test_an_address_without_its_scheme_stays() -> None:
    """An address that begins with two slashes names a host."""
    entry, edition = _edition("Words.")
    text = '<a href="//example.org/report.md">It</a>'
    assert text == resolve(text, entry, edition, lambda where: f"/{where}")


def test_pictures_are_relative_on_pages() -> None:
    """A page finds its pictures wherever the site lies."""
    shown = _on_page("![A chart](chart.png)", "2023/06/report/")
    assert shown == '<p><img src="../../../media/2023/06/chart.png" alt="A chart"></p>'


def test_examples_of_code_are_left_alone() -> None:
    """What looks like an address in the text, in code or in another attribute is text."""
    body = '`<a href="gone.md" src="x">`, <b title=" href=&quot;gone.md&quot;">a < href="gone.md"</b>'
    entry, edition = _edition(body)
    assert 'href="gone.md"' in entry.html
    assert entry.html == resolve(entry.html, entry, edition, lambda where: f"/{where}")


def test_every_address_of_a_tag_is_seen() -> None:
    """Attributes before and behind an address do not hide it, and a linked picture has two."""
    shown = _absolute(
        '<a title="t" href="../05/other.md" lang="fr">It</a> [![A](a.png)](../../pages/about.md)'
    )
    assert shown == (
        f'<p><a title="t" href="{TOP}2023/05/other/" lang="fr">It</a> '
        f'<a href="{TOP}about/"><img src="{TOP}media/2023/06/a.png" alt="A"></a></p>'
    )


def test_addresses_are_escaped() -> None:
    """An ampersand in a newsletter's own address cannot end the attribute."""
    entry, edition = _edition("[It](../05/other.md)")
    shown = resolve(entry.html, entry, edition, lambda where: f'https://example.org/"a&b/{where}')
    assert shown == '<p><a href="https://example.org/&quot;a&amp;b/2023/05/other/">It</a></p>'


_VALUES = st.sampled_from(
    [
        *(
            "https://example.org/",
            "http://a.example/?x=1&amp;y=2",
            "https://a.example/&amp;lt;",
            "HTTPS://a.example",
        ),
        *(
            "https://a.example/&lt;",
            "https://a.example/it's",
            "https://a.example/&",
            "https://a.example/a<b>c",
        ),
        *(
            "https:/a",
            "//a.example",
            "mailto:a@example.org",
            "../05/other.md",
            "#end",
            "gone.md",
            "chart.png",
            "",
        ),
    ]
) | st.text("htps:/.&;'<>amp#x27 ", max_size=12)
_ATTRIBUTES = st.builds(
    ' {}="{}"'.format, st.sampled_from(["href", "src", "id", "title", "data-href"]), _VALUES
)
_HTML = st.lists(
    st.builds(
        "<{}{}>".format, st.sampled_from(["a", "img", "h2"]), st.lists(_ATTRIBUTES, max_size=3).map("".join)
    )
    | st.sampled_from(["</a>", "words ", '&lt;a href="x"&gt;', ' href="gone.md"', "=", '"', " id=", "\n"]),
    max_size=5,
).map("".join)


@given(_HTML)
@example('<h2 id="x">')
@example('<h2 id="https://example.org/">')
@example('<img alt="" src="a.png">')
@example('<a href="https://example.org/&">It</a>')
@example('<a href="https://example.org/it\'s">It</a>')
@example('<a href="https://example.org/?a=1&amp;b=2">It</a>')
def test_what_needs_no_rewriting_is_seen(text: str) -> None:
    """HTML that is given back as it is would have come out of the rewriting without a change."""
    entry, edition = _edition("Words.")
    to = partial(address.relative, start="2023/06/")
    assert resolve(text, entry, edition, to) == _rewritten(text, entry, edition, to)


def test_whole_addresses_cost_no_rewriting() -> None:
    """Of a body whose addresses are whole the way to its own page is not even asked for."""
    entry, edition = _edition("[One](https://example.org/?a=1&b=2) and [two](http://example.org/)")
    asked: list[str] = []

    def to(where: str) -> str:
        asked.append(where)
        return where

    assert entry.html == resolve(entry.html, entry, edition, to)
    assert asked == []
