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
_TAG = re.compile(r"(<[^<>]*>)")  # nh3 escapes both signs in attributes


def isolated(text: str, direction: str) -> Markup:
    """Return plain *text* as HTML for a line of *direction* (`ltr` or `rtl`), its Latin runs in spans."""
    return Markup(_isolated(text, direction))  # noqa: S704 - escaped piece by piece


def isolated_html(html: str, direction: str) -> Markup:
    """Return sanitised *html* with the Latin runs of its text in spans; a line of `ltr` needs none."""
    if direction == "rtl":
        parts = _TAG.split(html)
        html = "".join(
            part if part.startswith("<") else _isolated(unescape(part), direction) for part in parts
        )
    return Markup(html)  # noqa: S704 - the parser sanitised it


def _isolated(text: str, direction: str) -> str:
    if direction != "rtl":
        return escape(text)
    pieces, end = [], 0
    for found in _RUN.finditer(text):
        pieces += [escape(text[end : found.start()]), _span(found[0])]
        end = found.end()
    return "".join([*pieces, escape(text[end:])])


def _span(run: str) -> str:
    """Return *run* in a span; one word needs none, since a line's own order cannot tear it apart."""
    return escape(run) if re.fullmatch("[A-Za-z0-9]+", run) else f'<span dir="ltr">{escape(run)}</span>'
