"""What changed in a digest since it was last built: entries that came, went or changed, and words. Pure."""

import difflib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

from publisher.preflight.document import Document, Element, parse

_AROUND = 2  # lines shown before and after a change
_SPACES = re.compile(r"\s+")
_TAGS = re.compile(r"<[^>]*>")


class Line(NamedTuple):
    """A line of the text part: *sign* is + for a new one, - for one that is gone, … for those left out."""

    sign: str
    text: str


@dataclass(frozen=True, slots=True)
class Difference:
    """Titles of entries that were added, removed or changed, and the changed *lines* of the text."""

    added: tuple[str, ...]
    removed: tuple[str, ...]
    changed: tuple[str, ...]
    lines: tuple[Line, ...]

    def __bool__(self) -> bool:
        """Tell whether anything changed."""
        return bool(self.added or self.removed or self.changed or self.lines)


def difference(old_html: str, new_html: str, old_text: str, new_text: str) -> Difference:
    """Return what changed between two web versions of a digest, and between their texts."""
    old, new = _entries(old_html), _entries(new_html)
    return Difference(
        added=tuple(new[where][0] for where in new if where not in old),
        removed=tuple(old[where][0] for where in old if where not in new),
        changed=tuple(new[where][0] for where in new if where in old and old[where] != new[where]),
        lines=tuple(_lines(old_text.splitlines(), new_text.splitlines())),
    )


def _entries(source: str) -> dict[str, tuple[str, str]]:
    """Return title and words of each entry by the address that its heading leads to."""
    document = parse(source)
    headings = [(item, _target(document, item)) for item in document.all("h2", "h3")]
    places = [item.start for item, _ in headings] + [len(source)]
    return {
        target: (document.name(item), _words(source[item.start : places[number + 1]]))
        for number, (item, target) in enumerate(headings)
        if target
    }


def _target(document: Document, heading: Element) -> str:
    links = (link for link in document.all("a") if heading in link.within() and "href" in link.attributes)
    return next((link.attributes["href"] for link in links), "")


def _words(source: str) -> str:
    return _SPACES.sub(" ", _TAGS.sub(" ", source)).strip()


def _lines(old: list[str], new: list[str]) -> Iterator[Line]:
    if old == new:
        return
    for number, group in enumerate(
        difflib.SequenceMatcher(None, old, new, autojunk=False).get_grouped_opcodes(_AROUND)
    ):
        if number:
            yield Line("…", "")
        for tag, old_start, old_end, new_start, new_end in group:
            if tag == "equal":
                yield from (Line("", text) for text in old[old_start:old_end])
            else:
                yield from (Line("-", text) for text in old[old_start:old_end])
                yield from (Line("+", text) for text in new[new_start:new_end])
