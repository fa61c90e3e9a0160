"""What a search finds: entries and evergreen pages as documents, each with the words that it is found by."""

import re
from collections.abc import Iterator
from itertools import chain

from publisher import issues
from publisher.model import address
from publisher.model.edition import Edition
from publisher.model.entry import Entry
from publisher.model.output import Document
from publisher.model.settings import Settings
from publisher.render.context import name_of
from publisher.render.language import Language
from publisher.render.plaintext import paragraphs

_ELIDING = frozenset({"ca", "fr", "it"})
_ELIDED = re.compile(r"\b(\w{1,6}['’])(?=\w)")
_NAMED = ("partners", "programmes", "places", "topics")


def documents(edition: Edition, language: Language) -> Iterator[Document]:
    """Yield a document for each entry of *edition* in *language*, the newest first, evergreen ones behind."""
    lang = language.tag
    dated = (entry for issue in edition.issues_in(lang) for entry in issue.entries)
    lasting = issues.evergreen(entry for entry in edition.undated if entry.lang == lang)
    apart = _apart if lang.partition("-")[0] in _ELIDING else str
    for entry in chain(dated, lasting):
        yield Document(
            address=address.quoted(address.entry(entry, edition.settings)),
            title=apart(entry.title),
            text=apart(_text(entry, edition, language)),
            kind=searched_kind(entry, edition.settings),
            year=str(entry.day.year) if entry.day else "",
            date=str(entry.day or ""),
        )


def searched_kind(entry: Entry, settings: Settings) -> str:
    """Return the kind by which a search is narrowed to *entry*; "" for a page such as "About"."""
    return "" if entry.evergreen and entry.kind == settings.default_kind else entry.kind


def _apart(text: str) -> str:
    """Return *text* with a space behind what is elided, as in l’école: words are what stands between spaces.

    U+2060, which nobody sees, goes before it, so that `search.js` can take it out again.
    """
    return _ELIDED.sub("\\1\u2060 ", text)


def _text(entry: Entry, edition: Edition, language: Language) -> str:
    """Return the words of *entry*: its text, and what stands around it; its title if there is nothing else.

    Pagefind leaves out what has no text.
    """
    names = (name_of(key, field, edition, language) for field in _NAMED for key in getattr(entry, field))
    event = entry.event.place if entry.event else None
    text = [entry.summary if entry.has_summary else "", *paragraphs(edition.body(entry))]
    around = dict.fromkeys(filter(None, (entry.kicker, event, *names)))
    # An excerpt has no lines: a dot tells where the text ends and a name begins.
    pieces = ["\n".join(filter(None, text)), *around]
    return "\n· ".join(filter(None, pieces)) or entry.title
