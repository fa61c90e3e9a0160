"""What all pages of a language know and share, and how one of them is made."""

from collections.abc import Callable
from functools import cached_property
from typing import Any

from publisher import issues
from publisher.model import address
from publisher.model.edition import Edition
from publisher.model.feed import FeedPlan
from publisher.model.output import Page
from publisher.render.context import Speakers, page_context
from publisher.render.partials import Partials
from publisher.render.templating import Templates

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

    def spoken(self) -> list[str]:
        """Return the languages that have a home page."""
        default, *others = self.settings.newsletter.languages
        return [default, *(lang for lang in others if self.edition.speaks(lang))]
