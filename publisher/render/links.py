"""Addresses in an entry's HTML: written relative to files, made whole for where they are shown."""

import html
import re
from collections.abc import Callable
from urllib.parse import unquote

from publisher.model import address
from publisher.model.edition import Edition
from publisher.model.entry import Entry

# nh3 writes attributes in one way only: one space before, double quotes, & and " escaped; and < starts
# nothing but a tag, so that an address in an example of code is left alone.
_TAG = re.compile(r'<[a-z][a-z0-9]*(?: [^\s"=<>]+="[^"]*")+>')
_ATTRIBUTE = re.compile(r' (href|src)="([^"]*)"')
_WHOLE = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:|//")


def resolve(text: str, entry: Entry, edition: Edition, to: Callable[[str], str]) -> str:
    """Return the HTML *text* of *entry* with each relative address made whole by *to*.

    A link to an entry that is not published loses its address and stays as text. A link within the
    entry leads to its page, and stays as it is on that page.
    """
    own_page = to(address.entry(entry, edition.settings))

    def replace(found: re.Match[str]) -> str:
        name, value = found[1], html.unescape(found[2])
        if _WHOLE.match(value):
            return found[0]
        path, hash_, fragment = value.partition("#")
        target = address.beside(entry, unquote(path.partition("?")[0]))
        if name == "src":
            where = to(address.asset(target))
        elif not path:
            where = value if own_page == _HERE else own_page + value
        elif target in edition.by_path:
            where = to(address.entry(edition.by_path[target], edition.settings)) + hash_ + fragment
        else:
            return ""
        return f' {name}="{html.escape(where)}"'

    return _TAG.sub(lambda tag: _ATTRIBUTE.sub(replace, tag[0]), text)


_HERE = "./"  # what `address.relative` says of a page on itself
