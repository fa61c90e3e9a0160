"""Senders that are killed at any moment: each reader gets one mail, and who cannot be known is named."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

KILLS = Path(__file__).resolve().parents[2] / "benchmarks" / "kills.py"


def killed(*words: object) -> dict[str, Any]:
    """Kill senders, and return what the server's log and the ledger say then."""
    done = subprocess.run(
        [sys.executable, str(KILLS), *map(str, words)],
        capture_output=True,
        text=True,
        check=False,
        timeout=900,
    )
    figures: dict[str, Any] = json.loads(done.stdout[done.stdout.rindex("{\n") :])
    assert (done.returncode, figures["lost"], figures["twice"], figures["not ended"]) == (0, 0, 0, 0), figures
    assert figures["most in doubt"] <= figures["most allowed"]
    return figures


def test_a_few_kills() -> None:
    """Killed four times, and then let be: nobody is lost, nobody gets two."""
    figures = killed("--kills", 4, "--recipients", 1500)
    assert figures["killed while sending"] >= 2
    assert figures["mails taken"] + figures["in doubt"] >= 1500


@pytest.mark.whole
def test_a_hundred_kills() -> None:
    """Killed a hundred times over fifty thousand readers, on SQLite, with twenty connections."""
    figures = killed("--kills", 100, "--recipients", 50_000, "--connections", 20)
    assert figures["killed while sending"] >= 90


@pytest.mark.whole
@pytest.mark.usefixtures("postgresql")
def test_two_senders_killed_on_postgresql() -> None:
    """Two senders at once, killed thirty times."""
    figures = killed("--kills", 30, "--recipients", 15_000, "--workers", 2, "--postgresql")
    assert figures["killed while sending"] >= 25


@pytest.mark.whole
@pytest.mark.usefixtures("postfix")
def test_kills_before_a_postfix() -> None:
    """All mails go through a real Postfix once; its log settles every doubt."""
    figures = killed("--kills", 15, "--recipients", 4000, "--postfix")
    assert figures["in doubt"] > 0
    assert figures["in doubt at last"] == 0
    assert figures["mails taken"] == 4000
