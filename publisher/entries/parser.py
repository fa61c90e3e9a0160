"""One file's bytes to an entry or a quote: pure, and never an exception for what a writer wrote."""

import re
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any, TypeVar
from urllib.parse import unquote
from zoneinfo import ZoneInfo

from pydantic import BaseModel, ValidationError

from publisher.entries import frontmatter, markdown
from publisher.entries.frontmatter import Fields, Parts
from publisher.entries.markdown import Reference
from publisher.entries.proofread import proofread
from publisher.entries.source import Mark, Source, decode
from publisher.errors import Problem, Severity
from publisher.model.entry import Entry, Names, Quote
from publisher.model.explain import closest, explain
from publisher.model.frontmatter import Event, FrontMatter, QuoteFrontMatter
from publisher.model.settings import Settings

_NAME = re.compile(
    r"(?:\d{4}-\d{2}-\d{2}-)?(?P<slug>[a-z0-9]+(?:-[a-z0-9]+)*)(?:\.(?P<lang>[a-z]{2,3}(?:-(?:[A-Za-z]{2,4}|[0-9]{3}))*))?\.md"
)
_EXCERPT = 300
Model = TypeVar("Model", bound=BaseModel)


@dataclass(slots=True)
class Parsed:
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


def parse_entry(path: str, data: bytes, settings: Settings) -> Parsed:
    """Parse the entry at *path* (relative to the entries folder)."""
    source, parts, problems = _take_apart(path, data, settings)
    done = Parsed(path, source, problems)
    if parts is None:
        return done
    done.fields = parts.fields
    front = _validate(FrontMatter, parts.fields, source, problems)
    name, lang = _name_and_language(path, parts.fields, source, settings, problems)
    _check_kind(parts.fields, source, settings, problems)
    body = markdown.render(parts.body, source, parts.body_line)
    if isinstance(summary := parts.fields.values.get("summary"), str):
        inline = markdown.look_inline(summary, source, parts.fields.mark(("summary",)))
        body.references[:0], body.problems[:0] = inline.references, inline.problems
    problems += body.problems
    done.references = body.references
    event = _resolve_event(_event_of(front, parts.fields), parts.fields, source, settings, problems)
    if front is None or name is None:
        return done
    if any(problem.severity is Severity.ERROR for problem in problems):
        return done
    done.by_name = bool(name["lang"])
    done.entry = _entry(path, front, name["slug"], lang, event, body, settings)
    problems += proofread(done.entry, parts.fields, source)
    return done


def parse_quote(path: str, data: bytes, settings: Settings) -> tuple[Quote | None, list[Problem]]:
    """Parse the quote at *path* (relative to the entries folder)."""
    source, parts, problems = _take_apart(path, data, settings)
    if parts is None:
        return None, problems
    front = _validate(QuoteFrontMatter, parts.fields, source, problems)
    _, lang = _name_and_language(path, parts.fields, source, settings, problems)
    body = markdown.render(parts.body, source, parts.body_line)
    problems += body.problems
    for reference in body.references:
        problems.append(
            source.error(
                "dead-link", reference.mark, "a quote refers to no other file", "write a whole address"
            )
        )
    if not body.html and not body.problems:
        problems.append(
            source.error(
                "empty-quote",
                Mark(parts.body_line - 1, 1),
                "there are no words below the fields",
                "write them below the second ---",
            )
        )
    if front is None or any(problem.severity is Severity.ERROR for problem in problems):
        return None, problems
    words = markdown.plain(body.html)
    quote = Quote(
        path=path,
        lang=lang,
        by=front.by,
        role=front.role,
        start=front.from_,
        end=front.to,
        html=body.html,
        text=words,
    )
    return quote, problems


def parse_names(path: str, data: bytes, settings: Settings) -> tuple[Names, list[Problem]]:
    """Parse `names.yml`: tables partners, programmes, places and topics."""
    source, problems = decode(f"{settings.paths.entries}/{path}", data)
    if not source.lines:
        return Names(), problems
    fields, found = frontmatter.read_yaml(source)
    problems += found
    names = _validate(Names, fields, source, problems) if fields else None
    return names or Names(), problems


def _take_apart(path: str, data: bytes, settings: Settings) -> tuple[Source, Parts | None, list[Problem]]:
    source, problems = decode(f"{settings.paths.entries}/{path}", data)
    if not source.lines:
        return source, None, problems
    parts, found = frontmatter.split(source)
    return source, parts, problems + found


def _validate(model: type[Model], fields: Fields, source: Source, problems: list[Problem]) -> Model | None:
    """Return *fields* as *model*, or None with a problem for each fault."""
    try:
        return model.model_validate(fields.values)
    except ValidationError as error:
        for fault in explain(error, model):
            is_name = fault.code == "unknown-field" or (fault.path and fault.path not in fields.marks)
            mark = fields.keys.get(fault.path) if is_name else None
            problems.append(
                source.error(fault.code, mark or fields.mark(fault.path), fault.message, fault.hint)
            )
    return None


