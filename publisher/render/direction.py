"""Words from left to right within a line from right to left.

Without help, "6 March 2026, Geneva" in an Arabic line shows its 6 at the far end. Mail readers drop
`<bdi>` and the CSS for it, so each such run gets `<span dir="ltr">`.
"""

import re
from html import escape, unescape

from markupsafe import Markup

# From a Latin letter, or a number before one, to the last Latin letter or digit with nothing but digits,
# spaces and marks between; brackets and points around it belong to the line.
_LETTER = r"A-Za-z\u00c0-\u024f\u1e00-\u1eff"
_MARK = r"[0-9\u2019\u00a0 ,.:;/@&+\-\u2013\u2014'\u2212_%#]"
_NUMBER = r"(?<![0-9])[0-9][0-9 .,:/\-\u2013]{0,24}"  # whole, or not at all
_RUN = re.compile(rf"(?:{_NUMBER})?[{_LETTER}](?:{_MARK}{{0,8}}[{_LETTER}0-9])*")
_LEFT = re.compile(rf"[{_LETTER}]")
_RIGHT = re.compile("[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufeff]")
# A number behind a word from left to right would join it (rule W7 of Unicode's algorithm).
_AFTER = "\u200f"
_GOES_ON = re.compile(rf"\W*[{_LETTER}]")  # more words from left to right, behind a tag
_TAG = re.compile(r"(<[^<>]*>)")  # nh3 escapes both signs in attributes


def in_language(text: str, lang: str, direction: str) -> Markup:
    """Return plain *text* as HTML that tells its language and direction."""
    return Markup('<span lang="{}" dir="{}">{}</span>').format(lang, direction, text)


def isolated(text: str, direction: str) -> Markup:
    """Return plain *text* as HTML for a line of *direction* (`ltr` or `rtl`), its Latin runs in spans."""
    return Markup(_isolated(text, direction))  # noqa: S704 - escaped piece by piece


def isolated_html(html: str, direction: str) -> Markup:
    """Return sanitised *html* with the Latin runs of its text in spans; a line of `ltr` needs none."""
    if direction == "rtl":
        parts = _TAG.split(html)  # text, tag, text, ... text
        for place in range(0, len(parts), 2):
            behind = next(filter(None, parts[place + 2 :: 2]), "")
            goes_on = not behind or _GOES_ON.match(behind) is not None
            parts[place] = _isolated(unescape(parts[place]), direction, goes_on=goes_on)
        html = "".join(parts)
    return Markup(html)  # noqa: S704 - the parser sanitised it


def _isolated(text: str, direction: str, *, goes_on: bool = True) -> str:
    """Return *text* escaped; *goes_on* tells that what stands behind it cannot join its last run."""
    if direction != "rtl":
        return escape(text)
    if not _RIGHT.search(text) and _LEFT.search(text):  # all of it runs from left to right
        return _run(text) + ("" if goes_on else _AFTER)
    pieces, end = [], 0
    for found in _RUN.finditer(text):
        pieces += [escape(text[end : found.start()]), _run(found[0])]
        end = found.end()
        pieces += [] if goes_on and end == len(text) else [_AFTER]
    return "".join([*pieces, escape(text[end:])])


def _run(text: str) -> str:
    """Return a run in its span; a single word needs none, since a line's own order cannot tear it apart."""
    is_word = re.fullmatch("[A-Za-z0-9]+", text)
    return escape(text) if is_word else f'<span dir="ltr">{escape(text)}</span>'
