"""The home page of a language."""

from collections.abc import Sequence
from itertools import islice

from publisher import issues
from publisher.model import address
from publisher.model.entry import Entry, Quote
from publisher.model.output import Page
from publisher.render.site.frame import Site

_HIGHLIGHTS, _LATEST = 4, 12


def home(site: Site) -> Page:
    """Return the home page."""
    versions = {lang: address.home(lang, site.settings) for lang in site.edition.spoken}
    others = {"upcoming": upcoming(site), "service": service(site), "has_form": has_form(site)}
    return site.page(
        "site/home.html",
        address.home(site.lang, site.settings),
        versions,
        highlights=highlights(site),
        latest=latest(site),
        issues=site.issues,
        evergreen=site.evergreen,
        quote=quote(site),
        **others,
    )


def quote(site: Site) -> Quote | None:
    """Return the quote that stands on the day of the build."""
    today = site.edition.today
    return issues.quote_for(site.edition.quotes, site.lang, today, today)


def upcoming(site: Site) -> Sequence[Entry]:
    """Return the entries whose events are next."""
    return site.edition.upcoming.get(site.lang, ())


def service(site: Site) -> str:
    """Return where readers join, as a link holds it; "" if nothing takes them."""
    where, top = address.subscribe(site.lang, site.settings), site.settings.subscribers.service
    if not top:
        return ""
    return address.relative(where, address.home(site.lang, site.settings)) if has_form(site) else top + where


def has_form(site: Site) -> bool:
    """Tell whether the service stands where the site does, so that a form here may lead to it."""
    return site.settings.subscribers.service == site.settings.newsletter.url


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
