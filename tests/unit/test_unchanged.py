"""The quick answer: given when nothing changed since the last build, and never otherwise."""

import os
import shutil
from collections.abc import Callable
from pathlib import Path
from time import time  # noqa: TID251 - of files that the disk gave their times

import pytest
from remembered import LATER, SAID, a_project, answer, edit_unseen, first_change, remember

from publisher import filetimes
from publisher.age import FINE


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """Return a project with an output, nothing of which is remembered."""
    return a_project(tmp_path)


@pytest.fixture
def built(project: Path) -> Path:
    """Return a project that was built just now."""
    remember(project)
    assert answer(project) == SAID
    return project


def test_a_glance_asks_the_disk_once(project: Path) -> None:
    """What was seen of a folder is what is told of it later; another folder is looked at then."""
    glance = filetimes.Glance(str(project), "", time())
    seen = glance.rows(["entries"])
    (project / "entries/a.md").unlink()
    (project / "out/index.html").unlink()
    assert glance.rows(["entries"]) == seen
    assert "entries/a.md" in glance.with_hashes(["entries"], 0)
    assert "out/index.html" not in glance.rows(["entries", "out"])


def test_youth_counts_from_when_bytes_are_read(project: Path) -> None:
    """Of a file that was young when its times were asked, and old when its bytes are, the times tell."""
    glance = filetimes.Glance(str(project), "", first_change(project))
    path = "entries/a.md"
    changed = (project / path).stat().st_ctime_ns
    plain = glance.rows(["entries"])[path]
    later = [glance.with_hashes(["entries"], changed + late)[path] for late in (0, FINE, FINE + 1)]
    assert [row.startswith(f"{plain}#") for row in later] == [True, True, False]
    assert later[2] == plain


def test_what_was_never_built_is_not_answered(project: Path) -> None:
    """Without a build before there is no answer."""
    assert answer(project) is None


def test_the_answer_is_what_the_build_said(built: Path) -> None:
    """After a build the answer is its own words, however often it is asked."""
    assert [answer(built), answer(built)] == [SAID, SAID]
    assert sorted(path.name for path in (built / ".publisher").iterdir()) == ["last-build"]


def _swap(root: Path) -> None:
    """Change two names over."""
    (root / "entries/a.md").rename(root / "entries/c.md")
    (root / "entries/2023/b.md").rename(root / "entries/a.md")
    (root / "entries/c.md").rename(root / "entries/2023/b.md")


def _again(path: Path) -> None:
    """Put a copy with the same bytes and times in place of the file."""
    shutil.copy2(path, f"{path}~")
    Path(f"{path}~").replace(path)


def _in_a_new_folder(root: Path) -> None:
    (root / "entries/d").mkdir()
    (root / "entries/d/c.md").touch()


def _a_pipe(root: Path) -> None:
    (root / "entries/a.md").unlink()
    os.mkfifo(root / "entries/a.md")


def _a_link(root: Path) -> None:
    (root / "entries/a.md").rename(root / "a.md")
    (root / "entries/a.md").symlink_to("../a.md")


