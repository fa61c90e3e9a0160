"""Events as calendar files, read back with icalendar."""

from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from builders import an_entry, at
from editions import an_edition
from icalendar import Calendar
from newsroom import NOW, TOP, Newsroom

from publisher.model.entry import Entry
from publisher.render.calendar import render_calendar, render_entry_calendar

ZURICH = ZoneInfo("Europe/Zurich")


def _event(event: str, path: str = "2025/10/talk.md", **fields: str) -> Entry:
    front = {"date": "2025-10-01", "kind": "event", "event": event} | fields
    return an_entry(path, "Words.", None, **front)


def _calendars(*entries: Entry) -> dict[str, bytes]:
    edition = an_edition(*entries)
    pages = []
    for lang in edition.settings.newsletter.languages:
        pages += [render_calendar(lang, edition)] if edition.has_calendar(lang) else []
        pages += [render_entry_calendar(entry, edition) for entry in edition.events(lang)]
    return {page.path: page.content for page in pages}


def _read(data: bytes) -> Any:
    return Calendar.from_ical(data.decode("utf-8"))


def _names(data: bytes) -> list[str]:
    return [str(event["UID"]) for event in _read(data).walk("VEVENT")]


def _component(event: str, **fields: str) -> Any:
    (found,) = _read(_calendars(_event(event, "2025/10/talk.md", **fields))["events.ics"]).walk("VEVENT")
    return found


def test_each_language_has_a_calendar_and_each_event_a_file() -> None:
    """Newest first; entries that are no events, and lasting pages, are in none."""
    entries = [
        _event("{start: 2025-10-27}"),
        _event("{start: 2025-11-27}", "2025/11/later.md", date="2025-11-01"),
        _event("{start: 2025-10-27}", "2025/10/talk.fr.md", id="talk-fr", title="Débat"),
        an_entry("2025/10/word.ar.md", id="word"),
        _event("{start: 2025-10-27}", "pages/about.md", evergreen="true"),
    ]
    pages = _calendars(*entries)
    assert list(pages) == [
        "events.ics",
        "2025/11/later/event.ics",
        "2025/10/talk/event.ics",
        "fr/events.ics",
        "fr/2025/10/talk/event.ics",
    ]
    names = {path: _names(page) for path, page in pages.items()}
    host = "@news.example.org"
    assert names["events.ics"] == [f"later{host}", f"talk{host}"]
    assert (names["fr/events.ics"], names["2025/10/talk/event.ics"]) == ([f"talk-fr{host}"], [f"talk{host}"])


def test_a_calendar_has_its_head() -> None:
    """Version and maker stand in each file, the newsletter's name in those that hold all events."""
    pages = _calendars(_event("{start: 2025-10-27}", "2025/10/mot.fr.md", id="mot"))
    whole, one = _read(pages["fr/events.ics"]), _read(pages["fr/2025/10/mot/event.ics"])
    for calendar in (whole, one):
        assert (str(calendar["VERSION"]), str(calendar["PRODID"])) == ("2.0", "-//publisher//publisher//EN")
    assert (str(whole["X-WR-CALNAME"]), "X-WR-CALNAME" in one) == ("Nouvelles", False)


@pytest.mark.parametrize(
    ("event", "start", "end"),
    [
        ("{start: 2025-10-27}", date(2025, 10, 27), date(2025, 10, 28)),
        ("{start: 2025-10-27, end: 2025-10-28}", date(2025, 10, 27), date(2025, 10, 29)),
        ("{start: 2025-12-30, end: 2026-01-02}", date(2025, 12, 30), date(2026, 1, 3)),
        ("{start: 9998-12-31}", date(9998, 12, 31), date(9999, 1, 1)),
    ],
)
def test_days_are_dates_whose_end_is_the_day_after(event: str, start: date, end: date) -> None:
    """RFC 5545 leaves the end out, so that the last day is still part of the event."""
    found = _component(event)
    assert (found["DTSTART"].dt, found["DTEND"].dt) == (start, end)
    assert (found["DTSTART"].params.get("VALUE"), found["DTEND"].params.get("VALUE")) == ("DATE", "DATE")


@pytest.mark.parametrize(
    ("event", "start", "end", "zone"),
    [
        ('{start: "2025-03-24T09:00"}', "2025-03-24T09:00+01:00", None, "Europe/Zurich"),
        ('{start: "2025-07-24T09:00"}', "2025-07-24T09:00+02:00", None, "Europe/Zurich"),
        (
            '{start: "2025-07-24T09:00", end: "2025-07-25T17:30", zone: Asia/Kolkata}',
            "2025-07-24T09:00+05:30",
            "2025-07-25T17:30+05:30",
            "Asia/Kolkata",
        ),
        (
            '{start: "2025-10-25T09:00", end: "2025-10-26T09:00"}',
            "2025-10-25T09:00+02:00",
            "2025-10-26T09:00+01:00",
            "Europe/Zurich",
        ),
        ('{start: "2025-07-24T09:00-04:00"}', "2025-07-24T15:00+02:00", None, "Europe/Zurich"),
    ],
)
def test_times_stand_in_their_zone(event: str, start: str, end: str | None, zone: str) -> None:
    """With the zone's name, whose rules the file itself holds, so that an offset is not guessed."""
    entry = _event(event)
    calendar = _read(_calendars(entry)["2025/10/talk/event.ics"])
    (found,) = calendar.walk("VEVENT")
    assert found["DTSTART"].dt == at(start)
    assert found["DTSTART"].params["TZID"] == zone
    assert found["DTSTART"].dt.utcoffset() == at(start).utcoffset()
    assert (found["DTEND"].dt if "DTEND" in found else None) == (at(end) if end else None)
    (rules,) = calendar.walk("VTIMEZONE")
    assert str(rules["TZID"]) == zone
    assert rules.to_tz(lookup_tzid=False).utcoffset(at(start).replace(tzinfo=None)) == at(start).utcoffset()


