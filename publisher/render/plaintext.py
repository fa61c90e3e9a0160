"""What texts say without HTML: their words by paragraph, and where their links lead."""

import re
from html import unescape

_HREF = re.compile(r'<a\b[^>]* href="([^"]*)"')
_SPACES = re.compile(r"[ \t\n]+")
_TAG = re.compile(r"<[^<>]*>")
_BLOCK_END = re.compile(r"</(?:p|li|h[2-6]|tr|pre|blockquote|dt|dd)>|<br>|<hr>")
_CELL_END = re.compile(r"</t[dh]>")


def links_of(html: str) -> list[str]:
    """Return the addresses to which *html*, as nh3 writes it, links."""
    targets = (unescape(target) for target in _HREF.findall(html))
    return list(dict.fromkeys(target for target in targets if not target.startswith("#")))


def paragraphs(html: str) -> list[str]:
    """Return the words of *html*, as nh3 writes it, by paragraph, item, row and heading."""
    spaced = _CELL_END.sub(" ", html)  # the cells of a row stand beside each other, not within one word
    pieces = (unescape(_TAG.sub("", piece)) for piece in _BLOCK_END.split(spaced))
    return [words for piece in pieces if (words := " ".join(_SPACES.split(piece)).strip())]
