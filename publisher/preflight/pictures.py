"""Rules on pictures: what is said for those who do not see them, how wide and how heavy they are."""

import re
from collections.abc import Iterator

from publisher.errors import Severity
from publisher.preflight.document import Element
from publisher.preflight.finding import Finding
from publisher.preflight.mail import Mail, short

HEAVY = 200_000
"""Bytes of a picture that take too long on a phone."""
LONG_ALT = 250
"""Characters that a screen reader speaks in one go, without a way to stop and go on."""
_FILE_NAME = re.compile(
    r"\S+\.(?:avif|bmp|gif|heic|jpe?g|png|svg|tiff?|webp)|(?:dsc|img|image|photo|screenshot)[ _-]*\d+",
    re.IGNORECASE,
)


def check_pictures(mail: Mail) -> Iterator[Finding]:
    """Find pictures without a good text, or without a width in pixels."""
    for picture in mail.document.all("img"):
        yield from _alternative(mail, picture)
        yield from _width(mail, picture)


def _source(picture: Element) -> str:
    return picture.attributes.get("src", "").rsplit("/", 1)[-1]


def _alternative(mail: Mail, picture: Element) -> Iterator[Finding]:
    start, alt = picture.start, picture.attributes.get("alt")
    if alt is None:
        message = f"the picture {_source(picture)} has no alt"
        hint = "say what the picture shows; if it only decorates, write an empty alt"
        yield mail.finding("missing-alt", Severity.ERROR, message, hint, start, _source(picture))
    elif _FILE_NAME.fullmatch(alt.strip()):
        message = f"the alt of a picture is the name of a file: {short(alt)!r}"
        hint = "say what the picture shows, in a short sentence"
        yield mail.finding("file-name-alt", Severity.WARNING, message, hint, start, alt)
    elif len(alt) > LONG_ALT:
        message = f"the alt of a picture has {len(alt)} characters: {short(alt)!r}"
        hint = f"say it in at most {LONG_ALT}; the rest belongs in the text or the caption"
        yield mail.finding("long-alt", Severity.WARNING, message, hint, start, alt)


def _width(mail: Mail, picture: Element) -> Iterator[Finding]:
    width = picture.attributes.get("width", "")
    if not width.isdecimal():
        said = f"width={width!r}" if width else "no width"
        message = f"the picture {_source(picture)} has {said}, so that Outlook shows it as large as its file"
        hint = 'give the attribute in pixels: width="584"'
        start, needle = picture.start, picture.attributes.get("alt") or _source(picture)
        yield mail.finding("picture-width", Severity.WARNING, message, hint, start, needle)


def check_heavy_pictures(mail: Mail) -> Iterator[Finding]:
    """Find pictures that are heavier than a phone loads while somebody waits."""
    shown = {picture.attributes.get("src", ""): picture for picture in reversed(mail.document.all("img"))}
    for address, size in sorted(mail.digest.pictures.items()):
        if size > HEAVY:
            picture = shown.get(address)
            name = address.rsplit("/", 1)[-1]
            message = f"the picture {name} has {size // 1000} kB"
            hint = f"a picture of a mail has at most {HEAVY // 1000} kB: take a smaller one, or a JPEG"
            start, needle = (picture.start, picture.attributes.get("alt") or name) if picture else (-1, "")
            yield mail.finding("heavy-picture", Severity.WARNING, message, hint, start, needle)
