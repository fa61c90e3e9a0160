"""All feeds as one OPML file, which readers import (opml.org/spec2.opml)."""

from xml.sax.saxutils import escape, quoteattr

from publisher.model import address
from publisher.model.feed import FeedPlan
from publisher.model.settings import Settings


def opml(feeds: list[FeedPlan], settings: Settings) -> bytes:
    """Return *feeds* as an outline, each by its Atom address."""
    title = settings.newsletter.title.for_language(settings.newsletter.languages[0])
    lines = ['<?xml version="1.0" encoding="UTF-8"?>', '<opml version="2.0">']
    lines += ["<head>", f"<title>{escape(title)}</title>", "</head>", "<body>"]
    for feed in feeds:
        where = address.absolute(feed.folder + address.ATOM, settings)
        lines.append(
            f'<outline type="rss" version="ATOM" text={quoteattr(feed.title)} title={quoteattr(feed.title)}'
            f" xmlUrl={quoteattr(where)} htmlUrl={quoteattr(feed.home)} language={quoteattr(feed.lang)}/>"
        )
    return "\n".join([*lines, "</body>", "</opml>", ""]).encode()
