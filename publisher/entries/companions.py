"""The files beside the entries: quotes, openings of digests, and the names of keys; pure."""

import re

from publisher.entries import frontmatter, markdown
from publisher.entries.fields import name_and_language, take_apart, validate
from publisher.entries.frontmatter import Parts
from publisher.entries.plainfront import read_names
from publisher.entries.source import Mark, Source, decode
from publisher.errors import Problem, Severity
from publisher.model.alike import closest
from publisher.model.entry import Month, Names, Opening, Quote
from publisher.model.settings import Settings

_NAME = re.compile(
    r"(?P<year>[0-9]{4})-(?P<month>0[1-9]|1[0-2])(?:\.(?P<lang>[a-z]{2,3}(?:-[A-Za-z0-9]+)*))?\.md"
)
_FIRST_YEAR, _LAST_YEAR = 1000, 9998
_MANY_WORDS = 60  # beyond these, readers look for the news (Nielsen Norman's studies of newsletters)


def parse_quote(path: str, data: bytes, settings: Settings) -> tuple[Quote | None, list[Problem]]:
    """Parse the quote at *path* (relative to the entries folder)."""
    from publisher.model.frontmatter import QuoteFrontMatter

    source, parts, problems = take_apart(path, data, settings)
    if parts is None:
        return None, problems
    front = validate(QuoteFrontMatter, parts.fields, source, problems)
    _, lang = name_and_language(path, parts.fields, source, settings, problems)
    body = _words(parts, source, problems, "a quote")
    if not body.html and not body.problems:
        problems.append(
            source.error(
                "empty-quote",
                Mark(parts.body_line - 1, 1),
                "there are no words below the fields",
                "write them below the second ---",
            )
        )
    if front is None or _has_error(problems):
        return None, problems
    quote = Quote(
        path=path,
        lang=lang,
        by=front.by,
        role=front.role,
        start=front.from_,
        end=front.to,
        html=body.html,
        text=markdown.plain(body.html),
    )
    return quote, problems


def parse_opening(path: str, data: bytes, settings: Settings) -> tuple[Opening | None, list[Problem]]:
    """Parse the opening at *path*: `digests/2026-05.fr.md`; without `.fr` it is in the default language."""
    from publisher.model.frontmatter import OpeningFrontMatter

    source, parts, problems = take_apart(path, data, settings)
    if parts is None:
        return None, problems
    languages = settings.newsletter.languages
    name = _NAME.fullmatch(path.rpartition("/")[2])
    if name is None or not _FIRST_YEAR <= int(name["year"]) <= _LAST_YEAR:
        hint = f"name it by month and language: 2026-05.{languages[0]}.md"
        problems.append(source.error("invalid-file-name", None, "the file's name tells no month", hint))
    elif name["lang"] and name["lang"] not in languages:
        hint = (
            closest(name["lang"], list(languages)) or f"the newsletter's languages are {', '.join(languages)}"
        )
        message = f"{name['lang']} is not a language of this newsletter"
        problems.append(source.error("unknown-language", None, message, hint))
    front = validate(OpeningFrontMatter, parts.fields, source, problems)
    body = _words(parts, source, problems, "the opening of a digest")
    if front is None or name is None or _has_error(problems):
        return None, problems
    text = markdown.plain(body.html)
    if (words := len(text.split())) > _MANY_WORDS:
        message = f"the greeting has {words} words; readers who scan for news stay with {_MANY_WORDS}"
        place = Mark(parts.body_line, 1)
        problems.append(source.warning("long-opening", place, message, "say it in fewer words"))
    opening = Opening(
        path=path,
        month=Month(int(name["year"]), int(name["month"])),
        lang=name["lang"] or languages[0],
        subject=front.subject,
        preheader=front.preheader,
        signed=front.signed,
        html=body.html,
        text=text,
    )
    return opening, problems


def parse_names(path: str, data: bytes, settings: Settings) -> tuple[Names, list[Problem]]:
    """Parse `names.yml`: tables partners, programmes, places and topics."""
    source, problems = decode(f"{settings.paths.entries}/{path}", data)
    if not source.lines:
        return Names(), problems
    fields, found = frontmatter.read_yaml(source)
    problems += found
    if fields and (plain := read_names(fields.values)):
        return plain, problems
    from publisher.model import frontmatter as written

    names = validate(written.Names, fields, source, problems) if fields else None
    return names.value() if names else Names(), problems


def _words(parts: Parts, source: Source, problems: list[Problem], what: str) -> markdown.Rendered:
    """Return the body as HTML; *what* it belongs to has no address of its own, so it refers to no file."""
    body = markdown.render(parts.body, source, parts.body_line)
    problems += body.problems
    for reference in body.references:
        message = f"{what} refers to no other file"
        problems.append(source.error("dead-link", reference.mark, message, "write a whole address"))
    return body


def _has_error(problems: list[Problem]) -> bool:
    return any(problem.severity is Severity.ERROR for problem in problems)
