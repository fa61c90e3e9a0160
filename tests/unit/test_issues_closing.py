"""What closes and what begins in a month: whose days end where, and in which order."""

from typing import Any
from zoneinfo import ZoneInfo

import pytest
from builders import an_entry, some_settings
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from publisher import issues
from publisher.model.entry import Entry, Month

JULY = Month(2023, 7)


def _entry(name: str, zone: str = "Europe/Zurich", **fields: Any) -> Entry:
    return an_entry(f"{name}.md", settings=some_settings(newsletter={"zone": zone}), **fields)


def _ids(entries: list[Entry]) -> list[str]:
    return [entry.id for entry in entries]


@pytest.mark.parametrize(
    ("deadline", "zone", "closes"),
    [
        # A day closes as it ends in the newsletter's zone, whichever that is.
        ("2023-06-30", "Europe/Zurich", False),
        ("2023-07-01", "Europe/Zurich", True),
        ("2023-07-31", "Europe/Zurich", True),
        ("2023-08-01", "Europe/Zurich", False),
        ("2022-07-15", "Europe/Zurich", False),
        ("2023-07-31", "Pacific/Kiritimati", True),
        ("2023-06-30", "Pacific/Pago_Pago", False),
        ("2023-07-31", "Pacific/Pago_Pago", True),
        # A time closes at its instant, as the newsletter's clock shows it.
        ("2023-06-30T23:59+02:00", "Europe/Zurich", False),
        ("2023-07-01T00:00+02:00", "Europe/Zurich", True),
        ("2023-06-30T22:00Z", "Europe/Zurich", True),
        ("2023-06-30T21:59Z", "Europe/Zurich", False),
        ("2023-08-01T01:00+05:00", "Europe/Zurich", True),
        ("2023-07-31T23:00-01:00", "Europe/Zurich", False),
        ("2023-07-31T23:00-01:00", "America/New_York", True),
    ],
)
def test_a_deadline_belongs_to_the_month_in_which_it_ends(
    deadline: str,
    zone: str,
    closes: bool,  # noqa: FBT001
) -> None:
    """A day counts until its end in the newsletter's zone, a time by its instant there."""
    entry = _entry("a", zone, deadline=deadline)
    assert issues.closing_in(JULY, [entry], ZoneInfo(zone)) == ([entry] if closes else [])


@pytest.mark.parametrize(
    ("event", "closes"),
    [
        ("{start: 2023-09-01, registration_deadline: 2023-07-31}", True),
        ("{start: 2023-09-01, registration_deadline: 2023-08-01}", False),
        ("{start: 2023-07-15}", False),
        # Local to the event's zone: 2 in the morning of 1 July there is still June in Zurich.
        ('{start: 2023-09-01, zone: Asia/Kolkata, registration_deadline: "2023-07-01T02:00"}', False),
        ('{start: 2023-09-01, zone: Asia/Kolkata, registration_deadline: "2023-07-01T04:00"}', True),
        ('{start: 2023-09-01, zone: America/New_York, registration_deadline: "2023-07-31T20:00"}', False),
    ],
)
def test_an_event_closes_with_its_registration(event: str, closes: bool) -> None:  # noqa: FBT001
    """Whoever may register may act; an event itself closes nothing."""
    entry = _entry("a", event=event)
    assert issues.closing_in(JULY, [entry], ZoneInfo("Europe/Zurich")) == ([entry] if closes else [])


def test_a_deadline_goes_before_the_registration() -> None:
    """An entry that gives both closes at its own deadline."""
    event = "{start: 2023-09-01, registration_deadline: 2023-08-20}"
    entry = _entry("a", deadline="2023-07-03", event=event)
    zone = ZoneInfo("Europe/Zurich")
    assert issues.closing_in(JULY, [entry], zone) == [entry]
    assert issues.closing_in(Month(2023, 8), [entry], zone) == []


def test_the_next_to_close_stands_first() -> None:
    """Order is by the end: a time of a day goes before the day, ties go by id and not by date."""
    entries = [
        _entry("day-b", deadline="2023-07-14", date="2023-06-30"),
        _entry("day-a", deadline="2023-07-14", date="2023-06-01"),
        _entry("evening", deadline="2023-07-14T23:58+02:00"),
        _entry("first", event="{start: 2023-08-01, registration_deadline: 2023-07-02}"),
        _entry("abroad", deadline="2023-07-14T20:00-05:00"),  # 3 in the morning of the 15th
        _entry("nothing"),
        _entry("last", deadline="2023-07-31"),
    ]
    expected = ["first", "evening", "day-a", "day-b", "abroad", "last"]
    for given_order in (entries, entries[::-1]):
        assert expected == _ids(issues.closing_in(JULY, given_order, ZoneInfo("Europe/Zurich")))


@pytest.mark.parametrize(
    ("event", "begins"),
    [
        ("{start: 2023-07-01}", True),
        ("{start: 2023-07-31, end: 2023-08-02}", True),
        ("{start: 2023-06-30, end: 2023-07-02}", False),
        ("{start: 2023-08-01}", False),
        ("{start: 2022-07-01}", False),
        # In its own zone: New Year's Eve in Kolkata is that of Kolkata.
        ('{start: "2023-07-01T00:30", zone: Asia/Kolkata}', True),
        ('{start: "2023-06-30T23:30", zone: America/New_York}', False),
        ('{start: "2023-07-31T23:30", zone: America/New_York}', True),
        ('{start: "2023-08-01T00:30", zone: Asia/Kolkata}', False),
    ],
)
def test_an_event_begins_in_its_own_month(event: str, begins: bool) -> None:  # noqa: FBT001
    """Where the event is, people count its days."""
    entry = _entry("a", event=event)
    assert issues.beginning_in(JULY, [entry], ZoneInfo("Europe/Zurich")) == ([entry] if begins else [])


def test_the_first_to_begin_stands_first() -> None:
    """Order is by the instant: a day begins at midnight in the newsletter's zone, ties go by id."""
    entries = [
        _entry("day-b", event="{start: 2023-07-05}"),
        _entry("day-a", event="{start: 2023-07-05}"),
        _entry("morning", event='{start: "2023-07-05T09:00", zone: Europe/Zurich}'),
        _entry("far-east", event='{start: "2023-07-05T05:00", zone: Asia/Tokyo}'),  # 22:00 on the 4th
        _entry("far-west", event='{start: "2023-07-04T23:00", zone: America/New_York}'),  # 5:00 on the 5th
        _entry("none"),
        _entry("first", event="{start: 2023-07-01, end: 2023-07-30}"),
    ]
    expected = ["first", "far-east", "day-a", "day-b", "far-west", "morning"]
    for given_order in (entries, entries[::-1]):
        assert expected == _ids(issues.beginning_in(JULY, given_order, ZoneInfo("Europe/Zurich")))


@given(
    st.lists(st.dates(*(Month(2023, month).first_day for month in (1, 12))), max_size=8),
    st.sampled_from(["UTC", "Europe/Zurich", "Pacific/Apia", "America/St_Johns"]),
)
def test_each_deadline_closes_in_one_month(days: list[Any], zone: str) -> None:
    """Over a year's months each entry with a deadline is told once, in the month that it names."""
    like = _entry("like")
    entries = [replace(like, id=f"e{number}", deadline=day) for number, day in enumerate(days)]
    found = {month: issues.closing_in(Month(2023, month), entries, ZoneInfo(zone)) for month in range(1, 13)}
    assert sorted(entry.id for group in found.values() for entry in group) == sorted(_ids(entries))
    for month, group in found.items():
        assert [entry.deadline.month for entry in group if entry.deadline] == [month] * len(group)
