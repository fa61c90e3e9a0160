"""What is valid and still looks wrong to an editor: warnings, as a table of rules."""

import re
from collections.abc import Iterator
from datetime import date, datetime

from publisher.entries.frontmatter import Fields
from publisher.entries.source import Mark, Source
from publisher.errors import Problem
from publisher.model.entry import Entry
from publisher.model.frontmatter import TITLE_ADVICE

_LEAVE = "leave it out"
_READ_MORE = re.compile(r"(?:read more|lire la suite|leer más|اقرأ المزيد)\s*[>»›…]*\s*$", re.IGNORECASE)
# (code, fields, what to look for, message, hint)
_RULES: tuple[tuple[str, tuple[str, ...], re.Pattern[str], str, str], ...] = (
    (
        "read-more",
        ("title", "summary"),
        _READ_MORE,
        "it ends with the words of a link",
        "leave them out; a link goes under `links`",
    ),
    (
        "double-stop",
        ("title", "summary", "kicker"),
        re.compile(r"(?<!\.)\.\.(?!\.)"),
        "two full stops stand in a row",
        "leave one out, or write … for an ellipsis",
    ),
    (
        "copyright-sign",
        ("image.credit.holder", "image.credit.agency", "image.credit.via"),
        re.compile(r"©|\(c\)", re.IGNORECASE),
        "the template writes the © sign itself",
        _LEAVE,
    ),
    (
        "dateline",
        ("summary",),
        re.compile(r"^\W*[^\W\d_][\w' -]{1,40},\s*\d{1,2} [^\W\d_]+ \d{4}\b"),
        "the date is said here and in `date`",
        "leave the dateline out of the summary; a place goes under `event`, or into the text",
    ),
)
_TEXTS = ("title", "summary", "kicker")
_COMMENT = re.compile(r"(?:^|(?<=\s))#")
_PAIRS = (("“", "”"), ("«", "»"), ("(", ")"), ("[", "]"))


def proofread(entry: Entry, fields: Fields, source: Source) -> list[Problem]:
    """Return the warnings on *entry*, each at the value that it speaks of."""
    return [
        *_by_rule(fields, source),
        *_quotation_marks(fields, source),
        *_comments(fields, source),
        *_dates(entry, fields, source),
        *_on_the_whole(entry, fields, source),
    ]


def _value(fields: Fields, name: str) -> tuple[str, Mark]:
    value: object = fields.values
    path = tuple(name.split("."))
    for part in path:
        value = value.get(part) if isinstance(value, dict) else None
    return (value if isinstance(value, str) else ""), fields.mark(path)


def _by_rule(fields: Fields, source: Source) -> Iterator[Problem]:
    for code, names, pattern, message, hint in _RULES:
        for name in names:
            text, mark = _value(fields, name)
            if pattern.search(text):
                yield source.warning(code, mark, message, hint)


def _quotation_marks(fields: Fields, source: Source) -> Iterator[Problem]:
    for name in ("title", "summary", "kicker"):
        text, mark = _value(fields, name)
        text = _READ_MORE.sub("", text)  # its » closes nothing, and was told of
        odd = text.count('"') % 2 or any(text.count(start) != text.count(end) for start, end in _PAIRS)
        if odd:
            yield source.warning(
                "unbalanced", mark, "a quotation mark or bracket is not closed", "add or remove one"
            )


def _comments(fields: Fields, source: Source) -> Iterator[Problem]:
    """Yield a warning where ` #` ends an unquoted text: YAML takes the rest as a comment."""
    for name in _TEXTS:
        mark = fields.marks.get((name,))
        line = source.place(mark).text[mark.column - 1 :] if mark else ""
        if mark and line[:1] not in {'"', "'", "|", ">"} and (found := _COMMENT.search(line)):
            hint = f'quote the text: {name}: "{line.rstrip()}"'
            at = Mark(mark.line, mark.column + found.start())
            yield source.warning(
                "comment-in-text", at, "what follows # is a comment and is not published", hint
            )


def _dates(entry: Entry, fields: Fields, source: Source) -> Iterator[Problem]:
    """Yield a warning for each date that lies on the wrong side of another."""
    start, deadline = (entry.event.start, entry.event.registration_deadline) if entry.event else (None, None)
    for path, later, earlier, message in (
        (("updated",), entry.updated, entry.published, "it was updated before its date"),
        (("expires",), entry.expires, entry.published, "it expires before its date"),
        (("deadline",), entry.deadline, entry.published, "it closes before its date"),
        (("event", "registration_deadline"), start, deadline, "registration closes after the event begins"),
    ):
        if later and earlier and _day(later) < _day(earlier):
            yield source.warning("dates-disagree", fields.mark(path), message, "mend one of the two")


def _day(moment: date) -> date:
    return moment.date() if isinstance(moment, datetime) else moment


def _on_the_whole(entry: Entry, fields: Fields, source: Source) -> Iterator[Problem]:
    if len(entry.title) > TITLE_ADVICE:
        message = f"the title has {len(entry.title)} characters; mails and searches cut it at {TITLE_ADVICE}"
        yield source.warning("long-title", fields.mark(("title",)), message, "say the rest in the summary")
    if not (entry.has_summary or entry.evergreen or entry.draft):
        mark = fields.marks.get(("summary",)) or fields.mark(("title",))
        message = "there is no summary; feeds and digests take the first paragraph"
        yield source.warning("no-summary", mark, message, "add summary: one or two sentences")
    credit = entry.image.credit if entry.image else None
    if credit and credit.year and entry.published and credit.year > entry.published.year:
        message = (
            f"the picture's year {credit.year} lies after the entry's; it is perhaps the year of a web page"
        )
        yield source.warning(
            "credit-year", fields.mark(("image", "credit", "year")), message, "leave the year out, or mend it"
        )
