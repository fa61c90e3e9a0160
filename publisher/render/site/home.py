"""The home page of a language."""

from datetime import timedelta
from itertools import islice

from publisher import issues
from publisher.model import address
from publisher.model.entry import Entry, Quote
from publisher.model.output import Page
from publisher.render.site.frame import Site

_HIGHLIGHTS, _LATEST = 4, 12


def home(site: Site) -> Page:
    """Return the home page."""
    versions = {lang: address.home(lang, site.settings) for lang in site.spoken()}
    return site.page(
        "site/home.html",
        address.home(site.lang, site.settings),
        versions,
        highlights=highlights(site),
        latest=latest(site),
        issues=site.issues,
        evergreen=site.evergreen,
        quote=quote(site),
    )


def quote(site: Site) -> Quote | None:
    """Return the quote that stands in the newest month."""
    if not site.issues:
        return None
    newest = site.issues[0].month
    last_day = newest.following.first_day - timedelta(days=1)
    return issues.quote_for(site.edition.quotes, site.lang, newest.first_day, last_day)


def highlights(site: Site) -> list[Entry]:
    """Return the entries to show first: those that editors marked, newest month first."""
    marked = (
        entry for issue in site.issues if issue.may_highlight for entry in issues.highlights(issue.entries)
    )
    return list(islice(marked, _HIGHLIGHTS))


def latest(site: Site) -> list[Entry]:
    """Return the newest entries that are not shown first."""
    shown = {entry.path for entry in highlights(site)}
    dated = (entry for issue in site.issues for entry in issue.entries)
    return list(islice((entry for entry in dated if entry.path not in shown), _LATEST))
