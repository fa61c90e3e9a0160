"""Where pages stand, and the way from one to another."""

from collections.abc import Callable
from urllib.parse import quote, unquote, urljoin

import pytest
from builders import an_entry, some_settings
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from publisher.model import address
from publisher.model.entry import Month

SETTINGS = some_settings()
MAY = Month(2023, 5)
NEWS = an_entry("2023/05/2023-05-14-report.md", date="2023-05-14", id="r")
FRENCH = an_entry("2023/05/report.fr.md", date="2023-05-14", id="r-fr", translation_of="r")
PAGE = an_entry("pages/about.md", date="", evergreen="true")
WITHOUT = some_settings(outputs=["feeds", "calendar"])
"""Settings of a newsletter whose entries have no pages of their own."""
PAGE_IN_ARABIC = an_entry("pages/about.ar.md", date="", evergreen="true", id="about-ar")


@pytest.mark.parametrize(
    ("made", "expected"),
    [
        (address.home("en", SETTINGS), ""),
        (address.home("fr", SETTINGS), "fr/"),
        (address.entry(NEWS, SETTINGS), "2023/05/report/"),
        (address.entry(FRENCH, SETTINGS), "fr/2023/05/report/"),
        (address.entry(PAGE, SETTINGS), "about/"),
        (address.entry(PAGE_IN_ARABIC, SETTINGS), "ar/about/"),
        (address.entry_calendar(NEWS, SETTINGS), "2023/05/report/event.ics"),
        (address.entry(NEWS, WITHOUT), "2023/05/#entry-report"),
        (address.entry(FRENCH, WITHOUT), "fr/2023/05/#entry-report"),
        (address.entry(PAGE, WITHOUT), "about/"),
        (address.entry_calendar(FRENCH, WITHOUT), "fr/2023/05/report/event.ics"),
        (address.month(MAY, "en", SETTINGS), "2023/05/"),
        (address.month(MAY, "ar", SETTINGS), "ar/2023/05/"),
        (address.month(Month(1999, 12), "en", SETTINGS), "1999/12/"),
        (address.archive("en", SETTINGS), "archive/"),
        (address.archive("es", SETTINGS), "es/archive/"),
        (address.digest(MAY, "en"), "digests/2023-05/en.html"),
        (address.digest(MAY, "fr", "eml"), "digests/2023-05/fr.eml"),
        (address.feed("en", "atom.xml", SETTINGS), "atom.xml"),
        (address.feed("fr", "rss.xml", SETTINGS), "fr/rss.xml"),
        (address.asset("2023/05/chart.png"), "media/2023/05/chart.png"),
        (address.stylesheet(), "style.css"),
    ],
)
def test_addresses(made: str, expected: str) -> None:
    """The default language stands at the top, each other below its tag; no file name has a date."""
    assert expected == made


def test_the_first_language_is_the_default() -> None:
    """Another order of the languages moves the pages."""
    settings = some_settings(newsletter={"languages": ["fr", "en"]})
    assert address.home("fr", settings) == ""
    assert address.home("en", settings) == "en/"


@pytest.mark.parametrize(
    ("where", "expected"),
    [
        ("", "index.html"),
        ("2023/05/report/", "2023/05/report/index.html"),
        ("fr/atom.xml", "fr/atom.xml"),
        ("digests/2023-05/en.html", "digests/2023-05/en.html"),
        ("2023/05/#entry-report", "2023/05/index.html"),
        ("media/2023/05/#entry-report", "media/2023/05/#entry-report"),
    ],
)
def test_a_page_is_the_index_of_its_folder(where: str, expected: str) -> None:
    """Addresses of pages end with a slash or are empty; other addresses are files."""
    assert expected == address.file(where)


@pytest.mark.parametrize(
    ("where", "expected"),
    [
        ("", "https://news.example.org/"),
        ("2023/05/report/", "https://news.example.org/2023/05/report/"),
        ("media/a chart.png", "https://news.example.org/media/a%20chart.png"),
        ("media/photo #1?.png", "https://news.example.org/media/photo%20%231%3F.png"),
        ("media/100%.png", "https://news.example.org/media/100%25.png"),
        ("2023/05/#entry-report", "https://news.example.org/2023/05/#entry-report"),
        ("zh-Hant-TW/2023/05/#entry-a", "https://news.example.org/zh-Hant-TW/2023/05/#entry-a"),
        ("media/2023/05/#entry-report", "https://news.example.org/media/2023/05/%23entry-report"),
        ("mail/2023/05/#entry-report", "https://news.example.org/mail/2023/05/%23entry-report"),
        ("media/a&b=c;d.png", "https://news.example.org/media/a%26b%3Dc%3Bd.png"),
        ("media/تقرير.png", "https://news.example.org/media/%D8%AA%D9%82%D8%B1%D9%8A%D8%B1.png"),
    ],
)
def test_absolute_addresses_are_quoted(where: str, expected: str) -> None:
    """What stands in a file's name cannot become a query, a fragment or a wrong character."""
    assert expected == address.absolute(where, SETTINGS)


def test_absolute_addresses_keep_the_newsletters_folder() -> None:
    """A newsletter below a folder of its host has its pages there."""
    settings = some_settings(newsletter={"url": "https://example.org/news"})
    assert address.absolute("fr/atom.xml", settings) == "https://example.org/news/fr/atom.xml"


