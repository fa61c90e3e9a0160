"""What a page says of itself as JSON-LD, in the words of schema.org.

Which properties consumers need: developers.google.com/search/docs/appearance/structured-data, the pages
`article`, `event`, `breadcrumb` and `organization`. `tests/schemas.py` has them as a table.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any, NamedTuple, Self

import msgspec

from publisher.model.entry import Entry, Event
from publisher.model.feed import Attachment
from publisher.render.feeds.times import Times, whole_offset

Node = dict[str, Any] | msgspec.Raw
Trail = Sequence[tuple[str, str]]
"""The way from the home page to a page: the name and the whole address of each step, also of the last."""

_HEADLINE = 110  # characters; longer ones were an error for years, and are cut where they are shown
_SCHEMA = "https://schema.org/"
_encode = msgspec.json.Encoder().encode


class Told(NamedTuple):
    """When an entry was published and changed, in ISO 8601."""

    published: str
    updated: str

    @classmethod
    def of(cls, times: Times) -> Self:
        """Return *times* in words."""
        published = times.published.isoformat()  # most entries have one time for both
        return cls(published, published if times.updated is times.published else times.updated.isoformat())


class Publisher:
    """Who publishes, and the site in one language: what the nodes of all its pages lead to.

    Pages name the site; what it is stands on its home page alone. Who publishes stands on every page, since
    consumers want the name of an author where the article is.
    *top* is the whole address of the newsletter, *home* that of the language's home page; *logo* is absolute.
    """

    def __init__(
        self,
        top: str,
        home: str,
        lang: str,
        title: str,
        description: str,
        organisation: str,
        logo: Attachment | None,
    ) -> None:
        self.lang = lang
        self.organisation, self.site = {"@id": f"{top}#organisation"}, {"@id": f"{home}#website"}
        found: dict[str, Any] = {"@type": "Organization", **self.organisation, "name": organisation}
        found["url"] = top
        if logo:
            found["logo"] = image(logo)
        website = {
            "@type": "WebSite",
            **self.site,
            "url": home,
            "name": title,
            "description": description,
            "inLanguage": lang,
            "publisher": self.organisation,
        }
        self.node: Node = msgspec.Raw(_encode(found))
        self.website: Node = website

    def article(self, entry: Entry, url: str, times: Told, picture: Attachment | None) -> Node:
        """Return *entry*, which is dated and stands at *url*, as news; *times* are those that feeds tell."""
        found: dict[str, Any] = {
            "@type": "NewsArticle",
            "@id": f"{url}#article",
            "headline": headline(entry.title),
            "description": entry.summary or entry.title,
            "datePublished": times.published,
            "dateModified": times.updated,
            "inLanguage": entry.lang,
            "author": self.organisation,
            "publisher": self.organisation,
            "mainEntityOfPage": {"@type": "WebPage", "@id": url},
            "isPartOf": self.site,
        }
        if picture:
            found["image"] = [image(picture)]
        return found

    def event(self, entry: Entry, url: str, picture: Attachment | None) -> Node | None:
        """Return the event of *entry*, which stands at *url*; None if there is none, or nobody said where.

        Consumers refuse an event without a location, and its editor would be told of a fault.
        """
        event = entry.event
        if event is None or not (event.place or event.online):
            return None
        found: dict[str, Any] = {
            "@type": "Event",
            "@id": f"{url}#event",
            "name": entry.title,
            "description": entry.summary or entry.title,
            "startDate": _moment(event.start),
            **({"endDate": _moment(event.end)} if event.end else {}),
            "eventStatus": f"{_SCHEMA}EventScheduled",
            "eventAttendanceMode": f"{_SCHEMA}{_mode(event)}EventAttendanceMode",
            "location": _location(event, url),
            "organizer": self.organisation,
            "inLanguage": entry.lang,
            "url": event.url or url,
        }
        if picture:
            found["image"] = [image(picture)]
        return found

    def page(self, kind: str, url: str, name: str, description: str) -> Node:
        """Return the page at *url* as what it is: a WebPage, or a CollectionPage."""
        return {
            "@type": kind,
            "@id": url,
            "url": url,
            "name": name,
            "description": description,
            "inLanguage": self.lang,
            "isPartOf": self.site,
        }


def breadcrumbs(trail: Trail) -> Node:
    """Return the way to a page, which is the last of *trail*."""
    steps = [
        {"@type": "ListItem", "position": number, "name": name, "item": where}
        for number, (name, where) in enumerate(trail, start=1)
    ]
    return {"@type": "BreadcrumbList", "@id": f"{trail[-1][1]}#breadcrumbs", "itemListElement": steps}


def graph(nodes: Iterable[Node]) -> str:
    """Return *nodes* as one document that may stand in a script element of HTML.

    Nothing in it can end the element or begin a comment, and no line separator breaks a script.
    """
    text = _encode({"@context": _SCHEMA.rstrip("/"), "@graph": list(nodes)}).decode()
    text = text.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026")
    return text.replace("\u2028", "\\u2028").replace("\u2029", "\\u2029")


def headline(title: str) -> str:
    """Return *title* as it fits a headline, cut before a word."""
    if len(title) <= _HEADLINE:
        return title
    words = title[: _HEADLINE - 1]
    return f"{words.rpartition(' ')[0] or words}…"


def image(picture: Attachment) -> dict[str, Any]:
    """Return *picture* with its size."""
    found = {
        "@type": "ImageObject",
        "url": picture.url,
        "width": picture.width,
        "height": picture.height,
        "caption": picture.description,
    }
    return {name: value for name, value in found.items() if value}


def _location(event: Event, url: str) -> Any:
    """Return where *event* takes place; who follows it from elsewhere begins at its page."""
    room = {"@type": "VirtualLocation", "url": event.url or url}
    if not event.place:
        return room
    place = {"@type": "Place", "name": event.place, "address": event.place}
    return [place, room] if event.online else place


def _mode(event: Event) -> str:
    if not event.place:
        return "Online"
    return "Mixed" if event.online else "Offline"


def _moment(moment: Any) -> str:
    """Return a day as it is, and a time with its offset."""
    return str((whole_offset(moment) if isinstance(moment, datetime) else moment).isoformat())
