"""The one door to CLDR: days, months, ranges, numbers, countries and our own words in a language.

Babel's `LLLL` gives another locale's month names once zh or he were used in the same process
(python-babel/babel#1234), so months always go through `format_skeleton`.
"""

import gettext
import re
from collections.abc import Iterable
from datetime import UTC, date, datetime
from functools import cache, cached_property, lru_cache

from babel import Locale, UnknownLocaleError
from babel.dates import (
    format_date,
    format_interval,
    format_skeleton,
    format_time,
    get_timezone_location,
    parse_pattern,
)
from babel.lists import format_list
from babel.numbers import format_decimal
from babel.units import format_unit

from publisher import compiled
from publisher.cache import key
from publisher.errors import UsageError
from publisher.model.entry import Event, Month
from publisher.render.catalogues import translations

_MINUTE = 60
_REMEMBERED = 4096  # days are said again and again: on the entry's page, its month's, the home page, in mails
_DASH = re.compile(r"(\s*[–—-]\s*)")
_FIRST = re.compile(r"(?<!\d)1(?=[\s\u2013]+\w)")


def countries() -> frozenset[str]:
    """Return the ISO 3166 codes of countries and areas that have names."""
    return frozenset(code for code in map(str, Locale("en").territories) if re.fullmatch("[A-Z]{2}", code))


@cache
def _locale(tag: str) -> Locale:
    try:
        return Locale.parse(tag, sep="-")
    except (UnknownLocaleError, ValueError):
        raise UsageError(
            f"no dates and numbers are known for the language {tag}",
            "write its base language",
            "unknown-locale",
        ) from None


def direction_of(tag: str) -> str:
    """Return `ltr` or `rtl` for the language *tag*, `auto` for one that CLDR does not know."""
    try:
        return str(_locale(tag).text_direction)
    except UsageError:
        return "auto"