@pytest.mark.parametrize(
    ("where", "start", "expected"),
    [
        ("", "", "./"),
        ("", "2023/05/report/", "../../../"),
        ("2023/05/report/", "2023/05/report/", "./"),
        ("2023/05/", "2023/05/report/", "../"),
        ("2023/05/other/", "2023/05/report/", "../other/"),
        ("fr/", "", "fr/"),
        ("fr/", "fr/archive/", "../"),
        ("style.css", "", "style.css"),
        ("style.css", "fr/archive/", "../../style.css"),
        ("digests/2023-05/en.html", "2023/05/", "../../digests/2023-05/en.html"),
        ("2023/05/", "digests/2023-05/en.html", "../../2023/05/"),
        ("media/a b#1.png", "about/", "../media/a%20b%231.png"),
        ("2023/05/#entry-report", "2023/05/", "#entry-report"),
        ("2023/05/#entry-report", "2023/04/", "../05/#entry-report"),
        ("2023/05/#entry-report", "", "2023/05/#entry-report"),
        ("fr/2023/05/#entry-report", "2023/05/", "../../fr/2023/05/#entry-report"),
        ("2023/05/#entry-report", "fr/2023/05/", "../../../2023/05/#entry-report"),
        ("media/2023/05/#entry-report", "2023/05/", "../../media/2023/05/%23entry-report"),
    ],
)
def test_the_way_from_page_to_page(where: str, start: str, expected: str) -> None:
    """A relative address leads from the page at its start to the other."""
    assert expected == address.relative(where, start)


_PART = st.sampled_from(["a", "b", "ab"]) | st.text("ab/%?#:&+é ~", min_size=1, max_size=6).map(
    lambda text: f"x{text.replace('/', '')}"
)
_ADDRESS = st.lists(_PART, max_size=4).flatmap(
    lambda parts: st.sampled_from(["/".join([*parts, "file.png"]), "/".join([*parts, ""])])
)


@pytest.mark.parametrize(
    ("where", "page"),
    [
        ("2023/05/#entry-report", "2023/05/"),
        ("fr/2023/05/#entry-report", "fr/2023/05/"),
        ("2023/05/report/", "2023/05/report/"),
        ("media/2023/05/#entry-report", "media/2023/05/#entry-report"),
        ("", ""),
    ],
)
def test_a_place_lies_on_its_page(where: str, page: str) -> None:
    """The page of an address is all before the place on it; a # in the name of a file is no such place."""
    assert page == address.page(where)


_PLACE = st.from_regex(
    r"(?:fr/|pt-BR/)?20[0-9]{2}/0[1-9]/#entry-[a-z0-9]{1,4}(?:-[a-z0-9]{1,4})?", fullmatch=True
)


@given(where=_ADDRESS | _PLACE, start=_ADDRESS | _PLACE.map(address.page))
@pytest.mark.parametrize("top", ["https://news.example.org/", "https://example.org/a/b/"])
def test_relative_and_absolute_addresses_agree(top: str, where: str, start: str) -> None:
    """A browser on one page that follows a relative address comes to the absolute one."""
    settings = some_settings(newsletter={"url": top})
    here, there = address.absolute(start, settings), address.absolute(where, settings)
    assert there == urljoin(here, address.relative(where, start))
    assert unquote(there) == top + where
    assert ("#" in there) == (address.page(where) != where)


@given(st.text(max_size=8) | st.text("azAZ09/._~-%?# é", max_size=8))
def test_what_needs_no_quoting_is_seen(text: str) -> None:
    """An address that is left as it is would have come back so from the library."""
    assert quote(text) == address.quoted(text)


@pytest.mark.parametrize(
    ("path", "name", "expected"),
    [
        ("2023/05/report.md", "chart.png", "2023/05/chart.png"),
        ("2023/05/report.md", "../04/other.md", "2023/04/other.md"),
        ("2023/05/report.md", "./a/./b.png", "2023/05/a/b.png"),
        ("report.md", "chart.png", "chart.png"),
        ("report.md", "../outside.md", "../outside.md"),
    ],
)
def test_beside(path: str, name: str, expected: str) -> None:
    """A name in an entry is a path from the entry's folder."""
    assert expected == address.beside(replace(NEWS, path=path), name)


@pytest.mark.parametrize("make", [address.home, address.archive])
def test_languages_do_not_share_pages(make: Callable[..., str]) -> None:
    """Each language has pages of its own."""
    assert len({make(lang, SETTINGS) for lang in SETTINGS.newsletter.languages}) == 4


@pytest.mark.parametrize(
    ("where", "is_of_service"),
    [
        ("subscribe", True),
        ("fr/subscribe", True),
        ("confirm/token", True),
        ("ar/preferences/token", True),
        ("", False),
        ("fr/", False),
        ("archive/", False),
        ("it/subscribe", False),
        ("2023/subscribe", False),
        ("subscribers", False),
    ],
)
def test_what_the_web_service_answers_is_known(where: str, is_of_service: bool) -> None:  # noqa: FBT001
    """Where readers join, choose and leave the service answers, at the top and below each language."""
    assert address.is_of_service(where, SETTINGS) is is_of_service
    assert address.is_own(where, SETTINGS) or not is_of_service
