"""The files of a build, made one part at a time: first those that somebody looks at, then the rest."""

from collections import OrderedDict

import msgspec

from publisher.model.output import Page
from publisher.parts import SEARCH, Part, Shown
from publisher.preview.stand import Stand

_IN_MEMORY = 24  # parts; the others lie in the cache
Kept = tuple[tuple[tuple[str, bytes], ...], tuple[tuple[str, int], ...]]
"""The pages of a part, and the pictures for mail that they show."""


class Sheets:
    """Finds the files that a build of *stand* would write, by their path below the output folder.

    *memory* holds the pages of the parts asked for last, by key, and goes from one stand to the next.
    """

    def __init__(self, stand: Stand, memory: OrderedDict[str, Kept]) -> None:
        self._stand, self._memory, self._cache = stand, memory, stand.cache
        self._press = stand.press
        self._parts = [*stand.press.parts(), *stand.press.web_pictures()]
        self._stale = {part.key for part in self._parts if not _is_picture(part) and not _is_index(part)}
        self._shown: dict[str, tuple[str, int]] = {}

    def find(self, path: str) -> bytes | None:
        """Return the file at *path*; None if there is none. Raises `ContentError` if it cannot be made."""
        if path.startswith("mail/"):  # each belongs to a digest, which need not have been looked at yet
            digests = (part for part in self._parts if part.name.startswith("digest "))
            while path not in self._shown and (part := next(digests, None)):
                self._files(part)
        if path in self._shown:
            return self._press.pictures.page(*self._shown[path]).content
        fitting = [part for part in self._parts if path.startswith(part.where)]
        for part in sorted(fitting, key=lambda part: (-max(map(len, part.where)), part.weight)):
            content = self._files(part).get(path)
            if content is not None:
                return content
        return None

    @property
    def waiting(self) -> int:
        """Return how many parts nobody has made yet."""
        return len(self._stale)

    def make_next(self) -> bool:
        """Make one of the parts that wait, the newest months first; tell whether there was any."""
        part = next((part for part in self._parts if part.key in self._stale), None)
        if part is None:
            return False
        self._stale.discard(part.key)  # also if it fails: who looks at it is told
        self._files(part)
        return True

    def keys(self) -> set[str]:
        """Return what the parts are kept under in the cache."""
        return {part.key for part in self._parts}

    def _files(self, part: Part) -> dict[str, bytes]:
        if _is_picture(part):
            return {page.path: page.content for page in part.make(set())}
        self._stale.discard(part.key)
        known = self._memory.get(part.key) or self._kept(part)
        pages, shown = made = known or self._made(part)
        for picture in shown:
            self._shown[self._press.pictures(*picture).address] = picture
        if known or self._stand.is_current():
            if not known:
                self._cache.put(part.key, msgspec.msgpack.encode(made))
            self._memory[part.key] = made
            self._memory.move_to_end(part.key)
            while len(self._memory) > _IN_MEMORY:
                self._memory.popitem(last=False)
        return dict(pages)

    def _kept(self, part: Part) -> Kept | None:
        data = self._cache.get(part.key)
        try:
            return None if data is None else msgspec.msgpack.decode(data, type=Kept)
        except msgspec.MsgspecError:
            return None

    def _made(self, part: Part) -> Kept:
        shown: Shown = set()
        pages: list[Page] = list(part.make(shown))
        return tuple((page.path, page.content) for page in pages), tuple(sorted(shown))


def _is_picture(part: Part) -> bool:
    """Tell whether *part* is a picture, which has a cache of its own; to keep it again saves nothing."""
    return part.name.startswith("media ")


def _is_index(part: Part) -> bool:
    """Tell whether *part* is a search index, which any edit makes stale: it waits until somebody searches."""
    return part.name.startswith(SEARCH)
