"""Pages that list: the archive, a month, the feeds, kinds and topics; and the one that searches."""

from itertools import chain, groupby

from publisher import issues
from publisher.model import address
from publisher.model.feed import FeedPlan
from publisher.model.localised import Localised
from publisher.model.output import Issue, Page
from publisher.render.context import name_of
from publisher.render.documents import searched_kind
from publisher.render.groups import Listing
from publisher.render.site.forms import parts_of
from publisher.render.site.frame import Site


def archive(site: Site) -> Page:
    """Return the list of all months."""
    versions = {lang: address.archive(lang, site.settings) for lang in site.edition.dated}
    here = address.archive(site.lang, site.settings)
    return site.page("site/archive.html", here, versions, heading=_words(site, "Archive"), issues=site.issues)


def feeds(site: Site) -> Page:
    """Return the page that lists the feeds of this language, and the one of all languages."""
    versions = {lang: address.feeds(lang, site.settings) for lang in site.edition.dated}
    here = address.feeds(site.lang, site.settings)
    return site.page("site/feeds.html", here, versions, heading=_words(site, "Feeds"), feeds=listed(site))


def _words(site: Site, words: str) -> str:
    return site.speakers[site.lang].gettext(words)


def search(site: Site) -> Page:
    """Return the page to search this language; without scripts it leads to the months."""
    versions = {
        lang: address.search(lang, site.settings) for lang in site.edition.spoken if site.edition.speaks(lang)
    }
    entries = chain(site.evergreen, (entry for issue in site.issues for entry in issue.entries))
    used = {searched_kind(entry, site.settings) for entry in entries}
    return site.page(
        "site/search.html",
        address.search(site.lang, site.settings),
        versions,
        heading=_words(site, "Search"),
        issues=site.issues,
        used_kinds=[key for key in site.settings.kinds if key in used],
        kind_names={key: kind.name.for_language(site.lang) for key, kind in site.settings.kinds.items()},
        years=sorted({issue.month.year for issue in site.issues}, reverse=True),
    )


def listed(site: Site) -> list[FeedPlan]:
    """Return the feeds that people who read this language subscribe to."""
    return [feed for feed in site.subscribable if feed.lang == site.lang or feed.folder == address.EVERYTHING]


def month(site: Site, issue: Issue) -> Page:
    """Return the page of a month, with the way to the months before and after."""
    newer, older = site.beside(issue)
    versions = {
        other.lang: address.month(issue.month, other.lang, site.settings)
        for other in site.edition.issues_of(issue.month)
    }
    return site.page(
        "site/month.html",
        address.month(issue.month, site.lang, site.settings),
        versions,
        issue=issue,
        sections=issues.sections(issue.entries, site.edition),
        newer=newer,
        older=older,
        **parts_of(site),
    )


def listing_page(site: Site, listing: Listing) -> Page:
    """Return the page of *listing*."""
    is_kind = listing.field == "kinds"
    kinds, language = site.settings.kinds, site.speakers[site.lang]
    name = (
        kinds[listing.key].several.shown_in(site.lang)
        if is_kind
        else name_of(listing.key, "topics", site.edition, language, Localised.shown_in)
    )
    months = [(month, list(those)) for month, those in groupby(listing.entries, lambda entry: entry.month)]
    return site.page(
        "site/kind.html" if is_kind else "site/topic.html",
        listing.here,
        dict(listing.versions),
        heading=f"{name} {listing.year}" if listing.year else str(name),
        name=name,
        feeds_here=[feed for feed in site.subscribable if feed.folder == listing.folder],
        listing=listing,
        months=months,
        **parts_of(site),
    )
