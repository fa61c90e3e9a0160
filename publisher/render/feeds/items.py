"""Entries to feed items: content that travels, an id that stays, a time of its own."""

import hashlib
from collections import defaultdict
from datetime import UTC, datetime, time, timedelta
from typing import NamedTuple

from publisher.model import address
from publisher.model.edition import Edition
from publisher.model.entry import Entry
from publisher.model.feed import Attachment, FeedItem, Label
from publisher.model.text import Localised
from publisher.render.context import Speakers, credit_line, names
from publisher.render.language import Language
from publisher.render.links import absolute_body, escape

# A day alone is told as a time from 8:00 to 14:00, so that it is the same day for most of the world.
_FIRST_HOUR, _HOURS = 8, 6


class Times(NamedTuple):
    """The times to tell of an entry; *updated* is never before *published*."""

    published: datetime
    updated: datetime


def feed_times(entries: list[Entry]) -> dict[str, Times]:
    """Return the times to tell for each dated entry, by id.

    Two entries of one day without times would be told at the same second, which validators warn of
    and readers sort at random. So each gets a second of its day from a hash of its id; the few that
    meet move on to the next free one, in the order of their ids, and only such a pair can move. The day
    of a change is told in the same way.
    """
    days: dict[datetime, set[str]] = defaultdict(set)
    for entry in entries:
        if entry.published and not entry.has_time:
            days[entry.published].add(entry.id)
        if entry.updated and _is_day(entry.updated):
            days[entry.updated].add(entry.id)
    seconds = {midnight: _seconds(ids) for midnight, ids in days.items()}

    def told(moment: datetime, identity: str) -> datetime:
        second = seconds[moment][identity]
        return moment.replace(hour=_FIRST_HOUR) + timedelta(seconds=second)

    times = {}
    for entry in entries:
        if entry.published:
            published = entry.published if entry.has_time else told(entry.published, entry.id)
            updated = entry.updated or published
            if entry.updated and _is_day(entry.updated):
                updated = told(entry.updated, entry.id)
            times[entry.id] = Times(_whole_offset(published), _whole_offset(max(published, updated)))
    return times


def _is_day(moment: datetime) -> bool:
    return moment.time() == time()


def _seconds(ids: set[str]) -> dict[str, int]:
    """Return a second for each id of one day, no two the same."""
    there_are = max(_HOURS * 3600, len(ids))
    found: dict[str, int] = {}
    taken: set[int] = set()
    for identity in sorted(ids):
        second = int(hashlib.sha256(identity.encode()).hexdigest(), 16) % there_are
        while second in taken:
            second = (second + 1) % there_are
        taken.add(second)
        found[identity] = second
    return found


def _whole_offset(moment: datetime) -> datetime:
    """Return *moment* as feeds can say it: they know no offset of +00:34:08, as zones had before 1900."""
    offset = moment.utcoffset() or timedelta()
    return moment.astimezone(UTC) if offset % timedelta(minutes=1) else moment


def make_items(entries: list[Entry], edition: Edition, speakers: Speakers) -> dict[str, FeedItem]:
    """Return the item of each dated entry, by the entry's path."""
    times = feed_times(entries)
    return {
        entry.path: _item(entry, times[entry.id], edition, speakers[entry.lang])
        for entry in entries
        if entry.published
    }


def _item(entry: Entry, times: Times, edition: Edition, language: Language) -> FeedItem:
    settings = edition.settings
    organisation: Localised = settings.newsletter.organisation or settings.newsletter.title
    kind = Label(entry.kind, settings.kinds[entry.kind].name.for_language(entry.lang))
    topics = zip(entry.topics, names(entry, "topics", edition, language), strict=True)
    return FeedItem(
        id=f"tag:{settings.newsletter.tag}:{entry.id}",
        url=address.absolute(address.entry(entry, settings), settings),
        lang=entry.lang,
        title=entry.title,
        summary=entry.summary or entry.title,
        html=_html(entry, edition, language),
        author=organisation.for_language(entry.lang),
        published=times.published,
        updated=times.updated,
        labels=tuple(dict.fromkeys((kind, *(Label(key, words) for key, words in topics)))),
        picture=_picture(entry, edition),
        recording=_recording(entry),
    )


def _picture(entry: Entry, edition: Edition) -> Attachment | None:
    if entry.image is None:
        return None
    path = address.beside(entry, entry.image.src)
    file = edition.pictures[path]
    return Attachment(
        url=address.absolute(address.asset(path), edition.settings),
        type=file.type,
        length=file.length,
        width=file.width,
        height=file.height,
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
