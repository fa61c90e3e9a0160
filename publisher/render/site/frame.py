"""What all pages of a language know and share, and how one of them is made."""

from collections.abc import Callable
from functools import cached_property
from typing import Any, TypeVar
from urllib.parse import urlsplit

from publisher import issues
from publisher.model import address
from publisher.model.edition import Edition
from publisher.model.entry import Month
from publisher.model.feed import FeedPlan
from publisher.model.output import Issue, Page
from publisher.model.settings import Settings
from publisher.render.context import Speakers, page_context
from publisher.render.feeds.times import FeedTimes
from publisher.render.images import image_words
from publisher.render.logo import logo_of
from publisher.render.metadata import Metadata
from publisher.render.partials import Partials
from publisher.render.templating import Templates

ENTRY, PARTS, WHOLE = "site/entry.html", "site/parts.html", "site/whole.html"
"""The templates of an entry's page, and of the macros that pages know as `parts` and `whole`."""

Made = TypeVar("Made")


class Way:
    """The way to an address from the page at *start*, which is the one that is being made."""

    def __init__(self) -> None:
        self.start = ""

    def __call__(self, where: str) -> str:
        """Return the way to the address *where*."""
        return address.relative(where, self.start)


class Rooted(Way):
    """The way to an address from anywhere on the newsletter's host, for pages shown at any depth."""

    def __init__(self, settings: Settings) -> None:
        super().__init__()
        self._top = urlsplit(settings.newsletter.url).path

    def __call__(self, where: str) -> str:
        """Return the way to the address *where*."""
        return self._top + address.quoted(where)


class Site:
    """Renders the pages of one language; *subscribable* are the feeds to list, *times* those that feeds tell.

    Pages find others by *way*, else each from where it stands.
    """

    PARTIALS = ("site/head.html", "site/header.html", "site/footer.html")
    """What stands on every page, and knows nothing of it but where it is."""

    def __init__(
        self,
        edition: Edition,
        templates: Templates,
        speakers: Speakers,
        lang: str,
        subscribable: list[FeedPlan],
        times: FeedTimes,
        way: Way | None = None,
    ) -> None:
        self.subscribable = subscribable
        self.edition, self.templates, self.speakers, self.lang = edition, templates, speakers, lang
        self.settings = edition.settings
        self.issues = edition.issues_in(lang)
        self.evergreen = issues.evergreen(entry for entry in edition.undated if entry.lang == lang)
        self.has_feeds = bool(self.issues) and "feeds" in self.settings.outputs
        self.has_events = edition.has_calendar(lang)
        self.logo = logo_of(self.settings.look, templates)
        self.metadata = Metadata(edition, speakers, lang, times, self.logo)
        self.has_search = edition.speaks(lang) and "search" in self.settings.outputs
        self._made: dict[Callable[[Site], Any], Any] = {}
        self.partials, self.way = Partials(templates, self._frame), way or Way()
        self.frame = self._frame(self.way)
        self.frame |= {"partial": self._partial if way is None else self._partial_from_anywhere}

    def once(self, make: Callable[["Site"], Made]) -> Made:
        """Return what *make* gives for this site; it is asked once."""
        if make not in self._made:
            self._made[make] = make(self)
        made: Made = self._made[make]
        return made

    def _partial(self, name: str) -> str:
        return self.partials.render(name, self.way.start)

    def _partial_from_anywhere(self, name: str) -> str:
        return self.templates.render(name, self.frame).removesuffix("\n")

    @cached_property
    def macros(self) -> dict[str, object]:
        """Return the macros that pages know, by template; none if a project's own may speak of their page."""
        is_own = self.templates.is_own(PARTS) or self.templates.is_own(WHOLE)
        return {} if is_own else self.macros_in(self.frame)

    def macros_in(self, context: dict[str, Any]) -> dict[str, object]:
        """Return the macros that pages know, by template, as they write what *context* says."""
        parts = self.templates.module(PARTS, context)
        return {"parts": parts, "whole": self.templates.module(WHOLE, context | {"parts": parts})}

    def page(self, template: str, here: str, versions: dict[str, str], **more: Any) -> Page:
        """Return the page at the address *here*; *versions* are its addresses by language, also its own.

        *more* is what its template knows too; `heading` there names a page of neither an entry nor a month.
        A page without versions has no address to be known by: search engines shall not list it.
        """
        self.way.start = here
        languages = {tag: "./" if where == here else self.way(where) for tag, where in versions.items()}
        absolute = self.absolute(versions)
        text = self.rendered(template, languages, absolute, self._metadata(absolute, more), **more)
        return Page(address.file(here), text.encode())

    def absolute(self, versions: dict[str, str]) -> dict[str, str]:
        """Return the whole address of each of *versions*."""
        return {tag: address.absolute(where, self.settings) for tag, where in versions.items()}

    def rendered(
        self, template: str, languages: dict[str, str], absolute: dict[str, str], metadata: str, **more: Any
    ) -> str:
        """Return *template* filled for the page where `way` starts.

        *languages* are the ways to its versions, *absolute* their whole addresses; *more* wins over what all
        pages know.
        """
        context = self.frame | {
            "languages": self.speakers.alternates(languages),
            "canonical": absolute.get(self.lang, ""),
            "absolute": absolute,
            "metadata": metadata,
        }
        known = self.macros or self.macros_in(context | more)
        return self.templates.render(template, context | known | more)

    def _metadata(self, absolute: dict[str, str], more: dict[str, Any]) -> str:
        heading, entry, issue = more.get("heading", ""), more.get("entry"), more.get("issue")
        return self.metadata.of(absolute, heading, entry, issue) if absolute else ""

    def _frame(self, to: Callable[[str], str]) -> dict[str, Any]:
        """Return what all pages know, and their partials; *to* is the way to an address."""
        words = page_context(self.edition, self.speakers[self.lang], to) | image_words(self.edition, to)
        return words | {
            "logo": self.logo,
            "has_months": bool(self.issues),
            "has_feeds": self.has_feeds,
            "has_events": self.has_events,
            "has_search": self.has_search,
            "feeds_here": (),
        }

    def beside(self, issue: Issue) -> tuple[Month | None, Month | None]:
        """Return the months after and before that of *issue* that have entries."""
        place = self.issues.index(issue)
        newer = self.issues[place - 1].month if place else None
        return newer, self.issues[place + 1].month if place + 1 < len(self.issues) else None
