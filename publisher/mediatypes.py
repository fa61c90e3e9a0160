"""The media types of what a newsletter is made of, as docs/hosting.md tells servers to send them."""

_TYPES = {
    "css": "text/css; charset=utf-8",
    "eml": "message/rfc822",
    "html": "text/html; charset=utf-8",
    "ico": "image/x-icon",
    "ics": "text/calendar; charset=utf-8",
    "jpeg": "image/jpeg",
    "jpg": "image/jpeg",
    "gif": "image/gif",
    "js": "text/javascript; charset=utf-8",
    "json": "application/json",
    "opml": "text/x-opml",
    "png": "image/png",
    "svg": "image/svg+xml",
    "txt": "text/plain; charset=utf-8",
    "webp": "image/webp",
    "xml": "application/xml",
}


def type_of(path: str) -> str:
    """Return the media type of the file at *path*."""
    if path.endswith("feed.json"):
        return "application/feed+json"
    return _TYPES.get(path.rpartition(".")[2].lower(), "application/octet-stream")
