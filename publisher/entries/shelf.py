"""The shelf: entries as earlier builds read them, so that only files that changed are parsed again.

One index holds every entry but its HTML; the HTML lies in a file for each group of neighbours, since a
month's pages want it together. Both are in the cache, which may be lost, damaged or somebody else's at
any time: what is missing is read from the entries folder again.
"""

import contextlib
import hashlib
import os
from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime
from sys import intern
from typing import Any, TypeVar
from zlib import crc32
from zoneinfo import ZoneInfo

import msgspec
from msgspec import Raw, Struct
from msgspec.structs import force_setattr

from publisher.age import is_young
from publisher.cache import Cache, key
from publisher.errors import Problem
from publisher.model.entry import Entry, Event, Picture

_INDEX = key("index of entries")
_GROUP = 64  # files in a group, on average
_BLOBS = 6  # groups whose HTML is held in memory: those of a month, and of the newest entries

Value = TypeVar("Value")
Read = tuple[Value | None, list[Problem]]


class Stamp(Struct, frozen=True, gc=False, array_like=True):
    """What tells a file from an earlier one of its name without reading it."""

    modified: int
    changed: int
    size: int
    inode: int


class Kept(Struct, frozen=True, gc=False, array_like=True):
    """An entry as its file gave it, by itself: translations are settled later.

    *is_sure* tells that an equal stamp means equal bytes, whose hash is *digest*; *front* is that
    of its front matter alone. The HTML lies in the blob of its group from byte *start* on.
    """

    path: str
    stamp: Stamp
    is_sure: bool
    digest: bytes
    front: bytes
    entry: Entry
    by_name: bool
    has_id: bool
    problems: tuple[Problem, ...]
    start: int
    length: int


class Group(Struct, frozen=True, gc=False, array_like=True):
    """Neighbours in a folder, and the key of the blob that holds their HTML."""

    blob: str
    rows: tuple[Kept, ...]


class KeptPicture(Struct, frozen=True, gc=False, array_like=True):
    """A picture as its file gave it."""

    stamp: Stamp
    is_sure: bool
    picture: Picture


class KeptFile(Struct, frozen=True, gc=False, array_like=True):
    """A file that is no entry: the hash of its bytes, and what they gave, as MessagePack, with problems."""

    digest: bytes
    value: bytes
    problems: tuple[Problem, ...]


class Index(Struct, frozen=True, array_like=True):
    """All of the shelf; each of *groups* is packed by itself, since an edit changes but one.

    *maker* is the hash of program and settings; *sound* is that of what a crosscheck found no fault in;
    *companions* are names, quotes and openings by path.
    """

    maker: bytes
    groups: tuple[Raw, ...]
    pictures: dict[str, KeptPicture]
    sound: bytes
    companions: dict[str, KeptFile]


_NOTHING = Index(b"", (), {}, b"", {})


def digest_of(data: bytes) -> bytes:
    """Return the hash of a file's bytes."""
    return hashlib.blake2b(data, digest_size=16).digest()


def stamp_of(status: os.stat_result) -> Stamp:
    """Return the stamp of a file with *status*."""
    return Stamp(status.st_mtime_ns, status.st_ctime_ns, status.st_size, status.st_ino)


def is_sure(stamp: Stamp, began: int) -> bool:
    """Tell whether a file changed long enough before a build that *began* then, in nanoseconds."""
    return not is_young(stamp.modified, stamp.changed, began)


def groups_of(paths: Iterable[str]) -> list[list[str]]:
    """Return sorted *paths* in groups; one file more or less changes no other group than its own.

    A group ends with its folder, or behind a name that its own hash chooses.
    """
    groups: list[list[str]] = []
    folder, is_over = "", True
    for path in paths:
        here = path.rpartition("/")[0]
        if is_over or here != folder:
            groups.append([])
        groups[-1].append(path)
        folder, is_over = here, crc32(path.encode()) % _GROUP == 0
    return groups


