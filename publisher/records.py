"""What the last build made: the files of each part, and the key of all that they were made from."""

from collections.abc import Mapping

import msgspec
from msgspec import Struct

from publisher.cache import Cache, key
from publisher.writer import Placed

_NAME = key("records of parts")


class Record(Struct, frozen=True, gc=False, array_like=True):
    """A part: its key, its files as they were left, and the pictures for mail that it shows."""

    key: str
    files: tuple[Placed, ...]
    shown: tuple[tuple[str, int], ...]


class Kept(Struct, frozen=True, array_like=True):
    """The records of a build by the name of their part; *state* stands for all that it read."""

    state: str
    parts: dict[str, Record]


class Records:
    """The records of a project's last build, in *cache*; what is lost or damaged is made again."""

    def __init__(self, cache: Cache) -> None:
        self._cache = cache

    def load(self) -> Kept:
        """Return what the last build left."""
        data = self._cache.get(_NAME)
        try:
            return msgspec.msgpack.decode(data, type=Kept) if data else Kept("", {})
        except (msgspec.MsgspecError, ValueError, RecursionError):  # of another version of the program
            return Kept("", {})

    def save(self, state: str, records: dict[str, Record], moved: Mapping[str, Placed]) -> None:
        """Keep *records* for the next build; *moved* are the files as they were left, where that differs."""
        for name, record in records.items() if moved else ():
            if any(file.path in moved for file in record.files):
                files = tuple(moved.get(file.path, file) for file in record.files)
                records[name] = Record(record.key, files, record.shown)
        self._cache.put(_NAME, msgspec.msgpack.encode(Kept(state, records)))
