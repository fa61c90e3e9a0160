"""The door to the entries folder: which files are read, and what it says of those that cannot be."""

import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from builders import entry_text, some_settings
from checking import named, put, read, shown

from publisher.entries import reader
from publisher.errors import UsageError


def test_a_folder_that_is_not_there_is_a_usage_error(tmp_path: Path) -> None:
    """Without an entries folder there is nothing to check, and the hint says how to begin."""
    with pytest.raises(UsageError) as caught:
        read(tmp_path / "entries")
    assert (caught.value.code, caught.value.exit_code) == ("no-entries-folder", 2)
    assert "publisher init" in caught.value.hint


def test_an_empty_folder_is_read(tmp_path: Path) -> None:
    """No entries are no problem."""
    reading = read(tmp_path)
    assert (reading.library.entries, reading.problems, reading.looked_at) == ((), [], 0)


def test_texts_names_and_quotes_are_read_and_nothing_else(tmp_path: Path) -> None:
    """Markdown files are entries, those in quotes/ are quotes, names.yml at the top has the names."""
    put(
        tmp_path,
        {
            "2023/06/b.md": named("b"),
            "a.md": named("a"),
            "quotes/q.md": "---\nby: Guy Ryder\n---\nWords.\n",
            "names.yml": "topics: {pensions: Pensions}\n",
            "2023/names.yml": "not: [read",
            "README.md": "Not read.",
            "2023/README.md": "Not read.",
            "2023/notes.txt": "Not read.",
            "_drafts/c.md": "Not read.",
            "_d.md": "Not read.",
            ".git/e.md": "Not read.",
            ".f.md": "Not read.",
        },
    )
    reading = read(tmp_path)
    assert reading.problems == []
    assert [entry.path for entry in reading.library.entries] == ["2023/06/b.md", "a.md"]
    assert [quote.by for quote in reading.library.quotes] == ["Guy Ryder"]
    assert reading.library.names.topics["pensions"].for_language("en") == "Pensions"
    assert reading.looked_at == 4


def test_broken_files_keep_no_other_from_being_read(tmp_path: Path) -> None:
    """One run shows the problems of all files, and gives the entries that are whole."""
    put(
        tmp_path,
        {
            "a.md": b"\xff",
            "b.md": "---\ntitle: a: b\n---\n",
            "big.md": b"---\n" + b"x" * 10_000_000,
            "c.md": named("c"),
            "d.md": named("d", date="2023-02-29"),
            "deep.md": named("deep", "> " * 100_000),
            "names.yml": "topics: [a]",
            "quotes/q.md": "",
        },
    )
    reading = read(tmp_path)
    assert shown(reading) == [
        ("not-utf8", "entries/a.md"),
        ("invalid-yaml", "entries/b.md"),
        ("file-too-large", "entries/big.md"),
        ("invalid-date", "entries/d.md"),
        ("too-deep", "entries/deep.md"),
        ("invalid-value", "entries/names.yml"),
        ("no-front-matter", "entries/quotes/q.md"),
    ]
    assert [entry.id for entry in reading.library.entries] == ["c"]
    assert reading.looked_at == 8


def test_entries_are_seen_together(tmp_path: Path) -> None:
    """Ids, names, countries, translations and links are checked over the whole folder."""
    put(
        tmp_path,
        {
            "names.yml": "topics: {pensions: Pensions}\n",
            "a.md": named("x", "[c](c.md)", topics="[pension]", places="[LB, FR]"),
            "b.md": named("x"),
            "d.md": named("d"),
            "d.fr.md": entry_text(),
        },
    )
    reading = read(tmp_path)
    assert shown(reading) == [
        ("duplicate-id", "entries/a.md"),
        ("unknown-name", "entries/a.md"),
        ("unknown-name", "entries/a.md"),
        ("dead-link", "entries/a.md"),
        ("duplicate-id", "entries/b.md"),
    ]
    assert [entry.id for entry in reading.library.entries] == ["x", "x", "d-fr", "d"]


def test_progress_is_told(tmp_path: Path) -> None:
    """The number of texts done, and of all, is told now and then, and when all are done."""
    put(tmp_path, {"a.md": named("a"), "b.md": b"\xff", "names.yml": "", "c.png": b"", "quotes/q.md": ""})
    told: list[tuple[int, int]] = []
    reader.read(tmp_path, some_settings(), frozenset(), lambda done, of: told.append((done, of)))
    assert told == sorted(set(told))
    assert {of for _, of in told} == {4}
    assert (told[-1][0], len(told) > 1) == (4, True)


