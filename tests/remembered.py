"""A project in a folder, and a build of it that does nothing but remember."""

import os
from collections.abc import Callable
from pathlib import Path
from time import time  # noqa: TID251 - of files that the disk gave their times

from folders import put

from publisher import filetimes, unchanged
from publisher.filetimes import Glance
from publisher.unchanged import SETTINGS, STATE, Done

FOLDERS = ["entries", "templates"]
SAID = ["1 entry", "left out: nothing"]
NOTHING = lambda: None  # noqa: E731
LATER = 86_400.0
"""Seconds after which a file is no longer young."""


def a_project(root: Path) -> Path:
    """Write a project and its output below *root*."""
    put(
        root,
        {
            "publisher.toml": "[newsletter]",
            "entries/a.md": "one",
            "entries/2023/b.md": "two",
            "entries/2023/b.png": b"\x00",
            "entries/names.yml": "topics: {}",
            "templates/site/home.html": "home",
            "out/.publisher.json": '{"version": 1, "files": ["index.html", "2023/b/index.html"]}',
            "out/index.html": "home",
            "out/2023/b/index.html": "b",
        },
    )
    return root


def remember(
    root: Path,
    *,
    meanwhile: Callable[[], object] = NOTHING,
    words: tuple[str, ...] = (),
    environ: dict[str, str] | None = None,
    after: float = 0,
    valid: tuple[float, float | None] = (0, None),
) -> None:
    """Do as a build of the project at *root* does that said SAID; *meanwhile* happens while it reads.

    *after* so many seconds it begins.
    """
    began = time() + after
    why = unchanged.reason(words, environ or {})
    before = filetimes.look(str(root), SETTINGS, began)
    before |= filetimes.look(str(root), FOLDERS, began)
    unchanged.begin(str(root), "mark")
    meanwhile()
    unchanged.remember(str(root), "mark", unchanged.seen(before), why, Done(FOLDERS, "out", valid, SAID))


def state_of(root: Path) -> dict[str, list[str]]:
    """Return what is remembered of the project at *root*."""
    return unchanged.parse((root / STATE).read_bytes())


def forge(root: Path, state: dict[str, list[str]]) -> None:
    """Let *state* be what is remembered, as somebody would write it who knows how."""
    (root / STATE).write_bytes(unchanged.as_bytes(state))


def answer(
    root: Path, *words: str, now: float | None = None, environ: dict[str, str] | None = None
) -> list[str] | None:
    """Return the quick answer of a build with *words*."""
    why = unchanged.reason(words, environ or {})
    return unchanged.said_if_unchanged(Glance(str(root), why, time() if now is None else now))


def edit_unseen(path: Path, data: bytes) -> None:
    """Change the bytes of the file at *path*, and put its time of change back."""
    before = path.stat()
    path.write_bytes(data)
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))
    assert path.stat().st_mtime_ns == before.st_mtime_ns
