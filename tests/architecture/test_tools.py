"""ruff and mypy find nothing; no file names a registry's host."""

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.parametrize(
    "words",
    [("ruff", "check"), ("ruff", "format", "--check"), ("mypy",)],
    ids=" ".join,
)
def test_a_tool_finds_nothing(words: tuple[str, ...]) -> None:
    """The tool ends with 0 over the whole tree."""
    result = subprocess.run(
        [sys.executable, "-m", *words], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert result.returncode == 0, result.stdout + result.stderr


def test_no_registry_is_named() -> None:
    """No committed file holds the host name of a package registry."""
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=False)  # noqa: S607
    if listed.returncode:
        pytest.skip("not a git checkout; clone the repository to run this")
    hosts = (b"pypi" + b".org", b"files.python" + b"hosted", b"registry." + b"npmjs", b"deb.debian" + b".org")
    names = [name for name in listed.stdout.decode().split("\0") if name and (ROOT / name).is_file()]
    assert [name for name in names if any(host in (ROOT / name).read_bytes() for host in hosts)] == []
