"""One file's bytes to an entry: pure, and never an exception for what a writer wrote."""

from collections.abc import Callable, Sequence
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote
from zoneinfo import ZoneInfo

from msgspec import Struct, field
from msgspec.structs import replace

from publisher.entries import markdown, plainfront
from publisher.entries.fields import is_new, name_and_language, take_apart, validate
from publisher.entries.frontmatter import Fields
from publisher.entries.markdown import Reference
from publisher.entries.plainfront import Front
from publisher.entries.proofread import proofread
from publisher.entries.source import Mark, Source
from publisher.errors import Problem, Severity
from publisher.model.alike import closest
from publisher.model.entry import Credit, Entry, Event, Image, Link, Media
from publisher.model.rules import one_line
from publisher.model.settings import Settings

if TYPE_CHECKING:
    from publisher.model import frontmatter as written
    from publisher.model.frontmatter import FrontMatter

_EXCERPT = 300
Known = Callable[[str], Entry | None]
"""Gives the entry that a build before this one made of a front matter with these very words."""


class Parsed(Struct):
    """What one file gave; *entry* is None after an error.

    *by_name* tells that the language came from the file's name (`name.fr.md`), so that `name.md`
    beside it is the original. *references* are the relative addresses of the body.
    """

    path: str
    source: Source
    problems: list[Problem]
    entry: Entry | None = None
    fields: Fields = field(default_factory=Fields)
    references: list[Reference] = field(default_factory=list)
    by_name: bool = False

    @property
    def has_id(self) -> bool:
        """Tell whether the front matter gives the id."""
        return "id" in self.fields.values

    def is_sound(self, mark: Mark) -> bool:
        """Tell whether no error was found at *mark*, so that a further one says something new."""
        return all(problem.place != self.source.place(mark) for problem in self.problems)


def nothing(_front: str) -> None:
    """Return None: no front matter was read before."""


def parse_entry(path: str, data: bytes, settings: Settings, known: Known = nothing) -> Parsed:
    """Parse the entry at *path* (relative to the entries folder)."""
    return parse_entries([(path, data, known)], settings)[0]


def parse_entries(files: Sequence[tuple[str, bytes, Known]], settings: Settings) -> list[Parsed]:
    """Parse each of *files*, its path, its bytes and what is known of its front matter, by itself.

    A front matter that is known is not validated again, which saves loading Pydantic. Each step is done for
    all files before the next: a processor that changes between Markdown, YAML and validation for every file
    takes a quarter longer.
    """
    taken = [take_apart(path, data, settings) for path, data, _ in files]
    olds = [
        known(parts.fields.text) if parts else None
        for (_, _, known), (_, parts, _) in zip(files, taken, strict=True)
    ]
    fronts = [
        _validated(parts.fields, source, problems) if parts and not old else None
        for (source, parts, problems), old in zip(taken, olds, strict=True)
    ]
    bodies = [
        markdown.render(parts.body, source, parts.body_line) if parts else markdown.Rendered()
        for source, parts, _ in taken
    ]
    return [
        _put_together(Parsed(path, source, problems, fields=parts.fields), old or front, body, settings)
        if parts
        else Parsed(path, source, problems)
        for (path, _, _), (source, parts, problems), old, front, body in zip(
            files, taken, olds, fronts, bodies, strict=True
        )
    ]


def _put_together(
    done: Parsed, front: "FrontMatter | Front | Entry | None", body: markdown.Rendered, settings: Settings
) -> Parsed:
    """Make *done* whole: an entry of *body* and *front*, which may be an older entry, or say why not."""
    path, source, problems, fields = done.path, done.source, done.problems, done.fields
    name, lang = name_and_language(path, fields, source, settings, problems)
    _check_kind(fields, source, settings, problems)
    summary = fields.values.get("summary")
    if isinstance(summary, str) and markdown.may_refer(summary):
        inline = markdown.look_inline(summary, source, fields.mark(("summary",)))
        body.references[:0], body.problems[:0] = inline.references, inline.problems
    problems += body.problems
    done.references = body.references
    written_event = None if isinstance(front, Entry) else _event_of(front, fields)
    event = _resolve_event(written_event, fields, source, settings, problems)
    if front is None or name is None or any(problem.severity is Severity.ERROR for problem in problems):
        return done
    if isinstance(front, Entry):
        done.entry = _with_body(front, fields, body)
    else:
        done.entry = _entry(path, front, name["slug"], lang, event, body, settings)
    done.by_name = bool(name["lang"])
    problems += proofread(done.entry, fields, source)
    return done


def _validated(fields: Fields, source: Source, problems: list[Problem]) -> "FrontMatter | Front | None":
    if front := plainfront.read(fields.values):
        return front
    from publisher.model.frontmatter import FrontMatter

    return validate(FrontMatter, fields, source, problems)


def _check_kind(fields: Fields, source: Source, settings: Settings, problems: list[Problem]) -> None:
    kind = fields.values.get("kind")
    if not isinstance(kind, str) or kind.strip() in settings.kinds:
        return
    mark = fields.mark(("kind",))
    if is_new(source, mark, problems):
        known = list(settings.kinds)
        hint = closest(kind, known) or f"the kinds are {', '.join(known)}"
        problems.append(source.error("unknown-kind", mark, f"there is no kind {kind[:60]}", hint))


