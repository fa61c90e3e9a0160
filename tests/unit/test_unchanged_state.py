"""What a build remembers: written whole or not at all, and not trusted when it is read again."""

import json
import os
from pathlib import Path
from typing import Any

import pytest
from folders import place, tree
from remembered import SAID, a_project, answer, remember

from publisher import unchanged
from publisher.unchanged import SETTINGS, STATE, Done


@pytest.fixture
def built(tmp_path: Path) -> Path:
    """Return a project that was built just now."""
    project = a_project(tmp_path)
    remember(project)
    assert answer(project) == SAID
    return project


DAMAGED = [
    b"",
    b"{",
    b"null",
    b"[]",
    b"7",
    b"\xff",
    b"1e999",
    b"9" * 5000,
    b"[" * 100_000,
    b'{"a":' * 100_000,
    b"\x00" * 1000,
]


@pytest.mark.parametrize("data", DAMAGED, ids=[str(data[:8]) for data in DAMAGED])
def test_a_damaged_state_gives_no_answer(built: Path, data: bytes) -> None:
    """Whatever bytes stand there, the build itself finds out; and it is remembered again."""
    (built / STATE).write_bytes(data)
    assert answer(built) is None
    remember(built)
    assert answer(built) == SAID


def test_a_state_that_was_cut_gives_no_answer(built: Path) -> None:
    """A state that lacks its end is none, wherever it was cut."""
    whole = (built / STATE).read_bytes()
    for length in range(0, len(whole), 97):
        (built / STATE).write_bytes(whole[:length])
        assert (length, None) == (length, answer(built))


_ODD: list[Any] = [
    None,
    [],
    {},
    7,
    -1,
    "",
    "x",
    10**400,
    [[]],
    [None],
    {"a": None},
    {"a": []},
    {"\0": [1]},
    True,
]


@pytest.mark.parametrize("name", ["format", "why", "inputs", "rows", "valid", "output", "said"])
@pytest.mark.parametrize("value", _ODD, ids=lambda value: str(value)[:10])
def test_an_odd_value_stops_nothing(built: Path, name: str, value: Any) -> None:
    """A part of the state that is missing, or of another kind, gives no answer or the right words."""
    state = json.loads((built / STATE).read_text())
    (built / STATE).write_text(json.dumps(state | {name: value}))
    found = answer(built)
    harmless = (name, value) in [("format", True), ("output", {}), ("said", {"a": None}), ("said", {"a": []})]
    assert found is None or harmless or name == "said"
    assert found != []
    del state[name]
    (built / STATE).write_text(json.dumps(state))
    assert answer(built) is None


@pytest.mark.parametrize("row", _ODD, ids=lambda value: str(value)[:10])
@pytest.mark.parametrize("name", ["rows", "output"])
def test_an_odd_row_stops_nothing(built: Path, name: str, row: Any) -> None:
    """A row of another kind is not the file's."""
    state = json.loads((built / STATE).read_text())
    for path in state[name]:
        (built / STATE).write_text(json.dumps(state | {name: state[name] | {path: row}}))
        assert answer(built) is None


@pytest.mark.parametrize(("name", "path"), [("rows", "entries/a.md"), ("output", "out/2023/b")])
def test_what_is_young_has_a_fifth_value_that_counts(built: Path, name: str, path: str) -> None:
    """Of what changed within a tick of the build, the bytes or the names are compared too."""
    (built / "out/2023/b/index.html").rename(built / "out/2023/b/index.htm")
    remember(built)
    state = json.loads((built / STATE).read_text())
    row = state[name][path]
    assert len(row) == 5
    for fifth in ("", [], ["index.html"]):
        (built / STATE).write_text(json.dumps(state | {name: state[name] | {path: [*row[:4], fifth]}}))
        assert answer(built) is None
    (built / STATE).write_text(json.dumps(state))
    assert answer(built) == SAID


def test_the_state_of_another_version_gives_no_answer(built: Path) -> None:
    """Another format, another program or another Python remembers something else."""
    state = json.loads((built / STATE).read_text())
    why = state["why"]
    program = {path: row for path, row in why["program"].items() if path != "publisher/build.py"}
    for change in (
        {"format": 0},
        {"why": why | {"python": "3.0"}},
        {"why": why | {"program": program}},
        {"why": why | {"program": program | {"publisher/build.py": [1, 1, 1, 1]}}},
    ):
        (built / STATE).write_text(json.dumps(state | change))
        assert answer(built) is None


