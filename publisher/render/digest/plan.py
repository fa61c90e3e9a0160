"""What stands in a digest, and where: each entry once."""

from collections.abc import Iterable
from datetime import timedelta
from zoneinfo import ZoneInfo

from msgspec import Struct
from msgspec.structs import replace

from publisher import issues
from publisher.model.edition import Edition
from publisher.model.entry import Entry, Opening, Quote
from publisher.model.output import Issue

HIGHLIGHTS = 5
WITH_SUMMARIES = 12
"""Up to so many rows, each has its summary; in a longer digest people look for headlines."""


class Section(Struct, frozen=True):
    """The rows of one kind; *omitted* further ones are on the web only."""

    kind: str
    entries: tuple[Entry, ...]
    omitted: int = 0

    @property
    def count(self) -> int:
        """Return how many entries of the kind the issue has beside those that stand elsewhere."""
        return len(self.entries) + self.omitted


class Plan(Struct, frozen=True):
    """The parts of a digest in the order in which they stand.

    *act* closes in the month after the issue's, *coming* takes place then; both may be of earlier
    issues. *lead* gives its title to the subject, *second* to the preheader.
    """

    issue: Issue
    opening: Opening | None
    act: tuple[Entry, ...]
    highlights: tuple[Entry, ...]
    sections: tuple[Section, ...]
    quote: Quote | None
    coming: tuple[Entry, ...]
    lead: Entry
    second: Entry | None
    with_summaries: bool

    @property
    def entries(self) -> list[Entry]:
        """Return every entry that the digest shows, in the order in which they stand."""
        rows = [entry for section in self.sections for entry in section.entries]
        return [*self.act, *self.highlights, *rows, *self.coming]

    @property
    def omitted(self) -> int:
        """Return how many entries only the web shows."""
        return sum(section.omitted for section in self.sections)


def plan(issue: Issue, edition: Edition) -> Plan:
    """Return the plan of *issue*'s digest with everything in it.

    What editors marked stands in the highlights, also if it closes soon or takes place next month. If
    they marked nothing, the newest entry with a picture does, else the newest.
    """
    month, following, lang = issue.month, issue.month.following, issue.lang
    zone = ZoneInfo(edition.settings.newsletter.zone)
    own = [*issue.entries, *_in_other_languages(issue, edition)]
    known = [*own, *_earlier(issue, edition)]
    top = issues.highlights(own)[:HIGHLIGHTS]
    act = _without(issues.closing_in(following, known, zone), top)
    top = top or _first_with_picture(_without(issue.entries, act))
    coming = _without(issues.beginning_in(following, known, zone), [*top, *act])
    rest = _without(own, [*top, *act, *coming])
    ordered = [entry for entry in [*top, *act, *rest, *coming] if entry.lang == lang and entry.month == month]
    return Plan(
        issue=issue,
        opening=edition.opening(month, lang),
        act=tuple(act),
        highlights=tuple(top),
        sections=tuple(Section(kind, tuple(group)) for kind, group in issues.sections(rest, edition)),
        quote=issues.quote_for(
            edition.quotes, lang, month.first_day, following.first_day - timedelta(days=1)
        ),
        coming=tuple(coming),
        lead=ordered[0],
        second=ordered[1] if len(ordered) > 1 else None,
        with_summaries=len(act) + len(rest) + len(coming) <= WITH_SUMMARIES,
    )


def shortened(planned: Plan, excess: int, weights: dict[str, int]) -> Plan | None:
    """Return *planned* without at least *excess* bytes, or None if nothing more can go.

    Summaries of rows go first; then rows, from the last kind on and from its end, down to three of
    each kind, and only then all. *weights* are the bytes of each entry by its path.
    """
    if planned.with_summaries:
        return replace(planned, with_summaries=False)
    left, kept = excess, list(planned.sections)
    for least in (_LEAST, 0):
        for place in reversed(range(len(kept))):
            section = kept[place]
            while left > 0 and len(section.entries) > least:
                *entries, gone = section.entries
                left -= weights.get(gone.path, 2 * _LINE) - (0 if section.omitted else _LINE)
                section = replace(section, entries=tuple(entries), omitted=section.omitted + 1)
            kept[place] = section
    return None if kept == list(planned.sections) else replace(planned, sections=tuple(kept))


_LEAST = 3
_LINE = 300  # bytes of "and 14 more on the web", with its link


def _in_other_languages(issue: Issue, edition: Edition) -> list[Entry]:
    """Return the month's entries that have no version in the digest's language, if it shows them.

    Of several versions it is the one in the language that the newsletter names first.
    """
    if edition.settings.digest.other_languages != "mark":
        return []
    order = edition.settings.newsletter.languages
    found = []
    for versions in edition.translations.values():
        lang = next((lang for lang in order if lang in versions), None)
        if lang and issue.lang not in versions and versions[lang].month == issue.month:
            found.append(versions[lang])
    return issues.in_order(entry for entry in found if issue.wants(entry))


def _earlier(issue: Issue, edition: Edition) -> list[Entry]:
    """Return what readers of *issue* want of earlier months that closes or begins in the month after it."""
    due = edition.due.get(issue.month.following, ())
    mine = (entry for entry in due if entry.lang == issue.lang and issue.wants(entry))
    return [entry for entry in mine if entry.month and entry.month < issue.month]


def _first_with_picture(entries: list[Entry]) -> list[Entry]:
    return ([entry for entry in entries if entry.image] or entries)[:1]


def _without(entries: Iterable[Entry], others: list[Entry]) -> list[Entry]:
    taken = {entry.path for entry in others}
    return [entry for entry in entries if entry.path not in taken]
