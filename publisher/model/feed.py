"""Feeds as values: what Atom, RSS and JSON Feed all say, each in its way."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Label:
    """A category: its key and its words."""

    term: str
    words: str


@dataclass(frozen=True, slots=True)
class Attachment:
    """A picture or recording: absolute address, media type, size in bytes; pixels or seconds where known."""

    url: str
    type: str
    length: int
    width: int = 0
    height: int = 0
    seconds: int = 0
    description: str = ""
    credit: str = ""


@dataclass(frozen=True, slots=True)
class FeedItem:
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


@dataclass(frozen=True, slots=True)
class Feed:
    """A feed in the folder *folder* ("" or ending with a slash); all addresses but that are absolute.

    *older* is the archive document before this one (RFC 5005, section 4). *current*, which an
    archive has and other feeds have not, is the feed to subscribe to.
    """

    id: str
    folder: str
    lang: str
    title: str
    description: str
    author: str
    home: str
    updated: datetime
    items: tuple[FeedItem, ...]
    formats: tuple[str, ...]
    older: str = ""
    current: str = ""

    @property
    def is_subscribable(self) -> bool:
        """Tell whether people subscribe to it; documents of single months are Atom alone."""
        return len(self.formats) > 1
