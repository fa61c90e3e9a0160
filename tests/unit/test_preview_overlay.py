"""What stands over a page while something is broken."""

from pathlib import PurePosixPath

import pytest

from publisher.errors import Place, Problem, Severity
from publisher.preview.overlay import editor_address, overlay

ROOT = PurePosixPath("/home/ana/my news")
CODE = "vscode://file/{path}:{line}:{column}"


@pytest.mark.parametrize(
    ("place", "form", "wanted"),
    [
        (Place("entries/a.md", 4, 7), CODE, "vscode://file/home/ana/my%20news/entries/a.md:4:7"),
        (Place("entries/a.md"), CODE, "vscode://file/home/ana/my%20news/entries/a.md:1:1"),
        (
            Place("entries/{line}.md", 4, 7),
            CODE,
            "vscode://file/home/ana/my%20news/entries/%7Bline%7D.md:4:7",
        ),
        (Place("entries/a.md", 4, 7), None, ""),
        (Place(""), CODE, ""),
        (Place("environment variable PUBLISHER_X"), CODE, ""),
        (
            Place("a.md", 4, 7),
            "subl://open?url=file:///{path}&line={line}",
            "subl://open?url=file:///home/ana/my%20news/a.md&line=4",
        ),
    ],
)
def test_the_way_into_the_editor(place: Place, form: str | None, wanted: str) -> None:
    """A place opens in the editor of the settings, if it is a file and there is an editor."""
    assert editor_address(ROOT, place, form) == wanted


def test_problems_are_told_as_on_the_terminal() -> None:
    """Each problem has its severity, code, place, line with a sign below the column, cause and way out."""
    problem = Problem(
        "invalid-date", Place("entries/a.md", 4, 7, "date: 2026-13-14"), "there is no month 13", "write it"
    )
    html = overlay([problem], ROOT, CODE)
    for words in (
        "1 problem",
        "error",
        "invalid-date",
        "entries/a.md:4:7",
        "there is no month 13",
        "hint:",
        "write it",
    ):
        assert words in html
    assert "    4 | date: 2026-13-14\n      |       ^" in html
    assert overlay([], ROOT, CODE) == ""


def test_what_people_wrote_is_escaped() -> None:
    """Nothing of an entry becomes a part of the page."""
    evil = "<script>alert(1)</script>\"'>"
    problem = Problem(evil, Place(evil, 1, 1, evil), evil, evil, Severity.WARNING)
    assert "<script>" not in overlay([problem], ROOT, CODE)
    assert "script%3E" in overlay([problem], ROOT, CODE)
