"""The newsletter's logo: a file of the templates, as tall as the pages show it and as wide as it comes."""

import re
from functools import lru_cache

from msgspec import Struct

from publisher.errors import ContentError, Place, Problem
from publisher.mediatypes import type_of
from publisher.model import address
from publisher.model.output import Page
from publisher.model.settings import Look
from publisher.render.templating import Templates

_HEIGHT = 48  # pixels on a page
_WIDEST = 8  # times its height
_HEAVIEST = 500_000  # bytes: every page waits for it
_NUMBER = r"\+?(?:\d{1,9}(?:\.\d*)?|\.\d+)"
_BOX = re.compile(r"\s*[-0-9.]+[\s,]+[-0-9.]+[\s,]+(_)[\s,]+(_)\s*".replace("_", _NUMBER))
_SVG = "http://www.w3.org/2000/svg svg"


class Logo(Struct, frozen=True):
    """Where a logo stands on the site, the one for dark pages (else ""), and its size on a page in pixels.

    *own* is the size that the file itself has, *length* its bytes.
    """

    address: str
    dark: str
    width: int
    own: tuple[int, int]
    length: int
    height: int = _HEIGHT

    @property
    def type(self) -> str:
        """Return its media type."""
        return type_of(self.address)


def logo_of(look: Look, templates: Templates) -> Logo | None:
    """Return the logo of pages that *look* names, None if it names none.

    Raises `ContentError` with a problem for each file that is missing or is no picture, also those of mails.
    """
    problems = [problem for name, file in _named(look) for problem in _faults(name, file, templates)]
    if problems:
        raise ContentError(problems, 0, exit_code=2)
    return _logo(look.logo, look.logo_dark, templates)


def mail_logo(look: Look, templates: Templates) -> Logo | None:
    """Return the logo of mails: the one for them, else that of pages if all mail readers show such files.

    Raises `ContentError` like `logo_of`.
    """
    logo_of(look, templates)  # tells what is wrong with any of them
    return _logo(*look.logos_of_mails, templates)


def logo_pages(look: Look, templates: Templates) -> list[Page]:
    """Return the files of the logos."""
    names = sorted({name for _, name in _named(look)})
    return [Page(address.look(name), templates.data(name)) for name in names]


def _named(look: Look) -> list[tuple[str, str]]:
    """Return each setting that names a file, with that file."""
    names = ("logo", "logo_dark", "mail_logo", "mail_logo_dark")
    return [(name, file) for name in names if (file := getattr(look, name))]


def _logo(file: str | None, dark: str | None, templates: Templates) -> Logo | None:
    if not file:
        return None
    data = templates.data(file)
    width, height = _size(file, data) or (1, 1)
    shown = max(1, round(_HEIGHT * min(width / height, _WIDEST)))
    darker = address.look(dark) if dark else ""
    return Logo(address.look(file), darker, shown, (round(width), round(height)), len(data))


def _faults(setting: str, name: str, templates: Templates) -> list[Problem]:
    """Return what is wrong with the file *name*, which *setting* names."""
    place = Place(f"look.{setting} in the settings")
    if not templates.has(name):
        hint = "put the file there, or mend the setting; publisher templates lists what is there"
        return [Problem("missing-logo", place, f"templates/{name} is not there", hint)]
    data = templates.data(name)
    is_of_mails = setting.startswith("mail")
    if len(data) > _HEAVIEST:
        where = "mail" if is_of_mails else "page"
        message = f"templates/{name} has {len(data) // 1000} kB, and every {where} shows it"
        hint = f"export it smaller: at most {_HEAVIEST // 1000} kB"
        return [Problem("invalid-logo", place, message, hint)]
    if _size(name, data) is None:
        hint = "export it as PNG" if is_of_mails else "export it as SVG with a viewBox, or as PNG"
        message = f"templates/{name} is no picture of the sort that its name says, or a damaged one"
        return [Problem("invalid-logo", place, message, hint)]
    return []


@lru_cache(maxsize=4)  # each language's pages ask, and a logo is read to its end
def _size(name: str, data: bytes) -> tuple[float, float] | None:
    """Return width and height of a picture; None if it is none, not what its name says, or ends too early.

    Servers and mails tell the format by the name, and a mail reader believes it.
    """
    if name.lower().endswith(".svg"):
        return _size_of_drawing(data)
    from publisher import pixels  # Pillow takes long to load, and most logos are drawings

    return pixels.size(data, type_of(name).removeprefix("image/").upper())


def _size_of_drawing(data: bytes) -> tuple[float, float] | None:
    """Return width and height in the viewBox of an SVG; None if browsers would not show it."""
    from xml.parsers import expat  # which newsletters without a drawing do not need

    found: list[tuple[str, dict[str, str]]] = []

    def begun(name: str, attributes: dict[str, str]) -> None:
        if not found:  # the outermost one
            found.append((name, attributes))

    parser = expat.ParserCreate(namespace_separator=" ")  # it fetches nothing
    parser.StartElementHandler = begun
    try:
        parser.Parse(data, True)  # noqa: FBT003 - positional in expat
    except (expat.ExpatError, ValueError, LookupError):
        return None
    name, attributes = found[0]
    box = _BOX.fullmatch(attributes.get("viewBox", "")) if name == _SVG else None
    width, height = (float(box[1]), float(box[2])) if box else (0.0, 0.0)
    return (width, height) if width > 0 and height > 0 else None
