"""What the templates of a digest may say beside what every template may (`render.context`)."""

from collections import Counter
from collections.abc import Callable
from typing import Any
from zoneinfo import ZoneInfo

from markupsafe import Markup
from msgspec import Struct, field
from msgspec.structs import asdict

from publisher import issues
from publisher.model import address
from publisher.model.edition import Edition
from publisher.model.entry import Entry
from publisher.model.output import MailPicture
from publisher.render.context import Speakers, credit_line, page_context
from publisher.render.digest.lines import fitting, fold, underline
from publisher.render.digest.plan import Plan, Section
from publisher.render.direction import isolated, isolated_html
from publisher.render.language import Language
from publisher.render.links import resolve
from publisher.render.plaintext import links_of, paragraphs

WIDE, COVER = 584, 96
"""Pixels in which a highlight's picture and a publication's cover are shown."""
_SPOKEN = 45  # characters of a title that a label repeats
_ACTIONS = ("register", "video", "report")


class Used(Struct):
    """What a template made use of, in order: paths of entries, pictures with their bytes, and credits.

    The comment that begins an entry holds its place in *entries*.
    """

    entries: list[str] = field(default_factory=list)
    pictures: dict[str, int] = field(default_factory=dict)
    credits: list[str] = field(default_factory=list)


class _Words:
    """What a digest's templates call: each method takes an entry."""

    def __init__(
        self,
        planned: Plan,
        edition: Edition,
        speakers: Speakers,
        picture: Callable[[str, int], MailPicture],
        used: Used,
    ) -> None:
        self.planned, self.edition, self.settings = planned, edition, edition.settings
        self.lang, self.zone = planned.issue.lang, ZoneInfo(self.settings.newsletter.zone)
        self.speakers, self.language = speakers, speakers[self.lang]
        self.picture, self.used = picture, used
        self._starts = Counter(fitting(_SPOKEN, entry.title) for entry in planned.entries)

    def begin(self, entry: Entry) -> str:
        """Return the mark behind which *entry* begins."""
        self.used.entries.append(entry.path)
        return Markup(f"<!--entry {len(self.used.entries) - 1}-->")  # noqa: S704 - a number

    def shown(self, entry: Entry, width: int) -> MailPicture:
        """Return the entry's picture for a place that is *width* pixels wide."""
        image = entry.image
        made = self.picture(address.beside(entry, image.src if image else ""), width)
        self.used.pictures[self.to(made.address)] = made.length
        if line := credit_line(image.credit if image else None):
            self.used.credits.append(line)
        return made

    def title(self, entry: Entry) -> str:
        """Return the entry's title as HTML, for a line of the entry's language."""
        return isolated(entry.title, self.speakers[entry.lang].direction)

    def own_words(self, entry: Entry, text: str) -> str:
        """Return words of *entry*, such as its kicker, as HTML that tells their language."""
        if entry.lang == self.lang or not text:
            return isolated(text, self.language.direction)
        speaker = self.speakers[entry.lang]
        words = isolated(text, speaker.direction)
        return Markup('<span lang="{}" dir="{}">{}</span>').format(entry.lang, speaker.direction, words)

    def short_title(self, entry: Entry) -> str:
        """Return the entry's title for a label that is only spoken: short, if no other one starts alike."""
        short = fitting(_SPOKEN, entry.title)
        return short if self._starts[short] == 1 else entry.title

    def summary(self, entry: Entry) -> str:
        """Return the entry's summary as HTML, for a line of the entry's language."""
        whole = resolve(entry.summary_html, entry, self.edition, self.to)
        return isolated_html(whole, self.speakers[entry.lang].direction)

    def versions(self, entry: Entry) -> list[dict[str, str]]:
        """Return the entry's versions in other languages: lang, name, direction, address and title."""
        group = self.edition.versions(entry)
        others = {lang: self.to(address.entry(other, self.settings)) for lang, other in group.items()}
        return [
            asdict(item) | {"title": group[item.lang].title}
            for item in self.speakers.alternates(others)
            if item.lang != entry.lang
        ]

    def deadline(self, entry: Entry) -> str:
        """Return until when one can act on *entry*, in words; "" once its mail goes out too late for that."""
        if entry.closes is None or not issues.is_open_after(self.planned.issue.month, entry, self.zone):
            return ""
        date = self.language.moment(entry.closes)
        if entry.deadline:
            return self.language.gettext("Open until %(date)s", date=date)
        return self.language.gettext("Register by %(date)s", date=date)

    def day(self, entry: Entry) -> str:
        """Return the day of publication; "" where another one matters: an event's, or a deadline to come."""
        if entry.event or self.deadline(entry) or entry.day is None:
            return ""
        return self.language.day(entry.day)

    def more(self, section: Section) -> str:
        """Return how many entries of *section* only the web shows."""
        if section.entries:
            return self.language.ngettext(
                "and %(n)s more on the web", "and %(n)s more on the web", section.omitted
            )
        return self.language.ngettext("%(n)s entry on the web", "%(n)s entries on the web", section.omitted)

    def to(self, where: str) -> str:
        """Return the whole address of *where*: a mail has no place of its own."""
        return address.absolute(where, self.settings)


