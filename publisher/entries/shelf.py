"""The shelf: entries as earlier builds read them, so that only files that changed are parsed again.

The index holds every entry but its HTML; the HTML lies in a file for each group of neighbours, since a
month's pages want it together. Both are in the cache, which may be lost, damaged or somebody else's at
any time: what is missing is read from the entries folder again.
"""

import contextlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TypeVar
from zoneinfo import ZoneInfo

import msgspec

from publisher.cache import Cache, key
from publisher.entries.index import Index, Table
from publisher.entries.kept import Group, Kept, KeptFile, KeptPicture, unpacked
from publisher.errors import Problem

_BLOBS = 6  # groups whose HTML is held in memory: those of a month, and of the newest entries

Value = TypeVar("Value")
Read = tuple[Value | None, list[Problem]]


class Shelf:
    """The shelf in *cache*, as far as *maker*, the hash of program and settings, is that of its index."""

    def __init__(self, cache: Cache, maker: bytes, zone: ZoneInfo) -> None:
        self._cache, self._maker, self._zone = cache, maker, zone
        self._blobs: dict[str, bytes | None] = {}
        self._places: dict[str, tuple[str, int, int]] = {}
        self._companions: dict[str, KeptFile] = {}
        self.index = Index(cache, maker, zone)

    @property
    def table(self) -> Table:
        """Return what is known of all groups of the index."""
        return self.index.table

    @property
    def groups(self) -> tuple[Group, ...]:
        """Return all groups of the index that are not lost."""
        found = map(self.index.group, range(len(self.table.heads)))
        return tuple(group for group in found if group)

    def unpacked(self, data: bytes) -> Group:
        """Return the group that another process packed."""
        return unpacked(data, self._zone)

    def place(self, groups: Iterable[Group]) -> None:
        """Take down where the HTML of each entry in *groups* lies."""
        for group in groups:
            for row in group.rows:
                self._places[row.path] = (group.blob, row.start, row.length)

    def keep(self, rows: Iterable[Kept], pieces: Iterable[bytes]) -> str:
        """Put *pieces*, the HTML of the files of *rows*, on the shelf, and return their key."""
        # What program and settings make of these files: to hash the files' hashes is a tenth of the work.
        name = key("html of entries", self._maker, *(row.digest for row in rows))
        if self._cache.get(name) is None:
            self._cache.put(name, b"".join(pieces))
        return name

    def body(self, path: str) -> str | None:
        """Return the HTML of the entry at *path*; None if it is not there any more."""
        name, start, length = self._places.get(path) or self._place_of(path)
        if name not in self._blobs:
            if len(self._blobs) >= _BLOBS:
                del self._blobs[next(iter(self._blobs))]
            self._blobs[name] = self._cache.get(name) if name else None
        blob = self._blobs[name]
        return None if blob is None else blob[start : start + length].decode()

    def _place_of(self, path: str) -> tuple[str, int, int]:
        """Return where the HTML of an entry of the index lies."""
        row = self.index.rows.get(path)
        return (self.index.rows.blob(path), row.start, row.length) if row else ("", 0, 0)

    def companion(
        self, path: str, digest: bytes, kind: type[Value], parse: Callable[[], Read[Value]]
    ) -> Read[Value]:
        """Return what *parse* gives for the file at *path*, whose bytes have the hash *digest*."""
        kept = self.table.companions.get(path)
        with contextlib.suppress(msgspec.MsgspecError):  # damaged: parsed again
            if kept and kept.digest == digest:
                found = msgspec.msgpack.decode(kept.value, type=kind | None)
                self._companions[path] = kept
                return found, list(kept.problems)
        value, problems = parse()
        self._companions[path] = KeptFile(digest, msgspec.msgpack.encode(value), tuple(problems))
        return value, problems

    def save(
        self,
        groups: Sequence[Group | int],
        pictures: Mapping[str, KeptPicture],
        sound: bytes,
        versions: tuple[str, str],
    ) -> None:
        """Let the index hold *groups* and *pictures*, and drop the HTML of groups that are no more.

        A number stands for a group of the index that did not change. *versions* are those of all entries, and
        of what is not only words.
        """
        old = self.table
        table = Table(self._maker, (), dict(pictures), sound, *versions, self._companions)
        is_same = list(groups) == list(range(len(old.heads)))
        if not is_same or table != msgspec.structs.replace(old, heads=()):
            self._cache.drop_others(self.index.save(groups, table))

    def forget(self) -> None:
        """Let go of the index, which holds every entry a second time."""
        self.index = Index(Cache(None), b"", self._zone)
