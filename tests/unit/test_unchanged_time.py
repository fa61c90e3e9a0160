"""The quick answer and time: clocks that go back, times that do not tell, young files, many files."""

import json
import os
from collections.abc import Callable
from pathlib import Path
from time import time  # noqa: TID251 - of files that the disk gave their times

import pytest
from folders import put
from remembered import LATER, SAID, a_project, answer, edit_unseen, forge, remember, state_of

from publisher import unchanged
from publisher.filetimes import Glance, rows_of
from publisher.unchanged import STATE

MANY = 2_500


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """Return a project with an output, nothing of which is remembered."""
    return a_project(tmp_path)


def _as_on_a_coarse_disk(root: Path, change: Callable[[], object]) -> None:
    """Do *change*, and let the files' times, sizes and inodes be as if it were not done."""
    before = state_of(root)
    change()
    remember(root)
    forge(root, before | {"rows": state_of(root)["rows"]})


def test_times_that_do_not_tell_are_not_trusted(project: Path) -> None:
    """Where a change leaves times, size and inode as they were, the bytes of a young file tell."""
    remember(project)
    _as_on_a_coarse_disk(project, lambda: None)
    assert answer(project) == SAID
    _as_on_a_coarse_disk(project, lambda: edit_unseen(project / "entries/a.md", b"ONE"))
    assert answer(project) is None


def test_times_that_do_not_tell_during_a_build_are_not_trusted(project: Path) -> None:
    """A file that was changed while the build read it, and looks the same, is known by its bytes."""
    remember(project, meanwhile=lambda: edit_unseen(project / "entries/a.md", b"ONE"))
    _as_on_a_coarse_disk(project, lambda: None)
    assert answer(project) is None
    edit_unseen(project / "entries/a.md", b"one")
    _as_on_a_coarse_disk(project, lambda: None)
    assert answer(project) == SAID


def test_names_that_came_within_a_tick_are_seen(project: Path) -> None:
    """A file that went from the output before the folder's time could tell is missed."""
    (project / "out/2023/b/more.html").touch()
    remember(project)
    _as_on_a_coarse_disk(project, (project / "out/2023/b/more.html").unlink)
    assert answer(project) is None


@pytest.mark.parametrize("after", [-LATER, LATER], ids=["before the files", "after the files"])
@pytest.mark.parametrize("asked", [-LATER, LATER], ids=["asked before", "asked after"])
def test_a_clock_that_went_back_hides_no_change(project: Path, after: float, asked: float) -> None:
    """Whatever the clock said at the build and says now, the same is the same and a change is one."""
    remember(project, after=after)
    assert answer(project, now=time() + asked) == SAID
    assert answer(project, now=time() - asked) == SAID
    edit_unseen(project / "entries/a.md", b"ONE")
    assert answer(project, now=time() + asked) is None


def test_an_edit_by_a_clock_that_went_back_is_seen(project: Path) -> None:
    """A file that became older than it was has changed."""
    remember(project, after=LATER)
    (project / "entries/a.md").write_text("ONE")
    os.utime(project / "entries/a.md", (time() - LATER, time() - LATER))
    assert answer(project, now=time() - LATER) is None


def test_what_has_grown_old_is_told_by_its_time(project: Path) -> None:
    """Once a young file is older than a tick its hash is forgotten, and a change shows in its time."""
    remember(project)
    assert answer(project) == SAID
    assert "entries/a.md" in state_of(project)["young"]
    assert answer(project, now=time() + 3) == SAID
    assert (state_of(project)["young"], state_of(project)["hashes"]) == ([], [])
    written = (project / STATE).stat().st_mtime_ns
    assert answer(project, now=time() + 3) == SAID
    assert written == (project / STATE).stat().st_mtime_ns
    edit_unseen(project / "entries/a.md", b"ONE")
    assert answer(project) is None


def test_what_was_changed_does_not_grow_old(project: Path) -> None:
    """A young file with other bytes is a change, however late it is met."""
    remember(project)
    _as_on_a_coarse_disk(project, lambda: edit_unseen(project / "entries/a.md", b"ONE"))
    assert [answer(project, now=time() + 3), answer(project, now=time() + LATER)] == [None, None]


def test_a_time_to_come_does_not_grow_old(project: Path) -> None:
    """Of a file with a time to come the hash is kept, while the others are forgotten."""
    os.utime(project / "entries/a.md", (5e9, 5e9))
    remember(project)
    assert answer(project, now=time() + 3) == SAID
    assert state_of(project)["young"] == ["entries/a.md"]


def test_a_state_that_cannot_be_renewed_is_kept(project: Path) -> None:
    """If the disk refuses, young files stay young, and the answer is the same."""
    remember(project)
    before = (project / STATE).read_bytes()
    put(project, {f"{STATE}.{os.getpid()}/in the way": ""})
    assert [answer(project, now=time() + 3), answer(project)] == [SAID, SAID]
    assert before == (project / STATE).read_bytes()


@pytest.fixture
def large(project: Path) -> Path:
    """Return a project with an output of so many folders that a second process looks at them."""
    files = [f"2023/{number}/index.html" for number in range(MANY)]
    put(project / "out", dict.fromkeys(files, "") | {".publisher.json": json.dumps({"files": files})})
    return project


CHANGES: dict[str, Callable[[Path], object]] = {
    "nothing": lambda _: None,
    "a file deleted": lambda root: (root / f"out/2023/{MANY - 1}/index.html").unlink(),
    "a file moved": lambda root: (root / "out/2023/7/index.html").rename(root / "out/2023/8/more.html"),
    "a folder moved": lambda root: (root / "out/2023/7").rename(root / "out/7"),
    "an entry edited": lambda root: edit_unseen(root / "entries/a.md", b"ONE"),
}


@pytest.mark.parametrize("has_fork", [True, False])
@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_two_processes_see_what_one_sees(
    large: Path, monkeypatch: pytest.MonkeyPatch, change: Callable[[Path], object], *, has_fork: bool
) -> None:
    """In a large output, too, every change is seen, with a second process and where there is none."""
    if not has_fork:
        monkeypatch.delattr(os, "fork")
    remember(large)
    assert answer(large) == SAID
    change(large)
    assert answer(large) == (SAID if change is CHANGES["nothing"] else None)


@pytest.mark.parametrize("has_fork", [True, False])
def test_what_was_seen_of_the_output_is_handed_on(
    large: Path, monkeypatch: pytest.MonkeyPatch, *, has_fork: bool
) -> None:
    """A build that has something to do gets the rows of an output that nobody touched, and of no other."""
    if not has_fork:
        monkeypatch.delattr(os, "fork")
    remember(large)
    edit_unseen(large / "entries/a.md", b"ONE")
    names = ["out/.publisher.json", *(f"out/2023/{number}" for number in range(MANY))]
    for rows in (rows_of(str(large), names), {}):
        glance = Glance(str(large), unchanged.reason((), {}), time())
        assert unchanged.said_if_unchanged(glance) is None
        assert glance.written == rows
        (large / "out/2023/7/index.html").unlink(missing_ok=True)
