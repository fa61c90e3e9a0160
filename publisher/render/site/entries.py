"""The page of an entry, or of an evergreen one."""

from publisher.model import address
from publisher.model.entry import Entry
from publisher.model.output import Page
from publisher.render.site.frame import Site


def entry_page(site: Site, entry: Entry) -> Page:
    """Return the page of an entry; an evergreen one has a template of its own."""
    here, group = address.entry(entry, site.settings), site.edition.versions(entry)
    versions = {
        lang: here if other is entry else address.entry(other, site.settings) for lang, other in group.items()
    }
    template = "site/page.html" if entry.evergreen else "site/entry.html"
    return site.page(template, here, versions, entry=entry)
