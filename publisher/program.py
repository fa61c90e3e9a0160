"""Which program this is: a hash of its code, its templates, its libraries and its Python, for caches."""

import hashlib
import os
import sys
from collections.abc import Iterator

_OWN = os.path.dirname(os.path.abspath(__file__))
_TEMPLATES = (f"{_OWN}/templates", f"{os.path.dirname(_OWN)}/templates")
"""Where the packaged templates may lie: in the wheel, in a checkout."""
_known: list[bytes] = []


def digest() -> bytes:
    """Return a hash that another version of the program, a library or Python changes."""
    if not _known:
        _known.append(_fresh())
    return _known[0]


def trust(known: bytes) -> None:
    """Let *known* be the hash: an earlier run made it of files whose times are the same still."""
    _known[:] = [known]


def _fresh() -> bytes:
    found = hashlib.blake2b(sys.version.encode(), digest_size=16)
    templates = next(filter(os.path.isdir, _TEMPLATES), None)
    for path in sorted({*_files(_OWN, ".py"), *(_files(templates, "") if templates else ())}):
        with open(path, "rb", buffering=0) as file:
            data = file.read()
        found.update(f"\0{path.removeprefix(_OWN)} {len(data)}\0".encode("utf-8", "surrogatepass"))
        found.update(data)
    found.update("\0".join(_libraries()).encode())
    return found.digest()


def _files(folder: str, ending: str) -> Iterator[str]:
    """Yield the path of each file in *folder* whose name ends with *ending*."""
    for item in os.scandir(folder):
        if item.is_dir():
            if item.name != "__pycache__":
                yield from _files(item.path, ending)
        elif item.name.endswith(ending) and item.is_file():
            yield item.path


def _libraries() -> list[str]:
    """Return the names and versions of the installed libraries, as their folders tell them."""
    folders = [folder for folder in sys.path if folder.endswith("-packages") and os.path.isdir(folder)]
    return sorted(name for folder in folders for name in os.listdir(folder) if name.endswith(".dist-info"))
