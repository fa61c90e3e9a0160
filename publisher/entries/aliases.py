"""Addresses at which entries stood earlier: none may hide a page, or another one."""

from collections.abc import Iterator, Sequence

from publisher.entries.parser import Parsed
from publisher.entries.remembered import Remembered
from publisher.errors import Problem
from publisher.model import address
from publisher.model.entry import Entry
from publisher.model.settings import Settings

Item = Parsed | Remembered
"""An entry as its file gave it, just now or earlier; of an earlier one only a problem asks for the places."""
RESERVED = frozenset(
    {
        *("all", "archive", "digests", "feeds", "kinds", "look", "mail", "media", "preferences"),
        *("confirm", "search", "subscribe", "topics", "unsubscribe", "webp"),
    }
)
"""First steps of addresses, behind the language, that the site and its service use themselves."""
_FILES = frozenset(
    {
        *("atom.xml", "rss.xml", "feed.json", "feeds.opml", "event.ics", "events.ics", "feed.css"),
        *(
            "style.css",
            "subscribe.css",
            "copy.js",
            "search.js",
            "404.html",
            "robots.txt",
            "sitemap.xml",
            "index.html",
        ),
        *("health", "ready", "_preview"),
    }
)


def check_aliases(whole: Sequence[tuple[Item, Entry]], settings: Settings) -> Iterator[Problem]:
    """Yield a problem for each alias that stands where the site has a page or a file, or another alias."""
    if not any(entry.aliases for _, entry in whole):
        return
    taken = dict(_pages(whole, settings))
    folders = {folder: owner for file, owner in taken.items() for folder in _above(file)}
    first: dict[str, str] = {}
    for item, entry in whole:
        for number, alias in enumerate(entry.aliases):
            file, mark = address.file(alias), item.fields.mark(("aliases", number))
            if _is_reserved(alias, settings):
                message = f"/{alias} is used by the site itself"
                yield item.source.error("reserved-address", mark, message, "leave it out")
                continue
            owner = taken.get(file) or folders.get(file) or _first(taken, file)
            if owner:
                message = f"/{alias} would hide {owner}"
                yield item.source.error("alias-hides", mark, message, "leave it out, or move that page")
                continue
            other = first.get(file) or first.get(f"{file}/") or _first(first, file)
            if other:
                message = f"/{alias} is an alias of {settings.paths.entries}/{other} too"
                yield item.source.error("duplicate-alias", mark, message, "keep one of the two")
                continue
            first |= {file: entry.path, **{f"{folder}/": entry.path for folder in _above(file)}}


def _pages(whole: Sequence[tuple[Item, Entry]], settings: Settings) -> Iterator[tuple[str, str]]:
    """Yield the file of each page that entries make, and what to call it."""
    for _, entry in whole:
        if entry.month:
            yield address.file(address.month(entry.month, entry.lang, settings)), f"the page of {entry.month}"
    for _, entry in whole:
        if not entry.month or "entries" in settings.outputs:
            yield address.file(address.entry(entry, settings)), f"{settings.paths.entries}/{entry.path}"


def _above(file: str) -> Iterator[str]:
    """Yield the folders that *file* lies in."""
    place = file.find("/")
    while place >= 0:
        yield file[:place]
        place = file.find("/", place + 1)


def _first(files: dict[str, str], file: str) -> str | None:
    """Return what stands in *files* under a folder of *file*, which would be a file and a folder."""
    return next((files[folder] for folder in _above(file) if folder in files), None)


def _is_reserved(alias: str, settings: Settings) -> bool:
    """Tell whether *alias* lies where the site, or its service, has files of its own."""
    steps = alias.rstrip("/").split("/")
    if not _FILES.isdisjoint(steps):
        return True
    rest = steps[1:] if steps[0] in settings.newsletter.languages else steps
    return not rest or rest[0] in RESERVED
