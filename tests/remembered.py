"""A project in a folder, and a build of it that does nothing but remember."""

import os
from collections.abc import Callable
from pathlib import Path

from folders import put

from publisher import filetimes, unchanged
from publisher.filetimes import Glance
from publisher.unchanged import SETTINGS, STATE, Done

FOLDERS = ["entries", "templates"]
SAID = ["1 entry", "left out: nothing"]
NOTHING = lambda: None  # noqa: E731
LATER = 86_400.0
"""Seconds after which a file is no longer young."""
_TO_COME = 4_102_444_800.0  # if there is no file: the year 2100


def first_change(root: Path) -> float:
    """Return when the first of the files of the project at *root* got its state: all are young then.

    In seconds since the epoch. A test that asks a clock instead fails where it is held up for a tenth of a
    second.
    """
    inside = (path for path in root.rglob("*") if path.relative_to(root).parts[0] != ".publisher")
    return min((path.lstat().st_ctime for path in inside), default=_TO_COME)


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

    It begins *after* so many seconds from the first change, and ends at once.
    """
    began = first_change(root) + after
    why = unchanged.reason(words, environ or {})
    before = filetimes.look(str(root), SETTINGS, began)
    before |= filetimes.look(str(root), FOLDERS, began)
    unchanged.begin(str(root), "mark")
    meanwhile()
    done = Done(FOLDERS, "out", valid, SAID)
    unchanged.remember(str(root), "mark", unchanged.seen(before), why, done, int(began * 1e9))


def state_of(root: Path) -> dict[str, list[str]]:
    """Return what is remembered of the project at *root*."""
    return unchanged.parse((root / STATE).read_bytes())


def forge(root: Path, state: dict[str, list[str]]) -> None:
    """Let *state* be what is remembered, as somebody would write it who knows how."""
    (root / STATE).write_bytes(unchanged.as_bytes(state))


def answer(
    root: Path, *words: str, now: float | None = None, environ: dict[str, str] | None = None
) -> list[str] | None:
    """Return the quick answer of a build with *words*; *now*, if not while all files are young."""
    why = unchanged.reason(words, environ or {})
    return unchanged.said_if_unchanged(Glance(str(root), why, first_change(root) if now is None else now))


def edit_unseen(path: Path, data: bytes) -> None:
    """Change the bytes of the file at *path*, and put its time of change back."""
    before = path.stat()
    path.write_bytes(data)
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))
    assert path.stat().st_mtime_ns == before.st_mtime_ns
