"""Every irregularity that an entry can have, against the exact words of `publisher check`.

`irregular/` is the project, `irregular/check.*` are the words, `tests/irregularities.py` says what is to
be found where.
"""

import re
import shutil
from pathlib import Path

import pytest
from irregularities import FOUND, ODD_BYTES, Found

from publisher.cli import main
from publisher.entries import reader
from publisher.errors import Problem, in_order
from publisher.model.entry import Entry
from publisher.project import load
from publisher.render.language import countries

GOLDEN = Path(__file__).resolve().parent / "irregular"
EXPECTED: dict[str, list[Found]] = {
    **{f"{folder}/{name}": found for folder, files in FOUND.items() for name, found in files.items()},
    **{f"odd-bytes/{name}": found for name, (_, found) in ODD_BYTES.items()},
}


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a copy of the project, with the files that cannot be kept in git."""
    root = tmp_path_factory.mktemp("irregular")
    shutil.copy(GOLDEN / "publisher.toml", root)
    shutil.copytree(GOLDEN / "entries", root / "entries")
    (root / "entries/odd-bytes").mkdir()
    for name, (data, _) in ODD_BYTES.items():
        (root / "entries/odd-bytes" / name).write_bytes(data)
    return root


@pytest.fixture(scope="module")
def reading(project: Path) -> reader.Reading:
    """Return what the reader gives for the project."""
    loaded = load(project, {})
    return reader.read(loaded.entries, loaded.settings, countries())


def _at_caret(problem: Problem, project: Path) -> str | None:
    """Return the rest of the line that *problem* points at, as an editor shows the file."""
    if not problem.place.line:
        return None
    text = (
        (project / problem.place.path).read_bytes().decode("utf-8", errors="replace").removeprefix("\ufeff")
    )
    line = re.sub("\r\n?", "\n", text).split("\n")[problem.place.line - 1]
    assert len(line) >= problem.place.column - 1
    return line[problem.place.column - 1 :]


@pytest.mark.parametrize("form", ["text", "json", "github"])
def test_check_prints_the_golden_words(
    form: str, project: Path, capfd: pytest.CaptureFixture[str], *, update_golden: bool
) -> None:
    """The output of `publisher check` is, byte for byte, the one that was approved."""
    with pytest.raises(SystemExit) as ended:
        main(["-C", str(project), "--color", "never", "check", "--format", form])
    assert ended.value.code == 1
    printed = capfd.readouterr().out
    golden = GOLDEN / f"check.{form}"
    if update_golden:
        golden.write_bytes(printed.encode())
    expected = golden.read_bytes().decode()
    assert expected == printed


@pytest.mark.parametrize("path", sorted(EXPECTED))
def test_each_problem_is_found_once_at_its_culprit(path: str, project: Path, reading: reader.Reading) -> None:
    """A file has just the problems of the table, each with its caret at the text that is to blame."""
    problems = [item for item in in_order(reading.problems) if item.place.path == f"entries/{path}"]
    expected = EXPECTED[path]
    assert [code for code, _ in expected] == [problem.code for problem in problems]
    for problem, (_, wanted) in zip(problems, expected, strict=True):
        rest = _at_caret(problem, project)
        assert wanted == (rest[: len(wanted)] if rest and wanted else rest)


def test_nothing_else_is_found(reading: reader.Reading) -> None:
    """A file that the table does not name has no problem."""
    named = {f"entries/{path}" for path in EXPECTED}
    assert [problem for problem in reading.problems if problem.place.path not in named] == []


def test_no_problem_is_said_twice(reading: reader.Reading) -> None:
    """No two problems have one code and one place."""
    places = [(problem.code, problem.place) for problem in reading.problems]
    assert len(places) == len(set(places))


def test_every_problem_says_what_to_do(reading: reader.Reading) -> None:
    """Each problem has a cause and a hint."""
    assert [problem for problem in reading.problems if not (problem.message and problem.hint)] == []


def test_every_file_is_looked_at(project: Path, reading: reader.Reading) -> None:
    """A broken file keeps no other from being read."""
    files = [*(project / "entries").rglob("*.md"), *(project / "entries").rglob("names.yml")]
    assert len(files) == reading.looked_at


def test_a_file_with_an_error_gives_no_entry(reading: reader.Reading) -> None:
    """An entry is whole or not there."""
    paths = [entry.path for entry in reading.library.entries]
    assert [path for path in paths if path.startswith(("dates/", "yaml/", "text/script"))] == []


def _entry(reading: reader.Reading, name: str) -> Entry:
    return next(entry for entry in reading.library.entries if entry.path.endswith(f"/{name}.md"))


@pytest.mark.parametrize(
    ("name", "field", "expected"),
    [
        ("no-is-a-word", "partners", ("en", "no")),
        ("year-as-title", "title", "2023"),
        ("quoted-colon", "title", "Video message: a wake-up call"),
        ("no-break-spaces", "kicker", "Joint ILO-UNICEF report"),
        ("kicker-on-two-lines", "kicker", "Multilateralism and peace"),
        ("nothing-behind-the-colon", "kicker", None),
        ("nothing-behind-the-colon", "event", None),
        ("other-weekday", "summary", "The lecture takes place on Tuesday 14 June."),
        ("tabs-and-blank-lines", "html", "<pre><code>Words.\n</code></pre>"),
        ("undated-page", "month", None),
        ("no-text", "html", ""),
        ("windows-lines", "html", "<p>Words.</p>"),
        ("old-mac-lines", "html", "<p>Words.</p>"),
        ("byte-order-mark", "title", "A title"),
        ("broken.fr", "original", "broken"),
        ("differs.fr", "id", "differs-fr"),
    ],
)
def test_what_stands_is_read_as_it_is_meant(
    name: str, field: str, expected: object, reading: reader.Reading
) -> None:
    """An irregularity that is no fault gives the value that its writer had in mind."""
    assert expected == getattr(_entry(reading, name), field)
