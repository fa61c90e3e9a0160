"""The site: home, archive, a page per month, per entry and per evergreen page, in each language."""

from collections.abc import Iterator
from datetime import timedelta
from functools import partial
from typing import Any

from publisher import issues
from publisher.model import address
from publisher.model.edition import Edition
from publisher.model.entry import Entry
from publisher.model.feed import Feed
from publisher.model.output import Issue, Page
from publisher.render.context import Speakers, page_context
from publisher.render.digest.plan import sections
from publisher.render.templating import Templates

_LATEST = 12


class _Site:
    """Renders the pages of one language."""

    def __init__(
        self, edition: Edition, templates: Templates, speakers: Speakers, lang: str, subscribable: list[Feed]
    ) -> None:
        self.subscribable = subscribable
        self.edition, self.templates, self.speakers, self.lang = edition, templates, speakers, lang
        self.settings = edition.settings
        self.entries = edition.in_language(lang)
        self.issues = edition.issues_in(lang)
        self.evergreen = issues.evergreen(self.entries)
        self.has_feeds = bool(self.issues) and "feeds" in self.settings.outputs
        self.has_events = edition.has_calendar(lang)

    def page(self, template: str, here: str, versions: dict[str, str], **more: Any) -> Page:
        """Return the page at the address *here*; *versions* are its addresses by language."""
        to = partial(address.relative, start=here)
        context = page_context(self.edition, self.speakers[self.lang], to)
        languages = {tag: to(where) for tag, where in versions.items()}
        context |= {
            "languages": self.speakers.alternates(languages),
            "canonical": address.absolute(here, self.settings),
            "absolute": {tag: address.absolute(where, self.settings) for tag, where in versions.items()},
            "has_months": bool(self.issues),
            "has_feeds": self.has_feeds,
            "has_events": self.has_events,
            **more,
        }
        return Page(address.file(here), self.templates.render(template, context).encode())

    def home(self) -> Page:
        """Return the home page; its quote is the one valid in the newest month."""
        quote = None
        if self.issues:
            newest = self.issues[0].month
            first, last = newest.first_day, newest.following.first_day - timedelta(days=1)
            quote = issues.quote_for(self.edition.quotes, self.lang, first, last)
        top = [entry for issue in self.issues for entry in issues.highlights(issue.entries)][:4]
        latest = [entry for entry in issues.in_order(self.entries) if entry not in top][:_LATEST]
        versions = {lang: address.home(lang, self.settings) for lang in self._spoken()}
        return self.page(
            "site/home.html",
            address.home(self.lang, self.settings),
            versions,
            highlights=top,
            latest=latest,
            issues=self.issues,
            evergreen=self.evergreen,
            quote=quote,
        )

    def archive(self) -> Page:
        """Return the list of all months."""
        versions = {
            lang: address.archive(lang, self.settings)
            for lang in self._spoken()
            if self.edition.issues_in(lang)
        }
        return self.page(
            "site/archive.html", address.archive(self.lang, self.settings), versions, issues=self.issues
        )

    def feeds(self) -> Page:
        """Return the page that lists the feeds of this language, and the one of all languages."""
        versions = {
            lang: address.feeds(lang, self.settings)
            for lang in self._spoken()
            if self.edition.issues_in(lang)
        }
        own = [
            feed for feed in self.subscribable if feed.lang == self.lang or feed.folder == address.EVERYTHING
        ]
        return self.page("site/feeds.html", address.feeds(self.lang, self.settings), versions, feeds=own)

    def month(self, issue: Issue) -> Page:
        """Return the page of a month, with the way to the months before and after."""
        place = self.issues.index(issue)
        versions = {
            other.lang: address.month(issue.month, other.lang, self.settings)
            for other in self.edition.issues
            if other.month == issue.month
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
        group = self.edition.translations[entry.original]
        versions = {lang: address.entry(other, self.settings) for lang, other in group.items()}
        template = "site/page.html" if entry.evergreen else "site/entry.html"
        return self.page(template, address.entry(entry, self.settings), versions, entry=entry)

    def _spoken(self) -> list[str]:
        """Return the languages that have a home page."""
        default, *others = self.settings.newsletter.languages
        return [default, *(lang for lang in others if self.edition.in_language(lang))]


def render_site(
    edition: Edition, templates: Templates, speakers: Speakers, subscribable: list[Feed]
) -> Iterator[Page]:
    """Yield every page of the site; a language without entries has none, but the default one has its home."""
    yield Page(address.stylesheet(), templates.text("site/style.css").encode())
    if edition.issues:
        yield Page("copy.js", templates.text("site/copy.js").encode())
    languages = edition.settings.newsletter.languages
    for lang in languages:
        site = _Site(edition, templates, speakers, lang, subscribable)
        if not site.entries and lang != languages[0]:
            continue
        yield site.home()
        if site.issues:
            yield site.archive()
        if site.has_feeds:
            yield site.feeds()
        for issue in site.issues:
            yield site.month(issue)
        for entry in site.entries:
            yield site.entry(entry)