def test_only_the_zones_that_are_used_are_explained() -> None:
    """Each once, for the years of the events; days need none."""
    entries = [
        _event('{start: "2025-03-24T09:00"}', "2025/10/a.md"),
        _event('{start: "2021-03-24T09:00"}', "2025/10/b.md"),
        _event('{start: "2025-03-24T09:00", zone: Asia/Tokyo}', "2025/10/c.md"),
        _event("{start: 2025-03-24}", "2025/10/d.md"),
    ]
    pages = _calendars(*entries)
    zones = [str(zone["TZID"]) for zone in _read(pages["events.ics"]).walk("VTIMEZONE")]
    assert sorted(zones) == ["Asia/Tokyo", "Europe/Zurich"]
    assert b"VTIMEZONE" not in pages["2025/10/d/event.ics"]
    assert len(pages["2025/10/b/event.ics"]) < 1500


def test_a_long_event_has_rules_to_its_end() -> None:
    """The clocks of the last year are known also where the event began long before."""
    event = '{start: "2020-07-01T09:00", end: "2029-07-01T09:00"}'
    (rules,) = _read(_calendars(_event(event))["events.ics"]).walk("VTIMEZONE")
    assert rules.to_tz(lookup_tzid=False).utcoffset(datetime(2029, 7, 1, 9)) == timedelta(hours=2)  # noqa: DTZ001


TEXT = 'A, b; c \\ d: é 🎉 "q" & 3 < 4'


def test_words_come_back_as_they_went_in() -> None:
    """Commas, semicolons, backslashes and long lines are escaped and folded as RFC 5545 asks."""
    long = "Wörter, und; mehr " * 20
    found = _component(
        "{start: 2025-10-27, place: 'Geneva, room; B'}",
        title=f"'{TEXT}'",
        summary=f"'{long}'",
    )
    assert str(found["SUMMARY"]) == TEXT
    assert str(found["DESCRIPTION"]) == long.strip()
    assert str(found["LOCATION"]) == "Geneva, room; B"
    data = _calendars(_event("{start: 2025-10-27}", summary=f"'{long}'"))["events.ics"]
    assert data.endswith(b"END:VCALENDAR\r\n")
    assert max(len(line) for line in data.split(b"\r\n")) <= 75
    assert b"\n" not in data.replace(b"\r\n", b"")


def test_what_an_event_lacks_is_left_out() -> None:
    """No place, no summary: no line. The address is the event's own page, else the entry's."""
    found = _component("{start: 2025-10-27}", summary="''")
    assert "LOCATION" not in found
    assert str(found["DESCRIPTION"]) == "Words."
    assert str(found["URL"]) == f"{TOP}2025/10/talk/"
    assert (
        str(_component("{start: 2025-10-27, url: 'https://example.org/x'}")["URL"]) == "https://example.org/x"
    )
    bare = an_entry("2025/10/talk.md", "", summary="''", date="2025-10-01", event="{start: 2025-10-27}")
    (event,) = _read(_calendars(bare)["events.ics"]).walk("VEVENT")
    assert "DESCRIPTION" not in event


@pytest.mark.parametrize(
    ("fields", "stamp"),
    [
        ({"date": "2025-10-01"}, "2025-09-30T22:00+00:00"),
        ({"date": "2025-10-01", "updated": "2025-10-02T10:00+02:00"}, "2025-10-02T08:00+00:00"),
    ],
)
def test_the_stamp_is_the_entrys_time(fields: dict[str, str], stamp: str) -> None:
    """In UTC, and never the clock's."""
    found = _component("{start: 2025-10-27}", **fields)
    assert found["DTSTAMP"].dt == at(stamp)
    assert found["DTSTAMP"].dt.utcoffset() == timedelta()


def test_a_build_writes_the_same_calendars(tmp_path: Path) -> None:
    """A calendar is linked from its entry's page, stands where the link leads, and knows no clock."""
    room = Newsroom(tmp_path)
    room.write("2025/10/talk.md", date="2025-10-01", event='{start: "2025-10-27T09:00"}')
    room.build()
    page = room.read("2025/10/talk/index.html").decode()
    assert 'href="event.ics"' in page
    assert 'href="../events.ics"' in room.read("feeds/index.html").decode()
    before = room.stamps()
    assert {"events.ics", "2025/10/talk/event.ics"} <= before.keys()
    room.build(NOW + timedelta(days=900))
    assert room.stamps() == before


def test_summer_time_begins_in_the_offset_before_it() -> None:
    """Each rule of a zone starts at its local time before the change (RFC 5545, section 3.6.5)."""
    calendar = _read(_calendars(_event('{start: "2025-10-24T09:00"}'))["2025/10/talk/event.ics"])
    (zone,) = calendar.walk("VTIMEZONE")
    assert [(rule.name, f"{rule['DTSTART'].dt:%m-%dT%H:%M}") for rule in zone.subcomponents] == [
        ("STANDARD", "01-01T01:00"),
        ("DAYLIGHT", "03-30T02:00"),
        ("STANDARD", "10-26T03:00"),
    ]
