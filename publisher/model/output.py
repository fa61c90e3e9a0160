"""What the rooms behind the entries make: issues, digests and pages."""

from dataclasses import dataclass

from publisher.model.entry import Entry, Month


@dataclass(frozen=True, slots=True)
class Issue:
    """The entries of one month in one language, newest first; never empty."""

    month: Month
    lang: str
    entries: tuple[Entry, ...]


@dataclass(frozen=True, slots=True)
class Digest:
    """A month's mail in one language: the same value is previewed, written and sent."""

    month: Month
    lang: str
    subject: str
    preheader: str
    html: str
    text: str


@dataclass(frozen=True, slots=True)
class Page:
    """One file of the output folder; *path* has forward slashes."""

    path: str
    content: bytes
