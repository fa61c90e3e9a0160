"""What stands where, as a build found it: kept, so that an edit of words needs few entries to make its parts.

An arrangement holds no words. It serves again if nothing but words changed since, which the reader of the
entries tells, and the same entries are published still.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from functools import partial
from zoneinfo import ZoneInfo

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from publisher.cache import Cache, key
from publisher.entries.reader import Known
from publisher.issues import Selection, Span, due, translations
from publisher.model.delayed import Delayed, DelayedMapping, DelayedTable
from publisher.model.edition import Edition
from publisher.model.entry import Entry, Library, Month
from publisher.model.output import Issue
from publisher.model.settings import Settings

_NAME = key("arrangement")


class Row(Struct, frozen=True, array_like=True):
    """An issue: its month, language, the paths of its entries, and whether editors marked one."""

    month: Month
    lang: str
    paths: tuple[str, ...]
    may_highlight: bool


class Arrangement(Struct, frozen=True, array_like=True):
    """What a build found, but words.

    *token* stands for program, settings, templates, names and choices, *facts* for the entries. *settled* is
    the id and the original of translations, *early* are the entries whose change is not told yet; *versions*
    are paths by original, where there are several; *upcoming*, *aliased*, *days* and *left_out* are as in
    `Edition` and `Selection`.
    """

    token: str
    facts: str
    valid: Span
    issues: tuple[Row, ...]
    undated: tuple[str, ...]
    settled: dict[str, tuple[str, str]]
    early: tuple[str, ...]
    versions: dict[str, tuple[str, ...]]
    assets: tuple[str, ...]
    days: tuple[tuple[datetime, tuple[str, ...]], ...]
    upcoming: dict[str, tuple[str, ...]]
    aliased: tuple[str, ...]
    left_out: tuple[int, int, int]


def load(cache: Cache) -> tuple[Arrangement | None, str]:
    """Return the arrangement in *cache*, and a hash of it; None if there is none."""
    data = cache.get(_NAME)
    try:
        return (msgspec.msgpack.decode(data, type=Arrangement), key(data)) if data else (None, "")
    except (msgspec.MsgspecError, ValueError, RecursionError):  # of another version of the program
        return None, ""


def save(cache: Cache, found: Arrangement) -> str:
    """Keep *found* in *cache*; return a hash of it."""
    data = msgspec.msgpack.encode(found)
    cache.put(_NAME, data)
    return key(data)


def arranged(
    token: str, known: Known, library: Library, selection: Selection, edition: Edition, valid: Span
) -> Arrangement:
    """Return how *edition* arranges the entries of *library*, of which it publishes *selection*."""
    is_told = {entry.path for entry in library.entries if entry.updated}
    return Arrangement(
        token,
        known.facts,
        valid,
        tuple(
            Row(issue.month, issue.lang, _paths(issue.entries), issue.may_highlight)
            for issue in edition.issues
        ),
        _paths(edition.undated),
        dict(known.settled),
        tuple(entry.path for entry in selection.entries if not entry.updated and entry.path in is_told),
        {name: _paths(group.values()) for name, group in edition.several.items()},
        tuple(edition.assets),
        tuple((day, tuple(sorted(ids))) for day, ids in edition.days.items()),
        {lang: _paths(entries) for lang, entries in edition.upcoming.items()},
        _paths(edition.aliased),
        (selection.drafts, selection.future, selection.expired),
    )


def _paths(entries: Iterable[Entry]) -> tuple[str, ...]:
    return tuple(entry.path for entry in entries)


def serves(found: Arrangement, token: str, known: Known, now: datetime) -> bool:
    """Tell whether *found* says at *now* what would be found again."""
    first, end = found.valid
    return (
        found.token == token
        and bool(known.facts)
        and found.facts == known.facts
        and (first is None or first <= now)
        and (end is None or now < end)
    )


class Arranged:
    """An edition as *found* has it, with the words that the entries of *library* have now."""

    def __init__(self, found: Arrangement, known: Known, library: Library, settings: Settings) -> None:
        self._found, self._known, self._library, self._settings = found, known, library, settings
        self._early = frozenset(found.early)
        self._entries: dict[str, Entry] = {}

    def selection(self) -> Selection:
        """Return the entries to publish, and how many were left out."""
        paths = sorted({*(path for row in self._found.issues for path in row.paths), *self._found.undated})
        return Selection(self._delayed(paths), *self._found.left_out)

    def edition(self, selection: Selection, now: datetime) -> Edition:
        """Return *selection* grouped and ordered; the arrangement must serve at *now*."""
        found, library = self._found, self._library
        zone = ZoneInfo(self._settings.newsletter.zone)
        dated = {path for row in found.issues for path in row.paths}
        return Edition(
            settings=self._settings,
            entries=selection.entries,
            issues=tuple(
                Issue(row.month, row.lang, self._delayed(row.paths), may_highlight=row.may_highlight)
                for row in found.issues
            ),
            quotes=library.quotes,
            names=library.names,
            openings=library.openings,
            pictures=library.pictures,
            by_path=DelayedMapping(dated | set(found.undated), self._entry),
            translations=DelayedTable(partial(translations, selection.entries)),
            several=DelayedMapping(found.versions.keys(), self._versions),
            due=DelayedTable(partial(due, selection.entries, zone)),
            undated=self._delayed(found.undated),
            assets=found.assets,
            days={day.astimezone(zone): ids for day, ids in found.days},
            upcoming={lang: self._delayed(paths) for lang, paths in found.upcoming.items()},
            aliased=self._delayed(found.aliased),
            today=now.astimezone(zone).date(),
            shelf=library.body,
        )

    def untouched(self) -> Iterable[tuple[Month, str]]:
        """Yield the month and language of each issue of which no entry was edited.

        None, if a page was edited that stands in no issue: all pages may show those of the menu.
        """
        edited = self._known.edited or frozenset()
        if not edited.isdisjoint(self._found.undated):
            return ()
        return ((row.month, row.lang) for row in self._found.issues if edited.isdisjoint(row.paths))

    def _delayed(self, paths: Sequence[str]) -> Delayed[Entry]:
        return Delayed(lambda: tuple(map(self._entry, paths)), len(paths))

    def _versions(self, original: str) -> Mapping[str, Entry]:
        return {entry.lang: entry for entry in map(self._entry, self._found.versions[original])}

    def _entry(self, path: str) -> Entry:
        """Return the entry at *path*, each time the same."""
        if path not in self._entries:
            assert self._known.entry is not None  # noqa: S101 - it is there when words were edited
            entry = self._known.entry(path)
            if path in self._found.settled:
                identity, original = self._found.settled[path]
                entry = replace(entry, id=identity, original=original)
            self._entries[path] = replace(entry, updated=None) if path in self._early else entry
        return self._entries[path]
