"""Problems in words: the excerpt with its caret, GitHub's annotations, and counts."""

import pytest

from publisher.cli import paint
from publisher.errors import Place, Problem, PublisherError, Severity


def shown(
    capsys: pytest.CaptureFixture[str], place: Place, message: str = "wrong", hint: str = ""
) -> list[str]:
    """Return the lines that a problem at *place* is shown in, without the count."""
    paint.problems([Problem("a-code", place, message, hint)], 1)
    return capsys.readouterr().out.splitlines()[:-2]


def test_a_problem_without_a_line_has_no_excerpt(capsys: pytest.CaptureFixture[str]) -> None:
    """Of a whole file only its path is shown."""
    expected = ["error: a-code                  entries/a.md", "  wrong", "  hint: mend it"]
    assert expected == shown(capsys, Place("entries/a.md"), hint="mend it")


@pytest.mark.parametrize(
    ("text", "column", "line", "caret"),
    [
        ("date: 2023", 7, "date: 2023", 6),
        ("date:", 6, "date:", 5),
        ("date", 1, "date", 0),
        ("\tdate", 2, " date", 1),
        ("標題: x", 5, "標題: x", 6),
        ("e\u0301te\u0301: x", 8, "e\u0301te\u0301: x", 5),
        ("\u0915\u0941: x", 5, "\u0915\u0941: x", 3),
        ("a\u200bb", 3, "a\u200bb", 1),
        ("a\x1bb\udcff\u202ec", 6, "a\ufffdb\ufffd\ufffdc", 5),
        ("x" * 100, 100, "x" * 100, 99),
        ("a" * 100 + "b" * 100, 101, "a" * 49 + "b" * 51, 49),
        ("a" * 101, 1, "a" * 100, 0),
        ("a" * 100 + "b" * 20, 120, "a" * 30 + "b" * 20, 49),
    ],
)
def test_the_caret_stands_below_its_column(
    capsys: pytest.CaptureFixture[str], text: str, column: int, line: str, caret: int
) -> None:
    """The caret stands below the character, by the cells of a terminal; of a long line its part is shown."""
    lines = shown(capsys, Place("a.md", 12, column, text))
    assert f"   12 | {line}" == lines[1]
    assert " " * 6 + "| " + " " * caret + "^" == lines[2]


@pytest.mark.parametrize("text", ["", "   ", "\t"])
def test_an_empty_line_is_not_shown(capsys: pytest.CaptureFixture[str], text: str) -> None:
    """Below an empty line a caret would say nothing."""
    assert shown(capsys, Place("a.md", 3, 1, text)) == ["error: a-code                  a.md:3:1", "  wrong"]


def test_words_of_a_file_do_not_steer_the_terminal(capsys: pytest.CaptureFixture[str]) -> None:
    """Escapes and line ends in paths, messages and hints are replaced."""
    lines = shown(capsys, Place("a\x1b[31m\n.md"), "no\x07 \u2066word\u2069", "\x9b1m")
    assert "a\ufffd[31m\ufffd.md" in lines[0]
    assert lines[1:] == ["  no\ufffd \ufffdword\ufffd", "  hint: \ufffd1m"]


@pytest.mark.parametrize(
    ("errors", "warnings", "files", "expected"),
    [
        (0, 0, 0, "No problems."),
        (0, 0, 1, "No problems in 1 file."),
        (1, 0, 2, "1 error in 2 files."),
        (2, 1, 0, "2 errors, 1 warning."),
        (0, 2, 3, "2 warnings in 3 files."),
    ],
)
def test_problems_are_counted(errors: int, warnings: int, files: int, expected: str) -> None:
    """The last line counts errors, warnings and files, each by its noun."""
    found = [Problem("a", Place("a"), "a", severity=Severity.ERROR)] * errors
    found += [Problem("a", Place("a"), "a", severity=Severity.WARNING)] * warnings
    assert expected == paint.summary(found, files)
    assert f"{expected} Nothing was written." == paint.summary(found, files, "Nothing was written.")


@pytest.mark.parametrize(
    ("problem", "expected"),
    [
        (Problem("a-code", Place("a.md"), "wrong"), "::error file=a.md,title=a-code::wrong"),
        (
            Problem("a-code", Place("a.md", 3, 7, "text"), "wrong", "mend it", Severity.WARNING),
            "::warning file=a.md,title=a-code,line=3,col=7::wrong (mend it)",
        ),
        (
            Problem("a-code", Place("50%,a:b\n.md"), "100% : a, b\r\nc"),
            "::error file=50%25%2Ca%3Ab%0A.md,title=a-code::100%25 : a, b%0D%0Ac",
        ),
    ],
)
def test_an_annotation_is_escaped(problem: Problem, expected: str) -> None:
    """GitHub's form escapes per cent and line ends, and in its fields also commas and colons."""
    assert expected == paint.as_github(problem)


@pytest.mark.parametrize("hint", ["", "do this"])
def test_an_error_is_shown_on_stderr(capsys: pytest.CaptureFixture[str], hint: str) -> None:
    """An error without a place is its name, its cause, and its way out if there is one."""
    paint.failure(PublisherError("it broke\x1b", hint, "broken"))
    out, err = capsys.readouterr()
    told = "error: broken\n  it broke\ufffd\n" + (f"  hint: {hint}\n" if hint else "")
    assert ("", told) == (out, err)
