"""The page that servers show where there is none, at whatever depth somebody asked."""

from publisher.model import address
from publisher.model.edition import Edition
from publisher.model.feed import FeedPlan
from publisher.model.output import Page
from publisher.render.context import Speakers
from publisher.render.feeds.times import FeedTimes
from publisher.render.site.frame import Rooted, Site
from publisher.render.templating import Templates


def missing(
    edition: Edition, templates: Templates, speakers: Speakers, subscribable: list[FeedPlan], times: FeedTimes
) -> Page:
    """Return the page in the default language, with a line in each other one that has a home page."""
    settings = edition.settings
    way = Rooted(settings)
    default, *others = edition.spoken
    site = Site(edition, templates, speakers, default, subscribable, times, way)
    lines = [
        {"lang": lang, "say": speakers[lang], "home": way(address.home(lang, settings))} for lang in others
    ]
    return site.page("site/404.html", address.missing(), {}, others=lines)
