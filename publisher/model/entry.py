"""An entry as the parser gives it: whole, right, and with its HTML.

What a newsletter has thousands of are structs of msgspec: they are made in a tenth of the time of a
Pydantic model, take half of its memory, and are read back from the shelf by the library itself.
"""

import re
from collections.abc import Callable, Sequence
from datetime import date, datetime
from functools import cache
from typing import TYPE_CHECKING, Any, NamedTuple

from msgspec import Struct, field

from publisher.model.localised import Localised

if TYPE_CHECKING:
    Moment = date
    """A day, or a time; `datetime` is a kind of `date`."""
else:
    Moment = Any  # msgspec reads no union of the two; `entries.shelf` tells them apart


class Month(NamedTuple):
    """A calendar month; sorts by time."""

    year: int
    month: int

    def __str__(self) -> str:
        """Return `YYYY-MM`."""
        return f"{self.year:04}-{self.month:02}"

    @classmethod
    def parse(cls, text: str) -> "Month":
        """Return the month written `YYYY-MM`; raises `ValueError` for anything else."""
        if not re.fullmatch(r"[1-9][0-9]{3}-(?:0[1-9]|1[0-2])", text):
            raise ValueError("no month")
        return cls(int(text[:4]), int(text[5:]))

    @property
    def folder(self) -> str:
        """Return `YYYY/MM`, as addresses and folders write it."""
        return _folder_of(self)

    @property
    def first_day(self) -> date:
        """Return the month's first day."""
        return date(self.year, self.month, 1)

    @property
    def following(self) -> "Month":
        """Return the month after this one."""
        return Month(self.year + self.month // 12, self.month % 12 + 1)


@cache  # each address of an entry asks for it
def _folder_of(month: Month) -> str:
    return f"{month.year:04}/{month.month:02}"


@cache  # thousands of entries fall into some hundred months
def _month_of(year: int, month: int) -> Month:
    return Month(year, month)


class Credit(Struct, frozen=True, gc=False, array_like=True):
    """Who made a picture."""

    holder: str
    agency: str | None = None
    via: str | None = None
    year: int | None = None


class Image(Struct, frozen=True, gc=False, array_like=True):
    """A picture that lies beside its entry at *src*."""

    src: str
    alt: str
    credit: Credit | None = None
    caption: str | None = None


class Link(Struct, frozen=True, gc=False, array_like=True):
    """A way on from an entry; *rel* is more, report, summary, register or video."""

    label: str
    url: str
    rel: str = "more"


class Event(Struct, frozen=True, gc=False, array_like=True):
    """When and where something takes place: days, or aware times in *zone*."""

    start: Moment
    zone: str
    end: Moment | None = None
    place: str | None = None
    online: bool = False
    url: str | None = None
    registration_deadline: Moment | None = None


class Media(Struct, frozen=True, gc=False, array_like=True):
    """A recording: its address, media type, size in bytes and length in seconds."""

    url: str
    type: str
    length: int
    duration: int | None = None


class Entry(Struct, frozen=True, gc=False, array_like=True):
    """One item of news, or an evergreen page.

    *path* is relative to the entries folder. *published* is aware, in the newsletter's zone, and
    None for evergreen entries; *has_time* tells whether the entry gave a time or only a day.
    *summary* is plain text and *summary_html* the same with inline markup; both are never missing
    unless the body is empty too. *original* is the id that all translations of one text share.
    *deadline* is the last day, or the aware time, to answer a call or to apply. *aliases* are the addresses
    at which it stood earlier, as `model.address` writes them. *html* is the
    sanitised body, with addresses as they were written; "" while it lies on the shelf, from which
    `Edition.body` fetches it.
    """

    path: str
    id: str
    original: str
    slug: str
    lang: str
    title: str
    kind: str
    kicker: str | None
    summary: str
    summary_html: str
    has_summary: bool
    published: datetime | None
    has_time: bool
    updated: datetime | None
    expires: datetime | None
    draft: bool
    evergreen: bool
    highlight: int | None
    event: Event | None
    deadline: Moment | None
    image: Image | None
    media: Media | None
    links: tuple[Link, ...]
    link: str | None
    partners: tuple[str, ...]
    programmes: tuple[str, ...]
    places: tuple[str, ...]
    topics: tuple[str, ...]
    aliases: tuple[str, ...]
    assets: tuple[str, ...]
    references: tuple[str, ...]
    html: str

    @property
    def month(self) -> Month | None:
        """Return the month whose issue holds this entry; None if it is evergreen."""
        return _month_of(self.published.year, self.published.month) if self.published else None

    @property
    def day(self) -> date | None:
        """Return the day of publication in the newsletter's zone."""
        return self.published.date() if self.published else None

    @property
    def closes(self) -> date | datetime | None:
        """Return the last day or time to act: to apply, to answer, or to register for the event."""
        return self.deadline or (self.event.registration_deadline if self.event else None)

    @property
    def event_is_date(self) -> bool:
        """Tell whether the event starts on the day of publication, so that one date says both."""
        if self.event is None or self.day is None:
            return False
        start = self.event.start
        return (start.date() if isinstance(start, datetime) else start) == self.day


class Quote(Struct, frozen=True):
    """Somebody's words, shown from *start* to *end* (both days included; None is open)."""

    path: str
    lang: str
    by: str
    role: str | None
    start: date | None
    end: date | None
    html: str
    text: str


class Opening(Struct, frozen=True):
    """What editors say at the head of a month's digest; a digest without one opens with its news.

    *subject* and *preheader* take the place of those that are made from the entries. *html* and
    *text* are the greeting, "" if there is none; *signed* names who wrote it.
    """

    path: str
    month: Month
    lang: str
    subject: str | None
    preheader: str | None
    signed: str | None
    html: str
    text: str


class Names(Struct, frozen=True):
    """Names for keys, by field and language, from `entries/names.yml`.

    A field without a table takes any key and shows it as it is.
    """

    partners: dict[str, Localised] = {}
    programmes: dict[str, Localised] = {}
    places: dict[str, Localised] = {}
    topics: dict[str, Localised] = {}


class Picture(Struct, frozen=True, gc=False, array_like=True):
    """A picture's file: its media type, size in bytes and pixels, its bytes' hash, and whether it moves.

    Width and height are those of the upright picture. What the site makes of it is told by `model.raster`.
    """

    type: str
    length: int
    width: int
    height: int
    digest: bytes = b""
    is_animated: bool = False


def no_shelf(_path: str) -> str:
    """Return "": every body is in its entry."""
    return ""


class Library(Struct, frozen=True):
    """All that a project's entries folder holds: entries of every language, quotes, openings and names.

    *pictures* are those that entries show, by their path in the folder. *body* gives the HTML of an
    entry that lies on the shelf, by the entry's path.
    """

    entries: Sequence[Entry]
    quotes: tuple[Quote, ...]
    names: Names
    openings: tuple[Opening, ...] = ()
    pictures: dict[str, Picture] = field(default_factory=dict)
    body: Callable[[str], str] = no_shelf
