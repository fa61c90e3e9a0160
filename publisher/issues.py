"""Entries to monthly issues. Order and tie-breaks live here and nowhere else."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from zoneinfo import ZoneInfo

from msgspec import Struct
from msgspec.structs import replace

from publisher.model import address
from publisher.model.edition import Edition
from publisher.model.entry import Entry, Event, Library, Month, Quote
from publisher.model.output import Issue
from publisher.model.settings import Settings

UPCOMING = 6
"""So many events to come are told of in each language."""
Span = tuple[datetime | None, datetime | None]
"""From when on, and up to when, the same is published; None is for ever."""


class Selection(Struct, frozen=True):
    """The entries to publish, and how many were left out and why."""

    entries: Sequence[Entry]
    drafts: int = 0
    future: int = 0
    expired: int = 0


def select(
    entries: Iterable[Entry], now: datetime, *, drafts: bool = False, future: bool = False
) -> Selection:
    """Leave out drafts, entries dated after *now*, and those that expired at or before *now*.

    A change dated after *now* is not told yet. An entry that is several of these counts as the first
    of them. *now* is aware.
    """
    kept: list[Entry] = []
    counts = {"drafts": 0, "future": 0, "expired": 0}
    for entry in entries:
        if entry.draft and not drafts:
            counts["drafts"] += 1
        elif entry.published and entry.published > now and not future:
            counts["future"] += 1
        elif entry.expires and entry.expires <= now:
            counts["expired"] += 1
        else:
            is_early = entry.updated is not None and entry.updated > now
            kept.append(replace(entry, updated=None) if is_early else entry)
    return Selection(tuple(kept), **counts)


def validity(
    entries: Iterable[Entry], now: datetime, quotes: Iterable[Quote] = (), zone: tzinfo = UTC
) -> Span:
    """Return from when on, and up to when, all is published as *now*.

    `select` chooses the same then, the same events are to come, and the same of *quotes* stands, of which the
    days are those of *zone*.
    """
    times = [
        moment
        for entry in entries
        for moment in (
            *(entry.published, entry.updated, entry.expires),
            over(entry.event) if entry.event and entry.published else None,
        )
        if moment is not None
    ]
    for quote in quotes:
        times += [_midnight(quote.start, zone)] if quote.start else []
        times += [_midnight(quote.end + _DAY, zone)] if quote.end else []
    # By the clock of the world: in the hour that a zone has twice, its own times do not tell the order.
    moments = {moment.timestamp(): moment for moment in times}
    here = now.timestamp()
    past = max((moment for moment in moments if moment <= here), default=None)
    end = min((moment for moment in moments if moment > here), default=None)
    return None if past is None else moments[past], None if end is None else moments[end]


def within(first: Span, second: Span) -> Span:
    """Return from when on, and up to when, both hold."""
    starts = [moment for moment in (first[0], second[0]) if moment]
    ends = [moment for moment in (first[1], second[1]) if moment]
    return max(starts, key=datetime.timestamp, default=None), min(ends, key=datetime.timestamp, default=None)


def make_edition(selection: Selection, library: Library, settings: Settings, now: datetime) -> Edition:
    """Group and order the selected entries; *now* tells which events are to come, and what day it is."""
    found, zone = translations(selection.entries), ZoneInfo(settings.newsletter.zone)
    return Edition(
        settings=settings,
        entries=selection.entries,
        issues=tuple(by_month(selection.entries)),
        quotes=library.quotes,
        names=library.names,
        openings=library.openings,
        pictures=library.pictures,
        by_path={entry.path: entry for entry in selection.entries},
        translations=found,
        several={original: group for original, group in found.items() if len(group) > 1},
        due=due(selection.entries, zone),
        undated=tuple(entry for entry in selection.entries if entry.evergreen or not entry.published),
        assets=assets(selection.entries),
        days=days(selection.entries),
        upcoming=upcoming(selection.entries, now),
        aliased=tuple(entry for entry in selection.entries if entry.aliases),
        today=now.astimezone(zone).date(),
        shelf=library.body,
    )


def assets(entries: Iterable[Entry]) -> tuple[str, ...]:
    """Return the paths of all pictures that *entries* show, sorted."""
    return tuple(sorted({address.beside(entry, name) for entry in entries for name in entry.assets}))


def days(entries: Iterable[Entry]) -> dict[datetime, set[str]]:
    """Return the ids of *entries* that were published, or changed, on a day without a time, by that day."""
    found: dict[datetime, set[str]] = defaultdict(set)
    for entry in entries:
        if entry.published and not entry.has_time:
            found[entry.published].add(entry.id)
        if entry.updated and is_day(entry.updated):
            found[entry.updated].add(entry.id)
    return dict(found)


def is_day(moment: datetime) -> bool:
    """Tell whether *moment* stands for a day: it is its first minute."""
    return moment.time() == time()


def in_order(entries: Iterable[Entry]) -> list[Entry]:
    """Return dated *entries* newest first, ties by id; evergreen ones are left out."""
    dated = [(entry.published, entry) for entry in entries if entry.published]
    dated.sort(key=lambda pair: (-pair[0].timestamp(), pair[1].id, pair[1].lang))
    return [entry for _, entry in dated]


def by_month(entries: Iterable[Entry]) -> list[Issue]:
    """Group dated *entries* into one issue per calendar month and language, newest month first.

    The month is that of the newsletter's zone, from its first instant up to, not including, the
    next month's. A month without entries in a language has no issue there.
    """
    groups: dict[tuple[Month, str], list[Entry]] = defaultdict(list)
    for entry in in_order(entries):
        if month := entry.month:
            groups[month, entry.lang].append(entry)
    newest_first = sorted(groups, key=lambda key: (-key[0].year, -key[0].month, key[1]))
    return [
        Issue(month, lang, tuple(group), may_highlight=any(entry.highlight for entry in group))
        for month, lang in newest_first
        for group in (groups[month, lang],)
    ]


def wanted(issue: Issue, topics: Iterable[str], kinds: Iterable[str]) -> Issue | None:
    """Return what readers get of *issue* who chose *topics* and *kinds*; None if there is nothing for them.

    A group of which nothing is chosen is wanted whole. An entry satisfies both: who chose a topic and
    vacancies gets the vacancies on that topic.
    """
    chosen = replace(issue, topics=tuple(topics), kinds=tuple(kinds))
    entries = tuple(entry for entry in issue.entries if chosen.wants(entry))
    return replace(chosen, entries=entries) if entries else None


def highlights(entries: Iterable[Entry]) -> list[Entry]:
    """Return the entries that editors marked, in the order of their mark, then newest first."""
    marked = in_order(entry for entry in entries if entry.highlight)
    return sorted(marked, key=lambda entry: entry.highlight or 0)


def closing_in(month: Month, entries: Iterable[Entry], zone: tzinfo) -> list[Entry]:
    """Return those of *entries* that close in *month*, the next to close first.

    A day closes as it ends in *zone*, which is the newsletter's.
    """
    found = [(_end_of(entry.closes, zone), entry) for entry in entries if entry.closes]
    found = [(end, entry) for end, entry in found if _month_of(end, zone) == month]
    return [entry for _, entry in sorted(found, key=lambda pair: (pair[0], pair[1].id))]


def beginning_in(month: Month, entries: Iterable[Entry], zone: tzinfo) -> list[Entry]:
    """Return those of *entries* whose event begins in *month*, in its own zone; the first one first."""
    found = [(entry.event.start, entry) for entry in entries if entry.event]
    found = [(start, entry) for start, entry in found if (start.year, start.month) == month]
    return [entry for _, entry in sorted(found, key=lambda pair: (_start_of(pair[0], zone), pair[1].id))]


def due(entries: Iterable[Entry], zone: tzinfo) -> dict[Month, list[Entry]]:
    """Return the dated entries that close or begin in a month, by that month."""
    found: dict[Month, list[Entry]] = defaultdict(list)
    for entry in entries:
        if not entry.published or not (entry.event or entry.deadline):
            continue
        months = {_month_of(_end_of(entry.closes, zone), zone)} if entry.closes else set()
        months |= {Month(entry.event.start.year, entry.event.start.month)} if entry.event else set()
        for month in months:
            found[month].append(entry)
    return dict(found)


def sections(entries: Iterable[Entry], edition: Edition) -> list[tuple[str, list[Entry]]]:
    """Return *entries* by kind, in the order of the settings; kinds without entries are left out."""
    groups: dict[str, list[Entry]] = defaultdict(list)
    for entry in entries:
        groups[entry.kind].append(entry)
    return [(key, groups[key]) for key in edition.settings.kinds if key in groups]


def upcoming(entries: Iterable[Entry], now: datetime) -> dict[str, tuple[Entry, ...]]:
    """Return, by language, those of *entries* whose event is not over *now*: the first ones to begin."""
    found: dict[str, list[tuple[float, str, Entry]]] = defaultdict(list)
    here = now.timestamp()
    for entry in entries:
        if entry.event and entry.published and over(entry.event).timestamp() > here:
            start = _start_of(entry.event.start, ZoneInfo(entry.event.zone))
            found[entry.lang].append((start.timestamp(), entry.id, entry))
    return {
        lang: tuple(entry for _, _, entry in sorted(rows, key=lambda row: row[:2])[:UPCOMING])
        for lang, rows in found.items()
    }


def over(event: Event) -> datetime:
    """Return from when on *event* is over: its end; without one, or in days, the end of its last day."""
    last = event.end or event.start
    if isinstance(last, datetime):
        if event.end:
            return last
        last = last.date()
    return _midnight(last + _DAY, ZoneInfo(event.zone))


def is_open_after(month: Month, entry: Entry, zone: tzinfo) -> bool:
    """Tell whether one can still act on *entry* when *month* is over; *zone* is the newsletter's."""
    if entry.closes is None:
        return False
    over = datetime.combine(month.following.first_day, time.min, tzinfo=zone)
    return _end_of(entry.closes, zone) >= over


