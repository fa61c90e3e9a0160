"""Digests of the sample and of 100 entries: within the budget, without a finding, and nothing lost."""

from pathlib import Path

import pytest
from digests import LANGUAGES, LARGE, NOW, edition_in, pair_of, sample_edition, sample_pairs
from large_month import write_large_month

from publisher.build import build
from publisher.check import check
from publisher.preflight import preflight
from publisher.project import load


@pytest.mark.parametrize("lang", LANGUAGES)
def test_no_digest_of_the_sample_has_a_fault(lang: str) -> None:
    """Each has 8 to 60 kB of HTML, leaves no entry to the web, and the preflight finds nothing in it."""
    settings = sample_edition().settings
    found = {
        pair.name: (pair.digest.size, pair.digest.omitted, preflight(pair.digest, settings))
        for pair in sample_pairs(lang)
    }
    assert len(found) > 4
    assert {
        name: row for name, row in found.items() if not 8_000 < row[0] <= 60_000 or row[1:] != (0, [])
    } == {}


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_hundred_entries_stay_within_the_budget(lang: str, tmp_path: Path) -> None:
    """The HTML has 8 to 60 kB, and each of the 100 entries is in it or counted as on the web."""
    write_large_month(tmp_path, lang)
    edition = edition_in(tmp_path)
    (issue,) = (issue for issue in edition.issues_in(lang) if issue.month == LARGE)
    digest = pair_of(edition, lang, LARGE).digest
    assert 8_000 < digest.size <= 60_000
    paths = [span.path for span in digest.spans]
    assert len(set(paths)) == len(paths)
    own = {entry.path for entry in issue.entries}
    assert len(own) >= 100
    assert len(own & set(paths)) + digest.omitted == len(own)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_preflight_finds_nothing_in_a_hundred_entries(lang: str, tmp_path: Path) -> None:
    """No rule of the preflight has anything to say of the digest itself."""
    write_large_month(tmp_path, lang)
    edition = edition_in(tmp_path)
    digest = pair_of(edition, lang, LARGE).digest
    assert [(finding.code, finding.message) for finding in preflight(digest, edition.settings)] == []


def test_a_hundred_entries_are_built(tmp_path: Path) -> None:
    """From files and pictures: `check` has no complaint, and every relay takes the lines of the mails."""
    write_large_month(tmp_path, "ar")
    found = check(load(tmp_path, {}), NOW).problems
    assert {problem.code for problem in found} <= {"long-title"}
    build(load(tmp_path, {}), NOW)
    mails = [path.read_bytes() for path in sorted((tmp_path / "out/digests/2026-03").glob("*.eml"))]
    assert len(mails) == len(LANGUAGES)
    assert max(len(line) for mail in mails for line in mail.split(b"\r\n")) <= 998
    sizes = {lang: (tmp_path / f"out/digests/2026-03/{lang}.html").stat().st_size for lang in LANGUAGES}
    assert 30_000 < sizes["ar"] < 61_000
    assert sizes["ar"] > 2 * max(sizes[lang] for lang in LANGUAGES if lang != "ar")
