"""A small mail that is right, to be made wrong in one thing, and what the preflight says of it."""

from typing import Any

from builders import some_settings
from msgspec.structs import replace

from publisher.model.entry import Month
from publisher.model.output import Digest, Span
from publisher.model.settings import Settings
from publisher.preflight import Finding, preflight

SETTINGS = some_settings()
ENTRY = "2023/06/talks.md"
LEAVE = "https://news.example.org/unsubscribe/READER-TOKEN"
CHOOSE = "https://news.example.org/preferences/READER-TOKEN"
TALKS = "https://news.example.org/2023/06/talks/"
KEPT = """:root { color-scheme: light dark; }
@media (prefers-color-scheme: dark) {
  body, .sheet { background-color: #12171b !important; }
  td, h1, h2 { color: #e8e3da !important; }
  td a { color: #8cc7db !important; }
}
"""
HEAD = '<meta charset="utf-8"><title>News, June 2023: Talks</title>'
CELL = "color:#22303a; font-size:17px"
ITEM = f'<h2><a href="{TALKS}" style="color:#1d5468">Talks of June</a></h2><p>What was said.</p>'
FOOT = (
    f'<p><a href="{LEAVE}" style="color:#1d5468">Unsubscribe</a> '
    f'<a href="{CHOOSE}" style="color:#1d5468">Choose your topics</a></p>'
)
TEXT = f"News\n\n* Talks of June\n  What was said.\n  {TALKS}\n\n--\n{LEAVE}\n{CHOOSE}\n"


def frame(item: str = ITEM, kept: str = KEPT, foot: str = FOOT, head: str = HEAD) -> str:
    """Return the HTML of a mail that is right around *item*."""
    return (
        f'<!DOCTYPE html>\n<html lang="en" dir="ltr"><head>{head}<style>{kept}</style></head>'
        '<body lang="en" dir="ltr" style="background-color:#f3ece0">'
        '<div role="article" lang="en" dir="ltr" aria-label="News">'
        '<!--[if mso]><table role="presentation" width="640"><tr><td><![endif]-->'
        '<table class="sheet" role="presentation" style="background-color:#fdfbf7"><tr>'
        f'<td style="{CELL}"><h1>June 2023</h1><!--item-->{item}<!--/item-->{foot}</td></tr></table>'
        "<!--[if mso]></td></tr></table><![endif]--></div></body></html>\n"
    )


def a_digest(item: str = ITEM, more: str = "", **changes: Any) -> Digest:
    """Return a digest of one entry, *item*; *more* follows in the text part; *changes* are its fields.

    *kept*, *foot* and *head* replace these parts of the HTML.
    """
    parts = {name: changes.pop(name) for name in ("kept", "foot", "head") if name in changes}
    html = frame(item, **parts)
    start, end = html.index("<!--item-->"), html.index("<!--/item-->")
    digest = Digest(
        month=Month(2023, 6),
        lang="en",
        subject="News, June 2023: Talks",
        preheader="Two calls close in July; nine publications",
        html=html,
        text=TEXT + more,
        spans=(Span(ENTRY, start, end),),
    )
    return replace(digest, **changes)


def found(digest: Digest, minimum: int = 1, settings: Settings = SETTINGS) -> list[Finding]:
    """Return the findings on *digest*, whose codes are all in the manual."""
    return preflight(digest, settings, minimum)


def codes(digest: Digest, minimum: int = 1) -> list[str]:
    """Return the codes of the findings on *digest*, in their order."""
    return [finding.code for finding in found(digest, minimum)]


def with_item(item: str) -> list[str]:
    """Return the codes for a mail in which *item* stands beside the entry that is right."""
    return codes(a_digest(ITEM + item))
