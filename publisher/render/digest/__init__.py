"""Monthly digests: one issue to one mail, as HTML and as text, and to its page on the web."""

import re
from collections.abc import Callable

from msgspec import Struct

from publisher.errors import ContentError, Place, Problem
from publisher.model import address
from publisher.model.alike import closest
from publisher.model.edition import Edition
from publisher.model.output import LIMIT_BYTES, TARGET_BYTES, Digest, Issue, MailPicture
from publisher.model.settings import Settings
from publisher.render.context import Speakers
from publisher.render.digest import marks
from publisher.render.digest.plan import Plan, plan, shortened
from publisher.render.digest.words import Used, digest_context
from publisher.render.logo import mail_logo
from publisher.render.templating import Templates

_ROWS = "email/rows/"
_EMPTY_LINES = re.compile(r">\s*\n\s*\n")  # what templates leave between elements


class Filled(Struct, frozen=True):
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
    _refuse_tokens(digest, edition)
    return digest


def check_rows(settings: Settings, templates: Templates) -> None:
    """Raise `ContentError` if a kind asks for a shape of rows that no template gives."""
    rows = {key: kind.row for key, kind in settings.kinds.items()}
    missing = {key: row for key, row in rows.items() if not templates.has(f"{_ROWS}{row}.html")}
    if not missing:
        return
    names = [listed.name for listed in templates.listed() if listed.name.startswith(_ROWS)]
    known = [name.removeprefix(_ROWS).removesuffix(".html") for name in names]
    problems = []
    for key, row in missing.items():
        place = Place(f"kinds.{key}.row in the settings")
        hint = closest(row, known) or f"write that file, or one of: {', '.join(known)}"
        problems.append(Problem("missing-template", place, f"there is no template {_ROWS}{row}.html", hint))
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
    context["logo"] = logo = mail_logo(edition.settings.look, templates)
    if logo:
        used.pictures[address.absolute(logo.address, edition.settings)] = logo.length
    opening = planned.opening
    for name in ("subject", "preheader"):
        made = templates.render(f"email/{name}.txt", context)
        context[name] = (getattr(opening, name) if opening else None) or " ".join(made.split())
    context["style"] = templates.render("email/style.css", context)
    context["kept_style"] = templates.render("email/kept.css", context)
    html = templates.render("email/digest.html", context)  # first: the pictures it shows have credits
    text = templates.render("email/digest.txt", context)
    return Filled(
        subject=context["subject"],
        preheader=context["preheader"],
        html=_EMPTY_LINES.sub(">\n", html),
        text=_tidy(re.sub("[\x02\x03]\n?", "", text)),
        web_text=_tidy(re.sub("\x02.*?\x03\n?", "", text, flags=re.DOTALL)),
        used=used,
    )


def _tidy(text: str) -> str:
    """Return *text* without spaces at the ends of lines, and with one empty line where there are several."""
    lines = "\n".join(line.rstrip() for line in text.splitlines())
    return re.sub(r"\n{3,}", "\n\n", lines).strip("\n") + "\n"


def _digest(planned: Plan, filled: Filled) -> Digest:
    from publisher.render.inliner import inline

    marks.check(filled.html, len(filled.used.entries))
    inlined = inline(filled.html).replace("</source>", "")  # libxml2 takes it for an element with content
    html, spans = marks.for_mail(inlined, filled.used.entries)
    return Digest(
        month=planned.issue.month,
        lang=planned.issue.lang,
        subject=filled.subject,
        preheader=filled.preheader,
        html=html,
        text=filled.text,
        web=marks.for_web(inlined).replace(' aria-roledescription="email"', ""),
        web_text=filled.web_text,
        spans=spans,
        omitted=planned.omitted,
        pictures=filled.used.pictures,
        opening=planned.opening.path if planned.opening else "",
    )


def _refuse_tokens(digest: Digest, edition: Edition) -> None:
    """Raise `ContentError` if a reader's token would stand in anything but the two links of the footer.

    An entry may hold the word in any disguise: what counts is what came out.
    """
    ours = [address.absolute(way, edition.settings) for way in (address.unsubscribe(), address.preferences())]
    hint = f"leave out the word {address.READER}; sending puts each reader's own token there"
    html, text = digest.html, digest.text
    for way in ours:
        html, text = html.replace(way, "", 1), text.replace(way, "", 1)
    for shown in (html, text, digest.subject, digest.preheader, digest.web, digest.web_text):
        if address.READER in shown:
            holders = (span for span in digest.spans if address.READER in digest.html[span.start : span.end])
            path = next((span.path for span in holders), digest.opening)
            paths = edition.settings.paths
            where = address.digest(digest.month, digest.lang)
            place = Place(f"{paths.entries}/{path}" if path else f"{paths.output}/{where}")
            message = f"{address.READER} stands in the digest of {digest.month} ({digest.lang})"
            raise ContentError([Problem("placeholder", place, message, hint)], 0)


def _too_large(digest: Digest, edition: Edition) -> Problem:
    folder = edition.settings.paths.entries
    heaviest = list(digest.weights.items())[:3]
    names = ", ".join(f"{folder}/{path} ({size / 1000:.1f} kB)" for path, size in heaviest)
    if digest.opening:
        names += f"; its opening is {folder}/{digest.opening}"
    message = (
        f"the digest has {digest.size / 1000:.0f} kB; Gmail cuts a mail off at 102 kB, "
        f"and ours stops at {LIMIT_BYTES // 1000}. The heaviest entries: {names}"
    )
    place = Place(f"{edition.settings.paths.output}/{address.digest(digest.month, digest.lang)}")
    hint = "mark fewer entries as highlight, say less in summaries and opening, or shorten your own templates"
    return Problem("digest-too-large", place, message, hint)
