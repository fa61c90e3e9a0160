"""What is kept of each file between builds, and how it comes back as it was."""

import hashlib
from collections.abc import Iterable
from datetime import date, datetime
from sys import intern
from typing import Any
from zlib import crc32
from zoneinfo import ZoneInfo

import msgspec
from msgspec import Struct
from msgspec.structs import force_setattr

from publisher.errors import Problem
from publisher.filetimes import is_row_young
from publisher.model.entry import Entry, Event, Picture

_GROUP = 64  # files in a group, on average

Stamp = str
"""What tells a file from an earlier one of its name without reading it: a row of `publisher.filetimes`."""


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


def digest_of(data: bytes) -> bytes:
    """Return the hash of a file's bytes."""
    return hashlib.sha256(data).digest()[:16]  # half the time of BLAKE2, where the processor knows it


def is_sure(stamp: Stamp, began: int) -> bool:
    """Tell whether a file changed long enough before a build that *began* then, in nanoseconds."""
    return not is_row_young(stamp, began)


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


def packed(group: Group) -> bytes:
    """Return *group* as bytes, for another process or a later build."""
    return msgspec.msgpack.encode(group)


def unpacked(data: bytes | memoryview, zone: ZoneInfo) -> Group:
    """Return the group that was packed, by another process or an earlier build."""
    group = msgspec.msgpack.decode(data, type=Group)
    for row in group.rows:
        _restore(row.entry, zone)
    return shared(group)


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


def shared(group: Group) -> Group:
    """Return *group*, with equal texts of an entry as one, and words that many entries use once for all."""
    for row in group.rows:
        _share(row)
    return group


def _share(row: Kept) -> None:
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