INPUTS: dict[str, Callable[[Path], object]] = {
    "an entry edited": lambda root: (root / "entries/a.md").write_text("changed"),
    "an entry edited to the same size": lambda root: (root / "entries/a.md").write_text("ONE"),
    "an entry edited, its time put back": lambda root: edit_unseen(root / "entries/a.md", b"ONE"),
    "an entry added": lambda root: (root / "entries/c.md").write_text("three"),
    "an entry added in a new folder": _in_a_new_folder,
    "an entry deleted": lambda root: (root / "entries/2023/b.md").unlink(),
    "an entry renamed": lambda root: (root / "entries/a.md").rename(root / "entries/c.md"),
    "an entry moved": lambda root: (root / "entries/a.md").rename(root / "entries/2023/a.md"),
    "a folder renamed": lambda root: (root / "entries/2023").rename(root / "entries/2024"),
    "two names changed over": _swap,
    "an entry touched": lambda root: (root / "entries/a.md").touch(),
    "an entry of a time to come": lambda root: os.utime(root / "entries/a.md", (5e9, 5e9)),
    "a copy in place of an entry": lambda root: _again(root / "entries/a.md"),
    "a picture edited": lambda root: (root / "entries/2023/b.png").write_bytes(b"\x01"),
    "the names edited": lambda root: (root / "entries/names.yml").write_text("topics: []"),
    "an entry closed": lambda root: (root / "entries/a.md").chmod(0),
    "a pipe in place of an entry": _a_pipe,
    "a link in place of an entry": _a_link,
    "a name that is not UTF-8": lambda root: Path(os.fsdecode(bytes(root) + b"/entries/\xff.md")).touch(),
    "a template edited": lambda root: (root / "templates/site/home.html").write_text("HOME"),
    "a template added": lambda root: (root / "templates/more.html").touch(),
    "the templates deleted": lambda root: shutil.rmtree(root / "templates"),
    "the entries deleted": lambda root: shutil.rmtree(root / "entries"),
    "the settings edited": lambda root: (root / "publisher.toml").write_text("[newsletter] "),
    "the settings deleted": lambda root: (root / "publisher.toml").unlink(),
    "other settings added": lambda root: (root / "pyproject.toml").write_text("[tool.publisher]"),
}
OUTPUTS: dict[str, Callable[[Path], object]] = {
    "the output deleted": lambda root: shutil.rmtree(root / "out"),
    "a file of the output deleted": lambda root: (root / "out/2023/b/index.html").unlink(),
    "a file of the output renamed": lambda root: (root / "out/index.html").rename(root / "out/index.htm"),
    "a file added to the output": lambda root: (root / "out/more.html").touch(),
    "the list of the output rewritten": lambda root: (root / "out/.publisher.json").write_text("{}"),
    "the list of the output deleted": lambda root: (root / "out/.publisher.json").unlink(),
}


@pytest.mark.parametrize("change", [*INPUTS.values(), *OUTPUTS.values()], ids=[*INPUTS, *OUTPUTS])
@pytest.mark.parametrize("after", [0, LATER], ids=["young files", "old files"])
def test_a_change_is_seen(project: Path, change: Callable[[Path], object], after: float) -> None:
    """Whatever changed since the build, there is no answer."""
    remember(project, after=after)
    assert answer(project) == SAID
    change(project)
    assert answer(project) is None


@pytest.mark.parametrize("change", INPUTS.values(), ids=INPUTS)
def test_a_change_during_the_build_is_seen(project: Path, change: Callable[[Path], object]) -> None:
    """What changes while a build reads is not remembered as read."""
    remember(project, meanwhile=lambda: change(project))
    assert answer(project) is None


def test_a_young_file_is_told_by_its_bytes(project: Path) -> None:
    """A file as young as the build is compared by its hash too; of an old one no byte is read."""
    names = ["entries", "publisher.toml"]
    began = (project / "entries/a.md").stat().st_mtime
    for late, is_young in ((0, True), (0.05, True), (0.2, False)):
        rows = filetimes.look(str(project), names, began + late)
        assert (late, is_young) == (late, "#" in rows["entries/a.md"])
    young = filetimes.look(str(project), names, began)
    edit_unseen(project / "entries/a.md", b"ONE")
    edited = filetimes.look(str(project), names, began)
    hashes = [rows["entries/a.md"].partition("#")[2] for rows in (young, edited)]
    assert hashes[0] != hashes[1]


def test_a_file_with_a_time_to_come_is_answered_by_its_bytes(project: Path) -> None:
    """A file whose time is yet to come does not stop the answer, since its bytes tell."""
    os.utime(project / "entries/a.md", (5e9, 5e9))
    remember(project)
    assert answer(project) == SAID


