"""What a front matter says: its values, and where each of them stands."""

from collections.abc import Callable
from functools import cached_property
from typing import Any

from msgspec import Struct, field

from publisher.entries.source import Mark

SIZE_LIMIT = 64 * 1024
NULLS = frozenset({"", "~", "null", "Null", "NULL"})

Path = tuple[str | int, ...]


class Places(Struct):
    """Line and column of each value and of each key, by path; bare pairs, since hardly any is asked for."""

    marks: dict[Path, tuple[int, int]] = field(default_factory=dict)
    keys: dict[Path, tuple[int, int]] = field(default_factory=dict)


class Fields(Struct, dict=True, eq=False):
    """The values of a front matter by name. *text* is the front matter as it is written.

    *locate* gives the places of values and keys when one is asked for: a file without problems is
    asked for none.
    """

    values: dict[str, Any] = field(default_factory=dict)
    text: str = ""
    locate: Callable[[], Places] = Places

    def __eq__(self, other: object) -> bool:
        """Tell whether *other* are the same words; nobody need ask where they stand."""
        return isinstance(other, Fields) and (self.values, self.text) == (other.values, other.text)

    __hash__ = None  # type: ignore[assignment]

    @cached_property
    def places(self) -> Places:
        """Return the places of values and keys."""
        return self.locate()

    @property
    def marks(self) -> dict[Path, tuple[int, int]]:
        """Return line and column of each value."""
        return self.places.marks

    @property
    def keys(self) -> dict[Path, tuple[int, int]]:
        """Return line and column of each key."""
        return self.places.keys

    def mark(self, path: Path) -> Mark:
        """Return where the value at *path* stands, else its nearest owner, else the first line."""
        while path:
            if mark := self.own_mark(path):
                return mark
            path = path[:-1]
        return Mark(1, 1)

    def own_mark(self, path: Path) -> Mark | None:
        """Return where the value at *path* stands; None if it is not written."""
        at = self.marks.get(path)
        return Mark(*at) if at else None

    def key_mark(self, path: Path) -> Mark | None:
        """Return where the key at *path* stands; None if it is not written."""
        at = self.keys.get(path)
        return Mark(*at) if at else None
