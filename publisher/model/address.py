"""Where everything stands in the output folder and on the web, and which names are the site's own.

An address is relative to the top of the site: `2023/03/child-benefits/`, `fr/atom.xml`. Addresses
of pages end with a slash or are empty (the home page); their file is `index.html` below it. Without
pages of their own, entries stand on their month's: `2023/03/#entry-child-benefits`.
"""

import posixpath
import re
import unicodedata
from urllib.parse import quote, unquote

from publisher.model.entry import Entry, Month
from publisher.model.settings import Settings

# Nearly all addresses are so; what it matches, `quote` gives back as it is.
_PLAIN = re.compile(r"[A-Za-z0-9/._~-]*")
# An entry on its month's page. Pictures, whose names may hold a #, lie below media/, webp/ and mail/: no
# language has so long a tag.
_ANCHORED = re.compile(r"((?:[a-z]{2,3}(?:-[A-Za-z0-9]+)*/)?[0-9]{4}/[0-9]{2}/)(#entry-[a-z0-9-]+)")
ATOM, RSS, JSON = "atom.xml", "rss.xml", "feed.json"
ROBOTS = "robots.txt"
EVERYTHING = "all/"
"""The folder of the feeds that hold all languages."""
READER = "READER-TOKEN"
"""Stands in a mail where sending puts the token of the one who gets it."""
TEST_READER = "test"
"""Stands there in a test mail; it names no reader."""

# First steps of addresses, behind the language, that the service and the site use themselves.
_SERVICE = frozenset({"confirm", "preferences", "subscribe", "unsubscribe"})
_FOLDERS = _SERVICE | frozenset(
    {"all", "archive", "digests", "feeds", "kinds", "look", "mail", "media", "search", "topics", "webp"}
)
_SITEMAP = re.compile(r"sitemap(?:-[0-9]+)?\.xml")


def home(lang: str, settings: Settings) -> str:
    """Return the top of *lang*: "" for the default language, else `LANG/`."""
    return "" if lang == settings.newsletter.languages[0] else f"{lang}/"


def entry(item: Entry, settings: Settings) -> str:
    """Return where *item* stands whole: on its own page, or at its place on its month's."""
    if item.month and "entries" not in settings.outputs:
        return f"{month(item.month, item.lang, settings)}#{anchor(item)}"
    return _folder(item, settings)


def anchor(item: Entry) -> str:
    """Return the name of the place of *item* on its month's page."""
    return f"entry-{item.slug}"


def _folder(item: Entry, settings: Settings) -> str:
    """Return the folder of what is *item*'s alone."""
    which = item.month
    folder = f"{which.folder}/" if which else ""
    return f"{home(item.lang, settings)}{folder}{item.slug}/"


def month(which: Month, lang: str, settings: Settings) -> str:
    """Return the page of a month."""
    return f"{home(lang, settings)}{which.folder}/"


def archive(lang: str, settings: Settings) -> str:
    """Return the page that lists all months."""
    return f"{home(lang, settings)}archive/"


def search(lang: str, settings: Settings) -> str:
    """Return the page to search *lang*."""
    return f"{home(lang, settings)}search/"


def search_index(lang: str, settings: Settings) -> str:
    """Return the folder of the index of *lang*, beside the page that searches in it."""
    return f"{search(lang, settings)}pagefind/"


def digest(which: Month, lang: str, ending: str = "html") -> str:
    """Return the file of a digest; *ending* is html, txt or eml."""
    return f"digests/{which}/{lang}.{ending}"


def kind(key: str, lang: str, settings: Settings) -> str:
    """Return the page of a kind, where its feeds lie too."""
    return f"{home(lang, settings)}kinds/{key}/"


def topic(key: str, lang: str, settings: Settings) -> str:
    """Return the page of a topic, where its feeds lie too; keys keep their capitals."""
    return f"{home(lang, settings)}topics/{key}/"


def subscribe(lang: str, settings: Settings) -> str:
    """Return where `publisher serve` lets readers join."""
    return f"{home(lang, settings)}subscribe"


def missing() -> str:
    """Return the page that servers show where there is none."""
    return "404.html"


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
    return f"{_folder(item, settings)}event.ics"


def asset(path: str) -> str:
    """Return the file of a picture that lies at *path* in the entries folder."""
    return f"media/{path}"


def webp(path: str, width: int) -> str:
    """Return the WebP file, *width* pixels across, of the picture at *path* in the entries folder.

    It keeps the whole name, and stands apart from all that `asset` names, so that no two pictures meet.
    """
    return f"{webp_start(path)}{width}.webp"


