"""What CLDR does not know of a language, and catalogues that ask for what is not given."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest
from editions import speaker
from markupsafe import Markup

from publisher.errors import UsageError
from publisher.render.language import Language

HEAD = (
    'msgid ""\nmsgstr ""\n"Content-Type: text/plain; charset=utf-8\\n"\n'
    '"Plural-Forms: nplurals=2; plural=(n>1);\\n"\n\n'
)
ENTRIES = 'msgid "%(n)s entry"\nmsgid_plural "%(n)s entries"\n'


@pytest.mark.parametrize(
    ("lang", "first", "last", "expected"),
    [
        ("fr", date(2023, 6, 1), date(2023, 6, 1), "1er juin 2023"),
        ("fr", date(2023, 6, 1), date(2023, 6, 3), "1er–3 juin 2023"),
        ("fr", date(2023, 6, 11), date(2023, 6, 21), "11–21 juin 2023"),
        ("fr", date(2023, 5, 30), date(2023, 6, 1), "30 mai – 1er juin 2023"),
        ("es", date(2023, 6, 1), date(2023, 6, 1), "1 de junio de 2023"),
    ],
)
def test_french_has_a_first_day(lang: str, first: date, last: date, expected: str) -> None:
    """French says "1er juin", and plain numbers for all other days; other languages do not."""
    assert expected == " ".join(speaker(lang).days(first, last).replace("\u2009", " ").split())


@pytest.mark.parametrize(
    ("seconds", "expected"),
    [
        (59, "59 seconds"),
        (60, "1 minute"),
        (89, "1 minute"),
        (90, "2 minutes"),
        (150, "3 minutes"),
        (5400, "90 minutes"),
    ],
)
def test_how_long_a_recording_is(seconds: int, expected: str) -> None:
    """Half a minute more is a minute more."""
    assert expected == speaker("en").duration(seconds)


@pytest.mark.parametrize(
    ("message", "name"),
    [
        ('msgid "Until %(date)s"\nmsgstr "Jusqu’au %(dat)s"\n', "%(dat)s"),
        (
            ENTRIES + 'msgstr[0] "un"\nmsgstr[1] "%(number)s"\n',
            "%(number)s",
        ),
        ('msgid "Words"\nmsgstr "Mots %(date)s"\n', "%(date)s"),
    ],
)
def test_a_catalogue_that_asks_for_what_is_not_given(message: str, name: str) -> None:
    """A slip in a placeholder is told with the catalogue's name, before any page is written."""
    with pytest.raises(UsageError) as caught:
        Language("fr", "fr", [HEAD + message])
    assert caught.value.code == "invalid-catalogue"
    assert caught.value.message.startswith(f"the catalogue locale/fr.po asks for {name} in ")


@pytest.mark.parametrize(
    "message",
    [
        *(
            f'msgid "Until %(date)s"\nmsgstr "{words}"\n'
            for words in ("%(date).4s", "%(date)r", "%(date)9s", "%s", "100 %", "100 % %(date)s")
        ),
        'msgid "one"\nmsgid_plural "several"\nmsgstr[0] "1"\nmsgstr[1] "100 %"\n',
    ],
)
def test_a_catalogue_that_writes_a_value_otherwise(message: str) -> None:
    """A value is written in one way, and a percent sign beside values is doubled."""
    with pytest.raises(UsageError, match=r"locale/fr\.po has a % in") as caught:
        Language("fr", "fr", [HEAD + message])
    assert caught.value.code == "invalid-catalogue"


@pytest.mark.parametrize("sign", ["\x07", "\x0c", "\ufdd0title\ufdd1", "\ufffe"])
def test_a_catalogue_with_signs_that_nothing_carries(sign: str) -> None:
    """Control characters would break feeds, and noncharacters stand for what is put into forms."""
    with pytest.raises(
        UsageError, match=rf"locale/fr\.po holds the character U\+{ord(sign[0]):04X}"
    ) as caught:
        Language("fr", "fr", [HEAD + f'msgid "a"\nmsgstr "b {sign}"\n'])
    assert caught.value.code == "invalid-catalogue"


def test_a_percent_sign_is_one_where_nothing_is_filled_in() -> None:
    """Without values a percent sign stands for itself, beside values two do."""
    words = 'msgid "all of it"\nmsgstr "100 %"\n\nmsgid "Until %(date)s"\nmsgstr "100 %% %(date)s"\n'
    say = Language("fr", "fr", [HEAD + words])
    assert say.gettext("all of it") == "100 %"
    assert say.gettext("Until %(date)s", date="7") == "100 % 7"


def test_a_translation_may_leave_a_value_out() -> None:
    """A form for one need not say its number."""
    words = ENTRIES + 'msgstr[0] "un article"\nmsgstr[1] "%(n)s articles"\n'
    assert Language("fr", "fr", [HEAD + words]).ngettext("%(n)s entry", "%(n)s entries", 1) == "un article"


def test_what_was_said_before_has_no_say() -> None:
    """Moments and words that are equal, but not the same, keep their own days and stay escaped or not."""
    here = datetime(2023, 6, 1, 1, 0, tzinfo=ZoneInfo("Europe/Zurich"))
    there = here.astimezone(ZoneInfo("UTC"))
    assert here == there
    say = speaker("en")
    assert [say.day(moment) for moment in (here, there)] == ["June 1, 2023", "May 31, 2023"]
    assert [say.day(moment) for moment in (there, here)] == ["May 31, 2023", "June 1, 2023"]
    words = [say.gettext(text) for text in ("a & b", Markup("a & b"), "a & b")]
    assert [type(text) for text in words] == [str, Markup, str]


@pytest.mark.parametrize(("tag", "locale", "expected"), [("en", "en-GB", "en-GB"), ("ar", "ar", "ar")])
def test_browsers_are_told_how_dates_are_written(tag: str, locale: str, expected: str) -> None:
    """Scripts write dates as the pages do, as the settings say and not as the language's tag alone."""
    assert expected == Language(tag, locale, []).formats
