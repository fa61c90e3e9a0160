"""Groups of files as a build took them: from the shelf, where they did not change, or from their files."""

from collections.abc import Callable, Iterator, Mapping

from msgspec import Struct, field
from msgspec.structs import replace

from publisher.entries.kept import Group, Kept
from publisher.errors import Problem
from publisher.model.entry import Entry


def facts(row: Kept) -> tuple[Entry, bool, bool]:
    """Return what crosschecks look at: all but words."""
    entry = replace(row.entry, title="", kicker=None, summary="", summary_html="", links=(), link=None)
    return entry, row.by_name, row.has_id


def others_see(row: Kept) -> tuple[Entry, bool, bool]:
    """Return what other pages than its own, and than lists that it stands in, may tell of an entry."""
    entry = replace(row.entry, kicker=None, summary="", summary_html="", links=(), link=None)
    return entry, row.by_name, row.has_id


class Taken(Struct):
    """A group as it was taken: a number if it is the shelf's, else as it was read; what is broken; HTML."""

    group: Group | int
    broken: dict[str, list[Problem]] = field(default_factory=dict)
    pieces: list[bytes] = field(default_factory=list)


class Hashes(Mapping[str, bytes]):
    """The hashes of files by path: *beside* of those that are no entries, of the others *row* tells."""

    def __init__(self, beside: Mapping[str, bytes], row: Callable[[str], Kept | None]) -> None:
        self._beside, self._row = beside, row

    def __getitem__(self, path: str) -> bytes:
        """Return the hash of the file at *path*."""
        row = self._row(path)
        return row.digest if row else self._beside[path]

    def __iter__(self) -> Iterator[str]:
        """Return those that are no entries: nobody asks which others there are."""
        return iter(self._beside)

    def __len__(self) -> int:
        """Return the number of these."""
        return len(self._beside)
