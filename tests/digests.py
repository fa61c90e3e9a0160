"""Editions and digests to look at from outside: the sample newsletter, and months of any size."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from conftest import ROOT
from editions import digest_of
from large_month import write_large_month

from publisher import issues
from publisher.entries import reader
from publisher.errors import Severity
from publisher.model.edition import Edition
from publisher.model.entry import Month
from publisher.model.output import Digest
from publisher.project import load
from publisher.render.language import countries
from publisher.render.templating import Templates

NOW = datetime(2026, 6, 1, tzinfo=UTC)
LANGUAGES = ("en", "fr", "es", "ar")
LARGE = Month(2026, 3)
_ONLY_ON_THE_WEB = re.compile(r"<!--web-->.*?<!--/web-->", re.DOTALL)
# The most varied of the sample: pictures, events over days and hours, quotes, many and few entries.
CHOICE = (
    ("2022-05", "en"),
    ("2023-03", "en"),
    ("2021-09", "en"),
    ("2022-06", "fr"),
    ("2023-03", "es"),
    ("2022-05", "ar"),
    ("2023-03", "ar"),
)


@dataclass(frozen=True, slots=True)
class Pair:
    """A digest, and its HTML before its rules were inlined."""

    name: str
    digest: Digest
    before: str


class _Listening(Templates):
    """Templates that remember what each one gave last."""

    def __init__(self, own: Path) -> None:
        super().__init__(own)
        self.given: dict[str, str] = {}

    def render(self, name: str, context: dict[str, Any]) -> str:
        """Return the template *name* filled."""
        self.given[name] = super().render(name, context)
        return self.given[name]


def edition_in(root: Path) -> Edition:
    """Return the edition that a build of the project at *root* makes; fails the test at an error."""
    project = load(root, {})
    reading = reader.read(project.entries, project.settings, countries())
    assert [problem for problem in reading.problems if problem.severity is Severity.ERROR] == []
    selection = issues.select(reading.library.entries, NOW)
    return issues.make_edition(selection, reading.library, project.settings, NOW)


@cache
def sample_edition() -> Edition:
    """Return the edition of the repository's own newsletter."""
    return edition_in(ROOT)


def large_edition(root: Path, lang: str, entries: int = 100) -> Edition:
    """Return, through files at *root*, a newsletter whose month LARGE has so many *entries* in *lang*."""
    write_large_month(root, lang, entries)
    return edition_in(root)


def pair_of(edition: Edition, lang: str, month: Month) -> Pair:
    """Return the digest of *month* in *lang* with its source."""
    templates = _Listening(ROOT / "templates")
    digest = digest_of(edition, lang, month, templates)
    before = _ONLY_ON_THE_WEB.sub("", templates.given["email/digest.html"])
    return Pair(f"{month} {lang}", digest, before)


@cache
def sample_pair(month: str, lang: str) -> Pair:
    """Return the sample's digest of *month*, which is YYYY-MM, with its source."""
    year, number = (int(part) for part in month.split("-"))
    return pair_of(sample_edition(), lang, Month(year, number))


def sample_pairs(lang: str) -> list[Pair]:
    """Return all of the sample's digests in *lang* with their sources, newest first."""
    return [sample_pair(str(issue.month), lang) for issue in sample_edition().issues_in(lang)]


WHICH = pytest.mark.parametrize(
    "which", ["choice", *(pytest.param(lang, marks=pytest.mark.whole) for lang in LANGUAGES)]
)
"""For tests over digests: a choice of them, or all of one language."""


def pairs(which: str, root: Path) -> list[Pair]:
    """Return the choice of digests, or all in the language *which*; files at *root* make the large month."""
    if which == "choice":
        chosen = [sample_pair(month, lang) for month, lang in CHOICE]
        return [*chosen, pair_of(large_edition(root, "ar", 24), "ar", LARGE)]
    return [*sample_pairs(which), pair_of(large_edition(root, which), which, LARGE)]


def versions(pair: Pair) -> dict[str, str]:
    """Return the HTML of the mail and of its web version by name."""
    return {f"{pair.name} mail": pair.digest.html, f"{pair.name} web": pair.digest.web}
