"""The deadline of an entry: a day or a moment, read as people write it and told in the newsletter's zone."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest
from builders import an_entry, entry_text, some_settings

from publisher.entries.parser import parse_entry

ZURICH = ZoneInfo("Europe/Zurich")
EVENT = "{start: 2023-08-01, registration_deadline: 2023-07-20}"


@pytest.mark.parametrize(
    ("written", "zone", "expected"),
    [
        ("2023-07-14", "Europe/Zurich", date(2023, 7, 14)),
        ("2023-07-14T18:00+02:00", "Europe/Zurich", datetime(2023, 7, 14, 18, tzinfo=ZURICH)),
        ("2023-07-14T23:59-04:00", "Europe/Zurich", datetime(2023, 7, 15, 5, 59, tzinfo=ZURICH)),
        ("2023-12-31T23:30Z", "Asia/Kolkata", datetime(2024, 1, 1, 5, tzinfo=ZoneInfo("Asia/Kolkata"))),
        ("9998-12-31T23:59-14:00", "UTC", datetime(9999, 1, 1, 13, 59, tzinfo=ZoneInfo("UTC"))),
        ("null", "UTC", None),
    ],
)
def test_a_deadline_is_a_day_or_a_time_in_the_newsletters_zone(
    written: str, zone: str, expected: date | None
) -> None:
    """A day stays a day; a time, which has its offset, is said as the newsletter's clock shows it."""
    entry = an_entry(settings=some_settings(newsletter={"zone": zone}), deadline=written)
    assert entry.deadline == expected
    assert type(entry.deadline) is type(expected)
    if isinstance(expected, datetime) and isinstance(entry.deadline, datetime):
        assert entry.deadline.isoformat() == expected.isoformat()


@pytest.mark.parametrize(
    ("written", "code", "hint"),
    [
        ("2023-07-14T18:00", "time-without-zone", "2023-07-14T18:00+02:00"),
        ("14 July 2023", "invalid-date", "write 2023-07-14"),
        ("2023-02-30", "invalid-date", "YYYY-MM-DD"),
        ("2023-07-14T25:00+02:00", "invalid-time", "2023-07-14T09:00+02:00"),
        ("soon", "invalid-date", "YYYY-MM-DD"),
    ],
)
def test_what_is_no_deadline_is_an_error_at_its_line(written: str, code: str, hint: str) -> None:
    """The hint says how to write it."""
    parsed = parse_entry("2023/06/a.md", entry_text(id="a", deadline=written).encode(), some_settings())
    assert parsed.entry is None
    (problem,) = parsed.problems
    assert (problem.code, problem.place.text) == (code, f"deadline: {written}")
    assert hint in problem.hint


@pytest.mark.parametrize(
    ("deadline", "event", "expected"),
    [
        ("null", "null", None),
        ("2023-07-14", "null", date(2023, 7, 14)),
        ("null", EVENT, date(2023, 7, 20)),
        ("2023-07-14", EVENT, date(2023, 7, 14)),
        ("null", "{start: 2023-08-01}", None),
    ],
)
def test_an_entry_closes_with_its_deadline_or_its_registration(
    deadline: str, event: str, expected: date | None
) -> None:
    """Whoever reads it learns of one day: the entry's own, else that of its event."""
    assert expected == an_entry(deadline=deadline, event=event).closes
