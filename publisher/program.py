"""Which program this is: a hash of its code, its libraries and its Python, for caches."""

import hashlib
import os
import sys
from collections.abc import Iterator
from functools import cache

_OWN = os.path.dirname(os.path.abspath(__file__))


@cache
def digest() -> bytes:
    """Return a hash that another version of the program, a library or Python changes."""
    found = hashlib.blake2b(sys.version.encode(), digest_size=16)
    for path in sorted(_modules(_OWN)):
        with open(path, "rb", buffering=0) as file:
            found.update(f"\0{path.removeprefix(_OWN)}\0".encode())
            found.update(file.read())
    found.update("\0".join(_libraries()).encode())
    return found.digest()


def _modules(folder: str) -> Iterator[str]:
    """Yield the path of each module in *folder*."""
    for item in os.scandir(folder):
        if item.name.endswith(".py"):
            yield item.path
        elif item.name != "__pycache__" and item.is_dir():
            yield from _modules(item.path)


def _libraries() -> list[str]:
    """Return the names and versions of the installed libraries, as their folders tell them."""
    folders = [folder for folder in sys.path if folder.endswith("-packages") and os.path.isdir(folder)]
    return sorted(name for folder in folders for name in os.listdir(folder) if name.endswith(".dist-info"))
