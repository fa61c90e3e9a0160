"""Rules on what makes Gmail throw away a stylesheet, or cut a mail."""

import re
from collections.abc import Iterator

from publisher.errors import Severity
from publisher.preflight.finding import Finding
from publisher.preflight.mail import FRAME, INLINED, KEPT, Mail, short
from publisher.preflight.stylesheet import without_comments

C1 = re.compile("[\x80-\x9f]")
_SPACED_COLOUR = re.compile(r"\b(?:rgb|hsl)a?\(\s*[\d.]+(?:%|deg)?\s+[\d.]+[^)]*\)", re.IGNORECASE)
_JOINED = re.compile(r"[^\s;{}]{1,40}!\s*important", re.IGNORECASE)
_CAPITALS = re.compile(r"!\s*(?!important)(?i:important)")
_TRAPS = (
    (
        "spaced-colour",
        _SPACED_COLOUR,
        "is a colour with spaces; Gmail then drops all styles",
        "write it as #1d5468, or with commas",
    ),
    (
        "joined-important",
        _JOINED,
        "has no space before !important; Gmail then drops the rule",
        "write a space before the !",
    ),
    ("capital-important", _CAPITALS, "is in capitals; Gmail then drops the rule", "write !important"),
)


def check_kept_style(mail: Mail) -> Iterator[Finding]:
    """Find what makes Gmail drop the kept stylesheet, or a rule of it."""
    css = without_comments(mail.kept)
    for at_rule, around in mail.sheet.at_rules:
        if any(outer.startswith("@") for outer in around):
            message = f"{short(at_rule)} stands within {short(around[-1])}; Gmail then drops all styles"
            yield _kept("nested-at-rule", message, "write the two one after the other")
    for code, pattern, words, hint in _TRAPS:
        for found in dict.fromkeys(match.group() for match in pattern.finditer(css)):
            yield _kept(code, f"{short(found)!r} {words}", hint)
    for style in mail.styles:
        if any(outer.tag == "body" for outer in style.within()):
            message = "a <style> stands in the body, where Gmail drops it"
            hint = "write it in the head, in templates/email/digest.html"
            yield mail.finding("style-in-body", Severity.ERROR, message, hint, style.start, "<style", FRAME)


def check_inlined_colours(mail: Mail) -> Iterator[Finding]:
    """Find colours for which Gmail drops a style attribute."""
    styles = "\n".join(
        {item.attributes["style"]: "" for item in mail.document.elements if "style" in item.attributes}
    )
    for found in dict.fromkeys(match.group() for match in _SPACED_COLOUR.finditer(styles)):
        message = f"{found!r} is a colour with spaces; Gmail then drops the element's style"
        hint = "write it as #1d5468, or with commas"
        yield Finding("spaced-colour", message, hint, Severity.ERROR, template=INLINED)


def _kept(code: str, message: str, hint: str) -> Finding:
    return Finding(code, message, hint, Severity.ERROR, template=KEPT)


def check_characters(mail: Mail) -> Iterator[Finding]:
    """Find characters at which Gmail cuts a mail: U+0080 to U+009F, left over from old encodings."""
    digest, html = mail.digest, mail.digest.html
    faults = [(match.group(), match.start()) for match in C1.finditer(html)]
    if not faults:  # what stands in the HTML stands in the other parts too, and is said once
        others = (digest.subject, digest.preheader, digest.text)
        faults = [(match.group(), -1) for part in others for match in C1.finditer(part)][:1]
    told = set()
    for character, start in faults:
        entry = mail.entry(start)
        if entry not in told:
            told.add(entry)
            message = f"the mail holds the character U+{ord(character):04X}, at which Gmail cuts it"
            hint = "delete it and type the text anew at that place"
            yield mail.finding("cutting-character", Severity.ERROR, message, hint, start, character)
