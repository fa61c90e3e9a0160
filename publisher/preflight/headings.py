"""The headings of a mail, in reading order, and the rules on them."""

from collections.abc import Iterator
from dataclasses import dataclass

from publisher.errors import Severity
from publisher.model.output import Digest
from publisher.preflight.document import Document, Element, parse
from publisher.preflight.finding import Finding
from publisher.preflight.mail import FRAME, Mail, short

_HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6")


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading: its level from 1 to 6, and its words."""

    level: int
    text: str


def outline(digest: Digest) -> tuple[Heading, ...]:
    """Return the headings of *digest*'s HTML in reading order."""
    document = parse(digest.html)
    return tuple(Heading(_level(item), document.name(item)) for item in document.all(*_HEADINGS))


def _level(element: Element) -> int:
    return int(element.tag[1])


def check_headings(mail: Mail) -> Iterator[Finding]:
    """Look for one first heading, levels left out, and empty headings."""
    found = mail.document.all(*_HEADINGS)
    first = [item for item in found if item.tag == "h1"]
    if len(first) != 1:
        message = f"the mail has {len(first)} headings of the first level"
        hint = "write one <h1>: the month"
        yield mail.finding("one-first-heading", Severity.WARNING, message, hint, template=FRAME)
    level = 0 if first else 1  # without a first heading, the next level is no leap
    for item in found:
        name = mail.document.name(item)
        if not name and not _has_link(mail.document, item):  # an empty link is a fault of its own
            message = f"a heading <{item.tag}> is empty"
            hint = "give it words, or leave it out"
            yield mail.finding("empty-heading", Severity.WARNING, message, hint, item.start)
        if _level(item) > level + 1:
            message = f"the heading {short(name)!r} is an <{item.tag}> below an <h{level}>"
            if level == 0:
                message = f"the heading {short(name)!r}, an <{item.tag}>, stands before the <h1>"
            hint = f"make it an <h{level + 1}>: who listens goes from level to level"
            yield mail.finding("skipped-heading", Severity.WARNING, message, hint, item.start, name)
        level = _level(item)


def _has_link(document: Document, item: Element) -> bool:
    return any(isinstance(node, Element) and node.tag == "a" for node in document.inside(item))
