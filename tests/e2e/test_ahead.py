"""Settings that another process reads, while the libraries of a first build are loaded."""

import subprocess
import sys
from pathlib import Path

import pytest
from folders import put
from newsroom import SETTINGS
from shell import surroundings

from publisher.jobs import cores

pytestmark = pytest.mark.skipif(cores() == 1, reason="where there is one core, nobody reads beside")
LARGE = SETTINGS.replace("[newsletter]", f'[newsletter]\nnotice = "{"a" * 200_000}"')
SCRIPT = """
import os, sys
from publisher.cli import ahead
settings = ahead.begin(sys.argv[1])
if len(sys.argv) > 2:
    os._exit(0)
print(len(settings()))
"""


def _run(folder: Path, *words: str) -> str:
    """Return what is said once everybody who could say something is gone."""
    command = [sys.executable, "-c", SCRIPT, str(folder), *words]
    done = subprocess.run(command, env=surroundings(), capture_output=True, text=True, check=True, timeout=30)
    return done.stdout


def test_settings_of_any_size_come_through(tmp_path: Path) -> None:
    """More than a pipe holds is handed over as a whole."""
    put(tmp_path, {"publisher.toml": LARGE})
    assert int(_run(tmp_path)) > 200_000


def test_nobody_waits_for_a_build_that_is_gone(tmp_path: Path) -> None:
    """Who reads settings for a build that ended meanwhile ends too."""
    put(tmp_path, {"publisher.toml": LARGE})
    assert _run(tmp_path, "and be gone") == ""


def test_wrong_settings_are_left_to_the_build(tmp_path: Path) -> None:
    """Of settings with a fault nothing is handed over, and nothing is said."""
    put(tmp_path, {"publisher.toml": SETTINGS + "wrong = 1\n"})
    assert _run(tmp_path) == "0\n"
