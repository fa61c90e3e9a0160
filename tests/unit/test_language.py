"""Days, times, numbers and words as each language writes them, from CLDR and the catalogues."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest
from editions import speaker

from publisher.errors import UsageError
from publisher.model.entry import Event, Month
from publisher.render.language import Language, countries

LANGUAGES = {
    "en-GB": speaker("en", "en-GB"),
    "en": speaker("en"),
    "fr": speaker("fr"),
    "es": speaker("es"),
    "ar": speaker("ar"),
}
THIN, NARROW = "\u2009", "\u202f"  # what CLDR puts around a dash, and before AM


def _event(zone: str, start: str, end: str = "") -> Event:
    """Return an event as the parser gives it: with times aware in its zone."""
    here = ZoneInfo(zone)
    first, last = (
        datetime.fromisoformat(text).replace(tzinfo=here) if text else None for text in (start, end)
    )
    assert first is not None
    return Event(start=first, end=last, zone=zone)


@pytest.mark.parametrize(
    ("lang", "day", "month", "heading"),
    [
        ("en-GB", "24 March 2023", "March 2023", "March 2023"),
        ("en", "March 24, 2023", "March 2023", "March 2023"),
        ("fr", "24 mars 2023", "mars 2023", "Mars 2023"),
        ("es", "24 de marzo de 2023", "marzo de 2023", "Marzo de 2023"),
        ("ar", "24 مارس 2023", "مارس 2023", "مارس 2023"),
    ],
)
def test_days_and_months(lang: str, day: str, month: str, heading: str) -> None:
    """A day is in words, and a heading starts with a capital."""
    say = LANGUAGES[lang]
    assert (day, month, heading) == (
        say.day(date(2023, 3, 24)),
        say.month(Month(2023, 3)),
        say.heading(Month(2023, 3)),
    )
    assert say.moment(date(2023, 3, 24)) == day


@pytest.mark.parametrize(
    ("lang", "within_month", "over_months", "over_years"),
    [
        (
            "en-GB",
            "27–28 June 2023",
            f"30 March{THIN}–{THIN}2 April 2023",
            f"30 December 2022{THIN}–{THIN}2 January 2023",
        ),
        (
            "en",
            f"June 27{THIN}–{THIN}28, 2023",
            f"March 30{THIN}–{THIN}April 2, 2023",
            f"December 30, 2022{THIN}–{THIN}January 2, 2023",
        ),
        (
            "fr",
            "27–28 juin 2023",
            f"30 mars{THIN}–{THIN}2 avril 2023",
            f"30 décembre 2022{THIN}–{THIN}2 janvier 2023",
        ),
        (
            "es",
            "27–28 de junio de 2023",
            f"30 de marzo{THIN}–{THIN}2 de abril de 2023",
            f"30 de diciembre de 2022{THIN}–{THIN}2 de enero de 2023",
        ),
        ("ar", "27–28 يونيو 2023", "30 مارس – 2 أبريل 2023", "30 ديسمبر 2022 – 2 يناير 2023"),
    ],
)
def test_ranges_of_days_fold(lang: str, within_month: str, over_months: str, over_years: str) -> None:
    """A range says its month and year once where it can, in the words of a single day."""
    say = LANGUAGES[lang]
    assert within_month == say.days(date(2023, 6, 27), date(2023, 6, 28))
    assert over_months == say.days(date(2023, 3, 30), date(2023, 4, 2))
    assert over_years == say.days(date(2022, 12, 30), date(2023, 1, 2))
    assert say.day(date(2023, 6, 27)) == say.days(date(2023, 6, 27), date(2023, 6, 27))
    assert within_month == say.event(Event(zone="UTC", start=date(2023, 6, 27), end=date(2023, 6, 28)))


@pytest.mark.parametrize("lang", LANGUAGES)
def test_an_event_of_one_day_is_that_day(lang: str) -> None:
    """An event without an end, or that ends on its first day, has no range."""
    say, day = LANGUAGES[lang], date(2023, 6, 27)
    assert say.day(day) == say.event(Event(zone="UTC", start=day))
    assert say.day(day) == say.event(Event(zone="UTC", start=day, end=day))


ZURICH = ("Europe/Zurich", "2023-03-24T09:00")
SPAN = ("Europe/Zurich", "2023-06-24T09:00", "2023-06-24T17:30")
KOLKATA = ("Asia/Kolkata", "2023-06-24T14:05")


@pytest.mark.parametrize(
    ("lang", "times", "expected"),
    [
        ("en-GB", ZURICH, "24 March 2023, 09:00 (Zurich, UTC+1)"),
        ("en", ZURICH, f"March 24, 2023, 9:00{NARROW}AM (Zurich, UTC+1)"),
        ("fr", ZURICH, "24 mars 2023, 09:00 (Zurich, UTC+1)"),
        ("es", ZURICH, "24 de marzo de 2023, 9:00 (Zúrich, UTC+1)"),
        ("ar", ZURICH, "24 مارس 2023، 9:00 ص (زيورخ، UTC+1)"),
        ("en-GB", SPAN, "24 June 2023, 09:00–17:30 (Zurich, UTC+2)"),
        ("en", SPAN, f"June 24, 2023, 9:00{NARROW}AM{THIN}–{THIN}5:30{NARROW}PM (Zurich, UTC+2)"),
        ("fr", SPAN, f"24 juin 2023, 09:00{THIN}–{THIN}17:30 (Zurich, UTC+2)"),
        ("es", SPAN, "24 de junio de 2023, 9:00–17:30 (Zúrich, UTC+2)"),
        ("ar", SPAN, f"24 يونيو 2023، 9:00 ص{THIN}–{THIN}5:30 م (زيورخ، UTC+2)"),
        ("en-GB", KOLKATA, "24 June 2023, 14:05 (Kolkata, UTC+5:30)"),
        ("en", KOLKATA, f"June 24, 2023, 2:05{NARROW}PM (Kolkata, UTC+5:30)"),
        ("fr", KOLKATA, "24 juin 2023, 14:05 (Kolkata, UTC+5:30)"),
        ("es", KOLKATA, "24 de junio de 2023, 14:05 (Kolkata, UTC+5:30)"),
        ("ar", KOLKATA, "24 يونيو 2023، 2:05 م (Kolkata، UTC+5:30)"),
    ],
)
def test_times_name_their_zone(lang: str, times: tuple[str, ...], expected: str) -> None:
    """A time has the city of its zone, and the offset from UTC on that day."""
    assert expected == LANGUAGES[lang].event(_event(*times))


@pytest.mark.parametrize(
    ("times", "expected"),
    [
        (("UTC", "2023-06-24T09:00"), "24 June 2023, 09:00 (UTC)"),
        (("Europe/London", "2023-01-24T09:00"), "24 January 2023, 09:00 (London, UTC)"),
        (("Europe/London", "2023-06-24T09:00"), "24 June 2023, 09:00 (London, UTC+1)"),
        (("Asia/Kathmandu", "2023-06-24T09:00"), "24 June 2023, 09:00 (Kathmandu, UTC+5:45)"),
        (("America/St_Johns", "2023-06-24T09:00"), "24 June 2023, 09:00 (St John’s, UTC−2:30)"),
        (("America/New_York", "2023-06-24T09:00"), "24 June 2023, 09:00 (New York, UTC−4)"),
        (
            ("America/New_York", "2022-12-31T22:00", "2023-01-01T02:00"),
            "31 December 2022, 22:00 – 1 January 2023, 02:00 (New York, UTC−5)",
        ),
        (
            ("Europe/Zurich", "2023-03-25T09:00", "2023-03-26T17:00"),
            "25 March 2023, 09:00 – 26 March 2023, 17:00 (Zurich, UTC+1 / UTC+2)",
        ),
        (("Europe/Zurich", "2023-06-24T09:00", "2023-06-24T09:00"), "24 June 2023, 09:00 (Zurich, UTC+2)"),
    ],
)
def test_zones_and_offsets(times: tuple[str, ...], expected: str) -> None:
    """Half hours, the west, UTC itself, and a span over the change of clocks are said as they are."""
    assert expected == LANGUAGES["en-GB"].event(_event(*times))


def test_times_over_several_days_in_arabic() -> None:
    """Every comma of a line is the one of its script."""
    times = _event("Europe/Zurich", "2023-06-24T09:00", "2023-06-25T17:30")
    assert LANGUAGES["ar"].event(times) == "24 يونيو 2023، 9:00 ص – 25 يونيو 2023، 5:30 م (زيورخ، UTC+2)"


def test_a_moment_is_a_day_or_a_time() -> None:
    """A deadline has its zone if it has a time."""
    moment = datetime(2023, 3, 24, 23, 59, tzinfo=ZoneInfo("Africa/Nairobi"))
    assert LANGUAGES["en-GB"].moment(moment) == "24 March 2023, 23:59 (Nairobi, UTC+3)"


@pytest.mark.parametrize(
    ("lang", "expected"),
    [
        ("en-GB", "0 seconds | 1 second | 59 seconds | 1 minute | 2 minutes | 13 minutes | 1,000 minutes"),
        ("fr", "0 seconde | 1 seconde | 59 secondes | 1 minute | 2 minutes | 13 minutes | 1 000 minutes"),
        ("es", "0 segundos | 1 segundo | 59 segundos | 1 minuto | 2 minutos | 13 minutos | 1.000 minutos"),
        ("ar", "0 ثانية | ثانية | 59 ثانية | دقيقة | دقيقتان | 13 دقيقة | 1,000 دقيقة"),
    ],
)
def test_durations(lang: str, expected: str) -> None:
    """A recording has whole minutes, the nearest ones; below a minute it has seconds."""
    say, seconds = LANGUAGES[lang], (0, 1, 59, 89, 91, 754, 60_000)
    told = " | ".join(say.duration(number) for number in seconds)
    assert expected == told.replace(NARROW, " ").replace("\u00a0", " ")


@pytest.mark.parametrize(
    ("lang", "expected"),
    [
        ("ar", "لا أخبار | خبر واحد | خبران | 3 أخبار | 11 خبرًا | 100 خبر | 12,345 خبرًا"),
        ("en-GB", "0 entries | 1 entry | 2 entries | 3 entries | 11 entries | 100 entries | 12,345 entries"),
        (
            "fr",
            "0 article | 1 article | 2 articles | 3 articles | 11 articles | 100 articles | 12 345 articles",
        ),
        (
            "es",
            "0 entradas | 1 entrada | 2 entradas | 3 entradas | 11 entradas | 100 entradas | 12.345 entradas",
        ),
    ],
)
def test_plurals(lang: str, expected: str) -> None:
    """Each number has its form: six of them in Arabic, and none is as one in French."""
    say, numbers = LANGUAGES[lang], (0, 1, 2, 3, 11, 100, 12345)
    assert expected == " | ".join(
        say.ngettext("%(n)s entry", "%(n)s entries", number) for number in numbers
    ).replace(NARROW, " ")


@pytest.mark.parametrize(
    ("lang", "name", "direction", "comma", "joined"),
    [
        ("en", "English", "ltr", ", ", "A, B, and C"),
        ("en-GB", "English", "ltr", ", ", "A, B and C"),
        ("fr", "Français", "ltr", ", ", "A, B et C"),
        ("es", "Español", "ltr", ", ", "A, B y C"),
        ("ar", "العربية", "rtl", "، ", "A وB وC"),
    ],
)
def test_a_language_knows_itself(lang: str, name: str, direction: str, comma: str, joined: str) -> None:
    """A language has its own name, direction, comma and way to join a list."""
    say = LANGUAGES[lang]
    assert (name, direction, comma, joined) == (say.name, say.direction, say.comma, say.join(["A", "B", "C"]))
    assert say.join([]) == ""
    assert say.join(["A"]) == "A"


@pytest.mark.parametrize(
    ("tag", "direction", "comma"),
    [("he", "rtl", ", "), ("fa", "rtl", "، "), ("ur", "rtl", "، "), ("pt-BR", "ltr", ", ")],
)
def test_comma_is_that_of_the_script(tag: str, direction: str, comma: str) -> None:
    """Not every language from right to left has the Arabic comma."""
    say = Language(tag, tag, [])
    assert (direction, comma) == (say.direction, say.comma)


def test_names_of_countries() -> None:
    """A code in either case is a name in the language; an unknown one stays as it is."""
    codes = ("CH", "lb", "XX", "geneva")
    assert [LANGUAGES["es"].country(code) for code in codes] == ["Suiza", "Líbano", "XX", "geneva"]
    assert {"CH", "LB", "PS", "UN"} <= countries()
    assert all(len(code) == 2 for code in countries())


def test_names_of_regional_languages_and_of_unknown_ones() -> None:
    """A region is part of the name; a language that CLDR does not know is called by its tag."""
    assert Language("pt-BR", "pt-BR", []).name == "Português (Brasil)"
    klingon = Language("tlh", "en-GB", ['msgid ""\nmsgstr ""\n\nmsgid "News"\nmsgstr "De\'"\n'])
    assert (klingon.name, klingon.gettext("News")) == ("tlh", "De'")
    assert klingon.day(date(2023, 3, 24)) == "24 March 2023"


CATALOGUE = 'msgid ""\nmsgstr ""\n"Language: de\\n"\n\nmsgid "%s"\nmsgstr "%s"\n'


def test_later_catalogues_win_and_the_rest_stays() -> None:
    """A project's own words lie over ours; what neither has stays as it is in the template."""
    say = Language(
        "de",
        "de",
        [
            CATALOGUE % ("Archive", "Archiv") + '\nmsgid "Topics"\nmsgstr "Themen"\n',
            CATALOGUE % ("Archive", "Sammlung") + '\nmsgid "Topics"\nmsgstr ""\n',
        ],
    )
    assert [say.gettext(word) for word in ("Archive", "Topics", "Online")] == ["Sammlung", "Themen", "Online"]
    assert say.ngettext("%(n)s entry", "%(n)s entries", 1234) == "1.234 entries"


