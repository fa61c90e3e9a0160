"""The lines of a mail's header that hold words.

They are written here: Python's own folding loses and adds spaces where a long line has characters outside
of ASCII, and otherwise in each version (python/cpython#120930, #144156).
"""

import textwrap
from base64 import b64encode
from email.utils import formataddr

_LINE, _ENCODED_BYTES = 66, 39  # below the 78 and 76 characters of RFC 5322 and RFC 2047
FOLD = "\r\n "


def words(text: str) -> str:
    """Return *text* for a header, folded between words; encoded if it is more than plain ASCII."""
    if _is_plain(text):
        return FOLD.join(textwrap.wrap(text, _LINE, break_long_words=False, break_on_hyphens=False))
    return _encoded(text)


def named(name: str, mailbox: str) -> str:
    """Return a mailbox with its name."""
    if len(name) <= _LINE and _is_plain(name):
        return formataddr((name, mailbox))
    return f"{_encoded(name)}{FOLD}<{mailbox}>"


def _is_plain(text: str) -> bool:
    return (
        text.isascii()
        and text.isprintable()
        and "=?" not in text
        and all(len(word) <= _LINE for word in text.split())
    )


def _encoded(text: str) -> str:
    """Return *text* as encoded words (RFC 2047), each of whole characters; no line end survives in them."""
    words = [b""]
    for character in text:
        data = character.encode()
        if len(words[-1]) + len(data) > _ENCODED_BYTES:
            words.append(b"")
        words[-1] += data
    return FOLD.join(f"=?utf-8?b?{b64encode(word).decode()}?=" for word in words)
