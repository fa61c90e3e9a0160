"""The program starts fast: libraries are loaded by the commands that need them."""

import subprocess
import sys
from pathlib import Path

import pytest
from builders import entry_text
from folders import put
from newsroom import SETTINGS
from shell import surroundings

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
    "words", [["--help"], ["--version"], ["check", "--help"], ["new", "--help"], ["templates", "-h"]]
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
    assert loaded & {"premailer", "cssutils", "icalendar", "slugify", "httpx2"} == expected
