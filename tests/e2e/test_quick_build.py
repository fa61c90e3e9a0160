"""A second build of the same: answered at once, in the same words, and never when something changed."""

import fcntl
import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from builders import entry_text
from folders import put, tree
from newsroom import NOW, SETTINGS, a_picture
from shell import PROGRAM, run, surroundings

from publisher.build import build
from publisher.project import load

HEAVY = (
    "click",
    "pydantic",
    "jinja2",
    "babel",
    "dataclasses",
    "pathlib",
    "tomllib",
    "datetime",
    "subprocess",
    "enum",
    "hashlib",
    "json",
    "re",
    "typing",
)
LOADED = """
import atexit, runpy, sys
sys.argv = ["publisher", *sys.argv[1:]]
atexit.register(lambda: print(*sys.modules, file=sys.stderr))
runpy.run_module("publisher", run_name="__main__")
"""
ASKED = """
import os, sys, time
from publisher import filetimes, unchanged
glance = filetimes.Glance(os.getcwd(), unchanged.reason(sys.argv[2:], os.environ), time.time())
sys.exit(unchanged.said_if_unchanged(glance) is None)
"""
COMING = """
import os
from pathlib import Path
if os.environ.get("COME"):
    Path({path!r}).write_text({text!r}, encoding="utf-8")
"""
ROOT = Path(__file__).resolve().parents[2]
QUICK = re.compile(r"2 entries in 1 issue -> out/: 0 files written, [0-9]+ unchanged; 0\.[0-9] s\n")


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """Return a project that was built: two entries, a warning, a draft, one yet to come, a template."""
    put(
        tmp_path,
        {
            "publisher.toml": SETTINGS,
            "entries/a.md": entry_text("![A](a.png)", id="a", title="Odd.."),
            "entries/a.png": a_picture(),
            "entries/b.md": entry_text(id="b"),
            "entries/c.md": entry_text(id="c", draft="true"),
            "entries/d.md": entry_text(id="d", date="2999-06-27"),
            "entries/names.yml": "topics: {}\n",
            "entries/quotes/q.md": "---\nby: Somebody\n---\nWords.\n",
            "entries/digests/2023-06.md": "---\n{}\n---\nAn opening.\n",
            "templates/site/feeds.html": "feeds",
            "templates/locale/en.po": 'msgid "Feeds"\nmsgstr "Feeds"\n',
            "below/here": "",
        },
    )
    done = run(tmp_path, "build")
    assert done.returncode == 0, done.stderr
    return tmp_path


def modules(folder: Path, *words: str) -> set[str]:
    """Return the modules that the program with *words* loads; it must end well."""
    command = [sys.executable, "-c", LOADED, *words]
    done = subprocess.run(command, cwd=folder, env=surroundings(), capture_output=True, text=True, check=True)
    return set(done.stderr.splitlines()[-1].split())


def is_quick(folder: Path, *words: str) -> bool:
    """Tell whether the program with *words* answers without loading what builds, or reads words."""
    return {"publisher.build", "click"}.isdisjoint(modules(folder, *words))


def would_be_quick(folder: Path, *words: str) -> bool:
    """Tell whether `build` with *words* would be answered at once; if it would not, nothing is built."""
    command = [sys.executable, "-c", ASKED, "build", *words]
    done = subprocess.run(command, cwd=folder, env=surroundings(), capture_output=True, check=False)
    assert done.returncode in {0, 1}, done.stderr
    return done.returncode == 0


def clean(project: Path, *words: str) -> dict[str, bytes]:
    """Return the output of a build of a copy."""
    copy = project.parent / "copy"
    shutil.rmtree(copy, ignore_errors=True)
    shutil.copytree(project, copy, ignore=shutil.ignore_patterns("out", ".publisher"), symlinks=True)
    build(load(copy, {}), NOW, drafts="--drafts" in words, future="--future" in words)
    return tree(copy / "out")


