"""Which files lie in the entries folder, and which of them must not be there."""

import os
import stat
from pathlib import Path

from publisher.entries.groups import unreadable
from publisher.entries.kept import Stamp
from publisher.errors import Problem
from publisher.filetimes import Listings, listing, row_of
from publisher.model.settings import Settings

_NAME_LIMIT = 200  # most file systems allow 255
_NO_STAMP = "0 0 0 0"  # of what cannot be asked for: no file has this row


def find_files(
    folder: Path, settings: Settings, listed: Listings | None = None
) -> tuple[dict[str, Stamp], list[Problem]]:
    """Return the stamp of each file below *folder* by relative path; none that starts with `.` or `_`.

    What cannot be read is a problem, never left out in silence; so are links that lead out of the
    folder, since an entry must not publish what lies elsewhere. *listed* is what was found in folders just
    before; what is used is taken out.
    """
    files: dict[str, Stamp] = {}
    problems: list[Problem] = []
    root = folder.resolve()
    above = [""]
    while above:
        here = above.pop()
        try:
            known = listed.pop(f"{folder}/{here}".rstrip("/"), None) if listed else None
            found = known or listing(f"{folder}/{here}")
        except OSError as error:
            message = f"the folder cannot be read ({error.strerror})"
            shown = here.removesuffix("/") or "."
            problems.append(unreadable(shown, settings, "unreadable-file", message, "mend its permissions"))
            continue
        for name, is_folder, row in reversed(found):
            path = here + name
            if name.startswith((".", "_")):
                continue
            if is_folder:
                above.append(f"{path}/")
                continue
            is_plain = is_folder is False  # no link, and the walk came here by none: it lies in the folder
            if fault := _name_fault(path) or (None if is_plain else _file_fault(f"{folder}/{path}", root)):
                problems.append(unreadable(path, settings, *fault))
            elif is_plain:
                files[path] = row
            else:
                there = _status(f"{folder}/{path}")
                files[path] = row_of(there) if there else _NO_STAMP
    return files, problems


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


def _file_fault(path: str, root: Path) -> tuple[str, str, str] | None:
    """Return code, message and hint if what lies at *path*, as a link may, can be no file of this folder."""
    if not _is_within(Path(path), root):
        message = "the file is a link to a place outside of the entries folder, or to itself"
        return "path-outside", message, "put a copy here"
    there = _status(path)
    if there is None:
        return None  # whoever opens it learns why
    if stat.S_ISDIR(there.st_mode):
        return "unreadable-file", "links to folders are not followed", "put the folder itself here"
    if not stat.S_ISREG(there.st_mode):
        return "unreadable-file", "it is no file, but a pipe, a socket or a device", "remove it"
    return None


def _status(path: str) -> os.stat_result | None:
    """Return what is known of the thing at *path*, or where it leads to, or None if nobody can tell."""
    try:
        return Path(path).stat()
    except OSError:
        return None


def _is_within(path: Path, root: Path) -> bool:
    try:
        return path.resolve().is_relative_to(root)
    except (OSError, RuntimeError):  # links in a circle
        return False
