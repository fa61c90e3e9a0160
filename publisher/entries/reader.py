"""The one door to the entries folder: finds the files, hands their bytes to the parser, checks the whole.

Every file is read, also when others are broken, so that one run shows all problems.
"""

import os
import stat
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from publisher.entries.companions import parse_names, parse_opening, parse_quote
from publisher.entries.crosscheck import Surroundings, check_openings, crosscheck, settle_translations
from publisher.entries.parser import Parsed, parse_entry
from publisher.entries.pictures import read_pictures
from publisher.entries.source import SIZE_LIMIT
from publisher.errors import Place, Problem, PublisherError, UsageError
from publisher.model.entry import Library, Names, Opening, Quote
from publisher.model.settings import Settings

NAMES = "names.yml"
_NAME_LIMIT = 200  # most file systems allow 255
_QUOTES, _OPENINGS = "quotes/", "digests/"


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
    openings: list[Opening] = []
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
        elif path.startswith(_OPENINGS):
            opening, found = parse_opening(path, data, settings)
            openings += [opening] if opening else []
            problems += found
        else:
            item = parse_entry(path, data, settings)
            parsed.append(item)
            problems += item.problems
        progress(number, len(texts))
    settle_translations(parsed)
    problems += crosscheck(parsed, Surroundings(frozenset(files), names, countries), settings)
    entries = tuple(item.entry for item in parsed if item.entry)
    problems += check_openings(openings, entries, settings)
    pictures, found = read_pictures(folder, parsed, frozenset(files))
    library = Library(
        entries=entries, quotes=tuple(quotes), openings=tuple(openings), names=names, pictures=pictures
    )
    return Reading(library, problems + found, len(texts))


def read_asset(folder: Path, path: str) -> bytes:
    """Return the bytes of the picture at *path*, which `read` has checked."""
    try:
        return (folder / path).read_bytes()
    except OSError as error:
        message = f"{path} cannot be read any more ({error.strerror})"
        raise PublisherError(message, "build again when it is there", "unreadable-file") from None


def find(folder: Path, path: str, needle: str) -> tuple[int, int, str]:
    """Return line, column and text where *needle* first stands in the file at *path*, else 0, 0 and ""."""
    try:
        lines = (folder / path).read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        return 0, 0, ""
    for number, line in enumerate(lines, start=1):
        if needle and (column := line.find(needle)) >= 0:
            return number, column + 1, line
    return 0, 0, ""


def _is_text(path: str) -> bool:
    return path.endswith(".md") and not path.rsplit("/", 1)[-1].startswith("README")


def _find(folder: Path, settings: Settings) -> tuple[list[str], list[Problem]]:
    """Return the files below *folder* by relative path, sorted, but for those that start with `.` or `_`.

    What cannot be read is a problem, never left out in silence; so are links that lead out of the
    folder, since an entry must not publish what lies elsewhere.
    """
    files, problems = [], []
    root = folder.resolve()
    closed: list[OSError] = []
    for here, folders, names in os.walk(folder, onerror=closed.append):
        folders[:] = sorted(name for name in folders if not name.startswith((".", "_")))
        names += [name for name in folders if os.path.islink(f"{here}/{name}")]  # noqa: PTH114 - never raises
        for name in sorted(names):
            if name.startswith((".", "_")):
                continue
            path = Path(here, name).relative_to(folder).as_posix()
            if fault := _name_fault(path) or _file_fault(folder / path, root):
                problems.append(_problem(path, settings, *fault))
            else:
                files.append(path)
    for error in closed:
        path = Path(error.filename).relative_to(folder).as_posix()
        message = f"the folder cannot be read ({error.strerror})"
        problems.append(_problem(path, settings, "unreadable-file", message, "mend its permissions"))
    return files, problems


def _problem(path: str, settings: Settings, code: str, message: str, hint: str) -> Problem:
    """Return a problem of the file at *path* as a whole, also if its name is not UTF-8."""
    shown = f"{settings.paths.entries}/{path}".encode("utf-8", "backslashreplace").decode()
    return Problem(code, Place(shown), message, hint)


def _name_fault(path: str) -> tuple[str, str, str] | None:
    """Return code, message and hint if a file must not be called so."""
    if path.encode("utf-8", "replace").decode() != path:
        return "invalid-file-name", "the file's name is not UTF-8", "rename it"
    if any(len(part.encode()) > _NAME_LIMIT for part in path.split("/")):
        message = f"the name has over {_NAME_LIMIT} bytes, and files that are made of it would have more"
        return "invalid-file-name", message, "rename it to something shorter"
    stem, ending = os.path.splitext(path)  # noqa: PTH122 - a relative path, kept as text
    if ending != ".md" and ending.lower() in {".md", ".markdown", ".mdown"}:
        message = f"the text of an entry ends with .md, not {ending}"
        return "invalid-file-name", message, f"rename it to {stem.rpartition('/')[2]}.md"
    return None


def _file_fault(path: Path, root: Path) -> tuple[str, str, str] | None:
    """Return code, message and hint if what lies at *path* cannot be a file of this folder."""
    if not _is_within(path, root):
        message = "the file is a link to a place outside of the entries folder, or to itself"
        return "path-outside", message, "put a copy here"
    try:
        mode = path.stat().st_mode
    except OSError:
        return None  # whoever opens it learns why
    if stat.S_ISDIR(mode):
        return "unreadable-file", "links to folders are not followed", "put the folder itself here"
    if not stat.S_ISREG(mode):
        return "unreadable-file", "it is no file, but a pipe, a socket or a device", "remove it"
    return None


def _is_within(path: Path, root: Path) -> bool:
    try:
        return path.resolve().is_relative_to(root)
    except (OSError, RuntimeError):  # links in a circle
        return False


def _read_bytes(folder: Path, path: str, settings: Settings) -> tuple[bytes | None, list[Problem]]:
    """Read a file, but no more of it than shows that it is too large."""
    try:
        with (folder / path).open("rb") as file:
            size = os.fstat(file.fileno()).st_size  # a larger buffer than the file costs more than reading it
            return file.read(min(size, SIZE_LIMIT) + 1), []
    except OSError as error:
        message = f"the file cannot be read ({error.strerror})"
        return None, [_problem(path, settings, "unreadable-file", message, "mend its permissions")]
