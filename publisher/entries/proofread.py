"""What is valid and still looks wrong to an editor: warnings, as a table of rules."""

import re
from collections.abc import Callable, Iterator
from datetime import date, datetime

from publisher.entries.frontmatter import Fields, Path
from publisher.entries.source import Mark, Source
from publisher.errors import Problem
from publisher.model.entry import Entry

_LEAVE = "leave it out"
_TITLE_ADVICE = 120
_READ_MORE = re.compile(r"(?:read more|lire la suite|leer más|اقرأ المزيد)\s*[>»›…]*\s*$", re.IGNORECASE)
_ENDS = "eEsS>"  # ASCII with which `_READ_MORE` may end
_DATELINE = re.compile(r"\W*[^\W\d_][\w' -]{1,40},\s*\d{1,2} [^\W\d_]+ \d{4}\b")
_TWO_STOPS = re.compile(r"(?<!\.)\.\.(?!\.)")
_COPYRIGHT = re.compile(r"©|\(c\)", re.IGNORECASE)
_TITLE, _SUMMARY, _KICKER = ("title",), ("summary",), ("kicker",)
_TEXTS: tuple[Path, ...] = (_TITLE, _SUMMARY, _KICKER)
_CREDITS: tuple[Path, ...] = tuple(("image", "credit", name) for name in ("holder", "agency", "via"))


def _ends_with_link(text: str) -> bool:
    """Tell whether *text* ends with the words of a link; only its last words are looked at."""
    last = text[-1:]
    if last.isascii() and not (last in _ENDS or last.isspace()):
        return False  # nearly all
    end = len(text.rstrip().rstrip(">»›…").rstrip())
    return _READ_MORE.search(text, max(0, end - 16)) is not None


def _has_two_stops(text: str) -> bool:
    return ".." in text and _TWO_STOPS.search(text) is not None


def _has_copyright(text: str) -> bool:
    return _COPYRIGHT.search(text) is not None


def _has_dateline(text: str) -> bool:
    return "," in text and _DATELINE.match(text) is not None


# (code, fields, what to look for, message, hint)
_RULES: tuple[tuple[str, tuple[Path, ...], Callable[[str], bool], str, str], ...] = (
    (
        "read-more",
        (_TITLE, _SUMMARY),
        _ends_with_link,
        "it ends with the words of a link",
        "leave them out; a link goes under `links`",
    ),
    (
        "double-stop",
        _TEXTS,
        _has_two_stops,
        "two full stops stand in a row",
        "leave one out, or write … for an ellipsis",
    ),
    (
        "copyright-sign",
        _CREDITS,
        _has_copyright,
        "the template writes the © sign itself",
        _LEAVE,
    ),
    (
        "dateline",
        (_SUMMARY,),
        _has_dateline,
        "the date is said here and in `date`",
        "leave the dateline out of the summary; a place goes under `event`, or into the text",
    ),
)
_COMMENT = re.compile(r"(?:^|(?<=\s))#")
_PAIRS = (("“", "”"), ("«", "»"), ("(", ")"), ("[", "]"))
_ODD = (*'"“”«»()[]', "..")  # what some rule may speak of, wherever it stands in a text
_PAIRED = re.compile('["“”«»()[\\]]')


def proofread(entry: Entry, fields: Fields, source: Source) -> list[Problem]:
    """Return the warnings on *entry*, each at the value that it speaks of."""
    return [] if is_plain(entry, fields) else closely(entry, fields, source)


def closely(entry: Entry, fields: Fields, source: Source) -> list[Problem]:
    """Return what `proofread` does, rule by rule."""
    texts = _texts(fields)
    return [
        *_by_rule(texts, fields, source),
        *_quotation_marks(texts, fields, source),
        *_comments(fields, source),
        *_dates(entry, fields, source),
        *_on_the_whole(entry, fields, source),
    ]


def is_plain(entry: Entry, fields: Fields) -> bool:
    """Tell whether nothing is to be said of *entry*, as nearly always; False if a closer look is needed."""
    values = fields.values
    if entry.updated or entry.expires or entry.deadline or entry.event or "image" in values:
        return False
    title, summary, kicker = values.get("title"), values.get("summary"), values.get("kicker", "")
    if not (isinstance(title, str) and isinstance(summary, str) and isinstance(kicker, str)):
        return False
    texts = f"{title}\n{summary}\n{kicker}"
    return (
        entry.has_summary
        and len(title) <= _TITLE_ADVICE
        and "#" not in fields.text
        and not any(map(texts.__contains__, _ODD))
        and not _ends_with_link(title)
        and not _ends_with_link(summary)
        and not _has_dateline(summary)
    )


def _texts(fields: Fields) -> dict[Path, str]:
    """Return the texts that the rules speak of, by their paths."""
    texts: dict[Path, object] = {path: fields.values.get(str(path[0])) for path in _TEXTS}
    image = fields.values.get("image")
    credit = image.get("credit") if isinstance(image, dict) else None
    if isinstance(credit, dict):
        texts.update({path: credit.get(path[-1]) for path in _CREDITS})
    return {path: text for path, text in texts.items() if isinstance(text, str) and text}


def _by_rule(texts: dict[Path, str], fields: Fields, source: Source) -> Iterator[Problem]:
    for code, paths, is_wrong, message, hint in _RULES:
        for path in paths:
            if path in texts and is_wrong(texts[path]):
                yield source.warning(code, fields.mark(path), message, hint)


def _quotation_marks(texts: dict[Path, str], fields: Fields, source: Source) -> Iterator[Problem]:
    for path in _TEXTS:
        text = texts.get(path, "")
        if not _PAIRED.search(text):
            continue
        text = _READ_MORE.sub("", text)  # its » closes nothing, and was told of
        odd = text.count('"') % 2 or any(text.count(start) != text.count(end) for start, end in _PAIRS)
        if odd:
            mark = fields.mark(path)
            yield source.warning(
                "unbalanced", mark, "a quotation mark or bracket is not closed", "add or remove one"
            )


def _comments(fields: Fields, source: Source) -> Iterator[Problem]:
    """Yield a warning where ` #` ends an unquoted text: YAML takes the rest as a comment."""
    for path in _TEXTS if "#" in fields.text else ():
        mark = fields.own_mark(path)
        if not mark or (mark.line <= len(source.lines) and "#" not in source.lines[mark.line - 1]):
            continue
        line = source.place(mark).text[mark.column - 1 :]
        if line[:1] not in {'"', "'", "|", ">"} and (found := _COMMENT.search(line)):
            hint = f'quote the text: {path[0]}: "{line.rstrip()}"'
            at = Mark(mark.line, mark.column + found.start())
            yield source.warning(
                "comment-in-text", at, "what follows # is a comment and is not published", hint
            )


def _dates(entry: Entry, fields: Fields, source: Source) -> Iterator[Problem]:
    """Yield a warning for each date that lies on the wrong side of another."""
    if not (entry.updated or entry.expires or entry.deadline or entry.event):
        return
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
    if len(entry.title) > _TITLE_ADVICE:
        message = f"the title has {len(entry.title)} characters; mails and searches cut it at {_TITLE_ADVICE}"
        yield source.warning("long-title", fields.mark(("title",)), message, "say the rest in the summary")
    if not (entry.has_summary or entry.evergreen or entry.draft):
        mark = fields.own_mark(("summary",)) or fields.mark(("title",))
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
