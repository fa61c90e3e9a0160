"""What a build remembers: written whole or not at all, and not trusted when it is read again."""

import os
import sys
from hashlib import blake2b
from pathlib import Path

import pytest
from folders import place, tree
from remembered import SAID, a_project, answer, forge, remember, state_of

from publisher import filetimes, unchanged
from publisher.unchanged import PARTS, SETTINGS, STATE, Done


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


def test_a_state_with_one_bit_changed_gives_no_answer(built: Path) -> None:
    """A disk that lost a bit does not make another answer."""
    whole = (built / STATE).read_bytes()
    for place_of_it in range(0, len(whole), 41):
        damaged = bytearray(whole)
        damaged[place_of_it] ^= 1
        (built / STATE).write_bytes(damaged)
        assert (place_of_it, None) == (place_of_it, answer(built))


_ODD = [
    [],
    [""],
    ["x"],
    ["7"],
    ["-1"],
    ["nan"],
    ["9" * 5000],
    ["1e999", "x"],
    ["\udcff"],
    [".."],
    ["/"],
    ["x"] * 1000,
]


@pytest.mark.parametrize("name", PARTS)
@pytest.mark.parametrize("value", _ODD, ids=lambda value: str(value)[:10])
def test_an_odd_value_stops_nothing(built: Path, name: str, value: list[str]) -> None:
    """Whoever knows how to write a state can change our words, and else gets no answer."""
    state = state_of(built)
    forge(built, state | {name: value})
    is_as_before = value == state[name]
    assert answer(built) == ((value or None) if name == "said" else SAID if is_as_before else None)


@pytest.mark.parametrize("count", [b"", b"-1", b"x", b"9" * 5000, b"9" * 20, b"0", b"2"])
def test_an_odd_count_stops_nothing(built: Path, count: bytes) -> None:
    """A number of values that is none, or not theirs, gives no answer."""
    text = (built / STATE).read_bytes()[64:]
    assert text.startswith(b"1\0")
    forged = count + text[1:]
    (built / STATE).write_bytes(blake2b(forged).digest() + forged)
    assert answer(built) is None


@pytest.mark.parametrize("path", ["entries/a.md", "out/2023/b"])
def test_what_is_young_has_a_hash_that_counts(built: Path, path: str) -> None:
    """Of what changed within a tick of the build, the bytes or the names are compared too."""
    (built / "out/2023/b/index.html").rename(built / "out/2023/b/index.htm")
    remember(built)
    state = state_of(built)
    at = state["young"].index(path)
    forge(built, state | {"hashes": [*state["hashes"][:at], "0", *state["hashes"][at + 1 :]]})
    assert answer(built) is None
    forge(built, state)
    assert answer(built) == SAID


def test_another_python_is_another_build(built: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What one Python made is not taken for what another would make."""
    monkeypatch.setattr(sys, "version", "3.0")
    assert answer(built) is None


@pytest.mark.parametrize("thing", [None, "elsewhere", "last-build"], ids=["folder", "link", "circle"])
def test_what_is_no_file_is_not_read(built: Path, thing: str | None) -> None:
    """A folder or a link in place of the state gives no answer, and nothing elsewhere is written."""
    (built / ".publisher/elsewhere").write_bytes((built / STATE).read_bytes())
    before = (built / ".publisher/elsewhere").read_bytes()
    place(built / STATE, thing)
    assert answer(built) is None
    remember(built)
    assert before == (built / ".publisher/elsewhere").read_bytes()
    assert (SAID if thing else None) == answer(built)
    assert sorted(path.name for path in (built / ".publisher").iterdir()) == ["elsewhere", "last-build"]


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
    unchanged.begin(str(built), "mark")
    assert answer(built) is None


@pytest.mark.parametrize("first_done", ["first", "second"])
def test_of_two_builds_at_once_the_last_to_begin_is_remembered(built: Path, first_done: str) -> None:
    """Another build that began meanwhile may have written the output: only its own words count."""
    began = 1e12
    before = filetimes.look(str(built), [*SETTINGS, "entries", "templates"], began)
    done = {name: Done(["entries", "templates"], "out", (0, None), [name]) for name in ("first", "second")}
    why = {name: unchanged.reason([f"--{name}"], {}) for name in done}
    for name in done:
        unchanged.begin(str(built), name)
    for name in sorted(done, reverse=first_done == "second"):
        unchanged.remember(str(built), name, unchanged.seen(before), why[name], done[name], int(began * 1e9))
    assert (answer(built, "--first"), answer(built, "--second")) == (None, ["second"])


def test_names_that_are_not_utf8_are_remembered(built: Path) -> None:
    """A file with any name is looked at like others."""
    path = Path(os.fsdecode(bytes(built) + b"/entries/\xff\xe9.png"))
    path.write_bytes(b"one")
    remember(built, environ={"PUBLISHER_X__Y": os.fsdecode(b"\xff")})
    assert answer(built, environ={"PUBLISHER_X__Y": os.fsdecode(b"\xff")}) == SAID
    path.write_bytes(b"two")
    assert answer(built, environ={"PUBLISHER_X__Y": os.fsdecode(b"\xff")}) is None
