"""Rules on what a mail says: inbox line, placeholders, lines of the text part, number of entries."""

import re
from collections.abc import Iterator

from publisher.errors import Severity
from publisher.model import address
from publisher.model.columns import columns
from publisher.model.output import COLUMNS
from publisher.preflight.document import Text
from publisher.preflight.finding import Finding
from publisher.preflight.mail import Mail, short

LONG_SUBJECT = 70
SHORT_PREHEADER, LONG_PREHEADER = 30, 110
_MOST = 0.6
_ENOUGH = 8
_PLACEHOLDER = re.compile(
    r"\{\{.{0,200}?\}\}|\{%.{0,200}?%\}|\{#.{0,200}?#\}|%\(\w+\)[sd]|\*\|[^|*\n]{1,60}\|\*|\[\[[^\]\n]{0,80}\]\]"
    r"|(?i:lorem ipsum)|" + address.READER,
    re.DOTALL,
)
_NOTE = re.compile(r"\bTO" + r"DO\b")
_NOTE_WITH_COLON = re.compile(_NOTE.pattern + r"(?=\s?:)")
_ALL = frozenset({"es", "pt", "gl", "it"})
"""Languages in which the note's four letters are an ordinary word."""
_BULLET = re.compile(r"^\s*(?:[*>•–-]\s+)*")


def check_inbox_line(mail: Mail) -> Iterator[Finding]:
    """Look at subject and preheader, by which people open a mail or do not."""
    yield from _subject(mail)
    yield from _preheader(mail)


def _opening(mail: Mail, code: str, severity: Severity, message: str, hint: str, needle: str) -> Finding:
    """Return a finding on what the opening file says, where there is one."""
    return Finding(code, message, hint, severity, entry=mail.digest.opening, needle=needle)


def _subject(mail: Mail) -> Iterator[Finding]:
    subject, opening = mail.digest.subject, "write one into entries/digests/YYYY-MM.LANG.md"
    if not subject.strip():
        message = "the mail has no subject"
        yield _opening(mail, "empty-subject", Severity.ERROR, message, opening, "subject:")
        return
    if len(subject) > LONG_SUBJECT:
        message = f"the subject has {len(subject)} characters; inboxes show {LONG_SUBJECT} at most"
        hint = f"shorten it there; if it is made from the first headline, {opening}"
        yield _opening(mail, "long-subject", Severity.WARNING, message, hint, "subject:")
    if _shouts(subject):
        message = f"the subject shouts: {short(subject)!r}"
        hint = "leave out capitals and doubled marks; spam filters go by them"
        yield _opening(mail, "shouting-subject", Severity.WARNING, message, hint, "subject:")


def _shouts(text: str) -> bool:
    cased = [letter for letter in text if letter.isupper() or letter.islower()]
    capitals = sum(letter.isupper() for letter in cased)
    return "!!" in text or (len(cased) >= _ENOUGH and capitals > _MOST * len(cased))


def _preheader(mail: Mail) -> Iterator[Finding]:
    digest = mail.digest
    preheader = " ".join(digest.preheader.split())
    hint = f"write {SHORT_PREHEADER} to {LONG_PREHEADER} characters under preheader in the digest's opening"
    if not preheader:
        message = "the mail has no preheader, so inboxes show its first words"
        yield _opening(mail, "empty-preheader", Severity.WARNING, message, hint, "preheader:")
    elif preheader.casefold() == " ".join(digest.subject.split()).casefold():
        message = "the preheader says the same as the subject"
        yield _opening(mail, "repeated-preheader", Severity.WARNING, message, hint, "preheader:")
    elif not SHORT_PREHEADER <= len(preheader) <= LONG_PREHEADER:
        size = "short" if len(preheader) < SHORT_PREHEADER else "long"
        message = f"the preheader has {len(preheader)} characters, which is too {size}"
        yield _opening(mail, "preheader-length", Severity.WARNING, message, hint, "preheader:")


def check_placeholders(mail: Mail) -> Iterator[Finding]:
    """Find what was to be filled in or written; each is told once."""
    digest, settings = mail.digest, mail.settings
    ways = [address.absolute(way, settings) for way in (address.unsubscribe(), address.preferences())]
    language = digest.lang.split("-")[0]
    patterns = (_PLACEHOLDER, _NOTE_WITH_COLON if language in _ALL else _NOTE)
    told: set[tuple[str, str]] = set()
    # What an entry says may stand in the frame, the subject and the text part too: entries come first.
    texts = sorted(_texts(mail), key=lambda row: not mail.entry(row[1]))
    for text, start, links_may in texts:
        bare = text
        for way in ways if links_may else []:
            bare = bare.replace(way, "")
        for found in (match.group() for pattern in patterns for match in pattern.finditer(bare)):
            entry = mail.entry(start)
            if (entry, found) in told or (not entry and any(found == other for _, other in told)):
                continue
            told.add((entry, found))
            message = f"a placeholder is left: {short(found)!r}"
            hint = "fill it in; only the links to leave and to choose hold a reader's token"
            yield mail.finding("placeholder", Severity.ERROR, message, hint, start, found)


def _texts(mail: Mail) -> Iterator[tuple[str, int, bool]]:
    """Yield each text, its place in the HTML (or -1), and whether it may hold a reader's links."""
    document, digest = mail.document, mail.digest
    for element in document.elements:
        for name, value in element.attributes.items():
            if name not in {"style", "class"}:
                yield value, element.start, name == "href"
    for node in document.nodes:
        if isinstance(node, Text) and not (node.parent and node.parent.tag == "style"):
            yield node.words, node.start, False
    yield from ((comment.words, comment.start, True) for comment in document.comments)
    yield from ((digest.subject, -1, False), (digest.preheader, -1, False), (digest.text, -1, True))
    yield from ((digest.web, -1, False), (digest.web_text, -1, False))


def check_text_lines(mail: Mail) -> Iterator[Finding]:
    """Find lines of the text part that are wider than a window and could be broken."""
    wide = [line for line in mail.digest.text.splitlines() if columns(line) > COLUMNS and _breaks(line)]
    if wide:
        message = f"{len(wide)} line(s) of the text part have more than {COLUMNS} columns: {short(wide[0])!r}"
        hint = "fold them in templates/email/digest.txt; an address stands on a line of its own"
        yield mail.finding("long-text-line", Severity.WARNING, message, hint)


def _breaks(line: str) -> bool:
    return len(_BULLET.sub("", line).split()) > 1


def check_entries(mail: Mail) -> Iterator[Finding]:
    """Count the entries."""
    shown = len({span.path for span in mail.digest.spans})
    if not shown:
        message = "the digest shows no entry"
        yield mail.finding("empty-digest", Severity.ERROR, message, "write an entry for this month")
    elif shown + mail.digest.omitted < mail.minimum:
        count = shown + mail.digest.omitted
        message = f"the digest has {count} entries; {mail.minimum} are wanted at least"
        hint = "write more entries, or let this month's stand in the next digest"
        yield mail.finding("few-entries", Severity.WARNING, message, hint)
