"""The built site, read-only: the files of the output folder, each with what lets caches ask again."""

import gzip
from collections.abc import Mapping
from email.utils import formatdate
from pathlib import Path
from stat import S_ISREG
from urllib.parse import quote

from publisher.mediatypes import type_of
from publisher.model import address
from publisher.web.answers import Answer, Asked

_KEPT, _SMALL, _LARGE = 256, 1_000, 4_000_000  # files kept packed, and bytes of those that are worth it
_PACKED = ("text/", "application/xml", "application/feed+json", "application/json", "image/svg+xml")
_FOR_READERS = (".xml", "feed.json", ".opml", ".ics")  # which readers that live in a browser may fetch


class Files:
    """The files of *folder* as they are now. Links, hidden files and ways out of it are not there."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._packed: dict[tuple[str, str], bytes] = {}

    def find(self, path: str) -> Path | None:
        """Return the file at *path*, which has a name for each step and no other way to it."""
        parts = path.split("/")
        if not all(map(_is_name, parts)):
            return None
        try:
            top = self._folder.resolve()
            file = top.joinpath(*parts)
            return file if file.resolve() == file and S_ISREG(file.stat().st_mode) else None
        except (OSError, ValueError, RuntimeError):
            return None

    def answer(self, asked: Asked) -> Answer | None:
        """Return the file that is asked for, or the way to its folder; None if there is none."""
        path = asked.path
        wanted = f"{path}index.html" if path == "" or path.endswith("/") else path
        file = self.find(wanted)
        if file is None:
            is_folder = not path.endswith("/") and self.find(f"{path}/index.html")
            where = f"{quote(path.rpartition('/')[2], safe='')}/"
            return Answer(301, type_of("x.txt"), b"", {"Location": where}) if is_folder else None
        return self._file(wanted, file, asked.headers)

    def missing(self) -> bytes | None:
        """Return the page to show where there is none, if the site has one."""
        file = self.find(address.missing())
        return file.read_bytes() if file else None

    def _file(self, path: str, file: Path, asked: Mapping[str, str]) -> Answer:
        state = file.stat()
        kind = type_of(path)
        is_packed = (
            kind.startswith(_PACKED)
            and _SMALL <= state.st_size <= _LARGE
            and _takes_gzip(asked.get("accept-encoding", ""))
        )
        mark = f'"{state.st_mtime_ns:x}-{state.st_size:x}{"-gz" if is_packed else ""}"'
        changed = formatdate(state.st_mtime, usegmt=True)
        headers = {
            "ETag": mark,
            "Last-Modified": changed,
            "Cache-Control": "public, max-age=300",
            "X-Content-Type-Options": "nosniff",
        }
        if kind.startswith(_PACKED):
            headers["Vary"] = "Accept-Encoding"
        if path.endswith(_FOR_READERS):
            headers["Access-Control-Allow-Origin"] = "*"
        if _is_known(asked, mark, changed):
            return Answer(304, kind, b"", headers)
        data = file.read_bytes()
        if is_packed:
            headers["Content-Encoding"] = "gzip"
            data = self._gzip(path, mark, data)
        return Answer(200, kind, data, headers)

    def _gzip(self, path: str, mark: str, data: bytes) -> bytes:
        found = self._packed.get((path, mark))
        if found is None:
            found = gzip.compress(data, 6, mtime=0)
            if len(self._packed) >= _KEPT:
                self._packed = {}
            self._packed[path, mark] = found
        return found


def _is_name(part: str) -> bool:
    """Tell whether *part* may be a step of an address: no hidden file, and no way up or elsewhere."""
    return part != "" and part[0] != "." and "\\" not in part and part.isprintable()


def _is_known(asked: Mapping[str, str], mark: str, changed: str) -> bool:
    """Tell whether who asks has these very bytes (RFC 9110, section 13.2.2)."""
    if known := asked.get("if-none-match"):
        return known.strip() == "*" or mark in {part.strip().removeprefix("W/") for part in known.split(",")}
    return asked.get("if-modified-since") == changed


def _takes_gzip(header: str) -> bool:
    for part in header.split(","):
        name, _, weight = part.replace(" ", "").partition(";")
        if name.lower() in {"gzip", "*"}:
            return weight.lower() not in {"q=0", "q=0.0", "q=0.00", "q=0.000"}
    return False
