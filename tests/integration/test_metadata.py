"""What the head of a page tells machines, for entries of every sort and for hostile ones."""

import json
import re
from pathlib import Path
from typing import Any

import lxml.html
import pytest
from builders import an_entry, some_settings
from drawings import file_of
from editions import PACKAGED, a_length, an_edition, site_of, times_of
from msgspec.structs import replace
from PIL import Image
from schemas import faults

from publisher.model.entry import Entry
from publisher.model.settings import Settings
from publisher.render.templating import Templates

TOP = "https://news.example.org/"
HERE = "2023/06/an-entry/index.html"


def _page(
    *entries: Entry, path: str = HERE, settings: Settings | None = None, templates: Templates = PACKAGED
) -> Any:
    return lxml.html.document_fromstring(site_of(an_edition(*entries, settings=settings), templates)[path])


def _graph(page: Any) -> dict[str, Any]:
    """Return the nodes of a page by type; fails the test if one is not as consumers want it."""
    (text,) = page.xpath("//head/script[@type='application/ld+json']/text()")
    document = json.loads(text)
    assert faults(document, TOP, lambda _url: True) == []
    return {node["@type"]: node for node in document["@graph"]}


def _said(page: Any) -> dict[str, str]:
    """Return what the meta elements of Open Graph and X say, by name."""
    found = page.xpath("//head/meta[@property or starts-with(@name, 'twitter:')]")
    return {node.get("property") or node.get("name"): node.get("content") for node in found}


def test_an_entry_is_news() -> None:
    """An entry has its words, its organisation and the times that feeds tell; it stands below its month."""
    entry = an_entry(updated="2023-06-29T10:00+02:00")
    page = _page(entry)
    nodes, said, times = _graph(page), _said(page), times_of([entry])[entry.id]
    news = nodes["NewsArticle"]
    assert (news["headline"], news["description"]) == ("A title", "A summary.")
    assert news["@id"] == f"{TOP}2023/06/an-entry/#article"
    assert (news["datePublished"], news["dateModified"]) == tuple(time.isoformat() for time in times)
    assert said["article:published_time"] == news["datePublished"]
    assert said["article:modified_time"] == news["dateModified"] == "2023-06-29T10:00:00+02:00"
    assert [step["name"] for step in nodes["BreadcrumbList"]["itemListElement"]] == [
        "Example News",
        "June 2023",
        "A title",
    ]
    assert (said["og:type"], said["og:locale"], said["twitter:card"]) == ("article", "en_GB", "summary")


def test_other_pages_are_what_they_are() -> None:
    """Home tells of the site, a month and the archive are collections, a lasting page is a page."""
    about = an_entry("pages/about.md", date="", evergreen="true", title="About us")
    site = site_of(an_edition(an_entry(), an_entry("2023/06/a.fr.md"), about))
    types = {
        "index.html": {"Organization", "WebSite"},
        "fr/index.html": {"Organization", "WebSite"},
        "2023/06/index.html": {"Organization", "CollectionPage", "BreadcrumbList"},
        "archive/index.html": {"Organization", "CollectionPage", "BreadcrumbList"},
        "feeds/index.html": {"Organization", "CollectionPage", "BreadcrumbList"},
        "about/index.html": {"Organization", "WebPage", "BreadcrumbList"},
    }
    for path, expected in types.items():
        page = lxml.html.document_fromstring(site[path])
        assert set(_graph(page)) == expected, path
        assert _said(page)["og:type"] == "website"
    home = lxml.html.document_fromstring(site["fr/index.html"])
    assert _graph(home)["WebSite"]["@id"] == f"{TOP}fr/#website"
    assert (_said(home)["og:locale"], _said(home)["og:locale:alternate"]) == ("fr_FR", "en_GB")
    assert home.xpath("//link[@hreflang='x-default']/@href") == [TOP]


