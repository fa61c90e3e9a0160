"""Every file of an output folder, read once: what its pages say to machines, and where their links lead."""

import json
import re
from collections.abc import Iterable, Iterator
from functools import cached_property
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urljoin

import lxml.etree
import lxml.html

_ADDRESSES = ("href", "src", "poster", "data", "cite", "background")
_SPACES = {"s": "http://www.sitemaps.org/schemas/sitemap/0.9", "x": "http://www.w3.org/1999/xhtml"}


class Crawled:
    """The site in *folder*, which readers find at *top*."""

    def __init__(self, folder: Path, top: str) -> None:
        self.folder, self.top = folder, top
        found = (path for path in folder.rglob("*") if path.is_file())
        self.files = {path.relative_to(folder).as_posix() for path in found}
        self.pages = {
            name: Seen(folder / name, self.url_of(name)) for name in sorted(self.pages_in(self.files))
        }

    @staticmethod
    def pages_in(files: Iterable[str]) -> set[str]:
        """Return those of *files* that are pages."""
        return {name for name in files if name.endswith(".html")}

    def url_of(self, name: str) -> str:
        """Return the address of the file *name*."""
        return self.top + re.sub(r"(^|/)index\.html$", r"\1", name)

    def file_of(self, url: str) -> str:
        """Return the file at *url*; "" if there is none."""
        path = unquote(url.removeprefix(self.top).partition("#")[0].partition("?")[0])
        name = f"{path}index.html" if path == "" or path.endswith("/") else path
        return name if url.startswith(self.top) and name in self.files else ""

    def leads(self, url: str) -> bool:
        """Tell whether there is a file, and the place in it, at *url*."""
        name, place = self.file_of(url), unquote(url.partition("#")[2])
        return name != "" and (not place or name not in self.pages or place in self.pages[name].places)

    def dead(self) -> Iterator[str]:
        """Yield every link of a page, feed or list of pages that leads nowhere on the site."""
        for name, page in self.pages.items():
            yield from (f"{name} -> {url}" for url in page.links if self.is_ours(url) and not self.leads(url))
        for name in sorted(self.files):
            if name.endswith((".xml", ".json", ".opml", ".ics", ".txt")):
                text = (self.folder / name).read_text(encoding="utf-8").replace("\r\n ", "")
                for url in set(re.findall(rf"{re.escape(self.top)}[^\s\"'<>&\\]*", text)):
                    if not self.leads(url):
                        yield f"{name} -> {url}"

    def is_ours(self, url: str) -> bool:
        """Tell whether *url* is one of the site."""
        return url.startswith(self.top)

    def one_sided(self) -> Iterator[str]:
        """Yield what is wrong with languages: each version leads to all, also itself, and they to it."""
        for name, page in self.pages.items():
            own = self.url_of(name)
            if page.versions and page.versions.get(page.lang) != own:
                yield f"{name} is not its own version in {page.lang}: {page.versions}"
            for lang, url in page.versions.items():
                other = self.pages.get(self.file_of(url))
                if other is None or other.versions != page.versions or lang not in {other.lang, "x-default"}:
                    yield f"{name} has a version {lang} at {url} which does not lead back"

    def listed(self) -> dict[str, tuple[str, dict[str, str]]]:
        """Return when each page of the sitemap changed, and its versions, by its file."""
        tree = lxml.etree.parse(self.folder / "sitemap.xml")
        return {
            self.file_of(row.findtext("s:loc", "", _SPACES)): (
                row.findtext("s:lastmod", "", _SPACES),
                {link.get("hreflang"): link.get("href") for link in row.iterfind("x:link", _SPACES)},
            )
            for row in tree.iterfind("s:url", _SPACES)
        }


class Seen:
    """The page in *file*, which stands at *url*."""

    def __init__(self, file: Path, url: str) -> None:
        self._url = url
        self._tree = lxml.html.document_fromstring(
            file.read_bytes(), parser=lxml.html.HTMLParser(encoding="utf-8")
        )
        self.lang = str(self._tree.get("lang"))
        self.places = {str(place) for place in self._tree.xpath("//@id | //a/@name")}
        self.versions: dict[str, str] = {
            str(link.get("hreflang")): str(link.get("href"))
            for link in self._tree.xpath("//head/link[@rel='alternate'][@hreflang]")
        }
        self.is_hidden = bool(self._tree.xpath("//meta[@name='robots'][contains(@content, 'noindex')]"))

    @cached_property
    def links(self) -> set[str]:
        """Return the whole address of all that the page leads to or shows."""
        found: set[str] = set()
        for name in _ADDRESSES:
            found.update(self._tree.xpath(f"//@{name}"))
        for rows in self._tree.xpath("//@srcset"):
            found.update(row.split()[0] for row in rows.split(","))
        return {
            urljoin(self._url, link) for link in found if not link.startswith(("mailto:", "tel:", "data:"))
        }

    def says(self, name: str) -> list[str]:
        """Return what the meta elements called *name* say, in their order."""
        return [
            str(text)
            for text in self._tree.xpath("//meta[@property=$name or @name=$name]/@content", name=name)
        ]

    @property
    def canonical(self) -> list[str]:
        """Return the addresses that the page says are its own."""
        return [str(link) for link in self._tree.xpath("//link[@rel='canonical']/@href")]

    @property
    def title(self) -> str:
        """Return what the page is called."""
        return str(self._tree.findtext(".//title"))

    @property
    def data(self) -> list[Any]:
        """Return the structured data."""
        return [json.loads(text) for text in self._tree.xpath("//script[@type='application/ld+json']/text()")]
