"""The site, its feeds and pictures as a build would write them, with marks on what is not public yet."""

from urllib.parse import quote, urlsplit

from publisher.mediatypes import type_of
from publisher.model import address
from publisher.preview import answers
from publisher.preview.answers import VERSION, Answer
from publisher.preview.desk import Desk
from publisher.preview.frames import marked_page, with_notice
from publisher.preview.linked import linked
from publisher.preview.overlay import overlay

_STYLE = '<link rel="stylesheet" href="/_preview/overlay.css">'
_SCRIPT = f'<script src="/_preview/live.js" data-version="{VERSION}" data-shows="{{shows}}" defer></script>'
_EMPTY = (
    '<!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><title>Preview</title>'
    '<meta name="viewport" content="width=device-width, initial-scale=1"></head><body>'
    '<main id="publisher-nothing"><h1>{title}</h1><p>{words} '
    '<a href="/_preview/">To the preview</a></p></main></body></html>'
)


def site(desk: Desk, path: str) -> Answer:
    """Answer for the file at *path*, counted from the top of the site; folders give their page."""
    wanted = address.file(path)
    seen = desk.file(wanted)
    if seen.content is None and not seen.is_broken:
        if not path.endswith("/") and desk.file(f"{path}/index.html").content is not None:
            return answers.elsewhere(f"/{quote(path)}/")
        return _page(desk, path, _missing(desk), 404)
    if wanted.endswith(".html"):
        broken = _EMPTY.format(title="This page cannot be made yet", words="")
        return _page(desk, path, broken if seen.content is None else seen.content.decode(), 200)
    if seen.content is None:
        return Answer(503, type_of("x.txt"), b"it cannot be made; /_preview/ tells why\n")
    return answers.file(wanted, seen.content)


def _missing(desk: Desk) -> str:
    """Return the site's page for what is not there; the preview has it at the top of this machine."""
    found = desk.file(address.missing()).content
    if found is None or desk.stand is None:
        return _EMPTY.format(title="There is no such page", words="No entry makes it.")
    top = urlsplit(desk.stand.project.settings.newsletter.url).path
    return found.decode().replace(f'="{top}', '="/')


def _page(desk: Desk, path: str, text: str, status: int) -> Answer:
    """Return a page with its marks, what is wrong, and what tells it of changes."""
    problems = desk.file(address.file(path)).problems
    notice, form = "", None
    marks: dict[str, str] = {}
    if stand := desk.stand:
        settings, form = stand.project.settings, stand.project.settings.preview.editor
        here = path.removesuffix("index.html")
        by_path = stand.edition.by_path
        addresses = {address.entry(by_path[name], settings): mark for name, mark in stand.marks.items()}
        if mark := addresses.get(here):
            notice = f'<p id="publisher-notice" lang="en" dir="ltr"><b>{mark}</b> {_WHY[mark]}</p>'
        for where, mark in addresses.items():
            marks |= {address.relative(where, here): mark, address.absolute(where, settings): mark}
    tail = _SCRIPT.format(shows=linked(desk, text, path)) + overlay(problems, desk.root, form)
    page = with_notice(marked_page(text, marks), notice, tail)
    return answers.site_page(page.replace("</head>", f"{_STYLE}</head>", 1), status)


_WHY = {
    "Draft": "This entry is a draft: a build leaves it out.",
    "Future": "This entry is dated after now: a build leaves it out until then.",
}
