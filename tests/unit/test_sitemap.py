"""The list of all pages: which, when they changed, and how it is divided."""

from datetime import UTC, datetime

import lxml.etree
import pytest
from builders import an_entry, some_settings
from editions import an_edition

from publisher.model.output import Page
from publisher.render.sitemap import Row, Sitemap, files

TOP = "https://news.example.org/"
SPACES = {"s": "http://www.sitemaps.org/schemas/sitemap/0.9", "x": "http://www.w3.org/1999/xhtml"}
MOMENT = datetime(2023, 6, 1, 10, tzinfo=UTC)


def _listed(page: Page) -> list[tuple[str, str | None]]:
    """Return address and date of each row of a file, in its order."""
    tree = lxml.etree.fromstring(page.content)
    rows = (
        tree.iterfind("s:url", SPACES) if tree.tag.endswith("urlset") else tree.iterfind("s:sitemap", SPACES)
    )
    return [(row.findtext("s:loc", "", SPACES), row.findtext("s:lastmod", None, SPACES)) for row in rows]


def test_rows_have_the_dates_of_their_entries() -> None:
    """An entry has the day or time of its change, else of its publication; lists have their newest."""
    edition = an_edition(
        an_entry("2023/06/a.md", date="2023-06-01", updated="2023-06-05"),
        an_entry("2023/06/b.md", date="2023-06-02T10:00+02:00"),
        an_entry("2023/05/c.md", date="2023-05-02T10:00+02:00", updated="2023-07-01T08:00Z"),
        an_entry("pages/about.md", date="", evergreen="true"),
        settings=some_settings(outputs=["entries", "feeds", "digests", "sitemap"]),
    )
    (page,) = Sitemap(edition).pages()
    assert page.path == "sitemap.xml"
    assert _listed(page) == [
        (TOP, "2023-07-01T10:00:00+02:00"),
        (f"{TOP}archive/", "2023-07-01T10:00:00+02:00"),
        (f"{TOP}feeds/", "2023-07-01T10:00:00+02:00"),
        (f"{TOP}about/", None),
        (f"{TOP}2023/06/", "2023-06-05"),
        (f"{TOP}digests/2023-06/en.html", "2023-06-05"),
        (f"{TOP}2023/06/b/", "2023-06-02T10:00:00+02:00"),
        (f"{TOP}2023/06/a/", "2023-06-05"),
        (f"{TOP}2023/05/", "2023-07-01T10:00:00+02:00"),
        (f"{TOP}digests/2023-05/en.html", "2023-07-01T10:00:00+02:00"),
        (f"{TOP}2023/05/c/", "2023-07-01T10:00:00+02:00"),
    ]


def test_only_pages_that_exist_are_listed() -> None:
    """What the settings leave out is not listed, and an empty newsletter has its home page."""
    nothing = some_settings(outputs=["sitemap"])
    (page,) = Sitemap(an_edition(an_entry(), settings=nothing)).pages()
    assert [where for where, _ in _listed(page)] == [TOP, f"{TOP}archive/", f"{TOP}2023/06/"]
    (page,) = Sitemap(an_edition(settings=nothing)).pages()
    assert _listed(page) == [(TOP, None)]
    all_but_english = an_edition(
        an_entry("2023/06/a.fr.md"), settings=some_settings(outputs=["sitemap", "search"])
    )
    (page,) = Sitemap(all_but_english).pages()
    found = [where.removeprefix(TOP) for where, _ in _listed(page)]
    assert found == ["", "fr/", "fr/archive/", "fr/search/", "fr/2023/06/"]


def test_versions_are_named_in_the_order_of_the_settings() -> None:
    """A page names all its versions, also itself, and that of the default language for everybody else."""
    edition = an_edition(
        an_entry("2023/06/a.ar.md", id="a-ar", translation_of="a"),
        an_entry("2023/06/a.md"),
        an_entry("2023/06/b.fr.md"),
        an_entry("2023/06/b.ar.md", id="b-ar", translation_of="b"),
    )
    (page,) = Sitemap(edition).pages()
    found = {
        row.findtext("s:loc", "", SPACES).removeprefix(TOP): [
            (link.get("hreflang"), link.get("href")) for link in row.iterfind("x:link", SPACES)
        ]
        for row in lxml.etree.fromstring(page.content).iterfind("s:url", SPACES)
    }
    both = [("en", f"{TOP}2023/06/a/"), ("ar", f"{TOP}ar/2023/06/a/"), ("x-default", f"{TOP}2023/06/a/")]
    assert found["2023/06/a/"] == found["ar/2023/06/a/"] == both
    assert [tag for tag, _ in found["fr/2023/06/b/"]] == ["fr", "ar"]
    assert [tag for tag, _ in found["fr/"]] == ["en", "fr", "ar", "x-default"]


def test_addresses_are_escaped() -> None:
    """An address with signs of XML stays that address."""
    settings = some_settings(newsletter={"url": "https://news.example.org/a&b'c/"})
    (page,) = Sitemap(an_edition(an_entry(), an_entry("2023/06/a.fr.md"), settings=settings)).pages()
    assert _listed(page)[0][0] == "https://news.example.org/a&b'c/"


@pytest.mark.parametrize(
    ("number", "most", "rows_in_bytes", "sizes"),
    [
        (3, 3, 9, [3]),
        (4, 3, 9, [3, 1]),
        (6, 3, 9, [3, 3]),
        (7, 3, 9, [3, 3, 1]),
        (2, 100, 2, [2]),
        (4, 100, 2, [2, 2]),
        (5, 100, 3, [3, 2]),
    ],
)
def test_what_one_file_cannot_hold_is_divided(
    number: int, most: int, rows_in_bytes: int, sizes: list[int]
) -> None:
    """Above so many rows, or bytes, there are several files and a list of them with their newest dates."""
    rows = [
        Row(f"<url><loc>{TOP}{place:06}/</loc></url>\n", MOMENT if place == 0 else None)
        for place in range(number)
    ]
    largest = len(next(files([], TOP)).content) + rows_in_bytes * len(rows[0].line)
    pages = list(files(rows, TOP, most, largest))
    assert {len(page.content) <= largest for page in pages[: len(sizes)]} == {True}
    assert [len(_listed(page)) for page in pages[: len(sizes)]] == sizes
    addresses = [where for page in pages[: len(sizes)] for where, _ in _listed(page)]
    assert addresses == [f"{TOP}{place:06}/" for place in range(number)]
    if len(sizes) == 1:
        assert [page.path for page in pages] == ["sitemap.xml"]
        return
    names = [f"sitemap-{place}.xml" for place in range(1, len(sizes) + 1)]
    assert [page.path for page in pages] == [*names, "sitemap.xml"]
    dates = ["2023-06-01T10:00:00+00:00", *[None] * (len(sizes) - 1)]
    assert _listed(pages[-1]) == [(TOP + name, date) for name, date in zip(names, dates, strict=True)]
