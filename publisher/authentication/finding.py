"""What was looked at, and how it is."""

from enum import StrEnum

from msgspec import Struct


class Level(StrEnum):
    """How it is: an error keeps mails from their readers, a warning may."""

    OK = "ok"
    WARNING = "warning"
    ERROR = "error"


class Finding(Struct, frozen=True):
    """One thing that was looked at: how it is, what it is called, what was seen, and the way out."""

    level: Level
    name: str
    said: str
    hint: str = ""


def fine(name: str, said: str) -> Finding:
    """Return that all is well."""
    return Finding(Level.OK, name, said)


def doubtful(name: str, said: str, hint: str) -> Finding:
    """Return what may keep mails from their readers."""
    return Finding(Level.WARNING, name, said, hint)


def wrong(name: str, said: str, hint: str) -> Finding:
    """Return what keeps mails from their readers."""
    return Finding(Level.ERROR, name, said, hint)
