"""The quick answer of a build: nothing that it reads has changed since the last one, so nothing is to do.

Imports only small parts of the standard library, since a build that has nothing to do should take no
longer than asking the disk for the times of its files. It trusts a file whose times, size and inode are
those of the last build: of all of them one hash is kept, since that is quicker to compare than a table. A
file that was changed just before that build (`publisher.age`), or has a time to come, is compared by its
bytes too, until it is older.
"""

import contextlib
import os
import stat
import sys
from _blake2 import blake2b  # hashlib would load OpenSSL too, which takes longer than all other imports
from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import islice

from publisher.filetimes import (
    Glance,
    Rows,
    hash_at,
    hash_of,
    hash_of_rows,
    is_row_young,
    look,
    row_of,
    rows_of,
    young_of,
)
from publisher.root import ALONE, OWN_FILE, SHARED_FILE

STATE = ".publisher/last-build"
SETTINGS = (OWN_FILE, SHARED_FILE)
_FORMAT = 2
_ALONE = {f"PUBLISHER_{name.upper()}{end}" for name in ALONE for end in ("", "_FILE")}
PARTS = ("why", "valid", "inputs", "output", "rows", "young", "hashes", "said")
_WORTH_A_PROCESS = 2_000  # folders: to look at them takes longer than to start one
_HOME = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
# As in the cache folder: a link is not followed, and a pipe does not keep us waiting.
_READ = os.O_RDONLY | sum(getattr(os, name, 0) for name in ("O_NOFOLLOW", "O_NONBLOCK"))

Seen = tuple[str, dict[str, str]]
"""A hash of rows, and the hashes of those files whose times may not tell, by path."""
State = dict[str, list[str]]
"""What is remembered: the values of each of `PARTS`."""


class Done:
    """What a finished build tells the next one.

    *inputs* are its input folders and *output* the one that it wrote, relative to the project. It is *valid*
    from a time on, in seconds since the epoch, up to, not including, another (None: for ever): then an
    entry comes or goes by itself. *said* is what the next build would say. *known* are rows of the output's
    list and folders as the build before left them; this one did nothing in any but those *touched*.
    """

    def __init__(
        self,
        inputs: list[str],
        output: str,
        valid: tuple[float, float | None],
        said: list[str],
        known: Rows | None = None,
        touched: Iterable[str] = (),
    ) -> None:
        self.inputs, self.output, self.valid, self.said = inputs, output, valid, said
        self.known, self.touched = known or {}, frozenset(touched)


def reason(options: Iterable[str], environ: Mapping[str, str]) -> str:
    """Return a hash of what decides over a build beside its files; *options* are the words of the command."""
    program = look(_HOME, ("publisher", "templates"), without="__pycache__")
    for folder in sys.path:  # a library that came, went or changed its version
        if folder.endswith("-packages"):
            with contextlib.suppress(OSError):
                program[folder] = row_of(os.stat(folder))
    ours = {
        name: [value, hash_at(value) if name.lower().endswith("_file") else ""]
        for name, value in sorted(environ.items())
        if name.startswith("PUBLISHER_") and ("__" in name or name.upper() in _ALONE)  # as settings are named
    }
    return hash_of(ascii([_FORMAT, program, sys.version, sorted({*options}), ours]))


def begin(root: str, mark: str) -> None:
    """Take back what was remembered, before a build that may end halfway, and leave its own *mark*.

    No other build may be writing, else both would believe that the output is theirs.
    """
    try:
        _put(root, mark.encode())
    except OSError:
        with contextlib.suppress(OSError):
            os.unlink(f"{root}/{STATE}")


def seen(rows: Rows) -> Seen:
    """Return what is to be remembered of *rows*, which are those of all files that a build reads."""
    parted = {path: row.partition("#") for path, row in rows.items() if "#" in row}
    plain = rows | {path: row for path, (row, _, _) in parted.items()} if parted else rows
    return hash_of_rows(plain), {path: digest for path, (_, _, digest) in parted.items()}


def remember(root: str, mark: str, before: Seen, why: str, done: Done, moment: int) -> None:
    """Write down that the build which began with *mark*, and read the files *before*, is done.

    *moment* is what the clock says now, in nanoseconds since the epoch. A file that changed meanwhile shows
    in the next look, which compares with *before*. Nothing is remembered if another build began, or the
    disk refuses.
    """
    with contextlib.suppress(OSError, ValueError, LookupError, TypeError, AttributeError):
        names = _written(root, done, moment)
        new = rows_of(root, [name for name in names if name in done.touched or name not in done.known])
        written = {name: new.get(name) or done.known[name] for name in names}
        young = before[1] | young_of(root, written, moment)
        first, end = done.valid
        state = {
            "why": [why],
            "valid": [str(first), "" if end is None else str(end)],
            "inputs": done.inputs,
            "output": list(written),
            "rows": [before[0], hash_of_rows(written)],
            "young": list(young),
            "hashes": list(young.values()),
            "said": done.said,
        }
        if _get(root) == mark.encode():
            _put(root, as_bytes(state))


