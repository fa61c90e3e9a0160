"""Rules that texts keep everywhere, in front matter, settings and bodies.

Each raises a `PydanticCustomError` whose type is the code, whose message is the cause and whose
context holds the hint, so that an error reads the same wherever the rule is used. Pydantic is loaded
only when there is one to raise.
"""

import re
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from pydantic_core import PydanticCustomError

# C0 but for tab and line ends, DEL, C1, surrogates, the replacement character and non-characters:
# XML 1.0 section 2.2 forbids most, and Gmail cuts a mail at a C1 character (email-bugs#41).
FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufdd0-\ufdef\ufffd-\uffff]")
# Most addresses; what it matches would pass all that `check_url` asks.
PLAIN_URL = re.compile(r"https?://[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?(?:/[A-Za-z0-9/._~%+,;=-]*)?")
KEY = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
NAME_KEY = re.compile(r"[A-Za-z0-9]+(?:-[A-Za-z0-9]+)*")
TITLE_LIMIT, SUMMARY_LIMIT = 200, 400
_HOST = re.compile(
    r"[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?(?::[0-9]{1,5})?|\[[0-9A-Fa-f:.]+\](?::[0-9]{1,5})?"
)


def fault(code: str, message: str, hint: str = "") -> "PydanticCustomError":
    """Return the error that a validator raises: *code*, cause and way out."""
    from pydantic_core import PydanticCustomError

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


def check_url(text: str) -> str:
    """Return *text* if it is an absolute http or https address without spaces or user names."""
    if PLAIN_URL.fullmatch(text):
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
