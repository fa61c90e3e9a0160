"""JSON Feed 1.1 (jsonfeed.org/version/1.1)."""

import json
from typing import Any

from publisher.model import address
from publisher.model.feed import Attachment, Feed, FeedItem
from publisher.model.settings import Settings


def json_feed(feed: Feed, settings: Settings) -> bytes:
    """Return *feed* as JSON Feed."""
    document: dict[str, Any] = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": feed.title,
        "home_page_url": feed.home,
        "feed_url": address.absolute(feed.folder + address.JSON, settings),
        "description": feed.description,
        "authors": [{"name": feed.author}],
        "language": feed.lang,
    }
    if settings.feeds.hub:
        document["hubs"] = [{"type": "WebSub", "url": settings.feeds.hub}]
    document["items"] = [_item(item) for item in feed.items]
    return (json.dumps(document, ensure_ascii=False, indent=1) + "\n").encode()


def _item(item: FeedItem) -> dict[str, Any]:
    row: dict[str, Any] = {
        "id": item.id,
        "url": item.url,
        "title": item.title,
        "content_html": item.html,
        "summary": item.summary,
        "date_published": item.published.isoformat(),
        "authors": [{"name": item.author}],
        "tags": [label.words for label in item.labels],
        "language": item.lang,
    }
    if item.updated != item.published:
        row["date_modified"] = item.updated.isoformat()
    if item.picture:
        row["image"] = item.picture.url
    if item.recording:
        row["attachments"] = [_attachment(item.recording)]
    return {name: value for name, value in row.items() if value not in ("", [])}


def _attachment(file: Attachment) -> dict[str, Any]:
    row: dict[str, Any] = {"url": file.url, "mime_type": file.type}
    row |= {"size_in_bytes": file.length} if file.length else {}
    return row | ({"duration_in_seconds": file.seconds} if file.seconds else {})
