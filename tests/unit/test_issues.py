"""Entries to monthly issues: what is published, in which month, in which order."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from builders import an_entry, at, some_settings
from editions import a_quote
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from publisher import issues
from publisher.issues import Selection
from publisher.model.entry import Entry, Month

BEGINNING = datetime(2022, 1, 1, tzinfo=UTC)
NOW = at("2023-06-30T12:00+02:00")


def _dated(name: str, when: str, zone: str = "Europe/Zurich", **fields: str) -> Entry:
    settings = some_settings(newsletter={"zone": zone})
    return an_entry(f"{name}.md", settings=settings, date=when, **fields)


def _ids(entries: Sequence[Entry]) -> list[str]:
    return [entry.id for entry in entries]


@pytest.mark.parametrize(
    ("zone", "when", "month"),
    [
        # March of 2023 has the change to summer time in Zurich: it begins at +01:00 and ends at +02:00.
        ("Europe/Zurich", "2023-02-28T23:59:59+01:00", "2023-02"),
        ("Europe/Zurich", "2023-03-01T00:00+01:00", "2023-03"),
        ("Europe/Zurich", "2023-03-31T23:30+02:00", "2023-03"),
        ("Europe/Zurich", "2023-03-31T21:59:59Z", "2023-03"),
        ("Europe/Zurich", "2023-03-31T22:00Z", "2023-04"),
        ("Europe/Zurich", "2023-04-01T00:00+02:00", "2023-04"),
        # October goes back: it ends an hour later than a summer month.
        ("Europe/Zurich", "2023-09-30T22:00Z", "2023-10"),
        ("Europe/Zurich", "2023-10-31T23:30+01:00", "2023-10"),
        ("Europe/Zurich", "2023-10-31T22:59:59Z", "2023-10"),
        ("Europe/Zurich", "2023-10-31T23:00Z", "2023-11"),
        # The year's end, and the last day of a short and of a leap February.
        ("Europe/Zurich", "2022-12-31T23:30+01:00", "2022-12"),
        ("Europe/Zurich", "2022-12-31T23:00Z", "2023-01"),
        ("Europe/Zurich", "2023-02-28", "2023-02"),
        ("Europe/Zurich", "2024-02-29", "2024-02"),
        ("Europe/Zurich", "2023-03-31", "2023-03"),
        # West of Greenwich the month ends after UTC's, in summer time and in winter time.
        ("America/New_York", "2023-11-01T03:59:59Z", "2023-10"),
        ("America/New_York", "2023-11-01T04:00Z", "2023-11"),
        ("America/New_York", "2023-12-01T04:59:59Z", "2023-11"),
        ("America/New_York", "2023-12-01T05:00Z", "2023-12"),
        # Half-hour offsets, and a first of the month without a midnight.
        ("Asia/Kolkata", "2023-06-30T18:29:59Z", "2023-06"),
        ("Asia/Kolkata", "2023-06-30T18:30Z", "2023-07"),
        ("America/Asuncion", "2023-10-01", "2023-10"),
        ("Pacific/Kiritimati", "2023-05-31T10:00Z", "2023-06"),
    ],
)
def test_month_is_that_of_the_newsletters_zone(zone: str, when: str, month: str) -> None:
    """A month holds its first instant in the newsletter's zone and not that of the next month."""
    (issue,) = issues.by_month([_dated("a", when, zone)])
    assert month == str(issue.month)


@given(
    seconds=st.lists(st.integers(0, 3 * 366 * 24 * 3600), max_size=12),
    zone=st.sampled_from(["UTC", "Europe/Zurich", "America/St_Johns", "Pacific/Apia", "Africa/Casablanca"]),
)
def test_months_divide_the_entries(seconds: list[int], zone: str) -> None:
    """Every dated entry is in exactly one issue, between the month's first instant and the next's."""
    here, like = ZoneInfo(zone), _dated("a", "2023-01-01")
    entries = [
        replace(like, id=f"e{number:02}", published=(BEGINNING + timedelta(seconds=second)).astimezone(here))
        for number, second in enumerate(seconds)
    ]
    made = issues.by_month(entries)
    assert sorted(_ids(entries)) == sorted(name for issue in made for name in _ids(issue.entries))
    for issue in made:
        first, after = (
            datetime.combine(day, time(), tzinfo=here)
            for day in (issue.month.first_day, issue.month.following.first_day)
        )
        assert all(
            first <= entry.published.astimezone(UTC) < after for entry in issue.entries if entry.published
        )
    assert len({issue.month for issue in made}) == len(made)


