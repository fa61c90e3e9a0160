"""Streams and colours: results on stdout, talk on stderr, and both end well."""

import errno
import json
import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from builders import entry_text
from folders import Files, put
from shell import PROGRAM, on_a_terminal, output_of, run, surroundings, unmeasured

from publisher import __version__
from publisher.cli.commands import COMMANDS

ROOT = Path(__file__).resolve().parents[2]
SETTINGS = '[newsletter]\ntitle = "News"\nurl = "https://example.org/"\ntag = "example.org,2020"\n'
RED = "\x1b[31m"


BROKEN: Files = {"publisher.toml": SETTINGS, "entries/a.md": "no front matter"}


@pytest.mark.parametrize(
    ("words", "variables", "colours"),
    [
        ([], {}, False),
        (["--color", "always"], {}, True),
        (["--color", "always"], {"NO_COLOR": "1"}, True),
        ([], {"FORCE_COLOR": "1"}, True),
        ([], {"FORCE_COLOR": "1", "NO_COLOR": "1"}, False),
        (["--color", "never"], {"FORCE_COLOR": "1"}, False),
        ([], {"NO_COLOR": ""}, False),
    ],
)
@pytest.mark.parametrize("command", ["check", "build"])
def test_colours_follow_option_then_environment(
    tmp_path: Path, command: str, words: list[str], variables: dict[str, str], *, colours: bool
) -> None:
    """Into a pipe there are no colours unless --color or FORCE_COLOR asks; --color wins over NO_COLOR."""
    put(tmp_path, BROKEN)
    done = run(tmp_path, *words, command, **variables)
    assert "entries/a.md:1:1" in done.stdout + done.stderr
    assert colours == (RED in done.stdout + done.stderr)


@pytest.mark.parametrize(
    ("words", "variables", "colours"),
    [([], {}, True), ([], {"NO_COLOR": "1"}, False), (["--color", "never"], {}, False)],
)
@pytest.mark.parametrize("command", ["check", "build"])
def test_a_terminal_has_colours_unless_they_are_not_wanted(
    tmp_path: Path, command: str, words: list[str], variables: dict[str, str], *, colours: bool
) -> None:
    """On a terminal problems are coloured, but for NO_COLOR and --color never."""
    put(tmp_path, BROKEN)
    _, shown = on_a_terminal(tmp_path, *words, command, **variables)
    assert "entries/a.md:1:1" in shown
    assert colours == (RED in shown)


def test_a_build_on_a_terminal_ends_clean(tmp_path: Path) -> None:
    """On a terminal too, a short build shows its one line and no bar."""
    put(tmp_path, {"publisher.toml": SETTINGS, "entries/a.md": entry_text(id="a")})
    code, shown = on_a_terminal(tmp_path, "build")
    assert (code, shown[-4:]) == (0, " s\r\n")


@pytest.mark.parametrize("words", [["schema", "entry"], ["check"], ["config", "show"], ["templates"]])
def test_a_reader_that_goes_away_is_no_error_to_speak_of(tmp_path: Path, words: list[str]) -> None:
    """A pipe whose reader has gone ends the program without a word."""
    put(tmp_path, BROKEN)
    reader, writer = os.pipe()
    os.close(reader)
    done = subprocess.run(
        [*PROGRAM, *words],
        cwd=tmp_path,
        env=surroundings(),
        stdout=writer,
        stderr=subprocess.PIPE,
        check=False,
    )
    os.close(writer)
    assert (done.returncode, done.stderr) == (1, b"")


def test_a_full_disk_is_told(tmp_path: Path) -> None:
    """A result that cannot be printed is an error with its cause."""
    with Path("/dev/full").open("w") as full:
        done = subprocess.run(
            [*PROGRAM, "schema", "entry"],
            cwd=tmp_path,
            env=surroundings(),
            stdout=full,
            stderr=subprocess.PIPE,
            check=False,
        )
    assert done.returncode == 1
    assert done.stderr.decode().splitlines()[:2] == ["error: failed", f"  {os.strerror(errno.ENOSPC)}"]


def test_ctrl_c_ends_with_130(tmp_path: Path) -> None:
    """A program that is stopped says so, and nothing else."""
    put(tmp_path, BROKEN)
    os.mkfifo(tmp_path / "value")
    variables = surroundings(PUBLISHER_NEWSLETTER__TITLE_FILE=str(tmp_path / "value"))
    process = subprocess.Popen([*PROGRAM, "check"], cwd=tmp_path, env=variables, stderr=subprocess.PIPE)
    with (tmp_path / "value").open("w"):  # opens when the program has come to reading it
        process.send_signal(signal.SIGINT)
    # Closed only now: a signal between two steps of Python is told of once the read is over.
    _, told = process.communicate(timeout=60)
    assert (process.returncode, told.split()) == (130, [b"stopped"])


