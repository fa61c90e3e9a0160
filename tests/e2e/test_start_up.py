"""The program starts fast: libraries are loaded by the commands that need them."""

import subprocess
import sys
from pathlib import Path

import pytest
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
