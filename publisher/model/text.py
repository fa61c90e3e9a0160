"""Small types of text that front matter and settings share, each with the rules that it keeps."""

import re
from collections.abc import Callable
from typing import Annotated, Any

from pydantic import BeforeValidator, RootModel, model_validator

from publisher.model.rules import KEY, NAME_KEY, check_characters, check_url, fault, one_line

_TAG = re.compile(
    r"</?(?:a|abbr|b|blockquote|br|code|div|em|font|h[1-6]|hr|i|iframe|img|li|link|ol|p|s|script|small|span"
    r"|strong|style|sub|sup|svg|table|td|tr|u|ul|video)(?:\s[^>]*)?/?>",
    re.IGNORECASE,
)
_LANGUAGE = re.compile(r"[a-z]{2,3}(?:-[A-Z][a-z]{3})?(?:-(?:[A-Z]{2}|[0-9]{3}))?")


def _text(value: Any) -> Any:
    return one_line(check_characters(value)) if isinstance(value, str) else value


def _checked(check: Callable[[str], str], known: re.Pattern[str] | None = None) -> BeforeValidator:
    """Return a validator that folds a text and lets *check* see it, unless *known* says that all is well.

    It is one for both, since Pydantic takes longer to call a function than most of them take.
    """

    def validate(value: Any) -> Any:
        if not isinstance(value, str) or (known and known.fullmatch(value)):
            return value
        return check(_text(value))

    return BeforeValidator(validate)


def _not_empty(text: str) -> str:
    if not text:
        raise fault("empty-text", "it is empty", "write some words, or leave the field out")
    return text


def _plain(text: str) -> str:
    if "<" in _not_empty(text) and (found := _TAG.search(text)):
        raise fault(
            "html-in-text",
            f"{found.group()[:40]!r} is HTML, and this field is plain text",
            "leave the tag out; emphasis belongs in the body",
        )
    return text


def _key(text: str) -> str:
    if not KEY.fullmatch(text):
        raise fault(
            "invalid-key",
            f"{text[:60]!r} is no key",
            f"write it as {_key_of(text)}: lower-case letters a-z, digits and hyphens",
        )
    return text


def _key_of(text: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", text[:60].lower()).strip("-") or "child-benefits"


def _name_key(text: str) -> str:
    if not NAME_KEY.fullmatch(text):
        raise fault(
            "invalid-key",
            f"{text[:60]!r} is no key",
            "use letters a-z, digits and hyphens, and give it a name in entries/names.yml",
        )
    return text


def _language(text: str) -> str:
    if not _LANGUAGE.fullmatch(text):
        raise fault(
            "invalid-language",
            f"{text[:40]!r} is no language tag",
            "write it as BCP 47 does, for example en or pt-BR",
        )
    return text


Text = Annotated[str, BeforeValidator(_text)]
"""Text on one line, white space folded, without control characters."""
Words = Annotated[str, _checked(_not_empty)]
"""Text that is not empty."""
PlainText = Annotated[str, _checked(_plain)]
"""Words without HTML tags."""
Key = Annotated[str, _checked(_key, KEY)]
"""A name for machines: a-z, 0-9 and hyphens."""
NameKey = Annotated[str, _checked(_name_key, NAME_KEY)]
"""A key that may have capitals, for country codes such as LB."""
Language = Annotated[str, _checked(_language, _LANGUAGE)]
"""A BCP 47 language tag: language, optional script, optional region."""
Url = Annotated[str, _checked(check_url)]
"""An absolute http or https address."""


class Localised(RootModel[dict[str, Words]], frozen=True):
    """Words in one or several languages: `"Events"` or `{en = "Events", fr = "Événements"}`."""

    @model_validator(mode="before")
    @classmethod
    def _plain_words_are_for_all(cls, value: Any) -> Any:
        return {"*": value} if isinstance(value, str) else value

    @model_validator(mode="after")
    def _has_words(self) -> "Localised":
        if not self.root:
            raise fault(
                "empty-text",
                "it is empty",
                'write words, or a table such as {en = "News", fr = "Actualités"}',
            )
        return self

    @property
    def words(self) -> dict[str, str]:
        """Return the words by language."""
        return self.root