def said_if_unchanged(glance: Glance) -> list[str] | None:
    """Return what a build says when nothing changed since the last one; None if something did.

    The first line is a result, the others are talk. *glance* is what the disk says of the project now.
    """
    root, now = glance.root, glance.began
    try:
        data = _get(root)
        state = parse(data)
        first, end = state["valid"]
        if now < float(first) or (end and now >= float(end)):
            return None
        output = state["output"]
        looked = _beside(lambda: _looked(glance, state), len(output))
        read = hash_of_rows(glance.rows([*SETTINGS, *state["inputs"]]))
        glance.why, written, *hashes = next(looked).split("\0")
        if [[glance.why], [read, written], hashes] != [state[part] for part in ("why", "rows", "hashes")]:
            if written == state["rows"][1]:
                glance.written = dict(zip(output, next(looked).split("\0"), strict=True))
            return None
        if hashes:
            _settle(root, data, state, int(now * 1e9))
    except (OSError, ValueError, LookupError, TypeError, StopIteration):
        return None  # never built, or damaged: the build itself finds out
    return state["said"] or None


def _looked(glance: Glance, state: State) -> Iterator[str]:
    """Yield what decides beside the inputs, to be compared with *state*, and then the output's rows.

    First are the hash of why the build would be another one, that of the rows, and those of what was young.
    """
    rows = rows_of(glance.root, state["output"])
    hashes = [hash_at(f"{glance.root}/{path}") for path in state["young"]]
    yield "\0".join([glance.why, hash_of_rows(rows), *hashes])
    yield "\0".join(rows.values())


def _beside(work: Callable[[], Iterator[str]], size: int) -> Iterator[str]:
    """Begin *work* in a process of its own, if its *size* is worth one; return what yields its lines."""
    if size < _WORTH_A_PROCESS or not hasattr(os, "fork"):
        return work()
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            os.close(reader)  # else nobody would tell this process that its lines are not wanted any more
            with open(writer, "wb", buffering=0) as file:
                file.writelines(f"{line}\n".encode() for line in work())
        finally:  # whatever happened, this process must not go on as if it were the program
            os._exit(0)
    os.close(writer)
    return _lines(reader, child)


def _lines(reader: int, child: int) -> Iterator[str]:
    """Yield the lines that the process *child* writes to a pipe, as long as they are wanted."""
    try:
        with open(reader, "rb") as file:
            for line in file:
                yield line[:-1].decode()
    finally:
        os.waitpid(child, 0)


def _settle(root: str, data: bytes, state: State, moment: int) -> None:
    """Forget the hashes of what is not young at *moment*, for from now on its times tell of a change.

    Nothing is written if *data* is no longer what is remembered.
    """
    hashes = dict(zip(state["young"], state["hashes"], strict=True))
    still = [path for path, row in rows_of(root, hashes).items() if is_row_young(row, moment)]
    if len(still) < len(hashes) and _get(root) == data:
        with contextlib.suppress(OSError):
            _put(root, as_bytes(state | {"young": still, "hashes": [hashes[path] for path in still]}))


def _get(root: str) -> bytes:
    """Return the bytes of the state; raises OSError if it is no file."""
    with open(os.open(f"{root}/{STATE}", _READ), "rb") as file:
        if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
            raise OSError
        return file.read()


def _put(root: str, data: bytes) -> None:
    """Let *data* be the state, at once; raises OSError if the disk refuses, or the folder is a link."""
    path = f"{root}/{STATE}"
    staged = f"{path}.{os.getpid()}"
    os.makedirs(os.path.dirname(path), exist_ok=True)
    if os.path.islink(os.path.dirname(path)):
        raise OSError
    with contextlib.suppress(OSError):
        os.unlink(staged)
    try:
        with open(staged, "xb") as file:
            file.write(data)
        os.replace(staged, path)
    finally:
        with contextlib.suppress(OSError):
            os.unlink(staged)


def as_bytes(state: State) -> bytes:
    """Return *state* behind the hash of it: how many values each part has, and the values."""
    fields = [field for name in PARTS for field in (str(len(state[name])), *state[name])]
    text = "\0".join(fields).encode("utf-8", "surrogatepass")
    return blake2b(text).digest() + text


def parse(data: bytes) -> State:
    """Return the state of which *data* are the bytes; raises ValueError or StopIteration if they are none."""
    text = data[blake2b.MAX_DIGEST_SIZE :]
    if data != blake2b(text).digest() + text:
        raise ValueError
    fields = iter(text.decode("utf-8", "surrogatepass").split("\0"))
    return {name: list(islice(fields, int(next(fields)))) for name in PARTS}


def _written(root: str, done: Done, moment: int) -> list[str]:
    """Return the output's list of files, and its folders, which tell of files that came or went.

    They are known if the list is the one that it was.
    """
    manifest = f"{done.output}/.publisher.json"
    row = row_of(os.stat(f"{root}/{manifest}"))
    if done.known.get(manifest) == row and not is_row_young(row, moment):
        return list(done.known)
    import json  # noqa: PLC0415 - only a build needs it, and has it

    with open(f"{root}/{manifest}", encoding="utf-8") as file:
        folders = {path.rpartition("/")[0] for path in json.load(file)["files"]}
    return [manifest, *(f"{done.output}/{folder}".rstrip("/") for folder in sorted(folders))]
