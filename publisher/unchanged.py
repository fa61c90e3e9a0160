"""The quick answer of a build: nothing that it reads has changed since the last one, so nothing is to do.

Imports only small parts of the standard library, since a build that has nothing to do should take no
longer than asking the disk for the times of its files. It trusts a file whose times, size and inode are
those of the last build. A file that was changed less than two seconds before that build, or has a time
to come, is compared by its hash too, since a clock may not tell two changes apart (Git's "racy" files).
"""

import contextlib
import hashlib
import json
import os
import stat
import sys
from collections.abc import Iterable, Mapping
from time import time_ns
from typing import Any, NamedTuple

from publisher.root import OWN_FILE, SHARED_FILE

STATE = ".publisher/last-build.json"
SETTINGS = (OWN_FILE, SHARED_FILE)
_FORMAT = 1
_TICK = 2_000_000_000  # nanoseconds: the coarsest clock of a file system still in use
_FINE_TICK = 20_000_000  # nanoseconds: that of those in common use
_OWN = os.path.dirname(os.path.abspath(__file__))
# As in the cache folder: a link is not followed, and a pipe does not keep us waiting.
_READ = os.O_RDONLY | sum(getattr(os, name, 0) for name in ("O_NOFOLLOW", "O_NONBLOCK"))

Rows = dict[str, list[Any]]
"""Times (of the bytes, of anything), size, inode of each file by path; and a hash, if times may not tell."""
Reason = dict[str, Any]
"""What else decides what a build makes: the program, the words of the command, the environment."""


class Done(NamedTuple):
    """What a finished build tells the next one.

    *inputs* are its input folders and *output* the one that it wrote, relative to the project. It is *valid*
    from a time on, in seconds since the epoch, up to, not including, another (None: for ever): then an
    entry comes or goes by itself. *said* is what the next build would say.
    """

    inputs: list[str]
    output: str
    valid: tuple[float, float | None]
    said: list[str]


def look(root: str, names: Iterable[str], began: float | None = None) -> Rows:
    """Return a row for each file of the project at *root* that is, or lies below, one of *names*.

    One that is missing has no rows. *began*, in seconds since the epoch, asks for hashes where they are
    needed.
    """
    rows: Rows = {}
    for name in names:
        if os.path.isdir(f"{root}/{name}"):
            _walk(f"{root}/{name}", name, rows, set())
        else:
            with contextlib.suppress(OSError):
                rows[name] = _row(os.stat(f"{root}/{name}"))
    if began is not None:
        racy = int(began * 1e9) - _TICK
        for path, row in rows.items():
            if row and max(row[:2]) >= racy:
                row.append(_hash(f"{root}/{path}"))
    return rows


def reason(options: Iterable[str], environ: Mapping[str, str]) -> Reason:
    """Return what decides over a build beside its files; *options* are the words of the command."""
    program: Rows = {}
    _walk(_OWN, "publisher", program, set())
    _walk(os.path.join(os.path.dirname(_OWN), "templates"), "templates", program, set())
    program = {path: row for path, row in program.items() if "/__pycache__/" not in path}
    for folder in sys.path:  # a library that came, went or changed its version
        if folder.endswith("-packages"):
            with contextlib.suppress(OSError):
                program[folder] = _row(os.stat(folder))
    ours = {
        name: [value, _hash(value) if name.lower().endswith("_file") else ""]
        for name, value in sorted(environ.items())
        if name.startswith("PUBLISHER_") and "__" in name  # as settings are named
    }
    return {"program": program, "python": sys.version, "options": sorted(options), "environ": ours}


def begin(root: str) -> str:
    """Take back what was remembered, before a build that may end halfway; return its mark for `remember`."""
    mark = os.urandom(16).hex()
    _put(root, mark)
    return mark


def remember(root: str, mark: str, before: Rows, why: Reason, done: Done) -> None:
    """Write down that the build which began with *mark*, and read the files *before*, is done.

    A file that changed meanwhile shows in the next look, which compares with *before*. Nothing is
    remembered if another build began, or the disk refuses.
    """
    with contextlib.suppress(OSError, ValueError, LookupError, TypeError, AttributeError):
        state = {
            "format": _FORMAT,
            "why": why,
            "inputs": done.inputs,
            "rows": before,
            "valid": done.valid,
            "output": _output(root, done.output),
            "said": done.said,
        }
        if _get(root) == mark:
            _put(root, json.dumps(state, separators=(",", ":")))


