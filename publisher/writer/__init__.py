"""The one door to the output folder: all of a build or nothing, and only what changed.

A build puts its files here in parts. Those that differ from what is there are staged inside the folder; when
the last part is there, files of an earlier build that are no longer made are removed, the staged ones are
moved into place, and the list of files is written. A build that fails before that leaves everything as
it was; one that is killed while moving is finished by the next.
"""

import contextlib
import os
import shutil
from collections.abc import Iterable, Iterator
from pathlib import Path

from msgspec import Struct

from publisher.model.output import Page
from publisher.writer.guard import (
    MANIFEST,
    OURS,
    STAGING,
    OutputError,
    check_path,
    check_target,
    duplicate,
    is_safe,
    known,
    remove,
    same,
    save_manifest,
)

__all__ = ["MANIFEST", "Output", "OutputError", "Placed", "Written", "opened", "write"]

# Bytes as they are, also on Windows.
_NEW = os.O_WRONLY | os.O_CREAT | os.O_TRUNC | getattr(os, "O_BINARY", 0)


class Written(Struct, frozen=True):
    """How many files a build wrote, found unchanged, and removed."""

    written: int
    unchanged: int
    removed: int

    def again(self) -> "Written":
        """Return what the same build would do a second time."""
        return Written(0, self.written + self.unchanged, 0)


class Placed(Struct, frozen=True, gc=False, array_like=True):
    """A file of the output folder, as it is or as it will be once it is moved there."""

    path: str
    modified: int
    changed: int
    size: int
    inode: int


def write(folder: Path, pages: Iterable[Page]) -> Written:
    """Bring *folder* to hold exactly *pages* and what was never ours.

    Files whose bytes are the same keep their mtime. Raises `OutputError` if the folder holds
    somebody else's files, two pages claim one path, or the disk refuses.
    """
    with opened(folder) as output:
        for page in pages:
            output.take([output.put(page)])
        return output.finish()


