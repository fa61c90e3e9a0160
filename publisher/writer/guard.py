"""What may stand where in the output folder, and what must not be touched."""

import json
import os
import re
import stat
from pathlib import Path
from typing import Any

from publisher.errors import PublisherError

MANIFEST = ".publisher.json"
STAGING = ".publisher-staging"
OURS = {MANIFEST, STAGING}
_HARMLESS = {".gitignore", ".gitkeep", ".nojekyll", ".DS_Store", *OURS}

# Paths of which no part begins with a dot, and so none is a file or folder of ours.
_PLAIN = re.compile(r"(?:[A-Za-z0-9_-][A-Za-z0-9._-]*/)*[A-Za-z0-9_-][A-Za-z0-9._-]*")
_ALL_PLAIN = re.compile(r"(?:[A-Za-z0-9_-][A-Za-z0-9._-]*[/\n])*+")


class OutputError(PublisherError):
    """The output folder is not ours, or cannot be written."""

    code = "output"


def known(folder: Path) -> set[str]:
    """Return the paths that an earlier build wrote; refuse a folder that is somebody else's."""
    manifest = folder / MANIFEST
    if manifest.is_file():
        try:
            files = json.loads(manifest.read_text(encoding="utf-8"))["files"]
        except (ValueError, KeyError, TypeError, RecursionError):
            files = None
        if not isinstance(files, list):
            hint = f"delete the folder {folder.name}/ and build again"
            raise OutputError(f"{folder.name}/{MANIFEST} is damaged", hint, "damaged-manifest")
        return set(files) if _are_plain(files) else {path for path in files if is_safe(path)}
    foreign = sorted(path.name for path in folder.iterdir() if path.name not in _HARMLESS)
    if foreign:
        more = f" and {len(foreign) - 3} more" if len(foreign) > 3 else ""  # noqa: PLR2004
        raise OutputError(
            f"{folder.name}/ holds files that publisher did not write: {', '.join(foreign[:3])}{more}",
            "name another folder under [paths] output, or empty this one yourself",
            "foreign-folder",
        )
    return set()


def _are_plain(paths: list[Any]) -> bool:
    """Tell whether all *paths* are safe, seen at one look: thousands take longer one by one."""
    try:
        text = "\n".join(paths) + "\n"
    except TypeError:
        return False
    return text.count("\n") == len(paths) and "/\n" not in text and _ALL_PLAIN.fullmatch(text) is not None


def is_safe(path: object) -> bool:
    """Tell whether *path* names a file below the folder, in the one way in which we write it."""
    if isinstance(path, str) and _PLAIN.fullmatch(path):
        return True  # nearly all
    if not isinstance(path, str) or "\\" in path or "\0" in path or (os.name == "nt" and ":" in path):
        return False
    parts = path.split("/")
    is_text = path.isascii() or not any("\ud800" <= character <= "\udfff" for character in path)
    return is_text and parts[0] not in OURS and {"", ".", ".."}.isdisjoint(parts)


def check_path(path: str, current: set[str], parents: set[str]) -> None:
    """Refuse *path* if it is taken, or is a folder of a path that is; remember its folders in *parents*."""
    above = path.rpartition("/")[0]
    is_taken = path in current or path in parents
    while above and above not in parents:
        is_taken = is_taken or above in current
        parents.add(above)
        above = above.rpartition("/")[0]
    if is_taken:
        raise duplicate(path)


def duplicate(path: str) -> OutputError:
    """Return the error of two pages that want to be at *path*."""
    return OutputError(f"two pages want to be {path}", "rename one of the entries", "duplicate-page")


def same(target: Path, content: bytes) -> os.stat_result | None:
    """Return the status of the file at *target* if it holds *content*."""
    try:
        status = os.lstat(target)
        is_same = stat.S_ISREG(status.st_mode) and status.st_size == len(content)
        return status if is_same and target.read_bytes() == content else None
    except OSError:
        return None


def check_target(folder: Path, target: Path, path: str, known: set[str], folders: set[Path]) -> None:
    """Refuse to overwrite a file that is not ours, and to write through a link."""
    if (target.exists() or target.is_symlink()) and not _is_ours(folder, target, known):
        hint = "move it away, or rename the entry"
        raise OutputError(
            f"{folder.name}/{path} is there already, and publisher did not write it", hint, "foreign-file"
        )
    here = target.parent
    while here != folder and here not in folders:
        is_file = here.exists() and not here.is_dir() and here.relative_to(folder).as_posix() not in known
        if here.is_symlink() or is_file:
            raise OutputError(f"{here} is no folder of its own", "remove it and build again", "foreign-file")
        folders.add(here)
        here = here.parent


def _is_ours(folder: Path, target: Path, known: set[str]) -> bool:
    """Tell whether *target* is a file of an earlier build, or a folder of nothing but such files."""
    if target.is_dir() and not target.is_symlink():
        inside = list(target.iterdir())
        return bool(inside) and all(_is_ours(folder, path, known) for path in inside)
    return target.relative_to(folder).as_posix() in known


def remove(folder: Path, stale: set[str]) -> int:
    """Remove the files *stale* and the folders that become empty."""
    removed = 0
    for path in sorted(stale):
        target = folder / path
        if any(
            parent.is_symlink()
            for parent in target.parents
            if parent.is_relative_to(folder) and parent != folder
        ):
            continue
        if target.is_file() or target.is_symlink():
            target.unlink()
            removed += 1
        for parent in target.parents:
            if parent == folder:
                break
            try:
                parent.rmdir()
            except OSError:
                break
    return removed


def save_manifest(folder: Path, files: set[str]) -> None:
    """Write the list of *files*, at once, if it is another one."""
    content = json.dumps({"version": 1, "files": sorted(files)}, indent=0, ensure_ascii=False).encode()
    target = folder / MANIFEST
    if not same(target, content):
        staged = folder / STAGING / "manifest"
        staged.write_bytes(content)
        staged.replace(target)
