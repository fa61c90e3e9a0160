"""One group of neighbouring files to kept entries: what did not change comes from the shelf."""

import os
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path

from msgspec import Struct, field
from msgspec.structs import force_setattr, replace

from publisher.entries.kept import Kept, Stamp, digest_of, is_sure
from publisher.entries.parser import Parsed, parse_entries
from publisher.entries.source import SIZE_LIMIT
from publisher.errors import Place, Problem
from publisher.filetimes import row_of
from publisher.model.entry import Entry
from publisher.model.settings import Settings

_READ = os.O_RDONLY | getattr(os, "O_BINARY", 0)  # Windows must be told that the bytes are no text
_AT_ONCE = 256 * 1024  # bytes of files to parse together: enough to be worth it, and not much memory
_PIECE = 64 * 1024  # of a file that grew meanwhile, or that comes bit by bit


class ReadGroup(Struct):
    """A group as it was read: its sound entries, the HTML of each, and what is broken.

    *broken* are the problems of files that gave no entry, by path.
    """

    rows: list[Kept] = field(default_factory=list)
    pieces: list[bytes] = field(default_factory=list)
    broken: dict[str, list[Problem]] = field(default_factory=dict)
    length: int = 0

    def add(self, row: Kept, html: bytes) -> None:
        """Add an entry with its HTML."""
        if row.start != self.length or row.length != len(html):
            row = replace(row, start=self.length, length=len(html))
        self.rows.append(row)
        self.pieces.append(html)
        self.length += len(html)


class _File(Struct, frozen=True):
    """A file as it was read."""

    path: str
    data: bytes
    stamp: Stamp
    digest: bytes


class GroupReader:
    """Reads groups of the entries folder *folder*, whose files have *stamps* by path.

    *known* are the kept entries by path. *old_html* gives the HTML of a kept entry, or None if it is
    lost. *began* is when reading began, in nanoseconds since the epoch.
    """

    def __init__(
        self,
        folder: Path,
        settings: Settings,
        stamps: Mapping[str, Stamp],
        known: Mapping[str, Kept],
        old_html: Callable[[str], str | None],
        began: int,
    ) -> None:
        self.folder, self.settings, self.stamps, self.known = folder, settings, stamps, known
        self.old_html = old_html
        self.began = began

    def is_same(self, path: str) -> bool:
        """Tell whether the file at *path* is, beyond doubt, the one that was kept."""
        row = self.known.get(path)
        return row is not None and row.is_sure and row.stamp == self.stamps.get(path)

    def read(self, paths: list[str]) -> ReadGroup:
        """Read the files at *paths*."""
        done = ReadGroup()
        new: list[_File] = []
        size = 0
        for path in paths:
            found = self._kept(path) or self._opened(path)
            if isinstance(found, _File):
                new.append(found)
                size += len(found.data)
                if size < _AT_ONCE:
                    continue
            self._parse(new, done)
            new, size = [], 0
            if isinstance(found, tuple):
                done.add(*found)
            elif isinstance(found, list):
                done.broken[path] = found
        self._parse(new, done)
        return done

    def _kept(self, path: str) -> tuple[Kept, bytes] | None:
        """Return what was kept of the file at *path*, with its HTML, if its stamp is the same."""
        html = self.old_html(path) if self.is_same(path) else None
        return None if html is None else (self.known[path], html.encode())

    def _opened(self, path: str) -> tuple[Kept, bytes] | _File | list[Problem]:
        """Read a file whose stamp is new; the bytes may be the old ones still."""
        data, stamp, problems = read_bytes(self.folder, path, self.settings)
        if data is None or stamp is None:
            return problems
        row, file = self.known.get(path), _File(path, data, stamp, digest_of(data))
        if row and row.digest == file.digest and (html := self.old_html(path)) is not None:
            return replace(row, stamp=stamp, is_sure=is_sure(stamp, self.began)), html.encode()
        return file

    def _parse(self, files: list[_File], done: ReadGroup) -> None:
        """Parse *files*, which are new."""
        found = parse_entries(
            [(file.path, file.data, partial(_known, self.known.get(file.path))) for file in files],
            self.settings,
        )
        for file, parsed in zip(files, found, strict=True):
            if parsed.entry is None:
                done.broken[file.path] = parsed.problems
            else:
                html = parsed.entry.html.encode()
                sure = is_sure(file.stamp, self.began)
                place = (done.length, len(html))
                done.add(kept(parsed, file.stamp, file.digest, place, is_sure=sure), html)


def _known(row: Kept | None, front: str) -> Entry | None:
    """Return the entry in *row* if its file had the very words of *front*."""
    return row.entry if row and row.front == digest_of(front.encode()) else None


def kept(parsed: Parsed, stamp: Stamp, digest: bytes, place: tuple[int, int], *, is_sure: bool) -> Kept:
    """Return what the shelf keeps of *parsed*, which is sound, and lets go of its HTML.

    *place* is where in its group the HTML starts, and its length in bytes.
    """
    entry = parsed.entry
    assert entry is not None  # noqa: S101 - the caller looked
    force_setattr(entry, "html", "")  # nobody else has it yet, and a copy takes longer than all else here
    return Kept(
        path=parsed.path,
        stamp=stamp,
        is_sure=is_sure,
        digest=digest,
        front=digest_of(parsed.fields.text.encode()),
        entry=entry,
        by_name=parsed.by_name,
        has_id=parsed.has_id,
        problems=tuple(parsed.problems),
        start=place[0],
        length=place[1],
    )


def read_bytes(
    folder: Path, path: str, settings: Settings
) -> tuple[bytes | None, Stamp | None, list[Problem]]:
    """Read a file, but no more of it than shows that it is too large."""
    try:
        file = os.open(f"{folder}/{path}", _READ)
        try:
            status = os.fstat(file)
            data = os.read(file, min(status.st_size, SIZE_LIMIT) + 1)
            # A file of the size that it told is read to its end; others are asked until nothing comes.
            while (
                data
                and len(data) != status.st_size
                and (more := os.read(file, min(SIZE_LIMIT + 1 - len(data), _PIECE)))
            ):
                data += more
            return data, row_of(status), []
        finally:
            os.close(file)
    except OSError as error:
        message = f"the file cannot be read ({error.strerror})"
        hint = "try again" if isinstance(error, FileNotFoundError) else "mend its permissions"
        return None, None, [unreadable(path, settings, "unreadable-file", message, hint)]


def unreadable(path: str, settings: Settings, code: str, message: str, hint: str) -> Problem:
    """Return a problem of the file at *path* as a whole, also if its name is not UTF-8."""
    shown = f"{settings.paths.entries}/{path}".encode("utf-8", "backslashreplace").decode()
    return Problem(code, Place(shown), message, hint)
