"""Events as iCalendar (RFC 5545), through the library icalendar, which only this module knows."""

from collections.abc import Iterator
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from icalendar import Calendar, Timezone, TimezoneDaylight, TimezoneStandard
from icalendar import Event as Component

from publisher.model import address
from publisher.model.edition import Edition
from publisher.model.entry import Entry, Event
from publisher.model.output import Page
from publisher.model.settings import Settings

_PRODUCT = "-//publisher//publisher//EN"
_UTC = ZoneInfo("UTC")


def render_calendar(lang: str, edition: Edition) -> Page:
    """Return the calendar of all events in *lang*, which has some."""
    settings = edition.settings
    title = settings.newsletter.title.for_language(lang)
    content = _calendar(edition.events(lang), settings, title)
    return Page(address.calendar(lang, settings), content)


def render_entry_calendar(entry: Entry, edition: Edition) -> Page:
    """Return the calendar file of *entry*, which is a dated event."""
    settings = edition.settings
    return Page(address.entry_calendar(entry, settings), _calendar([entry], settings))


def _calendar(entries: list[Entry], settings: Settings, title: str = "") -> bytes:
    calendar = Calendar()
    calendar.add("prodid", _PRODUCT)
    calendar.add("version", "2.0")
    if title:
        calendar.add("x-wr-calname", title)
    for entry in entries:
        calendar.add_component(_component(entry, settings))
    for zone in _zones([entry.event for entry in entries if entry.event]):
        calendar.subcomponents.insert(0, zone)
    return bytes(calendar.to_ical())


def _zones(events: list[Event]) -> list[Timezone]:
    """Return a VTIMEZONE for each zone of *events*, with its rules for the years of the events alone.

    Made here: icalendar 7.3 gives the onset of summer time an hour late (RFC 5545, section 3.6.5,
    counts it in the offset before the change).
    """
    timed = [event for event in events if isinstance(event.start, datetime)]
    names = sorted({event.zone for event in timed if event.zone and event.zone != "UTC"}, reverse=True)
    if not names:
        return []
    first = min(event.start.year for event in timed)
    last = max((event.end or event.start).year for event in timed)
    return [_zone(name, datetime(first, 1, 1, tzinfo=_UTC), last - first + 1) for name in names]


def _zone(name: str, start: datetime, years: int) -> Timezone:
    zone, made = ZoneInfo(name), Timezone()
    made.add("tzid", name)
    for moment in (start, *_changes(zone, start, years)):
        after, before = moment.astimezone(zone), (moment - timedelta(seconds=1)).astimezone(zone)
        rule = TimezoneDaylight() if after.dst() else TimezoneStandard()
        rule.add("dtstart", (moment + _offset(before)).replace(tzinfo=None))
        rule.add("tzoffsetfrom", _offset(before))
        rule.add("tzoffsetto", _offset(after))
        rule.add("tzname", after.tzname())
        made.add_component(rule)
    return made


def _changes(zone: ZoneInfo, start: datetime, years: int) -> Iterator[datetime]:
    """Yield each moment of *years* from *start* on at which *zone* changes its offset."""
    for number in range(366 * years):
        low, high = start + timedelta(days=number), start + timedelta(days=number + 1)
        if _offset(low.astimezone(zone)) == _offset(high.astimezone(zone)):
            continue
        while high - low > timedelta(seconds=1):
            middle = low + (high - low) // 2
            same = _offset(middle.astimezone(zone)) == _offset(low.astimezone(zone))
            low, high = (middle, high) if same else (low, middle)
        yield high.replace(microsecond=0)


def _offset(moment: datetime) -> timedelta:
    return moment.utcoffset() or timedelta()


def _component(entry: Entry, settings: Settings) -> Component:
    """Return an event; days are DATE values whose end is the day after (RFC 5545, section 3.6.1)."""
    found, event = Component(), entry.event
    assert event is not None  # noqa: S101 - the callers choose entries that are events
    stamp = entry.updated or entry.published or datetime.combine(event.start, time(), tzinfo=_UTC)
    found.add("uid", f"{entry.id}@{settings.newsletter.tag.partition(',')[0]}")
    found.add("dtstamp", stamp.astimezone(_UTC))
    found.add("dtstart", event.start)
    end = event.end
    if isinstance(event.start, datetime):
        if end and end != event.start:  # an end must lie later (RFC 5545, section 3.8.2.2)
            found.add("dtend", end)
    else:
        found.add("dtend", (end or event.start) + timedelta(days=1))
    found.add("summary", entry.title)
    if entry.summary:
        found.add("description", entry.summary)
    if event.place:
        found.add("location", event.place)
    found.add("url", event.url or address.absolute(address.entry(entry, settings), settings))
    return found