@contextlib.contextmanager
def opened(folder: Path) -> Iterator["Output"]:
    """Open *folder* for one build and keep others out; raises `OutputError` like `write`."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with _locked(folder):
            output = Output(folder)
            try:
                yield output
            finally:
                shutil.rmtree(output.staging, ignore_errors=True)
    except OSError as error:
        raise _refused(folder, error) from error


def _refused(folder: Path, error: OSError) -> OutputError:
    where = error.filename2 or error.filename or folder
    hint = "free the place or mend its permissions"
    return OutputError(f"{where} cannot be written ({error.strerror})", hint, "unwritable")


class Output:
    """The output folder *folder* during one build."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.staging = folder, folder / STAGING
        self._pages = self.staging / "pages"
        self._known = known(folder)
        shutil.rmtree(self.staging, ignore_errors=True)
        self.staging.mkdir()  # a link in its place is not followed
        self._pages.mkdir()
        self._current: set[str] = set()
        self._parents: set[str] = set()
        self._checked: set[Path] = set()
        self._made: set[str] = set()
        self._staged = 0
        self.moved: dict[str, Placed] = {}
        """The files that `finish` moved by themselves, which changes a time of theirs."""
        self.touched: frozenset[str] = frozenset()
        """The folders in which `finish` did anything."""
        self._is_fresh = not self._known and not any(path.name not in OURS for path in folder.iterdir())

    def put(self, page: Page) -> tuple[Placed, bool]:
        """Stage *page* if it differs from what is there; return its file, and whether it was staged.

        Any process that was copied from this one may do so; `take` hands its files to this one.
        """
        if not is_safe(page.path):
            message = f"{page.path!r} is no path within the output folder"
            raise OutputError(message, "rename the entry", "unsafe-path")
        try:
            if not self._is_fresh:
                target = self.folder / page.path
                if status := same(target, page.content):
                    return _placed(page.path, status), False
                check_target(self.folder, target, page.path, self._known, self._checked)
            return _placed(page.path, self._stage(page)), True
        except (IsADirectoryError, NotADirectoryError, FileExistsError):
            raise duplicate(page.path) from None  # one is a folder of the other
        except OSError as error:
            raise _refused(self.folder, error) from error

    def _stage(self, page: Page) -> os.stat_result:
        parent = page.path.rpartition("/")[0]
        if parent not in self._made:
            _make_folder(f"{self._pages}/{parent}")
            self._made.add(parent)
        handle = os.open(f"{self._pages}/{page.path}", _NEW, 0o666)
        try:
            written = os.write(handle, page.content)
            while written < len(page.content):  # the disk is nearly full, and the next write says so
                written += os.write(handle, page.content[written:])
            return os.fstat(handle)
        finally:
            os.close(handle)

    def is_there(self, files: Iterable[Placed]) -> bool:
        """Tell whether *files*, which an earlier build placed, are there untouched."""
        folder, known = str(self.folder), self._known
        try:
            for file in files:  # thousands: nothing is made for any of them
                found = os.lstat(f"{folder}/{file.path}")
                if not (
                    found.st_ino == file.inode
                    and found.st_mtime_ns == file.modified
                    and found.st_ctime_ns == file.changed
                    and found.st_size == file.size
                    and file.path in known
                ):
                    return False
        except OSError:
            return False
        return True

    def take(self, files: Iterable[tuple[Placed, bool]]) -> None:
        """Let *files* be of this build; raises `OutputError` if two have one path."""
        for file, is_staged in files:
            check_path(file.path, self._current, self._parents)
            self._current.add(file.path)
            self._staged += is_staged

    def finish(self) -> Written:
        """Remove what is not of this build, move what is staged into place, and tell what was done."""
        is_same = self._current == self._known
        if not is_same:
            save_manifest(self.folder, self._known | self._current)  # what may lie there if we are cut short
        removed = remove(self.folder, self._known - self._current)
        for path in _move(str(self._pages), str(self.folder)):
            self.moved[path] = _placed(path, os.lstat(f"{self.folder}/{path}"))
        if not is_same or not (self.folder / MANIFEST).is_file():
            save_manifest(self.folder, self._current)
        self.touched = _folders_of(self.moved.keys() | (self._current ^ self._known))
        return Written(self._staged, len(self._current) - self._staged, removed)


def _folders_of(paths: Iterable[str]) -> frozenset[str]:
    """Return the folders above each of *paths*, and the top, in which a build always works."""
    folders = {""}
    for path in paths:
        above = path.rpartition("/")[0]
        while above not in folders:
            folders.add(above)
            above = above.rpartition("/")[0]
    return frozenset(folders)


def _placed(path: str, status: os.stat_result) -> Placed:
    return Placed(path, status.st_mtime_ns, status.st_ctime_ns, status.st_size, status.st_ino)


def _make_folder(path: str) -> None:
    """Make the folder at *path*; that it is there, or lies in one that is not, is asked only if need be."""
    try:
        os.mkdir(path)  # noqa: PTH102 - thousands of them
    except (FileExistsError, FileNotFoundError):
        os.makedirs(path, exist_ok=True)  # noqa: PTH103 - like the one above


def _move(staged: str, folder: str, below: str = "") -> Iterator[str]:
    """Move what is staged into *folder*, and yield the path of each file that is moved by itself.

    Where there is no such folder yet it is moved as a whole, and its files stay as they are.
    """
    for item in list(os.scandir(f"{staged}/{below}")):
        path = f"{below}{item.name}"
        if not item.is_dir(follow_symlinks=False):
            os.replace(item.path, f"{folder}/{path}")  # noqa: PTH105 - thousands of them
            yield path
        elif os.path.isdir(f"{folder}/{path}"):  # noqa: PTH112 - the same
            yield from _move(staged, folder, f"{path}/")
        else:
            os.rename(item.path, f"{folder}/{path}")  # noqa: PTH104 - the same


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