@pytest.mark.parametrize(
    ("event", "expected"),
    [
        ("{start: 2023-06-27, place: Geneva}", {"startDate": "2023-06-27", "mode": "Offline"}),
        (
            "{start: 2023-06-27, end: 2023-06-28, online: true, url: 'https://example.org/join'}",
            {"startDate": "2023-06-27", "endDate": "2023-06-28", "mode": "Online"},
        ),
        (
            '{start: "2023-12-01T09:00", end: "2023-12-01T11:30", place: Geneva, online: true}',
            {
                "startDate": "2023-12-01T09:00:00+01:00",
                "endDate": "2023-12-01T11:30:00+01:00",
                "mode": "Mixed",
            },
        ),
        (
            '{start: "2023-06-27T09:00", zone: Asia/Kolkata, place: Delhi}',
            {"startDate": "2023-06-27T09:00:00+05:30", "mode": "Offline"},
        ),
        (
            '{start: "1890-06-27T09:00", zone: Europe/Zurich, place: Basel}',
            {"startDate": "1890-06-27T08:30:14+00:00", "mode": "Offline"},
        ),
    ],
)
def test_an_event_has_its_days_and_its_place(event: str, expected: dict[str, str]) -> None:
    """Days stay days, times have the offset of their zone, and who is elsewhere is told where to go."""
    found = _graph(_page(an_entry(event=event)))["Event"]
    modes = f"https://schema.org/{expected['mode']}EventAttendanceMode"
    assert (found["name"], found["eventAttendanceMode"]) == ("A title", modes)
    dates = {name: value for name, value in expected.items() if name != "mode"}
    assert {name: found[name] for name in ("startDate", "endDate") if name in found} == dates
    here = "https://example.org/join" if "join" in event else f"{TOP}2023/06/an-entry/"
    places = found["location"] if isinstance(found["location"], list) else [found["location"]]
    assert [place["url"] for place in places if place["@type"] == "VirtualLocation"] == (
        [here] if "online" in event else []
    )


def test_an_event_without_a_place_is_not_told() -> None:
    """Consumers refuse an event without a place, so that only the news is told."""
    assert "Event" not in _graph(_page(an_entry(event="{start: 2023-06-27}")))


@pytest.mark.parametrize(
    "title",
    [
        "</script><script>alert(1)</script>",
        "<!-- <script> ]]>",
        "A \"quote\" & an 'apostrophe' &amp; &lt;",
        "Line\u2028and\u2029paragraph",
        "🎉 emoji 👩\u200d👩\u200d👧",
        "محادثات \u200f(2023)\u200e",
        "back\\slash \\u003c",
    ],
)
def test_hostile_words_stay_words(title: str) -> None:
    """Whatever stands in a title ends no element and changes no word, in meta elements and in the graph."""
    entry = replace(an_entry(), title=title, summary=title)  # most of them are refused before
    html = site_of(an_edition(entry))[HERE]
    assert html.count("<script") == html.count("</script>") == 1
    inside = html.split('ld+json">')[1].split("</script>")[0]
    assert re.search("[<>&\u2028\u2029]", inside) is None
    page = lxml.html.document_fromstring(html)
    assert _graph(page)["NewsArticle"]["headline"] == title
    assert (_said(page)["og:title"], _said(page)["og:description"]) == (title, title)


@pytest.mark.parametrize(
    ("title", "expected"),
    [
        ("x" * 110, "x" * 110),
        ("x" * 111, "x" * 109 + "…"),
        ("word " * 30, "word " * 20),
    ],
)
def test_headlines_are_cut_before_a_word(title: str, expected: str) -> None:
    """A headline has 110 characters at most; the title that people see stays whole."""
    page = _page(an_entry(title=title))
    headline = _graph(page)["NewsArticle"]["headline"]
    assert len(headline) <= 110
    assert headline.startswith(expected[:100])
    assert headline == title.strip() or headline.endswith("…")
    assert not headline.endswith(" …")
    assert _said(page)["og:title"] == title.strip()