STOPPED_AT = """
import os, signal, sys
from publisher.__main__ import main
after = int(sys.argv.pop(1))
seen = 0

class Gone:
    def __del__(self):
        os.kill(os.getpid(), signal.SIGINT)
        for _ in range(9):
            pass

def watch(event, arguments):
    global seen
    if event in {"import", "compile", "exec", "open", "os.listdir", "os.scandir"}:
        seen += 1
        if seen == after:
            SIGNAL

sys.addaudithook(watch)
main()
"""
"""The program, to which Ctrl-C comes at one of its steps: a module, a file, code made from text."""
STOPS = {"raised": "os.kill(os.getpid(), signal.SIGINT)", "swallowed": "Gone()"}
"""Python raises nothing while an object goes: it prints what was lost, and the program would go on."""


@pytest.mark.parametrize("command", ["build", "check"])
@pytest.mark.parametrize("after", [1, 2, 5, *range(10, 1000, 55)])
@pytest.mark.parametrize("stop", STOPS.values(), ids=STOPS)
def test_ctrl_c_at_any_step_ends_with_130(tmp_path: Path, command: str, after: int, stop: str) -> None:
    """Whatever is being imported, made from text or read, a stop is told in one word and nothing is left."""
    put(tmp_path, {"publisher.toml": SETTINGS, "entries/a.md": entry_text(id="a")})
    words = [sys.executable, "-c", STOPPED_AT.replace("SIGNAL", stop), str(after), command]
    done = subprocess.run(words, cwd=tmp_path, env=unmeasured(), capture_output=True, check=False, timeout=60)
    assert (done.returncode, done.stdout, done.stderr) == (130, b"", b"\nstopped\n")
    assert not (tmp_path / "out/.publisher-staging").exists()


def test_ctrl_c_after_the_end_changes_nothing(tmp_path: Path) -> None:
    """Once all is told, the code is that of the work, though Python has yet to clean up."""
    late = "import atexit, os, signal; atexit.register(lambda: os.kill(os.getpid(), signal.SIGINT)); "
    late += "from publisher.__main__ import main; main()"
    put(tmp_path, BROKEN)
    for words, code in ((["--version"], 0), (["check"], 1)):
        done = subprocess.run(
            [sys.executable, "-c", late, *words],
            cwd=tmp_path,
            env=surroundings(),
            capture_output=True,
            check=False,
        )
        assert (done.returncode, done.stderr) == (code, b"")


@pytest.mark.parametrize("encoding", ["ascii", "latin-1", "utf-8"])
def test_any_stream_carries_the_results(tmp_path: Path, encoding: str) -> None:
    """JSON is whole in every encoding of standard output, and text does not stop the program."""
    put(tmp_path, BROKEN)
    command = [*PROGRAM, "config", "show"]
    variables = surroundings(PYTHONIOENCODING=encoding, PUBLISHER_NEWSLETTER__TITLE="أخبار 😀 é")
    shown = subprocess.run(
        [*command, "--json"], cwd=tmp_path, env=variables, capture_output=True, check=True
    ).stdout
    assert json.loads(shown.decode(encoding))["newsletter.title.*"]["value"] == "أخبار 😀 é"
    assert (
        subprocess.run(command, cwd=tmp_path, env=variables, capture_output=True, check=False).returncode == 0
    )


def test_help_and_version(tmp_path: Path) -> None:
    """`--help` names every command, `--version` the version; both are results."""
    shown = output_of(tmp_path, "--help")
    assert [name for name in COMMANDS if f"\n  {name} " not in shown] == []
    assert f"publisher {__version__}\n" == output_of(tmp_path, "--version")
    assert output_of(tmp_path, "check", "-h").startswith("Usage: publisher check ")


def test_the_installed_command_is_the_same(tmp_path: Path) -> None:
    """`publisher` and `python -m publisher` are one program."""
    command = shutil.which("publisher", path=str(Path(sys.executable).parent))
    assert command
    shown = subprocess.run(
        [command, "--help"], cwd=tmp_path, env=surroundings(), capture_output=True, text=True, check=True
    )
    assert output_of(tmp_path, "--help") == shown.stdout
