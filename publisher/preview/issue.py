"""What the pages of digests show: the list of issues, and one issue with its frames and panels."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from publisher.errors import Problem
from publisher.model import address
from publisher.model.entry import Month
from publisher.model.output import Digest
from publisher.preflight import links, outline
from publisher.preview import answers, figures
from publisher.preview.answers import Answer
from publisher.preview.desk import Desk
from publisher.preview.difference import Difference, difference
from publisher.preview.frames import LOOKS, Look, mail_frame, marked_mail
from publisher.preview.linked import linked
from publisher.preview.overlay import editor_address
from publisher.preview.proofs import Proof, State
from publisher.preview.stand import Stand

PANELS = {
    "findings": "Findings",
    "size": "Size",
    "difference": "Difference",
    "links": "Links",
    "outline": "Outline",
    "text": "Text part",
    "source": "Source",
    "headers": "Headers",
}
STAGES = {"both": "Phone and desktop", "languages": "All languages"}
_LARGE = 1_000_000  # bytes, which no digest has
_LOOKS = {"light": "Light", "dark": "Dark", "inverted": "Inverted"}


def listed(desk: Desk) -> dict[str, Any]:
    """Return the months and languages of the list of issues, each with its state."""
    stand, proofs = desk.stand, desk.proofs
    if stand is None or proofs is None:
        return {"languages": [], "rows": [], "has_digests": True}
    months = sorted({month for month, _ in proofs.issues}, reverse=True)
    languages = [_language(stand, lang) for lang in stand.project.settings.newsletter.languages]
    rows = [
        (month, _heading(stand, month), [_cell(desk, month, language["tag"]) for language in languages])
        for month in months
    ]
    return {
        "languages": languages,
        "rows": rows,
        "has_digests": "digests" in stand.project.settings.outputs,
    }


def _language(stand: Stand, lang: str) -> dict[str, str]:
    speaker = stand.press.speakers[lang]
    return {"tag": lang, "name": speaker.name, "direction": speaker.direction}


def _heading(stand: Stand, month: Month) -> str:
    return stand.press.speakers[stand.project.settings.newsletter.languages[0]].heading(month)


def _cell(desk: Desk, month: Month, lang: str) -> dict[str, Any]:
    """Return what the list says of one issue."""
    assert desk.proofs is not None  # noqa: S101 - the list is empty without
    issue = desk.proofs.issues.get((month, lang))
    if issue is None:
        return {"lang": lang, "state": "empty", "words": "empty", "address": "", "entries": 0}
    state, words = _state(desk.proofs.state(month, lang))
    return {
        "lang": lang,
        "state": state,
        "words": words,
        "address": _address(month, lang),
        "entries": len(issue.entries),
    }


def _state(state: State | None) -> tuple[str, str]:
    if state is None:
        return "unknown", "being looked at"
    if not state.is_made:
        return "broken", "cannot be made"
    found = state.errors + state.warnings
    if not found:
        return "ready", "ready"
    return ("errors" if state.errors else "warnings"), ("1 finding" if found == 1 else f"{found} findings")


def _address(month: Month, lang: str) -> str:
    return f"/_preview/issues/{month}/{lang}/"


def file(desk: Desk, proof: Proof, name: str, query: Mapping[str, str]) -> Answer | None:
    """Return a file of an issue: the mail for a frame, or its bytes to keep."""
    digest = proof.digest
    if name == "issue.eml":
        kept = f'attachment; filename="{digest.month}-{digest.lang}.eml"'
        return answers.file(name, proof.message, **{"Content-Disposition": kept})
    if name == "mail.html" and desk.stand:
        marked = marked_mail(digest.html, digest.spans, desk.stand.marks)
        url = desk.stand.project.settings.newsletter.url
        shown = mail_frame(marked, url, _look(query))
        return answers.mail(shown, pictures=query.get("images") != "off")
    return None


def _look(query: Mapping[str, str]) -> Look:
    return next((look for look in LOOKS if look == query.get("look")), "light")


def shown(desk: Desk, stand: Stand, proof: Proof, query: Mapping[str, str]) -> dict[str, Any]:
    """Return what the page of one issue shows; *query* chooses look, pictures, stage and panel."""
    digest = proof.digest
    chosen = {
        "look": _look(query),
        "images": "off" if query.get("images") == "off" else "on",
        "stage": query.get("stage") if query.get("stage") in STAGES else "both",
        "panel": query.get("panel") if query.get("panel") in PANELS else "findings",
    }

    def with_(**changes: str) -> str:
        """Return the address of this page with other choices."""
        return "?" + urlencode({**chosen, **changes})

    issues = list(desk.proofs.issues) if desk.proofs else []
    same = [month for month, lang in issues if lang == digest.lang]
    place = same.index(digest.month)
    versions = [lang for month, lang in issues if month == digest.month]
    languages = [tag for tag in stand.project.settings.newsletter.languages if tag in versions]
    sender = stand.project.settings.email.sender
    return {
        "digest": digest,
        "heading": stand.press.speakers[digest.lang].heading(digest.month),
        "month": _heading(stand, digest.month),
        "first": stand.project.settings.newsletter.languages[0],
        "address": _address(digest.month, digest.lang),
        "web": f"/{address.digest(digest.month, digest.lang)}",
        "language": _language(stand, digest.lang),
        "languages": [
            _language(stand, tag)
            | {"address": _address(digest.month, tag), "frame": _frame(desk, digest, tag, chosen)}
            for tag in languages
        ],
        "newer": _address(same[place - 1], digest.lang) if place else "",
        "older": _address(same[place + 1], digest.lang) if place + 1 < len(same) else "",
        "chosen": chosen,
        "with_": with_,
        "looks": _LOOKS,
        "stages": STAGES,
        "panels": PANELS,
        "inbox": [
            ("Phone", figures.inbox_line(digest, sender, figures.PHONE)),
            ("Desktop", figures.inbox_line(digest, sender, figures.DESKTOP)),
        ],
        "weights": figures.weights(proof),
        "findings": [_finding(desk, stand, problem) for problem in proof.findings],
        "panel": _panel(stand, proof, str(chosen["panel"])),
        "not_public": [path for path in digest.weights if path in stand.marks],
    }


def _frame(desk: Desk, digest: Digest, lang: str, chosen: Mapping[str, Any]) -> str:
    """Return the address of the mail in *lang* for a frame; it is another one whenever the mail is.

    "" if the mail cannot be made, or does not show now.
    """
    if lang != digest.lang and chosen["stage"] != "languages":
        return ""
    seen = desk.proof(digest.month, lang)
    query = {"look": str(chosen["look"]), "images": str(chosen["images"])}
    found = file(desk, seen.proof, "mail.html", query) if seen.proof else None
    if found is None:
        return ""
    version = found.version + linked(desk, found.body.decode(), "")
    return f"{_address(digest.month, lang)}mail.html?{urlencode(query | {'v': version})}"


def _finding(desk: Desk, stand: Stand, problem: Problem) -> dict[str, Any]:
    form = stand.project.settings.preview.editor
    return {"problem": problem, "editor": editor_address(desk.root, problem.place, form)}


def _panel(stand: Stand, proof: Proof, name: str) -> Any:
    """Return what the panel *name* shows beside what the page knows anyway."""
    digest = proof.digest
    if name == "difference":
        return _difference(stand, proof)
    if name == "links":
        return links(digest)
    if name == "outline":
        return {"headings": outline(digest), "order": figures.reading_order(digest)}
    if name == "headers":
        return figures.headers(proof.message)
    return None


def _difference(stand: Stand, proof: Proof) -> Difference | None:
    """Return what changed since the issue was last built; None if it was not built yet."""
    digest, top = proof.digest, stand.project.output
    html, text = (_built(top, address.digest(digest.month, digest.lang, end)) for end in ("html", "txt"))
    if html is None or text is None:
        return None
    return difference(html, digest.web, text, digest.web_text)


def _built(top: Path, path: str) -> str | None:
    """Return the file that a build left at *path* below *top*; None if there is none, or somebody's link."""
    file = top / path
    try:
        if file.resolve() != top.resolve() / path or not file.is_file() or file.stat().st_size > _LARGE:
            return None
        return file.read_text(encoding="utf-8", errors="replace")
    except (OSError, RuntimeError):  # links in a circle
        return None