_DAY = timedelta(days=1)


def _start_of(moment: date, zone: tzinfo) -> datetime:
    return moment if isinstance(moment, datetime) else datetime.combine(moment, time.min, tzinfo=zone)


def _end_of(moment: date, zone: tzinfo) -> datetime:
    return moment if isinstance(moment, datetime) else datetime.combine(moment, time.max, tzinfo=zone)


def _midnight(day: date, zone: tzinfo) -> datetime:
    return datetime.combine(day, time.min, tzinfo=zone)


def _month_of(moment: datetime, zone: tzinfo) -> Month:
    here = moment.astimezone(zone)
    return Month(here.year, here.month)


def evergreen(entries: Iterable[Entry]) -> list[Entry]:
    """Return the evergreen entries by title."""
    return sorted((entry for entry in entries if entry.evergreen), key=lambda entry: (entry.title, entry.id))


def translations(entries: Iterable[Entry]) -> dict[str, dict[str, Entry]]:
    """Return, for each original's id, its entries by language."""
    groups: dict[str, dict[str, Entry]] = defaultdict(dict)
    for entry in entries:
        groups[entry.original][entry.lang] = entry
    return dict(groups)


def quote_for(quotes: Iterable[Quote], lang: str, first: date, last: date) -> Quote | None:
    """Return the quote in *lang* that stands on some day from *first* to *last*; the latest begun wins."""
    valid = [
        quote
        for quote in quotes
        if quote.lang == lang and (quote.start or date.min) <= last and (quote.end or date.max) >= first
    ]
    return max(valid, key=lambda quote: (quote.start or date.min, quote.path), default=None)
