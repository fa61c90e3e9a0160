"""Did all programs make the same? Counts what stands in an output folder and compares it with the corpus."""

import html
import json
import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from lxml import etree
from lxml.html import document_fromstring

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
    told: int
    """Pages of entries whose head says, for people and for machines alike, what they are and where."""
    nodes: Mapping[str, int]
    """How many nodes of JSON-LD all wanted pages have, by their type."""
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
    heads = {name: _head(out / name) for name in wanted if name.endswith(".html")}
    return Tally(
        wanted=len(wanted) - len(missing),
        further=len(set(found) - wanted),
        bytes=sum(path.stat().st_size for name, path in found.items() if name in wanted),
        main_atom=len(_items(out / "atom.xml", f"{ATOM}entry")),
        main_rss=len(_items(out / "rss.xml", "item")),
        archived=archived,
        words=words,
        told=sum(_tells(heads[f"{path}/index.html"], path) for path in entries),
        nodes=dict(sorted(Counter(node["@type"] for head in heads.values() for node in head.nodes).items())),
        missing=tuple(missing),
    )


@dataclass(frozen=True, slots=True)
class Head:
    """What the head of a page says; "" and () stand for what is not there."""

    title: str = ""
    canonical: str = ""
    properties: Mapping[str, str] = field(default_factory=dict)
    nodes: tuple[Mapping[str, Any], ...] = ()


def _head(path: Path) -> Head:
    """Return the head of the page at *path*; an empty one if there is no page, or nobody could read it."""
    try:
        page = document_fromstring(path.read_text(encoding="utf-8").partition("</head>")[0])
        graphs = [json.loads(text) for text in page.xpath("//script[@type='application/ld+json']/text()")]
        return Head(
            title=page.findtext(".//title") or "",
            canonical="".join(page.xpath("//link[@rel='canonical']/@href")),
            properties={
                meta.get("property"): meta.get("content", "") for meta in page.xpath("//meta[@property]")
            },
            nodes=tuple(
                node for graph in graphs for node in graph["@graph"] if isinstance(node["@type"], str)
            ),
        )
    except (OSError, ValueError, LookupError, TypeError, etree.ParserError):
        return Head()


def _tells(head: Head, entry: str) -> bool:
    """Tell whether *head* is that of *entry*: title, canonical address, Open Graph and its NewsArticle."""
    where, title = head.canonical, head.properties.get("og:title")
    article = {"headline": title, "mainEntityOfPage": {"@type": "WebPage", "@id": where}}
    articles = [node for node in head.nodes if node["@type"] == "NewsArticle"]
    return (
        where.endswith(f"/{entry}/")
        and head.properties.get("og:url") == where
        and bool(title)
        and head.title.startswith(f"{title} ")
        and [{name: node.get(name) for name in article} for node in articles] == [article]
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
    most: Counter[str] = Counter()
    for found in tallies.values():
        most |= Counter(found.nodes)
    sentences = []
    for name, found in tallies.items():
        if found.missing:
            sentences.append(f"{name}: {len(found.missing)} files are missing, first {found.missing[0]}")
        for what, number, due in (
            ("entries in the main Atom feed", found.main_atom, newest),
            ("items in the main RSS feed", found.main_rss, newest),
            ("entries in the months' Atom documents", found.archived, len(entries)),
            ("pages of entries that tell machines what they are", found.told, len(entries)),
        ):
            if number != due:
                sentences.append(f"{name}: {number} {what} instead of {due}")
        if found.words < (1 - WORDS_APART) * words:
            sentences.append(
                f"{name}: {found.words} words in the months' Atom documents, others have {words}"
            )
        sentences += [
            f"{name}: {found.nodes.get(kind, 0)} nodes {kind} in its pages' JSON-LD, others have {number}"
            for kind, number in sorted(most.items())
            if found.nodes.get(kind, 0) < number
        ]
    return sentences


def unseen(out: Path, entry: str, words: str) -> list[str]:
    """Return the outputs of *entry*, one of the newest, in which the edited *words* do not stand."""
    names = (f"{entry}/index.html", f"{entry.rpartition('/')[0]}/atom.xml", "atom.xml", "rss.xml")
    return [
        name
        for name in names
        if not (out / name).is_file() or words.encode() not in (out / name).read_bytes()
    ]
