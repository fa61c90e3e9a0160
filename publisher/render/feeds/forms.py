"""Forms of entries: the tags as feedgen writes them, with places for what an entry says.

feedgen and lxml make an entry of some fifteen elements and check, copy, keep and escape each text on
the way. For Atom and RSS together that took a fifth of the time in which markdown-it-py renders the
entry, and two and a half times the memory of the feeds (benchmarks/feeds.py measures it). But entries
differ in their words and hardly in their tags. So feedgen writes one form for all entries that say
the same things, with a place for each value, and the words are put in as lxml writes them.
"""

import html
import re
from collections import defaultdict
from collections.abc import Callable, Iterable
from datetime import datetime

from publisher.model.feed import Attachment, FeedItem

# A place is a name between two noncharacters; XML may hold them, and no tag does.
_PLACE = re.compile("\ufdd0([a-z0-9-]+)\ufdd1")
_CONTROLS = bytes({*range(32)} - {*b"\t\n\r"})
_NONCHARACTER = re.compile("\ufffe|\uffff".encode())
_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def values_of(item: FeedItem, *, is_rss: bool) -> dict[str, str]:
    """Return what *item* says, each by the name of its place; what it does not say has no name.

    What only RSS writes is told for RSS alone.
    """
    published = item.published.isoformat()
    values = {
        "id": item.id,
        "url": item.url,
        "lang": item.lang,
        "title": item.title,
        "html": item.html,
        "author": item.author,
        "published": published,
        "updated": published if item.updated is item.published else item.updated.isoformat(),
    }
    if item.summary:
        values["summary"] = item.summary
    if is_rss:
        values |= _of_rss(item)
    for number, label in enumerate(item.labels):
        values[f"term-{number}"] = label.term
        values[f"words-{number}"] = label.words
    if item.picture:
        values |= _file("picture", item.picture)
        values["picture-width"] = str(item.picture.width)
        values["picture-height"] = str(item.picture.height)
        values["picture-description"] = item.picture.description
        if item.picture.credit:
            values["picture-credit"] = item.picture.credit
    if item.recording:
        values |= _file("recording", item.recording)
    return values


def rss_time(moment: datetime) -> str:
    """Return *moment*, which is aware, as RSS tells it (RFC 822).

    `email.utils` says the same, but loads sockets, which takes longer than all that an edit writes of RSS.
    """
    day, month = _DAYS[moment.weekday()], _MONTHS[moment.month - 1]
    return f"{day}, {moment.day:02} {month} {moment.year:04} {moment:%H:%M:%S %z}"


def _of_rss(item: FeedItem) -> dict[str, str]:
    values = {"rss-date": rss_time(item.published)}
    if item.updated != item.published:
        values["rss-updated"] = item.updated.isoformat()
    if item.summary:  # plain words, which RSS takes for HTML
        values["rss-summary"] = html.escape(item.summary, quote=False)
    return values


def _file(name: str, file: Attachment) -> dict[str, str]:
    return {f"{name}-url": file.url, f"{name}-type": file.type, f"{name}-length": str(file.length)}


def labels_in(values: dict[str, str]) -> list[tuple[str, str]]:
    """Return the term and the words of each label in *values*."""
    return [
        (term, values[f"words-{name.removeprefix('term-')}"])
        for name, term in values.items()
        if name.startswith("term-")
    ]


def places_for(names: Iterable[str]) -> dict[str, str]:
    """Return, by name, what stands in a form where the value of that name goes."""
    return {name: f"\ufdd0{name}\ufdd1" for name in names}


class Form:
    """What feedgen wrote around places; *is_rss* has titles written for readers that unescape twice."""

    def __init__(self, written: bytes, *, is_rss: bool) -> None:
        first, *rest = _PLACE.split(written.decode())
        names, tags = rest[::2], [first, *rest[1::2]]
        self._pieces = [piece for tag in tags for piece in (tag.encode(), b"")][:-1]  # values stand between
        groups: dict[Callable[[bytes], bytes], list[int]] = defaultdict(list)
        for number in range(len(names)):
            groups[_writer_after(tags[number], is_rss=is_rss)].append(number)
        self._groups = [
            (write, [names[number] for number in numbers], [2 * number + 1 for number in numbers])
            for write, numbers in groups.items()
        ]

    def fill(self, values: dict[str, str]) -> bytes:
        """Return the form with *values* put in; refuse NUL, which stands between them meanwhile."""
        pieces = self._pieces.copy()
        for write, names, places in self._groups:
            written = write("\0".join([values[name] for name in names]).encode()).split(b"\0")
            if len(written) != len(places):
                raise refused(values["id"])
            for place, piece in zip(places, written, strict=True):
                pieces[place] = piece
        return b"".join(pieces)


def refused(identity: str) -> ValueError:
    """Return the error of the entry *identity*, which says what lxml, too, would refuse."""
    return ValueError(f"{identity} holds a character that XML cannot carry")


def is_xml(data: bytes) -> bool:
    """Tell whether XML can hold all characters of *data*."""
    has_controls = len(data.translate(None, _CONTROLS)) < len(data)
    return not has_controls and not (b"\xef" in data and _NONCHARACTER.search(data))  # "in" is much faster


def _writer_after(tags: str, *, is_rss: bool) -> Callable[[bytes], bytes]:
    """Return how a value is written whose place comes after *tags*."""
    if tags.endswith('="'):
        return _attribute
    return _title if is_rss and tags.endswith("<title>") else _text


def _text(data: bytes) -> bytes:
    data = data.replace(b"&", b"&amp;").replace(b"<", b"&lt;").replace(b">", b"&gt;")
    return data.replace(b"\r", b"&#13;")


def _attribute(data: bytes) -> bytes:
    data = _text(data).replace(b'"', b"&quot;")
    return data.replace(b"\n", b"&#10;").replace(b"\t", b"&#9;")


def _title(data: bytes) -> bytes:
    return numeric(_text(data))


def numeric(escaped: bytes) -> bytes:
    """Return an RSS title as readers that unescape twice want it (RSS Board)."""
    return escaped.replace(b"&lt;", b"&#x3C;").replace(b"&gt;", b"&#x3E;").replace(b"&amp;", b"&#x26;")
