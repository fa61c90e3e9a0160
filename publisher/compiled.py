"""Compiled templates, catalogues, and forms: kept as Python keeps its code, beside the program, in no cache.

Who can write such a file lets us run code. So they lie in a folder that is ours and that nobody else can
enter; a cache folder may come with somebody's repository. Without such a folder nothing is kept, which
costs time alone.
"""

import contextlib
import os
import stat
import sys
from importlib.util import cache_from_source

from publisher import program

FOLDER = os.path.join(os.path.dirname(cache_from_source(__file__)), "templates")
_READ = os.O_RDONLY | sum(getattr(os, name, 0) for name in ("O_NOFOLLOW", "O_NONBLOCK"))
_NEW = os.O_WRONLY | os.O_CREAT | os.O_EXCL
_OTHERS = 0o077  # what a group and all others may do


def get(name: str) -> bytes | None:
    """Return what this program kept under *name*; None if it is not there, or may be somebody else's."""
    if not _is_ours():
        return None
    try:
        with os.fdopen(os.open(_file(name), _READ), "rb") as file:
            return file.read() if stat.S_ISREG(os.fstat(file.fileno()).st_mode) else None
    except OSError:
        return None


def put(name: str, data: bytes) -> None:
    """Keep *data* under *name*, if Python may keep code and there is a folder for it."""
    if sys.dont_write_bytecode:
        return
    with contextlib.suppress(OSError):
        os.mkdir(FOLDER, 0o700)
    if not _is_ours():
        return
    target = _file(name)
    staged = f"{target}.{os.getpid()}"
    with contextlib.suppress(OSError):
        with os.fdopen(os.open(staged, _NEW, 0o600), "wb") as file:
            file.write(data)
        os.replace(staged, target)  # at once: nobody ever sees half of it
        _drop_others()


def _is_ours() -> bool:
    """Tell whether the folder is one that only we can write."""
    try:
        found = os.lstat(FOLDER)
    except OSError:
        return False
    return (
        hasattr(os, "geteuid")
        and stat.S_ISDIR(found.st_mode)
        and found.st_uid == os.geteuid()
        and not found.st_mode & _OTHERS
    )


def _file(name: str) -> str:
    return f"{FOLDER}/{program.digest().hex()}-{name}"


def _drop_others() -> None:
    """Delete what other versions of the program kept."""
    for name in os.listdir(FOLDER):
        if not name.startswith(program.digest().hex()):
            os.unlink(f"{FOLDER}/{name}")
