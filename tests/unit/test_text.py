"""The small types of text: what they take, what they refuse and why."""

from typing import Any

import pytest
from pydantic import TypeAdapter, ValidationError
from pydantic_core import PydanticCustomError

from publisher.model import localised
from publisher.model.rules import check_characters, check_url, fault, one_line
from publisher.model.text import Key, Language, Localised, NameKey, PlainText, Text, Url, Words


def _validate(kind: Any, value: object) -> Any:
    return TypeAdapter(kind).validate_python(value)


def _code(kind: Any, value: object) -> str:
    with pytest.raises(ValidationError) as caught:
        _validate(kind, value)
    (error,) = caught.value.errors()
    assert error["ctx"]["message"]
    assert error["ctx"]["hint"]
    return error["type"]


def test_a_fault_carries_its_words_as_they_are() -> None:
    """Braces and percent signs in a message reach the reader, and the hint travels along."""
    error = fault("a-code", "100 % of {this}", "write {that}")
    assert (error.type, error.message()) == ("a-code", "100 % of {this}")
    assert (error.context or {})["hint"] == "write {that}"


@pytest.mark.parametrize(
    "code",
    [
        0x00, 0x08, 0x0B, 0x0C, 0x0E, 0x1F, 0x7F, 0x80, 0x9F,
        0xD800, 0xDFFF, 0xFDD0, 0xFDEF, 0xFFFD, 0xFFFE, 0xFFFF,
    ],
    ids=hex,
)  # fmt: skip
def test_characters_that_xml_cannot_carry_are_refused(code: int) -> None:
    """A control character, half a surrogate pair or a non-character is named by its number."""
    with pytest.raises(PydanticCustomError) as caught:
        check_characters(f"before{chr(code)}after")
    assert caught.value.type == "control-character"
    assert f"U+{code:04X}" in caught.value.message()


@pytest.mark.parametrize(
    "text",
    ["tab\tline\nand\r\n", "\xa0", "é", "العربية", "\U0001f30d", "\u200d", "\ue000", "\ufeff", "~"],
    ids=ascii,
)
def test_characters_of_every_script_pass(text: str) -> None:
    """Tabs, line ends, letters, emoji and joiners are text."""
    assert text == check_characters(text)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("two  spaces", "two spaces"),
        (" around ", "around"),
        ("a\tb\nc\r\nd", "a b c d"),
        ("\xa0NO-BREAK\xa0\xa0SPACE\u202f", "NO-BREAK SPACE"),
        ("a\u2028b", "a b"),
        ("", ""),
    ],
    ids=ascii,
)
def test_white_space_is_folded(text: str, expected: str) -> None:
    """Every run of white space becomes one space, and none stands at an end."""
    assert expected == one_line(text)


@pytest.mark.parametrize(
    ("kind", "text", "expected"),
    [
        (Text, "  a\n b ", "a b"),
        (Text, "", ""),
        (Words, " a ", "a"),
        (PlainText, "a < b and b > c", "a < b and b > c"),
        (PlainText, "the <new> one, 5<6", "the <new> one, 5<6"),
        (PlainText, "AT&T *said* so", "AT&T *said* so"),
        (Key, "child-benefits-2", "child-benefits-2"),
        (Key, " news ", "news"),
        (NameKey, "LB", "LB"),
        (NameKey, "usp2030", "usp2030"),
        (Language, "en", "en"),
        (Language, "pt-BR", "pt-BR"),
        (Language, "zh-Hant-TW", "zh-Hant-TW"),
        (Language, "es-419", "es-419"),
        (Language, "gsw", "gsw"),
    ],
)
def test_right_text_is_taken(kind: Any, text: str, expected: str) -> None:
    """Text comes out on one line and otherwise as it was written."""
    assert expected == _validate(kind, text)


