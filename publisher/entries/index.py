"""The index of the shelf: every kept entry but its HTML.

A table tells of all groups, and each group lies in a file of its own, so that an edit reads and writes few.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from zoneinfo import ZoneInfo

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from publisher.cache import Cache, key
from publisher.entries.kept import Group, Kept, KeptFile, KeptPicture, Stamp, digest_of, packed, unpacked

INDEX = key("index of entries")


class Head(Struct, frozen=True, gc=False, array_like=True):
    """What is known of a group without unpacking it.

    *names* are the paths of its files, and *stamps* is a hash of their stamps, b"" if one may not tell of a
    change. *blob* is the key of its HTML, which its files' bytes decide, and *rows* that of its entries.
    """

    names: tuple[str, ...]
    stamps: bytes
    blob: str
    has_problems: bool
    rows: str


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


def head_of(group: Group, rows: str) -> Head:
    """Return what is to be known of *group*, whose entries have the key *rows*."""
    names = tuple(row.path for row in group.rows)
    is_sure = all(row.is_sure for row in group.rows)
    stamps = stamps_of(names, {row.path: row.stamp for row in group.rows}) if is_sure else b""
    return Head(names, stamps, group.blob, any(row.problems for row in group.rows), rows)


def version_of(groups: Iterable[tuple[tuple[str, ...], str]], pictures: Mapping[str, KeptPicture]) -> str:
    """Return a hash of all that entries and *pictures* say; a group is its files' names, and its blob."""
    shown = [(path, row.picture) for path, row in sorted(pictures.items())]
    return key(msgspec.msgpack.encode((list(groups), shown)))


class Index:
    """The index in *cache*, as far as *maker*, the hash of program and settings, is that of its table.

    What the cache lost of a group whose files are the *same* still, *again* gives once more; other groups
    that it lost were never there.
    """

    def __init__(self, cache: Cache, maker: bytes, zone: ZoneInfo) -> None:
        self._cache, self._zone, self._maker = cache, zone, maker
        self.table = self._table(maker)
        self._unpacked: dict[int, Group] = {}
        self.rows = Rows(self)
        self.same: set[int] = set()
        self.again: Callable[[Head], Group] | None = None

    def _table(self, maker: bytes) -> Table:
        data = self._cache.get(INDEX)
        try:
            table = msgspec.msgpack.decode(data, type=Table) if data else NOTHING
        except (msgspec.MsgspecError, ValueError, RecursionError):
            return NOTHING  # of another version of the program
        return table if table.maker == maker else NOTHING

    def group(self, number: int) -> Group | None:
        """Return the group *number*; None if it is lost."""
        if number not in self._unpacked:
            head = self.table.heads[number]
            if data := self._cache.get(head.rows):
                self._unpacked[number] = unpacked(data, self._zone)
            elif number in self.same and self.again:
                self._unpacked[number] = self.again(head)
                self._cache.put(head.rows, packed(self._unpacked[number]))
        return self._unpacked.get(number)

    def save(self, groups: Sequence[Group | int], table: Table) -> set[str]:
        """Put *groups* in the place of this index; *table* lacks heads.

        A number stands for a group of this index, the others were `put` when they were read. Returns the keys
        of all that belongs to them, HTML too: nothing else in the cache is needed any more.
        """
        heads = [
            self.table.heads[group] if isinstance(group, int) else head_of(group, self._name(group))
            for group in groups
        ]
        self._cache.put(INDEX, msgspec.msgpack.encode(replace(table, heads=tuple(heads))))
        return {INDEX, *(head.rows for head in heads), *(head.blob for head in heads)}

    def put(self, group: Group) -> bytes:
        """Keep *group* for an index that is to be saved, by whatever process read it; return it packed."""
        name, data = self._name(group), packed(group)
        if self._cache.get(name) is None:
            self._cache.put(name, data)
        return data

    def _name(self, group: Group) -> str:
        """Return the key of *group*: what its files are, as far as they can be told by their stamps."""
        files = [(row.path, row.digest, row.stamp, row.is_sure) for row in group.rows]
        return key("entries of a group", self._maker, msgspec.msgpack.encode(files))


class Rows(Mapping[str, Kept]):
    """The kept entries of *index* by path, unpacked when they are asked for."""

    def __init__(self, index: Index) -> None:
        self._index = index
        heads = index.table.heads
        self._numbers = {name: number for number, head in enumerate(heads) for name in head.names}

    def __getitem__(self, path: str) -> Kept:
        """Return what is kept of the file at *path*."""
        group = self._index.group(self._numbers[path])
        if group is None:
            raise KeyError(path)
        return next(row for row in group.rows if row.path == path)

    def __iter__(self) -> Iterator[str]:
        """Return the paths."""
        return iter(self._numbers)

    def __len__(self) -> int:
        """Return how many there are."""
        return len(self._numbers)

    def blob(self, path: str) -> str:
        """Return the key of the HTML of the group of *path*."""
        return self._index.table.heads[self._numbers[path]].blob
