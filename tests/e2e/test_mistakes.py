"""For no mistake of a user a traceback: an exit code, and a sentence that helps."""

import json
import os
import subprocess
from pathlib import Path

import pytest
from builders import entry_text
from folders import Files, put
from shell import PROGRAM, run, surroundings

SETTINGS = '[newsletter]\ntitle = "News"\nurl = "https://example.org/"\ntag = "example.org,2020"\n'
WHOLE: Files = {"publisher.toml": SETTINGS, "entries/a.md": entry_text(id="a")}
# what a user did -> files, words, exit code, what is told on stderr
MISTAKES: dict[str, tuple[Files, list[str], int, str]] = {
    "no project": ({}, ["check"], 2, "error: no-project"),
    "no such folder": ({}, ["-C", "gone", "check"], 2, "there is no folder gone"),
    "folder is a file": ({"file": ""}, ["-C", "file", "check"], 2, "error: no-folder"),
    "name too long": ({}, ["-C", "x" * 300, "check"], 2, "error: no-folder"),
    "broken settings": ({"publisher.toml": "title = News"}, ["check"], 2, "publisher.toml:1:9"),
    "wrong settings": ({"publisher.toml": SETTINGS + "zone = 'X'"}, ["build"], 2, "publisher.toml:5:1"),
    "settings in Latin-1": ({"publisher.toml": b"\xe9"}, ["config", "show"], 2, "error: not-utf8"),
    "no entries folder": ({"publisher.toml": SETTINGS}, ["check"], 2, "error: no-entries-folder"),
    "entries is a file": ({"publisher.toml": SETTINGS, "entries": ""}, ["build"], 2, "no-entries-folder"),
    "broken entry": (
        {**WHOLE, "entries/a.md": "x"},
        ["build"],
        1,
        "error: no-front-matter         entries/a.md:1:1",
    ),
    "template: syntax": (
        {**WHOLE, "templates/site/home.html": "\n{% if %}"},
        ["build"],
        1,
        "site/home.html:2:1",
    ),
    "template: unknown": (
        {**WHOLE, "templates/site/home.html": "{{ nope }}"},
        ["build"],
        1,
        "'nope' is undefined",
    ),
    "template: unsafe": (
        {**WHOLE, "templates/site/home.html": "{{ ''.__class__ }}"},
        ["build"],
        1,
        "template-error",
    ),
    "template: itself": (
        {**WHOLE, "templates/site/home.html": "{% include 'site/home.html' %}"},
        ["build"],
        1,
        "templates/site/home.html:1:1",
    ),
    "template: Latin-1": (
        {**WHOLE, "templates/site/style.css": b"\xe9"},
        ["build"],
        1,
        "templates/site/style.css",
    ),
    "templates is a file": (
        {**WHOLE, "templates": ""},
        ["templates", "--eject", "site/home.html"],
        1,
        "templates",
    ),
    "catalogue": ({**WHOLE, "templates/locale/en.po": "msgid x"}, ["build"], 2, "locale/en.po"),
    "out is a file": ({**WHOLE, "out": ""}, ["build"], 1, "error: unwritable"),
    "out is foreign": ({**WHOLE, "out/thesis.txt": ""}, ["build"], 1, "error: foreign-folder"),
    "init over a file": ({"file": ""}, ["init", "file"], 2, "'file' is a file"),
    "init below a file": ({"file": ""}, ["init", "file/news"], 2, "error: unwritable"),
    "init with a long name": ({}, ["init", "x" * 300], 2, "error: unwritable"),
    "no such path": (WHOLE, ["check", "entries/b.md"], 2, "there is no file or folder entries/b.md"),
    "path too long": (WHOLE, ["check", "x" * 300], 2, "there is no file or folder xxx"),
    "no command": ({}, [], 2, "Usage: publisher [OPTIONS] COMMAND"),
    "unknown command": ({}, ["biuld"], 2, "No such command 'biuld'. Did you mean 'build'?"),
    "nothing like it": ({}, ["xyzzy"], 2, "No such command 'xyzzy'.\n"),
    "unknown option": ({}, ["build", "--drfats"], 2, "--drafts"),
    "unknown word": ({}, ["schema", "entyr"], 2, "'entry'"),
    "too many words": ({}, ["build", "now"], 2, "unexpected extra argument (now)"),
}


@pytest.mark.parametrize(("files", "words", "code", "told"), MISTAKES.values(), ids=MISTAKES)
def test_a_mistake_is_told_without_a_traceback(
    tmp_path: Path, files: Files, words: list[str], code: int, told: str
) -> None:
    """Each mistake has its exit code and a sentence on stderr, and prints no result."""
    put(tmp_path, files)
    done = run(tmp_path, *words)
    assert (done.returncode, done.stdout) == (code, "")
    assert told in done.stderr


def test_an_error_has_its_name_cause_and_way_out(tmp_path: Path) -> None:
    """An error without a place is three lines."""
    done = run(tmp_path, "check")
    assert done.stderr == (
        "error: no-project\n"
        f"  there is no project here: publisher.toml is missing in {tmp_path} and above\n"
        "  hint: go to your project's folder, or make a new project: publisher init my-news\n"
    )


def test_links_in_a_circle_do_not_stop_check(tmp_path: Path) -> None:
    """A link to itself is a problem, also when its path is asked for, and is no project."""
    put(tmp_path, WHOLE)
    (tmp_path / "entries/loop.md").symlink_to("loop.md")
    (tmp_path / "loop").symlink_to("loop")
    for words in (["check"], ["check", "entries"], ["check", "entries/loop.md"]):
        done = run(tmp_path, *words)
        assert (done.returncode, "path-outside" in done.stdout) == (1, True)
    assert run(tmp_path, "-C", "loop", "check").returncode == 2


def test_a_folder_that_is_gone_is_told(tmp_path: Path) -> None:
    """Where the current folder was deleted, the error says so."""
    (tmp_path / "gone").mkdir()
    script = 'cd gone && rmdir ../gone && exec "$@"'
    done = subprocess.run(
        ["/bin/sh", "-c", script, "sh", *PROGRAM, "check"],
        cwd=tmp_path,
        env=surroundings(),
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stdout) == (2, "")
    assert "the folder that you are in is gone" in done.stderr


def test_strange_names_are_shown_harmless(tmp_path: Path) -> None:
    """File names with line ends, escapes or bytes that are no UTF-8 do not reach the terminal as they are."""
    put(tmp_path, WHOLE)
    for name in (b"a\nb.md", b"\xff.md", b"\x1b[31m.md"):
        Path(os.fsdecode(os.fsencode(tmp_path / "entries") + b"/" + name)).write_text("x")
    done = run(tmp_path, "check")
    assert (done.returncode, "\x1b" in done.stdout) == (1, False)
    assert "entries/\\udcff.md" in done.stdout
    assert "entries/a\ufffdb.md:1:1\n" in done.stdout
    assert len(json.loads(run(tmp_path, "check", "--json").stdout)["problems"]) == 3
    assert len(run(tmp_path, "check", "--format", "github").stdout.splitlines()) == 3