class Language:
    """A language's words and forms. *tag* names it, *locale* how dates are written (`en-GB`).

    *catalogues* are texts in the PO format; later ones win. A message without a translation stays
    as it stands in the template.
    """

    def __init__(self, tag: str, locale: str, catalogues: Iterable[str]) -> None:
        self.tag = tag
        self._locale = _locale(locale)
        self._words = gettext.NullTranslations()
        for text in catalogues:
            later = translations(tag, text)
            later.add_fallback(self._words)
            self._words = later
        self._translated = lru_cache(_REMEMBERED, typed=True)(self._words.gettext)
        self._day_in_words = lru_cache(_REMEMBERED)(self._format_day)
        self._month_in_words = lru_cache(_REMEMBERED)(self._format_month)

    @cached_property
    def direction(self) -> str:
        """Return `ltr` or `rtl`."""
        return str(self._locale.text_direction)

    @cached_property
    def name(self) -> str:
        """Return the language's own name, as a heading writes it; its tag if CLDR does not know it."""
        try:
            name = Locale.parse(self.tag, sep="-").get_display_name() or self.tag
        except UnknownLocaleError:
            return self.tag
        return name[:1].upper() + name[1:]

    @cached_property
    def territorial(self) -> str:
        """Return the language with a territory, as Open Graph wants it: en_GB.

        Without one in the settings it is that where CLDR supposes most readers: fr_FR.
        """
        language = self._locale.language
        return f"{language}_{self._locale.territory or self._likely()}".rstrip("_")

    @cached_property
    def formats(self) -> str:
        """Return the BCP 47 tag of how dates and numbers are written: en-GB."""
        return str(self._locale).replace("_", "-")

    def _likely(self) -> str:
        """Return the likely territory, kept compiled: Babel's table takes milliseconds to read."""
        from babel.core import get_global

        name = f"territory-{key(str(self._locale))}"
        kept = compiled.get(name)
        if kept is None:
            likely = str(get_global("likely_subtags").get(str(self._locale), ""))
            kept = likely.rpartition("_")[2].encode()
            compiled.put(name, kept)
        return kept.decode()

    @cached_property
    def comma(self) -> str:
        """Return what stands between the parts of a line: a comma of the script, and a space."""
        letter = (self._locale.get_display_name() or "")[:1]
        return "، " if "\u0600" <= letter <= "\u06ff" else ", "

    def gettext(self, message: str, **values: object) -> str:
        """Return *message* in this language, with `%(name)s` filled from *values*."""
        text = self._translated(message)
        return text % values if values else text

    def ngettext(self, one: str, several: str, number: int, **values: object) -> str:
        """Return the form for *number* things; `%(n)s` is the number as the language writes it."""
        return self._words.ngettext(one, several, number) % {"n": self.number(number), **values}

    def day(self, day: date) -> str:
        """Return a day in words: 24 March 2023."""
        return self._day_in_words(day.year, day.month, day.day)

    def month(self, month: Month) -> str:
        """Return a month in words: June 2022."""
        return self._month_in_words(*month)

    def heading(self, month: Month) -> str:
        """Return a month with a capital, as a heading starts."""
        text = self.month(month)
        return text[:1].upper() + text[1:]

    def number(self, number: int) -> str:
        """Return a number with the language's separators."""
        return str(format_decimal(number, locale=self._locale))

    def join(self, words: list[str]) -> str:
        """Return *words* as a list in a sentence: A, B and C."""
        return str(format_list(words, locale=self._locale)) if words else ""

    def duration(self, seconds: int) -> str:
        """Return the length of a recording: 12 minutes; below one minute it counts seconds."""
        is_long = seconds >= _MINUTE
        unit, number = ("minute", (seconds + _MINUTE // 2) // _MINUTE) if is_long else ("second", seconds)
        return str(format_unit(number, f"duration-{unit}", "long", locale=self._locale))

    def country(self, code: str) -> str:
        """Return a country's name, or *code* if none is known."""
        return str(self._locale.territories.get(code.upper(), code))

    def event(self, event: Event) -> str:
        """Return when an event takes place: 27-28 June 2023, or a day with its times and zone."""
        return "".join(words for words, _ in self.pieces(event))

    def pieces(self, event: Event) -> list[tuple[str, str]]:
        """Return what `event` says in pieces: a moment's words come with it in ISO 8601, others with ""."""
        start, end = event.start, event.end
        if not isinstance(start, datetime):
            return self._of_days(start, end or start)
        if not isinstance(end, datetime):
            return self._placed(
                [(f"{self.day(start.date())}, {self._time(start)}", start.isoformat())], start
            )
        if end.date() != start.date():
            first, last = [(self._day_and_time(moment), moment.isoformat()) for moment in (start, end)]
            return self._placed([first, (" – ", ""), last], start, end)
        begin, dash, rest = self._times(start, end)
        first = f"{self.day(start.date())}, {begin}", start.isoformat()
        later = [(dash, ""), (rest, end.isoformat())] if rest else []
        return self._placed([first, *later], start, end)

    def elsewhere(self, event: Event) -> str:
        """Return an event's times in UTC, for people far away (07:00–09:00 UTC), if they differ; else ""."""
        here = event.start
        if not isinstance(here, datetime) or not here.utcoffset():
            return ""
        start = here.astimezone(UTC)
        last = event.end if isinstance(event.end, datetime) else here
        end = last.astimezone(UTC)
        if here.date() == last.date() == start.date() == end.date():
            return "".join(self._times(start, end)) + " UTC"
        moments = map(self._day_and_time, dict.fromkeys((start, end)))
        return " – ".join(moments).replace(", ", self.comma) + " UTC"

    def _day_and_time(self, moment: datetime) -> str:
        return f"{self.day(moment.date())}, {self._time(moment)}"

    def _times(self, start: datetime, end: datetime) -> tuple[str, str, str]:
        """Return two times of one day as the language folds them, and what stands between."""
        if start == end:
            return self._time(start), "", ""
        fields = "hm" if self._has_half_days else "Hm"
        words = str(format_interval(start, end, fields, tzinfo=start.tzinfo, locale=self._locale))
        parts = _DASH.split(words, 1)
        return (parts[0], parts[1], parts[2]) if len(parts) > 1 else (words, "", "")

    def moment(self, moment: date) -> str:
        """Return a day, or a time with its zone."""
        if isinstance(moment, datetime):
            return self._in_zone(f"{self.day(moment.date())}, {self._time(moment)}", moment)
        return self.day(moment)

    def days(self, first: date, last: date) -> str:
        """Return a range of days as the language folds it: 30 March – 2 April 2023."""
        return "".join(words for words, _ in self._of_days(first, last))

    def _of_days(self, first: date, last: date) -> list[tuple[str, str]]:
        """Return what `days` says in pieces, as `pieces` does."""
        if first == last:
            return [(self.day(first), first.isoformat())]
        changed = "y" if first.year != last.year else "M" if first.month != last.month else "d"
        known = self._locale.interval_formats
        parts = known.get("yMMMMd", known["yMMMd"])[changed]
        # In most languages CLDR has ranges with short month names only; the long name stands there too.
        patterns = [parse_pattern(re.sub(r"(?<!M)MMM(?!M)", "MMMM", part)) for part in parts]
        begin, end = (
            pattern.apply(day, self._locale) for pattern, day in zip(patterns, (first, last), strict=True)
        )
        rest = self._with_first(end)
        begin = self._with_first(begin + end).removesuffix(rest)
        words = begin.rstrip(" –-\u2009\u200f")
        return [(words, first.isoformat()), (begin[len(words) :], ""), (rest, last.isoformat())]

    def _with_first(self, text: str) -> str:
        """Return a date in which French calls the first day so (1er mars), which CLDR does not know."""
        return _FIRST.sub("1er", text) if self._locale.language == "fr" else text

    def _format_day(self, year: int, month: int, day: int) -> str:
        return self._with_first(str(format_date(date(year, month, day), "long", self._locale)))

    def _format_month(self, year: int, month: int) -> str:
        return str(format_skeleton("yMMMM", date(year, month, 1), locale=self._locale))

    @property
    def _has_half_days(self) -> bool:
        return "h" in self._locale.time_formats["short"].pattern

    def _time(self, moment: datetime) -> str:
        return str(format_time(moment, "short", tzinfo=moment.tzinfo, locale=self._locale))

    def _placed(self, pieces: list[tuple[str, str]], *moments: datetime) -> list[tuple[str, str]]:
        """Return *pieces* with the zone of *moments* behind them."""
        told = [(words.replace(", ", self.comma), moment) for words, moment in pieces]
        return [*told, (self._in_zone("", *moments), "")]

    def _in_zone(self, text: str, *moments: datetime) -> str:
        """Return *text* with the zone of *moments*: its city, and its offset at each of them."""
        try:
            city = get_timezone_location(moments[0].tzinfo, locale=self._locale, return_city=True)
        except KeyError:  # CLDR has no names of places in this language
            city = ""
        offset = " / ".join(dict.fromkeys(_offset(moment) for moment in moments))
        zone = offset if city in {"", offset} else f"{city}, {offset}"
        return f"{text} ({zone})".replace(", ", self.comma)


def _offset(moment: datetime) -> str:
    """Return UTC, UTC+1 or UTC+5:30."""
    seconds = int((moment.utcoffset() or moment - moment).total_seconds())
    if not seconds:
        return "UTC"
    hours, minutes = divmod(abs(seconds) // 60, 60)
    return f"UTC{'+' if seconds > 0 else '−'}{hours}" + (f":{minutes:02}" if minutes else "")
