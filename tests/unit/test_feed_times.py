"""The times that feeds tell of entries that give a day alone."""

from datetime import timedelta

import pytest
from builders import an_entry, at
from editions import an_edition, times_of, whole_feeds
from msgspec.structs import replace

from publisher.model.entry import Entry
from publisher.render.feeds.times import Times


def _day(name: str, date: str = "2025-10-05", **fields: str) -> Entry:
    return an_entry(f"2025/10/{name}.md", "Words.", None, date=date, **fields)


def _copies(count: int) -> list[Entry]:
    first = _day("copy")
    return [replace(first, id=f"copy-{number}") for number in range(count)]


def test_a_time_is_told_as_it_was_given() -> None:
    """In the newsletter's zone, to the second."""
    times = times_of([_day("one", "2025-10-05T06:07:08Z", updated="2025-10-06T10:00+02:00")])["one"]
    assert times == Times(at("2025-10-05T08:07:08+02:00"), at("2025-10-06T10:00:00+02:00"))


def test_a_day_is_told_as_an_hour_of_that_day() -> None:
    """From 8 to 14 o'clock in the newsletter's zone, so that it is that day nearly everywhere."""
    times = times_of(_copies(300))
    assert {moment.published.date().isoformat() for moment in times.values()} == {"2025-10-05"}
    hours = {moment.published.hour for moment in times.values()}
    assert hours == {8, 9, 10, 11, 12, 13}
    assert all(moment.updated == moment.published for moment in times.values())


@pytest.mark.parametrize("count", [600, 21_601])
def test_no_two_entries_of_a_day_share_a_time(count: int) -> None:
    """Also where their hashes meet, and where the six hours have too few seconds."""
    times = times_of(_copies(count))
    assert len({moment.published for moment in times.values()}) == count


def test_a_time_comes_of_the_id_alone() -> None:
    """Neither the other entries nor their order, nor title or text, move it."""
    alone = {entry.id: times_of([entry])[entry.id] for entry in _copies(40)}
    assert times_of(_copies(40)) == times_of(_copies(40)[::-1]) == alone
    assert times_of([_day("copy-7", title="Renamed", kind="event")])["copy-7"] == alone["copy-7"]


def test_entries_that_meet_are_told_apart_by_their_ids() -> None:
    """The later id takes the next second, whatever comes first in the folder."""
    entries = _copies(600)
    alone = {entry.id: times_of([entry])[entry.id].published for entry in entries}
    together = times_of(entries)
    holders = {moment.published: name for name, moment in together.items()}
    moved = [name for name, moment in alone.items() if together[name].published != moment]
    assert len(moved) > 3
    for name in moved:
        assert holders[alone[name]] < name
        assert together[name].published - alone[name] <= timedelta(seconds=2)
    assert times_of(entries[::-1]) == together


def test_days_of_change_are_told_like_days_of_publication() -> None:
    """Two entries changed on one day have two times, on that day."""
    entries = [_day(name, updated="2025-11-02") for name in ("one", "two")]
    first, second = (times_of(entries)[name].updated for name in ("one", "two"))
    assert first != second
    assert {first.date().isoformat(), second.date().isoformat()} == {"2025-11-02"}
    assert 8 <= first.hour < 14


@pytest.mark.parametrize("updated", ["2025-10-05", "2025-10-01", "2025-10-05T07:00+02:00"])
def test_no_entry_is_changed_before_it_is_published(updated: str) -> None:
    """A change on the same day, or by mistake before it, is told as no change."""
    times = times_of([_day("one", updated=updated)])["one"]
    assert times.updated == times.published


def test_a_time_given_as_midnight_stays() -> None:
    """A day of change at midnight does not move the time of publication that was given."""
    times = times_of([_day("one", "2025-10-05T00:00+02:00", updated="2025-10-05")])["one"]
    assert times.published == at("2025-10-05T00:00:00+02:00")
    assert 8 <= times.updated.hour < 14


@pytest.mark.parametrize(("date", "offset"), [("2025-03-30", 2), ("2025-10-26", 1), ("2025-01-01", 1)])
def test_the_clocks_may_change_on_that_day(date: str, offset: int) -> None:
    """The offset is that of the hour that is told, also on the days when clocks change."""
    published = times_of([_day("one", date)])["one"].published
    assert published.utcoffset() == timedelta(hours=offset)
    assert published.date().isoformat() == date


def test_lasting_pages_have_no_times() -> None:
    """They are in no feed."""
    page = an_entry("pages/about.md", evergreen="true")
    assert times_of([page]) == {}
    assert whole_feeds(an_edition(page)) == []
