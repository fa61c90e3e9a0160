"""Atom and RSS through feedgen, the one place that knows it.

feedgen takes the clock where no time is given, puts the newest entry last, and links RSS to the last
link of any kind; so every time is given, `order="append"` is said, and the alternate link comes last.
It loses the attributes of an entry's links in Atom (lkiesow/python-feedgen#135), so an entry has one link
there, and its recording is an enclosure in RSS alone.
"""

from datetime import UTC, datetime

from feedgen.entry import FeedEntry
from feedgen.feed import FeedGenerator

from publisher import issues
from publisher.model import address
from publisher.model.edition import Edition
from publisher.model.entry import Entry
from publisher.model.output import Page
from publisher.render.context import Speakers
from publisher.render.links import resolve

ATOM, RSS = "atom.xml", "rss.xml"
_BEGINNING = datetime(1970, 1, 1, tzinfo=UTC)


def render_feeds(edition: Edition, speakers: Speakers) -> list[Page]:
    """Return the Atom and the RSS feed of each language that has entries, newest entries first."""
    pages = []
    for lang in edition.settings.newsletter.languages:
        newest = issues.in_order(edition.in_language(lang))[: edition.settings.feeds.size]
        if newest:
            atom, rss = (_feed(edition, speakers, lang, newest, name) for name in (ATOM, RSS))
            pages.append(Page(address.feed(lang, ATOM, edition.settings), atom.atom_str(pretty=False)))
            pages.append(Page(address.feed(lang, RSS, edition.settings), rss.rss_str(pretty=False)))
    return pages


def tag(entry: Entry, edition: Edition) -> str:
    """Return the id of *entry* in feeds: a tag URI (RFC 4151) that no change of title or address touches."""
    return f"tag:{edition.settings.newsletter.tag}:{entry.id}"


def changed(entry: Entry) -> datetime:
    """Return when *entry* was last changed, as far as it says so."""
    return entry.updated or entry.published or _BEGINNING


def _feed(edition: Edition, speakers: Speakers, lang: str, entries: list[Entry], name: str) -> FeedGenerator:
    settings, newsletter = edition.settings, edition.settings.newsletter
    here = address.absolute(address.feed(lang, name, settings), settings)
    feed = FeedGenerator()
    feed.load_extension("dc", atom=False)
    feed.id(f"tag:{newsletter.tag}:{lang}")
    feed.title(newsletter.title.for_language(lang))
    feed.description(newsletter.description.for_language(lang))
    feed.language(lang)
    feed.author(name=(newsletter.organisation or newsletter.title).for_language(lang))
    feed.generator("publisher")
    feed.updated(max(map(changed, entries)))  # also RSS's lastBuildDate
    feed.link(href=here, rel="self", type="application/atom+xml" if name == ATOM else "application/rss+xml")
    feed.link(href=address.absolute(address.home(lang, settings), settings), rel="alternate")
    for entry in entries:
        item = feed.add_entry(order="append")
        _add(item, entry, edition, speakers)
        if entry.media and name == RSS:
            item.enclosure(entry.media.url, str(entry.media.length), entry.media.type)
    return feed


def _add(item: FeedEntry, entry: Entry, edition: Edition, speakers: Speakers) -> None:
    settings = edition.settings
    organisation = settings.newsletter.organisation or settings.newsletter.title
    item.id(tag(entry, edition))  # also RSS's guid, which is no permalink
    item.title(entry.title)
    item.link(href=address.absolute(address.entry(entry, settings), settings))
    item.published(entry.published)
    item.updated(changed(entry))
    item.author(name=organisation.for_language(entry.lang))
    item.dc.dc_creator(organisation.for_language(entry.lang))
    item.category(term=entry.kind, label=settings.kinds[entry.kind].name.for_language(entry.lang))
    if entry.summary:
        item.summary(entry.summary)
    item.content(_content(entry, edition, speakers), type="html")


def _content(entry: Entry, edition: Edition, speakers: Speakers) -> str:
    """Return when the event is, and the body with absolute addresses, else the summary."""
    when = f"<p><strong>{speakers[entry.lang].event(entry.event)}</strong></p>\n" if entry.event else ""
    text = entry.html or f"<p>{entry.summary_html}</p>"
    return when + resolve(text, entry, edition, lambda where: address.absolute(where, edition.settings))
