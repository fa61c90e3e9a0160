"""Which mail readers do not show what a mail uses: the data of Can I email, read once.

`caniemail.json` is made by `scripts/caniemail.py`; `accepted.toml` says what we take as it is, and why.
"""

import json
import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any

from publisher.errors import Severity
from publisher.preflight.features import Uses, used
from publisher.preflight.finding import Finding
from publisher.preflight.mail import FRAME, INLINED, KEPT, Mail, packaged, short

_NOTES = 240
"""Characters of the notes that a hint has room for."""


@dataclass(frozen=True, slots=True)
class Feature:
    """A feature: its title, the readers that know it in part or not at all, and notes on these."""

    title: str
    partly: tuple[str, ...]
    missing: tuple[str, ...]
    notes: tuple[str, ...]


@cache
def support() -> dict[str, Feature]:
    """Return every feature by its name in the data."""
    data = json.loads(packaged("caniemail.json"))
    readers = list(data["clients"].values())
    return {slug: _feature(row, readers) for slug, row in data["features"].items()}


def _feature(row: dict[str, Any], readers: list[str]) -> Feature:
    letters = str(row["support"])
    names = {
        sign: tuple(name for name, letter in zip(readers, letters, strict=True) if letter == sign)
        for sign in "an"
    }
    return Feature(row["title"], names["a"], names["n"], tuple(row.get("notes", ())))


@dataclass(frozen=True, slots=True)
class Accepted:
    """Why a feature is taken as it is, and a pattern of declarations that are not."""

    reason: str
    unless: str


@cache
def accepted() -> dict[str, Accepted]:
    """Return what is taken as it is, by the feature's name."""
    rows = tomllib.loads(packaged("accepted.toml"))
    return {slug: Accepted(row["reason"], row.get("unless", "")) for slug, row in rows.items()}


def _refused(slug: str, uses: Uses) -> list[str] | None:
    """Return the declarations for which *slug* is not accepted; None if it is accepted altogether."""
    row = accepted().get(slug)
    if row is None:
        return sorted(uses.declarations.get(slug, ()))
    told = uses.declarations.get(slug, ()) if row.unless else ()
    return [item for item in sorted(told) if re.search(row.unless, item)] or None


def check_mail_support(mail: Mail) -> Iterator[Finding]:
    """Find what some of the mail readers that we write for do not show, and nobody has accepted."""
    uses = used(mail)
    for slug in sorted(support().keys() & (uses.html.keys() | uses.inlined.keys() | uses.kept.keys())):
        feature, refused = support()[slug], _refused(slug, uses)
        if refused is None or not feature.partly + feature.missing:
            continue
        gaps = [f"not known to {', '.join(feature.missing)}"] if feature.missing else []
        gaps += [f"known in part to {', '.join(feature.partly)}"] if feature.partly else []
        where = f" (as {refused[0]!r})" if refused else ""
        message = f"{feature.title}{where} is {'; '.join(gaps)}"
        hint = "do without it in templates/email; docs/preflight.md tells what is accepted, and why"
        hint += f". Known of it: {short(' '.join(feature.notes), _NOTES)}" if feature.notes else ""
        template = INLINED if uses.inlined[slug] else KEPT if uses.kept[slug] else FRAME
        count = uses.count(slug)
        yield Finding("unsupported-in-mail", message, hint, Severity.WARNING, template=template, count=count)
