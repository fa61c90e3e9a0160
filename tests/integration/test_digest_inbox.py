"""The line of a digest in an inbox: subject and preheader, made from the entries or written by editors."""

from typing import Any

import pytest
from builders import some_settings
from editions import an_edition, digest_of
from months import JUNE, OPENS, event, june, june_digest, opened, page
from msgspec.structs import replace

from publisher.model.output import Digest

START = "Example News, June 2023: "


def _line(digest: Digest) -> tuple[str, str]:
    return digest.subject, digest.preheader


@pytest.mark.parametrize(
    ("title", "expected"),
    [
        ("A title", f"{START}A title"),
        ("x" * 45, f"{START}{'x' * 45}"),  # 70 characters
        ("x" * 46, f"June 2023: {'x' * 46}"),
        ("x" * 59, f"June 2023: {'x' * 59}"),
        ("x" * 60, f"June 2023: {'x' * 58}…"),
        (
            "Social protection for everyone, everywhere and always: a report",
            "June 2023: Social protection for everyone, everywhere and always: a…",
        ),
        (
            "Social protection for everyone, everywhere and always – by 2030 already",
            "June 2023: Social protection for everyone, everywhere and always – by…",
        ),
        ("Who pays & how: <5 %", f"{START}Who pays & how: <5 %"),
    ],
)
def test_subject_has_the_first_headline_in_70_characters(title: str, expected: str) -> None:
    """The newsletter's name gives way first; then the headline is cut at a word, with an ellipsis."""
    subject = june_digest(june("a", title=f"'{title}'")).subject
    assert expected == subject
    assert len(subject) <= 70


@pytest.mark.parametrize(
    ("lang", "subject"),
    [
        ("en", "Example News, June 2023: Title of a"),
        ("fr", "Nouvelles, juin 2023 : Title of a"),
        ("es", "Example News, junio de 2023: Title of a"),
        ("ar", "Example News، يونيو 2023: Title of a"),
    ],
)
def test_subject_is_written_as_the_language_does(lang: str, subject: str) -> None:
    """Colon, comma and month are those of the language."""
    assert subject == june_digest(june("a", lang), lang=lang).subject


@pytest.mark.parametrize(
    ("lang", "start"), [("fr", "Juin 2023 : "), ("es", "Junio de 2023: "), ("ar", "يونيو 2023: ")]
)
def test_a_subject_without_the_newsletters_name_starts_with_the_month(lang: str, start: str) -> None:
    """What starts a line has a capital, where a language has them."""
    long = "word " * 10 + "end"
    assert june_digest(june("a", lang, title=long), lang=lang).subject == f"{start}{long}"


def test_preheader_has_the_second_headline_and_the_counts() -> None:
    """Who looks at the inbox learns what else there is, and that something closes."""
    entries = [
        june("top", highlight="1"),
        june("second", highlight="2"),
        june("n1"),
        june("n2"),
        june("v", kind="video"),
    ]
    assert _line(june_digest(*entries)) == (
        f"{START}Title of top",
        "Title of second · News: 2 · Videos: 1 · News",
    )
    closing = june_digest(*entries, june("c", deadline=OPENS), june("d", deadline=OPENS))
    assert closing.preheader == "Title of second · To act: 2 · News: 2 · Videos: 1"


@pytest.mark.parametrize(
    ("lang", "expected"),
    [
        ("en", "Title of b · To act: 1 · News: 1 · News"),
        ("fr", "Title of b · À faire : 1 · Actualités : 1"),
        ("es", "Title of b · Plazos: 1 · Noticias: 1 · News"),
        ("ar", "Title of b · مواعيد نهائية: 1 · أخبار: 1"),
    ],
)
def test_preheader_is_in_the_language(lang: str, expected: str) -> None:
    """The counts have the names that the headings have."""
    entries = (
        june("a", lang, highlight="1"),
        june("b", lang, highlight="2"),
        june("c", lang, deadline=OPENS),
    )
    assert expected == june_digest(*entries, june("d", lang), lang=lang).preheader


