"""The output folder holds exactly the pages, and only what changed is written."""

import json
import os
from pathlib import Path

import pytest
from folders import content, refusal, some_pages, tree

from publisher.model.output import Page
from publisher.writer import MANIFEST, Written, opened, write

STAGING = ".publisher-staging"


def test_it_tells_where_it_did_something(tmp_path: Path) -> None:
    """The folders of files that came, changed or went are told, with those above; no others are."""
    write(tmp_path, some_pages("same/a", "b/c/changed", "gone/d"))
    pages = [*some_pages("same/a", "new/e/f"), *some_pages("b/c/changed", mark="2")]
    with opened(tmp_path) as output:
        output.take(output.put(page) for page in pages)
        output.finish()
        assert output.touched == {"", "b", "b/c", "gone", "new", "new/e"}


def test_pages_are_written_as_they_are(tmp_path: Path) -> None:
    """The folder holds exactly the pages, whatever their names, and the report counts them."""
    pages = [
        Page("index.html", b"\x00\xff"),
        *some_pages("2023/06/a/index.html", "media/صورة\n1.png", ".nojekyll"),
    ]
    assert write(tmp_path / "deep" / "out", pages) == Written(written=4, unchanged=0, removed=0)
    assert content(pages) == tree(tmp_path / "deep" / "out")


def test_a_page_without_bytes_is_written(tmp_path: Path) -> None:
    """An empty page is an empty file."""
    write(tmp_path / "out", [Page("empty.txt", b"")])
    assert tree(tmp_path / "out") == {"empty.txt": b""}


def test_unchanged_files_keep_their_time(tmp_path: Path) -> None:
    """Only files whose bytes differ are touched; of the same length counts as well."""
    write(tmp_path, some_pages("a", "b/c", mark="1"))
    for path in (tmp_path / "a", tmp_path / "b/c", tmp_path / MANIFEST):
        os.utime(path, ns=(1_000_000_000, 1_000_000_000))
    assert write(tmp_path, [*some_pages("a", mark="1"), *some_pages("b/c", mark="2")]) == Written(1, 1, 0)
    times = {name: (tmp_path / name).stat().st_mtime_ns for name in ("a", "b/c", MANIFEST)}
    assert times.pop("b/c") > 1_000_000_000
    assert times == {"a": 1_000_000_000, MANIFEST: 1_000_000_000}
    assert (tmp_path / "b/c").read_bytes() == b"b/c2"


def test_files_no_longer_made_are_removed(tmp_path: Path) -> None:
    """What an earlier build wrote goes, with its empty folders; what was put beside it stays."""
    write(tmp_path, some_pages("keep", "old/deep/a", "shared/b"))
    (tmp_path / "shared" / "mine.txt").write_text("mine")
    (tmp_path / "CNAME").write_text("mine")
    assert write(tmp_path, some_pages("keep")) == Written(written=0, unchanged=1, removed=2)
    assert tree(tmp_path) == {"keep": b"keep", "shared/mine.txt": b"mine", "CNAME": b"mine"}
    assert not (tmp_path / "old").exists()


def test_a_file_that_was_deleted_is_written_again(tmp_path: Path) -> None:
    """A page whose file somebody deleted comes back; a stale one that is gone is no trouble."""
    write(tmp_path, some_pages("a", "b", "old/c"))
    (tmp_path / "a").unlink()
    (tmp_path / "old/c").unlink()
    assert write(tmp_path, some_pages("a", "b")) == Written(written=1, unchanged=1, removed=0)
    assert content(some_pages("a", "b")) == tree(tmp_path)


@pytest.mark.parametrize(
    ("names", "shown"),
    [
        (["thesis.txt"], "thesis.txt"),
        (["c", "a", "b", ".gitignore"], "a, b, c"),
        (["e", "d", "c", "b", "a"], "a, b, c and 2 more"),
    ],
)
def test_a_folder_of_somebody_else_is_refused(tmp_path: Path, names: list[str], shown: str) -> None:
    """Where files lie that no build wrote, nothing is written, and the error names them."""
    for name in names:
        (tmp_path / name).write_text("mine")
    error = refusal(tmp_path, some_pages("index.html"))
    assert error.code == "foreign-folder"
    assert error.message.endswith(f"did not write: {shown}")
    assert sorted(names) == sorted(path.name for path in tmp_path.iterdir())


@pytest.mark.parametrize("name", [".gitignore", ".gitkeep", ".nojekyll", ".DS_Store"])
def test_files_of_the_trade_do_not_make_a_folder_foreign(tmp_path: Path, name: str) -> None:
    """A folder that holds only such a file is taken, and the file stays."""
    (tmp_path / name).write_text("*")
    write(tmp_path, some_pages("index.html"))
    assert {name: b"*", "index.html": b"index.html"} == tree(tmp_path)


def test_file_and_folder_change_places(tmp_path: Path) -> None:
    """What was a file may become a folder, and the other way round, as far as all in it is ours."""
    write(tmp_path, some_pages("a", "b/c/d", "b/e"))
    write(tmp_path, some_pages("a/x/y", "b"))
    assert content(some_pages("a/x/y", "b")) == tree(tmp_path)
    write(tmp_path, some_pages("a", "b/c/d", "b/e"))
    assert content(some_pages("a", "b/c/d", "b/e")) == tree(tmp_path)


def test_a_folder_with_somebody_elses_file_does_not_become_a_file(tmp_path: Path) -> None:
    """A folder of ours in which somebody put a file stays whole."""
    write(tmp_path, some_pages("b/c/d", "b/e"))
    (tmp_path / "b/c/mine.txt").write_text("mine")
    assert refusal(tmp_path, some_pages("b")).code == "foreign-file"
    assert {**content(some_pages("b/c/d", "b/e")), "b/c/mine.txt": b"mine"} == tree(tmp_path)


def test_the_manifest_is_the_same_for_the_same_pages(tmp_path: Path) -> None:
    """The list of files is in order, and does not depend on the order of the pages."""
    write(tmp_path / "one", some_pages("b", "a/ä", "c"))
    write(tmp_path / "two", some_pages("c", "b", "a/ä"))
    written = (tmp_path / "one" / MANIFEST).read_bytes()
    assert json.loads(written) == {"version": 1, "files": ["a/ä", "b", "c"]}
    assert (tmp_path / "two" / MANIFEST).read_bytes() == written
