"""Where everything stands in the output folder and on the web.

An address is relative to the top of the site: `2023/03/child-benefits/`, `fr/atom.xml`. Addresses
of pages end with a slash or are empty (the home page); their file is `index.html` below it.
"""

import posixpath
import re
from urllib.parse import quote, unquote

from publisher.model.entry import Entry, Month
from publisher.model.settings import Settings

# Nearly all addresses are so; what it matches, `quote` gives back as it is.
_PLAIN = re.compile(r"[A-Za-z0-9/._~-]*")
ATOM, RSS, JSON = "atom.xml", "rss.xml", "feed.json"
EVERYTHING = "all/"
"""The folder of the feeds that hold all languages."""
READER = "READER-TOKEN"
"""Stands in a mail where sending puts the token of the one who gets it."""


def home(lang: str, settings: Settings) -> str:
    """Return the top of *lang*: "" for the default language, else `LANG/`."""
    return "" if lang == settings.newsletter.languages[0] else f"{lang}/"


def entry(item: Entry, settings: Settings) -> str:
    """Return the page of *item*."""
    which = item.month
    folder = f"{which.folder}/" if which else ""
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


def kind(key: str, lang: str, settings: Settings) -> str:
    """Return the folder of a kind's feeds."""
    return f"{home(lang, settings)}kinds/{key}/"


def topic(key: str, lang: str, settings: Settings) -> str:
    """Return the folder of a topic's feeds; keys keep their capitals."""
    return f"{home(lang, settings)}topics/{key}/"


def feeds(lang: str, settings: Settings) -> str:
    """Return the page that lists all feeds."""
    return f"{home(lang, settings)}feeds/"


def feed(lang: str, name: str, settings: Settings) -> str:
    """Return the file of a language's feed; *name* is one of ATOM, RSS and JSON."""
    return f"{home(lang, settings)}{name}"


def feed_stylesheet() -> str:
    """Return the stylesheet that shows feeds in a browser."""
    return "feed.css"


def opml() -> str:
    """Return the list of all feeds for readers to import."""
    return "feeds.opml"


def calendar(lang: str, settings: Settings) -> str:
    """Return the calendar of all events."""
    return f"{home(lang, settings)}events.ics"


def entry_calendar(item: Entry, settings: Settings) -> str:
    """Return the calendar file of one event."""
    return f"{entry(item, settings)}event.ics"


def asset(path: str) -> str:
    """Return the file of a picture that lies at *path* in the entries folder."""
    return f"media/{path}"


def unsubscribe(token: str = READER) -> str:
    """Return where a reader leaves with one click (RFC 8058)."""
    return f"unsubscribe/{token}"


def preferences(token: str = READER) -> str:
    """Return where a reader chooses language and topics."""
    return f"preferences/{token}"


def stylesheet() -> str:
    """Return the site's stylesheet."""
    return "style.css"


def file(address: str) -> str:
    """Return the file in the output folder that answers *address*."""
    return f"{address}index.html" if address == "" or address.endswith("/") else address


def absolute(address: str, settings: Settings) -> str:
    """Return *address* with the newsletter's own address before it."""
    return settings.newsletter.url + quoted(address)


def quoted(text: str) -> str:
    """Return *text* as it may stand in an address."""
    return text if _PLAIN.fullmatch(text) else quote(text)


def relative(address: str, start: str) -> str:
    """Return the way to *address* from the page at *start*, so that a site works below any folder."""
    common, end = 0, start.find("/") + 1
    while end and address.startswith(start[common:end], common):
        common, end = end, start.find("/", end) + 1
    return quoted("../" * start.count("/", common) + address[common:]) or "./"


def beside(item: Entry, name: str) -> str:
    """Return the path, in the entries folder, of a file *name* that lies beside *item*."""
    return beside_file(item.path, name)


def beside_target(item: Entry, target: str) -> str:
    """Return the path of the file that *target*, an address in *item*'s text, leads to."""
    return beside(item, unquote(target.partition("#")[0].partition("?")[0]))


def beside_file(path: str, name: str) -> str:
    """Return the path of a file *name* that lies beside the file at *path*."""
    return posixpath.normpath(posixpath.join(posixpath.dirname(path), name))
