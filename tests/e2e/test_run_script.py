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
# In place of the installed Python: takes part in the set-up, else tells where it runs and with which words.
PYTHON = """#!/bin/sh
[ "$2" = pip ] && { echo "its pip $3" >> "$LOG"; exit 0; }
echo "$PWD: $*"
exit 7
"""
# In place of uv: notes its words, makes the folder that it is asked for, or fails.
UV = """#!/bin/sh
echo "uv $1" >> "$LOG"
case "$FAILS" in "$1") exit 1 ;; esac
if [ "$1" = venv ]; then
    for last; do :; done
    mkdir -p "$last/bin" && cp "$STUB" "$last/bin/python"
fi
"""
# In place of Python's own venv and pip.
VENV = """
import os, shutil, sys
from pathlib import Path
with open(os.environ["LOG"], "a") as log:
    print("venv", *sys.argv[1:-1], file=log)
if os.environ["FAILS"] == "venv" and "--without-pip" not in sys.argv:
    sys.exit(1)
folder = Path(sys.argv[-1], "bin")
folder.mkdir(parents=True)
shutil.copy(os.environ["STUB"], folder / "python")
"""
PIP = """
import os, sys
with open(os.environ["LOG"], "a") as log:
    print("pip", sys.argv[1], sys.argv[3], file=log)
"""


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """Return a checkout as far as run.py knows it, beside a folder with tools of our own."""
    (tmp_path / "checkout").mkdir()
    for name in ("run.py", "pyproject.toml", "constraints.txt"):
        shutil.copy(ROOT / name, tmp_path / "checkout" / name)
    (tmp_path / "bin").mkdir()
    for name, text in (("uv", UV), ("python", PYTHON), ("venv.py", VENV), ("pip.py", PIP), ("log", "")):
        (tmp_path / "bin" / name).write_text(text)
        (tmp_path / "bin" / name).chmod(0o755)
    return tmp_path / "checkout"


def start(checkout: Path, *words: str, fails: str = "", **variables: str) -> subprocess.CompletedProcess[str]:
    """Run run.py from another folder; *fails* names the tool that does."""
    tools = checkout.parent / "bin"
    ours = {"PATH": f"{tools}{os.pathsep}/usr/bin{os.pathsep}/bin", "PYTHONPATH": str(tools)}
    ours |= {"LOG": str(tools / "log"), "STUB": str(tools / "python"), "FAILS": fails}
    return subprocess.run(
        [sys.executable, checkout / "run.py", *words],
        cwd=checkout.parent,
        env=surroundings(**(ours | variables)),
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def installs(checkout: Path) -> list[str]:
    """Return what the tools were asked for."""
    return (checkout.parent / "bin" / "log").read_text().splitlines()


@pytest.mark.parametrize(
    ("words", "handed"),
    [
        (["build"], "-m publisher build"),
        (["new", "news", "A title", "--lang", "fr"], "-m publisher new news A title --lang fr"),
        (["test", "-q", "tests/unit"], "-m pytest -n auto --dist worksteal -q tests/unit"),
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
    assert installs(checkout) == ["uv venv", "uv pip"]
    assert start(checkout, "build").stderr == ""
    assert installs(checkout) == ["uv venv", "uv pip"]
    with (checkout / "constraints.txt").open("a") as file:
        file.write("# changed\n")
    assert start(checkout, "build").returncode == 7
    assert installs(checkout) == ["uv venv", "uv pip"] * 2
    assert start(checkout, "build", PUBLISHER_EXTRAS="test,browser").returncode == 7
    assert installs(checkout) == ["uv venv", "uv pip"] * 3


@pytest.mark.parametrize("step", ["venv", "pip"])
def test_a_set_up_that_fails_is_told_and_tried_again(checkout: Path, step: str) -> None:
    """If a step of the set-up fails the program is not run; the next run begins anew."""
    done = start(checkout, "build", fails=step)
    assert (done.returncode, done.stdout) == (2, "")
    assert "error: the set-up failed" in done.stderr
    assert start(checkout, "build").returncode == 7


@pytest.mark.parametrize(
    ("fails", "asked"),
    [("", ["venv", "its pip install"]), ("venv", ["venv", "venv --without-pip", "pip --python install"])],
)
def test_without_uv_it_takes_venv_and_pip(checkout: Path, fails: str, asked: list[str]) -> None:
    """Where there is no uv, venv brings a pip; where it has none to bring, Python's own installs into it."""
    (checkout.parent / "bin" / "uv").unlink()
    assert start(checkout, "build", fails=fails, PATH=str(checkout.parent / "bin")).returncode == 7
    assert asked == installs(checkout)


def test_it_needs_the_standard_library_alone() -> None:
    """run.py imports nothing that has to be installed first."""
    tree = ast.parse((ROOT / "run.py").read_text(encoding="utf-8"))
    imported = {alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names}
    imported |= {str(node.module) for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    assert imported
    assert {name.split(".")[0] for name in imported} <= sys.stdlib_module_names
