"""Did all programs make the same? Counts what stands in an output folder and compares it with the corpus."""

import html
import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from lxml import etree

ATOM = "{http://www.w3.org/2005/Atom}"
NEWEST = 50
WORDS_APART = 0.02
"""By how much the words of the archives may differ: not everybody puts links and dates into feeds."""
_TAG = re.compile(r"<[^>]+>")


@dataclass(frozen=True, slots=True)
class Tally:
    """What a program wrote; *wanted* of the files are what all should write, the others are *further*."""

    wanted: int
    further: int
    bytes: int
    main_atom: int
    main_rss: int
    archived: int
    words: int
    missing: tuple[str, ...]

    def as_dict(self) -> dict[str, Any]:
        """Return it for JSON."""
        return asdict(self)


def expected(entries: list[str]) -> set[str]:
    """Return the files that all programs should write for *entries*, each `YYYY/MM/slug`."""
    months = {path.rpartition("/")[0] for path in entries}
    pages = {"index.html", "archive/index.html", "atom.xml", "rss.xml", "style.css"}
    pages |= {f"{month}/{name}" for month in months for name in ("index.html", "atom.xml")}
    return pages | {f"{path}/index.html" for path in entries}


def tally(out: Path, entries: list[str]) -> Tally:
    """Count what stands in the folder *out*."""
    wanted = expected(entries)
    found = {path.relative_to(out).as_posix(): path for path in out.rglob("*") if path.is_file()}
    missing = sorted(wanted - set(found))
    archived = words = 0
    for month in {path.rpartition("/")[0] for path in entries}:
        items = _items(out / month / "atom.xml", f"{ATOM}entry")
        archived += len(items)
        words += sum(_words(item) for item in items)
    return Tally(
        wanted=len(wanted) - len(missing),
        further=len(set(found) - wanted),
        bytes=sum(path.stat().st_size for name, path in found.items() if name in wanted),
        main_atom=len(_items(out / "atom.xml", f"{ATOM}entry")),
        main_rss=len(_items(out / "rss.xml", "item")),
        archived=archived,
        words=words,
        missing=tuple(missing),
    )


def _items(path: Path, name: str) -> list[Any]:
    """Return the elements called *name* of the document at *path*; none if it is not there, or not XML."""
    try:
        return list(etree.parse(path).iter(name))
    except (OSError, etree.XMLSyntaxError):
        return []


def _words(entry: Any) -> int:
    """Return how many words the content of an Atom entry has."""
    content = entry.findtext(f"{ATOM}content") or ""
    return len(html.unescape(_TAG.sub(" ", content)).split())


def faults(tallies: Mapping[str, Tally], entries: list[str]) -> list[str]:
    """Return a sentence for each way in which the programs did not make the same."""
    newest, words = min(NEWEST, len(entries)), max((found.words for found in tallies.values()), default=0)
    sentences = []
    for name, found in tallies.items():
        if found.missing:
            sentences.append(f"{name}: {len(found.missing)} files are missing, first {found.missing[0]}")
        for what, number, due in (
            ("entries in the main Atom feed", found.main_atom, newest),
            ("items in the main RSS feed", found.main_rss, newest),
            ("entries in the months' Atom documents", found.archived, len(entries)),
        ):
            if number != due:
                sentences.append(f"{name}: {number} {what} instead of {due}")
        if found.words < (1 - WORDS_APART) * words:
            sentences.append(
                f"{name}: {found.words} words in the months' Atom documents, others have {words}"
            )
    return sentences


def unseen(out: Path, entry: str, words: str) -> list[str]:
    """Return the outputs of *entry*, one of the newest, in which the edited *words* do not stand."""
    names = (f"{entry}/index.html", f"{entry.rpartition('/')[0]}/atom.xml", "atom.xml", "rss.xml")
    return [
        name
        for name in names
        if not (out / name).is_file() or words.encode() not in (out / name).read_bytes()
    ]
