"""Runs the program as people do: a process of its own, with streams of its own."""

import contextlib
import json
import os
import pty
import select
import signal
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from functools import cache
from pathlib import Path

_OURS = ("PUBLISHER_", "NO_COLOR", "FORCE_COLOR", "GITHUB_", "EDITOR", "VISUAL", "PYTHONIOENCODING")
_AT_THE_START = ("PYTHON", "LANG", "LC_", "TZ")  # what Python reads before any library
_turn = threading.Lock()
PROGRAM = (sys.executable, "-m", "publisher")


def surroundings(**variables: str) -> dict[str, str]:
    """Return the environment without what would change the program, and with *variables*."""
    return {name: value for name, value in os.environ.items() if not name.startswith(_OURS)} | variables


def unmeasured(**variables: str) -> dict[str, str]:
    """Return `surroundings` in which coverage measures nothing, for what is stopped anywhere.

    A stop while coverage holds its lock would leave it held, and the program would wait for ever.
    """
    return {name: value for name, value in surroundings(**variables).items() if not name.startswith("COV")}


def run(folder: Path, *words: str | Path, **variables: str) -> subprocess.CompletedProcess[str]:
    """Run `publisher` with *words* in *folder*; a traceback or a hang fails the test."""
    said = list(map(str, words))
    if any(name.startswith(_AT_THE_START) for name in variables):
        done = _cold(folder, said, surroundings(**variables))
    else:
        done = _warm(folder, said, surroundings(**variables))
    assert "Traceback" not in done.stderr, done.stderr
    return done


def _cold(folder: Path, words: list[str], variables: dict[str, str]) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*PROGRAM, *words],
        cwd=folder,
        env=variables,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        encoding="utf-8",
        errors="surrogateescape",
        timeout=60,
        check=False,
    )


@cache
def warm_process() -> "subprocess.Popen[str]":
    """Return the process that `warm.py` tells of; it ends with this one, if not earlier by `end_forks`."""
    return subprocess.Popen(
        [sys.executable, str(Path(__file__).with_name("warm.py"))],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )


def end_forks() -> None:
    """Let the process that forks end, and wait for it: then all that was measured of it is written."""
    if warm_process.cache_info().currsize:
        warm_process().communicate(timeout=60)
        warm_process.cache_clear()


def _warm(folder: Path, words: list[str], variables: dict[str, str]) -> subprocess.CompletedProcess[str]:
    with _turn, tempfile.TemporaryDirectory() as place:
        out, err = Path(place, "out"), Path(place, "err")
        out.touch()
        err.touch()
        forks = warm_process()
        assert forks.stdin
        assert forks.stdout
        asked = (str(folder), words, variables, (os.devnull, str(out), str(err)))
        forks.stdin.write(f"{json.dumps(asked)}\n")
        forks.stdin.flush()
        if not select.select([forks.stdout], [], [], 60)[0]:
            os.killpg(forks.pid, signal.SIGKILL)
            warm_process.cache_clear()
            raise subprocess.TimeoutExpired(words, 60)
        code = int(forks.stdout.readline())
        told = [path.read_text(encoding="utf-8", errors="surrogateescape") for path in (out, err)]
    return subprocess.CompletedProcess(words, code, *told)


def output_of(folder: Path, *words: str | Path, **variables: str) -> str:
    """Return what `publisher` with *words* prints; fails the test unless it ends well."""
    done = run(folder, *words, **variables)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def on_a_terminal(folder: Path, *words: str, typed: str = "", **variables: str) -> tuple[int, str]:
    """Run `publisher` with *words* on a terminal, type *typed*, and return its code and what it shows."""
    ours, theirs = pty.openpty()
    process = subprocess.Popen(
        [*PROGRAM, *words],
        cwd=folder,
        env=surroundings(**variables),
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
    )
    os.close(theirs)
    os.write(ours, typed.encode())
    shown = b""
    with contextlib.suppress(OSError):  # Linux ends a terminal so
        while data := os.read(ours, 4096):
            shown += data
    os.close(ours)
    return process.wait(), shown.decode()


@contextlib.contextmanager
def running(
    root: Path, log: Path, *words: str, variables: dict[str, str], ends: signal.Signals = signal.SIGINT
) -> Iterator[tuple[subprocess.Popen[str], list[str]]]:
    """Run a server of the program for the project at *root*; give its process and the first three lines.

    What it tells as errors goes to *log*. The signal *ends* ends it; a traceback fails the test.
    """
    with log.open("a", encoding="utf-8") as errors:
        process = subprocess.Popen(
            [*PROGRAM, *words],
            cwd=root,
            env=surroundings(**({"PYTHONUNBUFFERED": "1"} | variables)),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=errors,
            text=True,
        )
    assert process.stdout is not None
    try:
        said = [process.stdout.readline() for _ in range(3)]
        assert said[2], (said, log.read_text(encoding="utf-8"))
        yield process, said
    finally:
        if process.poll() is None:
            process.send_signal(ends)
            process.wait(timeout=20)
        process.stdout.close()
        told = log.read_text(encoding="utf-8")
    assert "Traceback" not in told, told