def test_a_long_second_headline_is_cut_and_the_counts_stay() -> None:
    """At most 110 characters; what there is to do is worth more than the end of a headline."""
    for title, expected in (
        ("x" * 100, f"{'x' * 100} · News: 1"),  # 110 characters
        ("x" * 101, f"{'x' * 99}… · News: 1"),
        ("word " * 23, f"{'word ' * 19}word… · News: 1"),
    ):
        digest = june_digest(june("top", highlight="1"), june("b", highlight="2", title=title), june("c"))
        assert digest.preheader == expected
        assert len(digest.preheader) <= 110


@pytest.mark.parametrize(
    ("summary", "expected"),
    [
        ("x" * 39, f"{'x' * 39} · What is new"),
        ("x" * 40, "x" * 40),
        ("Short.", "Short. · What is new"),
    ],
)
def test_a_short_preheader_says_what_the_newsletter_is(summary: str, expected: str) -> None:
    """Below 40 characters an inbox would show the first words of the mail behind it."""
    settings = some_settings(newsletter={"description": "What is new"})
    assert expected == june_digest(june("a", summary=summary), settings=settings).preheader


def test_counts_of_many_kinds_are_left_out() -> None:
    """A list of more than 60 characters says little; then the headline has the whole line."""
    kinds = ("press-release", "live-event", "paper", "vacancy")
    rows = [june(kind, kind=kind) for kind in kinds]
    tops = june("top", highlight="1"), june("b", highlight="2", title="x" * 111)
    assert june_digest(*tops, *rows).preheader == f"{'x' * 109}…"
    assert june_digest(*tops, *rows[:2]).preheader.endswith("… · Press releases: 1 · Live events: 1")


def test_a_single_entry_has_its_summary_as_preheader() -> None:
    """Without a second headline the first one's summary follows, else what the newsletter is."""
    assert june_digest(june("a")).preheader == "Summary of a. · News"
    long = june_digest(june("a", summary="word " * 30)).preheader
    assert long == "word " * 21 + "word…"
    bare = replace(june("a", summary="null"), summary="", summary_html="")
    settings = some_settings(newsletter={"description": {"en": "What is new", "fr": "Du neuf"}})
    assert june_digest(bare, settings=settings).preheader == "What is new"


def test_inbox_line_is_in_the_digests_language() -> None:
    """Entries that are only marked with their language give it nothing."""
    settings = some_settings(digest={"other_languages": "mark"})
    foreign = june("f", "fr", highlight="1"), june("g", "fr", deadline=OPENS)
    digest = june_digest(june("own"), *foreign, settings=settings)
    assert _line(digest) == (f"{START}Title of own", "Summary of own. · To act: 1 · News: 1 · News")


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({}, (f"{START}Title of a", "Summary of a. · News")),
        ({"subject": "Ours & <yours>"}, ("Ours & <yours>", "Summary of a. · News")),
        ({"preheader": "Before all"}, (f"{START}Title of a", "Before all")),
        ({"subject": "S" * 200, "preheader": "P" * 200}, ("S" * 200, "P" * 200)),
    ],
)
def test_what_editors_write_wins(fields: dict[str, Any], expected: tuple[str, str]) -> None:
    """Subject and preheader of the opening are taken as they are, each for itself."""
    edition = opened(an_edition(june("a"), june("a", "fr", translation_of="a-en")), **fields)
    digest = digest_of(edition, month=JUNE)
    assert (_line(digest), digest.opening) == (expected, "digests/2023-06.en.md")
    french = digest_of(edition, "fr", JUNE)
    assert (french.subject, french.opening) == ("Nouvelles, juin 2023 : Title of a", "")


def test_the_inbox_line_stands_in_the_mail() -> None:
    """The title and the name of the whole are the subject; the preheader comes first and is hidden."""
    edition = opened(an_edition(june("a")), subject='Ours & "yours"', preheader="Before <all>")
    digest = digest_of(edition, month=JUNE)
    tree = page(digest.html)
    assert tree.findtext(".//title") == 'Ours & "yours"'
    assert tree.xpath("//div[@role='article']/@aria-label") == ['Ours & "yours"']
    first = tree.find("body")[0]
    assert (first.get("class"), first.text_content(), first.get("style")) == (
        "preheader",
        "Before <all>",
        "display:none",
    )


def test_events_to_come_are_no_count_of_the_preheader() -> None:
    """The counts are those of the rows; what comes is another month's."""
    digest = june_digest(june("a", highlight="1"), june("b"), june("c", event=event("2023-07-01")))
    assert digest.preheader == "Title of b · News: 1 · News"
