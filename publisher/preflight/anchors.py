"""The links of a mail and the rules on them: words, targets, and that the text part has them too."""

import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from urllib.parse import unquote, urlsplit

from publisher.errors import Severity
from publisher.model import address
from publisher.model.output import Digest
from publisher.preflight.document import Document, Element, parse
from publisher.preflight.finding import Finding
from publisher.preflight.mail import FRAME, Mail, packaged, short

_EDGES = re.compile(r"^[\W_]+|[\W_]+$")
_BARE = re.compile(r"(?:https?://|www\.)\S+", re.IGNORECASE)
_IN_TEXT = re.compile(r"(?:https?://|mailto:)[^\s<>\"]+")
_AFTER = ".,;:!?)]}'\"»”’…،؛؟"


@dataclass(frozen=True, slots=True)
class Link:
    """A link of the HTML: its words, its target, and whether the text part has it.

    *duplicate* is true if another link with the same words leads elsewhere.
    """

    text: str
    target: str
    in_text: bool
    duplicate: bool


@dataclass(frozen=True, slots=True)
class _Found:
    element: Element
    name: str
    target: str


def links(digest: Digest) -> tuple[Link, ...]:
    """Return the links of *digest*'s HTML in reading order."""
    found = _found(parse(digest.html))
    double = {name for name, targets in _targets(found).items() if len(targets) > 1}
    said = _said(digest.text)
    return tuple(
        Link(link.name, link.target, _is_said(link.target, said, digest.text), link.name.casefold() in double)
        for link in found
    )


def _found(document: Document) -> list[_Found]:
    return [
        _Found(element, document.name(element), element.attributes["href"].strip())
        for element in document.all("a", "area")
        if "href" in element.attributes
    ]


def _targets(found: list[_Found]) -> dict[str, set[str]]:
    targets: dict[str, set[str]] = {}
    for link in found:
        if link.name:
            targets.setdefault(link.name.casefold(), set()).add(link.target)
    return targets


@cache
def _generic() -> frozenset[str]:
    return frozenset(
        words for group in tomllib.loads(packaged("generic_links.toml")).values() for words in group
    )


def _is_generic(name: str) -> bool:
    bare = _EDGES.sub("", name.casefold().replace("’", "'"))
    return bare in _generic() or not bare or _BARE.fullmatch(name) is not None


def check_link_words(mail: Mail) -> Iterator[Finding]:
    """Find links whose words do not say where they lead when read alone, as screen readers list them."""
    found = _found(mail.document)
    told: set[str] = set()
    first: dict[str, str] = {}
    for link in found:
        name, start = link.name, link.element.start
        if not name:
            message = f"the link to {short(link.target)} has no words"
            hint = "give it words, or its picture an alt"
            yield mail.finding("empty-link-text", Severity.ERROR, message, hint, start, link.target)
        elif _is_generic(name):
            message = f"the words of a link say nothing when read alone: {short(name)!r}"
            hint = "name what is behind it: link the title, or the name of the report"
            yield mail.finding("generic-link", Severity.WARNING, message, hint, start, name)
        elif first.setdefault(name.casefold(), link.target) != link.target and name.casefold() not in told:
            told.add(name.casefold())
            message = f"links with the same words, {short(name)!r}, lead to different places"
            hint = "let the words, or an aria-label, tell them apart"
            yield mail.finding("same-link-text", Severity.WARNING, message, hint, start, name)


def check_addresses(mail: Mail) -> Iterator[Finding]:
    """Find addresses that are not whole, and links within the mail that lead nowhere."""
    names = {element.attributes["name"] for element in mail.document.all("a") if "name" in element.attributes}
    for element in mail.document.elements:
        for attribute in ("href", "src", "background"):
            if attribute not in element.attributes:
                continue
            target = element.attributes[attribute].strip()
            if target.startswith("#") and element.tag == "a":
                if unquote(target[1:]) not in names and target[1:] not in names:
                    message = f"the link {short(target)} has no place in the mail"
                    hint = f'write <a name="{target[1:]}"></a> there; Gmail and Outlook do not go by id'
                    yield mail.finding("missing-anchor", Severity.ERROR, message, hint, element.start, target)
            elif not _is_whole(target, attribute):
                message = f"the {attribute} {short(target)!r} is no whole address"
                hint = "a mail has no folder: addresses start with https://, http:// or mailto:"
                yield mail.finding("mail-address", Severity.ERROR, message, hint, element.start, target)


def _is_whole(target: str, attribute: str) -> bool:
    try:
        parts = urlsplit(target)
    except ValueError:
        return False
    if parts.scheme == "mailto":
        return attribute == "href" and "@" in parts.path
    if parts.scheme == "tel":
        return attribute == "href" and bool(parts.path)
    return parts.scheme in {"http", "https"} and bool(parts.netloc)


def check_unsubscribe(mail: Mail) -> Iterator[Finding]:
    """Look for the way out."""
    way = address.absolute(address.unsubscribe(), mail.settings)
    if all(link.target != way for link in _found(mail.document)):
        message = "the mail has no link to unsubscribe"
        hint = f"let templates/email link to {way}; sending puts each reader's own token there"
        yield mail.finding("missing-unsubscribe", Severity.ERROR, message, hint, template=FRAME)


def check_text_part(mail: Mail) -> Iterator[Finding]:
    """Find links that stand in one part of the mail only."""
    yield from _missing_in_text(mail)
    yield from _missing_in_html(mail)


def _missing_in_text(mail: Mail) -> Iterator[Finding]:
    text = mail.digest.text
    said = _said(text)
    told: set[str] = set()
    for link in _found(mail.document):
        is_whole = _is_whole(link.target, "href")  # else another rule tells it
        if is_whole and link.target not in told and not _is_said(link.target, said, text):
            told.add(link.target)
            message = f"the text part does not have the link {short(link.target, 100)} ({short(link.name)!r})"
            hint = "write it into templates/email/digest.txt, where the same item stands"
            start = link.element.start
            yield mail.finding("link-not-in-text", Severity.WARNING, message, hint, start, link.target)


def _missing_in_html(mail: Mail) -> Iterator[Finding]:
    known = {unquote(link.target) for link in _found(mail.document)}
    known.add(address.absolute(address.unsubscribe(), mail.settings))  # has a rule of its own
    shown = " ".join(node.words for node in mail.document.read_texts())
    for target in dict.fromkeys(_IN_TEXT.findall(mail.digest.text)):
        readings = _readings(target)
        if not known & readings and not any(reading in shown for reading in readings):
            message = f"the text part has a link that the HTML has not: {short(target, 100)}"
            hint = "the two parts say the same; write it into templates/email/digest.html too"
            yield mail.finding("link-not-in-html", Severity.WARNING, message, hint)


def _readings(target: str) -> set[str]:
    """Return what an address in running text may be: as it stands, and without the stops behind it."""
    bare = unquote(target)
    return {bare, bare.rstrip(_AFTER)}


def _said(text: str) -> set[str]:
    return {reading for target in _IN_TEXT.findall(text) for reading in _readings(target)}


def _is_said(target: str, said: set[str], text: str) -> bool:
    """Tell whether the text part has *target*; places within the mail and other schemes need not be there."""
    if target.startswith("mailto:"):
        return unquote(target.removeprefix("mailto:").split("?")[0]) in text
    return not target.startswith(("http:", "https:")) or unquote(target) in said
