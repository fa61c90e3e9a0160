"""Addresses at which entries stood earlier: none may hide a page, or another one."""

from collections.abc import Iterator, Sequence
from typing import TypeVar

from publisher.entries.parser import Parsed
from publisher.entries.remembered import Remembered
from publisher.errors import Problem
from publisher.model import address
from publisher.model.entry import Entry
from publisher.model.settings import Settings

Item = Parsed | Remembered
"""An entry as its file gave it, just now or earlier; of an earlier one only a problem asks for the places."""
Owner = TypeVar("Owner")


def check_aliases(whole: Sequence[tuple[Item, Entry]], settings: Settings) -> Iterator[Problem]:
    """Yield a problem for each alias that stands where the site has a page or a file, or another alias.

    Capitals make no difference, since disks that know none would keep one of the two.
    """
    if not any(entry.aliases for _, entry in whole):
        return
    taken = {address.as_one(file): owner for file, owner in _pages(whole, settings)}
    folders = {folder: owner for file, owner in taken.items() for folder in _above(file)}
    first: dict[str, tuple[str, str]] = {}
    for item, entry in whole:
        for number, alias in enumerate(entry.aliases):
            file, mark = address.as_one(address.file(alias)), item.fields.mark(("aliases", number))
            note = _note(alias)
            if address.is_own(alias, settings):
                message = f"/{alias} is used by the site itself{note}"
                yield item.source.error("reserved-address", mark, message, "leave it out")
                continue
            owner = taken.get(file) or folders.get(file) or _first(taken, file)
            if owner:
                message = f"/{alias} would hide {owner}{note}"
                yield item.source.error("alias-hides", mark, message, "leave it out, or move that page")
                continue
            if other := first.get(file) or first.get(f"{file}/") or _first(first, file):
                same = "" if alias == other[0] else f", as /{other[0]}{note or _note(other[0])}"
                message = f"/{alias} is an alias of {settings.paths.entries}/{other[1]} too{same}"
                yield item.source.error("duplicate-alias", mark, message, "keep one of the two")
                continue
            mine = (alias, entry.path)
            first |= {file: mine, **{f"{folder}/": mine for folder in _above(file)}}


def _pages(whole: Sequence[tuple[Item, Entry]], settings: Settings) -> Iterator[tuple[str, str]]:
    """Yield the file of each page that entries make, and what to call it."""
    for _, entry in whole:
        if entry.month:
            yield address.file(address.month(entry.month, entry.lang, settings)), f"the page of {entry.month}"
    for _, entry in whole:
        if not entry.month or "entries" in settings.outputs:
            yield address.file(address.entry(entry, settings)), f"{settings.paths.entries}/{entry.path}"


def _note(alias: str) -> str:
    """Return what is to be said of capitals in *alias*."""
    return "" if alias == address.as_one(alias) else "; many disks do not tell capitals apart"


def _above(file: str) -> Iterator[str]:
    """Yield the folders that *file* lies in."""
    place = file.find("/")
    while place >= 0:
        yield file[:place]
        place = file.find("/", place + 1)


def _first(files: dict[str, Owner], file: str) -> Owner | None:
    """Return what stands in *files* under a folder of *file*, which would be a file and a folder."""
    return next((files[folder] for folder in _above(file) if folder in files), None)
