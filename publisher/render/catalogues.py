"""Catalogues of our own words: PO as people write it, kept compiled, since reading it takes long."""

import gettext
import io
import re
from collections.abc import Iterable
from typing import TYPE_CHECKING

from publisher import compiled
from publisher.cache import key
from publisher.errors import UsageError
from publisher.model.rules import FORBIDDEN

if TYPE_CHECKING:
    from babel.messages.catalog import Catalog

_VALUE = re.compile(r"%\((\w+)\)s")
_FILLED = re.compile(r"%\(\w+\)s|%%")


def translations(tag: str, text: str) -> gettext.GNUTranslations:
    """Return the catalogue *text* of the language *tag*; raise `UsageError` if it is wrong."""
    name = f"words-{key(tag, text)}"
    data = compiled.get(name)
    if not data:
        data = _catalogue(tag, text)
        compiled.put(name, data)
    return gettext.GNUTranslations(io.BytesIO(data))


def untranslated(tag: str, catalogues: Iterable[str], wanted: str) -> list[str]:
    """Return the messages of the catalogue *wanted* that none of *catalogues*, of the language *tag*, has.

    Raises `UsageError` if one of them is wrong.
    """

    def texts(text: str, lang: str) -> dict[str, bool]:
        found = _parsed(lang, text)
        return {_texts(message.id)[0]: all(_texts(message.string)) for message in found if message.id}

    done = {message for text in catalogues for message, is_there in texts(text, tag).items() if is_there}
    return [message for message in texts(wanted, "en") if message not in done]


def _texts(text: str | tuple[str, ...] | list[str] | None) -> list[str]:
    """Return the forms of a message: one, or one for each number."""
    return [text] if isinstance(text, str) else list(text or ())


def _catalogue(tag: str, text: str) -> bytes:
    """Return the catalogue *text* of the language *tag* as MO; raise `UsageError` if it is wrong."""
    from babel.messages.mofile import write_mo

    catalogue = _parsed(tag, text)
    for message in catalogue:
        _check(tag, _texts(message.id), _texts(message.string))
    found = io.BytesIO()
    write_mo(found, catalogue)
    return found.getvalue()


def _parsed(tag: str, text: str) -> "Catalog":
    """Return the messages of the catalogue *text* of *tag*; raise `UsageError` if it cannot be read."""
    from babel.messages.pofile import PoFileError, read_po

    try:
        return read_po(io.StringIO(text), locale=tag.replace("-", "_"), abort_invalid=True)
    except PoFileError as error:
        raise UsageError(
            f"the catalogue locale/{tag}.po cannot be read: {error}", "mend that line", "invalid-catalogue"
        ) from None


def _check(tag: str, message: list[str], translation: list[str]) -> None:
    """Refuse a *translation* that asks for a value which its *message* does not give, or for it otherwise.

    What stands for a value while forms are made would be cut, or shown as it is.
    """
    given = set(_VALUE.findall(" ".join(message)))
    is_filled = given or len(message) > 1
    for text in translation:
        if found := FORBIDDEN.search(text):
            raise UsageError(
                f"the catalogue locale/{tag}.po holds the character U+{ord(found.group()):04X} in {text!r}",
                "delete it: no feed or mail can carry it",
                "invalid-catalogue",
            )
        if is_filled and "%" in _FILLED.sub("", text):
            raise UsageError(
                f"the catalogue locale/{tag}.po has a % in {text!r} that no value follows",
                "write %% for a percent sign, and a value as the message does, such as %(n)s",
                "invalid-catalogue",
            )
        if wrong := set(_VALUE.findall(text)) - given:
            raise UsageError(
                f"the catalogue locale/{tag}.po asks for %({wrong.pop()})s in {text!r}",
                f"write one of: {', '.join(f'%({name})s' for name in sorted(given)) or 'no %(...)s'}",
                "invalid-catalogue",
            )
