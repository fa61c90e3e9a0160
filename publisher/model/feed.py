"""Feeds as values: what Atom, RSS and JSON Feed all say, each in its way."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from msgspec import Struct

from publisher.model.entry import Entry


class Label(Struct, frozen=True, gc=False):
    """A category: its key and its words."""

    term: str
    words: str


class Attachment(Struct, frozen=True, gc=False):
    """A picture or recording: absolute address, media type, size in bytes; pixels or seconds where known."""

    url: str
    type: str
    length: int
    width: int = 0
    height: int = 0
    seconds: int = 0
    description: str = ""
    credit: str = ""


class FeedItem(Struct, frozen=True, gc=False):
    """One entry as feeds tell it; *html* has absolute addresses only, *summary* is plain text."""

    id: str
    url: str
    lang: str
    title: str
    summary: str
    html: str
    author: str
    published: datetime
    updated: datetime
    labels: tuple[Label, ...]
    picture: Attachment | None = None
    recording: Attachment | None = None


class FeedHead(Struct, frozen=True, kw_only=True):
    """What a feed says of itself.

    It lies in the folder *folder* ("" or ending with a slash); all other addresses are absolute. *older*
    is the archive document before this one (RFC 5005, section 4). *current*, which an archive has and
    other feeds have not, is the feed to subscribe to.
    """

    id: str
    folder: str
    lang: str
    title: str
    description: str
    author: str
    home: str
    formats: tuple[str, ...]
    older: str = ""
    current: str = ""

    @property
    def is_subscribable(self) -> bool:
        """Tell whether people subscribe to it; documents of single months are Atom alone."""
        return len(self.formats) > 1


class FeedPlan(FeedHead, frozen=True, kw_only=True):
    """A feed before it is written: which entries it holds."""

    entries: Sequence[Entry]

    def with_items(self, items: Iterable[FeedItem]) -> "Feed":
        """Return the feed with an item for each of its entries, newest first."""
        head = {name: getattr(self, name) for name in FeedHead.__struct_fields__}
        chosen = tuple(sorted(items, key=lambda item: item.published, reverse=True))
        return Feed(**head, items=chosen, updated=max(item.updated for item in chosen))


class Feed(FeedHead, frozen=True, kw_only=True):
    """A feed as it is written: an item for each entry."""

    updated: datetime
    items: tuple[FeedItem, ...]
