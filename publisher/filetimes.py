"""The times of files, their sizes and inodes, as rows of text: what tells that nothing changed.

Imports only small parts of the standard library; `unchanged` says why.
"""

import contextlib
import os
import stat
from _blake2 import blake2b  # hashlib would load OpenSSL too, which takes longer than all other imports
from _operator import itemgetter
from collections.abc import Callable, Iterable

from publisher.age import COARSE, is_young

_DIGITS = 19  # of a time in nanoseconds since the epoch, from 2001 to 2286

Rows = dict[str, str]
"""Times (of the bytes, of anything), size, inode of each file by path, "" if there are none.

Behind a # stands a hash, if times may not tell.
"""
Listed = tuple[str, bool | None, str]
"""A thing's name; whether it is a folder, None for what is no file either, such as a link; a file's row."""
Listings = dict[str, list[Listed]]
"""What lies in each folder, sorted by name."""
_SHORT = 20  # bytes of a hash: nobody finds two texts that share it, and thousands are kept
_PART = 65_536  # bytes that are read at once: for more, Python asks the system for memory each time
_TELLS_LESS = os.name == "nt"  # the listing of a folder
_by_name = itemgetter(0)


def look(
    root: str,
    names: Iterable[str],
    began: float | None = None,
    listed: Listings | None = None,
    without: str = "",
) -> Rows:
    """Return a row for each file of the project at *root* that is, or lies below, one of *names*.

    One that is missing has no rows. *began*, in seconds since the epoch, asks for hashes where they are
    needed. *listed* is given what lies in each folder. Folders called *without* are left out.
    """
    rows: Rows = {}
    listed = {} if listed is None else listed
    for name in names:
        if os.path.isdir(f"{root}/{name}"):
            _walk(f"{root}/{name}", name, rows, set(), listed, without)
        else:
            with contextlib.suppress(OSError):
                rows[name] = row_of(os.stat(f"{root}/{name}"))
    return rows if began is None else with_hashes(root, rows, int(began * 1e9))


def with_hashes(root: str, rows: Rows, moment: int) -> Rows:
    """Return *rows* with the hashes of those files whose times may not tell at *moment*, in nanoseconds."""
    found = young_of(root, rows, moment)
    return rows | {path: f"{rows[path]}#{digest}" for path, digest in found.items()}


class Glance:
    """What the disk says of the files of the project at *root*, asked once for each name.

    *why* is the hash of what decides beside them, or what gives it; *began* is when the first look was
    taken, in seconds since the epoch. *listed* is what lies in each folder that was looked at, *written* are
    the rows of the output's list and folders, if they are those that the last build left.
    """

    def __init__(self, root: str, why: str | Callable[[], str], began: float) -> None:
        self.root, self._why, self.began = root, why, began
        self.listed: Listings = {}
        self.written: Rows = {}
        self._rows: dict[str, Rows] = {}

    @property
    def why(self) -> str:
        """Return the hash of what decides beside files."""
        if not isinstance(self._why, str):
            self._why = self._why()
        return self._why

    @why.setter
    def why(self, known: str) -> None:
        self._why = known

    def hold_why(self) -> None:
        """Ask for that hash now: what is loaded later may be of a newer program, and is not known by it."""
        self.why = self.why

    def rows(self, names: Iterable[str]) -> Rows:
        """Return a row for each file that is, or lies below, one of *names*."""
        found: Rows = {}
        for name in names:
            if name not in self._rows:
                self._rows[name] = look(self.root, [name], listed=self.listed)
            found |= self._rows[name]
        return found

    def let_go(self) -> None:
        """Forget the rows, which take memory as long as anybody holds them; they would be asked for again."""
        self._rows.clear()

    def with_hashes(self, names: Iterable[str], moment: int) -> Rows:
        """Return these rows with the hashes of those files whose times may not tell at *moment*.

        That is when their bytes begin to be read, in nanoseconds since the epoch: what was old by then, and
        changes later, gets other times.
        """
        return with_hashes(self.root, self.rows(names), moment)


