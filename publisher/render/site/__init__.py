"""The site: the pages of each language, from home to the one that is shown where there is none.

Without pages of their own, entries stand whole on their month's. `frame` is what all pages share.
"""

from collections.abc import Iterator

from publisher.model import address
from publisher.model.edition import Edition
from publisher.model.feed import FeedPlan
from publisher.model.output import Issue, Page
from publisher.render.context import Speakers
from publisher.render.feeds.times import FeedTimes
from publisher.render.groups import Listing, all_listings
from publisher.render.logo import logo_pages
from publisher.render.site.entries import aliased, entry_pages, evergreen_pages, redirects
from publisher.render.site.frame import Site
from publisher.render.site.home import home
from publisher.render.site.missing import missing
from publisher.render.site.overviews import archive, feeds, listing_page, month, search
from publisher.render.templating import Templates

__all__ = [
    "Listing",
    "Site",
    "aliased",
    "all_listings",
    "evergreen_pages",
    "front_pages",
    "listing_page",
    "missing",
    "month_pages",
    "redirects",
    "shared_pages",
    "sites",
]


def front_pages(site: Site) -> Iterator[Page]:
    """Yield home, archive, the list of feeds and the page to search."""
    yield home(site)
    if site.issues:
        yield archive(site)
    if site.has_feeds:
        yield feeds(site)
    if site.has_search:
        yield search(site)


def month_pages(site: Site, issue: Issue) -> Iterator[Page]:
    """Yield the page of a month, and of each of its entries if they have pages."""
    yield month(site, issue)
    if "entries" in site.settings.outputs:
        yield from entry_pages(site, issue)


def sites(
    edition: Edition,
    templates: Templates,
    speakers: Speakers,
    subscribable: list[FeedPlan],
    times: FeedTimes,
) -> dict[str, Site]:
    """Return the site of each language that has a home page."""
    return {lang: Site(edition, templates, speakers, lang, subscribable, times) for lang in edition.spoken}


def shared_pages(edition: Edition, templates: Templates) -> Iterator[Page]:
    """Yield the files that the pages of all languages use."""
    look = edition.settings.look
    yield Page(address.stylesheet(), templates.render("site/style.css", {"look": look}).encode())
    yield from logo_pages(look, templates)
    if "sitemap" in edition.settings.outputs:
        words = {"sitemap": address.absolute(address.sitemap(), edition.settings)}
        yield Page(address.ROBOTS, templates.render("site/robots.txt", words).encode())
    if edition.issues:
        yield Page("copy.js", templates.text("site/copy.js").encode())
    if (edition.issues or edition.undated) and "search" in edition.settings.outputs:
        yield Page("search.js", templates.text("site/search.js").encode())
