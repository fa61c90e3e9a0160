"""Everything that one build publishes."""

from collections import defaultdict
from collections.abc import Callable, Collection, Hashable, Iterable, Mapping, Sequence
from datetime import date, datetime
from functools import cached_property
from typing import TypeVar

from msgspec import Struct, field

from publisher.model.entry import Entry, Month, Names, Opening, Picture, Quote, no_shelf
from publisher.model.output import Issue
from publisher.model.settings import Settings

Thing = TypeVar("Thing")
Key = TypeVar("Key", bound=Hashable)


class Edition(Struct, frozen=True, dict=True):
    """The selected entries, grouped and ordered for the renderers.

    *by_path* finds an entry by its file; *translations* finds the entries of one text by the id of
    its original and by language, *several* only those of which there are several; *due* finds the dated
    entries that close or begin in a month; *undated* are those that stand in no issue. *assets* are the
    pictures that entries show, sorted by path, and *pictures* what is known of each. *days* are the ids of
    the entries that were published, or changed, on a day without a time. *upcoming* are, by language, the
    next entries whose events are not over, *aliased* those that stood elsewhere earlier; *today* is the day
    of the build in the newsletter's zone, which no page may tell. *shelf* gives the HTML of an entry
    that does not have it with it.
    """

    settings: Settings
    entries: Sequence[Entry]
    issues: tuple[Issue, ...]
    quotes: tuple[Quote, ...]
    names: Names
    openings: tuple[Opening, ...] = ()
    pictures: dict[str, Picture] = field(default_factory=dict)
    by_path: Mapping[str, Entry] = field(default_factory=dict)
    translations: Mapping[str, Mapping[str, Entry]] = field(default_factory=dict)
    due: Mapping[Month, Sequence[Entry]] = field(default_factory=dict)
    several: Mapping[str, Mapping[str, Entry]] = field(default_factory=dict)
    undated: Sequence[Entry] = ()
    assets: Sequence[str] = ()
    days: Mapping[datetime, Collection[str]] = field(default_factory=dict)
    upcoming: Mapping[str, Sequence[Entry]] = field(default_factory=dict)
    aliased: Sequence[Entry] = ()
    today: date = date.min
    shelf: Callable[[str], str] = no_shelf

    def body(self, entry: Entry) -> str:
        """Return the HTML of *entry*."""
        return entry.html or self.shelf(entry.path)

    def versions(self, entry: Entry) -> Mapping[str, Entry]:
        """Return *entry* and its translations by language."""
        return self.several.get(entry.original) or {entry.lang: entry}

    def standing(self, identity: str) -> Mapping[str, Entry]:
        """Return, by language, the entries that stand in no issue and whose original is *identity*."""
        alone = {entry.lang: entry for entry in self.undated if entry.original == identity}
        return self.several.get(identity) or alone

    def speaks(self, lang: str) -> bool:
        """Tell whether there are entries in *lang*."""
        return bool(self.issues_in(lang)) or any(entry.lang == lang for entry in self.undated)

    @cached_property
    def spoken(self) -> list[str]:
        """Return the languages that have a home page: the default one, and those with entries."""
        default, *others = self.settings.newsletter.languages
        return [default, *(lang for lang in others if self.speaks(lang))]

    @cached_property
    def dated(self) -> list[str]:
        """Return the languages that have months."""
        return [lang for lang in self.spoken if self.issues_in(lang)]

    def issues_in(self, lang: str) -> list[Issue]:
        """Return the issues in *lang*, newest first."""
        return self._issues_by_language.get(lang, [])

    def issues_of(self, month: Month) -> list[Issue]:
        """Return the issues of *month*, one for each language that has entries then."""
        return self._issues_by_month.get(month, [])

    def events(self, lang: str) -> list[Entry]:
        """Return the dated entries in *lang* that are events, newest first; none if there is no calendar."""
        return self._events.get(lang, []) if "calendar" in self.settings.outputs else []

    def has_calendar(self, lang: str) -> bool:
        """Tell whether there is a calendar of events in *lang*."""
        return bool(self.events(lang))

    def kinds(self, lang: str) -> Mapping[str, list[Entry]]:
        """Return the dated entries in *lang* by kind, newest first; none if kinds have no pages."""
        return self._kinds.get(lang, {}) if "kinds" in self.settings.outputs else {}

    def topics(self, lang: str) -> Mapping[str, list[Entry]]:
        """Return the dated entries in *lang* by topic, newest first; none if topics have no pages."""
        return self._topics.get(lang, {}) if "topics" in self.settings.outputs else {}

    @property
    def digests(self) -> tuple[Issue, ...]:
        """Return the issues of which digests are made: all, or none if the settings do not choose them."""
        return self.issues if "digests" in self.settings.outputs else ()

    def opening(self, month: Month, lang: str) -> Opening | None:
        """Return what editors say at the head of a month's digest, if they wrote anything."""
        found = (item for item in self.openings if (item.month, item.lang) == (month, lang))
        return next(found, None)

    @cached_property
    def _issues_by_language(self) -> dict[str, list[Issue]]:
        return _grouped(self.issues, lambda issue: issue.lang)

    @cached_property
    def _issues_by_month(self) -> dict[Month, list[Issue]]:
        return _grouped(self.issues, lambda issue: issue.month)

    @cached_property
    def _events(self) -> dict[str, list[Entry]]:
        dated = (entry for issue in self.issues for entry in issue.entries)
        return _grouped((entry for entry in dated if entry.event), lambda entry: entry.lang)

    @cached_property
    def _kinds(self) -> dict[str, dict[str, list[Entry]]]:
        return self._by_key(lambda entry: (entry.kind,))

    @cached_property
    def _topics(self) -> dict[str, dict[str, list[Entry]]]:
        return self._by_key(lambda entry: entry.topics)

    def _by_key(self, keys: Callable[[Entry], tuple[str, ...]]) -> dict[str, dict[str, list[Entry]]]:
        """Return the dated entries by language and by each of their *keys*."""
        found: dict[str, dict[str, list[Entry]]] = {}
        for issue in self.issues:
            groups = found.setdefault(issue.lang, {})
            for entry in issue.entries:
                for key in dict.fromkeys(keys(entry)):
                    groups.setdefault(key, []).append(entry)
        return found


def _grouped(things: Iterable[Thing], key: Callable[[Thing], Key]) -> dict[Key, list[Thing]]:
    groups: dict[Key, list[Thing]] = defaultdict(list)
    for thing in things:
        groups[key(thing)].append(thing)
    return dict(groups)
