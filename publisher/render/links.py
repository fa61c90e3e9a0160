"""Addresses in an entry's body: written relative to files, made whole for where they are shown."""

import html
import re
from collections.abc import Callable
from urllib.parse import unquote

from publisher.model import address
from publisher.model.edition import Edition
from publisher.model.entry import Entry

# nh3 writes attributes in one way only: one space before, double quotes, & and " escaped.
_ATTRIBUTE = re.compile(r' (href|src)="([^"]*)"')
_WHOLE = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:|//|#")


def resolve(entry: Entry, edition: Edition, to: Callable[[str], str]) -> str:
    """Return the body of *entry* with each relative address made whole by *to*.

    A link to an entry that is not published loses its address and stays as text.
    """

    def replace(found: re.Match[str]) -> str:
        name, value = found[1], html.unescape(found[2])
        if _WHOLE.match(value):
            return found[0]
        path, _, fragment = value.partition("#")
        target = address.beside(entry, unquote(path))
        if name == "src":
            where = to(address.asset(target))
        elif target in edition.by_path:
            where = to(address.entry(edition.by_path[target], edition.settings)) + (
                f"#{fragment}" if fragment else ""
            )
        else:
            return ""
        return f' {name}="{html.escape(where)}"'

    return _ATTRIBUTE.sub(replace, entry.html)