@pytest.mark.parametrize("thing", [None, "elsewhere", "last-build.json"], ids=["folder", "link", "circle"])
def test_what_is_no_file_is_not_read(built: Path, thing: str | None) -> None:
    """A folder or a link in place of the state gives no answer, and nothing elsewhere is written."""
    (built / ".publisher/elsewhere").write_bytes((built / STATE).read_bytes())
    before = (built / ".publisher/elsewhere").read_bytes()
    place(built / STATE, thing)
    assert answer(built) is None
    remember(built)
    assert before == (built / ".publisher/elsewhere").read_bytes()
    assert (SAID if thing else None) == answer(built)
    assert sorted(path.name for path in (built / ".publisher").iterdir()) == ["elsewhere", "last-build.json"]


def test_a_pipe_is_not_waited_for(built: Path) -> None:
    """A pipe in place of the state gives no answer, and makes way for the next one."""
    (built / STATE).unlink()
    os.mkfifo(built / STATE)
    assert answer(built) is None
    remember(built)
    assert answer(built) == SAID


def test_a_folder_that_is_a_link_is_not_written(
    built: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """Where .publisher is a link, nothing is written to where it leads."""
    elsewhere = tmp_path_factory.mktemp("elsewhere")
    (built / STATE).unlink()
    (built / ".publisher").rmdir()
    (built / ".publisher").symlink_to(elsewhere)
    remember(built)
    assert answer(built) is None
    assert tree(elsewhere) == {}


def test_a_link_in_the_way_is_not_written_through(built: Path) -> None:
    """A link where the state is prepared does not lead the program to overwrite a file."""
    (built / "precious").write_text("mine")
    (built / f"{STATE}.{os.getpid()}").symlink_to("../precious")
    remember(built)
    assert (built / "precious").read_text() == "mine"
    assert answer(built) == SAID


def test_a_file_in_place_of_the_folder_stops_nothing(built: Path) -> None:
    """A file called .publisher costs the answer, and nothing more."""
    (built / STATE).unlink()
    (built / ".publisher").rmdir()
    (built / ".publisher").write_text("mine")
    remember(built)
    assert (answer(built), (built / ".publisher").read_text()) == (None, "mine")


@pytest.mark.parametrize(
    "files", ["", "[]", "{}", '{"files": 7}', '{"files": [7]}', '{"files": ["a/\\u0000/b"]}']
)
def test_an_output_that_is_no_output_is_not_remembered(built: Path, files: str) -> None:
    """If the output's list cannot be read when the build is done, nothing is remembered."""
    remember(built, meanwhile=lambda: (built / "out/.publisher.json").write_text(files))
    assert answer(built) is None


def test_a_build_that_ends_halfway_leaves_no_answer(built: Path) -> None:
    """From its begin until it is remembered, a build takes back what the last one said."""
    unchanged.begin(str(built))
    assert answer(built) is None


@pytest.mark.parametrize("first_done", ["first", "second"])
def test_of_two_builds_at_once_the_last_to_begin_is_remembered(built: Path, first_done: str) -> None:
    """Another build that began meanwhile may have written the output: only its own words count."""
    began = 1e12
    before = unchanged.look(str(built), [*SETTINGS, "entries", "templates"], began)
    done = {name: Done(["entries", "templates"], "out", (0, None), [name]) for name in ("first", "second")}
    why = {name: unchanged.reason([f"--{name}"], {}) for name in done}
    marks = {name: unchanged.begin(str(built)) for name in done}
    for name in sorted(done, reverse=first_done == "second"):
        unchanged.remember(str(built), marks[name], before, why[name], done[name])
    assert (answer(built, "--first"), answer(built, "--second")) == (None, ["second"])


def test_names_that_are_not_utf8_are_remembered(built: Path) -> None:
    """A file with any name is looked at like others."""
    path = Path(os.fsdecode(bytes(built) + b"/entries/\xff\xe9.png"))
    path.write_bytes(b"one")
    remember(built, environ={"PUBLISHER_X__Y": os.fsdecode(b"\xff")})
    assert answer(built, environ={"PUBLISHER_X__Y": os.fsdecode(b"\xff")}) == SAID
    path.write_bytes(b"two")
    assert answer(built, environ={"PUBLISHER_X__Y": os.fsdecode(b"\xff")}) is None
