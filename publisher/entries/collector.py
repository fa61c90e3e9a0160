"""All entries of a folder: from the shelf where they did not change, else from their files."""

import os
from collections.abc import Callable, Mapping
from contextlib import closing
from functools import cached_property
from pathlib import Path

from msgspec.structs import replace

from publisher.cache import key
from publisher.entries.aliases import Item
from publisher.entries.crosscheck import Surroundings, crosscheck, settle_translations
from publisher.entries.groups import GroupReader, read_bytes
from publisher.entries.index import Head, stamps_of, version_of
from publisher.entries.kept import (
    Group,
    Kept,
    KeptPicture,
    Stamp,
    digest_of,
    groups_of,
    is_sure,
    shared,
)
from publisher.entries.parser import Parsed, parse_entry
from publisher.entries.pictures import read_picture, shown_by, unusable
from publisher.entries.remembered import Remembered
from publisher.entries.shelf import Shelf
from publisher.entries.taken import Hashes, Taken, facts, others_see
from publisher.errors import Problem, PublisherError, UnusablePictureError
from publisher.jobs import run
from publisher.model.entry import Entry, Picture
from publisher.model.settings import Settings

_MANY = 200  # below so many files to read, starting processes takes longer than it saves
Found = tuple[Group | bytes, dict[str, list[Problem]], list[bytes]]


