"""The preflight over digests as they are built: right ones, and right ones with one thing made wrong."""

import re
from collections.abc import Callable

import pytest
from digests import LANGUAGES, LARGE, large_edition, pair_of, sample_edition, sample_pairs
from msgspec.structs import replace

from publisher.model.output import Digest
from publisher.preflight import Finding, links, measure, outline, preflight


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_samples_have_no_findings(lang: str) -> None:
    """Nothing is wrong with any digest of the sample newsletter."""
    settings = sample_edition().settings
    found = {pair.name: preflight(pair.digest, settings) for pair in sample_pairs(lang)}
    assert {name: findings for name, findings in found.items() if findings} == {}
    assert found


@pytest.fixture(scope="module")
def mail(tmp_path_factory: pytest.TempPathFactory) -> Digest:
    """Return a digest with pictures, events, deadlines and contents, as it is built."""
    return pair_of(large_edition(tmp_path_factory.mktemp("month"), "en", 24), "en", LARGE).digest


def _new(mail: Digest, html: str) -> list[Finding]:
    """Return the findings that *html* adds to those on *mail*."""
    settings = sample_edition().settings
    before = preflight(mail, settings)
    return [item for item in preflight(replace(mail, html=html), settings) if item not in before]


def _without(pattern: str, by: str = "") -> Callable[[str], str]:
    """Return a change of a mail's HTML: *pattern*, which must be there, replaced once."""

    def change(html: str) -> str:
        changed, times = re.subn(pattern, by, html, count=1, flags=re.DOTALL)
        assert times == 1, pattern
        return changed

    return change


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (_without("<!DOCTYPE html>", "<!doctype html>"), {"mail-doctype"}),
        (_without(r"<body[^>]*>", "<body>"), {"mail-language", "mail-direction"}),
        (_without(r"<h1[^>]*>.*?</h1>"), {"one-first-heading"}),
        (_without(r"<h3", "<h5"), {"skipped-heading"}),
        (_without(r'alt="[^"]*"'), {"missing-alt"}),
        (_without(r'width="584"', 'width="100%"'), {"picture-width"}),
        (_without(r'<a name="[^"]*"[^>]*></a>'), {"missing-anchor"}),
        (_without(r'role="presentation"'), {"table-role"}),
        (_without(r"<!\[endif\]-->", "-->"), {"outlook-comment"}),
        (_without(r'<h3([^>]*)><a href="https:', r'<h3\1><a href="'), {"mail-address", "link-not-in-html"}),
        (
            _without(r'href="[^"]*unsubscribe[^"]*"', 'href="https://news.example.org/"'),
            {"missing-unsubscribe"},
        ),
        (_without(r" !important", "!important"), {"joined-important"}),
        (_without(r"</p>", " {{ name }}</p>"), {"placeholder"}),
    ],
)
def test_a_fault_is_found_in_a_real_mail(
    mail: Digest, change: Callable[[str], str], expected: set[str]
) -> None:
    """One thing made wrong in a mail as it is built gives the finding that names it, and no other."""
    assert {finding.code for finding in _new(mail, change(mail.html))} == expected


def test_dark_words_on_dark_ground_are_found(mail: Digest) -> None:
    """Without its dark rules for words, a mail as it is built is illegible at night, and only there."""
    html = re.sub(r"(?<![-\w])color: #\w+ !important", "top: auto", mail.html)
    assert html != mail.html
    messages = [item.message for item in _new(mail, html) if item.code == "low-contrast"]
    assert messages
    assert [message for message in messages if not message.startswith("in dark")] == []


def test_a_finding_names_the_entry_that_holds_the_place(mail: Digest) -> None:
    """The place of a fault leads to the entry's file, whose span holds it."""
    start = mail.html.index("<img")
    (span,) = (span for span in mail.spans if span.start <= start < span.end)
    html = mail.html[:start] + mail.html[start:].replace('src="https:', 'src="', 1)
    assert [(item.code, item.entry) for item in _new(mail, html)] == [("mail-address", span.path)]


def test_figures_of_a_real_mail(mail: Digest) -> None:
    """Meter, links and outline of a mail as it is built agree with its parts."""
    meter = measure(mail)
    assert meter.html_bytes == len(mail.html.encode())
    assert 0 < meter.kept_style_bytes < meter.kept_limit
    assert {path for path, _ in meter.by_entry} == {span.path for span in mail.spans}
    assert [size for _, size in meter.by_entry] == sorted((size for _, size in meter.by_entry), reverse=True)
    assert [
        link for link in links(mail) if link.duplicate or (not link.in_text and link.target[0] != "#")
    ] == []
    assert [heading.level for heading in outline(mail)][:3] == [1, 2, 3]
