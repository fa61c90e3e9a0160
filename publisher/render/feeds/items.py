"""Entries to feed items: content that travels, an id that stays, a time of its own."""

from collections.abc import Callable
from functools import cache

from publisher.model import address, raster
from publisher.model.edition import Edition
from publisher.model.entry import Entry
from publisher.model.feed import Attachment, FeedItem, Label
from publisher.render.context import Speakers, credit_line, name_of
from publisher.render.feeds.times import FeedTimes
from publisher.render.language import Language
from publisher.render.links import absolute_body, escape

_REMEMBERED = 200


class ItemMaker:
    """Makes the item of each entry; the last are remembered, since the newest stand in several feeds.

    *length* gives the bytes of the file that the site has of a picture.
    """

    def __init__(
        self, edition: Edition, speakers: Speakers, times: FeedTimes, length: Callable[[str], int]
    ) -> None:
        self._edition, self._speakers, self._times, self._length = edition, speakers, times, length
        self._made: dict[str, FeedItem] = {}
        # Every entry has such words, and there are few of them.
        self._author, self._kind, self._topic = (
            cache(self._author_in),
            cache(self._kind_in),
            cache(self._topic_in),
        )

    def __call__(self, entry: Entry) -> FeedItem:
        """Return the item of *entry*, which is dated."""
        item = self._made.get(entry.path)
        if item is None:
            if len(self._made) >= _REMEMBERED:
                del self._made[next(iter(self._made))]
            item = self._made[entry.path] = self._fresh(entry)
        return item

    def _fresh(self, entry: Entry) -> FeedItem:
        settings, lang, times = self._edition.settings, entry.lang, self._times.of(entry)
        labels = [self._kind(lang, entry.kind), *[self._topic(lang, key) for key in entry.topics]]
        return FeedItem(
            id=f"tag:{settings.newsletter.tag}:{entry.id}",
            url=address.absolute(address.entry(entry, settings), settings),
            lang=lang,
            title=entry.title,
            summary=entry.summary or entry.title,
            html=_html(entry, self._edition, self._speakers[lang]),
            author=self._author(lang),
            published=times.published,
            updated=times.updated,
            labels=tuple(dict.fromkeys(labels)),
            picture=published_picture(entry, self._edition, self._length),
            recording=_recording(entry),
        )

    def _author_in(self, lang: str) -> str:
        newsletter = self._edition.settings.newsletter
        return (newsletter.organisation or newsletter.title).for_language(lang)

    def _kind_in(self, lang: str, key: str) -> Label:
        return Label(key, self._edition.settings.kinds[key].name.for_language(lang))

    def _topic_in(self, lang: str, key: str) -> Label:
        return Label(key, name_of(key, "topics", self._edition, self._speakers[lang]))


def published_picture(
    entry: Entry, edition: Edition, length: Callable[[str], int] = lambda _path: 0
) -> Attachment | None:
    """Return the picture of *entry* as it is published; None if it has none. *length* gives bytes by path."""
    if entry.image is None:
        return None
    path = address.beside(entry, entry.image.src)
    file = edition.pictures[path]
    size = raster.served(file)
    return Attachment(
        url=address.absolute(address.asset(path), edition.settings),
        type=file.type,
        length=length(path),
        width=size.width,
        height=size.height,
        description=entry.image.alt,
        credit=credit_line(entry.image.credit),
    )


def _recording(entry: Entry) -> Attachment | None:
    if entry.media is None:
        return None
    return Attachment(
        entry.media.url, entry.media.type, entry.media.length, seconds=entry.media.duration or 0
    )


def _html(entry: Entry, edition: Edition, language: Language) -> str:
    """Return the whole entry: when it takes place, its text or summary, its recording and its links."""
    parts = []
    if entry.event:
        where = [entry.event.place, language.gettext("Online") if entry.event.online else None]
        words = " · ".join(escape(part) for part in [language.event(entry.event), *where] if part)
        parts.append(f"<p><strong>{words}</strong>{_calendar(entry, edition, language)}</p>")
    parts.append(absolute_body(entry, edition))
    parts += [_embed(entry, edition, language)] if entry.media else []
    links = [(link.url, link.label) for link in entry.links]
    if entry.link:
        links.append((entry.link, language.gettext("Read it where it was published")))
    if links:
        rows = "".join(f'<li><a href="{escape(url)}">{escape(label)}</a></li>' for url, label in links)
        parts.append(f"<ul>{rows}</ul>")
    return "\n".join(parts)


def _calendar(entry: Entry, edition: Edition, language: Language) -> str:
    if "calendar" not in edition.settings.outputs:
        return ""
    file = address.absolute(address.entry_calendar(entry, edition.settings), edition.settings)
    return f' <a href="{escape(file)}">{escape(language.gettext("Add to calendar"))}</a>'


def _embed(entry: Entry, edition: Edition, language: Language) -> str:
    """Return a recording as what every reader can show: its picture, and a link."""
    url = escape(entry.media.url) if entry.media else ""
    poster = ""
    if entry.image:
        source = address.absolute(address.asset(address.beside(entry, entry.image.src)), edition.settings)
        poster = f'<img src="{escape(source)}" alt="{escape(entry.image.alt)}"><br>'
    return f'<p><a href="{url}">{poster}{escape(language.gettext("Recording"))}</a></p>'
