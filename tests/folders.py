"""Short ways to pages, and to what lies in a folder."""

import os
import shutil
from collections.abc import Mapping
from pathlib import Path

import pytest

from publisher.model.output import Page
from publisher.writer import MANIFEST, OutputError, write

Files = Mapping[str, str | bytes | None]


def put(folder: Path, files: Files) -> None:
    """Write *files* below *folder*; None makes a folder."""
    for name, data in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        if data is None:
            path.mkdir()
        else:
            path.write_bytes(data.encode() if isinstance(data, str) else data)


def some_pages(*paths: str, mark: str = "") -> list[Page]:
    """Return pages at *paths*; the bytes of each tell its path and *mark*."""
    return [Page(path, f"{path}{mark}".encode()) for path in paths]


def tree(folder: Path) -> dict[str, bytes]:
    """Return all files below *folder* but for the manifest; links are told by where they lead."""
    files = (path for path in folder.rglob("*") if path.is_symlink() or not path.is_dir())
    return {
        path.relative_to(folder).as_posix(): bytes(path.readlink())
        if path.is_symlink()
        else path.read_bytes()
        for path in files
        if path.name != MANIFEST
    }


def content(pages: list[Page]) -> dict[str, bytes]:
    return {page.path: page.content for page in pages}


def place(path: Path, thing: bytes | str | None) -> None:
    """Put a file (bytes), a link (str) or a folder (None) at *path*; our file there goes."""
    path.parent.mkdir(exist_ok=True)
    if path.is_dir():
        shutil.rmtree(path)
    path.unlink(missing_ok=True)
    if thing is None:
        path.mkdir()
    elif isinstance(thing, str):
        path.symlink_to(thing)
    else:
        path.write_bytes(thing)


def refusal(folder: Path, pages: list[Page]) -> OutputError:
    """Return the error with which *pages* are refused; fails the test if they are written."""
    with pytest.raises(OutputError) as caught:
        write(folder, pages)
    return caught.value


def unreadable(path: Path) -> None:
    """Put a file at *path* that nobody can read; for root, who may read all, one that fails when read."""
    if os.geteuid():
        path.touch(mode=0)
    else:
        path.symlink_to("/proc/self/mem")
