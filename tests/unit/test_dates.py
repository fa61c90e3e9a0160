"""Days and times: ISO is read, words give a hint, and what does not exist is refused."""

from datetime import date, datetime, timedelta, timezone
from typing import Any

import pytest
from pydantic import TypeAdapter, ValidationError
from pydantic_core import PydanticCustomError

from publisher.model.dates import (
    WRITE_A_DAY,
    Day,
    DayOrLocalTime,
    DayOrTime,
    parse_day_or_time,
    read_in_words,
)


def _range(first: str, last: str) -> str:
    return f"write date: {first} and event: {{start: {first}, end: {last}}}"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("01 March 2023", "write 2023-03-01"),
        ("1 march 2023", "write 2023-03-01"),
        ("  26 MARS 2020 ", "write 2020-03-26"),
        ("1er mars 2023", "write 2023-03-01"),
        ("3rd July 2021", "write 2021-07-03"),
        ("29 February 2020", "write 2020-02-29"),
        ("14 Sept. 2021", "write 2021-09-14"),
        ("14 août 2021", "write 2021-08-14"),
        ("14 AOÛT 2021", "write 2021-08-14"),
        ("2 décembre 2019", "write 2019-12-02"),
        ("14 de mayo de 2020", "write 2020-05-14"),
        ("5\xa0enero\xa02020", "write 2020-01-05"),
        ("27-28 June 2023", _range("2023-06-27", "2023-06-28")),
        ("27-27 June 2023", _range("2023-06-27", "2023-06-27")),
        ("06 - 08 February 2019", _range("2019-02-06", "2019-02-08")),
        ("25–28 November 2019", _range("2019-11-25", "2019-11-28")),
        ("28 November - 2 December 2022", _range("2022-11-28", "2022-12-02")),
        ("28 novembre — 2 décembre 2022", _range("2022-11-28", "2022-12-02")),
        ("28 de noviembre - 2 de diciembre de 2022", _range("2022-11-28", "2022-12-02")),
        ("30 December - 2 January 2023", _range("2022-12-30", "2023-01-02")),
        ("30 December 2022 - 2 January 2023", _range("2022-12-30", "2023-01-02")),
        ("27 June 2022 - 28 June 2023", _range("2022-06-27", "2023-06-28")),
        (
            "24 March 2023 at 09:00 (Europe/Zurich)",
            'write date: 2023-03-24 and event: {start: "2023-03-24T09:00", zone: Europe/Zurich}',
        ),
        ("24 March 2023, 9:05", 'write date: 2023-03-24 and event: {start: "2023-03-24T09:05"}'),
        ("24 mars 2023 à 14h30", 'write date: 2023-03-24 and event: {start: "2023-03-24T14:30"}'),
        ("mars 2023", "a month is not enough; write the day too, for example 2023-03-01"),
        ("February 2019", "a month is not enough; write the day too, for example 2019-02-01"),
    ],
)
def test_a_date_in_words_gives_its_iso_form(text: str, expected: str) -> None:
    """What news pages write comes back as the line to write, in three languages."""
    assert expected == read_in_words(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "soon",
        "27 Floreal 2023",
        "31 February 2019",
        "29 February 2019",
        "45 March 2023",
        "0 March 2023",
        "28-27 June 2023",
        "30-31 June 2023",
        "27 nowhere - 28 June 2023",
        "24 March 2023 at 25:00",
        "24 March 2023 at 09:75",
        "24 March 0000",
        "2023-06-27",
        "27/06/2023",
        "24 March 2023 and then some",
        "1" * 10_000 + " March 2023",
    ],
    ids=lambda text: text[:30] or "nothing",
)
def test_no_hint_is_better_than_a_wrong_one(text: str) -> None:
    """Words that are no date, or a day or time that does not exist, give no hint."""
    assert read_in_words(text) == ""


def _zone(hours: int, minutes: int = 0) -> timezone:
    return timezone(timedelta(hours=hours, minutes=minutes))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2023-06-27", date(2023, 6, 27)),
        (" 2024-02-29 ", date(2024, 2, 29)),
        ("1000-01-01", date(1000, 1, 1)),
        ("9998-12-31", date(9998, 12, 31)),
        ("2023-06-27T09:00", datetime(2023, 6, 27, 9)),  # noqa: DTZ001 - local to a zone beside it
        ("2023-06-27 09:00:30", datetime(2023, 6, 27, 9, 0, 30)),  # noqa: DTZ001
        ("2023-06-27T09:00Z", datetime(2023, 6, 27, 9, tzinfo=_zone(0))),
        ("2023-06-27t23:59:59z", datetime(2023, 6, 27, 23, 59, 59, tzinfo=_zone(0))),
        ("2023-06-27T00:00+02:00", datetime(2023, 6, 27, tzinfo=_zone(2))),
        ("2023-06-27T09:00-0330", datetime(2023, 6, 27, 9, tzinfo=_zone(-3, -30))),
        ("2023-06-27 09:00:30.25 +14:00", datetime(2023, 6, 27, 9, 0, 30, tzinfo=_zone(14))),
        ("2023-06-27T09:00-14:00", datetime(2023, 6, 27, 9, tzinfo=_zone(-14))),
    ],
)
def test_iso_is_read(text: str, expected: date) -> None:
    """A day is a date; a time keeps its offset, and has none if none is written."""
    found = parse_day_or_time(text)
    assert (type(expected), expected) == (type(found), found)
    if isinstance(expected, datetime):
        assert expected.utcoffset() == found.utcoffset()


