"""Which files lie in the entries folder, and which of them must not be there."""

import os
import stat
from pathlib import Path

from publisher.entries.groups import unreadable
from publisher.entries.kept import Stamp, stamp_of
from publisher.errors import Problem
from publisher.model.settings import Settings

_NAME_LIMIT = 200  # most file systems allow 255
_NO_STAMP = Stamp(0, 0, 0, 0)


Listings = dict[str, list[os.DirEntry[str]]]
"""What lies in each folder, sorted by name, as it was found just before; what is used is taken out."""


def find_files(
    folder: Path, settings: Settings, listed: Listings | None = None
) -> tuple[dict[str, Stamp], list[Problem]]:
    """Return the stamp of each file below *folder* by relative path; none that starts with `.` or `_`.

    What cannot be read is a problem, never left out in silence; so are links that lead out of the
    folder, since an entry must not publish what lies elsewhere.
    """
    files: dict[str, Stamp] = {}
    problems: list[Problem] = []
    root = folder.resolve()
    above = [""]
    while above:
        here = above.pop()
        try:
            known = listed.pop(f"{folder}/{here}".rstrip("/"), None) if listed else None
            found = known or _listed(f"{folder}/{here}")
        except OSError as error:
            message = f"the folder cannot be read ({error.strerror})"
            shown = here.removesuffix("/") or "."
            problems.append(unreadable(shown, settings, "unreadable-file", message, "mend its permissions"))
            continue
        for item in reversed(found):
            path = here + item.name
            if item.name.startswith((".", "_")):
                continue
            if item.is_dir(follow_symlinks=False):
                above.append(f"{path}/")
                continue
            status = _own_status(item)
            if fault := _name_fault(path) or _file_fault(item.path, root, status):
                problems.append(unreadable(path, settings, *fault))
            else:
                is_link = status is None or stat.S_ISLNK(status.st_mode)
                there = _status(item.path, follow_links=True) if is_link else status
                files[path] = stamp_of(there) if there else _NO_STAMP
    return files, problems


def _listed(folder: str) -> list[os.DirEntry[str]]:
    return sorted(os.scandir(folder), key=lambda item: item.name)


def _own_status(item: os.DirEntry[str]) -> os.stat_result | None:
    """Return what is known of *item*, which may be a link; the disk is asked once."""
    if os.name == "nt":  # there a listing tells less
        return _status(item.path, follow_links=False)
    try:
        return item.stat(follow_symlinks=False)
    except OSError:
        return None


def _name_fault(path: str) -> tuple[str, str, str] | None:
    """Return code, message and hint if a file must not be called so."""
    if path.isascii() and len(path) <= _NAME_LIMIT and path.endswith(".md"):
        return None  # nearly all
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


def _file_fault(path: str, root: Path, status: os.stat_result | None) -> tuple[str, str, str] | None:
    """Return code, message and hint if what lies at *path* cannot be a file of this folder.

    *status* is that of the place itself, which may be a link.
    """
    if status and stat.S_ISREG(status.st_mode):
        return None  # no link, and the walk came here by none: it lies in the folder
    if not _is_within(Path(path), root):
        message = "the file is a link to a place outside of the entries folder, or to itself"
        return "path-outside", message, "put a copy here"
    there = _status(path, follow_links=True)
    if there is None:
        return None  # whoever opens it learns why
    if stat.S_ISDIR(there.st_mode):
        return "unreadable-file", "links to folders are not followed", "put the folder itself here"
    if not stat.S_ISREG(there.st_mode):
        return "unreadable-file", "it is no file, but a pipe, a socket or a device", "remove it"
    return None


def _status(path: str, *, follow_links: bool) -> os.stat_result | None:
    """Return what is known of the thing at *path*, or None if nobody can tell."""
    try:
        return os.stat(path, follow_symlinks=follow_links)  # noqa: PTH116 - thousands of them
    except OSError:
        return None


def _is_within(path: Path, root: Path) -> bool:
    try:
        return path.resolve().is_relative_to(root)
    except (OSError, RuntimeError):  # links in a circle
        return False
