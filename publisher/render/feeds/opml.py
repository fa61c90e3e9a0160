"""All feeds as one OPML file, which readers import (opml.org/spec2.opml)."""

from html import escape

from publisher.model import address
from publisher.model.feed import FeedPlan
from publisher.model.settings import Settings


def opml(feeds: list[FeedPlan], settings: Settings) -> bytes:
    """Return *feeds* as an outline, each by its Atom address."""
    title = settings.newsletter.title.for_language(settings.newsletter.languages[0])
    lines = ['<?xml version="1.0" encoding="UTF-8"?>', '<opml version="2.0">']
    lines += ["<head>", f"<title>{escape(title, quote=False)}</title>", "</head>", "<body>"]
    for feed in feeds:
        where = address.absolute(feed.folder + address.ATOM, settings)
        lines.append(
            f'<outline type="rss" version="ATOM" text={_quoted(feed.title)} title={_quoted(feed.title)}'
            f" xmlUrl={_quoted(where)} htmlUrl={_quoted(feed.home)} language={_quoted(feed.lang)}/>"
        )
    return "\n".join([*lines, "</body>", "</opml>", ""]).encode()


def _quoted(text: str) -> str:
    """Return *text* as the value of an attribute, with its quotation marks."""
    value = escape(text, quote=False)
    if '"' not in value:
        return f'"{value}"'
    return f"'{value}'" if "'" not in value else '"' + value.replace('"', "&quot;") + '"'
