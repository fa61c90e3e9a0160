"""Where everything stands in the output folder and on the web.

An address is relative to the top of the site: `2023/03/child-benefits/`, `fr/atom.xml`. Addresses
of pages end with a slash or are empty (the home page); their file is `index.html` below it.
"""

import posixpath
from urllib.parse import quote

from publisher.model.entry import Entry, Month
from publisher.model.settings import Settings


def home(lang: str, settings: Settings) -> str:
    """Return the top of *lang*: "" for the default language, else `LANG/`."""
    return "" if lang == settings.newsletter.languages[0] else f"{lang}/"


def entry(item: Entry, settings: Settings) -> str:
    """Return the page of *item*."""
    folder = f"{item.month.folder}/" if item.month else ""
    return f"{home(item.lang, settings)}{folder}{item.slug}/"


def month(which: Month, lang: str, settings: Settings) -> str:
    """Return the page of a month."""
    return f"{home(lang, settings)}{which.folder}/"


def archive(lang: str, settings: Settings) -> str:
    """Return the page that lists all months."""
    return f"{home(lang, settings)}archive/"


def digest(which: Month, lang: str, ending: str = "html") -> str:
    """Return the file of a digest; *ending* is html, txt or eml."""
    return f"digests/{which}/{lang}.{ending}"


def feed(lang: str, name: str, settings: Settings) -> str:
    """Return the file of a feed; *name* is atom.xml or rss.xml."""
    return f"{home(lang, settings)}{name}"


def asset(path: str) -> str:
    """Return the file of a picture that lies at *path* in the entries folder."""
    return f"media/{path}"


def stylesheet() -> str:
    """Return the site's stylesheet."""
    return "style.css"


def file(address: str) -> str:
    """Return the file in the output folder that answers *address*."""
    return f"{address}index.html" if address == "" or address.endswith("/") else address


def absolute(address: str, settings: Settings) -> str:
    """Return *address* with the newsletter's own address before it."""
    return settings.newsletter.url + quote(address)


def relative(address: str, start: str) -> str:
    """Return the way to *address* from the page at *start*, so that a site works below any folder."""
    here = posixpath.dirname(file(start))
    way = posixpath.relpath(f"/{address}", f"/{here}")
    return quote(f"{way}/" if address == "" or address.endswith("/") else way)


def beside(item: Entry, name: str) -> str:
    """Return the path, in the entries folder, of a file *name* that lies beside *item*."""
    return posixpath.normpath(posixpath.join(posixpath.dirname(item.path), name))
