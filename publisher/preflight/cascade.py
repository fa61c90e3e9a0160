"""The colours that each element has, in light and in dark: a small cascade, for what mails may say.

Selectors are elements, classes, ids, `*` and `:root`, alone, joined, listed, as descendants or children;
rules with others are passed over, and so are media queries on anything but the colour scheme.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import lru_cache

from publisher.colours import Colour, background, colour
from publisher.preflight.document import Document, Element
from publisher.preflight.stylesheet import Declaration, Sheet, declarations

_WHITE, _BLACK = Colour(255, 255, 255), Colour(0, 0, 0)
_LINK = Colour(0, 0, 238)
_SIZES = {"h1": 2.0, "h2": 1.5, "h3": 1.17, "h4": 1.0, "h5": 0.83, "h6": 0.67, "small": 0.83}
_BOLD = frozenset({"b", "h1", "h2", "h3", "h4", "h5", "h6", "strong", "th"})
_HEAVY = 700
_NAMES = frozenset({"color", "background", "background-color", "font-size", "font-weight", "display"})
_COMPOUND = re.compile(r"(\*|[a-z][a-z0-9]*)?((?:[.#][\w-]+)*)", re.IGNORECASE)
_DARK = re.compile(r"prefers-color-scheme\s*:\s*dark", re.IGNORECASE)
_LENGTH = re.compile(r"([\d.]+)(px|pt|em|rem|%)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Look:
    """How an element's text looks: its colour, the ground it stands on, its size in pixels, its weight.

    *weight* is 400 for ordinary and 700 for bold text; *hidden* text is not shown.
    """

    ink: Colour = _BLACK
    ground: Colour = _WHITE
    size: float = 16.0
    weight: int = 400
    hidden: bool = False


@dataclass(frozen=True, slots=True)
class _Part:
    """One compound of a selector, such as `td.pad`; *child* if it lies directly in the one before it."""

    tag: str
    classes: frozenset[str]
    name: str
    child: bool

    def fits(self, element: Element) -> bool:
        if self.tag not in {"", "*", element.tag}:
            return False
        if self.name and element.attributes.get("id") != self.name:
            return False
        return not self.classes or self.classes <= _classes(element.attributes.get("class", ""))


@dataclass(frozen=True, slots=True)
class _Style:
    """One selector's declarations; *rank* is its specificity and its place in the sheet."""

    parts: tuple[_Part, ...]
    declarations: tuple[Declaration, ...]
    rank: tuple[int, int, int, int]

    def fits(self, element: Element) -> bool:
        if not self.parts[-1].fits(element):
            return False
        here, child = element.parent, self.parts[-1].child
        for part in reversed(self.parts[:-1]):
            while here is not None and not part.fits(here):
                here = None if child else here.parent
            if here is None:
                return False
            here, child = here.parent, part.child
        return True


@lru_cache(maxsize=1024)
def _classes(text: str) -> frozenset[str]:
    return frozenset(text.split())


def looks(document: Document, sheet: Sheet, *, dark: bool) -> dict[int, Look]:
    """Return the look of each element by its order, with the sheet's rules for *dark* or for light."""
    styles = sorted(_styles(sheet, dark=dark), key=lambda style: style.rank)
    found: dict[int, Look] = {}
    for element in document.elements:
        outer = found[element.parent.order] if element.parent else Look()
        fitting = [style for style in styles if style.fits(element)]
        found[element.order] = _look(element, outer, _values(element, fitting))
    return found


def _styles(sheet: Sheet, *, dark: bool) -> Iterator[_Style]:
    for place, rule in enumerate(sheet.rules):
        if not all(_applies(prelude, dark=dark) for prelude in rule.around):
            continue
        told = tuple(item for item in rule.declarations if item.name in _NAMES)
        for selector in rule.selectors if told else ():
            parts = _parts(selector)
            if parts:
                names = sum(bool(part.name) for part in parts)
                classes = sum(len(part.classes) for part in parts)
                tags = sum(part.tag not in {"", "*"} for part in parts)
                yield _Style(parts, told, (names, classes, tags, place))


def _applies(prelude: str, *, dark: bool) -> bool:
    """Tell whether what stands in the at-rule *prelude* holds; of media queries, only the scheme is known."""
    if not prelude.lower().startswith("@media"):
        return False
    if _DARK.search(prelude):
        return dark
    if "prefers-color-scheme" in prelude:
        return not dark
    return re.sub(r"@media|\b(?:only|screen|all|and)\b|\s", "", prelude, flags=re.IGNORECASE) == ""


def _parts(selector: str) -> tuple[_Part, ...]:
    """Return the compounds of *selector*, or nothing if it holds one that is not known here."""
    parts, child = [], False
    for word in re.sub(r"\s*>\s*", " > ", selector.replace(":root", "html")).split():
        if word == ">":
            child = True
            continue
        found = _COMPOUND.fullmatch(word)
        if found is None:
            return ()
        marks = re.findall(r"([.#])([\w-]+)", found.group(2))
        classes = frozenset(name for sign, name in marks if sign == ".")
        name = next((name for sign, name in marks if sign == "#"), "")
        parts.append(_Part((found.group(1) or "").lower(), classes, name, child))
        child = False
    return tuple(parts)


def _values(element: Element, fitting: list[_Style]) -> dict[str, str]:
    """Return what wins: kept rules, then the element's own style, then what says `!important` of either."""
    own = declarations(element.attributes.get("style", ""))
    values: dict[str, str] = {}
    if attribute := element.attributes.get("bgcolor"):
        values["background-color"] = attribute
    for important in (False, True):
        for told in (*(style.declarations for style in fitting), own):
            for item in told:
                if item.important is important and item.name in _NAMES:
                    name = "background-color" if item.name == "background" else item.name
                    values[name] = item.value
    return values


def _look(element: Element, outer: Look, values: dict[str, str]) -> Look:
    size = _size(values.get("font-size", ""), outer.size, outer.size * _SIZES.get(element.tag, 1.0))
    weight = _weight(values.get("font-weight", ""), _HEAVY if element.tag in _BOLD else outer.weight)
    ground = background(values.get("background-color", ""))
    ground = outer.ground if ground is None else ground.over(outer.ground)
    is_link = element.tag == "a" and "href" in element.attributes
    inherits = values.get("color", "").lower() in {"inherit", "currentcolor"}
    ink = colour(values.get("color", "")) or (_LINK if is_link and not inherits else outer.ink)
    hidden = outer.hidden or values.get("display", "").lower() == "none"
    return replace(outer, ink=ink, ground=ground, size=size, weight=weight, hidden=hidden)


def _size(text: str, outer: float, otherwise: float) -> float:
    found = _LENGTH.fullmatch(text)
    if found is None:
        return otherwise
    number = float(found.group(1))
    unit = {"px": 1.0, "pt": 4 / 3, "em": outer, "rem": 16.0, "%": outer / 100}[found.group(2).lower()]
    return number * unit


def _weight(text: str, otherwise: int) -> int:
    if text.isdecimal():
        return int(text)
    return {"bold": _HEAVY, "bolder": _HEAVY, "normal": 400, "lighter": 400}.get(text.lower(), otherwise)
