"""The list of all pages for search engines (sitemaps.org), each with its versions in other languages.

It lists what people are to find: neither files for machines, nor pages that only lead to another one.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from functools import cached_property
from html import escape
from typing import NamedTuple

from publisher.issues import is_day
from publisher.model import address
from publisher.model.edition import Edition
from publisher.model.entry import Entry
from publisher.model.output import Issue, Page
from publisher.render.feeds.times import whole_offset
from publisher.render.groups import Listing, all_listings

_MOST, _LARGEST = 50_000, 52_428_800  # addresses and bytes of one file (sitemaps.org/protocol.html)
_HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n'
_SPACE = 'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"'
_URLSET = f'{_HEAD}<urlset {_SPACE} xmlns:xhtml="http://www.w3.org/1999/xhtml">\n'
_URLSET_END = "</urlset>\n"


class Row(NamedTuple):
    """A page: its line in the list, and when it changed; None if nobody knows."""

    line: str
    changed: datetime | None


class Sitemap:
    """The list of the pages of *edition*."""

    def __init__(self, edition: Edition) -> None:
        self._edition, self._settings = edition, edition.settings
        self._default = self._settings.newsletter.languages[0]
        self._top = escape(self._settings.newsletter.url)

    @cached_property
    def rows(self) -> list[Row]:
        """Return all rows: of each language what leads to the others, then the months, newest first."""
        return [row for lang in self._edition.spoken for row in self._of_language(lang)]

    def pages(self) -> Iterator[Page]:
        """Yield the list as files."""
        return files(self.rows, self._settings.newsletter.url)

    def _of_language(self, lang: str) -> Iterator[Row]:
        edition, settings = self._edition, self._settings
        months = [(issue, max(map(changed, issue.entries))) for issue in edition.issues_in(lang)]
        newest = max((moment for _, moment in months), default=None)
        yield self._row(lang, {tag: address.home(tag, settings) for tag in edition.spoken}, newest)
        if months:
            yield self._row(lang, {tag: address.archive(tag, settings) for tag in edition.dated}, newest)
            if "feeds" in settings.outputs:
                yield self._row(lang, {tag: address.feeds(tag, settings) for tag in edition.dated}, newest)
        if "search" in settings.outputs and edition.speaks(lang):
            heard = [tag for tag in edition.spoken if edition.speaks(tag)]
            yield self._row(lang, {tag: address.search(tag, settings) for tag in heard}, None)
        lasting = [entry for entry in edition.undated if entry.evergreen and entry.lang == lang]
        for entry in sorted(lasting, key=lambda entry: entry.path):
            yield self._entry(entry, None)
        for listing in self._listings.get(lang, ()):
            yield self._row(lang, listing.versions, max(map(changed, listing.entries)))
        for issue, moment in months:
            yield from self._month(issue, moment)

    @cached_property
    def _listings(self) -> dict[str, list[Listing]]:
        found: dict[str, list[Listing]] = {}
        for listing in all_listings(self._edition):
            found.setdefault(listing.lang, []).append(listing)
        return found

    def _month(self, issue: Issue, moment: datetime) -> Iterator[Row]:
        edition, settings, month = self._edition, self._settings, issue.month
        told = [other.lang for other in edition.issues_of(month)]
        yield self._row(issue.lang, {tag: address.month(month, tag, settings) for tag in told}, moment)
        if "digests" in settings.outputs:
            yield self._row(issue.lang, {tag: address.digest(month, tag) for tag in told}, moment)
        if "entries" in settings.outputs:
            for entry in issue.entries:
                yield self._entry(entry, changed(entry))

    def _entry(self, entry: Entry, moment: datetime | None) -> Row:
        group = self._edition.versions(entry)
        versions = {lang: address.entry(other, self._settings) for lang, other in group.items()}
        return self._row(entry.lang, versions, moment)

    def _row(self, lang: str, versions: Mapping[str, str], moment: datetime | None) -> Row:
        """Return the row of the page in *lang* of those at *versions*, its addresses by language."""
        parts = ["<url><loc>", self._top, address.quoted(versions[lang]), "</loc>"]
        if moment:
            parts += ["<lastmod>", _day_or_time(moment), "</lastmod>"]
        if len(versions) > 1:
            named = [(tag, versions[tag]) for tag in self._settings.newsletter.languages if tag in versions]
            named += [("x-default", versions[self._default])] if self._default in versions else []
            parts += [
                f'<xhtml:link rel="alternate" hreflang="{tag}" href="{self._top}{address.quoted(where)}"/>'
                for tag, where in named
            ]
        parts.append("</url>\n")
        return Row("".join(parts), moment)


def changed(entry: Entry) -> datetime:
    """Return when *entry*, which is dated, was changed, else published."""
    assert entry.published is not None  # noqa: S101 - issues hold dated entries
    return max(entry.updated, entry.published) if entry.updated else entry.published


def files(rows: Sequence[Row], top: str, most: int = _MOST, largest: int = _LARGEST) -> Iterator[Page]:
    """Yield *rows* as one file; as several and a list of them if they are over *most*, or *largest* bytes.

    *top* is the whole address of the newsletter.
    """
    groups = list(_groups(rows, most, largest - len(_URLSET + _URLSET_END)))
    if len(groups) == 1:
        yield _urlset(address.sitemap(), groups[0])
        return
    lines = [f"{_HEAD}<sitemapindex {_SPACE}>\n"]
    for number, group in enumerate(groups, start=1):
        name = address.sitemap(number)
        yield _urlset(name, group)
        newest = max((row.changed for row in group if row.changed), default=None)
        said = f"<lastmod>{_day_or_time(newest)}</lastmod>" if newest else ""
        lines.append(f"<sitemap><loc>{escape(top)}{name}</loc>{said}</sitemap>\n")
    yield Page(address.sitemap(), "".join([*lines, "</sitemapindex>\n"]).encode())


def _groups(rows: Sequence[Row], most: int, largest: int) -> Iterator[Sequence[Row]]:
    """Yield *rows* in groups that fit into one file each; addresses are ASCII, so characters are bytes."""
    start = size = 0
    for number, row in enumerate(rows):
        size += len(row.line)
        if number - start == most or size > largest:
            yield rows[start:number]
            start, size = number, len(row.line)
    yield rows[start:]


def _urlset(name: str, rows: Sequence[Row]) -> Page:
    return Page(name, "".join([_URLSET, *(row.line for row in rows), _URLSET_END]).encode())


def _day_or_time(moment: datetime) -> str:
    """Return a day as it is, and a time with its offset (w3.org/TR/NOTE-datetime)."""
    return moment.date().isoformat() if is_day(moment) else whole_offset(moment).isoformat()
