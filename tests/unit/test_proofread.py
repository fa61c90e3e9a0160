"""What is valid and looks wrong to an editor."""

import pytest
from builders import entry_text, some_settings

from publisher.entries.parser import Parsed, parse_entry
from publisher.errors import Severity

PICTURE = "\n  src: a.png\n  alt: A picture\n  credit: "


def _parse(body: str = "Words.", **fields: str) -> Parsed:
    parsed = parse_entry("2023/06/a.md", entry_text(body, **fields).encode(), some_settings())
    assert parsed.entry is not None, parsed.problems
    return parsed


def _codes(parsed: Parsed) -> list[tuple[str, int]]:
    return [(problem.code, problem.place.line) for problem in parsed.problems]


@pytest.mark.parametrize(
    ("field", "text", "expected"),
    [
        ("summary", "A summary. Read more", ["read-more"]),
        ("summary", "A summary. Read more >", ["read-more"]),
        ("summary", "A summary. read  more >", []),
        ("summary", "Un résumé. Lire la suite »", ["read-more"]),
        ("summary", "Un resumen. Leer más…", ["read-more"]),
        ("summary", "ملخص. اقرأ المزيد ›", ["read-more"]),
        ("title", "Read more >", ["read-more"]),
        ("summary", "Read more books, the report says.", []),
        ("kicker", "Read more", []),
        ("summary", "A summary..", ["double-stop"]),
        ("title", "A title.. and more", ["double-stop"]),
        ("kicker", "Series..", ["double-stop"]),
        ("summary", "And so on ... and on", []),
        ("summary", "And so on …. 1.5", []),
        ("summary", '"TASHKENT, 17 December 2021, – The partners met."', ["dateline"]),
        ("summary", '"Geneva, 4 mars 2020 (ILO News) - A report."', ["dateline"]),
        ("summary", '"(Phnom Penh, 04 July 2019) A report."', ["dateline"]),
        ("summary", '"The lecture of Geneva takes place on 17 December 2021."', []),
        ("summary", '"Geneva, 17 reports later"', []),
        ("title", '"TASHKENT, 17 December 2021 was cold"', []),
        ("summary", "A “summary.", ["unbalanced"]),
        ("summary", "A summary”.", ["unbalanced"]),
        ("summary", "Un « résumé", ["unbalanced"]),
        ("summary", "A (summary.", ["unbalanced"]),
        ("summary", "A [summary.", ["unbalanced"]),
        ("title", "A 'title' \"of sorts", ["unbalanced"]),
        ("kicker", "Series)", ["unbalanced"]),
        ("summary", "'A \"summary\" of “sorts” («with» [a] bracket)'", []),
        ("summary", "It's the ILO's", []),
        ("summary", "A “summary with (two faults", ["unbalanced"]),
        ("title", "x" * 121, ["long-title"]),
        ("title", "x" * 120, []),
        ("title", "Goal #8 and #9", ["comment-in-text"]),
        ("title", '"Goal #8"', []),
        ("summary", "We are C# and F#", []),
        ("kicker", "#ILO", ["comment-in-text"]),
        ("summary", "", ["no-summary"]),
        ("summary", '""', ["no-summary"]),
    ],
    ids=lambda value: repr(value)[:40],
)
def test_each_rule_finds_its_slip_and_no_other(field: str, text: str, expected: list[str]) -> None:
    """A rule warns of what it is for, in the fields it is for, once and at the field's line."""
    line = {"title": 2, "summary": 4, "kicker": 5}[field]
    assert [(code, line) for code in expected] == _codes(_parse(**{field: text}))


@pytest.mark.parametrize(
    ("fields", "line"),
    [
        ({"updated": "2023-06-26"}, 5),
        ({"expires": "2023-06-25"}, 5),
        ({"event": "{start: 2023-06-28, registration_deadline: 2023-06-29}"}, 5),
        ({"event": '{start: "2023-06-28T09:00", registration_deadline: 2023-06-28}'}, None),
        ({"updated": "2023-06-27", "expires": "2023-06-27"}, None),
    ],
)
def test_dates_that_contradict_each_other_are_told(fields: dict[str, str], line: int | None) -> None:
    """A change or an end before the date, and a deadline after the start, are warnings at the date."""
    assert ([("dates-disagree", line)] if line else []) == _codes(_parse(**fields))


@pytest.mark.parametrize(
    ("credit", "expected"),
    [
        ("{holder: © Chassenet}", ["copyright-sign"]),
        ("{holder: Kate Holt, agency: (c) ILO/F. Latief}", ["copyright-sign"]),
        ("{holder: Kate Holt, via: (C) AFP}", ["copyright-sign"]),
        ("{holder: © a, agency: © b, via: © c}", ["copyright-sign"] * 3),
        ("{holder: Kate Holt, agency: Solidarity Center, via: AFP, year: 2023}", []),
        ("{holder: Kate Holt, year: 2024}", ["credit-year"]),
        ("{holder: Kate Holt, year: 2022}", []),
        ("", []),
    ],
)
def test_a_credit_line_is_read_with_care(credit: str, expected: list[str]) -> None:
    """A © of the writer's own, and a picture that is younger than its entry, are pointed out."""
    assert [(code, 8) for code in expected] == _codes(_parse(image=PICTURE + credit))


def test_the_year_of_a_picture_is_no_matter_on_a_lasting_page() -> None:
    """An evergreen entry has no date that a picture could be younger than."""
    picture = PICTURE + "{holder: Kate Holt, year: 2024}"
    assert _codes(_parse(date="", evergreen="true", image=picture)) == []


@pytest.mark.parametrize("fields", [{"evergreen": "true"}, {"draft": "true"}])
def test_drafts_and_lasting_pages_need_no_summary(fields: dict[str, str]) -> None:
    """What goes into no feed and no digest is not asked for a summary."""
    assert _codes(_parse(summary="", **fields)) == []


def test_a_missing_summary_is_told_at_the_title() -> None:
    """Without a line for the summary the title's line is shown."""
    text = "---\ntitle: A title\ndate: 2023-06-27\n---\nWords.\n"
    parsed = parse_entry("a.md", text.encode(), some_settings())
    assert _codes(parsed) == [("no-summary", 2)]


def test_proof_reading_only_warns() -> None:
    """No slip of style stops a build, and each says what to do."""
    parsed = _parse(
        title="x" * 121 + "..", summary="A (summary. Read more", image=PICTURE + "{holder: © a, year: 2024}"
    )
    assert len(parsed.problems) == 6
    assert {problem.severity for problem in parsed.problems} == {Severity.WARNING}
    assert all(problem.message and problem.hint for problem in parsed.problems)