def said_if_unchanged(root: str, why: Reason, now: float) -> list[str] | None:
    """Return what a build says when nothing changed since the last one; None if something did.

    The first line is a result, the others are talk. *now* is in seconds since the epoch.
    """
    try:
        state = json.loads(_get(root))
        first, end = state["valid"]
        is_same = (
            state["format"] == _FORMAT
            and state["why"] == why
            and first <= now
            and (end is None or now < end)
            and _same(root, state["rows"], look(root, [*SETTINGS, *state["inputs"]]))
            and all(_folder(f"{root}/{path}", len(row)) == row for path, row in state["output"].items())
        )
        return [str(line) for line in state["said"]] or None if is_same else None
    except (OSError, ValueError, LookupError, TypeError, AttributeError, RecursionError):
        return None  # never built, or damaged: the build itself finds out


def _get(root: str) -> str:
    """Return the text of the state; raises OSError if it is no file, ValueError if it is not ours."""
    with open(os.open(f"{root}/{STATE}", _READ), encoding="ascii") as file:
        if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
            raise OSError
        return file.read()


def _put(root: str, text: str) -> None:
    """Let *text* be the state, at once, if the disk allows it and the folder is no link."""
    path = f"{root}/{STATE}"
    staged = f"{path}.{os.getpid()}"
    if os.path.islink(os.path.dirname(path)):
        return
    try:
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with contextlib.suppress(OSError):
            os.unlink(staged)
        with open(staged, "x", encoding="ascii") as file:
            file.write(text)
        os.replace(staged, path)
    except OSError:
        for name in (staged, path):
            with contextlib.suppress(OSError):
                os.unlink(name)


def _same(root: str, known: Rows, found: Rows) -> bool:
    if known.keys() != found.keys():
        return False
    return all(
        row[:4] == found[path] and (len(row) == len(found[path]) or row[4] == _hash(f"{root}/{path}"))
        for path, row in known.items()
    )


def _walk(folder: str, name: str, rows: Rows, seen: set[tuple[int, int]]) -> None:
    """Add a row for each file below *folder*, called *name*; what a link leads to is *seen* once."""
    try:
        found = list(os.scandir(folder))
    except OSError:
        return
    for item in found:
        path = f"{name}/{item.name}"
        try:
            status = item.stat()
        except OSError:
            rows[path] = []  # a link that leads nowhere
            continue
        if not stat.S_ISDIR(status.st_mode):
            rows[path] = _row(status)
            continue
        if item.is_symlink():
            rows[path] = _row(status)
            here = (status.st_dev, status.st_ino)
            if here in seen:
                continue
            seen.add(here)
        _walk(item.path, path, rows, seen)


def _row(found: os.stat_result) -> list[Any]:
    return [found.st_mtime_ns, found.st_ctime_ns, found.st_size, found.st_ino]


def _hash(path: str) -> str:
    """Return the hash of the file at *path*, "" of a folder; anything else has another one each time."""
    try:
        if os.path.isdir(path):
            return ""  # its files have rows
        if not os.path.isfile(path):  # a pipe would keep us waiting
            return os.urandom(8).hex()
        with open(path, "rb") as file:
            return hashlib.file_digest(file, "blake2b").hexdigest()
    except (OSError, ValueError):
        return os.urandom(8).hex()


def _output(root: str, output: str) -> Rows:
    """Return rows for the output's list of files and its folders, which tell of files that came or went.

    A folder that was changed just now has its names too.
    """
    with open(f"{root}/{output}/.publisher.json", encoding="utf-8") as file:
        files = json.load(file)["files"]
    list_of_files = f"{output}/.publisher.json"
    rows = {list_of_files: _folder(f"{root}/{list_of_files}", 4)}
    racy = time_ns() - _FINE_TICK
    for folder in sorted({path.rpartition("/")[0] for path in files}):
        path = f"{output}/{folder}".rstrip("/")
        row = _folder(f"{root}/{path}", 4)
        rows[path] = _folder(f"{root}/{path}", 5) if row[0] >= racy else row
    return rows


def _folder(path: str, length: int) -> list[Any]:
    """Return the row of a folder, with the names in it if it shall have a *length* of 5."""
    row = _row(os.stat(path))
    return [*row, sorted(os.listdir(path))] if length == len(row) + 1 else row
