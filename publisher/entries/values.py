"""What a front matter says: its values, and where each of them stands."""

from dataclasses import dataclass, field
from typing import Any

from publisher.entries.source import Mark

SIZE_LIMIT = 64 * 1024
NULLS = frozenset({"", "~", "null", "Null", "NULL"})

Path = tuple[str | int, ...]


@dataclass(slots=True)
class Fields:
    """The values of a front matter by name, and line and column of each value and each key.

    Places are bare pairs, since a file without problems is asked for none of them. *text* is the front
    matter as it is written.
    """

    values: dict[str, Any] = field(default_factory=dict)
    marks: dict[Path, tuple[int, int]] = field(default_factory=dict)
    keys: dict[Path, tuple[int, int]] = field(default_factory=dict)
    text: str = ""

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
