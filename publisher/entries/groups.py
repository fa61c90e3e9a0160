"""One group of neighbouring files to kept entries: what did not change comes from the shelf."""

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from msgspec.structs import replace

from publisher.entries.parser import Parsed, parse_entry
from publisher.entries.shelf import Kept, Stamp, digest_of, is_sure, stamp_of
from publisher.entries.source import SIZE_LIMIT
from publisher.errors import Place, Problem
from publisher.model.settings import Settings


@dataclass(slots=True)
class ReadGroup:
    """A group as it was read: its sound entries, the HTML of each, and what is broken.

    *broken* are the problems of files that gave no entry, by path.
    """

    rows: list[Kept] = field(default_factory=list)
    pieces: list[bytes] = field(default_factory=list)
    broken: dict[str, list[Problem]] = field(default_factory=dict)
    length: int = 0

    def add(self, row: Kept, html: bytes) -> None:
        """Add an entry with its HTML."""
        self.rows.append(replace(row, start=self.length, length=len(html)))
        self.pieces.append(html)
        self.length += len(html)


class GroupReader:
    """Reads groups of the entries folder *folder*, whose files have *stamps* by path.

    *known* are the kept entries by path. *old_html* gives the HTML of a kept entry, or None if it is
    lost. *began* is when the build began, in nanoseconds since the epoch.
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
        for path in paths:
            row = self.known.get(path)
            html = self.old_html(path) if row and self.is_same(path) else None
            if row and html is not None:
                done.add(row, html.encode())
            else:
                self._read(path, row, done)
        return done

    def _read(self, path: str, row: Kept | None, done: ReadGroup) -> None:
        """Read a file whose stamp is new; the bytes may be the old ones still."""
        data, stamp, problems = read_bytes(self.folder, path, self.settings)
        if data is None or stamp is None:
            done.broken[path] = problems
            return
        digest = digest_of(data)
        sure = is_sure(stamp, self.began)
        if row and row.digest == digest and (html := self.old_html(path)) is not None:
            done.add(replace(row, stamp=stamp, is_sure=sure), html.encode())
            return
        parsed = parse_entry(path, data, self.settings)
        if parsed.entry is None:
            done.broken[path] = parsed.problems
            return
        done.add(kept(parsed, stamp, digest, is_sure=sure), parsed.entry.html.encode())


def kept(parsed: Parsed, stamp: Stamp, digest: bytes, *, is_sure: bool) -> Kept:
    """Return what the shelf keeps of *parsed*, which is sound."""
    assert parsed.entry is not None  # noqa: S101 - the caller looked
    entry = replace(parsed.entry, html="")
    return Kept(
        path=parsed.path,
        stamp=stamp,
        is_sure=is_sure,
        digest=digest,
        entry=entry,
        by_name=parsed.by_name,
        has_id=parsed.has_id,
        problems=tuple(parsed.problems),
        start=0,
        length=0,
    )


def read_bytes(
    folder: Path, path: str, settings: Settings
) -> tuple[bytes | None, Stamp | None, list[Problem]]:
    """Read a file, but no more of it than shows that it is too large."""
    try:
        with open(f"{folder}/{path}", "rb", buffering=0) as file:  # noqa: PTH123 - thousands of them
            status = os.fstat(file.fileno())
            data = file.read(SIZE_LIMIT + 1) if status.st_size > SIZE_LIMIT else file.read()
            return data[: SIZE_LIMIT + 1], stamp_of(status), []
    except OSError as error:
        message = f"the file cannot be read ({error.strerror})"
        hint = "try again" if isinstance(error, FileNotFoundError) else "mend its permissions"
        return None, None, [unreadable(path, settings, "unreadable-file", message, hint)]


def unreadable(path: str, settings: Settings, code: str, message: str, hint: str) -> Problem:
    """Return a problem of the file at *path* as a whole, also if its name is not UTF-8."""
    shown = f"{settings.paths.entries}/{path}".encode("utf-8", "backslashreplace").decode()
    return Problem(code, Place(shown), message, hint)
