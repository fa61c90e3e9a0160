"""Pictures that entries show: opened once each, as far as their header (Pillow)."""

import warnings
from pathlib import Path

from PIL import Image

from publisher.entries.parser import Parsed
from publisher.errors import Place, Problem
from publisher.model import address
from publisher.model.entry import Picture
from publisher.model.settings import Settings

_TYPES = {"PNG": "image/png", "JPEG": "image/jpeg", "GIF": "image/gif", "WEBP": "image/webp"}
_PIXEL_LIMIT = 50_000_000
_SIZE_LIMIT = 20 * 1024 * 1024


def read_pictures(
    folder: Path, parsed: list[Parsed], files: frozenset[str], settings: Settings
) -> tuple[dict[str, Picture], list[Problem]]:
    """Return the pictures that the entries of *parsed* show, by path, and a problem for each unusable one."""
    shown: dict[str, str] = {}
    for item in parsed:
        for name in item.entry.assets if item.entry else ():
            path = address.beside(item.entry, name) if item.entry else ""
            if path in files:
                shown.setdefault(path, item.source.path)
    pictures, problems = {}, []
    for path, shown_by in sorted(shown.items()):
        found = _read(folder / path)
        if isinstance(found, Picture):
            pictures[path] = found
        else:
            place = Place(f"{settings.paths.entries}/{path}")
            hint = "export it as PNG or JPEG, at most 2000 pixels wide"
            problems.append(Problem("unusable-picture", place, f"{found} (shown by {shown_by})", hint))
    return pictures, problems


def _read(path: Path) -> Picture | str:
    """Return the picture at *path*, or why it cannot be used."""
    try:
        length = path.stat().st_size
        if length > _SIZE_LIMIT:
            return f"the file has over {_SIZE_LIMIT // 1024 // 1024} MiB"
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of damage, and of pixels, which we count ourselves
            with Image.open(path) as picture:
                kind, (width, height) = picture.format or "", picture.size
    except Image.DecompressionBombError:
        return "the picture has far too many pixels"
    except Exception:  # noqa: BLE001 - at a damaged file Pillow raises whatever comes
        return "the file is no picture, or a damaged one"
    if kind not in _TYPES:
        return f"{kind} is no format for the web"
    if width * height > _PIXEL_LIMIT:
        return f"{width} x {height} pixels are too many"
    return Picture(type=_TYPES[kind], length=length, width=width, height=height)
