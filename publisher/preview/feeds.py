"""Feeds as readers see them: read by feedparser, beside their source."""

from dataclasses import dataclass
from io import BytesIO
from typing import Any

import feedparser

from publisher.model import address
from publisher.preview.desk import Desk

_SHOWN = 20
_FORMATS = {address.ATOM: "Atom", address.RSS: "RSS", address.JSON: "JSON Feed"}


@dataclass(frozen=True, slots=True)
class Item:
    """An item as a reader shows it; *html* is what feedparser lets through."""

    title: str
    link: str
    published: str
    html: str
    labels: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ShownFeed:
    """A feed: its title, its first items, how many there are, its source, and what is wrong with it."""

    path: str
    title: str
    lang: str
    items: tuple[Item, ...]
    count: int
    source: str
    fault: str


def listed(desk: Desk) -> list[dict[str, Any]]:
    """Return the feeds to choose from, each with its formats."""
    if desk.stand is None:
        return []
    return [
        {
            "title": plan.title,
            "lang": plan.lang,
            "entries": len(plan.entries),
            "formats": [(_FORMATS[name], f"{plan.folder}{name}") for name in plan.formats],
            "is_archive": not plan.is_subscribable,
        }
        for plan in desk.stand.press.feeds.plans
    ]


def shown(desk: Desk, path: str) -> ShownFeed | None:
    """Return the feed at *path*, which is counted from the top of the site; None if there is none."""
    plans = desk.stand.press.feeds.plans if desk.stand else []
    plan = next((plan for plan in plans if path in {plan.folder + name for name in plan.formats}), None)
    content = desk.file(path).content if plan else None
    if plan is None or content is None:
        return None
    source = content.decode()
    if path.endswith(address.JSON):
        return ShownFeed(path, plan.title, plan.lang, (), len(plan.entries), source, "")
    read = feedparser.parse(BytesIO(content))
    items = tuple(_item(entry) for entry in read.entries[:_SHOWN])
    fault = str(read.get("bozo_exception", "")) if read.bozo else ""
    return ShownFeed(path, read.feed.get("title", ""), plan.lang, items, len(read.entries), source, fault)


def _item(entry: Any) -> Item:
    content = entry.get("content") or [{"value": entry.get("summary", "")}]
    labels = tuple(tag.get("label") or tag.get("term") or "" for tag in entry.get("tags", []))
    published = entry.get("published", "") or entry.get("updated", "")
    return Item(entry.get("title", ""), entry.get("link", ""), published, content[0]["value"], labels)
