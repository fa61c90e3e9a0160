"""The fixed words of the templates: every one is in every shipped language, and nothing else is."""

import io
import re
from pathlib import Path

import pytest
from babel import Locale
from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po
from editions import PACKAGED

import publisher.render
from publisher.render.templating import packaged_folder

LANGUAGES = ("en", "fr", "es", "ar")
PLACEHOLDER = re.compile(r"%\(\w+\)s|%%|%")
METHODS = [(f"**.{ending}", "jinja2.ext:babel_extract") for ending in ("html", "txt")]
OPTIONS = {
    method[0]: {"trim_blocks": "true", "lstrip_blocks": "true", "silent": "false"} for method in METHODS
}


def _extracted(folder: Path) -> dict[str, tuple[str, ...]]:
    """Return each message of the templates in *folder*: the words, and their plural if they have one."""
    found: dict[str, tuple[str, ...]] = {}
    for name, line, message, _, _ in extract_from_dir(folder, METHODS, OPTIONS):
        forms = message if isinstance(message, tuple) else (message,)
        assert found.setdefault(forms[0], forms) == forms, f"{name}:{line} gives {forms[0]!r} another plural"
    return found


def _in_code() -> dict[str, tuple[str, ...]]:
    """Return each message of the code that renders: feeds have no templates, digests count in code."""
    folder = Path(publisher.render.__file__).parent
    found = extract_from_dir(folder, [("**.py", "python")])
    messages = (message if isinstance(message, tuple) else (message,) for _, _, message, _, _ in found)
    return {forms[0]: forms for forms in messages}


def _read(text: str, lang: str) -> Catalog:
    return read_po(io.StringIO(text), locale=lang, abort_invalid=True)


def _forms(message: Message) -> tuple[str, ...]:
    return message.id if isinstance(message.id, tuple) else (str(message.id),)


def _strings(message: Message) -> tuple[str, ...]:
    return message.string if isinstance(message.string, tuple) else (str(message.string or ""),)


@pytest.fixture(params=LANGUAGES)
def lang(request: pytest.FixtureRequest) -> str:
    """Return each shipped language."""
    return str(request.param)


@pytest.fixture
def catalogue(lang: str) -> Catalog:
    """Return the packaged catalogue of the language."""
    (text,) = PACKAGED.texts(f"locale/{lang}.po")
    return _read(text, lang)


def test_the_words_of_the_templates_are_found() -> None:
    """The control: singular and plural are read from pages, mails and text."""
    found = _extracted(packaged_folder())
    assert found["%(n)s entry"] == ("%(n)s entry", "%(n)s entries")
    assert found["Read on the web"] == ("Read on the web",)
    assert len(found) > 20


def test_control_words_in_attributes_macros_and_text(tmp_path: Path) -> None:
    """The control: no place in a template hides its words from this test."""
    (tmp_path / "a.html").write_text(
        '{% macro m() %}<a title="{{ _("In a macro") }}">{% endmacro %}{{ [1, _("In a list")] | join }}'
        '{% set x = _("In a set") if y else _("Else") %}',
        encoding="utf-8",
    )
    (tmp_path / "b.txt").write_text('{{ ngettext("one", "several", n) }}', encoding="utf-8")
    assert set(_extracted(tmp_path)) == {"In a macro", "In a list", "In a set", "Else", "one"}


def test_every_shipped_catalogue_is_tested() -> None:
    """A new catalogue joins the languages above."""
    files = {path.stem for path in (packaged_folder() / "locale").iterdir()}
    assert files == set(LANGUAGES)


def test_no_word_is_missing_and_none_is_stale(catalogue: Catalog) -> None:
    """A catalogue holds exactly the words of the templates and the feeds, with their plurals."""
    said = {_forms(message)[0]: _forms(message) for message in catalogue if message.id}
    assert said == _extracted(packaged_folder()) | _in_code()


def test_no_word_stands_there_twice(lang: str) -> None:
    """Of two equal words one would be lost without a sound."""
    words = re.findall(r'^msgid "(.+)"$', PACKAGED.text(f"locale/{lang}.po"), re.MULTILINE)
    assert sorted(words) == sorted(set(words))


def test_no_word_is_empty_fuzzy_or_obsolete(catalogue: Catalog) -> None:
    """Each word is translated, in every form of its plural."""
    for message in catalogue:
        if message.id:
            assert all(text.strip() for text in _strings(message)), message.id
            assert len(_strings(message)) == (catalogue.num_plurals if message.pluralizable else 1), (
                message.id
            )
            assert not message.fuzzy, message.id
    assert not catalogue.obsolete


def test_plural_forms_are_those_of_the_language(catalogue: Catalog, lang: str) -> None:
    """The rule in the header gives each number the form that CLDR gives it."""
    names: list[str] = [Locale(lang).plural_form(number) for number in range(201)]
    used = [name for name in ("zero", "one", "two", "few", "many", "other") if name in names]
    forms: dict[str, int] = {name: form for form, name in enumerate(used)}
    assert catalogue.num_plurals == len(forms)
    assert _numbers(catalogue.plural_expr) == [forms[name] for name in names]


def _numbers(rule: str) -> list[int]:
    """Return the form of each number from 0 to 200 by a rule in C."""
    from gettext import c2py  # noqa: PLC0415 - not in its documentation, though it is what reads a catalogue

    choose = c2py(rule)
    return [choose(number) for number in range(201)]


def test_values_stand_in_every_form(catalogue: Catalog) -> None:
    """A translation has the same values to fill in; only a form for one single number may say it in words."""
    numbers = _numbers(catalogue.plural_expr)
    for message in catalogue:
        if not message.id:
            continue
        wanted = set(PLACEHOLDER.findall(" ".join(_forms(message))))
        for form, text in enumerate(_strings(message)):
            found = set(PLACEHOLDER.findall(text))
            says_it_in_words = message.pluralizable and numbers.count(form) == 1
            assert found == wanted or (says_it_in_words and found == wanted - {"%(n)s"}), text


def test_english_says_what_the_templates_say() -> None:
    """The English words are those of the templates, so that the templates can be read."""
    (text,) = PACKAGED.texts("locale/en.po")
    assert [
        message.id for message in _read(text, "en") if message.id and _forms(message) != _strings(message)
    ] == []


@pytest.mark.parametrize("lang", ["fr", "es", "ar"])
def test_other_languages_are_translated(lang: str) -> None:
    """No word was copied and forgotten; those that are the same in both languages are named here."""
    (text,) = PACKAGED.texts(f"locale/{lang}.po")
    same = [
        message.id for message in _read(text, lang) if message.id and _forms(message) == _strings(message)
    ]
    colon = "%(label)s: %(value)s"  # French sets a space before it
    assert same == {"fr": ["Programmes"]}.get(lang, [colon])
