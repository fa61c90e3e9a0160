"""Rules on the frame of a mail: doctype, language, direction, tables, and the parts for Outlook."""

import re
from collections import Counter
from collections.abc import Iterator

from publisher.errors import Severity
from publisher.preflight.document import Comment, Element
from publisher.preflight.finding import Finding
from publisher.preflight.mail import FRAME, Mail, short

DOCTYPE = "<!DOCTYPE html>"
_RIGHT_TO_LEFT = frozenset(
    ["ar", "arc", "ckb", "dv", "fa", "he", "ks", "nqo", "ps", "sd", "syr", "ug", "ur", "yi"]
)
_SCRIPTS = frozenset({"Adlm", "Arab", "Hebr", "Nkoo", "Rohg", "Syrc", "Thaa"})
_ROLES = frozenset({"presentation", "none"})
_GHOST = re.compile(r"<(/?)(table|tr|td)\b([^>]*)", re.IGNORECASE)
_CONDITION = re.compile(r"\[(?:if|endif)\b", re.IGNORECASE)
_BOGUS = re.compile(r"\[?(?:if|endif)\b", re.IGNORECASE)
_FRAME = "mend templates/email/digest.html, or take the packaged one again"


def direction_of(lang: str) -> str:
    """Return `rtl` or `ltr`, as the language tag *lang* is written; a script in the tag decides."""
    first, *others = lang.split("-")
    script = next((part for part in others if len(part) == len("Arab") and part.isalpha()), "")
    right = script in _SCRIPTS if script else first in _RIGHT_TO_LEFT
    return "rtl" if right else "ltr"


def check_doctype(mail: Mail) -> Iterator[Finding]:
    """Look for the one doctype that gives standards mode everywhere."""
    html = mail.digest.html
    if not html.startswith(DOCTYPE):
        message = f"the mail starts with {short(html, 30)!r}, not with {DOCTYPE}"
        hint = "write it so, in these capitals, before all else in templates/email/digest.html"
        yield mail.finding("mail-doctype", Severity.ERROR, message, hint, template=FRAME)


def _frame(mail: Mail) -> Iterator[tuple[str, Element | None]]:
    """Yield the three elements that say the language: readers drop the outer ones."""
    for tag in ("html", "body"):
        yield f"<{tag}>", next(iter(mail.document.all(tag)), None)
    articles = (item for item in mail.document.elements if item.attributes.get("role") == "article")
    yield 'the element with role="article"', next(articles, None)


def check_language(mail: Mail) -> Iterator[Finding]:
    """Look whether the frame says language and direction three times, as readers drop its outer parts."""
    frame = list(_frame(mail))
    if absent := [name for name, element in frame if element is None]:
        message = f"{_listed(absent)} is not there"
        yield mail.finding("mail-frame", Severity.ERROR, message, _FRAME, template=FRAME)
    lang = mail.digest.lang
    wanted = (("mail-language", "lang", lang), ("mail-direction", "dir", direction_of(lang)))
    for code, attribute, value in wanted:
        wrong = [
            name
            for name, element in frame
            if element is not None and element.attributes.get(attribute, "").lower() != value.lower()
        ]
        if wrong:
            message = f'{_listed(wrong)}: {attribute}="{value}" is not said'
            hint = f"say it there: screen readers and mail readers go by it. {_FRAME.capitalize()}"
            yield mail.finding(code, Severity.ERROR, message, hint, template=FRAME)


def _listed(names: list[str]) -> str:
    return ", ".join(names)


def check_tables(mail: Mail) -> Iterator[Finding]:
    """Find tables that do not say that they only lay out; told once for an entry and for the frame."""
    starts: dict[str, int] = {}
    headed = {
        id(next(outer for outer in cell.within() if outer.tag == "table"))
        for cell in mail.document.all("th", "caption")
        if any(outer.tag == "table" for outer in cell.within())
    }
    for table in mail.document.all("table"):
        if table.attributes.get("role") not in _ROLES and id(table) not in headed:
            starts.setdefault(mail.entry(table.start), table.start)
    ghosts = (
        attributes
        for comment in mail.document.comments
        for slash, tag, attributes in _GHOST.findall(comment.words)
        if tag.lower() == "table" and not slash
    )
    if any("role=" not in attributes.lower() for attributes in ghosts):
        starts.setdefault("", -1)
    for start in starts.values():
        message = 'a table that lays out has no role="presentation"'
        hint = "add the role: without it screen readers speak of rows and columns"
        yield mail.finding("table-role", Severity.WARNING, message, hint, start, "<table", FRAME)


def check_outlook_parts(mail: Mail) -> Iterator[Finding]:
    """Look whether what only Outlook reads is closed as it was opened."""
    if faults := _unpaired(mail.document.comments):
        message = f"a comment for Outlook is not closed, or not opened: {short(faults[0])!r}"
        hint = "write <!--[if mso]> ... <![endif]-->, or <!--[if !mso]><!--> ... <!--<![endif]-->"
        yield mail.finding("outlook-comment", Severity.ERROR, message, hint, template=FRAME)
    else:
        yield from _ghost_tables(mail)


def _unpaired(comments: list[Comment]) -> list[str]:
    """Return the conditional comments that open or close nothing; `[if !mso]><!` shows what follows it."""
    opened: list[str] = []
    faults = []
    for comment in comments:
        words = comment.words.strip()
        if comment.bogus:  # it shows where Outlook does not read it, and premailer garbles it
            faults += [words] if _BOGUS.match(words) else []
        elif not _CONDITION.search(words):
            continue
        elif words.startswith("[if") and words.endswith("<!"):
            opened.append(words)
        elif words == "<![endif]" and opened:
            opened.pop()
        elif not (words.startswith("[if") and words.endswith("<![endif]")):
            faults.append(words)
    return faults + opened


def _ghost_tables(mail: Mail) -> Iterator[Finding]:
    balance: Counter[str] = Counter()
    for comment in mail.document.comments:
        for slash, tag, _ in _GHOST.findall(comment.words):
            balance[tag.lower()] += -1 if slash else 1
    if uneven := sorted(tag for tag, count in balance.items() if count):
        names = ", ".join(f"<{tag}>" for tag in uneven)
        message = f"the comments for Outlook do not close as many {names} as they open"
        hint = "each table, row and cell that a comment opens, a later comment closes"
        yield mail.finding("outlook-table", Severity.ERROR, message, hint, template=FRAME)
