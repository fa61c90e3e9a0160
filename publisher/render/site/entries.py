"""The pages of entries: of a month's, of evergreen ones, and what stands where an entry stood earlier."""

from collections.abc import Iterator, Mapping

from publisher.model import address
from publisher.model.entry import Entry
from publisher.model.output import Issue, Page
from publisher.render.site.frame import Site


def entry_pages(site: Site, issue: Issue) -> Iterator[Page]:
    """Yield the pages of a month's entries; each leads to the next and previous one of its month.

    The first and the last one lead to the months after and before it.
    """
    after, before = site.beside(issue)
    entries = list(issue.entries)
    last = len(entries) - 1
    for place, entry in enumerate(entries):
        ways = {
            "newer": entries[place - 1] if place else None,
            "older": entries[place + 1] if place < last else None,
            "after": None if place else after,
            "before": None if place < last else before,
        }
        here, group = address.entry(entry, site.settings), site.edition.versions(entry)
        yield site.page("site/entry.html", here, _versions(site, group, here, entry), entry=entry, **ways)


def evergreen_pages(site: Site) -> Iterator[Page]:
    """Yield the pages of evergreen entries, which have a template of their own."""
    ways = {"newer": None, "older": None, "after": None, "before": None}
    for entry in site.evergreen:
        here, group = address.entry(entry, site.settings), site.edition.versions(entry)
        yield site.page("site/page.html", here, _versions(site, group, here, entry), entry=entry, **ways)


def _versions(site: Site, group: Mapping[str, Entry], here: str, entry: Entry) -> dict[str, str]:
    return {
        lang: here if other is entry else address.entry(other, site.settings) for lang, other in group.items()
    }


def aliased(site: Site) -> list[Entry]:
    """Return the entries that stood elsewhere earlier."""
    return [entry for entry in site.edition.aliased if entry.lang == site.lang]


def redirects(site: Site) -> Iterator[Page]:
    """Yield a page for each earlier address of an entry, which leads to where it stands now."""
    for entry in aliased(site):
        canonical = address.absolute(address.page(address.entry(entry, site.settings)), site.settings)
        for alias in entry.aliases:
            yield site.page("site/redirect.html", alias, {}, entry=entry, target=canonical)
