"""What a page shows beside its own words: stylesheets, scripts, pictures; if they change, the page does."""

import hashlib
import html
import re
from urllib.parse import unquote, urljoin, urlsplit

from publisher.preview.desk import Desk

_LINKED = re.compile(r'\b(?:src|href)="([^"]+\.(?:css|js|png|jpe?g|gif|webp|svg))"', re.IGNORECASE)


def linked(desk: Desk, page: str, here: str) -> str:
    """Return a hash of the files of the site that the HTML *page* at *here* shows; "" if it shows none."""
    found = hashlib.blake2b(digest_size=8)
    ways = sorted(set(_LINKED.findall(page)))
    for way in ways:
        parts = urlsplit(urljoin(f"/{here}", html.unescape(way)))
        content = None if parts.netloc else desk.file(unquote(parts.path).removeprefix("/")).content
        found.update(hashlib.blake2b(content or b"").digest())
    return found.hexdigest() if ways else ""
