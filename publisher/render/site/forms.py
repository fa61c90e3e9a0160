"""Forms of entries' pages: what their template writes around the words that differ.

The pages of entries differ in their words, and hardly in what is around them, which takes longer to make.
So the template makes one form for all pages that say the same things, with a place for each word that is
another one each time, and the words are put in as the template writes them. A project's own template may say
anything of its entry: then there are no forms, and it makes each page.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from functools import partial
from typing import Any, NamedTuple

from publisher.model import address
from publisher.model.entry import Entry, Month
from publisher.model.output import Page
from publisher.render.sandbox import Sandbox
from publisher.render.site.frame import ENTRY, PARTS, WHOLE, Site

escape = Sandbox.escape
_FORMED = ("site/base.html", "site/languages.html", ENTRY, PARTS, WHOLE)


class Neighbours(NamedTuple):
    """What the page of an entry leads to: entries of its month, and where there is none, other months.

    Each entry comes with its address.
    """

    newer: tuple[Entry, str] | None
    older: tuple[Entry, str] | None
    after: Month | None
    before: Month | None


class Forms:
    """Makes the pages of the dated entries of *site*, whose templates are the packaged ones."""

    def __init__(self, site: Site) -> None:
        self._site, self._say, self._url = site, site.frame["say"], site.frame["url"]
        self._made: dict[tuple[str, ...], _Form] = {}
        self._month: Month | None = None
        self._of_month: dict[str, str] = {}
        self._macros = {
            name: partial(site.templates.expanded, PARTS, getattr(site.macros["parts"], name))
            for name in ("when", "picture", "around", "row")
        }
        self._composer = _Composer(site)
        self.parts = _Over(site.macros["parts"], row=self.row)
        """The macros that pages know as `parts`; a row comes from a form."""

    def page(self, entry: Entry, here: str, versions: dict[str, str], beside: Neighbours) -> Page:
        """Return the page of *entry*, which stands at *here*, as its template makes it."""
        self._site.way.start = here
        values = self._around_article(entry, here, versions) | self._in_article(entry) | self._beside(beside)
        names = tuple(values)
        form = self._made.get(names)
        if form is None:
            form = self._made[names] = _Form(self._composer.written(names, versions), names)
        return Page(address.file(here), form.fill(values).encode())

    def row(self, entry: Entry, level: int = 3) -> str:
        """Return the row of *entry*, as the macro writes it, with a heading of *level*."""
        if entry.event:  # its time is said in many ways
            return self._macros["row"](entry, level)
        values = {"title": escape(entry.title), "way": escape(self._url.entry(entry))} | self._in_meta(entry)
        if entry.summary_html:
            values["summary"] = self._site.frame["summary"](entry)
        names = tuple(values)
        key = ("row", str(escape(level)), *names)  # the first two tell this form from others
        form = self._made.get(key)
        if form is None:
            form = self._made[key] = _Form(self._composer.row(names, level), names)
        return Sandbox.html(form.fill(values))

    def _around_article(self, entry: Entry, here: str, versions: dict[str, str]) -> dict[str, str]:
        """Return what stands in the places around the article."""
        site = self._site
        if entry.month != self._month and entry.month:
            heading = escape(self._say.heading(entry.month))
            self._month = entry.month
            self._of_month = self._told("month", entry.month) | {"month heading": heading}
        absolute = site.absolute(versions)
        found = {"title": escape(entry.title), "metadata": site.metadata.of(absolute, entry=entry)}
        if entry.summary:
            found["description"] = escape(entry.summary)
        for tag, where in versions.items():
            found[f"absolute {tag}"] = escape(absolute[tag])
            found[f"way {tag}"] = "./" if where == here else escape(site.way(where))
        for name in site.PARTIALS:
            found[name] = site.frame["partial"](name)
        return found | self._of_month

    def _in_article(self, entry: Entry) -> dict[str, str]:
        """Return what stands in the places of the article; what it does not say has no name."""
        says, macros = self._site.frame, self._macros
        found = self._in_meta(entry)
        if entry.event:
            found["when"] = macros["when"](entry)
            if elsewhere := self._say.elsewhere(entry.event):
                found["elsewhere"] = escape(elsewhere)
        if entry.has_summary:
            found["summary"] = says["summary"](entry)
        if entry.image:
            found["picture"] = macros["picture"](entry, first=True)
        if text := says["body"](entry, first=not entry.image):
            found["body"] = text
        found["around"] = macros["around"](entry)
        return found

    def _in_meta(self, entry: Entry) -> dict[str, str]:
        """Return what stands in the places of the line above or below a title."""
        says = self._site.frame
        found: dict[str, str] = {}
        if label := says["kind"](entry):
            found["kind"] = escape(says["said"](label))
            if way := self._url.kind(entry):
                found["kind way"] = escape(way)
        if entry.kicker:
            found["kicker"] = escape(entry.kicker)
        if entry.day and not entry.event_is_date:
            found["day"], found["day in words"] = str(entry.day), escape(self._say.day(entry.day))
        return found

    def _beside(self, beside: Neighbours) -> dict[str, str]:
        """Return what stands in the places of the ways to other pages."""
        found: dict[str, str] = {}
        for name, other in (("newer", beside.newer), ("older", beside.older)):
            if other:
                entry, where = other
                found[name], found[f"{name} way"] = escape(entry.title), escape(self._site.way(where))
        for name, month in (("after", beside.after), ("before", beside.before)):
            if month:
                found |= self._told(name, month)
        return found

    def _told(self, name: str, month: Month) -> dict[str, str]:
        """Return what stands in the places of *month*, which are called *name*."""
        return {name: escape(self._say.month(month)), f"{name} way": escape(self._url.month(month))}


class _Composer:
    """Lets the template write places: entries, months and words are stand-ins while it does so."""

    def __init__(self, site: Site) -> None:
        self._site = site
        self._names: frozenset[str] = frozenset()
        says = site.frame
        self._over = {
            "partial": self._place,
            "kind": lambda one: one.kind,
            "said": lambda words: words,
            "summary": self._placed("summary"),
            "body": self._placed("body"),
            "url": _Over(says["url"], entry=_way, month=_way, kind=self._placed("kind way")),
            "say": _Over(
                says["say"],
                day=self._placed("day in words"),
                elsewhere=self._placed("elsewhere"),
                month=lambda month: month.title,
                heading=self._placed("month heading"),
            ),
        }
        known = says | self._over
        parts = _Over(
            site.macros_in(known)["parts"],
            **{name: self._placed(name) for name in ("when", "picture", "around")},
        )
        self._over |= {"parts": parts, "whole": site.templates.module(WHOLE, known | {"parts": parts})}

    def written(self, names: Iterable[str], versions: Mapping[str, str]) -> str:
        """Return what the template writes for a page with the places *names*."""
        self._names, place = frozenset(names), self._place
        return self._site.rendered(
            ENTRY,
            {tag: place(f"way {tag}") for tag in versions},
            {tag: place(f"absolute {tag}") for tag in versions},
            place("metadata"),
            **self._over,
            **{name: self._stand_in(name) for name in Neighbours._fields},
            entry=self._entry(),
        )

    def row(self, names: Iterable[str], level: int) -> str:
        """Return what the macro writes for a row with the places *names*."""
        self._names = frozenset(names)
        parts: Any = self._over["parts"]
        return self._site.templates.expanded(PARTS, parts.row, self._entry(), level)

    def _entry(self) -> "_StandIn":
        place = self._place
        return _StandIn(
            title=place("title"),
            way=place("way"),
            month=self._stand_in("month"),
            summary=place("description"),
            summary_html=place("summary"),
            has_summary=place("summary"),
            kicker=place("kicker"),
            kind=place("kind"),
            day=place("day"),
            image=place("picture"),
            event=place("when"),
        )

    def _place(self, name: str) -> str:
        return _place(name) if name in self._names else ""

    def _placed(self, name: str) -> Callable[..., str]:
        return lambda *_what, **_how: self._place(name)

    def _stand_in(self, name: str) -> "_StandIn | None":
        return _StandIn(self._place(name), self._place(f"{name} way")) if name in self._names else None


class _StandIn(NamedTuple):
    """Stands for an entry or a month while a form is made, by the places of what is said of it."""

    title: str
    way: str
    month: "_StandIn | None" = None
    summary: str = ""
    summary_html: str = ""
    kicker: str = ""
    kind: str = ""
    has_summary: str = ""
    day: str = ""
    image: str = ""
    event: str = ""
    event_is_date: bool = False  # whether a day is said, the name `day` tells


class _Over:
    """Is what *under* is, but for the names of *over*."""

    def __init__(self, under: Any, **over: Any) -> None:
        self._under = under
        self.__dict__ |= over

    def __getattr__(self, name: str) -> Any:
        return getattr(self._under, name)


class _Form:
    """What the template wrote around its places."""

    def __init__(self, written: str, names: Iterable[str]) -> None:
        self._pieces = re.split(_place(f"({'|'.join(map(re.escape, names))})"), written)
        self._places = list(enumerate(self._pieces))[1::2]

    def fill(self, values: Mapping[str, str]) -> str:
        """Return the form with *values* put in by the names of their places."""
        pieces = self._pieces.copy()
        for number, name in self._places:
            pieces[number] = values[name]
        return "".join(pieces)


def parts_of(site: Site) -> dict[str, Any]:
    """Return what a page with many rows knows as `parts`; nothing without forms."""
    forms = site.once(forms_of)
    return {"parts": forms.parts} if forms else {}


def forms_of(site: Site) -> Forms | None:
    """Return the forms of *site*; None if one of the templates is a project's own."""
    return None if any(map(site.templates.is_own, _FORMED)) else Forms(site)


def _place(name: str) -> str:
    """Return what marks the place of *name*: it stands between noncharacters, which no entry may hold."""
    return f"\ufdd0{name}\ufdd1"


def _way(there: _StandIn) -> str:
    return there.way
