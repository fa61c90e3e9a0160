"""Whatever entries a month has: a digest tells each once, the same in both of its forms."""

import json
import re
from typing import Any

from builders import an_entry, some_settings
from editions import an_edition, digest_of
from hypothesis import given, settings
from hypothesis import strategies as st
from months import JUNE, links, page, text_titles, titles
from strategies import DEADLINES, EVENTS

from publisher.entries.parser import parse_entry
from publisher.model import address
from publisher.model.edition import Edition
from publisher.model.entry import Entry, Month
from publisher.model.output import TARGET_BYTES, Digest
from publisher.render.digest.plan import HIGHLIGHTS, plan

LANGUAGES = ("en", "fr", "ar")
NEWSLETTER = some_settings(digest={"other_languages": "mark"}, email={"contact": "us@example.org"})
WORDS = (
    "word",
    "<int>",
    "&",
    "&amp;",
    '"',
    "'",
    "ILO",
    "No. 102",
    "كلمة",
    "é",
    "x" * 80,
    "a,",
    "*",
    "-",
    "·",
    "{{ x }}",
)
text = st.lists(
    st.sampled_from(WORDS) | st.text("aé1 .,:-–()&<'\"", max_size=6), min_size=1, max_size=12
).map(lambda parts: f"A {' '.join(parts)}"[:180])


@st.composite
def entries(draw: st.DrawFn) -> list[Entry]:
    """Draw entries of May, June and July with every field that moves them within a digest."""
    made = []
    for number in range(draw(st.integers(1, 16))):
        lang, month = draw(st.sampled_from(LANGUAGES)), draw(st.sampled_from((5, 6, 6, 6, 7)))
        image = f"{{src: p.png, alt: {json.dumps(draw(text))}, credit: {{holder: Ada}}}}"
        fields: dict[str, Any] = {
            "title": json.dumps(draw(text)),
            "summary": json.dumps(draw(text)),
            "date": f"2023-{month:02}-{draw(st.integers(1, 30)):02}",
            "kind": draw(st.sampled_from(tuple(NEWSLETTER.kinds))),
            "highlight": draw(st.sampled_from(("null", "null", "null", "1", "5"))),
            "deadline": draw(st.sampled_from(DEADLINES)),
            "event": draw(st.sampled_from(EVENTS)),
            "image": draw(st.sampled_from(("null", image))),
            "id": f"e{number}",
            "lang": lang,
        }
        if number and draw(st.booleans()):
            fields["translation_of"] = f"e{draw(st.integers(0, number - 1))}"
        path, file = (
            f"2023/{month:02}/e{number}.md",
            "".join(f"{name}: {value}\n" for name, value in fields.items()),
        )
        parsed = parse_entry(path, f"---\n{file}---\nWords.\n".encode(), NEWSLETTER)
        if parsed.entry:
            made.append(parsed.entry)
    return [*made, an_entry("2023/06/own.md", settings=NEWSLETTER, date="2023-06-15")]


def _issue(edition: Edition) -> Digest:
    return digest_of(edition, "en", JUNE)


@settings(max_examples=40)
@given(entries())
def test_each_entry_is_told_once_in_both_forms(found: list[Entry]) -> None:
    """Every English entry of the month is there once, with one headline, in one order; foreign ones too."""
    edition = an_edition(*found, settings=NEWSLETTER)
    digest = _issue(edition)
    shown = [span.path for span in digest.spans]
    assert len(set(shown)) == len(shown)
    own = {entry.path for entry in found if entry.lang == "en" and entry.month == JUNE}
    assert own <= set(shown)
    by_path = {entry.path: entry for entry in found}
    told = [" ".join(by_path[path].title.split()) for path in shown]
    assert [" ".join(title.replace("\u200f", "").split()) for title in titles(digest.html)] == told
    firsts = text_titles(digest.text)
    assert len(firsts) == len(told)
    assert all(title.startswith(first) for title, first in zip(told, firsts, strict=True))
    assert digest.size <= TARGET_BYTES
    assert digest.omitted == 0


@settings(max_examples=40)
@given(entries())
def test_what_stands_there_belongs_there(found: list[Entry]) -> None:
    """Others are of the month and not in English, or reminders of what closes or begins next month."""
    edition = an_edition(*found, settings=NEWSLETTER)
    (issue,) = (issue for issue in edition.issues_in("en") if issue.month == JUNE)
    planned = plan(issue, edition)
    rows = [entry for section in planned.sections for entry in section.entries]
    others = [entry for entry in planned.entries if entry not in issue.entries]
    for entry in others:
        is_foreign = entry.month == JUNE and "en" not in edition.translations[entry.original]
        is_reminder = (
            entry.lang == "en" and entry.month == Month(2023, 5) and entry in (*planned.act, *planned.coming)
        )
        assert is_foreign or is_reminder
    assert len(planned.highlights) <= HIGHLIGHTS
    assert all(entry.month == JUNE for entry in (*planned.highlights, *rows))
    assert all(entry.closes for entry in planned.act)
    assert all(entry.event for entry in planned.coming)
    assert {section.kind for section in planned.sections} == {entry.kind for entry in rows}
    assert planned.lead.lang == "en"


@settings(max_examples=40)
@given(entries())
def test_both_forms_have_the_same_addresses(found: list[Entry]) -> None:
    """Each link of the HTML is in the text, whose lines are short or hold nothing but an address."""
    digest = _issue(an_edition(*found, settings=NEWSLETTER))
    told = set(digest.text.split())
    assert [link for link in links(digest.html) if link.removeprefix("mailto:") not in told] == []
    for form in (digest.text, digest.web_text):
        long = [line for line in form.splitlines() if len(line) > 78]
        assert [line for line in long if not re.fullmatch(r" *https?://\S+", line)] == []
    assert len(digest.subject) <= 70
    assert len(digest.preheader) <= 110


@settings(max_examples=40)
@given(entries())
def test_pieces_and_page_are_right(found: list[Entry]) -> None:
    """Spans cover exactly one entry each, and the page has no token, no marks and the same headlines."""
    digest = _issue(an_edition(*found, settings=NEWSLETTER))
    pieces = [digest.html[span.start : span.end] for span in digest.spans]
    assert [piece.count("<h3") for piece in pieces] == [1] * len(pieces)
    assert digest.html.count("<h3") == len(pieces)
    for form in (digest.web, digest.web_text):
        assert address.READER not in form
    assert digest.html.count(address.READER) == digest.text.count(address.READER) == 2
    assert "<!--entry" not in digest.html + digest.web
    assert titles(digest.web) == titles(digest.html)
    names = page(digest.html).xpath("//a[@name]/@name")
    assert len(set(names)) == len(names)
    assert [
        link
        for link in page(digest.html).xpath("//a[starts-with(@href, '#')]/@href")
        if link[1:] not in names
    ] == []
