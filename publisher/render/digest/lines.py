"""Lines of plain text: what fits, and where a line breaks."""

import re

from publisher.model.columns import columns
from publisher.model.output import COLUMNS

_SPACES = re.compile(r"[ \t\n]+")
_ADDRESSES = ("http://", "https://", "mailto:")


def fold(text: str, indent: str = "", first: str | None = None) -> str:
    """Return *text* in lines of at most 78 columns, each behind *indent*, the first one behind *first*.

    Addresses stay whole, and so do words that a no-break space joins. A longer word is broken, since a
    mail reader would do so at a worse place.
    """
    words = [word for word in _SPACES.split(text) if word]
    width = COLUMNS - len(indent)
    lines = [" ".join(words)] if columns(text) <= width and words else _lines(words, width)
    starts = [indent if first is None else first] + [indent] * len(lines)
    return "\n".join(f"{start}{line}" for start, line in zip(starts, lines, strict=False))


def _lines(words: list[str], width: int) -> list[str]:
    lines: list[str] = []
    used = 0
    for word in words:
        is_whole = columns(word) <= width or word.startswith(_ADDRESSES)
        for piece in [word] if is_whole else _broken(word, width):
            size = columns(piece)
            if lines and used + 1 + size <= width:
                lines[-1] += f" {piece}"
                used += 1 + size
            else:
                lines.append(piece)
                used = size
    return lines


def fitting(limit: int, *texts: str) -> str:
    """Return the first of *texts* that has at most *limit* characters, else the last one cut at a word."""
    short = (text for text in texts if len(text) <= limit)
    found = next(short, None)
    if found is not None:
        return found
    end = texts[-1].rfind(" ", limit // 2, limit)
    return texts[-1][: end if end > 0 else limit - 1].rstrip(" ,;:-–") + "…"


def _broken(word: str, width: int) -> list[str]:
    """Return *word* in pieces of at most *width* columns."""
    pieces = [""]
    for letter in word:
        if pieces[-1] and columns(pieces[-1] + letter) > width:
            pieces.append("")
        pieces[-1] += letter
    return pieces


def underline(text: str) -> int:
    """Return how long a line below *text* is, for a heading."""
    return min(columns(text), COLUMNS)
