"""Pictures that entries show: opened once each, as far as their header (Pillow)."""

import warnings
from collections.abc import Iterable
from io import BytesIO
from pathlib import Path
from typing import BinaryIO
from urllib.parse import unquote

from publisher.entries.aliases import Item
from publisher.entries.kept import digest_of
from publisher.entries.source import Mark
from publisher.errors import Problem, UnusablePictureError
from publisher.model import address
from publisher.model.entry import Picture
from publisher.pictures import HINT

_TYPES = {
    "PNG": "image/png",
    "JPEG": "image/jpeg",
    "MPO": "image/jpeg",
    "GIF": "image/gif",
    "WEBP": "image/webp",
}
_SIZE_LIMIT = 20 * 1024 * 1024
# How files begin that are pictures, and yet not for everybody to see: where, with what, and their name.
_OTHERS = (
    (0, b"II*\0", "TIFF"),
    (0, b"MM\0*", "TIFF"),
    (0, b"BM", "BMP"),
    (0, b"%PDF", "PDF"),
    (0, b"8BPS", "a Photoshop file"),
    (0, b"\0\0\1\0", "an icon"),
    (4, b"ftypavif", "AVIF"),
    (4, b"ftypheic", "HEIC"),
    (4, b"ftypmif1", "HEIC"),
)


def shown_by(items: Iterable[Item]) -> dict[str, tuple[Item, str]]:
    """Return each picture that *items* show, by path, with the first that shows it and how it names it."""
    shown: dict[str, tuple[Item, str]] = {}
    for item in items:
        for name in item.entry.assets if item.entry else ():
            shown.setdefault(address.beside_file(item.path, name), (item, name))
    return shown


def read_picture(path: Path) -> Picture:
    """Return the picture at *path*; raise `UnusablePictureError` if it cannot be used."""
    try:
        with path.open("rb") as file:
            data = file.read(_SIZE_LIMIT + 1)
    except OSError as error:
        raise UnusablePictureError(f"cannot be read ({error.strerror})") from None
    if len(data) > _SIZE_LIMIT:
        raise UnusablePictureError(f"has over {_SIZE_LIMIT // 1024 // 1024} MiB")
    return _look(BytesIO(data), len(data), digest_of(data))


def unusable(item: Item, name: str, error: UnusablePictureError) -> Problem:
    """Return *error* as the problem of the picture that *item* calls *name*, at the place that shows it."""
    return item.source.error("unusable-picture", _place_of(item, name), f"{name} {error}", HINT)


def _place_of(item: Item, name: str) -> Mark:
    if item.entry and item.entry.image and item.entry.image.src == name:
        return item.fields.mark(("image", "src"))
    places = (ref.mark for ref in item.references if ref.is_image and unquote(ref.target) == name)
    return next(places, Mark(1, 1))


def _look(file: BinaryIO, length: int, digest: bytes) -> Picture:
    """Return the picture in *file*, of which only the header is read: no pixel is decoded."""
    # Pillow takes long to load, and is wanted for new pictures alone.
    from PIL import Image

    from publisher.pixels import FORMATS, check_pixels, is_animated, is_on_its_side

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of damage, and of pixels, which we count ourselves
            with Image.open(file, formats=FORMATS) as picture:
                check_pixels(picture)
                size = picture.size[::-1] if is_on_its_side(picture) else picture.size
                kind = _TYPES[picture.format or ""]
                return Picture(kind, length, size[0], size[1], digest, is_animated(picture))
    except UnusablePictureError:
        raise
    except Image.DecompressionBombError:
        raise UnusablePictureError("has far too many pixels") from None
    except Exception as error:  # at a damaged file Pillow raises whatever comes
        kind = _other_kind(file)
        cause = (
            f"is {kind}, which browsers or mail readers do not show"
            if kind
            else "is no picture, or a damaged one"
        )
        raise UnusablePictureError(cause) from error


def _other_kind(file: BinaryIO) -> str:
    """Return what *file* is if it is a picture that we do not take; "" for anything else."""
    file.seek(0)
    start = file.read(1024)
    if b"<svg" in start:
        return "SVG"
    return next((kind for at, sign, kind in _OTHERS if start.startswith(sign, at)), "")