@pytest.mark.parametrize("target", ["templates", "entries"])
@pytest.mark.parametrize("after", [0, LATER], ids=["young files", "old files"])
def test_links_to_folders_are_followed(
    project: Path, tmp_path_factory: pytest.TempPathFactory, target: str, after: float
) -> None:
    """What a link to a folder leads to is looked at, as templates are read from there; circles end."""
    elsewhere = tmp_path_factory.mktemp("elsewhere")
    (elsewhere / "in").mkdir()
    (elsewhere / "in/page.html").write_text("one")
    (elsewhere / "in/circle").symlink_to("..")
    (project / target / "there").symlink_to(elsewhere)
    (project / target / "itself").symlink_to("itself")
    remember(project, after=after)
    assert answer(project) == SAID
    edit_unseen(elsewhere / "in/page.html", b"two")
    assert answer(project) is None


def test_circles_of_links_are_walked_once(project: Path) -> None:
    """A folder with links to itself and above does not multiply what is looked at."""
    before = len(filetimes.look(str(project), ["entries"]))
    for name in ("one", "two", "three"):
        (project / "entries" / name).symlink_to(".")
    assert len(filetimes.look(str(project), ["entries"])) <= 2 * before + 6


def test_a_link_that_leads_elsewhere_is_seen(project: Path) -> None:
    """An entry that is a link is the file that it leads to."""
    (project / "entries/c.md").symlink_to("../one.md")
    (project / "one.md").write_text("one")
    remember(project)
    assert answer(project) == SAID
    (project / "one.md").write_text("two")
    assert answer(project) is None


@pytest.mark.parametrize(
    ("valid", "now", "is_answered"),
    [
        ((0, None), 0.0, True),
        ((0, None), -1.0, False),
        ((100, None), 99.9, False),
        ((100, None), 100.0, True),
        ((100, None), 1e12, True),
        ((100, 200.5), 200.4, True),
        ((100, 200.5), 200.5, False),
        ((100, 200.5), 300.0, False),
        ((-200, -100), -150.0, True),
        ((-200, 0), 50.0, False),
    ],
)
def test_the_clock_decides_too(
    project: Path, valid: tuple[float, float | None], now: float, *, is_answered: bool
) -> None:
    """There is an answer from the first time on, up to but not including the other; a clock may go back."""
    remember(project, valid=valid)
    assert is_answered == (answer(project, now=now) is not None)


@pytest.mark.parametrize(
    ("before", "words", "environ", "is_answered"),
    [
        ((), ("--drafts",), {}, False),
        (("--drafts",), (), {}, False),
        (("--drafts", "--future"), ("--future", "--drafts"), {}, True),
        ((), (), {"PUBLISHER_FEEDS__SIZE": "7"}, False),
        ((), (), {"PUBLISHER_OUTPUTS": "[]"}, False),
        ((), (), {"HOME": "/", "TZ": "UTC", "MY_PUBLISHER_X": "1"}, True),
    ],
)
def test_words_and_environment_are_part_of_it(
    project: Path,
    before: tuple[str, ...],
    words: tuple[str, ...],
    environ: dict[str, str],
    *,
    is_answered: bool,
) -> None:
    """Other options and other settings in the environment are another build."""
    remember(project, words=before)
    assert is_answered == (answer(project, *words, environ=environ) is not None)


def test_a_setting_in_a_file_is_read(project: Path) -> None:
    """A variable that names a file stands for what is in it."""
    environ = {"PUBLISHER_NEWSLETTER__TITLE_FILE": str(project / "title")}
    (project / "title").write_text("One")
    remember(project, environ=environ)
    assert answer(project, environ=environ) == SAID
    edit_unseen(project / "title", b"Two")
    assert answer(project, environ=environ) is None


def test_a_setting_in_a_pipe_is_never_known(project: Path) -> None:
    """A variable that names a pipe gives no answer, and keeps nobody waiting."""
    environ = {"PUBLISHER_NEWSLETTER__TITLE_FILE": str(project / "title")}
    os.mkfifo(project / "title")
    remember(project, environ=environ)
    assert answer(project, environ=environ) is None


def test_another_library_is_another_build(built: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A folder of libraries that came, or in which one changed its version, leaves no answer."""
    libraries = built / "lib/site-packages"
    libraries.mkdir(parents=True)
    monkeypatch.syspath_prepend(str(libraries))
    assert answer(built) is None
    remember(built)
    assert answer(built) == SAID
    (libraries / "some-2.0.dist-info").mkdir()
    assert answer(built) is None