def test_a_second_build_says_the_same_at_once(project: Path) -> None:
    """The second build says that all is unchanged, and again what it left out and warns of."""
    quick = run(project, "build")
    (project / ".publisher/last-build").unlink()
    slow = run(project, "build")
    assert QUICK.fullmatch(quick.stdout)
    assert quick.stdout.split(";")[0] == slow.stdout.split(";")[0]
    talk = ["left out: 1 draft, 1 future entry (--drafts, --future to publish)"]
    talk += ["1 warning. publisher check shows them."]
    assert (0, talk, talk) == (quick.returncode, quick.stderr.splitlines(), slow.stderr.splitlines())
    assert f" {len(tree(project / 'out'))} unchanged" in quick.stdout


def test_a_quick_answer_loads_no_library(project: Path) -> None:
    """It loads our two small modules and few of Python's; a bare interpreter has the most of them."""
    loaded = modules(project, "build")
    bare = subprocess.run(
        [sys.executable, "-c", "import sys, runpy; print(*sys.modules)"],
        capture_output=True,
        env=surroundings(),
        text=True,
        check=True,
    )
    assert [name for name in HEAVY if name in loaded - set(bare.stdout.split())] == []
    ours = {name for name in loaded if name.startswith("publisher")}
    assert ours == {f"publisher{name}" for name in ("", ".age", ".filetimes", ".root", ".unchanged")}
    assert len(loaded - set(bare.stdout.split())) < 50


def test_a_quick_answer_writes_nothing(project: Path) -> None:
    """No file of the project is touched, nor its time, but for what is remembered."""
    before = _times(project)
    assert is_quick(project, "build")
    assert before == _times(project)


def _times(project: Path) -> dict[Path, int]:
    own = project / ".publisher"
    found = (path for path in project.rglob("*") if own not in (path.parent, path))
    return {path: path.stat().st_mtime_ns for path in found}


