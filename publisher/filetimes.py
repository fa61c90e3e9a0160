"""The times of files, their sizes and inodes, as rows of text: what tells that nothing changed.

Imports only small parts of the standard library; `unchanged` says why.
"""

import contextlib
import os
import stat
from _blake2 import blake2b  # hashlib would load OpenSSL too, which takes longer than all other imports
from collections.abc import Iterable

from publisher.age import COARSE, is_young

_DIGITS = 19  # of a time in nanoseconds since the epoch, from 2001 to 2286

Rows = dict[str, str]
"""Times (of the bytes, of anything), size, inode of each file by path, "" if there are none.

Behind a # stands a hash, if times may not tell.
"""
Listings = dict[str, list[os.DirEntry[str]]]
"""What lies in each folder, sorted by name; each thing knows what the disk was asked of it."""


def look(root: str, names: Iterable[str], began: float | None = None, listed: Listings | None = None) -> Rows:
    """Return a row for each file of the project at *root* that is, or lies below, one of *names*.

    One that is missing has no rows. *began*, in seconds since the epoch, asks for hashes where they are
    needed. *listed* is given what lies in each folder.
    """
    rows: Rows = {}
    for name in names:
        if os.path.isdir(f"{root}/{name}"):
            _walk(f"{root}/{name}", name, rows, set(), {} if listed is None else listed)
        else:
            with contextlib.suppress(OSError):
                rows[name] = row_of(os.stat(f"{root}/{name}"))
    return rows if began is None else with_hashes(root, rows, began)


def with_hashes(root: str, rows: Rows, began: float) -> Rows:
    """Return *rows* with the hashes of those files whose times may not tell at *began*."""
    found = young_of(root, rows, int(began * 1e9))
    return rows | {path: f"{rows[path]}#{digest}" for path, digest in found.items()}


class Glance:
    """What the disk says of the files of the project at *root*, asked once for each name.

    *why* is the hash of what decides beside them, *began* is when the first look was taken, in seconds since
    the epoch. *listed* is what lies in each folder that was looked at, *written* are the rows of the output's
    folders, if these were looked at.
    """

    def __init__(self, root: str, why: str, began: float) -> None:
        self.root, self.why, self.began = root, why, began
        self.listed: Listings = {}
        self.written: Rows = {}
        self._rows: dict[str, Rows] = {}

    def rows(self, names: Iterable[str]) -> Rows:
        """Return a row for each file that is, or lies below, one of *names*."""
        found: Rows = {}
        for name in names:
            if name not in self._rows:
                self._rows[name] = look(self.root, [name], listed=self.listed)
            found |= self._rows[name]
        return found

    def with_hashes(self, names: Iterable[str]) -> Rows:
        """Return these rows with the hashes of those files whose times may not tell."""
        return with_hashes(self.root, self.rows(names), self.began)


def _walk(folder: str, name: str, rows: Rows, seen: set[tuple[int, int]], listed: Listings) -> None:
    """Add a row for each file below *folder*, called *name*; what a link leads to is *seen* once."""
    try:
        found = sorted(os.scandir(folder), key=lambda item: item.name)
    except OSError:
        return
    listed[folder] = found
    for item in found:
        path = f"{name}/{item.name}"
        try:
            status = item.stat()
        except OSError:
            rows[path] = ""  # a link that leads nowhere
            continue
        if not stat.S_ISDIR(status.st_mode):
            rows[path] = row_of(status)
            continue
        if item.is_symlink():
            rows[path] = row_of(status)
            here = (status.st_dev, status.st_ino)
            if here in seen:
                continue
            seen.add(here)
        _walk(item.path, path, rows, seen, listed)


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
    return blake2b(text.encode("utf-8", "surrogatepass")).hexdigest()


def hash_of_rows(rows: Rows) -> str:
    """Return one hash of *rows*, with their paths."""
    return hash_of("\0".join([*rows, *rows.values()]))


def hash_at(path: str) -> str:
    """Return the hash of the file at *path*, or of the names in the folder; of all else another each time."""
    try:
        if os.path.isdir(path):
            return hash_of(ascii(sorted(os.listdir(path))))
        if not os.path.isfile(path):  # a pipe would keep us waiting
            return os.urandom(8).hex()
        found = blake2b()
        with open(path, "rb") as file:
            while part := file.read(1_000_000):
                found.update(part)
        return found.hexdigest()
    except (OSError, ValueError):
        return os.urandom(8).hex()
