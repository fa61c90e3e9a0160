"""What the preview tells of a mail beside its look: inbox line, weights, reading order, headers. Pure."""

from collections.abc import Iterator
from dataclasses import dataclass
from email import message_from_bytes
from email.policy import default
from itertools import groupby
from typing import NamedTuple

from publisher.model.output import Digest
from publisher.preflight import measure
from publisher.preflight.document import Document, Element, Text, parse
from publisher.preview.proofs import Proof

CLIPPED = 102_400
"""Bytes of HTML above which Gmail cuts a mail."""
PHONE, DESKTOP = 50, 100  # characters of subject and preheader that inboxes show
_HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6")
_WANTED = ("From", "Subject", "Date", "Message-ID", "List-Id", "List-Unsubscribe", "List-Unsubscribe-Post")


@dataclass(frozen=True, slots=True)
class InboxLine:
    """How a mail shows in a list: the sender, and subject and preheader as far as there is room for them."""

    sender: str
    subject: str
    preheader: str


class Weight(NamedTuple):
    """What weighs *size* bytes, which is *share* of the whole, in percent."""

    name: str
    size: int
    share: float


@dataclass(frozen=True, slots=True)
class Weights:
    """Bytes of a mail: of its HTML, against where Gmail cuts; of its styles, text and whole message."""

    html: int
    styles: int
    text: int
    message: int
    target: int
    limit: int
    by_entry: tuple[Weight, ...]
    frame: int
    cut: str
    """What stands where Gmail would cut, "" if the mail is short enough."""


class Said(NamedTuple):
    """What a screen reader says next: *kind* is text, link, picture or the level of a heading."""

    kind: str
    words: str


class Header(NamedTuple):
    """A header of the mail; *is_missing* if one that should be there is not."""

    name: str
    value: str
    is_missing: bool = False


def inbox_line(digest: Digest, sender: str, room: int) -> InboxLine:
    """Return how the mail shows where *room* characters are left for subject and preheader."""
    subject = _cut(digest.subject, room)
    left = room - len(digest.subject) - 3
    return InboxLine(sender, subject, _cut(digest.preheader, left) if left > 0 else "")


def _cut(text: str, length: int) -> str:
    return text if len(text) <= length else text[: length - 1].rstrip() + "…"


def weights(proof: Proof) -> Weights:
    """Return what the mail weighs, and which entry how much of it."""
    digest, meter = proof.digest, measure(proof.digest)
    whole = meter.html_bytes
    of_entries = sum(size for _, size in meter.by_entry)
    cut = digest.html.encode()[CLIPPED : CLIPPED + 400].decode(errors="ignore") if whole > CLIPPED else ""
    return Weights(
        html=whole,
        styles=meter.kept_style_bytes,
        text=len(digest.text.encode()),
        message=len(proof.message),
        target=meter.target,
        limit=meter.limit,
        by_entry=tuple(Weight(path, size, 100 * size / whole) for path, size in meter.by_entry),
        frame=whole - of_entries,
        cut=cut,
    )


def reading_order(digest: Digest) -> tuple[Said, ...]:
    """Return what a screen reader says of the HTML, in its order."""
    document = parse(digest.html)
    pieces = [(key, words) for key, words in _pieces(document) if any(map(str.isalnum, words))]
    grouped = groupby(pieces, key=lambda piece: piece[0])
    return tuple(
        Said(kind, " ".join("".join(words for _, words in group).split())) for (kind, _), group in grouped
    )


def _pieces(document: Document) -> Iterator[tuple[tuple[str, int], str]]:
    read = {id(text) for text in document.read_texts()}
    for node in document.nodes:
        if isinstance(node, Text):
            if id(node) in read and node.parent is not None and not _is_silent(node.parent):
                yield _speaker(node.parent), node.words
        elif node.tag == "img" and not _is_silent(node):
            yield ("picture", node.start), node.attributes.get("alt", "")


def _is_silent(element: Element) -> bool:
    return any(outer.attributes.get("aria-hidden") == "true" for outer in element.within())


def _speaker(element: Element) -> tuple[str, int]:
    """Return how the text of *element* is spoken, and where what it belongs to starts."""
    for outer in element.within():
        if outer.tag in _HEADINGS:
            return f"heading {outer.tag[1]}", outer.start
        if outer.tag == "a":
            heading = next((above for above in outer.within() if above.tag in _HEADINGS), None)
            return (f"heading {heading.tag[1]}", heading.start) if heading else ("link", outer.start)
    block = next((outer for outer in element.within() if outer.tag in {"p", "td", "li", "div"}), element)
    return "text", block.start


def headers(message: bytes) -> tuple[Header, ...]:
    """Return the headers of a mail, and those that are missing."""
    read = message_from_bytes(message, policy=default)
    found = tuple(Header(name, str(value)) for name, value in read.items())
    missing = (Header(name, "", is_missing=True) for name in _WANTED if name not in read)
    return (*found, *missing)
