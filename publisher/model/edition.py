"""Everything that one build publishes."""

from dataclasses import dataclass, field

from publisher.model.entry import Entry, Month, Names, Opening, Picture, Quote
from publisher.model.output import Issue
from publisher.model.settings import Settings


@dataclass(frozen=True, slots=True)
class Edition:
    """The selected entries, grouped and ordered for the renderers.

    *by_path* finds an entry by its file; *translations* finds the entries of one text by the id of
    its original and by language; *pictures* are by their path in the entries folder.
    """

    settings: Settings
    entries: tuple[Entry, ...]
    issues: tuple[Issue, ...]
    quotes: tuple[Quote, ...]
    names: Names
    openings: tuple[Opening, ...] = ()
    pictures: dict[str, Picture] = field(default_factory=dict)
    by_path: dict[str, Entry] = field(default_factory=dict)
    translations: dict[str, dict[str, Entry]] = field(default_factory=dict)

    def in_language(self, lang: str) -> list[Entry]:
        """Return the entries in *lang*, in the order of the library."""
        return [entry for entry in self.entries if entry.lang == lang]

    def has_calendar(self, lang: str) -> bool:
        """Tell whether there is a calendar of events in *lang*."""
        is_chosen = "calendar" in self.settings.outputs
        return is_chosen and any(entry.event and not entry.evergreen for entry in self.in_language(lang))

    @property
    def digests(self) -> tuple[Issue, ...]:
        """Return the issues of which digests are made: all, or none if the settings do not choose them."""
        return self.issues if "digests" in self.settings.outputs else ()

    def issues_in(self, lang: str) -> list[Issue]:
        """Return the issues in *lang*, newest first."""
        return [issue for issue in self.issues if issue.lang == lang]

    def opening(self, month: Month, lang: str) -> Opening | None:
        """Return what editors say at the head of a month's digest, if they wrote anything."""
        found = (item for item in self.openings if (item.month, item.lang) == (month, lang))
        return next(found, None)
