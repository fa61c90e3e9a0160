"""Small types of text that front matter and settings share.

Each raises a `PydanticCustomError` whose type is the code, whose message is the cause and whose
context holds the hint, so that an error reads the same wherever the type is used.
"""

import re
from typing import Annotated, Any
from urllib.parse import urlsplit

from pydantic import AfterValidator, BeforeValidator, RootModel, model_validator
from pydantic_core import PydanticCustomError

# C0 but for tab and line ends, DEL, C1, surrogates, the replacement character and non-characters:
# XML 1.0 section 2.2 forbids most, and Gmail cuts a mail at a C1 character (email-bugs#41).
FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufdd0-\ufdef\ufffd-\uffff]")
_TAG = re.compile(
    r"</?(?:a|abbr|b|blockquote|br|code|div|em|font|h[1-6]|hr|i|iframe|img|li|link|ol|p|s|script|small|span"
    r"|strong|style|sub|sup|svg|table|td|tr|u|ul|video)(?:\s[^>]*)?/?>",
    re.IGNORECASE,
)
_KEY = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
_NAME_KEY = re.compile(r"[A-Za-z0-9]+(?:-[A-Za-z0-9]+)*")
_LANGUAGE = re.compile(r"[a-z]{2,3}(?:-[A-Z][a-z]{3})?(?:-(?:[A-Z]{2}|[0-9]{3}))?")
# Most addresses; what it matches would pass all that `check_url` asks.
_PLAIN_URL = re.compile(r"https?://[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?(?:/[A-Za-z0-9/._~%+,;=-]*)?")
_HOST = re.compile(
    r"[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?(?::[0-9]{1,5})?|\[[0-9A-Fa-f:.]+\](?::[0-9]{1,5})?"
)


def fault(code: str, message: str, hint: str = "") -> PydanticCustomError:
    """Return the error that a validator raises: *code*, cause and way out."""
    # The parts go in as context, since Pydantic formats the template with it.
    return PydanticCustomError(code, "{message}", {"message": message, "hint": hint})


def check_characters(text: str) -> str:
    """Return *text*; refuse characters that XML or mail cannot carry."""
    if text.isascii() and text.isprintable():  # nearly all texts, and told in a tenth of the time
        return text
    if found := FORBIDDEN.search(text):
        raise fault(
            "control-character",
            f"it holds the character U+{ord(found.group()):04X}, which no feed or mail can carry",
            "delete it and type the text anew at that place",
        )
    return text


def one_line(text: str) -> str:
    """Return *text* on one line: every run of white space, NO-BREAK SPACE included, is one space."""
    if "  " not in text and text.isascii() and text.isprintable() and text.strip(" ") == text:
        return text  # the only white space here is single spaces
    return " ".join(text.split())


def _text(value: Any) -> Any:
    return one_line(check_characters(value)) if isinstance(value, str) else value


def _not_empty(text: str) -> str:
    if not text:
        raise fault("empty-text", "it is empty", "write some words, or leave the field out")
    return text


def _plain(text: str) -> str:
    if "<" in text and (found := _TAG.search(text)):
        raise fault(
            "html-in-text",
            f"{found.group()[:40]!r} is HTML, and this field is plain text",
            "leave the tag out; emphasis belongs in the body",
        )
    return text


def _key(text: str) -> str:
    if not _KEY.fullmatch(text):
        raise fault(
            "invalid-key",
            f"{text[:60]!r} is no key",
            f"write it as {_key_of(text)}: lower-case letters a-z, digits and hyphens",
        )
    return text


def _key_of(text: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", text[:60].lower()).strip("-") or "child-benefits"


def _name_key(text: str) -> str:
    if not _NAME_KEY.fullmatch(text):
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


def check_url(text: str) -> str:
    """Return *text* if it is an absolute http or https address without spaces or user names."""
    if _PLAIN_URL.fullmatch(text):
        return text
    hint = "write the whole address, for example https://example.org/report"
    if re.search(r"[\s<>\"{}|\\^`]", text):
        raise fault("invalid-url", "an address holds no spaces, quotation marks or brackets", hint)
    try:
        parts = urlsplit(text)
        parts.port  # noqa: B018 - raises on a wrong port
    except ValueError as error:
        raise fault("invalid-url", f"it is no address ({error})", hint) from None
    if parts.scheme not in {"http", "https"}:
        raise fault("invalid-url", "an address starts with https:// or http://", hint)
    if not _is_host(parts.netloc):
        raise fault("invalid-url", f"{parts.netloc[:60]!r} is no host name", hint)
    return text


def _is_host(netloc: str) -> bool:
    if netloc.isascii():
        return _HOST.fullmatch(netloc) is not None
    return not re.search(r"[/?#@%]", netloc)


Text = Annotated[str, BeforeValidator(_text)]
"""Text on one line, white space folded, without control characters."""
Words = Annotated[Text, AfterValidator(_not_empty)]
"""Text that is not empty."""
PlainText = Annotated[Words, AfterValidator(_plain)]
"""Words without HTML tags."""
Key = Annotated[Text, AfterValidator(_key)]
"""A name for machines: a-z, 0-9 and hyphens."""
NameKey = Annotated[Text, AfterValidator(_name_key)]
"""A key that may have capitals, for country codes such as LB."""
Language = Annotated[Text, AfterValidator(_language)]
"""A BCP 47 language tag: language, optional script, optional region."""
Url = Annotated[Text, AfterValidator(check_url)]
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

    def for_language(self, lang: str) -> str:
        """Return the words for *lang*, else for its base language, else the first that were given."""
        for key in (lang, lang.split("-", maxsplit=1)[0], "*"):
            if key in self.root:
                return self.root[key]
        return next(iter(self.root.values()))
