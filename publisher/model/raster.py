"""In which sizes the site has a picture: its original's size alone decides, so that no page opens a file."""

from typing import NamedTuple

from publisher.model.entry import Picture

WIDTHS = (480, 720, 960, 1440)
"""Pixels across: the packaged stylesheet shows pictures 21 to 46rem wide, on dense screens too."""
SERVED = 1200
"""Pixels across of the file at the picture's own address, for feeds, previews of links and old browsers."""
LONGEST = 2000
"""No file of the site has more pixels, whichever way."""
ANIMATION = 1_000_000
"""Bytes up to which a moving picture is served as it is; of a larger one the first frame."""

_NEARLY = 0.9  # a width that is so close to the largest is not made


class Size(NamedTuple):
    """Pixels across and down."""

    width: int
    height: int


def is_kept(picture: Picture) -> bool:
    """Tell whether *picture* is served as it is, since it moves and is small."""
    is_small = picture.length <= ANIMATION and max(picture.width, picture.height) <= LONGEST
    return picture.is_animated and is_small


def served(picture: Picture) -> Size:
    """Return the size of the file at the picture's own address."""
    return Size(picture.width, picture.height) if is_kept(picture) else scaled(picture, SERVED)


def webp(picture: Picture) -> list[Size]:
    """Return the sizes of its WebP files, the smallest first; there is at least one."""
    largest = scaled(picture, WIDTHS[-1])
    smaller = [width for width in WIDTHS if width < largest.width * _NEARLY]
    return [*(scaled(picture, width) for width in smaller), largest]


def scaled(picture: Picture, width: int) -> Size:
    """Return the size of *picture* when it is at most *width* across; it never grows, and keeps its shape."""
    wide, high = picture.width, picture.height
    across = max(1, min(width, wide, LONGEST * wide // high))
    # Of the two whole numbers the one that keeps the shape best; Pillow's thumbnails are as high.
    down = across * high // wide
    heights = (height for height in (down, down + 1) if 0 < height <= LONGEST)
    return Size(across, min(heights, key=lambda height: abs(wide / high - across / height), default=LONGEST))