@pytest.mark.parametrize(
    ("value", "code", "message"),
    [
        ("2019-02-31", "invalid-date", "2019-02 has no day 31"),
        ("2023-02-29", "invalid-date", "2023-02 has no day 29"),
        ("2023-06-00", "invalid-date", "2023-06 has no day 0"),
        ("2026-13-14", "invalid-date", "there is no month 13"),
        ("2026-00-14", "invalid-date", "there is no month 0"),
        ("0202-06-27", "invalid-date", "the year 0202 cannot be meant"),
        ("0999-12-31", "invalid-date", "the year 0999 cannot be meant"),
        ("9999-01-01", "invalid-date", "the year 9999 cannot be meant"),
        ("27/06/2023", "invalid-date", "'27/06/2023' is no date"),
        ("2023-6-27", "invalid-date", "'2023-6-27' is no date"),
        ("٢٠٢٣-٠٦-٢٧", "invalid-date", "'٢٠٢٣-٠٦-٢٧' is no date"),
        ("", "invalid-date", "'' is no date"),
        ("x" * 500, "invalid-date", f"{'x' * 60!r} is no date"),
        ("2023-06-31T09:00Z", "invalid-date", "2023-06 has no day 31"),
        ("2023-06-27T9:00Z", "invalid-date", "'2023-06-27T9:00Z' is no date"),
        ("2023-06-27T09:00+02:60", "invalid-date", "'2023-06-27T09:00+02:60' is no date"),
        ("2023-06-27T24:00Z", "invalid-time", "there is no time 24:00"),
        ("2023-06-27T09:60Z", "invalid-time", "there is no time 09:60"),
        ("2023-06-27T09:00:60Z", "invalid-time", "there is no time 09:00:60"),
        ("2023-06-27T09:00+99:00", "invalid-time", "+99:00 is no offset from UTC"),
        ("2023-06-27T09:00+14:01", "invalid-time", "no place on Earth is +14:01 from UTC"),
        ("2023-06-27T09:00-1500", "invalid-time", "no place on Earth is -15:00 from UTC"),
        (["2023-06-27"], "invalid-date", "it is no date"),
        (20230627, "invalid-date", "it is no date"),
    ],
    ids=lambda value: repr(value)[:30],
)
def test_what_does_not_exist_is_refused(value: object, code: str, message: str) -> None:
    """A day or time that is not in the calendar is named, and the hint says how to write one."""
    with pytest.raises(PydanticCustomError) as caught:
        parse_day_or_time(value)
    assert (code, message) == (caught.value.type, caught.value.message())
    assert "write" in (caught.value.context or {})["hint"]


@pytest.mark.parametrize(
    ("text", "expected"), [("27 June 2023", "write 2023-06-27"), ("tomorrow", WRITE_A_DAY)]
)
def test_the_hint_reads_the_words(text: str, expected: str) -> None:
    """The hint of an invalid date is its ISO form, and the general one where there is none."""
    with pytest.raises(PydanticCustomError) as caught:
        parse_day_or_time(text)
    assert expected == (caught.value.context or {})["hint"]


@pytest.mark.parametrize("value", [date(2023, 6, 27), datetime(2023, 6, 27, 9, tzinfo=_zone(2))])
def test_a_date_of_python_passes(value: date) -> None:
    """A value that is a date already stays as it is."""
    assert value is parse_day_or_time(value)


@pytest.mark.parametrize(
    ("kind", "text", "code", "hint"),
    [
        (Day, "2023-06-27T09:00Z", "invalid-date", "write 2023-06-27"),
        (
            DayOrTime,
            "2023-06-27T09:05",
            "time-without-zone",
            "write 2023-06-27T09:05+02:00 with your offset, or only the day 2023-06-27",
        ),
        (DayOrTime, "2023-06-31", "invalid-date", WRITE_A_DAY),
        (DayOrLocalTime, "2023-06-31", "invalid-date", WRITE_A_DAY),
        (DayOrLocalTime, ["a"], "invalid-date", WRITE_A_DAY),
    ],
)
def test_each_field_refuses_once_what_it_cannot_hold(kind: Any, text: object, code: str, hint: str) -> None:
    """A day takes no time, a moment takes no time without an offset, and each fault is told once."""
    with pytest.raises(ValidationError) as caught:
        TypeAdapter(kind).validate_python(text)
    (error,) = caught.value.errors()
    assert (code, hint) == (error["type"], error["ctx"]["hint"])


@pytest.mark.parametrize(
    ("kind", "text", "expected"),
    [
        (Day, "2023-06-27", date(2023, 6, 27)),
        (DayOrTime, "2023-06-27", date(2023, 6, 27)),
        (DayOrTime, "2023-06-27T09:00Z", datetime(2023, 6, 27, 9, tzinfo=_zone(0))),
        (DayOrLocalTime, "2023-06-27T09:00", datetime(2023, 6, 27, 9)),  # noqa: DTZ001
    ],
)
def test_each_field_takes_what_it_can_hold(kind: Any, text: str, expected: date) -> None:
    """A day stays a day, and a time is not cut down to one."""
    found = TypeAdapter(kind).validate_python(text)
    assert (type(expected), expected) == (type(found), found)


def test_editors_are_told_of_both_forms() -> None:
    """The JSON Schema of a moment allows a day and a time."""
    expected = {"type": "string", "anyOf": [{"format": "date"}, {"format": "date-time"}]}
    assert expected == TypeAdapter(DayOrTime).json_schema()