def digest_context(
    planned: Plan,
    edition: Edition,
    speakers: Speakers,
    picture: Callable[[str, int], MailPicture],
    used: Used,
) -> dict[str, Any]:
    """Return what the templates of *planned*'s digest know; *used* takes down what they make use of."""
    parts = _Words(planned, edition, speakers, picture, used)
    language, settings = parts.language, edition.settings
    return {
        **page_context(edition, language, parts.to),
        **_facts(parts),
        "begin": parts.begin,
        "end": Markup("<!--/entry-->"),
        "mail_only": "\x02",  # no entry can hold these two
        "mail_only_end": "\x03",
        "ltr": lambda text: isolated(text, language.direction),
        "ltr_html": lambda html: isolated_html(html, language.direction),
        "title": parts.title,
        "own_words": parts.own_words,
        "short_title": parts.short_title,
        "summary": parts.summary,
        "is_foreign": lambda entry: entry.lang != parts.lang,
        "speaker": lambda entry: speakers[entry.lang],
        "versions": parts.versions,
        "row": lambda entry: settings.kinds[entry.kind].row,
        "wide": lambda entry: parts.shown(entry, WIDE),
        "cover": lambda entry: parts.shown(entry, COVER),
        "credits": lambda: list(dict.fromkeys(used.credits)),
        "action": lambda entry: action(entry, language),
        "deadline": parts.deadline,
        "day": parts.day,
        "more": parts.more,
        "fold": fold,
        "columns": underline,
        "paragraphs": paragraphs,
        "dot": "\u200f · " if language.direction == "rtl" else " · ",
        "fitting": fitting,
        "links_of": links_of,
    }


def _facts(parts: _Words) -> dict[str, Any]:
    """Return what is the same for every entry of the digest."""
    language, settings, month = parts.language, parts.settings, parts.planned.issue.month
    languages = {
        other.lang: parts.to(address.digest(month, other.lang))
        for other in parts.edition.issues
        if other.month == month
    }
    return {
        "plan": parts.planned,
        "issue": parts.planned.issue,
        "following": month.following,
        "languages": parts.speakers.alternates(languages),
        "align": "right" if language.direction == "rtl" else "left",
        "has_feeds": "feeds" in settings.outputs,
        "has_events": parts.edition.has_calendar(parts.lang),
        "unsubscribe": parts.to(address.unsubscribe()),
        "preferences": parts.to(address.preferences()),
        "postal_address": settings.email.postal_address or "",
        "contact": settings.email.contact or "",
        "rights": settings.feeds.rights.for_language(parts.lang) if settings.feeds.rights else "",
    }


def action(entry: Entry, language: Language) -> tuple[str, str] | None:
    """Return what to do with *entry*, in its writer's words, and where.

    The first link to register wins, then one to a video or a report, then the event's page, then the
    recording.
    """
    for rel in _ACTIONS:
        for link in entry.links:
            if link.rel == rel:
                return link.label, link.url
    if entry.event and entry.event.url:
        return language.gettext("To the event"), entry.event.url
    if entry.media:
        is_heard = entry.media.type.startswith("audio/")
        return language.gettext("Listen") if is_heard else language.gettext("Watch"), entry.media.url
    return None
