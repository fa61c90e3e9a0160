"""Parts that are the same on many pages, such as the header: rendered once, not once a page."""

from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

from publisher.model import address
from publisher.render.templating import Templates

Ways = Callable[[str], str]
"""Turns an address into the way there from one page."""


class _Rendered(NamedTuple):
    """What came out, and the folders that hold what the template asked the way to."""

    text: str
    folders: frozenset[str]


class Partials:
    """The partials of one language; *context* gives what they know, for the ways from one page.

    They know nothing of the page that shows them but where it stands. Pages in one folder go the same ways
    up and down again, but for the ways to the page itself and to what lies below it.
    """

    def __init__(self, templates: Templates, context: Callable[[Ways], dict[str, Any]]) -> None:
        self._templates, self._context = templates, context
        self._rendered: dict[tuple[str, str], _Rendered] = {}

    def render(self, name: str, here: str) -> str:
        """Return the template *name* filled for the page at *here*, without the line end of its last line."""
        key = name, here[:-1].rpartition("/")[0]
        known = self._rendered.get(key)
        if known is None or here in known.folders:
            known = self._fresh(name, here)
            if here not in known.folders:
                self._rendered[key] = known
        return known.text

    def _fresh(self, name: str, here: str) -> _Rendered:
        targets: dict[str, None] = {}

        def to(target: str) -> str:
            targets[target] = None
            return address.relative(target, here)

        text = self._templates.render(name, self._context(to)).removesuffix("\n")
        return _Rendered(text, frozenset(folder for target in targets for folder in _folders(target)))


def _folders(target: str) -> Iterator[str]:
    """Yield the folders that *target* lies in, and itself if it is one; "" is the top of the site."""
    yield ""
    end = target.find("/") + 1
    while end:
        yield target[:end]
        end = target.find("/", end) + 1
