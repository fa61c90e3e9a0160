"""The commands that make content and look at it: init, new, check, build."""

import json
import re
import shutil
import tomllib
from pathlib import Path
from typing import get_args

import pytest
from builders import entry_text
from folders import tree
from shell import output_of, run

from publisher.model.settings import Output

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def project(project_folder: Path) -> Path:
    """Return a project with one entry that is right, in a folder of its month."""
    add(project_folder, "2023/06/right.md", id="right")
    return project_folder


def add(project: Path, path: str, body: str = "Words.", **fields: str) -> None:
    """Write an entry below the entries folder."""
    target = project / "entries" / path
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(entry_text(body, **fields), encoding="utf-8")


def test_init_makes_a_project_that_builds_at_once(tmp_path: Path) -> None:
    """`init` prints the files it wrote; the project has no problem and builds to a site with feeds."""
    done = run(tmp_path, "init", "my-news")
    assert done.returncode == 0
    written = sorted(line.removeprefix("my-news/") for line in done.stdout.splitlines())
    assert sorted(tree(tmp_path / "my-news")) == written
    assert [name for name in written if name.endswith(".md")][-1] == "entries/pages/about.md"
    assert len([name for name in written if re.fullmatch(r"entries/\d{4}/\d{2}/[a-z-]+\.md", name)]) == 2
    assert done.stderr == "next: cd my-news && publisher build\n"
    assert output_of(tmp_path / "my-news", "check", "--strict") == "No problems in 3 files.\n"
    output_of(tmp_path / "my-news", "build")
    assert {"index.html", "atom.xml", "rss.xml", "about/index.html"} <= set(tree(tmp_path / "my-news/out"))
    assert b"<title>My news</title>" in (tmp_path / "my-news/out/atom.xml").read_bytes()


def test_the_search_is_one_output_more(tmp_path: Path) -> None:
    """The line for a search in new settings, and that in docs/search.md, name all outputs."""
    run(tmp_path, "init", ".")
    for text in (tmp_path / "publisher.toml", ROOT / "docs/search.md"):
        (line,) = re.findall(r"^(?:# )?(outputs = .*)$", text.read_text(encoding="utf-8"), re.MULTILINE)
        assert tuple(tomllib.loads(line)["outputs"]) == get_args(Output)


def test_init_minimal_leaves_the_samples_out(tmp_path: Path) -> None:
    """`init --minimal` writes settings and empty folders, which build as well."""
    done = run(tmp_path, "-q", "init", "--minimal", ".")
    assert (done.returncode, done.stderr) == (0, "")
    assert sorted(tree(tmp_path)) == [
        ".gitignore",
        ".publisher/.gitignore",
        "entries/.gitkeep",
        "out/.gitignore",
        "publisher.toml",
    ]
    assert output_of(tmp_path, "check", "--strict") == "No problems.\n"
    assert output_of(tmp_path, "build").startswith("0 entries in 0 issues -> out/: ")
    assert (tmp_path / "out/index.html").is_file()


def test_init_never_overwrites(tmp_path: Path) -> None:
    """Where one of the files is there, `init` writes nothing; a .gitignore stays as it is."""
    output_of(tmp_path, "init", ".")
    before = tree(tmp_path)
    again = run(tmp_path, "init", ".")
    assert (again.returncode, again.stdout) == (2, "")
    assert "publisher.toml" in again.stderr
    assert before == tree(tmp_path)
    (tmp_path / "other/out").mkdir(parents=True)
    for name in ("other/.gitignore", "other/out/.gitignore"):
        (tmp_path / name).write_text("mine")
    output_of(tmp_path, "init", "other")
    assert (tmp_path / "other/.gitignore").read_text() == "mine"
    assert (tmp_path / "other/out/.gitignore").read_text() == "mine"


def test_init_leaves_nothing_behind_when_it_fails(tmp_path: Path) -> None:
    """If a folder cannot be made, the files written before go again."""
    (tmp_path / "entries").write_text("mine")
    done = run(tmp_path, "init", ".")
    assert (done.returncode, done.stdout) == (2, "")
    assert tree(tmp_path) == {"entries": b"mine"}


@pytest.mark.parametrize(
    ("folder", "title"),
    [
        ("ILO-news_monthly", "ILO news monthly"),
        ('the "best" \\news', 'The "best" \\news'),
        ("\u0623\u062e\u0628\u0627\u0631", "\u0623\u062e\u0628\u0627\u0631"),
        ("bell\x07 and\x7f more\udcff", "Bell and more"),
        ("./---", "News"),
    ],
)
def test_init_names_the_newsletter_after_its_folder(tmp_path: Path, folder: str, title: str) -> None:
    """The folder's name, without what cannot stand in a title, is the newsletter's."""
    output_of(tmp_path, "init", "--minimal", folder)
    shown = json.loads(output_of(tmp_path, "-C", folder, "config", "show", "--json"))
    assert title == shown["newsletter.title.*"]["value"]


