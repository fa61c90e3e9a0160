"""The program starts fast: libraries are loaded by the commands that need them."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from builders import entry_text
from folders import put
from newsroom import SETTINGS, a_picture
from shell import surroundings

from publisher.jobs import cores

HEAVY = {
    *(
        "sqlalchemy",
        "starlette",
        "premailer",
        "lxml",
        "feedgen",
        "PIL",
        "jinja2",
        "pydantic",
        "babel",
        "yaml",
    ),
    *("pyromark", "nh3", "cssutils", "slugify", "httpx2", "icalendar"),
}
KEPT = {"feedgen", "lxml", "babel.messages", "email.parser"}
"""What makes forms of feeds and compiles catalogues, which are kept beside the program."""
LOADED = """
import contextlib, io, sys
from publisher.cli import main
with contextlib.redirect_stdout(io.StringIO()) as shown:
    try:
        main(sys.argv[1:])
    except SystemExit as end:
        assert not end.code, end.code
assert shown.getvalue()
print(*sys.modules)
"""


@pytest.mark.parametrize(
    "words",
    [
        ["--help"],
        ["--version"],
        ["check", "--help"],
        ["new", "--help"],
        ["templates", "-h"],
        ["subscribers", "import", "-h"],
    ],
)
def test_help_loads_no_library(tmp_path: Path, words: list[str]) -> None:
    """Help of the program and of its commands comes without any library but click."""
    command = [sys.executable, "-c", LOADED, *words]
    done = subprocess.run(
        command, cwd=tmp_path, env=surroundings(), capture_output=True, text=True, check=True
    )
    loaded = set(done.stdout.split())
    assert "click" in loaded
    assert loaded & HEAVY == set()


def test_the_schema_loads_no_renderer(tmp_path: Path) -> None:
    """A command loads what it needs, and no more."""
    command = [sys.executable, "-c", LOADED, "schema", "entry"]
    done = subprocess.run(
        command, cwd=tmp_path, env=surroundings(), capture_output=True, text=True, check=True
    )
    assert set(done.stdout.split()) & HEAVY == {"pydantic"}


def test_plain_entries_need_no_yaml_library(tmp_path: Path) -> None:
    """A newsletter of plain entries is read without PyYAML, which takes as long to load as many of them."""
    script = Path(__file__).resolve().parents[2] / "benchmarks" / "corpus.py"
    subprocess.run([sys.executable, script, tmp_path, "--entries", "40"], check=True, capture_output=True)
    command = [sys.executable, "-c", LOADED, "check"]
    done = subprocess.run(
        command, cwd=tmp_path, env=surroundings(), capture_output=True, text=True, check=True
    )
    loaded = set(done.stdout.split())
    assert "publisher.entries.plainlines" in loaded
    assert loaded & {"yaml", "publisher.entries.yamlevents"} == set()


@pytest.mark.parametrize(
    ("settings", "fields", "expected"),
    [
        ('outputs = ["archives", "feeds"]\n', {}, set()),
        ('outputs = ["archives", "feeds"]\n', {"event": "{start: 2023-06-27}"}, set()),
        ('outputs = ["calendar"]\n', {}, set()),
        ('outputs = ["calendar"]\n', {"event": "{start: 2023-06-27}"}, {"icalendar"}),
        ('outputs = ["digests"]\n', {}, {"premailer", "cssutils"}),
    ],
)
def test_a_build_loads_what_its_outputs_need(
    tmp_path: Path, settings: str, fields: dict[str, str], expected: set[str]
) -> None:
    """The libraries for mails and calendars are loaded when there is one to write, and not before."""
    put(tmp_path, {"publisher.toml": settings + SETTINGS, "entries/a.md": entry_text(id="a", **fields)})
    done = subprocess.run(
        [sys.executable, "-c", LOADED, "build"],
        cwd=tmp_path,
        env=surroundings(),
        capture_output=True,
        text=True,
        check=True,
    )
    loaded = set(done.stdout.split())
    assert {"pydantic", "jinja2"} <= loaded
    assert loaded & {"premailer", "cssutils", "requests", "icalendar", "slugify", "httpx2"} == expected


@pytest.mark.skipif(
    cores() == 1, reason="where no process is copied, or one core is there, none reads beside"
)
def test_a_first_build_reads_its_settings_beside(tmp_path: Path) -> None:
    """Of plain entries a first build loads no Pydantic: another process reads the settings meanwhile."""
    put(tmp_path, {"publisher.toml": SETTINGS, "entries/a.md": entry_text(id="a")})
    script = LOADED.replace("publisher.cli", "publisher.__main__").replace("main(sys.argv[1:])", "main()")
    for words in ([], [], ["--drafts"]):
        done = subprocess.run(
            [sys.executable, "-c", script, "build", *words],
            cwd=tmp_path,
            env=surroundings(),
            capture_output=True,
            text=True,
            check=True,
        )
        assert "pydantic" not in done.stdout.split()
    kept = list((tmp_path / ".publisher/cache/settings").glob("*/*"))
    assert len(kept) == 1


def test_wrong_settings_are_told_once(tmp_path: Path) -> None:
    """What is wrong with settings that were read beside is told by the build, and nothing else."""
    put(tmp_path, {"publisher.toml": SETTINGS + "wrong = 1\n", "entries/a.md": entry_text(id="a")})
    command = [sys.executable, "-m", "publisher", "build"]
    done = subprocess.run(
        command, cwd=tmp_path, env=surroundings(), capture_output=True, text=True, check=False
    )
    assert done.returncode == 2
    assert done.stderr.count("unknown-field") == 1
    assert "Traceback" not in done.stderr
    assert done.stdout == ""


@pytest.mark.parametrize(
    ("edited", "loads_pydantic"),
    [
        (entry_text("Other words.", id="a", image="{src: p.png, alt: P}"), False),
        (entry_text(id="a", image="{src: p.png, alt: P}", kicker="New"), False),
        (entry_text("See [b](b.md). Not said before: https://example.org/", id="a"), False),
        (entry_text(id="a", image="{src: p.png, alt: P}", kicker="a\u200db"), True),
    ],
)
def test_an_edit_loads_no_validation(tmp_path: Path, edited: str, loads_pydantic: bool) -> None:  # noqa: FBT001
    """Settings, names and quotes are not validated again, nor forms made again; odd front matter is."""
    quote = "---\nby: Ada\n---\nWords.\n"
    put(
        tmp_path,
        {
            "publisher.toml": 'outputs = ["entries", "archives", "feeds"]\n' + SETTINGS,
            "entries/a.md": entry_text(id="a", image="{src: p.png, alt: P}"),
            "entries/b.md": entry_text(id="b", date="2023-06-28", topics="[x]"),
            "entries/like.md": edited.replace("id: a", "id: like"),  # so that its forms are made already
            "entries/p.png": a_picture(),
            "entries/names.yml": "topics: {x: {en: X}}\n",
            "entries/quotes/q.md": quote,
        },
    )
    command = [sys.executable, "-c", LOADED, "build"]
    for old in (tmp_path / "entries").rglob("*.*"):
        os.utime(old, (1_000_000_000, 1_000_000_000))
    for words in ("", edited):
        if words:
            put(tmp_path, {"entries/a.md": words})
        done = subprocess.run(
            command,
            cwd=tmp_path,
            env=surroundings(PYTHONDONTWRITEBYTECODE=""),
            capture_output=True,
            text=True,
            check=True,
        )
        loaded = set(done.stdout.split()) & {"pydantic", "pydantic_core", "PIL", "yaml", *KEPT}
        if words:
            assert loaded - KEPT == ({"pydantic", "pydantic_core"} if loads_pydantic else set())
            assert loads_pydantic or loaded & KEPT == set()
        else:
            assert {"pydantic", "PIL"} <= loaded
    for text in ("Other words.", "Not said before"):
        shown = (tmp_path / "out/2023/06/a/index.html").read_text(encoding="utf-8")
        assert (text in shown) == (text in edited)
