"""Which program this is: a hash of its code, its libraries and its Python, for caches."""

import hashlib
import sys
from functools import cache
from pathlib import Path

_OWN = Path(__file__).resolve().parent


@cache
def digest() -> bytes:
    """Return a hash that another version of the program, a library or Python changes."""
    found = hashlib.blake2b(sys.version.encode(), digest_size=16)
    for path in sorted(_OWN.rglob("*.py")):
        found.update(f"\0{path.relative_to(_OWN).as_posix()}\0".encode())
        found.update(path.read_bytes())
    for name in _libraries():
        found.update(f"\0{name}".encode())
    return found.digest()


def _libraries() -> list[str]:
    """Return the names and versions of the installed libraries, as their folders tell them."""
    folders = (Path(folder) for folder in sys.path if folder.endswith("-packages"))
    return sorted(path.name for folder in folders if folder.is_dir() for path in folder.glob("*.dist-info"))
