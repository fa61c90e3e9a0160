"""Pictures that entries show: opened once each, as far as their header (Pillow)."""

import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO
from urllib.parse import unquote

from PIL import Image

from publisher.entries.parser import Parsed
from publisher.entries.source import Mark
from publisher.errors import Problem
from publisher.model import address
from publisher.model.entry import Picture
from publisher.pictures import FORMATS, HINT, UnusablePictureError, check_pixels, is_on_its_side

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


def read_pictures(
    folder: Path, parsed: list[Parsed], files: frozenset[str]
) -> tuple[dict[str, Picture], list[Problem]]:
    """Return the pictures that the entries of *parsed* show, by path, and a problem for each unusable one.

    A problem stands where the picture is shown first.
    """
    shown: dict[str, tuple[Parsed, Mark, str]] = {}
    for item in parsed:
        for mark, name in _shown_by(item):
            shown.setdefault(address.beside_file(item.path, name), (item, mark, name))
    pictures, problems = {}, []
    for path, (item, mark, name) in sorted(shown.items(), key=lambda place: place[0]):
        if path not in files:
            continue
        try:
            pictures[path] = _read(folder / path)
        except UnusablePictureError as error:
            problems.append(item.source.error("unusable-picture", mark, f"{name} {error}", HINT))
    return pictures, problems


def _shown_by(item: Parsed) -> Iterator[tuple[Mark, str]]:
    """Yield the pictures of an entry as it names them, each with its place."""
    if item.entry is None:
        return
    if item.entry.image:
        yield item.fields.mark(("image", "src")), item.entry.image.src
    for reference in item.references:
        if reference.is_image:
            yield reference.mark, unquote(reference.target)


def _read(path: Path) -> Picture:
    """Return the picture at *path*; raise `UnusablePictureError` if it cannot be used."""
    try:
        with path.open("rb") as file:
            length = path.stat().st_size
            if length > _SIZE_LIMIT:
                raise UnusablePictureError(f"has over {_SIZE_LIMIT // 1024 // 1024} MiB")
            return _look(file, length)
    except OSError as error:
        raise UnusablePictureError(f"cannot be read ({error.strerror})") from None


def _look(file: BinaryIO, length: int) -> Picture:
    """Return the picture in *file*, of which only the header is read: no pixel is decoded."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of damage, and of pixels, which we count ourselves
            with Image.open(file, formats=FORMATS) as picture:
                check_pixels(picture)
                size = picture.size[::-1] if is_on_its_side(picture) else picture.size
                kind = _TYPES[picture.format or ""]
                return Picture(type=kind, length=length, width=size[0], height=size[1])
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