def test_a_regional_language_has_a_catalogue() -> None:
    """A language with a region reads its words like any other."""
    assert Language("pt-BR", "pt-BR", [CATALOGUE % ("Archive", "Arquivo")]).gettext("Archive") == "Arquivo"


def test_words_are_filled_in() -> None:
    """Values stand at their place; without values a percent sign is one."""
    say = Language("de", "de", [CATALOGUE % ("More from %(month)s", "Mehr vom %(month)s")])
    assert say.gettext("More from %(month)s", month="Mai 2023") == "Mehr vom Mai 2023"
    assert say.gettext("100 % of it") == "100 % of it"
    assert say.ngettext("%(n)s in %(month)s", "%(n)s in %(month)s", 2, month="Mai") == "2 in Mai"


def test_a_broken_catalogue_is_named() -> None:
    """A catalogue that cannot be read is an error that names the file and the way out."""
    with pytest.raises(UsageError, match=r"locale/de\.po cannot be read") as caught:
        Language("de", "de", ['msgid "a"\nmsgstr "b\nnonsense'])
    assert (caught.value.code, caught.value.exit_code) == ("invalid-catalogue", 2)


@pytest.mark.parametrize("locale", ["xx", "tlh", "qqq-QQ"])
def test_an_unknown_locale_is_an_error(locale: str) -> None:
    """Without dates and numbers a language cannot be published."""
    with pytest.raises(UsageError, match=f"language {locale}") as caught:
        Language("xx", locale, [])
    assert caught.value.code == "unknown-locale"
