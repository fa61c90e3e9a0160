"""The pages of kinds and topics: what stands on them, what leads there, and what an edit makes again."""

from pathlib import Path
from typing import Any

import lxml.html
import pytest
from builders import an_entry, entry_text, some_settings
from editions import all_pages, an_edition
from folders import put
from newsroom import NOW, SETTINGS

from publisher.build import build
from publisher.cache import Cache
from publisher.model.edition import Edition
from publisher.project import load
from publisher.records import Records
from publisher.render.groups import NEWEST

TOP = "https://news.example.org/"


def _pages(edition: Edition) -> dict[str, Any]:
    made = {page.path: page.content for page in all_pages(edition) if page.path.endswith(".html")}
    return {path: lxml.html.fromstring(content.decode()) for path, content in made.items()}


def _many(**settings: Any) -> Edition:
    """Return an edition with 40 news of two years, a French one, a report and a guide that lasts."""
    news = [
        an_entry(f"n{number:02}.md", date=f"{2022 + number % 2}-03-{1 + number // 2:02}", topics="[cash, LB]")
        for number in range(40)
    ]
    return an_edition(
        *news,
        an_entry("f.fr.md", date="2023-03-01", topics="[cash]"),
        an_entry("r.md", date="2023-05-01", kind="report", title="A report", topics="[cash]"),
        an_entry("g.md", date="", evergreen="true", kind="report", topics="[cash, rare]"),
        an_entry("h.md", date="", evergreen="true", kind="guidebook"),
        settings=some_settings(**settings),
    )


@pytest.fixture(scope="module")
def pages() -> dict[str, Any]:
    """Return the pages of many entries by path."""
    return _pages(_many())


def test_there_are_pages_for_what_has_entries(pages: dict[str, Any]) -> None:
    """A kind or topic has a page in each language that has entries of it, and years if they are many."""
    groups = {path for path in pages if "kinds/" in path or "topics/" in path}
    assert groups == {
        *(f"{at}index.html" for at in ("kinds/news/", "kinds/news/2022/", "kinds/news/2023/")),
        *(f"{at}index.html" for at in ("kinds/report/", "fr/kinds/news/", "fr/topics/cash/")),
        *(f"{at}index.html" for at in ("topics/cash/", "topics/cash/2022/", "topics/cash/2023/")),
        *(f"{at}index.html" for at in ("topics/LB/", "topics/LB/2022/", "topics/LB/2023/")),
    }


def test_the_first_page_has_the_newest_and_leads_to_years(pages: dict[str, Any]) -> None:
    """It shows thirty, newest first, under their months; each year has all of its entries, and leads back."""
    first, year = pages["kinds/news/index.html"], pages["kinds/news/2022/index.html"]
    assert len(first.findall(".//article")) == NEWEST
    assert [node.text_content() for node in first.xpath("//h1 | //h2")] == [
        "News",
        "March 2023",
        "March 2022",
        "By year",
    ]
    years = first.xpath("//nav[@class='years']//li")
    assert [" ".join(node.text_content().split()) for node in years] == ["2023 20 entries", "2022 20 entries"]
    assert first.xpath("//nav[@class='years']//a/@href") == ["2023/", "2022/"]
    assert (len(year.findall(".//article")), year.find(".//h1").text_content()) == (20, "News 2022")
    assert year.xpath("//nav[@class='crumbs']//a/@href") == ["../../../", "../"]
    assert not year.xpath("//nav[@class='years']")


def test_versions_are_mutual(pages: dict[str, Any]) -> None:
    """A first page names those of other languages; a year that others have not has none."""
    for path, other in (("", "fr/"), ("fr/", "")):
        found = pages[f"{path}kinds/news/index.html"].xpath("//link[@hreflang!='x-default']/@href")
        assert sorted(found) == sorted([f"{TOP}kinds/news/", f"{TOP}fr/kinds/news/"]), other
    assert not pages["kinds/news/2022/index.html"].xpath("//link[@hreflang]")
    assert not pages["kinds/report/index.html"].xpath("//link[@hreflang]")


def test_labels_lead_to_their_pages(pages: dict[str, Any]) -> None:
    """Kind and topics of an entry are links; those of a lasting page only where they have pages."""
    report, guide, alone = (pages[f"{at}index.html"] for at in ("2023/05/r/", "g/", "h/"))
    assert report.xpath("//article//a[@class='kind']/@href") == ["../../../kinds/report/"]
    assert report.xpath("//dl//a/@href") == ["../../../topics/cash/"]
    assert guide.xpath("//article//a[@class='kind']/@href") == ["../kinds/report/"]
    assert [node.text_content() for node in guide.xpath("//dl//dd")] == ["cash · rare"]
    assert guide.xpath("//dl//a/@href") == ["../topics/cash/"]
    assert not alone.xpath("//article//a")
    assert alone.find(".//article//span[@class='kind']").text == "Guidebook"


def test_feeds_are_linked_where_there_are_some(pages: dict[str, Any]) -> None:
    """A first page leads to its feeds; without the output `feeds` it does not."""
    path = "kinds/news/index.html"
    feeds = ["atom.xml", "rss.xml", "feed.json"]
    assert pages[path].xpath("//main/p[@class='meta']/a/@href") == feeds
    assert pages[path].xpath("//head/link[@type='application/atom+xml']/@href")[-1] == "atom.xml"
    without = _pages(_many(outputs=["entries", "kinds"]))
    assert not without[path].xpath("//main/p[@class='meta']/a")
    assert not without["2023/05/r/index.html"].xpath("//dl//a")


def _keys(root: Path) -> dict[str, str]:
    parts = Records(Cache(root / ".publisher/cache/output")).load().parts
    return {name: record.key for name, record in parts.items() if name.startswith("list ")}


def test_a_year_stands_for_itself(tmp_path: Path) -> None:
    """An edit makes again the pages that show the entry, and no other year of its kind; words or more."""
    entries = {
        f"entries/{year}/05/n{number:02}.md": entry_text(id=f"n{year}-{number:02}", date=f"{year}-05-02")
        for year in (2021, 2022)
        for number in range(20)
    }
    put(tmp_path, {"publisher.toml": SETTINGS, **entries})
    began = 2**62  # so that only what is edited is read again
    build(load(tmp_path, {}), NOW, began=began)
    path = "entries/2021/05/n19.md"
    for text, expected in (
        (entry_text("Others.", id="n2021-19", date="2021-05-02"), {"list kinds/news/2021/"}),
        (entry_text(id="n2021-19", date="2021-05-02", title="More"), {"list kinds/news/2021/"}),
        (None, {"list kinds/news/", "list kinds/news/2021/"}),
    ):
        before = _keys(tmp_path)
        (tmp_path / path).unlink()
        put(tmp_path, {path: text} if text else {})
        build(load(tmp_path, {}), NOW, began=began)
        after = _keys(tmp_path)
        assert {name for name in after if after[name] != before[name]} == expected