def test_another_program_is_another_build(
    project: Path, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    """After a change to the program, or to its templates, all is built again."""
    copy = tmp_path_factory.mktemp("program")
    for name in ("publisher", "templates"):
        shutil.copytree(ROOT / name, copy / name)
    monkeypatch.setenv("PYTHONPATH", str(copy))
    for path in ("publisher/__init__.py", "publisher/build.py", "templates/site/home.html"):
        (copy / path).touch()
        assert (path, [False, True]) == (path, [is_quick(project, "build") for _ in range(2)])


def test_pages_are_those_of_the_program_as_it_is(
    project: Path, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is known of the program by its files' times never outlives a change of a packaged template."""
    copy = tmp_path_factory.mktemp("program")
    for name in ("publisher", "templates"):
        shutil.copytree(ROOT / name, copy / name)
    monkeypatch.setenv("PYTHONPATH", str(copy))
    base = copy / "templates/site/base.html"
    for words in ("<!-- first -->", "<!-- other -->", "<!-- third -->"):
        base.write_text(f"{base.read_text(encoding='utf-8')}{words}", encoding="utf-8")
        assert not is_quick(project, "build")
        assert words in (project / "out/404.html").read_text(encoding="utf-8")


def test_a_folder_below_is_as_good(project: Path) -> None:
    """From a folder below the project the answer is the same."""
    assert is_quick(project / "below", "build")
    assert QUICK.fullmatch(run(project / "below", "build").stdout)


@pytest.mark.parametrize(
    "words",
    [
        ["-q", "build"],
        ["build", "--json"],
        ["-C", ".", "build"],
        ["build", "--help"],
        ["build", "--drafts"],
        ["build", "--future"],
        ["--color", "never", "build"],
        ["build", "--drafts", "--drafts"],
    ],
    ids=" ".join,
)
def test_other_words_go_the_long_way(project: Path, words: list[str]) -> None:
    """Any word that changes what is made, or how it is told, is left to the command line."""
    assert not is_quick(project, *words)


@pytest.mark.parametrize("words", [["-q", "build"], ["build", "--json"], ["-C", "..", "build"]], ids=" ".join)
def test_the_long_way_is_remembered_as_well(project: Path, words: list[str]) -> None:
    """After a build that was told in another way, the plain one is answered at once."""
    shutil.rmtree(project / ".publisher")
    done = run(project / "below", *words)
    assert done.returncode == 0
    if "--json" in words:
        assert json.loads(done.stdout)["written"] == 0
    assert is_quick(project, "build")


def test_each_choice_of_words_is_another_build(project: Path) -> None:
    """--drafts is answered at once after --drafts, in any order of words, and nothing else is."""
    assert run(project, "build", "--drafts", "--future").returncode == 0
    assert [
        is_quick(project, "build", "--drafts", "--future"),
        is_quick(project, "build", "--future", "--drafts"),
        is_quick(project, "build", "--drafts"),
        is_quick(project, "build", "--future"),
    ] == [True, True, False, False]


def _append(path: str, text: str) -> Callable[[Path], object]:
    def change(project: Path) -> None:
        with (project / path).open("a", encoding="utf-8") as file:
            file.write(text)

    return change


EDITS: dict[str, Callable[[Path], object]] = {
    "entry": _append("entries/b.md", "More words.\n"),
    "picture": lambda project: (project / "entries/a.png").write_bytes(a_picture(41)),
    "template": _append("templates/site/feeds.html", "more"),
    "settings": _append("publisher.toml", "[feeds]\nsize = 1\n"),
    "names": lambda project: (project / "entries/names.yml").write_text("topics: {a: A}\n"),
    "opening": _append("entries/digests/2023-06.md", "More.\n"),
    "quote": _append("entries/quotes/q.md", "More.\n"),
    "catalogue": _append("templates/locale/en.po", '\nmsgid "Archive"\nmsgstr "Old ones"\n'),
    "new entry": lambda project: (project / "entries/e.md").write_text(entry_text(id="e")),
    "entry deleted": lambda project: (project / "entries/b.md").unlink(),
    "entry renamed": lambda project: (project / "entries/b.md").rename(project / "entries/bb.md"),
    "entry a link": lambda project: (project / "entries/_b.md").symlink_to("b.md"),
    "draft published": lambda project: (project / "entries/c.md").write_text(entry_text(id="c")),
    "touch": lambda project: (project / "entries/b.md").touch(),
    "output file deleted": lambda project: (project / "out/index.html").unlink(),
    "output deleted": lambda project: shutil.rmtree(project / "out"),
    "state deleted": lambda project: shutil.rmtree(project / ".publisher"),
    "state cut": lambda project: (project / ".publisher/last-build").write_bytes(b"\0" * 99),
}


@pytest.mark.parametrize("edit", EDITS.values(), ids=EDITS)
def test_a_change_is_built(project: Path, edit: Callable[[Path], object]) -> None:
    """After any change the output is that of a clean build, and then the answer is quick again."""
    edit(project)
    assert run(project, "build").returncode == 0
    assert tree(project / "out") == clean(project)
    assert is_quick(project, "build")


def test_a_plain_build_reads_no_words(project: Path) -> None:
    """What `build` alone has to do it does without what reads words; an error is painted as ever."""
    _append("entries/b.md", "More words.\n")(project)
    loaded = modules(project, "build")
    assert ("publisher.build" in loaded, "click" in loaded, "publisher.cli.commands" in loaded) == (
        True,
        False,
        False,
    )


def test_the_environment_is_part_of_the_settings(project: Path) -> None:
    """Another setting in the environment is built at once; without it the output is as it was."""
    before = tree(project / "out")
    environ = {"PUBLISHER_NEWSLETTER__TITLE": "Other News"}
    assert not QUICK.fullmatch(run(project, "build", **environ).stdout)
    assert "Other News" in (project / "out/index.html").read_text()
    assert QUICK.fullmatch(run(project, "build", **environ).stdout)
    assert not QUICK.fullmatch(run(project, "build").stdout)
    assert before == tree(project / "out")


def test_an_error_is_told_each_time(project: Path) -> None:
    """A build that failed is never answered at once, nor is what was right before it."""
    (project / "entries/b.md").write_text("no front matter")
    first, second = run(project, "build"), run(project, "build")
    assert (1, 1, first.stderr) == (first.returncode, second.returncode, second.stderr)
    assert first.stderr == run(project, "--color", "auto", "build").stderr


def test_any_stream_carries_the_answer(project: Path) -> None:
    """An output folder with any name is told in any encoding, and without a standard stream."""
    with (project / "publisher.toml").open("a") as file:
        file.write('[paths]\noutput = "sortie-é😀"\n')
    for _ in range(2):
        done = run(project, "build", PYTHONIOENCODING="latin-1")
        assert (done.returncode, "-> sortie-\udce9\\U0001f600/: " in done.stdout) == (0, True)
    for closed in ("1", "2"):
        command = ["sh", "-c", f'exec "$@" {closed}>&-', "sh", *PROGRAM, "build"]
        shown = subprocess.run(command, cwd=project, env=surroundings(), capture_output=True, check=False)
        assert (shown.returncode, shown.stdout if closed == "1" else shown.stderr) == (0, b"")


@pytest.mark.parametrize("stream", ["stdout", "stderr"])
def test_a_reader_that_goes_away_is_no_error_to_speak_of(project: Path, stream: str) -> None:
    """A pipe whose reader has gone ends the answer without a word."""
    reader, writer = os.pipe()
    os.close(reader)
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, stream: writer}
    done = subprocess.run([*PROGRAM, "build"], cwd=project, env=surroundings(), **pipes, check=False)  # type: ignore[call-overload]
    os.close(writer)
    assert (done.returncode, done.stderr) == (1, b"") if stream == "stdout" else done.returncode == 0


def test_a_full_disk_is_told(project: Path) -> None:
    """An answer that cannot be printed is an error with its cause, as everywhere."""
    with Path("/dev/full").open("w") as full:
        done = subprocess.run(
            [*PROGRAM, "build"],
            cwd=project,
            env=surroundings(),
            stdout=full,
            stderr=subprocess.PIPE,
            check=False,
        )
    assert (done.returncode, done.stderr.startswith(b"error: failed\n")) == (1, True)


def test_a_folder_that_cannot_be_written_costs_only_time(project: Path) -> None:
    """Where nothing can be remembered, all is built as ever, and nothing is answered at once."""
    shutil.rmtree(project / ".publisher")
    (project / ".publisher").write_text("a file, which nobody can write into as into a folder")
    (project / "entries/b.md").unlink()
    for _ in range(2):
        assert run(project, "build").returncode == 0
    assert clean(project) == tree(project / "out")
    assert not is_quick(project, "build")


def test_two_builds_at_once_leave_the_words_of_the_output(project: Path) -> None:
    """Builds with other words at the same time: what would be answered at once is true of the output."""
    choices: list[list[str]] = [[], ["--drafts"], ["--future"]]
    running = [
        subprocess.Popen(
            [*PROGRAM, "-q", "build", *words], cwd=project, env=surroundings(), stderr=subprocess.PIPE
        )
        for words in choices
    ]
    for process in running:
        _, told = process.communicate(timeout=60)
        assert process.returncode == 0 or b"another build" in told
    right = [words for words in choices if would_be_quick(project, *words)]
    assert len(right) <= 1
    assert all(tree(project / "out") == clean(project, *words) for words in right)


def test_a_build_that_is_kept_out_leaves_what_is_remembered(project: Path) -> None:
    """While another build writes nothing is built, and what was remembered before is still answered."""
    handle = os.open(project / "out", os.O_RDONLY)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        refused = run(project, "build", "--drafts")
    finally:
        os.close(handle)
    assert (refused.returncode, refused.stderr.split()[1]) == (1, "output-busy")
    assert (would_be_quick(project), would_be_quick(project, "--drafts")) == (True, False)


def test_a_program_that_is_exchanged_while_it_is_loaded_is_not_believed(
    project: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """What an old program made, which was loaded just before a new one came, is made again by the new one."""
    place = tmp_path_factory.mktemp("program")
    for name in ("publisher", "templates"):
        shutil.copytree(ROOT / name, place / name, ignore=shutil.ignore_patterns("__pycache__"))
    building, words = place / "publisher/cli/building.py", place / "publisher/render/metadata.py"
    old = words.read_text(encoding="utf-8")
    new = old.replace("twitter:card", "twitter:newer")
    assert new != old
    with building.open("a", encoding="utf-8") as file:
        file.write(COMING.format(path=str(words), text=new))
    run(project, "build", PYTHONPATH=str(place), COME="1")
    page = next(path for path, data in tree(project / "out").items() if b"twitter:card" in data)
    run(project, "build", PYTHONPATH=str(place))
    assert b"twitter:newer" in (project / "out" / page).read_bytes()
