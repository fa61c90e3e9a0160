"""What is asked of the service and what it answers, as values. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from publisher.mediatypes import type_of

_NOTHING: Mapping[str, str] = {}
# No script, no cookie, nothing from elsewhere. Addresses hold tokens: they are told to nobody, nor kept.
OWN = {
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; "
        "frame-ancestors 'none'"
    ),
    "Referrer-Policy": "no-referrer",
    "X-Robots-Tag": "noindex",
    "X-Content-Type-Options": "nosniff",
    "Cache-Control": "no-store",
}


@dataclass(frozen=True, slots=True)
class Asked:
    """A request: *path* is decoded and begins without a slash, *headers* have names in small letters.

    *form* holds what was sent, several values of a name too; it is None if it could not be read.
    *client* is the address that asks.
    """

    method: str
    path: str
    query: Mapping[str, str] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)
    form: Mapping[str, list[str]] | None = field(default_factory=dict)
    client: str = ""

    @property
    def posts(self) -> bool:
        """Tell whether it asks to do something."""
        return self.method == "POST"

    def sent(self, name: str) -> str:
        """Return the first value of the form's field *name*, "" if there is none."""
        return ((self.form or {}).get(name) or [""])[0]


@dataclass(frozen=True, slots=True)
class Answer:
    """A status, a media type, bytes and further headers."""

    status: int
    type: str
    body: bytes
    headers: Mapping[str, str] = field(default_factory=dict)


def page(text: str, status: int = 200, more: Mapping[str, str] = _NOTHING) -> Answer:
    """Return a page of the service itself."""
    return Answer(status, type_of("x.html"), text.encode(), {**OWN, **more})


def words(text: str, status: int = 200, more: Mapping[str, str] = _NOTHING) -> Answer:
    """Return a line of text, for machines and for when nothing else can be said."""
    return Answer(status, type_of("x.txt"), f"{text}\n".encode(), {**OWN, **more})
