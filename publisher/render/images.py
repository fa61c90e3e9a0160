"""Pictures on the site: each in several sizes, of which a browser takes what its screen needs."""

import html
import re
from collections.abc import Callable
from typing import Any, NamedTuple
from urllib.parse import unquote

from publisher.model import address, raster
from publisher.model.edition import Edition
from publisher.model.entry import Entry
from publisher.render.links import lowered, resolve

COLUMN = "(min-width: 50rem) 46rem, 92vw"
"""How wide a picture is shown in an entry, as the packaged stylesheet has it."""
LEAD = "(min-width: 74rem) 39rem, (min-width: 46rem) 52vw, 92vw"
"""The same in the first card of the home page."""
CARD = "(min-width: 74rem) 21rem, (min-width: 64rem) 29vw, (min-width: 42rem) 45vw, 92vw"
"""The same in its other cards."""
_STILL = ' media="(prefers-reduced-motion: reduce)"'
_COLUMN_WIDTH, _MARGIN = 736, 0.92  # pixels of the column; the part of a narrow window that is left for it
_ATTRIBUTE = re.compile(r' (src|width|height)="([^"]*)"')


class WebPicture(NamedTuple):
    """A picture of the site: the way to its file, the size and the type of that, and its files in WebP.

    If it *moves*, those do not.
    """

    src: str
    width: int
    height: int
    type: str
    srcset: str
    moves: bool

    def source(self, sizes: str) -> str:
        """Return the element that offers the WebP files; *sizes* tells how wide the picture is shown."""
        only = _STILL if self.moves else ""
        srcset = html.escape(self.srcset)
        return f'<source type="image/webp"{only} srcset="{srcset}" sizes="{html.escape(sizes)}">'


def image_words(edition: Edition, to: Callable[[str], str]) -> dict[str, Any]:
    """Return what templates of the site say of pictures; *to* turns an address into what a link holds."""

    def body(entry: Entry, level: int = 1, sizes: str = COLUMN, *, first: bool = False) -> str:
        images = _Images(entry, edition, to, sizes, is_first=first)
        text = lowered(resolve(edition.body(entry), entry, edition, to, images), level - 1)
        # The stylesheet lets wide tables scroll, which the keyboard does only where it can stop.
        return text.replace("<table>", '<table tabindex="0">')

    return {"body": body, "sizes": {"column": COLUMN, "lead": LEAD, "card": CARD}}


def web_picture(path: str, edition: Edition, to: Callable[[str], str]) -> WebPicture:
    """Return the picture that lies at *path* in the entries folder."""
    picture = edition.pictures[path]
    width, height = raster.served(picture)
    files = (f"{to(address.webp(path, size.width))} {size.width}w" for size in raster.webp(picture))
    return WebPicture(
        to(address.asset(path)), width, height, picture.type, ", ".join(files), raster.is_kept(picture)
    )


class _Images:
    """Writes the pictures in the text of *entry*; if one *is_first* on its page, it does not wait."""

    def __init__(
        self, entry: Entry, edition: Edition, to: Callable[[str], str], sizes: str, *, is_first: bool
    ) -> None:
        self._entry, self._edition, self._to, self._sizes = entry, edition, to, sizes
        self._is_first = is_first

    def __call__(self, tag: str) -> str:
        """Return the element `<img>` with its sizes, and the files that a browser may take instead."""
        asked = {name: html.unescape(value) for name, value in _ATTRIBUTE.findall(tag)}
        path = address.beside(self._entry, unquote(asked.get("src", "").partition("#")[0]))
        if path not in self._edition.pictures:
            return tag
        found = web_picture(path, self._edition, self._to)
        width, height = _size(found, asked.get("width", ""), asked.get("height", ""))
        rest = _ATTRIBUTE.sub("", tag).removeprefix("<img").rstrip("/> ")
        waits = "" if self._is_first else ' loading="lazy"'
        self._is_first = False
        size = f'width="{width}" height="{height}"'
        image = f'<img src="{html.escape(found.src)}" {size}{rest}{waits} decoding="async">'
        return f"<picture>{found.source(self._sizes_of(width))}{image}</picture>"

    def _sizes_of(self, width: int) -> str:
        """Return how wide a picture is shown that is *width* pixels wide where there is room for it."""
        if width >= _COLUMN_WIDTH:
            return self._sizes
        return f"(min-width: {round(width / _MARGIN)}px) {width}px, 92vw"


def _size(found: WebPicture, width: str, height: str) -> tuple[int, int]:
    """Return width and height to be shown; *width* and *height* are what the writer asked for, or empty."""
    wide = int(width) if width.isdecimal() and len(width) < 5 else 0  # noqa: PLR2004 - no screen has more
    high = int(height) if height.isdecimal() and len(height) < 5 else 0  # noqa: PLR2004
    if wide and high:
        return wide, high
    if wide:
        return wide, max(1, round(wide * found.height / found.width))
    if high:
        return max(1, round(high * found.width / found.height)), high
    return found.width, found.height
