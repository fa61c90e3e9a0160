"""The output folder: all of a build or nothing, and never what is somebody else's."""

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from folders import content, place, refusal, some_pages, tree

from publisher.model.output import Page
from publisher.writer import MANIFEST, OutputError, Written, write

STAGING = ".publisher-staging"


# what lies in the folder -> its bytes, a link's target (str), or None for a folder
IN_THE_WAY: dict[str, dict[str, bytes | str | None]] = {
    "file": {"new": b"mine"},
    "folder": {"new/mine.txt": b"mine"},
    "empty folder": {"new": None},
    "link": {"new": "../victim"},
    "dangling link": {"new": "nowhere"},
    "file above": {"sub": b"mine"},
    "linked folder above": {"sub": "../elsewhere"},
    "folder in place of our file": {"old": None, "old/mine.txt": b"mine"},
    "link in place of our folder": {"ours": "../elsewhere"},
}


@pytest.mark.parametrize("things", IN_THE_WAY.values(), ids=IN_THE_WAY)
def test_what_is_not_ours_is_not_overwritten(tmp_path: Path, things: dict[str, bytes | str | None]) -> None:
    """A file, folder or link in a page's way stops the build before anything is written or removed."""
    out = tmp_path / "out"
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "victim").write_text("victim")
    write(out, some_pages("old", "ours/x", "stale"))
    for name, thing in things.items():
        place(out / name, thing)
    before = tree(tmp_path)
    error = refusal(out, some_pages("old", "first", "new", "sub/page", "ours/y", mark="2"))
    assert error.code == "foreign-file"
    assert before == tree(tmp_path)
    assert not (out / STAGING).exists()


@pytest.mark.parametrize(("link", "words"), [("old", "mine"), ("a/old", "mine"), ("old", "old")])
def test_a_link_in_place_of_our_file_is_replaced(tmp_path: Path, link: str, words: str) -> None:
    """Where somebody made a link of a file that we wrote, the link goes, not what it leads to."""
    out, victim = tmp_path / "out", tmp_path / "victim"
    victim.write_text(words)
    write(out, some_pages(link))
    (out / link).unlink()
    (out / link).symlink_to(victim)
    write(out, some_pages(link))
    assert {f"out/{link}": link.encode(), "victim": words.encode()} == tree(tmp_path)


@pytest.mark.parametrize("kind", [ValueError, KeyboardInterrupt, SystemExit])
def test_a_build_that_fails_changes_nothing(tmp_path: Path, kind: type[BaseException]) -> None:
    """When the pages end in an error, every old byte is there and nothing is left of the new ones."""
    write(tmp_path, some_pages("a", "b/c", "d", mark="old"))
    before = {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()}

    def pages() -> Iterator[Page]:
        yield from some_pages("a", "b/c", "e", mark="new")
        raise kind

    with pytest.raises(kind):
        write(tmp_path, pages())
    assert {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()} == before
    assert not (tmp_path / STAGING).exists()


@pytest.mark.parametrize(
    "path",
    [
        *("", ".", "..", "/etc/passwd", "../x", "a/../../x", "a/..", "./a", "a/./b", "a//b", "a/", "/"),
        *("a\\b", "a\0b", "\ud800", "a/\udfff", MANIFEST, STAGING, f"{STAGING}/0"),
    ],
)
def test_a_path_that_leads_elsewhere_is_refused(tmp_path: Path, path: str) -> None:
    """A page's path is below the folder, is written in one way only, and is none of the writer's own."""
    assert refusal(tmp_path / "out", [*some_pages("a"), Page(path, b"x")]).code == "unsafe-path"
    assert tree(tmp_path) == {}


@pytest.mark.parametrize(
    "paths", [("a", "a"), ("a", "a/b"), ("a/b", "a"), ("a/b/c", "x", "a/b"), ("a/b", "x", "a/b")]
)
def test_two_pages_for_one_place_are_refused(tmp_path: Path, paths: tuple[str, ...]) -> None:
    """Two pages of one path, or one that is a folder for the other, stop the build; nothing is written."""
    assert refusal(tmp_path, some_pages(*paths)).code == "duplicate-page"
    assert tree(tmp_path) == {}


@pytest.mark.parametrize(
    "manifest",
    [
        b"",
        b"{",
        b"[]",
        b"5",
        b"{}",
        b'{"files": "old"}',
        b'{"files": {"old": 1}}',
        b'{"files": 5}',
        b"\xff",
        b"[" * 100_000,
    ],
    ids=lambda data: data[:20].decode("latin-1"),
)
def test_a_damaged_manifest_stops_the_build(tmp_path: Path, manifest: bytes) -> None:
    """Where the list of files cannot be read, nothing is guessed: no file is removed or written."""
    write(tmp_path, some_pages("old", "o"))
    (tmp_path / MANIFEST).write_bytes(manifest)
    assert refusal(tmp_path, some_pages("new")).code == "damaged-manifest"
    assert content(some_pages("old", "o")) == tree(tmp_path)


