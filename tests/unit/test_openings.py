"""Openings of digests: bytes to values, with all their problems."""

import pytest
from builders import an_entry, some_settings

from publisher.entries.companions import parse_opening
from publisher.entries.crosscheck import check_openings
from publisher.errors import Problem, Severity
from publisher.model.entry import Month, Opening

FIELDS = "---\nsubject: What closes in July\npreheader: And more\nsigned: Ada, editor\n---\n"


def _parse(text: str, path: str = "digests/2023-06.md") -> tuple[Opening | None, list[Problem]]:
    return parse_opening(path, text.encode(), some_settings())


def _told(problems: list[Problem]) -> list[tuple[str, int]]:
    return [(problem.code, problem.place.line) for problem in problems]


def _opening(path: str, month: Month, lang: str = "en") -> Opening:
    return Opening(
        path=path, month=month, lang=lang, subject=None, preheader=None, signed=None, html="", text=""
    )


def test_an_opening_has_an_inbox_line_and_a_greeting() -> None:
    """The fields are the inbox line and the signature; the words below are the greeting."""
    opening, problems = _parse(f"{FIELDS}Dear *readers*, see [this](https://example.org/a).\n")
    assert problems == []
    assert opening == Opening(
        path="digests/2023-06.md",
        month=Month(2023, 6),
        lang="en",
        subject="What closes in July",
        preheader="And more",
        signed="Ada, editor",
        html='<p>Dear <em>readers</em>, see <a href="https://example.org/a">this</a>.</p>',
        text="Dear readers, see this.",
    )


@pytest.mark.parametrize(
    "text", ["---\nsubject: A\n---\n", "---\nsigned: B\n---\n", "---\npreheader: C\n---\n"]
)
def test_each_part_of_an_opening_may_be_left_out(text: str) -> None:
    """A subject needs no greeting, nor does a greeting need a subject."""
    opening, problems = _parse(text)
    assert opening is not None
    assert (problems, opening.html, opening.text) == ([], "", "")
    given = [value for value in (opening.subject, opening.signed, opening.preheader) if value]
    assert given == [text.split(": ")[1][:1]]


@pytest.mark.parametrize(
    ("name", "month", "lang"),
    [
        ("2023-06.md", Month(2023, 6), "en"),
        ("2023-06.en.md", Month(2023, 6), "en"),
        ("2023-12.fr.md", Month(2023, 12), "fr"),
        ("1000-01.ar.md", Month(1000, 1), "ar"),
        ("9998-12.es.md", Month(9998, 12), "es"),
    ],
)
def test_the_name_tells_month_and_language(name: str, month: Month, lang: str) -> None:
    """Without a language it is the newsletter's first one."""
    opening, problems = _parse(FIELDS, f"digests/{name}")
    assert opening is not None
    assert (problems, opening.month, opening.lang) == ([], month, lang)


def test_a_language_with_a_region_is_part_of_the_name() -> None:
    """`2023-06.pt-BR.md` is in Brazilian Portuguese where the newsletter speaks it."""
    settings = some_settings(newsletter={"languages": ["en", "pt-BR"]})
    opening, problems = parse_opening("digests/2023-06.pt-BR.md", FIELDS.encode(), settings)
    assert opening is not None
    assert (problems, opening.lang) == ([], "pt-BR")


