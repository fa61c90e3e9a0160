"""The one door to the output folder: all of a build or nothing, and only what changed.

Pages are compared as they come; those that differ are staged inside the folder. When the last page
is there, files of an earlier build that are no longer made are removed, the staged files are moved into
place one by one, and the list of files is written. A build that fails before that leaves
everything as it was; one that is killed while moving is finished by the next.
"""

import contextlib
import json
import os
import shutil
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from publisher.errors import PublisherError
from publisher.model.output import Page

MANIFEST = ".publisher.json"
_STAGING = ".publisher-staging"
_OURS = {MANIFEST, _STAGING}
_HARMLESS = {".gitignore", ".gitkeep", ".nojekyll", ".DS_Store", *_OURS}


class OutputError(PublisherError):
    """The output folder is not ours, or cannot be written."""

    code = "output"


@dataclass(frozen=True, slots=True)
class Written:
    """How many files a build wrote, found unchanged, and removed."""

    written: int
    unchanged: int
    removed: int

    def again(self) -> "Written":
        """Return what the same build would do a second time."""
        return Written(0, self.written + self.unchanged, 0)


def write(folder: Path, pages: Iterable[Page]) -> Written:
    """Bring *folder* to hold exactly *pages* and what was never ours.

    Files whose bytes are the same keep their mtime. Raises `OutputError` if the folder holds
    somebody else's files, two pages claim one path, or the disk refuses.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with _locked(folder):
            return _write(folder, pages)
    except OSError as error:
        where = error.filename2 or error.filename or folder
        raise OutputError(
            f"{where} cannot be written ({error.strerror})",
            "free the place or mend its permissions",
            "unwritable",
        ) from error


def _write(folder: Path, pages: Iterable[Page]) -> Written:
    known = _known(folder)
    staging = folder / _STAGING
    shutil.rmtree(staging, ignore_errors=True)
    staging.mkdir()
    staged: dict[str, Path] = {}
    current: set[str] = set()
    parents: set[str] = set()
    folders: set[Path] = set()
    try:
        for page in pages:
            _check_path(page.path, current, parents)
            current.add(page.path)
            parents.update(_above(page.path))
            target = folder / page.path
            if not _same(target, page.content):
                _check_target(folder, target, page.path, known, folders)
                staged[page.path] = staging / str(len(staged))
                staged[page.path].write_bytes(page.content)
        _save_manifest(folder, known | current)  # what may lie there if the next lines are cut short
        removed = _remove(folder, known - current)
        for path, file in staged.items():
            (folder / path).parent.mkdir(parents=True, exist_ok=True)
            file.replace(folder / path)
        _save_manifest(folder, current)
    finally:
        shutil.rmtree(staging, ignore_errors=True)
    return Written(len(staged), len(current) - len(staged), removed)


@contextlib.contextmanager
def _locked(folder: Path) -> Iterator[None]:
    """Keep a second build out of *folder*; the lock goes with the process, however it ends."""
    try:
        import fcntl  # noqa: PLC0415 - Windows has none, and goes without
    except ImportError:  # pragma: no cover
        yield
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise OutputError(
                f"another build is writing into {folder.name}/", "wait until it is done", "output-busy"
            ) from None
        yield
    finally:
        os.close(handle)


def _known(folder: Path) -> set[str]:
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
        return {path for path in files if _is_safe(path)}
    foreign = sorted(path.name for path in folder.iterdir() if path.name not in _HARMLESS)
    if foreign:
        more = f" and {len(foreign) - 3} more" if len(foreign) > 3 else ""  # noqa: PLR2004
        raise OutputError(
            f"{folder.name}/ holds files that publisher did not write: {', '.join(foreign[:3])}{more}",
            "name another folder under [paths] output, or empty this one yourself",
            "foreign-folder",
        )
    return set()


def _is_safe(path: object) -> bool:
    """Tell whether *path* names a file below the folder, in the one way in which we write it."""
    if not isinstance(path, str) or "\\" in path or "\0" in path or (os.name == "nt" and ":" in path):
        return False
    parts = path.split("/")
    is_text = path.isascii() or not any("\ud800" <= character <= "\udfff" for character in path)
    return is_text and parts[0] not in _OURS and {"", ".", ".."}.isdisjoint(parts)


def _above(path: str) -> list[str]:
    """Return the folders of *path*: a and a/b for a/b/c."""
    parts = path.split("/")
    return ["/".join(parts[:length]) for length in range(1, len(parts))]


def _check_path(path: str, current: set[str], parents: set[str]) -> None:
    if not _is_safe(path):
        raise OutputError(f"{path!r} is no path within the output folder", "rename the entry", "unsafe-path")
    if path in current or path in parents or not current.isdisjoint(_above(path)):
        raise OutputError(f"two pages want to be {path}", "rename one of the entries", "duplicate-page")


def _same(target: Path, content: bytes) -> bool:
    try:
        return (
            not target.is_symlink()
            and target.is_file()
            and target.stat().st_size == len(content)
            and target.read_bytes() == content
        )
    except OSError:
        return False


def _check_target(folder: Path, target: Path, path: str, known: set[str], folders: set[Path]) -> None:
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


def _remove(folder: Path, stale: set[str]) -> int:
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


def _save_manifest(folder: Path, files: set[str]) -> None:
    content = json.dumps({"version": 1, "files": sorted(files)}, indent=0, ensure_ascii=False).encode()
    target = folder / MANIFEST
    if not _same(target, content):
        staged = folder / _STAGING / "manifest"
        staged.write_bytes(content)
        staged.replace(target)
