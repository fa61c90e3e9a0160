"""Colours as stylesheets write them, and how well one is read on another (WCAG 2.2)."""

import re
from functools import lru_cache
from typing import NamedTuple


class Colour(NamedTuple):
    """Red, green and blue from 0 to 255, and *alpha* from 0 (glass) to 1."""

    red: float
    green: float
    blue: float
    alpha: float = 1.0

    def __str__(self) -> str:
        """Return `#rrggbb`; what lies behind glass is not said."""
        return f"#{round(self.red):02x}{round(self.green):02x}{round(self.blue):02x}"

    def over(self, ground: "Colour") -> "Colour":
        """Return this colour as it looks on *ground*, which is opaque."""
        mixed = (
            self.alpha * mine + (1 - self.alpha) * its for mine, its in zip(self[:3], ground[:3], strict=True)
        )
        red, green, blue = mixed
        return Colour(red, green, blue)


# The sixteen of HTML 4, and those that people write besides.
_NAMES = {
    "aqua": "#00ffff", "black": "#000000", "blue": "#0000ff", "cyan": "#00ffff", "fuchsia": "#ff00ff",
    "gray": "#808080", "green": "#008000", "grey": "#808080", "lime": "#00ff00", "magenta": "#ff00ff",
    "maroon": "#800000", "navy": "#000080", "olive": "#808000", "orange": "#ffa500", "purple": "#800080",
    "red": "#ff0000", "silver": "#c0c0c0", "teal": "#008080", "white": "#ffffff", "yellow": "#ffff00",
    "transparent": "#00000000",
}  # fmt: skip
_HEX = re.compile(r"#(?:[0-9a-f]{3,4}|[0-9a-f]{6}|[0-9a-f]{8})", re.IGNORECASE)
_RGB = re.compile(r"rgba?\(([^()]*)\)", re.IGNORECASE)
_WORD = re.compile(r"#[0-9a-f]+|rgba?\([^()]*\)|[a-z-]+(?:\([^)]*\))?", re.IGNORECASE)
_LINEAR = 0.04045


@lru_cache(maxsize=1024)
def colour(text: str) -> Colour | None:
    """Return the colour that *text* is (`#123`, `#112233`, `rgb()`, a common name), else None."""
    text = _NAMES.get(text.strip().lower(), text.strip())
    if _HEX.fullmatch(text):
        digits = text[1:] if len(text) > len("#rgba") else "".join(digit * 2 for digit in text[1:])
        values = [int(digits[place : place + 2], 16) for place in range(0, len(digits), 2)]
        red, green, blue, *alpha = values
        return Colour(red, green, blue, alpha[0] / 255 if alpha else 1.0)
    if found := _RGB.fullmatch(text):
        return _from_numbers(re.split(r"[\s,/]+", found.group(1).strip()))
    return None


def _from_numbers(words: list[str]) -> Colour | None:
    if len(words) not in {3, 4}:
        return None
    try:
        values = [float(word[:-1]) * 255 / 100 if word.endswith("%") else float(word) for word in words[:3]]
        alpha = words[3] if len(words) > len("rgb") else "1"
        last = float(alpha[:-1]) / 100 if alpha.endswith("%") else float(alpha)
    except ValueError:
        return None
    red, green, blue = (min(255.0, max(0.0, value)) for value in values)
    return Colour(red, green, blue, min(1.0, max(0.0, last)))


def background(text: str) -> Colour | None:
    """Return the colour within a `background` shorthand, None if it names none."""
    return next((found for word in _WORD.findall(text) if (found := colour(word))), None)


def contrast(one: Colour, other: Colour) -> float:
    """Return the contrast of two opaque colours, from 1 to 21."""
    light, dark = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


@lru_cache(maxsize=1024)
def _luminance(shade: Colour) -> float:
    red, green, blue = (_linear(part / 255) for part in shade[:3])
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _linear(part: float) -> float:
    return float(part / 12.92 if part <= _LINEAR else ((part + 0.055) / 1.055) ** 2.4)
