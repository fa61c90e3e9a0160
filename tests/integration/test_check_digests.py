"""`check` tells what is wrong with a digest at the file that can be mended."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from builders import entry_text

from publisher.check import check
from publisher.errors import Problem, Severity
from publisher.project import load

NOW = datetime(2026, 1, 1, tzinfo=UTC)


def _write(root: Path, path: str, text: str) -> None:
    target = root / path
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(text, encoding="utf-8")


def _problems(root: Path) -> list[tuple[str, str, int]]:
    found = check(load(root, {}), NOW).problems
    return [(problem.code, problem.place.path, problem.place.line) for problem in found]


@pytest.fixture
def newsletter(project_folder: Path) -> Path:
    """Return a project with one entry of June, with which nothing is wrong."""
    summary = '"Some words, and more of them, so that an inbox has something to show."'
    _write(project_folder, "entries/2023/06/one.md", entry_text(id="one", summary=summary))
    return project_folder


def test_a_right_digest_has_no_problems(newsletter: Path) -> None:
    """Nothing is told of a digest with which nothing is wrong."""
    assert _problems(newsletter) == []


def test_a_fault_of_an_entry_has_its_line(newsletter: Path) -> None:
    """The link that says nothing is told where it stands in the entry."""
    summary = '"Some words, and more of them: [read more](https://example.org/report)."'
    _write(newsletter, "entries/2023/06/one.md", entry_text(id="one", summary=summary))
    assert _problems(newsletter) == [("generic-link", "entries/2023/06/one.md", 4)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("---\nsubject: NOTHING BUT CAPITALS TODAY\n---\n", ("shouting-subject", 2)),
        ("---\npreheader: Too short\n---\n", ("preheader-length", 2)),
        ("---\nsigned: Me\n---\nDear {{ name }}, here it is.\n", ("placeholder", 4)),
        ("---\nsigned: Me\n---\nSee [here](https://example.org/).\n", ("generic-link", 4)),
    ],
)
def test_a_fault_of_an_opening_has_its_line(newsletter: Path, text: str, expected: tuple[str, int]) -> None:
    """What editors say at the head of a digest is looked at as its entries are."""
    _write(newsletter, "entries/digests/2023-06.md", text)
    code, line = expected
    assert _problems(newsletter) == [(code, "entries/digests/2023-06.md", line)]


def test_a_fault_of_a_template_is_told_once(newsletter: Path) -> None:
    """A template that spoils every digest is one problem, at the template, not one for each digest."""
    _write(
        newsletter,
        "entries/2023/05/two.md",
        entry_text(id="two", date="2023-05-01", summary='"' + "w " * 30 + '."'),
    )
    _write(
        newsletter,
        "templates/email/quote.html",
        '<tr><td><a href="#nowhere">Words of the month</a></td></tr>\n',
    )
    assert [found[:2] for found in _problems(newsletter)] == [
        ("missing-anchor", "templates/email/digest.html")
    ]


def test_a_fault_that_is_not_in_the_entry_names_the_templates(newsletter: Path) -> None:
    """Where a row's own template is to blame, the hint says where else to look."""
    _write(
        newsletter,
        "entries/2023/06/two.md",
        entry_text(id="two", highlight="1", summary='"' + "w " * 30 + '."'),
    )
    _write(
        newsletter,
        "templates/email/rows/news.html",
        '{{ part.headline(entry) }}<p><a href="x-nowhere">Way to x</a></p>\n',
    )
    (problem,) = (
        found for found in check(load(newsletter, {}), NOW).problems if found.code == "mail-address"
    )
    assert (problem.code, str(problem.place)) == ("mail-address", "entries/2023/06/one.md")
    assert problem.hint.endswith("if it is not in this file, it is in a template of templates/email/")


@pytest.mark.parametrize(
    ("row", "hint"), [("evnt", "did you mean event?"), ("nowhere", "write that file, or one of: call,")]
)
def test_a_shape_of_rows_without_a_template(newsletter: Path, row: str, hint: str) -> None:
    """A kind whose rows have no template is told once, with the way out, also before it has entries."""
    settings = newsletter / "publisher.toml"
    kinds = f'[kinds]\nnews = "News"\nstory = {{name = "Story", row = "{row}"}}\n'
    settings.write_text(f"{settings.read_text(encoding='utf-8')}\n{kinds}", encoding="utf-8")
    (problem,) = check(load(newsletter, {}), NOW).problems
    expected = Problem(
        "missing-template",
        problem.place,
        f"there is no template email/rows/{row}.html",
        problem.hint,
        Severity.ERROR,
    )
    assert expected == problem
    assert problem.place.path == "kinds.story.row in the settings"
    assert hint in problem.hint


def test_a_broken_template_is_a_problem(newsletter: Path) -> None:
    """`check` tells of a template that cannot be filled, with its line, as a build does."""
    _write(newsletter, "templates/email/quote.html", "<tr>\n{{ nothing }}</tr>\n")
    assert _problems(newsletter) == [("template-error", "templates/email/quote.html", 2)]


def test_digests_that_are_not_made_are_not_looked_at(newsletter: Path) -> None:
    """Without digests among the outputs nothing is said of them."""
    _write(newsletter, "templates/email/quote.html", "<tr>\n{{ nothing }}</tr>\n")
    settings = newsletter / "publisher.toml"
    settings.write_text(f'outputs = ["feeds"]\n{settings.read_text(encoding="utf-8")}', encoding="utf-8")
    assert _problems(newsletter) == []


def test_too_few_entries(newsletter: Path) -> None:
    """A digest with fewer entries than the settings want is a warning."""
    settings = newsletter / "publisher.toml"
    settings.write_text(
        f"{settings.read_text(encoding='utf-8')}\n[digest]\nminimum_entries = 2\n", encoding="utf-8"
    )
    assert [found[0] for found in _problems(newsletter)] == ["few-entries"]
