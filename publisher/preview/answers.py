"""What the server answers, as values: one for a browser, made without knowing of sockets."""

import hashlib
from dataclasses import dataclass, field

from publisher.mediatypes import type_of

VERSION = "@version@"
"""Stands in a page where its own version belongs, which is a hash of all else."""
_PAGE = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; frame-src 'self'; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
_MAIL = (
    "default-src 'none'; style-src 'unsafe-inline'; img-src {pictures}; "
    "base-uri 'self'; frame-ancestors 'self'"
)


@dataclass(frozen=True, slots=True)
class Answer:
    """A status, a media type, bytes and further headers; *version* is another one whenever the bytes are."""

    status: int
    type: str
    body: bytes
    headers: dict[str, str] = field(default_factory=dict)
    version: str = ""


def file(path: str, content: bytes, **headers: str) -> Answer:
    """Return the file at *path* as it is."""
    return Answer(200, type_of(path), content, headers, _hash(content))


def own_page(text: str, status: int = 200) -> Answer:
    """Return a page of the preview itself; nothing but its own files may be loaded or sent to."""
    return _page(text, status, {"Content-Security-Policy": _PAGE})


def site_page(text: str, status: int = 200) -> Answer:
    """Return a page of the site, with what tells it of changes."""
    return _page(text, status, {})


def mail(text: str, *, pictures: bool) -> Answer:
    """Return a mail for a frame: no script, nothing from elsewhere, and *pictures* or none."""
    policy = _MAIL.format(pictures="'self' data:" if pictures else "'none'")
    body = text.encode()
    return Answer(200, type_of("x.html"), body, {"Content-Security-Policy": policy}, _hash(body))


def elsewhere(where: str, status: int = 307) -> Answer:
    """Return the way to another address."""
    return Answer(status, type_of("x.txt"), b"", {"Location": where})


def _page(text: str, status: int, headers: dict[str, str]) -> Answer:
    version = _hash(text.encode())
    return Answer(status, type_of("x.html"), text.replace(VERSION, version).encode(), headers, version)


def _hash(data: bytes) -> str:
    return hashlib.blake2b(data, digest_size=12).hexdigest()
