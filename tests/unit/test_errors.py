"""Places, problems and their order, and what stops the work."""

import pytest

from publisher.errors import (
    ContentError,
    Place,
    Problem,
    PublisherError,
    Severity,
    UsageError,
    in_order,
)


@pytest.mark.parametrize(
    ("place", "expected"),
    [
        (Place("entries/a.md", 4, 7, "date: x"), "entries/a.md:4:7"),
        (Place("entries/a.md"), "entries/a.md"),
    ],
)
def test_a_place_reads_as_editors_open_it(place: Place, expected: str) -> None:
    """A place is path:line:column, or the path alone where the file as a whole is meant."""
    assert expected == str(place)


def test_problems_stand_in_the_order_of_the_files() -> None:
    """Problems go by path, line as a number, column and code."""
    expected = [
        Problem("z", Place("a.md"), "m"),
        Problem("z", Place("a.md", 2, 9), "m"),
        Problem("y", Place("a.md", 10, 1), "m"),
        Problem("z", Place("a.md", 10, 1), "m"),
        Problem("a", Place("a.md", 10, 2), "m"),
        Problem("a", Place("b.md", 1, 1), "m"),
    ]
    assert expected == in_order(expected[::-1])


def test_the_same_problem_is_kept_once() -> None:
    """Equal problems are one, and those that differ in their words stay."""
    problem, other = Problem("a", Place("a.md"), "m"), Problem("a", Place("a.md"), "n")
    assert in_order([problem, other, problem]) == [problem, other]


def test_a_problem_is_an_error_unless_it_says_otherwise() -> None:
    """The severity that nobody named is the one that stops a build."""
    assert Problem("a", Place("a.md"), "m").severity is Severity.ERROR


@pytest.mark.parametrize(
    ("error", "code", "exit_code"),
    [
        (PublisherError("m", "h"), "failed", 1),
        (UsageError("m", "h"), "usage", 2),
        (UsageError("m", "h", "no-project"), "no-project", 2),
        (ContentError([], 3), "content", 1),
        (ContentError([], 3, exit_code=2), "content", 2),
    ],
)
def test_an_error_has_a_name_and_an_exit_code(error: PublisherError, code: str, exit_code: int) -> None:
    """Content ends with 1, wrong use and settings with 2; a code of its own wins over the class's."""
    assert (code, exit_code) == (error.code, error.exit_code)


@pytest.mark.parametrize(
    ("value", "field"), [(Place("a.md"), "path"), (Problem("a", Place("a.md"), "m"), "code")]
)
def test_places_and_problems_are_frozen(value: object, field: str) -> None:
    """A problem says the same wherever it is shown."""
    with pytest.raises(AttributeError):
        setattr(value, field, "b")


def test_a_content_error_holds_its_problems() -> None:
    """The problems and the number of files travel with the error."""
    problem = Problem("a", Place("a.md"), "m")
    error = ContentError([problem], 3)
    assert ([problem], 3, "1 problems") == (error.problems, error.looked_at, str(error))
