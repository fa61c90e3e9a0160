"""Feeds: which there are, and each as Atom, RSS and JSON Feed.

`items` makes an item of each entry, once; `plan` says which feeds hold it; `syndication` (Atom and
RSS, the door to feedgen), with the `forms` of entries, and `json_feed` write them; `opml` lists them.
"""

from collections.abc import Callable, Iterator

from publisher.model import address
from publisher.model.edition import Edition
from publisher.model.feed import FeedPlan
from publisher.model.output import Page
from publisher.render.context import Speakers
from publisher.render.feeds.items import ItemMaker
from publisher.render.feeds.json_feed import json_feed
from publisher.render.feeds.opml import opml
from publisher.render.feeds.plan import plan
from publisher.render.feeds.syndication import Syndicator
from publisher.render.feeds.times import FeedTimes
from publisher.render.templating import Templates


class Feeds:
    """The feeds of one edition: their plans, and how each is written.

    *length* gives the bytes of the file that the site has of a picture, by its path in the entries folder.
    """

    def __init__(self, edition: Edition, speakers: Speakers, length: Callable[[str], int]) -> None:
        self.times = FeedTimes(edition.days)
        self.plans = plan(edition, speakers, self.times)
        self._settings = edition.settings
        self._item = ItemMaker(edition, speakers, self.times, length)
        self._syndicator = Syndicator(edition.settings, speakers)

    @property
    def subscribable(self) -> list[FeedPlan]:
        """Return the feeds that people subscribe to: all but those of single months."""
        return [planned for planned in self.plans if planned.is_subscribable]

    def pages(self, planned: FeedPlan) -> Iterator[Page]:
        """Yield the feed *planned* in each of its formats."""
        feed = planned.with_items(map(self._item, planned.entries))
        for name in feed.formats:
            is_json = name == address.JSON
            content = json_feed(feed, self._settings) if is_json else self._syndicator.render(feed, name)
            yield Page(feed.folder + name, content)

    def shared_pages(self, templates: Templates) -> Iterator[Page]:
        """Yield the stylesheet for browsers, and the list of all feeds as OPML."""
        if self.plans:
            look = {"look": self._settings.look}
            yield Page(address.feed_stylesheet(), templates.render("site/feed.css", look).encode())
        if chosen := self.subscribable:
            yield Page(address.opml(), opml(chosen, self._settings))