def test_other_folders_have_their_own_names(tmp_path: Path) -> None:
    """Places begin with the folder that the settings name."""
    put(tmp_path, {"a.md": b"\xff"})
    reading = reader.read(tmp_path, some_settings(paths={"entries": "content/news"}), frozenset())
    assert shown(reading) == [("not-utf8", "content/news/a.md")]


def test_links_out_of_the_folder_are_refused(tmp_path: Path) -> None:
    """A file that lies elsewhere is not published, whatever the link is called."""
    folder = tmp_path / "entries"
    put(tmp_path, {"secret.md": named("secret"), "entries/a.md": named("a")})
    (folder / "b.md").symlink_to(tmp_path / "secret.md")
    (folder / "key.png").symlink_to("/etc/passwd")
    (folder / "again.md").symlink_to("a.md")
    reading = read(folder)
    assert shown(reading) == [
        ("duplicate-id", "entries/a.md"),
        ("duplicate-id", "entries/again.md"),
        ("path-outside", "entries/b.md"),
        ("path-outside", "entries/key.png"),
    ]


def test_links_in_a_circle_are_refused(tmp_path: Path) -> None:
    """A link that leads to itself is a problem and no traceback."""
    (tmp_path / "a.md").symlink_to("b.md")
    (tmp_path / "b.md").symlink_to("a.md")
    assert shown(read(tmp_path)) == [("path-outside", "entries/a.md"), ("path-outside", "entries/b.md")]


def test_a_file_that_cannot_be_opened_is_a_problem(tmp_path: Path) -> None:
    """A link to nothing inside of the folder is told of, and the others are read."""
    (tmp_path / "a.md").symlink_to("nothing.md")
    put(tmp_path, {"b.md": named("b")})
    reading = read(tmp_path)
    assert shown(reading) == [("unreadable-file", "entries/a.md")]
    assert reading.problems[0].message == "the file cannot be read (No such file or directory)"
    assert [entry.id for entry in reading.library.entries] == ["b"]


@pytest.fixture
def open_folder() -> Iterator[Path]:
    """Return a folder that every user may enter; the test runs as nobody where it would run as root."""
    folder = Path(tempfile.mkdtemp())
    folder.chmod(0o755)
    was_root = os.geteuid() == 0
    try:
        (folder / "closed").mkdir(mode=0)
        if was_root:
            os.seteuid(65534)
        yield folder
    finally:
        if was_root:
            os.seteuid(0)
        shutil.rmtree(folder)


def test_a_folder_that_cannot_be_opened_is_a_problem(open_folder: Path) -> None:
    """Entries in a closed folder are not left out in silence."""
    assert shown(read(open_folder)) == [("unreadable-file", "entries/closed")]


def test_what_is_no_file_is_a_problem(tmp_path: Path) -> None:
    """A link to a folder is not followed, and nobody waits for a pipe."""
    put(tmp_path, {"2023/a.md": named("a")})
    (tmp_path / "again").symlink_to("2023")
    (tmp_path / "out").symlink_to(tmp_path.parent)
    os.mkfifo(tmp_path / "pipe.md")
    reading = read(tmp_path)
    assert shown(reading) == [
        ("unreadable-file", "entries/again"),
        ("path-outside", "entries/out"),
        ("unreadable-file", "entries/pipe.md"),
    ]
    assert [entry.path for entry in reading.library.entries] == ["2023/a.md"]


def test_a_name_that_is_no_utf8_is_a_problem(tmp_path: Path) -> None:
    """A file name of another encoding is shown so that a terminal can print it."""
    try:
        (tmp_path / os.fsdecode(b"caf\xe9.md")).write_text(named("a"), encoding="utf-8")
    except OSError:
        pytest.skip("this file system takes UTF-8 names only")
    assert shown(read(tmp_path)) == [("invalid-file-name", "entries/caf\\udce9.md")]


@pytest.mark.parametrize("name", ["a.MD", "b.markdown", "c.mdown"])
def test_an_entry_with_another_ending_is_not_passed_over(tmp_path: Path, name: str) -> None:
    """A file that looks like an entry and would not be read is a problem with the name to give it."""
    (tmp_path / name).write_text(entry_text(), encoding="utf-8")
    (problem,) = read(tmp_path).problems
    hint = f"rename it to {name.partition('.')[0]}.md"
    assert ("invalid-file-name", f"entries/{name}", hint) == (problem.code, problem.place.path, problem.hint)
