"""Builds that are killed at any moment, and two at once: what the next one leaves is a clean build."""

import os
import random
import shutil
import signal
import subprocess
import sys
import time
from datetime import UTC, datetime
from pathlib import Path

import pytest
from folders import tree
from shell import PROGRAM, run, surroundings

from publisher.build import build
from publisher.project import load

CORPUS = Path(__file__).resolve().parents[2] / "benchmarks" / "corpus.py"
TODAY = datetime(2026, 1, 1, tzinfo=UTC)  # after all of the corpus
KILLS = 100


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """Return a newsletter that is large enough for several processes."""
    words = [str(tmp_path / "project"), "--entries", "330", "--languages", "en"]
    subprocess.run([sys.executable, str(CORPUS), *words], check=True, capture_output=True)
    return tmp_path / "project"


def _edit(project: Path, chance: random.Random, number: int) -> None:
    """Change some entries; now and then delete one, and choose other outputs."""
    entries = sorted((project / "entries").glob("*/*/*.md"))
    for path in chance.sample(entries, 3):
        path.write_text(f"{path.read_text(encoding='utf-8')}\n\nEdit {number}.\n", encoding="utf-8")
    if number % 5 == 0:
        entries[number].unlink()
        settings = project / "publisher.toml"
        text = settings.read_text(encoding="utf-8").rpartition("# chosen\n")[2]
        outputs = chance.choice(('"feeds"', '"feeds", "archives"', '"archives", "topics"'))
        settings.write_text(f"outputs = [{outputs}]\n# chosen\n{text}", encoding="utf-8")


def _clean(project: Path, copy: Path) -> dict[str, bytes]:
    """Return the output of a clean build of *project*."""
    shutil.rmtree(copy, ignore_errors=True)
    shutil.copytree(project, copy, ignore=shutil.ignore_patterns("out", ".publisher"))
    build(load(copy, {}), TODAY, processes=1)
    return tree(copy / "out")


def _killed(project: Path, *words: str, after: float) -> None:
    """Start a build, and kill it *after* so many seconds."""
    started = subprocess.Popen(
        [*PROGRAM, "build", *words],
        cwd=project,
        env=surroundings(),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    time.sleep(after)
    started.send_signal(signal.SIGKILL)
    started.wait()


def _build(project: Path) -> None:
    """Build, once the processes of a killed build have let go of the output folder."""
    until = time.monotonic() + 5
    while (done := run(project, "build")).returncode and time.monotonic() < until:
        assert "output-busy" in done.stderr, done.stderr
    assert done.returncode == 0, done.stderr


def _check_kills(project: Path, kills: int) -> None:
    chance = random.Random(7)  # noqa: S311 - the same chance each time
    start = time.monotonic()
    _build(project)
    whole = time.monotonic() - start
    for number in range(kills):
        _edit(project, chance, number)
        words = chance.choice([(), ("--force",), ("--jobs", "2")])
        _killed(project, *words, after=chance.uniform(0, whole))
        _build(project)
        assert tree(project / "out") == _clean(project, project.parent / "copy"), number


def test_a_killed_build_is_finished_by_the_next(project: Path) -> None:
    """Whenever a build is killed, the next one leaves what a clean build leaves."""
    _check_kills(project, 5)


@pytest.mark.whole
def test_a_build_may_be_killed_a_hundred_times(project: Path) -> None:
    """The same, at a hundred moments."""
    _check_kills(project, KILLS)


def test_no_process_outlives_a_killed_build(project: Path) -> None:
    """The helpers of a build that was killed end too, and let go of the output folder."""
    for after in (0.3, 0.5, 0.7):
        _killed(project, "--force", "--jobs", "2", after=after)
    until = time.monotonic() + 5
    while _working_in(project) and time.monotonic() < until:
        time.sleep(0.05)
    assert _working_in(project) == []


def _working_in(project: Path) -> list[int]:
    """Return the processes whose folder is *project*."""
    found = []
    for process in Path("/proc").iterdir() if Path("/proc/self/cwd").exists() else ():
        try:
            if process.name.isdigit() and (process / "cwd").readlink() == project:
                found.append(int(process.name))
        except OSError:
            continue
    return found


def test_two_builds_at_once(project: Path) -> None:
    """One of them may be told to wait; the output is a clean build's, and so is the next."""
    for words in ((), ("--force",), ("--jobs", "1")):
        both = [
            subprocess.Popen(
                [*PROGRAM, "build", *words],
                cwd=project,
                env=surroundings(),
                stdout=subprocess.DEVNULL,
                stderr=subprocess.PIPE,
                text=True,
            )
            for _ in range(2)
        ]
        said = [started.communicate(timeout=60)[1] for started in both]
        assert any(started.returncode == 0 for started in both)
        assert all(not text or "output-busy" in text for text in said), said
        _build(project)
        assert tree(project / "out") == _clean(project, project.parent / "copy")
        os.utime(next((project / "entries").glob("*/*/*.md")))


@pytest.mark.parametrize("jobs", ["1", "2", "3"])
def test_the_number_of_processes_changes_no_byte(project: Path, jobs: str) -> None:
    """However many processes share the work, the output is the same."""
    done = run(project, "build", "--jobs", jobs)
    assert done.returncode == 0, done.stderr
    assert tree(project / "out") == _clean(project, project.parent / "copy")