def webp_start(path: str) -> str:
    """Return how the address of each WebP file of that picture begins."""
    return f"webp/{path}-"


def unsubscribe(token: str = READER) -> str:
    """Return where a reader leaves with one click (RFC 8058)."""
    return f"unsubscribe/{token}"


def preferences(token: str = READER) -> str:
    """Return where a reader chooses language and topics."""
    return f"preferences/{token}"


def sitemap(number: int = 0) -> str:
    """Return the list of all pages, or its part *number* (from 1) where one file cannot hold it."""
    return f"sitemap-{number}.xml" if number else "sitemap.xml"


def stylesheet() -> str:
    """Return the site's stylesheet."""
    return "style.css"


def look(name: str) -> str:
    """Return the file of a picture that belongs to the look: a logo, *name* in the templates folder."""
    return f"look/{name}"


_FILES = frozenset(
    {
        *(ATOM, RSS, JSON, ROBOTS, opml(), feed_stylesheet(), stylesheet(), missing()),
        *("events.ics", "event.ics", "index.html", "copy.js", "search.js"),
        *("subscribe.css", "health", "ready", "_preview"),  # of the service, and of the preview
    }
)


def is_own(address: str, settings: Settings) -> bool:
    """Tell whether *address* lies where the site, or its service, may have files of its own."""
    steps = as_one(address).rstrip("/").split("/")
    if any(step in _FILES or _SITEMAP.fullmatch(step) for step in steps):
        return True
    rest = steps[1:] if _is_language(steps[0], settings) else steps
    return not rest or rest[0] in _FOLDERS


def is_of_service(address: str, settings: Settings) -> bool:
    """Tell whether *address* is one that `publisher serve` answers, where readers join, choose and leave."""
    first, _, rest = address.partition("/")
    return (rest.partition("/")[0] if first in settings.newsletter.languages else first) in _SERVICE


def is_own_folder(name: str, settings: Settings) -> bool:
    """Tell whether the folder *name* at the top, or at that of a language, is the site's or its service's."""
    return as_one(name) in _FOLDERS or _is_language(as_one(name), settings)


def _is_language(name: str, settings: Settings) -> bool:
    return any(name == as_one(lang) for lang in settings.newsletter.languages)


def as_one(path: str) -> str:
    """Return what is the same for all paths that are one file to disks that know no capitals.

    These are the usual ones of macOS and Windows; that of macOS takes é and e with an accent for one, too.
    """
    return path.lower() if path.isascii() else unicodedata.normalize("NFC", path.casefold())


def page(address: str) -> str:
    """Return the page of *address*, without the place on it."""
    return _parted(address)[0]


def _parted(address: str) -> tuple[str, str]:
    """Return *address* without the place on a page, and that place with its #, else ""."""
    found = _ANCHORED.fullmatch(address) if "#" in address else None
    return (found[1], found[2]) if found else (address, "")


def file(address: str) -> str:
    """Return the file in the output folder that answers *address*."""
    where = page(address)
    return f"{where}index.html" if where == "" or where.endswith("/") else where


def absolute(address: str, settings: Settings) -> str:
    """Return *address* with the newsletter's own address before it."""
    return settings.newsletter.url + quoted(address)


def quoted(text: str) -> str:
    """Return *text* as it may stand in an address; a # is kept before a place on a page alone."""
    if _PLAIN.fullmatch(text):
        return text
    where, place = _parted(text)
    return quote(where) + place


def relative(address: str, start: str) -> str:
    """Return the way to *address* from the page at *start*, so that a site works below any folder."""
    address, place = _parted(address) if "#" in address else (address, "")
    common, end = 0, start.find("/") + 1
    while end and address.startswith(start[common:end], common):
        common, end = end, start.find("/", end) + 1
    return quoted("../" * start.count("/", common) + address[common:]) + place or "./"


def beside(item: Entry, name: str) -> str:
    """Return the path, in the entries folder, of a file *name* that lies beside *item*."""
    return beside_file(item.path, name)


def beside_target(item: Entry, target: str) -> str:
    """Return the path of the file that *target*, an address in *item*'s text, leads to."""
    return beside(item, unquote(target.partition("#")[0].partition("?")[0]))


def beside_file(path: str, name: str) -> str:
    """Return the path of a file *name* that lies beside the file at *path*."""
    return posixpath.normpath(posixpath.join(posixpath.dirname(path), name))
