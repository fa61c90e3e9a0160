"""The pages of entries: of a month's, of evergreen ones, and what stands where an entry stood earlier."""

from collections.abc import Iterator, Mapping
from functools import partial

from publisher.model import address
from publisher.model.entry import Entry
from publisher.model.output import Issue, Page
from publisher.render.site.forms import Neighbours, forms_of
from publisher.render.site.frame import ENTRY, Site

# An evergreen page has no neighbours.
_ALONE = {"newer": None, "older": None, "after": None, "before": None}


def entry_pages(site: Site, issue: Issue) -> Iterator[Page]:
    """Yield the pages of a month's entries; each leads to the next and previous one of its month.

    The first and the last one lead to the months after and before it.
    """
    after, before = site.beside(issue)
    forms = site.once(forms_of)
    make = forms.page if forms else partial(_page, site)
    entries = [(entry, address.entry(entry, site.settings)) for entry in issue.entries]
    last = len(entries) - 1
    for place, (entry, here) in enumerate(entries):
        beside = Neighbours(
            newer=entries[place - 1] if place else None,
            older=entries[place + 1] if place < last else None,
            after=None if place else after,
            before=None if place < last else before,
        )
        versions = _versions(site, site.edition.versions(entry), here, entry)
        yield make(entry, here, versions, beside)


def _page(site: Site, entry: Entry, here: str, versions: dict[str, str], beside: Neighbours) -> Page:
    """Return the page of *entry*, which stands at *here*, by a template that may say anything of it."""
    return site.page(
        ENTRY,
        here,
        versions,
        entry=entry,
        newer=beside.newer and beside.newer[0],
        older=beside.older and beside.older[0],
        after=beside.after,
        before=beside.before,
    )


def evergreen_pages(site: Site) -> Iterator[Page]:
    """Yield the pages of evergreen entries, which have a template of their own."""
    for entry in site.evergreen:
        here, group = address.entry(entry, site.settings), site.edition.versions(entry)
        yield site.page("site/page.html", here, _versions(site, group, here, entry), entry=entry, **_ALONE)


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