class Collector:
    """Collects the entries, pictures and problems of *folder*, whose files have *stamps* by path.

    Without a *shelf* entries keep their HTML. Groups of files that did not change stay packed on the shelf,
    for as long as nobody asks for their entries.
    """

    def __init__(
        self, folder: Path, settings: Settings, stamps: Mapping[str, Stamp], shelf: Shelf | None, began: int
    ) -> None:
        self.folder, self.settings, self.stamps = folder, settings, stamps
        self.shelf, self.began = shelf, began
        self.problems: list[Problem] = []
        self.settled: dict[str, tuple[str, str]] = {}  # known once somebody asks for all entries
        self.digests: Mapping[str, bytes] = {}
        self.facts = self.version = ""
        self.before = shelf.table.version if shelf else ""
        self._taken: list[Taken] = []
        self._read: dict[str, Kept] = {}
        self._has_same_files = False
        self._pictures: dict[str, KeptPicture] = {}
        self._sound = b""
        self._process = os.getpid()

    def read(self, paths: list[str], jobs: int, progress: Callable[[int], None]) -> None:
        """Read the files at *paths*, which are sorted; *progress* is called with the number of files done."""
        old_html = self.shelf.body if self.shelf else _no_html
        rows = self.shelf.index.rows if self.shelf else {}
        reader = GroupReader(self.folder, self.settings, self.stamps, rows, old_html, self.began)
        heads = self.shelf.table.heads if self.shelf else ()
        if self.shelf:
            self.shelf.index.again = self._read_again
        numbers = {head.names: number for number, head in enumerate(heads)}
        plan: list[tuple[list[str], int | None, bool]] = []
        for names in groups_of(paths):
            number = numbers.get(tuple(names))
            is_same = number is not None and heads[number].stamps == stamps_of(names, self.stamps)
            plan.append((names, number, is_same))
            if self.shelf and is_same and number is not None:
                self.shelf.index.same.add(number)
        self._has_same_files = [number for _, number, _ in plan] == list(range(len(heads)))
        todo = [names for names, _, is_same in plan if not is_same]
        is_much = sum(map(len, todo)) >= _MANY
        made = run(lambda names: self._read_group(reader, names), todo, jobs if is_much else 1)
        done = 0
        with closing(made):
            for names, number, is_same in plan:
                found = Taken(number) if is_same and number is not None else self._unpacked(next(made))
                self._take(found, number)
                done += len(names)
                progress(done)

    def _read_group(self, reader: GroupReader, names: list[str]) -> Found:
        """Read a group of files, and put it on the shelf; without one, hand over its HTML.

        A helper packs the group, as only bytes are quick to hand over.
        """
        found = reader.read(names)
        if self.shelf:
            group = Group(self.shelf.keep(found.rows, found.pieces), tuple(found.rows))
            data = self.shelf.index.put(group)
            return shared(group) if os.getpid() == self._process else data, found.broken, []
        return Group("", tuple(found.rows)), found.broken, found.pieces

    def _read_again(self, head: Head) -> Group:
        """Read the files of a group whose entries the shelf lost; raises `PublisherError` as `body` does."""
        found = GroupReader(self.folder, self.settings, {}, {}, _no_html, self.began).read(list(head.names))
        assert self.shelf is not None  # noqa: S101 - it lost them
        blob = self.shelf.keep(found.rows, found.pieces)
        if blob != head.blob:
            raise self._changed(head.names[0])
        return Group(blob, tuple(found.rows))

    def _unpacked(self, found: Found) -> Taken:
        group, broken, pieces = found
        if isinstance(group, bytes):
            assert self.shelf is not None  # noqa: S101 - it packed the group
            group = self.shelf.unpacked(group)
        return Taken(group, broken, pieces)

    def _take(self, found: Taken, number: int | None) -> None:
        """Take what was *found*; *number* is that of the group of these files on the shelf."""
        is_read = isinstance(found.group, Group)
        if is_read and self.shelf and number is not None and found.group == self.shelf.index.group(number):
            found.group = number  # it was read, and is the same
        group = found.group
        self._taken.append(found)
        if isinstance(group, Group):
            self._read |= {row.path: row for row in group.rows}
        if isinstance(group, Group) or (self.shelf and self.shelf.table.heads[group].has_problems):
            self.problems += (problem for row in self._group(group).rows for problem in row.problems)
        self.problems += (problem for problems in found.broken.values() for problem in problems)

    def _group(self, group: Group | int) -> Group:
        if isinstance(group, Group):
            return group
        known = self.shelf.index.group(group) if self.shelf else None
        assert known is not None  # noqa: S101 - it gave the number, and its files are the same
        return known

    @cached_property
    def items(self) -> list[Item]:
        """Return all entries, with their translations settled."""
        items: list[Item] = []
        for found in self._taken:
            for number, row in enumerate(self._group(found.group).rows):
                entry = replace(row.entry, html=found.pieces[number].decode()) if found.pieces else row.entry
                items.append(self._item(row.path, entry, by_name=row.by_name, has_id=row.has_id))
            items += (self._item(path, None) for path in found.broken)
        settle_translations(items)
        for item in items:
            if item.by_name and item.entry:
                self.settled[item.path] = (item.entry.id, item.entry.original)
        return items

    def _item(
        self, path: str, entry: Entry | None, *, by_name: bool = False, has_id: bool = False
    ) -> Remembered:
        return Remembered(path, entry, by_name=by_name, has_id=has_id, again=self._again)

    @cached_property
    def entries(self) -> tuple[Entry, ...]:
        """Return all sound entries."""
        return tuple(item.entry for item in self.items if item.entry)

    def entry(self, path: str) -> Entry:
        """Return the entry at *path* as its file gave it; raises KeyError if there is none."""
        row = self.row(path)
        if row is None:
            raise KeyError(path)
        return row.entry

    def row(self, path: str) -> Kept | None:
        """Return what is kept of the entry at *path*."""
        return self._read.get(path) or (self.shelf.index.rows.get(path) if self.shelf else None)

    def _again(self, path: str) -> Parsed:
        """Parse the file at *path* once more, for the places of what it says."""
        data, _, _ = read_bytes(self.folder, path, self.settings)
        return parse_entry(path, data or b"", self.settings)

    def crosscheck(self, around: Surroundings, names: bytes) -> list[Problem]:
        """Return the problems between entries; *names* is the hash of their names' file.

        They are not looked for if there were none, and nothing but words has changed since.
        """
        sound = key("sound", names, "\n".join(sorted(around.files))).encode()
        if self.shelf and self.shelf.table.sound == sound and self._is_as_before(facts):
            self._sound = sound
            return []
        problems = crosscheck(self.items, around, self.settings)
        is_sound = not problems and all(item.entry for item in self.items)
        self._sound = sound if is_sound else b""
        return problems

    def _is_as_before(self, seen: Callable[[Kept], object]) -> bool:
        """Tell whether the shelf has the same files, and those that were read are *seen* to say the same."""
        if not self.shelf or not self._has_same_files or any(found.broken for found in self._taken):
            return False
        pairs = [(self.shelf.index.rows.get(path), row) for path, row in self._read.items()]
        return all(old is not None and seen(old) == seen(row) for old, row in pairs)

    @cached_property
    def edited(self) -> frozenset[str] | None:
        """Return the entries whose words changed since they were kept, if nothing else did; else None."""
        if not self._sound or not self.shelf or self._sound != self.shelf.table.sound:
            return None
        if self.problems or not self._is_as_before(others_see) or not self._has_same_pictures():
            return None
        old = self.shelf.index.rows
        return frozenset(path for path, row in self._read.items() if row.digest != old[path].digest)

    def _has_same_pictures(self) -> bool:
        known = self.shelf.table.pictures if self.shelf else {}
        return all(row.is_sure and row.stamp == self.stamps.get(path) for path, row in known.items())

    def read_pictures(self) -> tuple[dict[str, Picture], list[Problem]]:
        """Return the pictures that entries show, by path, and a problem for each unusable one.

        A problem stands where the picture is shown first.
        """
        problems = []
        known = self.shelf.table.pictures if self.shelf else {}
        if self.edited is not None:
            self._pictures = dict(known)
            return {path: row.picture for path, row in known.items()}, []
        for path, (item, name) in sorted(shown_by(self.items).items()):
            stamp, row = self.stamps.get(path), known.get(path)
            if stamp is None:
                continue
            if row and row.is_sure and row.stamp == stamp:
                self._pictures[path] = row
                continue
            try:
                picture = read_picture(self.folder / path)
            except UnusablePictureError as error:
                problems.append(unusable(item, name, error))
            else:
                self._pictures[path] = KeptPicture(stamp, is_sure(stamp, self.began), picture)
        if problems:
            self._sound = b""
        return {path: row.picture for path, row in self._pictures.items()}, problems

    def save(self, beside: Mapping[str, bytes]) -> None:
        """Put what was read on the shelf, and let go of all that only reading needed.

        *beside* are the hashes of the files that are no entries, by path.
        """
        self.digests = {**beside, **{row.path: row.digest for row in self._read.values()}}
        if not self.shelf:
            return
        shelf, groups = self.shelf, [found.group for found in self._taken]
        self.version = version_of(map(self._names_and_blob, groups), self._pictures)
        self.facts = self.version if self.edited is None else shelf.table.facts
        shelf.save(groups, self._pictures, self._sound, (self.version, self.facts))
        self.stamps = {}
        if self.edited is not None:
            shelf.place(group for group in groups if isinstance(group, Group))
            self.digests = Hashes(beside, self.row)
            return
        whole = [self._group(group) for group in groups]
        shelf.place(whole)
        shelf.forget()
        self.digests = {**beside, **{row.path: row.digest for group in whole for row in group.rows}}
        self.entries = tuple(item.entry for item in self.items if item.entry)
        self._taken, self._read, self.items = [], {}, []

    def _names_and_blob(self, group: Group | int) -> tuple[tuple[str, ...], str]:
        if isinstance(group, Group):
            return tuple(row.path for row in group.rows), group.blob
        assert self.shelf is not None  # noqa: S101 - it gave the number
        head = self.shelf.table.heads[group]
        return head.names, head.blob

    def body(self, path: str) -> str:
        """Return the HTML of the entry at *path*; if the shelf lost it, its file is parsed once more.

        Raises `PublisherError` if the file is another one by now.
        """
        html = self.shelf.body(path) if self.shelf else ""
        if html is not None:
            return html
        data, _, _ = read_bytes(self.folder, path, self.settings)
        if data is None or digest_of(data) != self.digests.get(path):
            raise self._changed(path)
        parsed = parse_entry(path, data, self.settings)
        return parsed.entry.html if parsed.entry else ""

    def _changed(self, path: str) -> PublisherError:
        message = f"{self.settings.paths.entries}/{path} changed while it was read"
        return PublisherError(message, "build again", "changed-meanwhile")


def _no_html(_path: str) -> None:
    """Return None: there is no shelf."""
