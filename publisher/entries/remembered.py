"""An entry that was read earlier, and has not changed since."""

from collections.abc import Callable

from publisher.entries.frontmatter import Fields
from publisher.entries.markdown import Reference
from publisher.entries.parser import Parsed
from publisher.entries.source import Mark, Source
from publisher.model.entry import Entry


class Remembered:
    """What `Parsed` said of a sound file; only when a problem asks for a place, it is parsed *again*."""

    __slots__ = ("_again", "_parsed", "by_name", "entry", "has_id", "path")

    def __init__(
        self, path: str, entry: Entry | None, *, by_name: bool, has_id: bool, again: Callable[[str], Parsed]
    ) -> None:
        self.path, self.entry, self.by_name, self.has_id = path, entry, by_name, has_id
        self._again = again
        self._parsed: Parsed | None = None

    @property
    def parsed(self) -> Parsed:
        """Return all that the file says, with its places."""
        if self._parsed is None:
            self._parsed = self._again(self.path)
        return self._parsed

    @property
    def source(self) -> Source:
        """Return the lines of the file."""
        return self.parsed.source

    @property
    def fields(self) -> Fields:
        """Return the front matter."""
        return self.parsed.fields

    @property
    def references(self) -> list[Reference]:
        """Return the relative addresses of the body, with their places."""
        return self.parsed.references

    def is_sound(self, mark: Mark) -> bool:
        """Tell whether no error was found at *mark*."""
        return self.parsed.is_sound(mark)
