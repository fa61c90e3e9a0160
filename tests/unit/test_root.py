"""Which folder is a project, found with nothing but the smallest parts of the standard library."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from folders import Files, put, unreadable

from publisher.root import nearest

OURS = "[tool.publisher]\n"


@pytest.mark.parametrize(
    ("files", "start", "expected"),
    [
        ({"publisher.toml": ""}, "", ""),
        ({"publisher.toml": "", "a/b/c": ""}, "a/b", ""),
        ({"publisher.toml": "", "a/publisher.toml": "", "a/b/c": ""}, "a/b", "a"),
        ({"pyproject.toml": OURS}, "", ""),
        ({"pyproject.toml": f"[project]\n\t {OURS}"}, "", ""),
        ({"pyproject.toml": "[tool.publisher.newsletter]\nbroken = "}, "", ""),
        ({"publisher.toml": "", "a/pyproject.toml": OURS}, "a", "a"),
        ({"publisher.toml": "", "a/pyproject.toml": "[tool.other]\n"}, "a", ""),
        ({"publisher.toml": "", "a/pyproject.toml": "[tool.publishers]\n"}, "a", ""),
        ({"publisher.toml": "", "a/pyproject.toml": b"# [tool.publisher]\n"}, "a", ""),
        ({"publisher.toml": "", "a/pyproject.toml": b"\xff\xfe[tool.ruff]"}, "a", ""),
        ({"publisher.toml": "", "a/publisher.toml": None}, "a", ""),
        ({"publisher.toml": "", "a/pyproject.toml": None}, "a", ""),
        ({"a/b": ""}, "a", None),
        ({"publisher.tom": "", "a/Publisher.toml.bak": ""}, "a", None),
    ],
)
def test_the_nearest_folder_with_settings_is_the_project(
    tmp_path: Path, files: Files, start: str, expected: str | None
) -> None:
    """Settings are publisher.toml, or a pyproject.toml that names our table; the nearest ones win."""
    put(tmp_path, files)
    found = nearest(os.path.normpath(tmp_path / start))
    assert found == (None if expected is None else os.path.normpath(tmp_path / expected))


def test_settings_that_cannot_be_read_are_passed_by(tmp_path: Path) -> None:
    """A pyproject.toml that nobody can read is not known to be ours."""
    put(tmp_path, {"publisher.toml": "", "a/b": ""})
    unreadable(tmp_path / "a/pyproject.toml")
    assert nearest(str(tmp_path / "a")) == str(tmp_path)


@pytest.mark.parametrize("name", ["publisher.toml", "pyproject.toml"])
def test_a_pipe_does_not_keep_the_search_waiting(tmp_path: Path, name: str) -> None:
    """A pipe in place of settings is none."""
    put(tmp_path, {"publisher.toml": "", "a/b": ""})
    os.mkfifo(tmp_path / "a" / name)
    command = [
        sys.executable,
        "-c",
        "import sys; from publisher.root import nearest; print(nearest(sys.argv[1]))",
    ]
    done = subprocess.run(
        [*command, str(tmp_path / "a")], capture_output=True, text=True, check=True, timeout=60
    )
    assert done.stdout == f"{tmp_path}\n"


def test_names_that_are_not_utf8_are_no_obstacle(tmp_path: Path) -> None:
    """A project may lie in a folder with any name."""
    folder = os.fsdecode(os.fsencode(tmp_path) + b"/\xff")
    put(Path(folder), {"publisher.toml": "", "a/b": ""})
    assert nearest(f"{folder}/a") == folder