def test_a_picture_is_told_with_its_size() -> None:
    """The picture of an entry stands in what is shared and in the news, large if it is large enough."""
    page = _page(an_entry(image="{src: hall.png, alt: A hall}"))
    said, url = _said(page), f"{TOP}media/2023/06/hall.png"
    assert (said["og:image"], said["og:image:alt"], said["og:image:type"]) == (url, "A hall", "image/png")
    assert (said["og:image:width"], said["og:image:height"]) == ("1200", "675")
    assert said["twitter:card"] == "summary_large_image"
    (image,) = _graph(page)["NewsArticle"]["image"]
    assert image == {
        "@type": "ImageObject",
        "url": url,
        "width": 1200,
        "height": 675,
        "caption": "A hall",
    }


def test_locales_have_a_territory() -> None:
    """The settings' territory is told, else the likely one."""
    newsletter = {"languages": ["en", "ar", "pt-BR"], "locales": {"ar": "ar-LB"}}
    settings = some_settings(newsletter=newsletter)
    entries = [
        an_entry("2023/06/an-entry.md", settings=settings),
        an_entry("2023/06/an-entry.ar.md", settings=settings, id="b", translation_of="an-entry"),
        an_entry("2023/06/an-entry.pt-BR.md", settings=settings, id="c", translation_of="an-entry"),
    ]
    page = _page(*entries, settings=settings)
    assert page.xpath("//meta[@property='og:locale']/@content") == ["en_US"]
    assert page.xpath("//meta[@property='og:locale:alternate']/@content") == ["ar_LB", "pt_BR"]


def test_feeds_of_what_a_page_lists_are_found(tmp_path: Path) -> None:
    """A page that is handed `feeds_here` names each of them in its head, with its type."""
    from publisher.render.context import Speakers  # noqa: PLC0415
    from publisher.render.feeds import Feeds  # noqa: PLC0415
    from publisher.render.site import sites  # noqa: PLC0415

    edition, templates = an_edition(an_entry()), Templates(tmp_path)
    speakers = Speakers(edition, templates)
    feeds = Feeds(edition, speakers, a_length)
    site = sites(edition, templates, speakers, feeds.subscribable, feeds.times)["en"]
    kind = next(feed for feed in feeds.subscribable if feed.folder == "kinds/news/")
    made = site.page(
        "site/archive.html",
        "kinds/news/",
        {"en": "kinds/news/"},
        heading="News",
        issues=[],
        feeds_here=[kind],
    )
    links = lxml.html.document_fromstring(made.content).xpath("//link[@rel='alternate'][@type]")
    found = [(link.get("type"), link.get("title"), link.get("href")) for link in links]
    assert found[3:] == [
        ("application/atom+xml", "Example News: News", "atom.xml"),
        ("application/rss+xml", "Example News: News", "rss.xml"),
        ("application/feed+json", "Example News: News", "feed.json"),
    ]


def test_a_logo_stands_for_pages_without_a_picture(tmp_path: Path) -> None:
    """It is the organisation's, and is shared small; a drawing is not shared, since nobody would show it."""
    (tmp_path / "logo.png").write_bytes(file_of(Image.new("RGB", (400, 200)), "PNG"))
    drawing = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 2 1"></svg>'
    (tmp_path / "logo.svg").write_text(drawing, encoding="utf-8")
    page = _page(an_entry(), settings=some_settings(look={"logo": "logo.png"}), templates=Templates(tmp_path))
    said = _said(page)
    assert (said["og:image"], said["og:image:alt"]) == (f"{TOP}look/logo.png", "Example News")
    assert (said["og:image:width"], said["twitter:card"]) == ("400", "summary")
    assert _graph(page)["Organization"]["logo"]["url"] == f"{TOP}look/logo.png"
    assert "image" not in _graph(page)["NewsArticle"]
    drawn = _page(
        an_entry(), settings=some_settings(look={"logo": "logo.svg"}), templates=Templates(tmp_path)
    )
    assert "og:image" not in _said(drawn)
    assert _graph(drawn)["Organization"]["logo"]["url"] == f"{TOP}look/logo.svg"
