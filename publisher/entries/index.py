"""The index of the shelf: every kept entry but its HTML, in a file of groups that are unpacked one by one."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from zoneinfo import ZoneInfo

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from publisher.cache import Cache, key
from publisher.entries.kept import Group, Kept, KeptFile, KeptPicture, Stamp, digest_of, packed, unpacked

INDEX = key("index of entries")
_LENGTH = 8  # bytes behind the index that tell how long its table is


class Head(Struct, frozen=True, gc=False, array_like=True):
    """What is known of a group without unpacking it.

    *names* are the paths of its files, and *stamps* is a hash of their stamps, b"" if one may not tell of a
    change. *blob* is the key of its HTML, which its files' bytes decide. It takes *length* bytes.
    """

    names: tuple[str, ...]
    stamps: bytes
    blob: str
    has_problems: bool
    length: int


class Table(Struct, frozen=True, array_like=True):
    """What is known of all groups.

    *maker* is the hash of program and settings; *sound* is that of what a crosscheck found no fault in;
    *version* is that of all entries, and *facts* the version since which nothing but words has changed;
    *companions* are names, quotes and openings by path.
    """

    maker: bytes
    heads: tuple[Head, ...]
    pictures: dict[str, KeptPicture]
    sound: bytes
    version: str
    facts: str
    companions: dict[str, KeptFile]


NOTHING = Table(b"", (), {}, b"", "", "", {})


def stamps_of(names: Iterable[str], stamps: Mapping[str, Stamp]) -> bytes:
    """Return the hash of the *stamps* of files called *names*."""
    return digest_of(msgspec.msgpack.encode([stamps[name] for name in names]))


def head_of(group: Group, length: int) -> Head:
    """Return what is to be known of *group*, which takes *length* bytes."""
    names = tuple(row.path for row in group.rows)
    is_sure = all(row.is_sure for row in group.rows)
    stamps = stamps_of(names, {row.path: row.stamp for row in group.rows}) if is_sure else b""
    return Head(names, stamps, group.blob, any(row.problems for row in group.rows), length)


def version_of(groups: Iterable[tuple[tuple[str, ...], str]], pictures: Mapping[str, KeptPicture]) -> str:
    """Return a hash of all that entries and *pictures* say; a group is its files' names, and its blob."""
    shown = [(path, row.picture) for path, row in sorted(pictures.items())]
    return key(msgspec.msgpack.encode((list(groups), shown)))


class Index:
    """The index in *cache*, as far as *maker*, the hash of program and settings, is that of its table."""

    def __init__(self, cache: Cache, maker: bytes, zone: ZoneInfo) -> None:
        self._cache, self._zone = cache, zone
        self._data = memoryview(cache.get(INDEX) or b"")
        self.table = self._table(maker)
        ends = [0]
        for head in self.table.heads:
            ends.append(ends[-1] + head.length)
        self._ends = ends
        self._unpacked: dict[int, Group] = {}
        self.rows = Rows(self)

    def _table(self, maker: bytes) -> Table:
        end = len(self._data) - _LENGTH
        try:
            length = int.from_bytes(self._data[end:], "big") if end > 0 else 0
            table = msgspec.msgpack.decode(self._data[max(end - length, 0) : end], type=Table)
        except (msgspec.MsgspecError, ValueError, RecursionError):
            return NOTHING  # of another version of the program
        return table if table.maker == maker else NOTHING

    def bytes_of(self, number: int) -> memoryview:
        """Return the group *number*, packed."""
        return self._data[self._ends[number] : self._ends[number + 1]]

    def group(self, number: int) -> Group:
        """Return the group *number*."""
        if number not in self._unpacked:
            self._unpacked[number] = unpacked(self.bytes_of(number), self._zone)
        return self._unpacked[number]

    def save(self, groups: Sequence[Group | int], table: Table) -> None:
        """Put *groups*, of which a number stands for one of this index, in its place; *table* lacks heads."""

        def pieces() -> Iterator[bytes | memoryview]:  # one by one, since all of them are large
            heads: list[Head] = []
            for group in groups:
                data = self.bytes_of(group) if isinstance(group, int) else packed(group)
                heads.append(self.table.heads[group] if isinstance(group, int) else head_of(group, len(data)))
                yield data
            last = msgspec.msgpack.encode(replace(table, heads=tuple(heads)))
            yield last
            yield len(last).to_bytes(_LENGTH, "big")

        self._cache.put_all(INDEX, pieces())


class Rows(Mapping[str, Kept]):
    """The kept entries of *index* by path, unpacked when they are asked for."""

    def __init__(self, index: Index) -> None:
        self._index = index
        heads = index.table.heads
        self._numbers = {name: number for number, head in enumerate(heads) for name in head.names}

    def __getitem__(self, path: str) -> Kept:
        """Return what is kept of the file at *path*."""
        rows = self._index.group(self._numbers[path]).rows
        return next(row for row in rows if row.path == path)

    def __iter__(self) -> Iterator[str]:
        """Return the paths."""
        return iter(self._numbers)

    def __len__(self) -> int:
        """Return how many there are."""
        return len(self._numbers)

    def blob(self, path: str) -> str:
        """Return the key of the HTML of the group of *path*."""
        return self._index.table.heads[self._numbers[path]].blob
