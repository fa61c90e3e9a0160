"""`python3 run.py`: sets up once, hands its words over, and gives the exit code back."""

import ast
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from shell import surroundings

ROOT = Path(__file__).resolve().parents[2]
# In place of the installed Python: tells where it runs and with which words.
PYTHON = '#!/bin/sh\necho "$PWD: $*"\nexit 7\n'
# In place of uv: notes its words, makes the folder that it is asked for, or fails.
UV = """#!/bin/sh
echo "$1 $2" >> "$0.log"
case "$FAILS" in "$1") exit 1 ;; esac
if [ "$1" = venv ]; then
    for last; do :; done
    mkdir -p "$last/bin" && cp "$0.python" "$last/bin/python"
fi
"""


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """Return a checkout as far as run.py knows it, beside a folder with a uv of our own."""
    for name in ("run.py", "pyproject.toml", "constraints.txt"):
        (tmp_path / "checkout").mkdir(exist_ok=True)
        shutil.copy(ROOT / name, tmp_path / "checkout" / name)
    (tmp_path / "bin").mkdir()
    for name, text in (("uv", UV), ("uv.python", PYTHON), ("uv.log", "")):
        (tmp_path / "bin" / name).write_text(text)
        (tmp_path / "bin" / name).chmod(0o755)
    return tmp_path / "checkout"


def start(checkout: Path, *words: str, **variables: str) -> subprocess.CompletedProcess[str]:
    """Run run.py from another folder."""
    path = f"{checkout.parent / 'bin'}{os.pathsep}{os.environ['PATH']}"
    return subprocess.run(
        [sys.executable, checkout / "run.py", *words],
        cwd=checkout.parent,
        env=surroundings(**{"PATH": path, **variables}),
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def installs(checkout: Path) -> list[str]:
    """Return what uv was asked for."""
    return (checkout.parent / "bin" / "uv.log").read_text().splitlines()


@pytest.mark.parametrize(
    ("words", "handed"),
    [
        (["build"], "-m publisher build"),
        (["new", "news", "A title", "--lang", "fr"], "-m publisher new news A title --lang fr"),
        (["test", "-q", "tests/unit"], "-m pytest -n auto -q tests/unit"),
        (["check", "test"], "-m publisher check test"),
        ([], "-m publisher"),
    ],
)
def test_words_and_exit_code_go_through(checkout: Path, words: list[str], handed: str) -> None:
    """`test` runs the tests, other words go to publisher, in the checkout; the exit code comes back."""
    done = start(checkout, *words)
    assert (7, f"{checkout}: {handed}\n") == (done.returncode, done.stdout)


def test_it_sets_up_once(checkout: Path) -> None:
    """The first run installs; later ones do not, until what is to be installed changes."""
    assert start(checkout, "build").stderr.startswith("Setting up .venv; ")
    assert installs(checkout) == ["venv -q", "pip install"]
    assert start(checkout, "build").stderr == ""
    assert installs(checkout) == ["venv -q", "pip install"]
    with (checkout / "constraints.txt").open("a") as file:
        file.write("# changed\n")
    assert start(checkout, "build").returncode == 7
    assert installs(checkout) == ["venv -q", "pip install"] * 2
    assert start(checkout, "build", PUBLISHER_EXTRAS="test,browser").returncode == 7
    assert installs(checkout) == ["venv -q", "pip install"] * 3


@pytest.mark.parametrize("step", ["venv", "pip"])
def test_a_set_up_that_fails_is_told_and_tried_again(checkout: Path, step: str) -> None:
    """If a step of the set-up fails the program is not run; the next run begins anew."""
    done = start(checkout, "build", FAILS=step)
    assert (done.returncode, done.stdout) == (2, "")
    assert "error: the set-up failed" in done.stderr
    assert start(checkout, "build").returncode == 7


def test_without_uv_it_takes_venv_and_pip(checkout: Path) -> None:
    """Where there is no uv, Python's own venv is made and its pip asked; here it finds no index."""
    (checkout.parent / "bin" / "uv").unlink()
    done = start(checkout, "build", PATH=str(checkout.parent / "bin"), PIP_NO_INDEX="1")
    assert (done.returncode, done.stdout) == (2, "")
    assert "error: the set-up failed" in done.stderr
    assert "hatchling" in done.stderr  # which building asks for first
    assert (checkout / ".venv" / "pyvenv.cfg").is_file()
    assert not (checkout / ".venv" / "installed").exists()


def test_it_needs_the_standard_library_alone() -> None:
    """run.py imports nothing that has to be installed first."""
    tree = ast.parse((ROOT / "run.py").read_text(encoding="utf-8"))
    imported = {alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names}
    imported |= {str(node.module) for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    assert imported
    assert {name.split(".")[0] for name in imported} <= sys.stdlib_module_names
