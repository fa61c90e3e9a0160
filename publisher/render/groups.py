"""What stands on pages of kinds and topics: the newest entries, and each year where there are many."""

from collections.abc import Iterator, Mapping, Sequence

from msgspec import Struct

from publisher.model import address
from publisher.model.edition import Edition
from publisher.model.entry import Entry

NEWEST = 30
"""So many entries a first page shows; with more of them, each year has a page."""


class Listing(Struct, frozen=True):
    """A page of entries of one kind or topic, newest first.

    *field* is kinds or topics, and *folder* where the first page lies. *year* is 0 on that page, whose
    *years* lead to the others, each with its number of entries. *count* tells how many entries there are in
    all, or of the year. *versions* are the addresses of the same page by language.
    """

    lang: str
    field: str
    key: str
    folder: str
    year: int
    entries: Sequence[Entry]
    count: int
    years: tuple[tuple[int, int], ...]
    versions: Mapping[str, str]

    @property
    def here(self) -> str:
        """Return where the page stands."""
        return self.versions[self.lang]


def all_listings(edition: Edition) -> Iterator[Listing]:
    """Yield the pages of all kinds and topics that have entries, in each language that has."""
    for field, grouped, where in (
        ("kinds", edition.kinds, address.kind),
        ("topics", edition.topics, address.topic),
    ):
        years: dict[str, dict[str, dict[int, list[Entry]]]] = {}
        for lang in edition.settings.newsletter.languages:
            for key, entries in grouped(lang).items():
                years.setdefault(key, {})[lang] = _by_year(entries)
        for key, spoken in years.items():
            homes = {lang: where(key, lang, edition.settings) for lang in spoken}
            for lang, of_years in spoken.items():
                entries = grouped(lang)[key]
                counts = tuple((year, len(those)) for year, those in of_years.items())
                yield Listing(lang, field, key, homes[lang], 0, entries[:NEWEST], len(entries), counts, homes)
                for year, those in of_years.items():
                    versions = {
                        other: f"{home}{year}/" for other, home in homes.items() if year in spoken[other]
                    }
                    yield Listing(lang, field, key, homes[lang], year, those, len(those), (), versions)


def _by_year(entries: Sequence[Entry]) -> dict[int, list[Entry]]:
    """Return *entries*, which are in order, by year; nothing if all of them fit on the first page."""
    if len(entries) <= NEWEST:
        return {}
    years: dict[int, list[Entry]] = {}
    for entry in entries:
        if month := entry.month:
            years.setdefault(month.year, []).append(entry)
    return years
