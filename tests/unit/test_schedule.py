"""When issues are due."""

from datetime import UTC, datetime, timedelta

import pytest
from builders import some_settings
from msgspec.structs import replace

from publisher.model.entry import Month
from publisher.model.settings import Settings
from publisher.sending.schedule import due_at, due_now, late_at, late_now, over_at


def settings(day: int, time: str = "09:00", zone: str = "Europe/Zurich", late: int = 5) -> Settings:
    """Return settings with a schedule."""
    some = some_settings()
    sending = replace(some.sending, day=day, time=time, late_days=late)
    return replace(some, sending=sending, newsletter=replace(some.newsletter, zone=zone))


@pytest.mark.parametrize(
    ("period", "day", "time", "zone", "due"),
    [
        ((2026, 11), 3, "09:00", "Europe/Zurich", "2026-12-03 08:00"),
        ((2026, 12), 3, "09:00", "UTC", "2027-01-03 09:00"),
        ((2026, 1), 31, "09:00", "UTC", "2026-02-28 09:00"),
        ((2028, 1), 30, "09:00", "UTC", "2028-02-29 09:00"),
        ((2026, 6), 1, "09:00", "Asia/Kathmandu", "2026-07-01 03:15"),
        # The clocks go from 02:00 to 03:00 that night: 02:30 is where 03:30 is.
        ((2026, 2), 29, "02:30", "Europe/Zurich", "2026-03-29 01:30"),
        # 02:30 comes twice that night, an hour apart: the first one counts.
        ((2026, 9), 25, "02:30", "Europe/Zurich", "2026-10-25 00:30"),
        ((2026, 2), 8, "02:30", "America/New_York", "2026-03-08 07:30"),
    ],
)
def test_due(period: tuple[int, int], day: int, time: str, zone: str, due: str) -> None:
    """An issue is due on its day of the next month, at its time in the newsletter's zone."""
    assert due_at(Month(*period), settings(day, time, zone)) == datetime.fromisoformat(f"{due}+00:00")


def test_without_a_day_nothing_is_due() -> None:
    """Who names no day sends by hand; late counts from the end of the next month."""
    never = settings(0)
    assert due_at(Month(2026, 11), never) is None
    assert not list(due_now(datetime(2026, 12, 3, 12, tzinfo=UTC), never))
    assert late_at(Month(2026, 11), never) == datetime(2027, 1, 5, 23, tzinfo=UTC)


def test_over() -> None:
    """A month is over with its last instant in the newsletter's zone."""
    assert over_at(Month(2026, 11), settings(3)) == datetime(2026, 11, 30, 23, tzinfo=UTC)


@pytest.mark.parametrize(
    ("now", "due"),
    [
        ("2026-12-03 07:59", []),
        ("2026-12-03 08:00", ["2026-11"]),
        ("2026-12-08 07:59", ["2026-11"]),
        ("2026-12-08 08:00", []),  # late: somebody must want it
    ],
)
def test_due_now(now: str, due: list[str]) -> None:
    """What is due stays so until it is late."""
    found = due_now(datetime.fromisoformat(f"{now}+00:00"), settings(3))
    assert [str(period) for period in found] == due


@pytest.mark.parametrize("time", ["02:30", "00:00", "23:59"])
@pytest.mark.parametrize("zone", ["Europe/Zurich", "America/Santiago", "Australia/Lord_Howe"])
def test_each_month_is_due_once(zone: str, time: str) -> None:
    """Looked at again and again over a year, every month becomes due once, folds and gaps included."""
    rule, now, seen = settings(31, time, zone, late=1), datetime(2025, 12, 25, tzinfo=UTC), []
    while now < datetime(2026, 12, 25, tzinfo=UTC):
        for period in due_now(now, rule):
            if period not in seen:
                seen.append(period)
        now += timedelta(hours=7)
    assert seen == [Month(2025 + step // 12, step % 12 + 1) for step in range(10, 10 + len(seen))]
    assert len(seen) == 12


@pytest.mark.parametrize(
    ("now", "late"),
    [("2026-12-08 07:59", "2026-10"), ("2026-12-08 08:00", "2026-11"), ("2027-01-01 00:00", "2026-11")],
)
def test_late_now(now: str, late: str) -> None:
    """The last month whose issue should have gone out, and did not in time."""
    found = late_now(datetime.fromisoformat(f"{now}+00:00"), settings(3))
    assert str(found) == late


def test_nothing_is_late_without_a_schedule() -> None:
    """Who sends by hand is never told off."""
    assert late_now(datetime(2027, 1, 1, tzinfo=UTC), settings(0)) is None
