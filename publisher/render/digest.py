"""Monthly digests: one issue to one mail, as HTML and as text."""

from collections import defaultdict
from datetime import timedelta

from publisher import issues
from publisher.model import address
from publisher.model.edition import Edition
from publisher.model.entry import Entry
from publisher.model.output import Digest, Issue
from publisher.render.context import Speakers, page_context
from publisher.render.inliner import inline
from publisher.render.templating import Templates

HIGHLIGHTS = 5


def sections(entries: list[Entry], edition: Edition) -> list[tuple[str, list[Entry]]]:
    """Return *entries* by kind, in the order of the settings; kinds without entries are left out."""
    groups: dict[str, list[Entry]] = defaultdict(list)
    for entry in entries:
        groups[entry.kind].append(entry)
    return [(key, groups[key]) for key in edition.settings.kinds if key in groups]


def render_digest(issue: Issue, edition: Edition, templates: Templates, speakers: Speakers) -> Digest:
    """Return the digest of *issue*; every entry stands in it once, with absolute addresses."""
    language = speakers[issue.lang]
    top = issues.highlights(issue.entries)[:HIGHLIGHTS]
    rest = [entry for entry in issue.entries if entry not in top]
    lead = (top or list(issue.entries))[0]
    others = [entry.title for entry in [*top, *rest] if entry is not lead]
    month = issue.month
    first, last = month.first_day, month.following.first_day - timedelta(days=1)
    context = page_context(edition, language, lambda where: address.absolute(where, edition.settings))
    languages = {
        other.lang: address.digest(month, other.lang) for other in edition.issues if other.month == month
    }
    context |= {
        "issue": issue,
        "highlights": top,
        "sections": sections(rest, edition),
        "quote": issues.quote_for(edition.quotes, issue.lang, first, last),
        "languages": speakers.alternates(
            {tag: address.absolute(where, edition.settings) for tag, where in languages.items()}
        ),
        "subject": f"{context['newsletter']['title']}{language.comma}{language.month(month)}: {lead.title}",
        "preheader": others[0] if others else lead.summary,
        "postal_address": edition.settings.email.postal_address or "",
        "style": templates.text("email/style.css"),
        "kept_style": templates.text("email/kept.css"),
    }
    return Digest(
        month=month,
        lang=issue.lang,
        subject=context["subject"],
        preheader=context["preheader"],
        html=inline(templates.render("email/digest.html", context)),
        text=templates.render("email/digest.txt", context),
    )
