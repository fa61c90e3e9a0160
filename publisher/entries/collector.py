"""All entries of a folder: from the shelf where they did not change, else from their files."""

from collections.abc import Callable, Mapping
from contextlib import closing
from pathlib import Path

from msgspec.structs import replace

from publisher.cache import key
from publisher.entries.crosscheck import Item, Surroundings, crosscheck, settle_translations
from publisher.entries.groups import GroupReader, read_bytes
from publisher.entries.parser import Parsed, parse_entry
from publisher.entries.pictures import read_picture, shown_by, unusable
from publisher.entries.remembered import Remembered
from publisher.entries.shelf import Group, Kept, KeptPicture, Shelf, Stamp, digest_of, groups_of, is_sure
from publisher.errors import Problem, PublisherError, UnusablePictureError
from publisher.jobs import run
from publisher.model.entry import Entry, Picture
from publisher.model.settings import Settings

_MANY = 200  # below so many files to read, starting processes takes longer than it saves
Found = tuple[Group | bytes, dict[str, list[Problem]], list[bytes]]


class Collector:
    """Collects the entries, pictures and problems of *folder*, whose files have *stamps* by path.

    Without a *shelf* entries keep their HTML.
    """

    def __init__(
        self, folder: Path, settings: Settings, stamps: Mapping[str, Stamp], shelf: Shelf | None, began: int
    ) -> None:
        self.folder, self.settings, self.stamps = folder, settings, stamps
        self.shelf, self.began = shelf, began
        self.items: list[Item] = []
        self.problems: list[Problem] = []
        self.digests: dict[str, bytes] = {}
        self._groups: list[Group] = []
        self._pictures: dict[str, KeptPicture] = {}
        self._sound = b""
        self._old = {row.path: row for group in self._old_groups() for row in group.rows}

    def _old_groups(self) -> tuple[Group, ...]:
        return self.shelf.groups if self.shelf else ()

    def read(self, paths: list[str], jobs: int, progress: Callable[[int], None]) -> None:
        """Read the files at *paths*, which are sorted; *progress* is called with the number of files done."""
        old_html = self.shelf.body if self.shelf else _no_html
        reader = GroupReader(self.folder, self.settings, self.stamps, self._old, old_html, self.began)
        old = {tuple(row.path for row in group.rows): group for group in self._old_groups()}
        plan: list[tuple[list[str], Group | None]] = []
        for names in groups_of(paths):
            group = old.get(tuple(names))
            plan.append((names, group if group and all(map(reader.is_same, names)) else None))
        todo = [names for names, group in plan if group is None]
        is_much = sum(map(len, todo)) >= _MANY
        if is_much:
            from publisher.model import frontmatter  # noqa: F401 - once, for all processes
        made = run(lambda names: self._read_group(reader, names), todo, jobs if is_much else 1)
        done = 0
        with closing(made):
            for names, group in plan:
                self._take(*((group, {}, []) if group else self._unpacked(next(made))))
                done += len(names)
                progress(done)
        if self.shelf:
            self.shelf.place(self._groups)
        settle_translations(self.items)

    def _read_group(self, reader: GroupReader, names: list[str]) -> Found:
        """Read a group of files, and put its HTML on the shelf; without one, hand it over."""
        found = reader.read(names)
        if self.shelf:
            group = Group(self.shelf.keep(found.rows, found.pieces), tuple(found.rows))
            return self.shelf.packed(group), found.broken, []
        return Group("", tuple(found.rows)), found.broken, found.pieces

    def _unpacked(self, found: Found) -> tuple[Group, dict[str, list[Problem]], list[bytes]]:
        group, broken, pieces = found
        if isinstance(group, bytes):
            assert self.shelf is not None  # noqa: S101 - it packed the group
            group = self.shelf.unpacked(group)
        return group, broken, pieces

    def _take(self, group: Group, broken: dict[str, list[Problem]], pieces: list[bytes]) -> None:
        self._groups.append(group)
        for number, row in enumerate(group.rows):
            entry = replace(row.entry, html=pieces[number].decode()) if pieces else row.entry
            self._add(row.path, entry, by_name=row.by_name, has_id=row.has_id)
            self.digests[row.path] = row.digest
            self.problems += row.problems
        for path, problems in broken.items():
            self._add(path, None)
            self.problems += problems

    def _add(self, path: str, entry: Entry | None, *, by_name: bool = False, has_id: bool = False) -> None:
        self.items.append(Remembered(path, entry, by_name=by_name, has_id=has_id, again=self._again))

    def _again(self, path: str) -> Parsed:
        """Parse the file at *path* once more, for the places of what it says."""
        data, _, _ = read_bytes(self.folder, path, self.settings)
        return parse_entry(path, data or b"", self.settings)

    def crosscheck(self, around: Surroundings, names: bytes) -> list[Problem]:
        """Return the problems between entries; *names* is the hash of their names' file.

        They are not looked for if there were none, and nothing but words has changed since.
        """
        sound = key("sound", names, "\n".join(sorted(around.files))).encode()
        if self.shelf and self.shelf.index.sound == sound and self._only_words_changed():
            self._sound = sound
            return []
        problems = crosscheck(self.items, around, self.settings)
        is_sound = not problems and all(item.entry for item in self.items)
        self._sound = sound if is_sound else b""
        return problems

    def _only_words_changed(self) -> bool:
        rows = [row for group in self._groups for row in group.rows if self._old.get(row.path) is not row]
        return len(self.digests) == len(self._old) == len(self.items) and all(
            row.path in self._old and _facts(row) == _facts(self._old[row.path]) for row in rows
        )

    def read_pictures(self) -> tuple[dict[str, Picture], list[Problem]]:
        """Return the pictures that entries show, by path, and a problem for each unusable one.

        A problem stands where the picture is shown first.
        """
        problems = []
        known = self.shelf.index.pictures if self.shelf else {}
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
        return {path: row.picture for path, row in self._pictures.items()}, problems

    def save(self) -> None:
        """Put what was read on the shelf, and let go of all that only reading needed."""
        if self.shelf:
            self.shelf.save(tuple(self._groups), self._pictures, self._sound)
        self.items, self.problems, self.stamps = [], [], {}
        self._groups, self._old = [], {}

    def body(self, path: str) -> str:
        """Return the HTML of the entry at *path*; if the shelf lost it, its file is parsed once more.

        Raises `PublisherError` if the file is another one by now.
        """
        html = self.shelf.body(path) if self.shelf else ""
        if html is not None:
            return html
        data, _, _ = read_bytes(self.folder, path, self.settings)
        if data is None or digest_of(data) != self.digests.get(path):
            message = f"{self.settings.paths.entries}/{path} changed while it was read"
            raise PublisherError(message, "build again", "changed-meanwhile")
        parsed = parse_entry(path, data, self.settings)
        return parsed.entry.html if parsed.entry else ""


def _no_html(_path: str) -> None:
    """Return None: there is no shelf."""


def _facts(row: Kept) -> tuple[Entry, bool, bool]:
    """Return what crosschecks look at: all but words."""
    entry = replace(row.entry, title="", kicker=None, summary="", summary_html="", links=(), link=None)
    return entry, row.by_name, row.has_id