def _event_of(
    front: "FrontMatter | Front | None", fields: Fields
) -> "written.Event | plainfront.Event | None":
    """Return the event, also of an entry whose other fields are wrong."""
    if front:
        return front.event
    from pydantic import ValidationError

    from publisher.model import frontmatter as written

    try:
        return written.Event.model_validate(fields.values.get("event"))
    except ValidationError:
        return None


def _resolve_event(
    event: "written.Event | plainfront.Event | None",
    fields: Fields,
    source: Source,
    settings: Settings,
    problems: list[Problem],
) -> Event | None:
    """Return *event* with its zone, and its times aware in that zone."""
    if event is None:
        return None
    zone = ZoneInfo(event.zone or settings.newsletter.zone)
    times: dict[str, Any] = {}
    for name in ("start", "end", "registration_deadline"):
        moment = times[name] = getattr(event, name)
        if not isinstance(moment, datetime):
            continue
        aware = moment.astimezone(zone) if moment.tzinfo else moment.replace(tzinfo=zone)
        if aware.astimezone(ZoneInfo("UTC")).astimezone(zone).time() != aware.time():
            message = f"the clocks of {zone.key} skip {aware:%H:%M} on that day"
            problems.append(
                source.error(
                    "skipped-time", fields.mark(("event", name)), message, "write a time that exists there"
                )
            )
        times[name] = aware
    return Event(zone=zone.key, place=event.place, online=event.online, url=event.url, **times)


def _in_zone(moment: date | datetime | None, zone: ZoneInfo) -> date | datetime | None:
    """Return a time in *zone*; a day stays a day."""
    return moment.astimezone(zone) if isinstance(moment, datetime) else moment


def at_start(moment: date | datetime | None, zone: ZoneInfo) -> datetime | None:
    """Return *moment* in *zone*; a day is its first minute there."""
    if moment is None:
        return None
    if isinstance(moment, datetime):
        return moment.astimezone(zone)
    return datetime.combine(moment, time(), tzinfo=zone)


def _entry(
    path: str,
    front: "FrontMatter | Front",
    slug: str,
    lang: str,
    event: Event | None,
    body: markdown.Rendered,
    settings: Settings,
) -> Entry:
    """Return the whole entry; the id of a translation by file name is settled in `crosscheck`."""
    zone = ZoneInfo(settings.newsletter.zone)
    summary, summary_html = _summary(front.summary, body)
    expires = at_start(front.expires, zone)
    if expires and not isinstance(front.expires, datetime):
        expires += timedelta(days=1)  # a day means: shown on that day, gone after it
    identity = front.id or slug
    return Entry(
        path=path,
        id=identity,
        original=front.translation_of or identity,
        slug=slug,
        lang=lang,
        title=front.title,
        kind=front.kind or settings.default_kind,
        kicker=front.kicker,
        summary=summary,
        summary_html=summary_html,
        has_summary=bool(front.summary),
        published=None if front.evergreen else at_start(front.date, zone),
        has_time=isinstance(front.date, datetime),
        updated=at_start(front.updated, zone),
        expires=expires,
        draft=front.draft,
        evergreen=front.evergreen,
        highlight=front.highlight,
        event=event,
        deadline=_in_zone(front.deadline, zone),
        image=_image(front.image),
        media=_media(front.media),
        links=tuple(Link(link.label, link.url, link.rel) for link in front.links),
        link=front.link,
        partners=front.partners,
        programmes=front.programmes,
        places=front.places,
        topics=front.topics,
        aliases=front.aliases,
        html=body.html,
        assets=_assets(front.image.src if front.image else None, body),
        references=_references(body),
    )


def _with_body(old: Entry, fields: Fields, body: markdown.Rendered) -> Entry:
    """Return *old*, whose front matter gave these *fields* too, with another *body*."""
    summary, summary_html = _summary(one_line(fields.values["summary"]) if old.has_summary else None, body)
    return replace(
        old,
        summary=summary,
        summary_html=summary_html,
        html=body.html,
        assets=_assets(old.image.src if old.image else None, body),
        references=_references(body),
    )


def _summary(written: str | None, body: markdown.Rendered) -> tuple[str, str]:
    """Return the summary as words and as HTML; if none is *written*, the first words of *body*."""
    if written:
        html = markdown.render_inline(written)
        summary = markdown.plain(html or body.html)
        return summary, html or markdown.escape(summary)
    html = markdown.first_paragraph(body.html)
    summary = markdown.plain(html or body.html)
    if len(summary) > _EXCERPT:
        end = summary.rfind(" ", 0, _EXCERPT)
        summary = summary[: end if end > 0 else _EXCERPT] + " …"
        html = ""
    return summary, html or markdown.escape(summary)


def _image(image: "written.Image | Image | None") -> Image | None:
    if image is None:
        return None
    by = image.credit
    credit = Credit(by.holder, by.agency, by.via, by.year) if by else None
    return Image(image.src, image.alt, credit, image.caption)


def _media(media: "written.Media | Media | None") -> Media | None:
    return Media(media.url, media.type, media.length, media.duration) if media else None


def _references(body: markdown.Rendered) -> tuple[str, ...]:
    return tuple(dict.fromkeys(ref.target for ref in body.references if not ref.is_image))


def _assets(src: str | None, body: markdown.Rendered) -> tuple[str, ...]:
    pictures = [src] if src else []
    return tuple(dict.fromkeys(pictures + [unquote(ref.target) for ref in body.references if ref.is_image]))