@pytest.mark.parametrize(
    ("words", "path", "lines"),
    [
        (
            ["news", ' Rights:  "new" #1 ', "--date", "2023-06-27"],
            "entries/2023/06/rights-new-1.md",
            [
                "id: rights-new-1",
                'title: "Rights: \\"new\\" #1"',
                "date: 2023-06-27",
                "kind: news",
                "draft: true",
            ],
        ),
        (
            ["live-event", "Été à Genève", "--date", "2023-01-31", "--lang", "fr"],
            "entries/2023/01/ete-a-geneve.fr.md",
            [
                "id: ete-a-geneve",
                'title: "Été à Genève"',
                '  start: "2023-01-31T09:00"',
                "  zone: Europe/Zurich",
            ],
        ),
        (["report", "World Report", "--evergreen"], "entries/pages/world-report.md", ["evergreen: true"]),
        (["news", "\u062e\u0628\u0631", "--date", "2023-06-01"], "entries/2023/06/khbr.md", ["id: khbr"]),
    ],
)
def test_new_writes_an_entry_that_is_right(
    project: Path, words: list[str], path: str, lines: list[str]
) -> None:
    """`new` prints the path of a draft with id, kind and date, in which `check` finds no error."""
    assert output_of(project, "new", *words) == f"{path}\n"
    assert set(lines) <= set((project / path).read_text(encoding="utf-8").splitlines())
    assert json.loads(output_of(project, "check", "--json"))["errors"] == 0


def test_new_knows_a_translation(project: Path) -> None:
    """An entry beside its original has no id of its own, since it takes the original's."""
    path = output_of(project, "new", "news", "Right", "--date", "2023-06-01", "--lang", "fr").strip()
    assert "id:" not in (project / path).read_text()
    assert json.loads(output_of(project, "check", "--json"))["errors"] == 0


def test_new_gives_each_month_of_a_column_its_own_id(project: Path) -> None:
    """The same title again, in another month, makes another id."""
    for month in ("07", "08"):
        output_of(project, "new", "comment", "Right", "--date", f"2023-{month}-01")
    assert "id: right-2023-08\n" in (project / "entries/2023/08/right.md").read_text()
    assert json.loads(output_of(project, "check", "--json"))["errors"] == 0


def test_new_opens_the_editor(project: Path, tmp_path: Path) -> None:
    """With -e the file is opened in $EDITOR, after its path was printed."""
    editor = tmp_path / "editor"
    editor.write_text('#!/bin/sh\necho "By hand." >> "$1"\n')
    editor.chmod(0o755)
    path = output_of(project, "new", "news", "Edited", "-e", EDITOR=str(editor)).strip()
    assert (project / path).read_text().endswith("---\n\nBy hand.\n")


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["nwes", "A title"], "did you mean news?"),
        (["zzz", "A title"], "the kinds are news, "),
        (["news", "A title", "--lang", "de"], "its languages are en, fr, es, ar"),
        (["news", "A title", "--date", "2023-02-31"], "2023-02 has no day 31"),
        (["news", "A title", "--date", "tomorrow"], "write YYYY-MM-DD"),
        (["news", "A title", "--date", "2023-02-01T10:00Z"], "write 2023-02-01"),
        (["news", "!!!"], "empty-title"),
        (["news", " "], "empty-text"),
        (["news", "bell\x07"], "control-character"),
        (["news", "\udcff"], "control-character"),
        (["news", "<b>bold</b>"], "html-in-text"),
        (["news", "x" * 201], "too-long"),
        (["news", "Right", "--date", "2023-06-02"], "entries/2023/06/right.md is there already"),
        (["news"], "Missing argument 'TITLE'"),
    ],
)
def test_new_refuses_what_would_be_wrong(project: Path, words: list[str], told: str) -> None:
    """Wrong words end with 2 and the way out, and write nothing."""
    before = tree(project)
    done = run(project, "new", *words)
    assert (done.returncode, done.stdout) == (2, "")
    assert told in done.stderr
    assert before == tree(project)


def test_new_takes_today_in_the_newsletters_zone(project: Path) -> None:
    """Without --date the day is today's where the newsletter is at home: at its ends two days at once."""
    for name, zone in (("west", "Etc/GMT+12"), ("east", "Pacific/Kiritimati")):
        output_of(project, "new", "news", name, PUBLISHER_NEWSLETTER__ZONE=zone)
    found = {path.stem: path.read_text() for path in project.glob("entries/*/*/*st.md")}
    days = {
        name: re.findall(r"^date: (\d{4}-\d{2}-\d{2})$", text, re.MULTILINE) for name, text in found.items()
    }
    assert days["west"] < days["east"]


