"""The pages of a site: which there are, and that every link between them leads somewhere."""

import posixpath
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urljoin, urlsplit

import lxml.html
import pytest
from builders import an_entry
from editions import all_pages, an_edition, site_of, small_edition
from newsroom import a_picture

from publisher.entries import reader

TOP = "https://news.example.org/"


@pytest.fixture(scope="module")
def site() -> dict[str, str]:
    """Return the pages of the small edition by path."""
    return site_of(small_edition())


def _page(site: dict[str, str], where: str) -> Any:
    return lxml.html.fromstring(site[f"{where}index.html"])


def _links(page: Any, path: str) -> list[tuple[str, str | None]]:
    return [(link.text_content().strip(), link.get("href")) for link in page.xpath(path)]


def test_there_is_a_page_for_everything_and_nothing_else(site: dict[str, str]) -> None:
    """Each language with entries has its home; an archive and months only where there are dated entries."""
    folders = [
        "",
        "archive/",
        "feeds/",
        "2023/06/",
        "2023/05/",
        "2023/06/talks/",
        "2023/06/note/",
        "2023/05/report/",
        "about/",
        "standards/",
        "fr/",
        "fr/archive/",
        "fr/feeds/",
        "fr/2022/12/",
        "fr/2022/12/old/",
        "fr/about/",
        "ar/",
        "ar/archive/",
        "ar/feeds/",
        "ar/2023/06/",
        "ar/2023/06/talks/",
    ]
    assert sorted(site) == sorted(
        ["style.css", "copy.js", "robots.txt", *(f"{folder}index.html" for folder in folders)]
    )
    assert "--link: #1d5468;" in site["style.css"]


def test_every_link_and_asset_of_a_build_exists(tmp_path: Path) -> None:
    """Pages, digests, feeds and pictures of one build refer to each other without a gap."""
    edition, read_asset = small_edition(), partial(reader.read_asset, tmp_path)
    (tmp_path / "2023/06").mkdir(parents=True)
    (tmp_path / "2023/06/photo.png").write_bytes(a_picture(1200, 675))
    (tmp_path / "2023/06/chart #1.png").write_bytes(a_picture(1200, 675))
    made = {page.path: page.content for page in all_pages(edition, read_asset=read_asset)}
    assert {"media/2023/06/chart #1.png", "webp/2023/06/chart #1.png-480.webp"} <= made.keys()
    assert [path for path in made if path.startswith("mail/")] == ["mail/2023/06/photo-584.png"]
    checked = 0
    for path in (path for path in made if path.endswith(".html")):
        for _, _, link, _ in lxml.html.fromstring(made[path].decode()).iterlinks():
            url = urlsplit(urljoin(TOP + path, link))
            if url.netloc != "news.example.org":
                continue
            target = unquote(url.path).lstrip("/")
            file = posixpath.join(target, "index.html") if target == "" or target.endswith("/") else target
            assert file in made, f"{path} links to {link}"
            checked += 1
    assert checked > 200


def test_links_on_pages_are_relative(site: dict[str, str]) -> None:
    """The site works below any folder: only what search engines read has the whole address."""
    for path, text in site.items():
        if path.endswith(".html"):
            whole = [
                element.get("rel")
                for element, _, link, _ in lxml.html.fromstring(text).iterlinks()
                if link.startswith(("/", TOP))
            ]
            assert set(whole) <= {"canonical", "alternate"}, path


def test_translations_name_each_other(site: dict[str, str]) -> None:
    """Each page names itself and its versions, and each version names it back."""
    versions: dict[str, dict[str, str]] = {}
    for text in (text for path, text in site.items() if path.endswith(".html")):
        page = lxml.html.fromstring(text)
        (canonical,) = page.xpath("//link[@rel='canonical']/@href")
        found = {link.get("hreflang"): link.get("href") for link in page.xpath("//link[@hreflang]")}
        assert not found or found[page.get("lang")] == canonical
        assert len(found) != 1
        for_all = found.pop("x-default", None)
        assert for_all == (found.get("en") if len(found) > 1 else None)
        shown = page.xpath("//nav[@class='languages']//li")
        assert len(shown) == len(found)
        versions[canonical] = found
    for found in versions.values():
        assert all(versions[address] == found for address in found.values())
    assert versions[f"{TOP}2023/06/talks/"] == {"en": f"{TOP}2023/06/talks/", "ar": f"{TOP}ar/2023/06/talks/"}
    assert versions[f"{TOP}2023/06/note/"] == {}
    assert versions[TOP] == {"en": TOP, "fr": f"{TOP}fr/", "ar": f"{TOP}ar/"}
    assert versions[f"{TOP}archive/"].keys() == {"en", "fr", "ar"}
    assert versions[f"{TOP}2023/06/"].keys() == {"en", "ar"}


def test_a_language_without_entries_is_not_linked(site: dict[str, str]) -> None:
    """Nobody is led to an empty page."""
    assert not [path for path in site if path.startswith("es/") or "Español" in site[path]]


def test_the_way_from_an_empty_default_language() -> None:
    """Where only another language has entries, the home page at the top says so and leads there."""
    site = site_of(an_edition(an_entry("a.fr.md", id="a")))
    assert sorted(path for path in site if path.count("/") < 2) == [
        "copy.js",
        "fr/index.html",
        "index.html",
        "robots.txt",
        "style.css",
    ]
    home = _page(site, "")
    assert "There is no news yet." in home.find(".//main").text_content()
    assert _links(home, "//nav[@class='languages']//a") == [("Français", "fr/")]
    assert _links(_page(site, "fr/"), "//nav[@class='languages']//a") == [("English", "../")]
    assert not home.xpath("//link[@type='application/atom+xml']")


def test_an_empty_newsletter_has_a_home_page() -> None:
    """A project without entries builds, and its page says that there is no news yet."""
    site = site_of(an_edition())
    assert sorted(site) == ["index.html", "robots.txt", "style.css"]
    assert "There is no news yet." in site["index.html"]


def test_signs_of_html_are_shown(site: dict[str, str]) -> None:
    """A title with <, & and quotation marks is text wherever it stands."""
    title = '"Talks" & <more>'
    for where, path in (("", "//h3"), ("2023/06/", "//h3"), ("2023/06/talks/", "//h1")):
        page = _page(site, where)
        assert title in [node.text_content() for node in page.xpath(path)]
        assert not page.xpath("//more")
    assert _page(site, "2023/06/talks/").findtext(".//title") == f"{title} – Example News"
    assert _page(site, "2023/06/").xpath("//meta[@name='description']/@content") == [title]


def test_a_link_to_what_is_not_published_is_text(site: dict[str, str]) -> None:
    """The words stay, the address does not."""
    links = _links(_page(site, "2023/06/talks/"), "//div[@class='body']//a")
    assert links == [("last month", "../../05/report/#report--end"), ("a draft", None)]
