"""Feeds: which there are, and each as Atom, RSS and JSON Feed.

`items` makes an item of each entry, once; `plan` says which feeds hold it; `syndication` (Atom and
RSS, the door to feedgen), with the `forms` of entries, and `json_feed` write them; `opml` lists them.
"""

from collections.abc import Iterator

from publisher.model import address
from publisher.model.edition import Edition
from publisher.model.feed import Feed
from publisher.model.output import Page
from publisher.render.context import Speakers
from publisher.render.feeds.json_feed import json_feed
from publisher.render.feeds.opml import opml
from publisher.render.feeds.syndication import Syndicator
from publisher.render.templating import Templates


def render_feeds(
    feeds: list[Feed], edition: Edition, templates: Templates, speakers: Speakers
) -> Iterator[Page]:
    """Yield each of *feeds* in its formats, the stylesheet for browsers, and the list of all as OPML."""
    syndicator = Syndicator(edition.settings, speakers)
    for feed in feeds:
        for name in feed.formats:
            content = (
                json_feed(feed, edition.settings) if name == address.JSON else syndicator.render(feed, name)
            )
            yield Page(feed.folder + name, content)
    if feeds:
        yield Page(address.feed_stylesheet(), templates.text("site/feed.css").encode())
    if chosen := subscribable(feeds):
        yield Page(address.opml(), opml(chosen, edition.settings))


def subscribable(feeds: list[Feed]) -> list[Feed]:
    """Return the feeds that people subscribe to: all but those of single months."""
    return [feed for feed in feeds if feed.is_subscribable]