@pytest.fixture
def faulty(project: Path) -> Path:
    """Return a project with an error in June, a warning in July, and a file outside of months."""
    add(project, "2023/06/wrong.md", id="wrong", date="2023-06-31", kind="nwes")
    add(project, "2023/07/odd.md", id="odd", date="2023-07-01", title="Odd..")
    return project


def test_check_tells_all_problems_and_writes_nothing(faulty: Path) -> None:
    """`check` prints each problem with place, line, cause and way out, then counts; exit code 1."""
    before = tree(faulty)
    done = run(faulty, "check")
    assert (done.returncode, done.stderr) == (1, "")
    assert "error: invalid-date            entries/2023/06/wrong.md:3:7\n" in done.stdout
    assert "    3 | date: 2023-06-31\n      |       ^\n  2023-06 has no day 31\n  hint: write " in done.stdout
    assert "  hint: did you mean news?\n" in done.stdout
    assert "warning: double-stop             entries/2023/07/odd.md:2:8\n" in done.stdout
    assert done.stdout.endswith("\n2 errors, 1 warning in 3 files.\n")
    shutil.rmtree(faulty / ".publisher/cache")  # for the next one
    (faulty / ".publisher").rmdir()
    assert before == tree(faulty)


@pytest.mark.parametrize(
    ("paths", "code", "last"),
    [
        (["entries/2023/06/wrong.md"], 1, "2 errors in 3 files."),
        (["entries/2023/07"], 0, "1 warning in 3 files."),
        (["entries/2023/06/right.md"], 0, "No problems in 3 files."),
        (["entries/2023/07", "entries/2023/06"], 1, "2 errors, 1 warning in 3 files."),
        (["."], 1, "2 errors, 1 warning in 3 files."),
        (["--strict", "entries/2023/07"], 1, "1 warning in 3 files."),
        (["--strict", "entries/2023/06/right.md"], 0, "No problems in 3 files."),
    ],
)
def test_check_shows_what_lies_in_paths(faulty: Path, paths: list[str], code: int, last: str) -> None:
    """With paths only their problems are shown and counted; --strict lets warnings fail too."""
    done = run(faulty, "check", *paths)
    assert (code, last) == (done.returncode, done.stdout.splitlines()[-1])


def test_paths_are_those_of_where_one_stands(faulty: Path) -> None:
    """PATHS are relative to the current folder, also below the project's."""
    done = run(faulty / "entries/2023", "check", "06/wrong.md")
    assert (done.returncode, done.stdout.splitlines()[-1]) == (1, "2 errors in 3 files.")


def test_check_prints_json(faulty: Path) -> None:
    """--json is one document on stdout with every problem; the exit code stays."""
    done = run(faulty, "check", "--json")
    assert (done.returncode, done.stderr) == (1, "")
    document = json.loads(done.stdout)
    assert (document["files"], document["errors"], document["warnings"]) == (3, 2, 1)
    assert document["problems"][0] == {
        "code": "invalid-date",
        "severity": "error",
        "path": "entries/2023/06/wrong.md",
        "line": 3,
        "column": 7,
        "message": "2023-06 has no day 31",
        "hint": "write YYYY-MM-DD, for example 2026-05-14",
    }
    assert run(faulty, "check", "--format", "json").stdout == done.stdout


@pytest.mark.parametrize(
    ("words", "variables"), [(["--format", "github"], {}), ([], {"GITHUB_ACTIONS": "true"})], ids=str
)
def test_check_speaks_to_github(faulty: Path, words: list[str], variables: dict[str, str]) -> None:
    """In GitHub's form each problem is one annotation on stdout, and the count is talk."""
    done = run(faulty, "check", *words, **variables)
    assert done.returncode == 1
    lines = done.stdout.splitlines()
    assert lines[0].startswith(
        "::error file=entries/2023/06/wrong.md,title=invalid-date,line=3,col=7::2023-06 has"
    )
    assert [line.split(" ")[0] for line in lines] == ["::error", "::error", "::warning"]
    assert done.stderr == "2 errors, 1 warning in 3 files.\n"


def test_check_can_be_told_its_form_in_github(faulty: Path) -> None:
    """--format wins over the surroundings."""
    done = run(faulty, "check", "--format", "text", GITHUB_ACTIONS="true")
    assert done.stdout.endswith("2 errors, 1 warning in 3 files.\n")