def listing(folder: str) -> list[Listed]:
    """Return what lies in *folder*, sorted by name; raises OSError."""
    found: list[Listed] = []
    for item in os.scandir(folder):  # thousands: the disk is asked once for each, and nothing of it is held
        if not item.is_file(follow_symlinks=False):
            found.append((item.name, item.is_dir(follow_symlinks=False) or None, ""))
            continue
        try:
            status = os.lstat(item.path) if _TELLS_LESS else item.stat(follow_symlinks=False)
        except OSError:  # of what is there and cannot be asked for, nothing is known
            found.append((item.name, None, ""))
        else:
            found.append((item.name, False, row_of(status)))
    found.sort(key=_by_name)
    return found


def _walk(
    folder: str, name: str, rows: Rows, seen: set[tuple[int, int]], listed: Listings, without: str
) -> None:
    """Add a row for each file below *folder*, called *name*; what a link leads to is *seen* once."""
    try:
        found = listed[folder] = listing(folder)
    except OSError:
        return
    for item, is_folder, row in found:
        path = f"{name}/{item}"
        if is_folder is False:
            rows[path] = row
        elif item != without and (is_folder or _is_new_folder(f"{folder}/{item}", path, rows, seen)):
            _walk(f"{folder}/{item}", path, rows, seen, listed, without)


def _is_new_folder(there: str, path: str, rows: Rows, seen: set[tuple[int, int]]) -> bool:
    """Add the row of what the link *there* leads to, called *path*; tell if it is a folder not *seen* yet."""
    try:
        status = os.stat(there)
    except OSError:
        rows[path] = ""  # a link that leads nowhere
        return False
    rows[path] = row_of(status)
    here = (status.st_dev, status.st_ino)
    if not stat.S_ISDIR(status.st_mode) or here in seen:
        return False
    seen.add(here)
    return True


def row_of(found: os.stat_result) -> str:
    """Return the row of a file with status *found*."""
    return f"{found.st_mtime_ns} {found.st_ctime_ns} {found.st_size} {found.st_ino}"


def rows_of(root: str, paths: Iterable[str]) -> Rows:
    """Return the rows of the files and folders *paths*; raises OSError if one is missing."""
    return {path: row_of(os.stat(f"{root}/{path}")) for path in paths}


def is_row_young(row: str, moment: int) -> bool:
    """Tell whether the file of *row* may change after *moment*, in nanoseconds, and keep its times."""
    modified, changed = row.split(" ", 2)[:2] if row else (0, 0)
    return bool(row) and is_young(int(modified), int(changed), moment)


def young_of(root: str, rows: Rows, moment: int) -> dict[str, str]:
    """Return the hashes of those of *rows* that are young at *moment*, in nanoseconds."""
    old = str(moment - COARSE)
    return {
        path: hash_at(f"{root}/{path}")
        for path, row in rows.items()
        # Nearly all are old. Numbers of one length, as those of our years are, sort as their digits do.
        if not (row[19:20] == row[39:40] == " " and row[:19] < old > row[20:39] and len(old) == _DIGITS)
        and is_row_young(row, moment)
    }


def hash_of(text: str) -> str:
    """Return the hash of *text*."""
    return blake2b(text.encode("utf-8", "surrogatepass"), digest_size=_SHORT).hexdigest()


def hash_of_rows(rows: Rows) -> str:
    """Return one hash of *rows*, with their paths."""
    return hash_of("\0".join([*rows, *rows.values()]))


def hash_at(path: str) -> str:
    """Return the hash of the file at *path*, or of the names in the folder; of all else another each time."""
    try:
        mode = os.stat(path).st_mode
        if stat.S_ISDIR(mode):
            return hash_of("\0".join(sorted(os.listdir(path))))
        if not stat.S_ISREG(mode):  # a pipe would keep us waiting
            return os.urandom(8).hex()
        found = blake2b(digest_size=_SHORT)
        with open(path, "rb", buffering=0) as file:  # thousands, nearly all of them small
            while part := file.read(_PART):
                found.update(part)
        return found.hexdigest()
    except (OSError, ValueError):
        return os.urandom(8).hex()
