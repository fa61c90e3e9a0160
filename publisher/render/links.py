"""Addresses in an entry's HTML: written relative to files, made whole for where they are shown."""

import html
import re
from collections.abc import Callable
from urllib.parse import quote, unquote

from publisher.model import address
from publisher.model.edition import Edition
from publisher.model.entry import Entry

# nh3 writes tags in one way only: a space before each attribute, double quotes, & and " escaped; and
# every < of the text as &lt;, so that an address in an example of code is left alone.
_TAG = re.compile(r'<[a-z][a-z0-9]*(?: [^\s"=<>]+="[^"]*")+>')
_ATTRIBUTE = re.compile(r' (href|src|id)="([^"]*)"')
_HEADING = re.compile(r"(</?h)([1-6])\b")
_WHOLE = re.compile(r"(?:https?:)?//|mailto:|tel:", re.IGNORECASE)
# An address in which nothing changes, and the beginning of one that is not so. Most bodies have none of
# the second kind, nor an id; they are found out in an eighth of the time that rewriting takes.
_KEPT = r'https?://[^"&\'<>]*(?:&amp;[^"&\'<>]*)*"'
_CHANGED = re.compile(rf'="(?:(?<= id=")|(?:(?<= href=")|(?<= src="))(?!{_KEPT}))')
_HERE = "./"  # what `address.relative` says of a page on itself


def escape(text: str) -> str:
    """Return *text* as it may stand in HTML, also within quotation marks."""
    return html.escape(text)


def absolute_body(entry: Entry, edition: Edition) -> str:
    """Return the body of *entry*, else its summary, for places other than the site: with whole addresses."""
    text = edition.body(entry) or f"<p>{entry.summary_html}</p>"
    return resolve(text, entry, edition, lambda where: address.absolute(where, edition.settings))


def lowered(text: str, steps: int) -> str:
    """Return the HTML *text* with its headings so many *steps* lower; the lowest is h6."""
    if not steps:
        return text
    return _HEADING.sub(lambda found: f"{found[1]}{min(int(found[2]) + steps, 6)}", text)


def resolve(
    text: str,
    entry: Entry,
    edition: Edition,
    to: Callable[[str], str],
    image: Callable[[str], str] | None = None,
) -> str:
    """Return the HTML *text* of *entry* with each relative address made whole by *to*.

    Anchors carry the entry's id, so that several bodies can share a page. A link to an entry that is
    not published loses its address and stays as text. A link within the entry leads to the page where it
    stands whole. *image* writes the tags of pictures in its own way.
    """
    return _rewritten(text, entry, edition, to, image) if _CHANGED.search(text) else text


def _rewritten(
    text: str,
    entry: Entry,
    edition: Edition,
    to: Callable[[str], str],
    image: Callable[[str], str] | None = None,
) -> str:
    def replace(found: re.Match[str]) -> str:
        name, value = found[1], html.unescape(found[2])
        if name == "id":
            whole: str | None = _anchor(entry, value)
        elif value.startswith("#"):
            whole = _place(entry, value[1:], edition, to)
        elif _WHOLE.match(value):
            whole = value
        else:
            whole = _file(name, value, entry, edition, to)
        return "" if whole is None else f' {name}="{html.escape(whole)}"'

    def whole_tag(found: re.Match[str]) -> str:
        tag = found[0]
        return image(tag) if image and tag.startswith("<img ") else _ATTRIBUTE.sub(replace, tag)

    return _TAG.sub(whole_tag, text)


def _place(entry: Entry, name: str, edition: Edition, to: Callable[[str], str]) -> str:
    """Return the way to the place *name* in *entry*."""
    page = to(address.page(address.entry(entry, edition.settings)))
    return f"{'' if page == _HERE else page}#{quote(_anchor(entry, name))}"


def _anchor(entry: Entry, name: str) -> str:
    """Return the name of a place in *entry* that no other entry has; ids in HTML have no spaces."""
    return f"{entry.id}--" + re.sub(r"\s", "_", unquote(name))


def _file(name: str, value: str, entry: Entry, edition: Edition, to: Callable[[str], str]) -> str | None:
    """Return the address of a file beside *entry*: a picture, or another entry if that is published."""
    path, _, anchor = value.partition("#")
    if name == "src":
        return to(address.asset(address.beside(entry, unquote(path))))
    target = address.beside(entry, unquote(path.partition("?")[0]))
    other = edition.by_path.get(target)
    if other is None:
        return None
    return _place(other, anchor, edition, to) if anchor else to(address.entry(other, edition.settings))
