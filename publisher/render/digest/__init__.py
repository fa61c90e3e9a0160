"""Monthly digests: one issue to one mail, as HTML and as text, and to its page on the web."""

import re
from collections.abc import Callable
from dataclasses import dataclass

from publisher.errors import ContentError, Place, Problem
from publisher.model import address
from publisher.model.edition import Edition
from publisher.model.explain import closest
from publisher.model.output import LIMIT_BYTES, TARGET_BYTES, Digest, Issue, MailPicture, Span
from publisher.model.settings import Settings
from publisher.render.context import Speakers
from publisher.render.digest.plan import Plan, plan, shortened
from publisher.render.digest.words import Used, digest_context
from publisher.render.inliner import inline
from publisher.render.templating import Templates

_ROWS = "email/rows/"
_MARK = re.compile(r"<!--(?:entry (\d+)|/entry)-->")
_MAIL = re.compile(r"<!--mail-->.*?<!--/mail-->", re.DOTALL)
_WEB = re.compile(r"<!--web-->.*?<!--/web-->", re.DOTALL)
_EMPTY_LINES = re.compile(r">\s*\n\s*\n")  # what templates leave between elements
_EDGES = re.compile(r"<!--/?(?:mail|web|entry(?: \d+)?)-->")


@dataclass(frozen=True, slots=True)
class Filled:
    """A digest's templates filled, before its styles are inlined.

    In *html* comments mark where each entry begins and ends, and what only the mail or only the web
    shows.
    """

    subject: str
    preheader: str
    html: str
    text: str
    web_text: str
    used: Used


def render_digest(
    issue: Issue,
    edition: Edition,
    templates: Templates,
    speakers: Speakers,
    picture: Callable[[str, int], MailPicture],
) -> Digest:
    """Return the digest of *issue*; every entry stands in it once, with absolute addresses.

    *picture* makes a picture of the entries folder for mail, as wide as it is shown. Above 60 kB the
    digest is shortened. Raises `ContentError` if it still has over 100 kB.
    """
    check_rows(edition.settings, templates)
    planned = plan(issue, edition)
    digest = _digest(planned, fill(planned, edition, templates, speakers, picture))
    while digest.size > TARGET_BYTES:
        shorter = shortened(planned, digest.size - TARGET_BYTES, digest.weights)
        if shorter is None:
            break
        planned = shorter
        digest = _digest(planned, fill(planned, edition, templates, speakers, picture))
    if digest.size > LIMIT_BYTES:
        raise ContentError([_too_large(digest, edition)], 0)
    return digest


def check_rows(settings: Settings, templates: Templates) -> None:
    """Raise `ContentError` if a kind asks for a shape of rows that no template gives."""
    known = sorted(
        listed.name.removeprefix(_ROWS).removesuffix(".html")
        for listed in templates.listed()
        if listed.name.startswith(_ROWS)
    )
    problems = []
    for key, kind in settings.kinds.items():
        if kind.row not in known:
            place = Place(f"kinds.{key}.row in the settings")
            message = f"there is no template {_ROWS}{kind.row}.html"
            hint = closest(kind.row, known) or f"write that file, or one of: {', '.join(known)}"
            problems.append(Problem("missing-template", place, message, hint))
    if problems:
        raise ContentError(problems, 0)


def fill(
    planned: Plan,
    edition: Edition,
    templates: Templates,
    speakers: Speakers,
    picture: Callable[[str, int], MailPicture],
) -> Filled:
    """Return the templates of *planned*'s digest filled; its styles stand in the head still."""
    used = Used()
    context = digest_context(planned, edition, speakers, picture, used)
    opening = planned.opening
    for name in ("subject", "preheader"):
        made = templates.render(f"email/{name}.txt", context)
        context[name] = (getattr(opening, name) if opening else None) or " ".join(made.split())
    context["style"] = templates.render("email/style.css", context)
    context["kept_style"] = templates.render("email/kept.css", context)
    # The text comes behind the HTML: `used` then knows the credits of both.
    return Filled(
        subject=context["subject"],
        preheader=context["preheader"],
        html=_EMPTY_LINES.sub(">\n", templates.render("email/digest.html", context)),
        text=_tidy(templates.render("email/digest.txt", context | {"on_web": False})),
        web_text=_tidy(templates.render("email/digest.txt", context | {"on_web": True})),
        used=used,
    )


def _tidy(text: str) -> str:
    """Return *text* without spaces at the ends of lines, and with one empty line where there are several."""
    lines = "\n".join(line.rstrip() for line in text.splitlines())
    return re.sub(r"\n{3,}", "\n\n", lines).strip("\n") + "\n"


def _digest(planned: Plan, filled: Filled) -> Digest:
    inlined = inline(filled.html)
    html, spans = _without_marks(_WEB.sub("", inlined), filled.used.entries)
    return Digest(
        month=planned.issue.month,
        lang=planned.issue.lang,
        subject=filled.subject,
        preheader=filled.preheader,
        html=html,
        text=filled.text,
        web=_EDGES.sub("", _MAIL.sub("", inlined)).replace(' aria-roledescription="email"', ""),
        web_text=filled.web_text,
        spans=spans,
        omitted=planned.omitted,
        pictures=filled.used.pictures,
        opening=planned.opening.path if planned.opening else "",
    )


def _without_marks(html: str, paths: list[str]) -> tuple[str, tuple[Span, ...]]:
    """Return *html* without our comments, and where each entry stands in it."""
    html = re.sub(r"<!--/?mail-->\n?", "", html)
    pieces: list[str] = []
    spans: list[Span] = []
    length, end, path, start = 0, 0, "", 0
    for mark in _MARK.finditer(html):
        piece = html[end : mark.start()]
        pieces.append(piece)
        length, end = length + len(piece), mark.end()
        if mark[1]:
            path, start = paths[int(mark[1])], length
        elif path:
            spans.append(Span(path, start, length))
    return "".join([*pieces, html[end:]]), tuple(spans)


def _too_large(digest: Digest, edition: Edition) -> Problem:
    folder = edition.settings.paths.entries
    heaviest = list(digest.weights.items())[:3]
    names = ", ".join(f"{folder}/{path} ({size / 1000:.1f} kB)" for path, size in heaviest)
    message = (
        f"the digest has {digest.size / 1000:.0f} kB; Gmail cuts a mail off at 102 kB, "
        f"and ours stops at {LIMIT_BYTES // 1000}. The heaviest entries: {names}"
    )
    place = Place(f"{edition.settings.paths.output}/{address.digest(digest.month, digest.lang)}")
    hint = "mark fewer entries as highlight, shorten their summaries, or shorten your own templates/email/"
    return Problem("digest-too-large", place, message, hint)
