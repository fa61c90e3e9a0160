"""Days and times as people write them in front matter, and the ISO form of what they wrote."""

import re
from datetime import date, datetime, time
from typing import Annotated, Any

from pydantic import BeforeValidator, PlainValidator, WithJsonSchema
from pydantic_core import PydanticCustomError

from publisher.model.rules import fault

_DAY = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})")
_MOMENT = re.compile(
    r"([0-9]{4}-[0-9]{2}-[0-9]{2})[Tt ]([0-9]{2}):([0-9]{2})(?::([0-9]{2})(?:\.[0-9]+)?)?"
    r" ?(Z|z|[+-][0-9]{2}:?[0-5][0-9])?"
)
_MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "january janvier enero jan",
            "february février fevrier febrero feb",
            "march mars marzo mar",
            "april avril abril apr",
            "may mai mayo",
            "june juin junio jun",
            "july juillet julio jul",
            "august août aout agosto aug",
            "september septembre septiembre sept sep",
            "october octobre octubre oct",
            "november novembre noviembre nov",
            "december décembre decembre diciembre dec",
        ),
        start=1,
    )
    for name in names.split()
}
_IN_WORDS = re.compile(
    r"(?:(?P<first>[0-9]{1,2})(?:er|st|nd|rd|th)?(?:(?:\s*(?:de\s+)?(?P<month1>[^\W\d_]+)(?:\s+(?P<year1>[0-9]{4}))?)?"
    r"\s*[-–—]\s*(?P<last>[0-9]{1,2})(?:er|st|nd|rd|th)?)?\s+)?"
    r"(?:de\s+)?(?P<month>[^\W\d_]+)\.?\s+(?:de\s+)?(?P<year>[0-9]{4})"
    r"(?:\s*(?:at|à|a las|,)?\s*(?P<hour>[0-9]{1,2})[:h](?P<minute>[0-9]{2}))?"
    r"(?:\s*\((?P<zone>[A-Za-z_]+/[A-Za-z_/]+)\))?",
    re.IGNORECASE,
)
_FIRST_YEAR, _LAST_YEAR = 1000, 9998
WRITE_A_DAY = "write YYYY-MM-DD, for example 2026-05-14"


def read_in_words(text: str) -> str:
    """Return a hint with the ISO form of a date in words, or "" if *text* is none.

    Knows what news pages write: "01 March 2023", "27-28 June 2023", "28 November - 2 December 2022",
    "24 March 2023 at 09:00 (Europe/Zurich)", "mars 2023"; month names in English, French and Spanish.
    A day or time that does not exist gives "" too: a hint must be right.
    """
    found = _IN_WORDS.fullmatch(text.strip()[:80])
    try:
        return _in_iso(found) if found else ""
    except (KeyError, ValueError):  # no month, no such day, no such time
        return ""


def _in_iso(found: re.Match[str]) -> str:
    month, year = _MONTHS[found["month"].lower()], int(found["year"])
    if not found["first"]:
        return f"a month is not enough; write the day too, for example {date(year, month, 1)}"
    first_month = _MONTHS[(found["month1"] or found["month"]).lower()]
    first_year = int(found["year1"] or (year - 1 if first_month > month else year))
    first = date(first_year, first_month, int(found["first"]))
    if found["last"]:
        last = date(year, month, int(found["last"]))
        return f"write date: {first} and event: {{start: {first}, end: {last}}}" if first <= last else ""
    if found["hour"]:
        zone = f", zone: {found['zone']}" if found["zone"] else ""
        start = f"{first}T{time(int(found['hour']), int(found['minute'])):%H:%M}"
        return f'write date: {first} and event: {{start: "{start}"{zone}}}'
    return f"write {first}"


def _day(text: str) -> date:
    found = _DAY.fullmatch(text)
    if not found:
        raise fault("invalid-date", f"{text[:60]!r} is no date", read_in_words(text) or WRITE_A_DAY)
    year, month, day = int(found[1]), int(found[2]), int(found[3])
    if not _FIRST_YEAR <= year <= _LAST_YEAR:
        raise fault("invalid-date", f"the year {year:04} cannot be meant", WRITE_A_DAY)
    if not 1 <= month <= 12:  # noqa: PLR2004
        raise fault("invalid-date", f"there is no month {month}", WRITE_A_DAY)
    try:
        return date(year, month, day)
    except ValueError:
        raise fault("invalid-date", f"{year}-{month:02} has no day {day}", WRITE_A_DAY) from None


def _moment(found: re.Match[str]) -> datetime:
    day, hour, minute, second, offset = found.groups()
    at = _day(day)
    if int(hour) > 23 or int(minute) > 59 or int(second or 0) > 59:  # noqa: PLR2004
        raise _no_time(f"there is no time {hour}:{minute}{':' + second if second else ''}", day)
    offset = "+00:00" if offset in {"Z", "z"} else offset or ""
    if offset and ":" not in offset:
        offset = f"{offset[:3]}:{offset[3:]}"
    try:
        moment = datetime.fromisoformat(f"{at.isoformat()}T{hour}:{minute}:{second or '00'}{offset}")
    except ValueError:
        raise _no_time(f"{offset} is no offset from UTC", day) from None
    if offset and abs(moment.utcoffset().total_seconds()) > 14 * 3600:  # type: ignore[union-attr]
        raise _no_time(f"no place on Earth is {offset} from UTC", day)
    return moment


def _no_time(message: str, day: str) -> PydanticCustomError:
    return fault("invalid-time", message, f"write the time as in {day}T09:00+02:00")


def parse_day_or_time(value: Any) -> Any:
    """Return *value* as a `date`, or as a `datetime` (aware if it gives an offset).

    Raises `invalid-date` or `invalid-time`; the hint holds the ISO form where the words can be read.
    """
    if isinstance(value, date):
        return value
    if not isinstance(value, str):
        raise fault("invalid-date", "it is no date", WRITE_A_DAY)
    text = value.strip()
    found = _MOMENT.fullmatch(text)
    return _moment(found) if found else _day(text)


def _day_or_aware(value: Any) -> Any:
    parsed = parse_day_or_time(value)
    if isinstance(parsed, datetime) and parsed.tzinfo is None:
        raise fault(
            "time-without-zone",
            "a time needs its offset from UTC",
            f"write {parsed:%Y-%m-%dT%H:%M}+02:00 with your offset, or only the day {parsed:%Y-%m-%d}",
        )
    return parsed


def _only_day(value: Any) -> Any:
    parsed = parse_day_or_time(value)
    if isinstance(parsed, datetime):
        raise fault("invalid-date", "only the day is wanted here", f"write {parsed:%Y-%m-%d}")
    return parsed


_ISO = WithJsonSchema({"type": "string", "anyOf": [{"format": "date"}, {"format": "date-time"}]})

Day = Annotated[date, BeforeValidator(_only_day)]
"""A day, written YYYY-MM-DD."""
DayOrTime = Annotated[datetime | date, PlainValidator(_day_or_aware), _ISO]
"""A day, or a time with its offset from UTC."""
DayOrLocalTime = Annotated[datetime | date, PlainValidator(parse_day_or_time), _ISO]
"""A day, or a time; a time without an offset is local to a zone named beside it."""
