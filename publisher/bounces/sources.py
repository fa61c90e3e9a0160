"""Where mails come back to: a Maildir, an mbox, or standard input. Nothing is ever deleted.

Each source gives a mail's key and its bytes, at most a little more than `reading.LARGEST`, and is told
which were handled.
"""

import os
import stat
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Protocol

from publisher.bounces.reading import LARGEST
from publisher.errors import UsageError

_READ = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0)
_LINE = 65_536


class Source(Protocol):
    """What mails come from; *name* tells people which."""

    @property
    def name(self) -> str:
        """Return where the mails lie, in words."""
        ...

    def mails(self) -> Iterator[tuple[str, bytes]]:
        """Yield the key and the bytes of each mail that nobody has seen."""
        ...

    def handled(self, key: str) -> None:
        """Mark the mail *key* as seen, where that can be kept."""
        ...


@dataclass(frozen=True, slots=True)
class Maildir:
    """A Maildir: what was handled moves to `cur` with the mark S, everything else stays as it is."""

    folder: Path

    @property
    def name(self) -> str:
        """Return where the mails lie, in words."""
        return str(self.folder)

    def mails(self) -> Iterator[tuple[str, bytes]]:
        """Yield the mails in `new`, and those in `cur` that are not seen."""
        for place in ("new", "cur"):
            try:
                names = sorted(os.listdir(self.folder / place))  # noqa: PTH208 - names are all that is wanted
            except FileNotFoundError:
                continue
            for name in names:
                if name.startswith(".") or (place == "cur" and "S" in name.rpartition(":2,")[2]):
                    continue
                data = _file(self.folder / place / name)
                if data is not None:
                    yield f"{place}/{name}", data

    def handled(self, key: str) -> None:
        """Move the mail *key* to those that are seen; one that a mail reader took meanwhile stays there."""
        place, _, name = key.partition("/")
        stem, colon, marks = name.rpartition(":2,") if ":2," in name else (name, "", "")
        target = f"{stem}:2,{''.join(sorted({*marks, 'S'}))}" if colon or place == "new" else f"{name}:2,S"
        (self.folder / "cur").mkdir(exist_ok=True)
        with suppress(FileNotFoundError):
            (self.folder / key).rename(self.folder / "cur" / target)


@dataclass(frozen=True, slots=True)
class Stream:
    """An mbox, or one mail: what a pipe or a file holds. Its mails are never marked.

    The database remembers what was handled, so that reading it again does no harm.
    """

    name: str
    stream: IO[bytes]

    def mails(self) -> Iterator[tuple[str, bytes]]:
        """Yield the mails: those between lines `From `, else all as one."""
        number, lines, size, is_mbox, was_empty = 0, list[bytes](), 0, False, True
        while line := self.stream.readline(_LINE):
            if was_empty and line.startswith(b"From ") and (is_mbox or not size):
                if size:
                    number += 1
                    yield str(number), b"".join(lines)
                lines, size, is_mbox, was_empty = [], 0, True, False
                continue
            was_empty = line in {b"\n", b"\r\n"}
            if is_mbox and line.startswith(b">") and line.lstrip(b">").startswith(b"From "):
                line = line[1:]
            size += len(line)
            if size <= LARGEST + _LINE:  # more is not read anyway
                lines.append(line)
        if size:
            yield str(number + 1), b"".join(lines)

    def handled(self, key: str) -> None:
        """Do nothing: an mbox may be written to by others meanwhile."""


def local(place: str, stdin: IO[bytes]) -> Source:
    """Return the Maildir or mbox at *place*, or *stdin* for `-`; raises `UsageError` if there is neither."""
    if place == "-":
        return Stream("standard input", stdin)
    path = Path(place)
    if path.is_dir():
        if not (path / "new").is_dir() and not (path / "cur").is_dir():
            raise UsageError(f"{place} is no Maildir", "name the folder that holds new and cur", "no-mailbox")
        return Maildir(path)
    if not path.is_file():
        hint = "name a Maildir or an mbox, or write IMAP, or - for standard input"
        raise UsageError(f"there is no mailbox {place}", hint, "no-mailbox")
    return Stream(place, path.open("rb"))


def _file(path: Path) -> bytes | None:
    """Return the bytes of a mail; None if it is gone, or no plain file."""
    try:
        with os.fdopen(os.open(path, _READ), "rb") as file:
            if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
                return None
            return file.read(LARGEST + 1)
    except OSError:
        return None
