"""Whom the Message-ID of a mail names: `PERIOD.LANG.MARK.PUBLIC@HOST`, as `message` writes it. Pure."""

from typing import NamedTuple

_PARTS, _LONGEST = 4, 300


class Named(NamedTuple):
    """The *period* of an issue, such as "2026-11", and the reader whom tokens call *public*."""

    period: str
    public: str


def read(text: str, host: str) -> Named | None:
    """Return whom the Message-ID *text* names, in angle brackets or not; None if it is not of *host*."""
    name, _, where = text.strip().removeprefix("<").removesuffix(">").rpartition("@")
    parts = name.split(".")
    if len(text) > _LONGEST or where.lower() != host.lower() or len(parts) != _PARTS or not all(parts):
        return None
    period, _, _, public = parts
    return Named(period, public)