def _name_and_language(
    path: str, fields: Fields, source: Source, settings: Settings, problems: list[Problem]
) -> tuple[re.Match[str] | None, str]:
    """Return the parts of the file's name, and the entry's language."""
    languages = settings.newsletter.languages
    written = fields.values.get("lang")
    name = _NAME.fullmatch(path.rsplit("/", 1)[-1])
    if name is None:
        hint = (
            "use lower-case letters a-z, digits and hyphens: new-report.md, and new-report.fr.md for French"
        )
        problems.append(source.error("invalid-file-name", None, "the file's name cannot be an address", hint))
        return None, languages[0]
    lang = name["lang"] or (written if isinstance(written, str) else languages[0])
    mark = fields.marks.get(("lang",))
    if name["lang"] and mark and written != name["lang"]:
        message = f"`lang` is {written}, but the file's name says {name['lang']}"
        problems.append(
            source.error("language-differs", mark, message, "leave the field out, or rename the file")
        )
    elif lang not in languages and _is_new(source, mark, problems):
        hint = closest(lang, list(languages)) or f"the newsletter's languages are {', '.join(languages)}"
        problems.append(
            source.error("unknown-language", mark, f"{lang} is not a language of this newsletter", hint)
        )
    return name, lang


def _check_kind(fields: Fields, source: Source, settings: Settings, problems: list[Problem]) -> None:
    kind, mark = fields.values.get("kind"), fields.mark(("kind",))
    if isinstance(kind, str) and kind.strip() not in settings.kinds and _is_new(source, mark, problems):
        known = list(settings.kinds)
        hint = closest(kind, known) or f"the kinds are {', '.join(known)}"
        problems.append(source.error("unknown-kind", mark, f"there is no kind {kind[:60]}", hint))


def _is_new(source: Source, mark: Mark | None, problems: list[Problem]) -> bool:
    """Tell whether nothing was said of *mark* yet; a value that is no key is not an unknown one as well."""
    return all(problem.place != source.place(mark) for problem in problems)


def _event_of(front: FrontMatter | None, fields: Fields) -> Event | None:
    """Return the event, also of an entry whose other fields are wrong."""
    if front:
        return front.event
    try:
        return Event.model_validate(fields.values.get("event"))
    except ValidationError:
        return None


def _resolve_event(
    event: Event | None, fields: Fields, source: Source, settings: Settings, problems: list[Problem]
) -> Event | None:
    """Return *event* with its zone, and its times aware in that zone."""
    if event is None:
        return None
    zone = ZoneInfo(event.zone or settings.newsletter.zone)
    times: dict[str, Any] = {"zone": zone.key}
    for name in ("start", "end", "registration_deadline"):
        moment = getattr(event, name)
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
    return event.model_copy(update=times)


def at_start(moment: date | datetime | None, zone: ZoneInfo) -> datetime | None:
    """Return *moment* in *zone*; a day is its first minute there."""
    if moment is None:
        return None
    if isinstance(moment, datetime):
        return moment.astimezone(zone)
    return datetime.combine(moment, time(), tzinfo=zone)


def _entry(
    path: str,
    front: FrontMatter,
    slug: str,
    lang: str,
    event: Event | None,
    body: markdown.Rendered,
    settings: Settings,
) -> Entry:
    """Return the whole entry; the id of a translation by file name is settled in `crosscheck`."""
    zone = ZoneInfo(settings.newsletter.zone)
    summary_html = (
        markdown.render_inline(front.summary) if front.summary else markdown.first_paragraph(body.html)
    )
    summary = markdown.plain(summary_html or body.html)
    if not front.summary and len(summary) > _EXCERPT:
        end = summary.rfind(" ", 0, _EXCERPT)
        summary = summary[: end if end > 0 else _EXCERPT] + " …"
        summary_html = ""
    summary_html = summary_html or markdown.escape(summary)
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
        image=front.image,
        media=front.media,
        links=front.links,
        link=front.link,
        partners=front.partners,
        programmes=front.programmes,
        places=front.places,
        topics=front.topics,
        html=body.html,
        assets=_assets(front, body),
        references=tuple(dict.fromkeys(ref.target for ref in body.references if not ref.is_image)),
    )


def _assets(front: FrontMatter, body: markdown.Rendered) -> tuple[str, ...]:
    pictures = [front.image.src] if front.image else []
    return tuple(dict.fromkeys(pictures + [unquote(ref.target) for ref in body.references if ref.is_image]))