class Shelf:
    """The shelf in *cache*, as far as *maker*, the hash of program and settings, is that of its index."""

    def __init__(self, cache: Cache, maker: bytes, zone: ZoneInfo) -> None:
        self._cache, self._maker, self._zone = cache, maker, zone
        self._blobs: dict[str, bytes | None] = {}
        self._places: dict[str, tuple[str, int, int]] = {}
        self._companions: dict[str, KeptFile] = {}
        self.index, self.groups = self._load()
        self.place(self.groups)

    def _load(self) -> tuple[Index, tuple[Group, ...]]:
        data = self._cache.get(_INDEX)
        try:
            index = msgspec.msgpack.decode(data, type=Index) if data else _NOTHING
            if index.maker != self._maker:
                return _NOTHING, ()
            groups = tuple(map(self.unpacked, index.groups))
        except (msgspec.MsgspecError, ValueError, LookupError, TypeError, AttributeError, RecursionError):
            return _NOTHING, ()  # of another version of the program
        return index, groups

    @staticmethod
    def packed(group: Group) -> bytes:
        """Return *group* as bytes, for another process."""
        return msgspec.msgpack.encode(group)

    def unpacked(self, data: bytes | Raw) -> Group:
        """Return the group that was packed, by another process or an earlier build."""
        group = msgspec.msgpack.decode(data, type=Group)
        for row in group.rows:
            _restore(row.entry, self._zone)
            _share(row)
        return group

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
        name, start, length = self._places.get(path, ("", 0, 0))
        if name not in self._blobs:
            if len(self._blobs) >= _BLOBS:
                del self._blobs[next(iter(self._blobs))]
            self._blobs[name] = self._cache.get(name) if name else None
        blob = self._blobs[name]
        return None if blob is None else blob[start : start + length].decode()

    def companion(
        self, path: str, digest: bytes, kind: type[Value], parse: Callable[[], Read[Value]]
    ) -> Read[Value]:
        """Return what *parse* gives for the file at *path*, whose bytes have the hash *digest*."""
        kept = self.index.companions.get(path)
        with contextlib.suppress(msgspec.MsgspecError):  # damaged: parsed again
            if kept and kept.digest == digest:
                found = msgspec.msgpack.decode(kept.value, type=kind | None)
                self._companions[path] = kept
                return found, list(kept.problems)
        value, problems = parse()
        self._companions[path] = KeptFile(digest, msgspec.msgpack.encode(value), tuple(problems))
        return value, problems

    def save(self, groups: tuple[Group, ...], pictures: Mapping[str, KeptPicture], sound: bytes) -> None:
        """Let the index hold *groups* and *pictures*, and drop the HTML of groups that are no more."""
        known = {id(group): raw for group, raw in zip(self.groups, self.index.groups, strict=True)}
        packed = tuple(known.get(id(group)) or Raw(self.packed(group)) for group in groups)
        index, old = Index(self._maker, packed, dict(pictures), sound, self._companions), self.index
        self.index, self.groups = _NOTHING, ()  # they hold every entry a second time
        if index != old:
            self._cache.put(_INDEX, msgspec.msgpack.encode(index))
            self._cache.drop_others({_INDEX, *(group.blob for group in groups)})


def _restore(entry: Entry, zone: ZoneInfo) -> None:
    """Put back what MessagePack does not carry: the zones of times, and days."""
    if entry.published is not None:
        force_setattr(entry, "published", entry.published.astimezone(zone))
    if entry.updated is not None:
        force_setattr(entry, "updated", entry.updated.astimezone(zone))
    if entry.expires is not None:
        force_setattr(entry, "expires", entry.expires.astimezone(zone))
    if entry.deadline is not None:
        force_setattr(entry, "deadline", _moment(entry.deadline, zone))
    if entry.event is not None:
        _restore_event(entry.event)


def _share(row: Kept) -> None:
    """Let equal texts of an entry be one, and words that many entries use one for all of them."""
    entry = row.entry
    force_setattr(entry, "path", row.path)
    if entry.summary_html == entry.summary:
        force_setattr(entry, "summary_html", entry.summary)
    for name in ("original", "slug"):
        if getattr(entry, name) == entry.id:
            force_setattr(entry, name, entry.id)
    for name in ("kind", "lang"):
        force_setattr(entry, name, intern(getattr(entry, name)))
    for name in ("partners", "programmes", "places", "topics"):
        if keys := getattr(entry, name):
            force_setattr(entry, name, tuple(map(intern, keys)))


def _restore_event(event: Event) -> None:
    zone = ZoneInfo(event.zone)
    for name in ("start", "end", "registration_deadline"):
        if (moment := getattr(event, name)) is not None:
            force_setattr(event, name, _moment(moment, zone))


def _moment(value: Any, zone: ZoneInfo) -> date:
    """Return a moment as it was, from what MessagePack gives: a time in UTC, or the text of a day."""
    return value.astimezone(zone) if isinstance(value, datetime) else date.fromisoformat(value)
