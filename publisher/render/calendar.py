"""Events as iCalendar (RFC 5545), through the library icalendar, which only this module knows."""

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from icalendar import Calendar
from icalendar import Event as Component

from publisher import issues
from publisher.model import address
from publisher.model.edition import Edition
from publisher.model.entry import Entry
from publisher.model.output import Page
from publisher.model.settings import Settings

_PRODUCT = "-//publisher//publisher//EN"
_UTC = ZoneInfo("UTC")


def render_calendars(edition: Edition) -> list[Page]:
    """Return a calendar of all events in each language, and one for each entry that is an event."""
    settings, pages = edition.settings, []
    for lang in settings.newsletter.languages:
        entries = [entry for entry in issues.in_order(edition.in_language(lang)) if entry.event]
        if not entries:
            continue
        title = settings.newsletter.title.for_language(lang)
        pages.append(Page(address.calendar(lang, settings), _calendar(entries, settings, title)))
        pages += [
            Page(address.entry_calendar(entry, settings), _calendar([entry], settings)) for entry in entries
        ]
    return pages


def _calendar(entries: list[Entry], settings: Settings, title: str = "") -> bytes:
    calendar = Calendar()
    calendar.add("prodid", _PRODUCT)
    calendar.add("version", "2.0")
    if title:
        calendar.add("x-wr-calname", title)
    for entry in entries:
        calendar.add_component(_component(entry, settings))
    events = [entry.event for entry in entries if entry.event]
    first = min(event.start.year for event in events)
    last = max((event.end or event.start).year for event in events)
    # The zones' rules for the years of the events alone; the library's default is 68 years of them.
    calendar.add_missing_timezones(
        first_date=date(first, 1, 1), last_date=date(min(last + 2, date.max.year), 1, 1)
    )
    return bytes(calendar.to_ical())


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
        if end:
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