@pytest.mark.parametrize(
    ("kind", "text", "expected"),
    [
        (Text, "a\x07b", "control-character"),
        (Words, " \xa0 ", "empty-text"),
        (PlainText, "", "empty-text"),
        (PlainText, "a <b>c", "html-in-text"),
        (PlainText, "a</B >", "html-in-text"),
        (PlainText, "a<br/>b", "html-in-text"),
        (PlainText, '<A href="x">', "html-in-text"),
        (PlainText, "<h3>", "html-in-text"),
        (PlainText, "<script>", "html-in-text"),
        (Key, "Child", "invalid-key"),
        (Key, "child_benefits", "invalid-key"),
        (Key, "-child", "invalid-key"),
        (Key, "child--benefits", "invalid-key"),
        (Key, "child-", "invalid-key"),
        (Key, "été", "invalid-key"),
        (Key, "", "invalid-key"),
        (NameKey, "a b", "invalid-key"),
        (NameKey, "a_b", "invalid-key"),
        (Language, "English", "invalid-language"),
        (Language, "EN", "invalid-language"),
        (Language, "en_GB", "invalid-language"),
        (Language, "e", "invalid-language"),
    ],
)
def test_wrong_text_is_refused_by_name(kind: Any, text: str, expected: str) -> None:
    """Each type refuses what it cannot be, with a code, a cause and a way out."""
    assert expected == _code(kind, text)


@pytest.mark.parametrize("kind", [PlainText, Key, NameKey, Language, Url])
def test_a_long_value_is_cut_in_the_message(kind: Any) -> None:
    """What a writer pasted by mistake does not fill the terminal."""
    value = f"https://{'<b' + ' x' * 500 + '>'}/" if kind is PlainText else f"https://{'x_' * 500}/"
    with pytest.raises(ValidationError) as caught:
        _validate(kind, value)
    assert len(caught.value.errors()[0]["ctx"]["message"]) < 120


@pytest.mark.parametrize("value", [3, ["a"], {"a": "b"}, None])
def test_text_is_not_made_of_something_else(value: object) -> None:
    """A number, a list, a table or nothing is no text."""
    with pytest.raises(ValidationError):
        _validate(Text, value)


@pytest.mark.parametrize(
    "url",
    [
        "https://example.org",
        "http://example.org/a?b=c&d=e#f",
        "https://example.org:8443/",
        "https://www.ilo.org/wcmsp5/groups/public/---ed/documents/pub_(1).pdf",
        "https://actualités.example/été",
        "https://例え.jp/",
        "https://[2001:db8::1]:80/",
        "HTTPS://EXAMPLE.ORG/",
    ],
)
def test_whole_addresses_are_taken(url: str) -> None:
    """An http or https address passes as it was written, also outside of ASCII."""
    assert url == check_url(url)
    assert url == _validate(Url, url)


@pytest.mark.parametrize(
    "url",
    [
        "",
        "www.example.org",
        "//example.org/",
        "/a",
        "javascript:alert(1)",
        "data:text/html,x",
        "ftp://example.org/",
        "mailto:a@example.org",
        "https://",
        "https:///a",
        "https://me@example.org/",
        "https://me:secret@example.org/",
        "https://me@exämple.org/",
        "https://-example.org/",
        "https://exa_mple.org/",
        "https://exämple.org%2f/",
        "https://example.org:port/",
        "https://example.org:99999/",
        "https://[::1/",
        "https://example.org/a b",
        "https://example.org/<b>",
        'https://example.org/"',
        "https://example.org/{id}",
        "https://example.org/a\\b",
        "https://example.org/a|b",
    ],
)
def test_what_is_no_whole_address_is_refused(url: str) -> None:
    """Half an address, another scheme, a user's name, a space or a bracket is an invalid-url."""
    assert _code(Url, url) == "invalid-url"


@pytest.mark.parametrize(
    ("words", "lang", "expected"),
    [
        ("News", "fr", "News"),
        ({"en": "News", "fr": "Actualités"}, "fr", "Actualités"),
        ({"en": "News", "fr": "Actualités"}, "fr-CA", "Actualités"),
        ({"pt": "Novas", "pt-BR": "Notícias"}, "pt-BR", "Notícias"),
        ({"en": "News", "*": "Nova"}, "fr", "Nova"),
        ({"es": "Noticias", "en": "News"}, "fr", "Noticias"),
    ],
)
def test_words_are_found_for_a_language(words: object, lang: str, expected: str) -> None:
    """The language itself wins, then its base, then the words for all, then the first that were given."""
    assert expected == localised.Localised(Localised.model_validate(words).words).for_language(lang)


@pytest.mark.parametrize("words", [{}, "", {"en": " "}])
def test_words_in_languages_are_not_empty(words: object) -> None:
    """A table without words, or with empty ones, is refused."""
    assert _code(Localised, words) == "empty-text"