def test_issues_are_by_month_and_language_newest_first() -> None:
    """There is one issue per month and language that has entries; months between have none."""
    entries = [
        _dated("old", "2022-12-01"),
        _dated("new", "2023-06-01"),
        _dated("new-fr", "2023-06-01", lang="fr"),
        _dated("last-year-fr", "2022-06-30", lang="fr"),
    ]
    made = [(str(issue.month), issue.lang, _ids(issue.entries)) for issue in issues.by_month(entries)]
    assert made == [
        ("2023-06", "en", ["new"]),
        ("2023-06", "fr", ["new-fr"]),
        ("2022-12", "en", ["old"]),
        ("2022-06", "fr", ["last-year-fr"]),
    ]


def test_no_dated_entries_make_no_issues() -> None:
    """Nothing, and evergreen entries alone, make no issue."""
    assert issues.by_month([]) == []
    assert issues.by_month([an_entry("about.md", date="", evergreen="true")]) == []


def test_entries_are_newest_first_and_ties_by_id_and_language() -> None:
    """Order goes by the instant, not by the day's name or the order of files."""
    entries = [
        _dated("c", "2023-06-05"),
        _dated("evening", "2023-06-05T18:00+02:00"),
        _dated("noon-in-new-york", "2023-06-05T12:00-04:00"),  # 18:00 in Zurich
        _dated("a", "2023-06-05"),
        _dated("oldest", "2023-06-04T23:59+02:00"),
    ]
    expected = ["evening", "noon-in-new-york", "a", "c", "oldest"]
    assert expected == _ids(issues.in_order(entries))
    assert expected == _ids(issues.in_order(reversed(entries)))
    assert expected == _ids(issues.by_month(entries)[0].entries)
    same = [replace(entry, lang=lang) for entry in entries[:1] for lang in ("fr", "en")]
    assert [entry.lang for entry in issues.in_order(same)] == ["en", "fr"]


def test_in_order_leaves_evergreen_entries_out() -> None:
    """A lasting page has no place in an order by date."""
    pages = [an_entry("about.md", date="", evergreen="true"), _dated("a", "2023-06-05")]
    assert _ids(issues.in_order(pages)) == ["a"]


@pytest.mark.parametrize(
    ("fields", "options", "expected"),
    [
        ({}, {}, (1, 0, 0, 0)),
        ({"draft": "true"}, {}, (0, 1, 0, 0)),
        ({"draft": "true"}, {"drafts": True}, (1, 0, 0, 0)),
        ({"date": "2023-06-30T12:00+02:00"}, {}, (1, 0, 0, 0)),  # dated now
        ({"date": "2023-06-30T12:01+02:00"}, {}, (0, 0, 1, 0)),
        ({"date": "2023-06-30T12:01+02:00"}, {"future": True}, (1, 0, 0, 0)),
        ({"date": "2023-07-01"}, {}, (0, 0, 1, 0)),
        ({"expires": "2023-06-30T12:00+02:00"}, {}, (0, 0, 0, 1)),  # expires now
        ({"expires": "2023-06-30T12:01+02:00"}, {}, (1, 0, 0, 0)),
        ({"expires": "2023-06-30"}, {}, (1, 0, 0, 0)),  # shown on that day
        ({"expires": "2023-06-29"}, {}, (0, 0, 0, 1)),
        ({"expires": "2023-06-29"}, {"drafts": True, "future": True}, (0, 0, 0, 1)),
        ({"draft": "true", "date": "2023-07-01", "expires": "2023-06-29"}, {}, (0, 1, 0, 0)),
        ({"draft": "true", "date": "2023-07-01"}, {"drafts": True}, (0, 0, 1, 0)),
        ({"draft": "true", "date": "2023-07-01"}, {"future": True}, (0, 1, 0, 0)),
        ({"date": "2023-07-01", "expires": "2023-06-29"}, {}, (0, 0, 1, 0)),
        ({"date": "2023-07-01", "expires": "2023-06-29"}, {"future": True}, (0, 0, 0, 1)),
        ({"date": "", "evergreen": "true"}, {}, (1, 0, 0, 0)),
        ({"date": "", "evergreen": "true", "draft": "true"}, {}, (0, 1, 0, 0)),
        ({"date": "", "evergreen": "true", "expires": "2023-06-29"}, {}, (0, 0, 0, 1)),
    ],
)
def test_selection_counts_what_it_leaves_out(
    fields: dict[str, Any], options: dict[str, bool], expected: tuple[int, int, int, int]
) -> None:
    """Drafts, future and expired entries are left out and counted, each under the first that it is."""
    chosen = issues.select([an_entry(**fields)], NOW, **options)
    assert expected == (len(chosen.entries), chosen.drafts, chosen.future, chosen.expired)


