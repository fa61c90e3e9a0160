"""Plain front matter and names, checked without Pydantic.

It takes longer to load than hundreds of entries to read. This answers only where it is certain to say what
`model.frontmatter` says, in half of the time; at the first value that is not plain it gives up, and Pydantic
decides.
"""

import re
from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from msgspec import Struct

from publisher.model.entry import Credit, Image, Link, Media, Names
from publisher.model.localised import Localised
from publisher.model.rules import KEY, NAME_KEY, PLAIN_URL, SUMMARY_LIMIT, TITLE_LIMIT, one_line

_DAY = re.compile(r"[1-8][0-9]{3}-[0-9]{2}-[0-9]{2}")
_TIME = re.compile(
    r"[1-8][0-9]{3}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}(?::[0-9]{2})?[+-](?:0[0-9]|1[0-3]):[0-5][0-9]"
)
_LANGUAGE = re.compile(r"[a-z]{2}")
_NUMBER = re.compile(r"[1-9][0-9]{0,14}")
_YEAR = re.compile(r"(?:19|20)[0-9]{2}")
_RANK = re.compile(r"[1-5]")
_FILE = re.compile(r"(?:[A-Za-z0-9_-][A-Za-z0-9._-]*/)*[A-Za-z0-9_-][A-Za-z0-9._-]*")
_TYPE = re.compile(r"(?:audio|video|application)/[a-z0-9.+-]+")
_LOCAL = re.compile(r"[1-8][0-9]{3}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}(?::[0-9]{2})?")
_LIKE_TAG = re.compile(r"<[^ 0-9]")
_RELS = frozenset({"more", "report", "summary", "register", "video"})
_TRUTH = {"true": True, "false": False}
Moment = date
"""A day or a time, since a `datetime` is a `date` too; fields below are called `date` themselves."""


class _Odd(Exception):  # noqa: N818 - no error, but the sign to ask Pydantic
    """Something that is not plain."""


class Event(Struct, frozen=True):
    """An event, as `model.frontmatter.Event` gives it."""

    start: date
    end: date | None = None
    place: str | None = None
    zone: str | None = None
    online: bool = False
    url: str | None = None
    registration_deadline: date | None = None


class Front(Struct, frozen=True):
    """A front matter as `model.frontmatter.FrontMatter` gives it."""

    title: str
    date: Moment | None = None
    id: str | None = None
    kind: str | None = None
    kicker: str | None = None
    summary: str | None = None
    updated: Moment | None = None
    draft: bool = False
    expires: Moment | None = None
    event: Event | None = None
    deadline: Moment | None = None
    image: Image | None = None
    media: Media | None = None
    links: tuple[Link, ...] = ()
    link: str | None = None
    partners: tuple[str, ...] = ()
    programmes: tuple[str, ...] = ()
    places: tuple[str, ...] = ()
    topics: tuple[str, ...] = ()
    aliases: tuple[str, ...] = ()
    lang: str | None = None
    translation_of: str | None = None
    highlight: int | None = None
    evergreen: bool = False


def read(values: Mapping[str, Any]) -> Front | None:
    """Return the front matter with *values*, which are texts, lists and tables; None if it is not plain."""
    try:
        front = Front(**_checked(values, _FIELDS))
    except (_Odd, ValueError, TypeError, OSError):  # a day or a zone that is none, no title
        return None
    return front if front.date or front.evergreen else None


def read_names(values: Mapping[str, Any]) -> Names | None:
    """Return the names with *values*, which are texts and tables; None if they are not plain."""
    try:
        return Names(**_checked(values, dict.fromkeys(Names.__struct_fields__, _names)))
    except _Odd:
        return None


def _checked(values: Any, known: Mapping[str, Callable[[Any], Any]]) -> dict[str, Any]:
    if not isinstance(values, dict):
        raise _Odd
    try:
        return {name: known[name](value) for name, value in values.items()}
    except KeyError:
        raise _Odd from None


def _text(value: Any) -> str:
    """Return a text that is not empty, on one line and in signs that show."""
    if not isinstance(value, str):
        raise _Odd
    text = value
    if "\xa0" in text:
        text = text.replace("\xa0", " ")
    # Where all signs show, the only white space is the space.
    if not text.isprintable() or "\ufffd" in text or not (text := one_line(text)):
        raise _Odd
    return text


def _words(value: Any) -> str:
    """Return a text without tags."""
    text = _text(value)
    if "<" in text and _LIKE_TAG.search(text):
        raise _Odd
    return text