def test_a_hostile_manifest_reaches_nothing_outside(tmp_path: Path) -> None:
    """Paths of a manifest that lead out of the folder, through links too, remove nothing there."""
    out = tmp_path / "out"
    write(out, some_pages("stale"))
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "elsewhere" / "victim").write_text("mine")
    (tmp_path / "victim").write_text("mine")
    (out / "link").symlink_to("../elsewhere")
    (out / "sub").mkdir()
    files = [
        "../victim",
        str(tmp_path / "victim"),
        "sub/../../victim",
        "link/victim",
        "link/../victim",
        "..",
        ".",
    ]
    strange = [None, 5, ["a"], {"a": 1}, "", "\ud800/x", "a\0b", "a//b"]
    (out / MANIFEST).write_text(json.dumps({"version": 1, "files": [*files, *strange, "stale"]}))
    assert write(out, some_pages("new")) == Written(written=1, unchanged=0, removed=1)
    kept = {"elsewhere/victim": b"mine", "victim": b"mine", "out/link": b"../elsewhere", "out/new": b"new"}
    assert kept == tree(tmp_path)
    assert (tmp_path / "elsewhere").is_dir()


def test_a_second_writer_at_once_is_refused(tmp_path: Path) -> None:
    """While one build writes, another into the same folder ends at once; the first is not disturbed."""
    seen = []

    def pages() -> Iterator[Page]:
        yield from some_pages("a", mark="first")
        seen.append(refusal(tmp_path, some_pages("a", mark="second")).code)
        yield from some_pages("b", mark="first")

    write(tmp_path, pages())
    assert seen == ["output-busy"]
    assert content(some_pages("a", "b", mark="first")) == tree(tmp_path)
    assert write(tmp_path, some_pages("a", mark="third")) == Written(1, 0, 1)


OLD = some_pages("file", "folder/a", "folder/b", "changed", "same")
NEW = [*some_pages("file/inside", "folder", "same", "deep/new"), Page("changed", b"changed!")]
KILLED = """
import os, sys
from pathlib import Path
from publisher.model.output import Page
from publisher.writer import write
left = int(sys.argv[2])
def count(event, arguments):
    global left
    if event in ("os.rename", "os.remove"):
        left -= 1
        if left < 0:
            os._exit(9)
pages = [Page(path, data.encode()) for path, data in zip(sys.argv[3::2], sys.argv[4::2], strict=True)]
sys.addaudithook(count)
write(Path(sys.argv[1]), pages)
"""


@pytest.mark.parametrize("steps", range(9))
def test_the_next_build_completes_one_that_was_killed(tmp_path: Path, steps: int) -> None:
    """Killed after any number of renames and removals, the folder is made whole by the next build."""
    write(tmp_path, OLD)
    (tmp_path / "mine.txt").write_text("mine")
    words = [word for page in NEW for word in (page.path, page.content.decode())]
    command = [sys.executable, "-c", KILLED, str(tmp_path), str(steps), *words]
    assert subprocess.run(command, check=False).returncode == 9
    assert steps or {**content(OLD), "mine.txt": b"mine"}.items() <= tree(tmp_path).items()
    write(tmp_path, NEW)
    assert {**content(NEW), "mine.txt": b"mine"} == tree(tmp_path)
    assert not (tmp_path / STAGING).exists()


def test_the_next_build_completes_one_that_broke_off(tmp_path: Path) -> None:
    """If the disk refuses while files are moved, the next build makes the folder whole."""
    write(tmp_path, OLD)

    def pages() -> Iterator[Page]:
        yield from NEW
        (tmp_path / "deep").write_text("in the way")  # after its place was looked at

    with pytest.raises(OutputError) as caught:
        write(tmp_path, pages())
    assert (caught.value.code, str(tmp_path / "deep") in caught.value.message) == ("unwritable", True)
    (tmp_path / "deep").unlink()
    write(tmp_path, NEW)
    assert content(NEW) == tree(tmp_path)


@pytest.mark.parametrize("name", ["out", "out/below", "link"])
def test_a_folder_that_cannot_be_is_an_error_with_its_name(tmp_path: Path, name: str) -> None:
    """A file or a dead link in place of the folder is told, and left alone."""
    (tmp_path / "out").write_text("mine")
    (tmp_path / "link").symlink_to("nowhere")
    error = refusal(tmp_path / name, some_pages("a"))
    assert error.code == "unwritable"
    assert str(tmp_path / name) in error.message
    assert tree(tmp_path) == {"out": b"mine", "link": b"nowhere"}


def test_staging_that_is_no_folder_is_an_error(tmp_path: Path) -> None:
    """A link in place of the writer's own folder is not followed."""
    (tmp_path / "victim").mkdir()
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / STAGING).symlink_to("../victim")
    assert refusal(tmp_path / "out", some_pages("a")).code == "unwritable"
    assert {f"out/{STAGING}": b"../victim"} == tree(tmp_path)


def test_a_name_that_the_disk_refuses_stops_the_build(tmp_path: Path) -> None:
    """A page whose name is too long for the disk is told before anything is written."""
    write(tmp_path, some_pages("old"))
    assert refusal(tmp_path, some_pages("new", "x" * 300)).code == "unwritable"
    assert content(some_pages("old")) == tree(tmp_path)


def test_a_disk_that_takes_only_a_part_is_told(tmp_path: Path) -> None:
    """A file that the system cuts short stops the build; what was there stays whole."""
    resource = pytest.importorskip("resource")  # Windows has none
    write(tmp_path, some_pages("old"))
    before, most = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (4096, most))
    try:
        error = refusal(tmp_path, [Page("new", b"x" * 10_000)])
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (before, most))
    assert error.code == "unwritable"
    assert content(some_pages("old")) == tree(tmp_path)