def test_selection_adds_up() -> None:
    """What is kept stays in its order, and what is left out is counted by reason."""
    entries = [
        _dated("b", "2023-06-01"),
        _dated("d1", "2023-06-01", draft="true"),
        _dated("d2", "2023-06-01", draft="true"),
        _dated("f", "2024-01-01"),
        _dated("a", "2023-06-02"),
        _dated("e", "2023-06-01", expires="2023-06-02"),
    ]
    assert Selection((entries[0], entries[4]), drafts=2, future=1, expired=1) == issues.select(entries, NOW)


def test_highlights_are_by_mark_then_newest() -> None:
    """Marked entries stand in the order of their mark; the unmarked and the evergreen are left out."""
    entries = [
        _dated("second", "2023-06-30", highlight="2"),
        _dated("older-first", "2023-06-01", highlight="1"),
        _dated("unmarked", "2023-06-29"),
        _dated("newer-first", "2023-06-02", highlight="1"),
        an_entry("page.md", date="", evergreen="true", highlight="1"),
    ]
    assert _ids(issues.highlights(entries)) == ["newer-first", "older-first", "second"]


def test_evergreen_entries_are_by_title() -> None:
    """Lasting pages stand by title, equal titles by id; dated entries are left out."""
    titles = [("z", "About"), ("b", "Standards"), ("a", "Standards")]
    pages = [an_entry(f"{name}.md", title=title, date="", evergreen="true") for name, title in titles]
    assert _ids(issues.evergreen([*reversed(pages), _dated("dated", "2023-06-01")])) == ["z", "a", "b"]


def test_translations_are_found_by_original_and_language() -> None:
    """All entries of one text stand below the id of its original."""
    original = _dated("talks", "2023-06-01")
    french = _dated("talks-fr", "2023-06-01", lang="fr", translation_of="talks")
    other = _dated("other", "2023-06-01")
    expected = {"talks": {"en": original, "fr": french}, "other": {"en": other}}
    assert expected == issues.translations([french, other, original])


@pytest.mark.parametrize(
    ("start", "end", "stands"),
    [
        (None, None, True),
        ("2023-06-30", None, True),  # begins on the last day
        ("2023-07-01", None, False),
        (None, "2023-06-01", True),  # ends on the first day
        (None, "2023-05-31", False),
        ("2023-01-01", "2023-12-31", True),
        ("2023-06-10", "2023-06-12", True),
        ("2022-06-01", "2022-06-30", False),
    ],
)
def test_quote_stands_if_one_of_its_days_is_in_the_span(
    start: str | None,
    end: str | None,
    stands: bool,  # noqa: FBT001
) -> None:
    """Both days of a quote are included, and an open end reaches for ever."""
    quote = a_quote(start=start, end=end)
    june = Month(2023, 6)
    last = june.following.first_day - timedelta(days=1)
    assert (quote if stands else None) == issues.quote_for([quote], "en", june.first_day, last)


def test_of_several_quotes_the_latest_begun_stands() -> None:
    """The latest begun wins, ties go by path, and other languages do not count."""
    quotes = [
        a_quote("Open.", path="quotes/z.md"),
        a_quote("Older.", start="2023-01-01", path="quotes/y.md"),
        a_quote("Newer.", start="2023-05-01", path="quotes/a.md"),
        a_quote("Newer, later path.", start="2023-05-01", path="quotes/b.md"),
        a_quote("Français.", lang="fr", start="2023-06-01", path="quotes/c.fr.md"),
    ]
    day = date(2023, 6, 15)
    for given_order in (quotes, quotes[::-1]):
        found = issues.quote_for(given_order, "en", day, day)
        assert found is not None
        assert found.text == "Newer, later path."
    assert issues.quote_for(quotes, "ar", day, day) is None


def test_a_change_in_the_future_is_not_told_yet() -> None:
    """`updated` after now is left out; at or before now it stays."""
    entry = an_entry(date="2023-06-01", updated='"2023-06-10T09:00+02:00"')
    early = issues.select([entry], at("2023-06-10T08:59:59+02:00")).entries[0]
    late = issues.select([entry], at("2023-06-10T09:00:00+02:00")).entries[0]
    assert (early.updated, late.updated) == (None, entry.updated)