@pytest.mark.parametrize(
    ("name", "code", "hint"),
    [
        ("june.md", "invalid-file-name", "name it by month and language: 2026-05.en.md"),
        ("2023-13.md", "invalid-file-name", "name it by month and language: 2026-05.en.md"),
        ("2023-00.md", "invalid-file-name", "name it by month and language: 2026-05.en.md"),
        ("2023-6.md", "invalid-file-name", "name it by month and language: 2026-05.en.md"),
        ("0999-12.md", "invalid-file-name", "name it by month and language: 2026-05.en.md"),
        ("9999-01.md", "invalid-file-name", "name it by month and language: 2026-05.en.md"),
        ("٢٠٢٣-06.md", "invalid-file-name", "name it by month and language: 2026-05.en.md"),
        ("2023-06-01.md", "invalid-file-name", "name it by month and language: 2026-05.en.md"),
        ("2023-06.FR.md", "invalid-file-name", "name it by month and language: 2026-05.en.md"),
        ("2023-06.de.md", "unknown-language", "the newsletter's languages are en, fr, es, ar"),
    ],
)
def test_a_name_that_tells_no_month_or_language_is_an_error(name: str, code: str, hint: str) -> None:
    """The problem lies in the file's name, so it has no line."""
    opening, problems = _parse(FIELDS, f"digests/{name}")
    assert opening is None
    assert [(problem.code, str(problem.place), problem.hint) for problem in problems] == [
        (code, f"entries/digests/{name}", hint)
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Words.", [("no-front-matter", 1)]),
        ("---\ntitle: a\n---\n", [("unknown-field", 2)]),
        ("---\nsubject: ''\n---\n", [("empty-text", 2)]),
        ("---\nsigned: <b>Ada</b>\n---\n", [("html-in-text", 2)]),
        (f"---\nsubject: {'a' * 201}\n---\n", [("too-long", 2)]),
        (f"---\nsigned: a\npreheader: {'a' * 201}\n---\n", [("too-long", 3)]),
        ("---\nsigned: a\n---\n\n<script>a</script>\n", [("html-not-allowed", 5)]),
        ("---\nsigned: a\n---\n<style>p { color: red }</style>\n", [("html-not-allowed", 4)]),
        ("---\nsigned: a\n---\n[b](c.md)\n", [("dead-link", 4)]),
        ("---\nsigned: a\n---\nA\n\n![b](c.png)\n", [("dead-link", 6)]),
        ("---\nsigned: [a]\nsubject: {b: c}\n---\n", [("invalid-value", 3), ("invalid-value", 2)]),
        ("\x07", [("control-character", 1)]),
    ],
)
def test_an_opening_with_a_fault_is_none(text: str, expected: list[tuple[str, int]]) -> None:
    """Each fault has its line, and such an opening opens nothing."""
    opening, problems = _parse(text)
    assert (opening, _told(problems)) == (None, expected)


def test_the_longest_inbox_line_that_is_allowed() -> None:
    """A subject and a preheader may have 200 characters; the preflight advises to stay below."""
    opening, problems = _parse(f"---\nsubject: {'a' * 200}\npreheader: {'b' * 200}\n---\n")
    assert opening is not None
    assert (problems, opening.subject, opening.preheader) == ([], "a" * 200, "b" * 200)


@pytest.mark.parametrize(("words", "told"), [(60, []), (61, [("long-opening", 4)])])
def test_a_long_greeting_is_a_warning(words: int, told: list[tuple[str, int]]) -> None:
    """Sixty words are read; with more, the greeting is shown all the same and its length is told."""
    opening, problems = _parse(f"---\nsigned: a\n---\n{'word ' * words}\n")
    assert opening is not None
    assert len(opening.text.split()) == words
    assert _told(problems) == told
    assert {problem.severity for problem in problems} <= {Severity.WARNING}
    assert [problem.message for problem in problems] == [
        f"the greeting has {words} words; readers who scan for news stay with 60" for _ in told
    ]


def test_two_openings_of_one_digest_are_an_error() -> None:
    """`2023-06.md` and `2023-06.en.md` are the same in English; the second one is told of the first."""
    entries = [an_entry(date="2023-06-01"), an_entry("b.fr.md", date="2023-06-01")]
    june = Month(2023, 6)
    openings = [
        _opening("digests/2023-06.en.md", june),
        _opening("digests/2023-06.md", june),
        _opening("digests/2023-06.fr.md", june, "fr"),
    ]
    assert [
        (problem.code, str(problem.place), problem.message, problem.severity)
        for problem in check_openings(openings, entries, some_settings())
    ] == [
        (
            "duplicate-opening",
            "entries/digests/2023-06.md",
            "entries/digests/2023-06.en.md opens the same digest",
            Severity.ERROR,
        )
    ]


@pytest.mark.parametrize(
    ("month", "lang"), [(Month(2023, 7), "en"), (Month(2023, 6), "fr"), (Month(2022, 6), "en")]
)
def test_an_opening_of_no_digest_is_a_warning(month: Month, lang: str) -> None:
    """A month without entries in a language has no digest there that could be opened."""
    entries = [an_entry(date="2023-06-01"), an_entry("p.md", date="", evergreen="true")]
    (problem,) = check_openings([_opening("digests/a.md", month, lang)], entries, some_settings())
    assert (problem.code, str(problem.place), problem.severity) == (
        "opening-without-issue",
        "entries/digests/a.md",
        Severity.WARNING,
    )
    assert f"there is no entry of {month} in {lang}" in problem.message
