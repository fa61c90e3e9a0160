"""The site: home, archive, a page per month, per entry and per evergreen page, in each language.

Without pages of their own, entries stand whole on their month's.
"""

from collections.abc import Callable, Iterator
from datetime import timedelta
from functools import cached_property
from itertools import islice
from typing import Any

from publisher import issues
from publisher.model import address
from publisher.model.edition import Edition
from publisher.model.entry import Entry, Quote
from publisher.model.feed import FeedPlan
from publisher.model.output import Issue, Page
from publisher.render.context import Speakers, page_context
from publisher.render.digest.plan import sections
from publisher.render.partials import Partials
from publisher.render.templating import Templates

_HIGHLIGHTS, _LATEST = 4, 12
_PARTS, _WHOLE = "site/parts.html", "site/whole.html"


class Way:
    """The way to an address from the page at *start*, which is the one that is being made."""

    def __init__(self) -> None:
        self.start = ""

    def __call__(self, where: str) -> str:
        """Return the way to the address *where*."""
        return address.relative(where, self.start)


class Site:
    """Renders the pages of one language; *subscribable* are the feeds to list."""

    def __init__(
        self,
        edition: Edition,
        templates: Templates,
        speakers: Speakers,
        lang: str,
        subscribable: list[FeedPlan],
    ) -> None:
        self.subscribable = subscribable
        self.edition, self.templates, self.speakers, self.lang = edition, templates, speakers, lang
        self.settings = edition.settings
        self.issues = edition.issues_in(lang)
        self.evergreen = issues.evergreen(entry for entry in edition.undated if entry.lang == lang)
        self.has_feeds = bool(self.issues) and "feeds" in self.settings.outputs
        self.has_events = edition.has_calendar(lang)
        self.partials = Partials(templates, self._frame)
        self.way = Way()
        self.frame = self._frame(self.way) | {
            "partial": lambda name: self.partials.render(name, self.way.start),
        }

    @cached_property
    def macros(self) -> dict[str, object]:
        """Return the macros that pages know, by template; none if a project's own may speak of their page."""
        is_own = self.templates.is_own(_PARTS) or self.templates.is_own(_WHOLE)
        return {} if is_own else self._macros(self.frame)

    def _macros(self, context: dict[str, Any]) -> dict[str, object]:
        parts = self.templates.module(_PARTS, context)
        return {"parts": parts, "whole": self.templates.module(_WHOLE, context | {"parts": parts})}

    def page(self, template: str, here: str, versions: dict[str, str], **more: Any) -> Page:
        """Return the page at the address *here*; *versions* are its addresses by language, also its own."""
        self.way.start = here
        languages = {tag: "./" if where == here else self.way(where) for tag, where in versions.items()}
        absolute = {tag: address.absolute(where, self.settings) for tag, where in versions.items()}
        context = self.frame | {
            "languages": self.speakers.alternates(languages),
            "canonical": absolute[self.lang],
            "absolute": absolute,
            **more,
        }
        context |= self.macros or self._macros(context)
        return Page(address.file(here), self.templates.render(template, context).encode())

    def _frame(self, to: Callable[[str], str]) -> dict[str, Any]:
        """Return what all pages know, and their partials; *to* is the way to an address."""
        return page_context(self.edition, self.speakers[self.lang], to) | {
            "has_months": bool(self.issues),
            "has_feeds": self.has_feeds,
            "has_events": self.has_events,
        }

    def home(self) -> Page:
        """Return the home page."""
        top, latest = self.highlights(), self.latest()
        versions = {lang: address.home(lang, self.settings) for lang in self.spoken()}
        return self.page(
            "site/home.html",
            address.home(self.lang, self.settings),
            versions,
            highlights=top,
            latest=latest,
            issues=self.issues,
            evergreen=self.evergreen,
            quote=self.quote(),
        )

    def quote(self) -> Quote | None:
        """Return the quote that stands in the newest month."""
        if not self.issues:
            return None
        newest = self.issues[0].month
        last_day = newest.following.first_day - timedelta(days=1)
        return issues.quote_for(self.edition.quotes, self.lang, newest.first_day, last_day)

    def highlights(self) -> list[Entry]:
        """Return the entries to show first: those that editors marked, newest month first."""
        marked = (
            entry
            for issue in self.issues
            if issue.may_highlight
            for entry in issues.highlights(issue.entries)
        )
        return list(islice(marked, _HIGHLIGHTS))

    def latest(self) -> list[Entry]:
        """Return the newest entries that are not shown first."""
        shown = {entry.path for entry in self.highlights()}
        dated = (entry for issue in self.issues for entry in issue.entries)
        return list(islice((entry for entry in dated if entry.path not in shown), _LATEST))

    def archive(self) -> Page:
        """Return the list of all months."""
        versions = {
            lang: address.archive(lang, self.settings)
            for lang in self.spoken()
            if self.edition.issues_in(lang)
        }
        return self.page(
            "site/archive.html", address.archive(self.lang, self.settings), versions, issues=self.issues
        )

    def feeds(self) -> Page:
        """Return the page that lists the feeds of this language, and the one of all languages."""
        versions = {
            lang: address.feeds(lang, self.settings) for lang in self.spoken() if self.edition.issues_in(lang)
        }
        return self.page(
            "site/feeds.html", address.feeds(self.lang, self.settings), versions, feeds=self.listed()
        )

    def listed(self) -> list[FeedPlan]:
        """Return the feeds that people who read this language subscribe to."""
        return [
            feed for feed in self.subscribable if feed.lang == self.lang or feed.folder == address.EVERYTHING
        ]

    def month(self, issue: Issue) -> Page:
        """Return the page of a month, with the way to the months before and after."""
        place = self.issues.index(issue)
        versions = {
            other.lang: address.month(issue.month, other.lang, self.settings)
            for other in self.edition.issues_of(issue.month)
        }
        return self.page(
            "site/month.html",
            address.month(issue.month, self.lang, self.settings),
            versions,
            issue=issue,
            sections=sections(list(issue.entries), self.edition),
            newer=self.issues[place - 1].month if place else None,
            older=self.issues[place + 1].month if place + 1 < len(self.issues) else None,
        )

    def entry(self, entry: Entry) -> Page:
        """Return the page of an entry; an evergreen one has a template of its own."""
        here, group = address.entry(entry, self.settings), self.edition.versions(entry)
        versions = {
            lang: here if other is entry else address.entry(other, self.settings)
            for lang, other in group.items()
        }
        template = "site/page.html" if entry.evergreen else "site/entry.html"
        return self.page(template, here, versions, entry=entry)

    def spoken(self) -> list[str]:
        """Return the languages that have a home page."""
        default, *others = self.settings.newsletter.languages
        return [default, *(lang for lang in others if self.edition.speaks(lang))]

    def front_pages(self) -> Iterator[Page]:
        """Yield home, archive and the list of feeds."""
        yield self.home()
        if self.issues:
            yield self.archive()
        if self.has_feeds:
            yield self.feeds()

    def month_pages(self, issue: Issue) -> Iterator[Page]:
        """Yield the page of a month, and of each of its entries if they have pages."""
        yield self.month(issue)
        if "entries" in self.settings.outputs:
            for entry in issue.entries:
                yield self.entry(entry)

    def evergreen_pages(self) -> Iterator[Page]:
        """Yield the pages of evergreen entries."""
        for entry in self.evergreen:
            yield self.entry(entry)


def sites(
    edition: Edition, templates: Templates, speakers: Speakers, subscribable: list[FeedPlan]
) -> dict[str, Site]:
    """Return the site of each language with entries, and of the default language, which has its home."""
    default, *others = edition.settings.newsletter.languages
    spoken = [default, *(lang for lang in others if edition.speaks(lang))]
    return {lang: Site(edition, templates, speakers, lang, subscribable) for lang in spoken}


def shared_pages(edition: Edition, templates: Templates) -> Iterator[Page]:
    """Yield the files that the pages of all languages use."""
    yield Page(address.stylesheet(), templates.text("site/style.css").encode())
    if edition.issues:
        yield Page("copy.js", templates.text("site/copy.js").encode())
