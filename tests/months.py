"""Short ways to the entries of June 2023, to its digest, and to what stands in it."""

import re
from collections.abc import Sequence
from typing import Any

import lxml.html
from builders import an_entry
from editions import an_edition, digest_of
from msgspec.structs import replace

from publisher.model.edition import Edition
from publisher.model.entry import Entry, Month, Opening
from publisher.model.output import Digest
from publisher.render.digest.plan import Plan, plan

TOP = "https://news.example.org/"
JUNE = Month(2023, 6)
OPENS = "2023-07-14"
"""A deadline in the month after June."""


def june(name: str, lang: str = "en", **fields: Any) -> Entry:
    """Return an entry of 15 June 2023 whose title is its name."""
    ending = "md" if lang == "en" else f"{lang}.md"
    values = {"title": f"Title of {name}", "date": "2023-06-15", "summary": f"Summary of {name}."}
    return an_entry(f"2023/06/{name}.{ending}", **(values | {"id": f"{name}-{lang}"} | fields))


def event(start: str, **more: str) -> str:
    """Return the front matter of an event that begins at *start*."""
    return "{" + ", ".join(f'{name}: "{value}"' for name, value in ({"start": start} | more).items()) + "}"


def opened(edition: Edition, lang: str = "en", **fields: Any) -> Edition:
    """Return *edition* with an opening of its June."""
    values = {"subject": None, "preheader": None, "signed": None, "html": "", "text": ""} | fields
    opening = Opening(path=f"digests/2023-06.{lang}.md", month=JUNE, lang=lang, **values)
    return replace(edition, openings=(*edition.openings, opening))


def planned(*entries: Entry, lang: str = "en", month: Month = JUNE, **changes: Any) -> Plan:
    """Return the plan of the digest of *month* in an edition of *entries*."""
    edition = an_edition(*entries, **changes)
    (issue,) = (issue for issue in edition.issues_in(lang) if issue.month == month)
    return plan(issue, edition)


def june_digest(*entries: Entry, lang: str = "en", **changes: Any) -> Digest:
    """Return the digest of June 2023 in an edition of *entries*."""
    return digest_of(an_edition(*entries, **changes), lang, JUNE)


def names(entries: Sequence[Entry]) -> list[str]:
    """Return the names of *entries*, as `june` was given them, with the language of those not in English."""
    return [entry.slug if entry.lang == "en" else f"{entry.slug}.{entry.lang}" for entry in entries]


def page(html: str) -> Any:
    """Return a digest's HTML as a tree."""
    return lxml.html.fromstring(html)


def titles(html: str) -> list[str]:
    """Return the headlines of the entries in a digest's HTML."""
    return [node.text_content() for node in page(html).iter("h3")]


def headings(html: str) -> list[str]:
    """Return the month and the headings of the parts of a digest's HTML."""
    return [node.text_content() for node in page(html).iter("h1", "h2")]


def text_titles(text: str) -> list[str]:
    """Return the headlines in a digest's text, put together where they take several lines."""
    found = re.findall(r"^\* (.*(?:\n  .*)*)", text, re.MULTILINE)
    return [item.split("\n", maxsplit=1)[0] for item in found]


def text_headings(text: str) -> list[str]:
    """Return what is underlined in a digest's text."""
    return re.findall(r"^(.+)\n(?:-+|=+)$", text, re.MULTILINE)


def links(html: str) -> list[str]:
    """Return every address that a digest's HTML leads to, in order."""
    return [str(link) for link in page(html).xpath("//a/@href") if not link.startswith("#")]


def words(node: Any) -> str:
    """Return the text of *node* with single spaces."""
    return " ".join(node.text_content().split())
