"""The one door to the entries folder: finds the files, hands their bytes to the parser, checks the whole.

Every file is read, also when others are broken, so that one run shows all problems.
"""

import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from PIL import Image, UnidentifiedImageError

from publisher.entries.crosscheck import Surroundings, crosscheck, settle_translations
from publisher.entries.parser import Parsed, parse_entry, parse_names, parse_quote
from publisher.entries.source import SIZE_LIMIT
from publisher.errors import Place, Problem, UsageError
from publisher.model import address
from publisher.model.entry import Library, Names, Quote
from publisher.model.settings import Settings

NAMES = "names.yml"
_QUOTES = "quotes/"
_PICTURES = {"PNG", "JPEG", "GIF", "WEBP"}
_PIXEL_LIMIT = 50_000_000
_PICTURE_SIZE_LIMIT = 20 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Reading:
    """What an entries folder gave: the whole entries, all problems, and how many files were looked at."""

    library: Library
    problems: list[Problem]
    looked_at: int


def _silent(_done: int, _of: int) -> None:
    """Show no progress."""


def read(
    folder: Path,
    settings: Settings,
    countries: frozenset[str],
    progress: Callable[[int, int], None] = _silent,
) -> Reading:
    """Read all of *folder*; *countries* are the codes that `places` may hold.

    *progress* is called with the number of files done and the number of all. Raises `UsageError`
    if there is no such folder.
    """
    if not folder.is_dir():
        hint = "publisher init DIR makes a new project; publisher new news 'Title' writes an entry"
        raise UsageError(
            f"there is no folder {settings.paths.entries}/ in this project", hint, "no-entries-folder"
        )
    files, problems = _find(folder, settings)
    parsed: list[Parsed] = []
    quotes: list[Quote] = []
    names = Names()
    texts = sorted(path for path in files if path == NAMES or _is_text(path))
    for number, path in enumerate(texts, start=1):
        data, found = _read_bytes(folder, path, settings)
        problems += found
        if data is None:
            continue
        if path == NAMES:
            names, found = parse_names(path, data, settings)
            problems += found
        elif path.startswith(_QUOTES):
            quote, found = parse_quote(path, data, settings)
            quotes += [quote] if quote else []
            problems += found
        else:
            item = parse_entry(path, data, settings)
            parsed.append(item)
            problems += item.problems
        progress(number, len(texts))
    settle_translations(parsed)
    problems += crosscheck(parsed, Surroundings(frozenset(files), names, countries), settings)
    problems += _check_pictures(folder, parsed, frozenset(files), settings)
    entries = tuple(item.entry for item in parsed if item.entry)
    return Reading(Library(entries=entries, quotes=tuple(quotes), names=names), problems, len(texts))


def read_asset(folder: Path, path: str) -> bytes:
    """Return the bytes of the picture at *path*, which `read` has checked."""
    return (folder / path).read_bytes()


def _is_text(path: str) -> bool:
    return path.endswith(".md") and not path.rsplit("/", 1)[-1].startswith("README")


def _find(folder: Path, settings: Settings) -> tuple[list[str], list[Problem]]:
    """Return the files below *folder* by relative path, sorted, but for those that start with `.` or `_`.

    Links that lead out of the folder are a problem: an entry must not publish what lies elsewhere.
    """
    files, problems = [], []
    root = folder.resolve()
    for here, folders, names in os.walk(folder):
        folders[:] = sorted(name for name in folders if not name.startswith((".", "_")))
        for name in sorted(names):
            if name.startswith((".", "_")):
                continue
            path = Path(here, name).relative_to(folder).as_posix()
            shown = f"{settings.paths.entries}/{path}".encode("utf-8", "backslashreplace").decode()
            if shown != f"{settings.paths.entries}/{path}":
                problems.append(
                    Problem("invalid-file-name", Place(shown), "the file's name is not UTF-8", "rename it")
                )
            elif not (folder / path).resolve().is_relative_to(root):
                message = "the file is a link to a place outside of the entries folder"
                problems.append(Problem("path-outside", Place(shown), message, "put a copy here"))
            else:
                files.append(path)
    return files, problems


def _read_bytes(folder: Path, path: str, settings: Settings) -> tuple[bytes | None, list[Problem]]:
    """Read a file, but no more of it than shows that it is too large."""
    try:
        with (folder / path).open("rb") as file:
            return file.read(SIZE_LIMIT + 1), []
    except OSError as error:
        place = Place(f"{settings.paths.entries}/{path}")
        return None, [
            Problem(
                "unreadable-file",
                place,
                f"the file cannot be read ({error.strerror})",
                "mend its permissions",
            )
        ]


def _check_pictures(
    folder: Path, parsed: list[Parsed], files: frozenset[str], settings: Settings
) -> list[Problem]:
    """Open each picture that an entry shows, once, as far as its header."""
    shown: dict[str, Parsed] = {}
    for item in parsed:
        for name in item.entry.assets if item.entry else ():
            path = address.beside(item.entry, name) if item.entry else ""
            if path in files:
                shown.setdefault(path, item)
    problems = []
    for path, item in sorted(shown.items()):
        if fault := _picture_fault(folder / path):
            place = Place(f"{settings.paths.entries}/{path}")
            problems.append(
                Problem(
                    "unusable-picture",
                    place,
                    f"{fault} (shown by {item.source.path})",
                    "export it as PNG or JPEG, at most 2000 pixels wide",
                )
            )
    return problems


def _picture_fault(path: Path) -> str:
    """Return why the picture at *path* cannot be used, or ""."""
    if path.stat().st_size > _PICTURE_SIZE_LIMIT:
        return f"the file has over {_PICTURE_SIZE_LIMIT // 1024 // 1024} MiB"
    try:
        with Image.open(path) as picture:
            if picture.format not in _PICTURES:
                return f"{picture.format} is no format for the web"
            width, height = picture.size
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError, Image.DecompressionBombError):
        return "the file is no picture, or a damaged one"
    return f"{width} x {height} pixels are too many" if width * height > _PIXEL_LIMIT else ""