def _up_to(limit: int, check: Callable[[Any], str]) -> Callable[[Any], str]:
    def check_all(value: Any) -> str:
        text = check(value)
        if len(text) > limit:
            raise _Odd
        return text

    return check_all


def _like(pattern: re.Pattern[str]) -> Callable[[Any], str]:
    def check(text: Any) -> str:
        if isinstance(text, str) and pattern.fullmatch(text):
            return text
        raise _Odd

    return check


def _all(check: Callable[[Any], Any]) -> Callable[[Any], tuple[Any, ...]]:
    def check_all(values: Any) -> tuple[Any, ...]:
        if not isinstance(values, list):
            raise _Odd
        return tuple(map(check, values))

    return check_all


def _names(values: Any) -> dict[str, Localised]:
    """Return a table of names by key."""
    if not isinstance(values, dict):
        raise _Odd
    return {_name_key(key): _localised(value) for key, value in values.items()}


def _localised(value: Any) -> Localised:
    words = {"*": value} if isinstance(value, str) else value
    if not isinstance(words, dict) or not words:
        raise _Odd
    return Localised({lang: _text(text) for lang, text in words.items()})


def _number(pattern: re.Pattern[str]) -> Callable[[Any], int]:
    digits = _like(pattern)
    return lambda text: int(digits(text))


def _truth(text: Any) -> bool:
    if isinstance(text, str) and text in _TRUTH:
        return _TRUTH[text]
    raise _Odd


def _rel(text: Any) -> str:
    if isinstance(text, str) and text in _RELS:
        return text
    raise _Odd


def _day(text: Any) -> date:
    if isinstance(text, str) and _DAY.fullmatch(text):
        return date.fromisoformat(text)
    raise _Odd


def _day_or_time(text: Any) -> date:
    if isinstance(text, str) and _TIME.fullmatch(text):
        return datetime.fromisoformat(text)
    return _day(text)


def _day_or_local_time(text: Any) -> date:
    if isinstance(text, str) and _LOCAL.fullmatch(text):
        return datetime.fromisoformat(text)
    return _day(text)


def _zone(text: Any) -> str:
    return ZoneInfo(_words(text)).key  # raises KeyError, ValueError or OSError


def _table(kind: Callable[..., Any], known: Mapping[str, Callable[[Any], Any]]) -> Callable[[Any], Any]:
    """Return what makes a *kind* of a table; one that lacks a field raises TypeError."""

    def check(values: Any) -> Any:
        return kind(**_checked(values, known))

    return check


def _event(values: Any) -> Event:
    event: Event = _table(Event, _EVENT)(values)
    if event.end and event.end < event.start:  # raises TypeError if only one of them is a day
        raise _Odd
    return event


_url = _like(PLAIN_URL)
_EVENT: Mapping[str, Callable[[Any], Any]] = {
    "start": _day_or_local_time,
    "end": _day_or_local_time,
    "zone": _zone,
    "place": _words,
    "online": _truth,
    "url": _url,
    "registration_deadline": _day_or_local_time,
}
_key = _like(KEY)
_name_key = _like(NAME_KEY)
_name_keys = _all(_name_key)
_FIELDS: Mapping[str, Callable[[Any], Any]] = {
    "title": _up_to(TITLE_LIMIT, _words),
    "date": _day_or_time,
    "id": _key,
    "kind": _key,
    "kicker": _words,
    "summary": _up_to(SUMMARY_LIMIT, _text),
    "updated": _day_or_time,
    "draft": _truth,
    "expires": _day_or_time,
    "event": _event,
    "deadline": _day_or_time,
    "image": _table(
        Image,
        {
            "src": _like(_FILE),
            "alt": _words,
            "caption": _words,
            "credit": _table(
                Credit, {"holder": _words, "agency": _words, "via": _words, "year": _number(_YEAR)}
            ),
        },
    ),
    "media": _table(
        Media,
        {"url": _url, "type": _like(_TYPE), "length": _number(_NUMBER), "duration": _number(_NUMBER)},
    ),
    "links": _all(_table(Link, {"label": _words, "url": _url, "rel": _rel})),
    "link": _url,
    "partners": _name_keys,
    "programmes": _name_keys,
    "places": _name_keys,
    "topics": _name_keys,
    "lang": _like(_LANGUAGE),
    "translation_of": _key,
    "highlight": _number(_RANK),
    "evergreen": _truth,
}
