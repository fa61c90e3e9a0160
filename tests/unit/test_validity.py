"""From when and up to when a build would publish the same entries."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from builders import an_entry, at
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from publisher.issues import select, validity
from publisher.model.entry import Entry

NOW = at("2023-06-15T12:00+00:00")
Times = dict[str, str]


def entries_of(rows: list[Times]) -> list[Entry]:
    """Return an entry for each row of times."""
    return [an_entry(f"2023/06/e{number}.md", "Words.", None, **row) for number, row in enumerate(rows)]


@pytest.mark.parametrize(
    ("rows", "since", "until"),
    [
        ([], None, None),
        ([{"date": "2023-06-01T00:00Z"}], "2023-06-01T00:00Z", None),
        ([{"date": "2023-06-20T00:00Z"}], None, "2023-06-20T00:00Z"),
        ([{"date": "2023-06-15T12:00Z"}], "2023-06-15T12:00Z", None),
        ([{"date": "2023-06-15T12:00:01Z"}], None, "2023-06-15T12:00:01Z"),
        (
            [{"date": "2023-06-01T00:00Z", "expires": "2023-07-01"}],
            "2023-06-01T00:00Z",
            "2023-07-02T00:00+02:00",
        ),
        (
            [{"date": "2023-06-01T00:00Z", "updated": "2023-06-16T00:00Z"}],
            "2023-06-01T00:00Z",
            "2023-06-16T00:00Z",
        ),
        (
            [{"date": "2023-06-01T00:00Z", "updated": "2023-06-02T00:00Z", "expires": "2023-06-10T00:00Z"}],
            "2023-06-10T00:00Z",
            None,
        ),
        (
            [{"date": "2023-06-03T00:00Z"}, {"date": "2023-06-20T00:00Z"}, {"date": "2023-06-18T00:00Z"}],
            "2023-06-03T00:00Z",
            "2023-06-18T00:00Z",
        ),
        ([{"date": "", "evergreen": "true"}], None, None),
        ([{"date": "2023-06-20T00:00Z", "draft": "true"}], None, "2023-06-20T00:00Z"),
    ],
)
def test_the_next_and_the_last_time_bound_it(rows: list[Times], since: str | None, until: str | None) -> None:
    """The bounds are the last time of any entry that is over, now included, and the first one to come."""
    expected = tuple(moment and at(moment) for moment in (since, until))
    assert expected == validity(entries_of(rows), NOW)


@pytest.mark.parametrize("reverse", [False, True])
def test_the_hour_that_comes_twice_is_told_apart(*, reverse: bool) -> None:
    """In the hour that a zone has twice, the bound is the time that really comes first."""
    zone = ZoneInfo("Europe/Zurich")
    early = datetime(2023, 10, 29, 2, 50, tzinfo=zone)  # 00:50 UTC
    late = datetime(2023, 10, 29, 2, 10, tzinfo=zone, fold=1)  # 01:10 UTC
    entries = [replace(an_entry(), published=moment) for moment in (early, late)]
    entries = entries[::-1] if reverse else entries
    before, after = datetime(2023, 10, 29, tzinfo=UTC), datetime(2023, 10, 30, tzinfo=UTC)
    found = validity(entries, before)[1], validity(entries, after)[0]
    assert [at("2023-10-29T00:50Z"), at("2023-10-29T01:10Z")] == [
        moment and moment.astimezone(UTC) for moment in found
    ]


_HOURS = st.integers(-5, 5)
_ROWS = st.lists(st.tuples(_HOURS, st.none() | _HOURS, st.none() | _HOURS), max_size=4)


@given(_ROWS, _HOURS)
def test_within_the_bounds_the_same_is_published(
    rows: list[tuple[int, int | None, int | None]], minutes: int
) -> None:
    """At every time within the bounds `select` gives the same entries, told alike."""

    def moment(hours: int | None) -> datetime | None:
        return None if hours is None else NOW + timedelta(hours=hours)

    base = an_entry()
    entries = [
        replace(base, published=moment(date), updated=moment(updated), expires=moment(expires))
        for date, updated, expires in rows
    ]
    now = NOW + timedelta(minutes=minutes)
    since, until = validity(entries, now)
    chosen = select(entries, now)
    for half in range(-12, 13):
        then = NOW + timedelta(minutes=30 * half)
        if (since is None or since <= then) and (until is None or then < until):
            assert chosen == select(entries, then)
    assert since is None or since <= now
    assert until is None or now < until
