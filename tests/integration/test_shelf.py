"""The shelf of entries: what is read from it is what the files say; what is lost or damaged is read again."""

import os
import sys
from pathlib import Path
from zoneinfo import ZoneInfo

import msgspec
import pytest
from builders import entry_text, some_settings
from folders import put
from hypothesis import given
from hypothesis import strategies as st
from newsroom import NOW, SETTINGS, a_picture

from publisher.build import build
from publisher.cache import MARK, Cache
from publisher.entries import reader
from publisher.entries.groups import GroupReader
from publisher.entries.index import INDEX
from publisher.entries.kept import groups_of
from publisher.entries.reader import Reading
from publisher.entries.shelf import Shelf
from publisher.errors import PublisherError
from publisher.model.entry import Entry
from publisher.project import load

ZONE = ZoneInfo("Europe/Zurich")
LATER = 2**62
NEWS: dict[str, str | bytes | None] = {
    "2023/06/a.md": entry_text(
        "See [b](b.md).\n\n![P](p.png)", id="a", event="{start: 2023-06-27, end: 2023-06-28}"
    ),
    "2023/06/a.fr.md": entry_text("Des mots."),
    "2023/06/b.md": entry_text(
        id="b",
        title="Odd..",
        date="2023-06-27T23:30-05:00",
        updated="2023-07-01",
        expires="2030-01-01",
        deadline="2023-07-01T12:00+02:00",
        event="{start: '2023-10-29T02:30', end: '2023-10-29T03:30', zone: America/New_York}",
        links="[{label: The paper, url: https://example.org/paper, rel: report}]",
        media="{url: https://example.org/talk.mp4, type: video/mp4, length: 1}",
        image="{src: p.png, alt: A hall, caption: The hall, credit: {holder: Ada, year: 2023}}",
    ),
    "2023/06/p.png": a_picture(),
    "2023/07/c.md": entry_text("", id="c", date="1850-06-27", deadline="2023-07-01", topics="[x, y]"),
    "about.md": entry_text(id="about", date="", evergreen="true"),
}


def _read(folder: Path, maker: bytes = b"maker", began: int = LATER) -> tuple[Reading, Shelf]:
    shelf = Shelf(Cache(folder.parent / ".publisher/cache/entries"), maker, ZONE)
    return reader.read(folder, some_settings(), frozenset(), shelf=shelf, began=began), shelf


def _written(tmp_path: Path) -> Path:
    put(tmp_path / "entries", NEWS)
    return tmp_path / "entries"


def test_entries_from_the_shelf_are_those_of_the_files(tmp_path: Path) -> None:
    """With all their fields, zones, problems and pictures; their HTML lies on the shelf."""
    folder = _written(tmp_path)
    plain = reader.read(folder, some_settings(), frozenset())
    for _ in range(3):
        found, _ = _read(folder)
        assert found.problems == plain.problems
        assert found.problems  # a warning
        assert found.library.pictures == plain.library.pictures
        for entry, expected in zip(found.library.entries, plain.library.entries, strict=True):
            assert found.library.body(entry.path) == expected.html
            assert msgspec.structs.replace(entry, html=expected.html) == expected
            assert repr(entry.published) == repr(expected.published)  # with its zone
            assert repr(entry.deadline) == repr(expected.deadline)
            assert repr(entry.event) == repr(expected.event)


def test_a_second_read_parses_nothing(tmp_path: Path) -> None:
    """Files that did not change are not opened, but where a crosscheck asks; nothing is kept anew."""
    folder = _written(tmp_path)
    _read(folder)
    before = {path: path.stat().st_ino for path in (tmp_path / ".publisher").rglob("*")}
    opened: list[str] = []
    sys.addaudithook(lambda what, args: opened.append(str(args[0])) if what == "open" and args else None)
    _read(folder)
    assert [path for path in opened if path in {f"{folder}/about.md", f"{folder}/2023/06/b.md"}] == []
    assert before == {path: path.stat().st_ino for path in (tmp_path / ".publisher").rglob("*")}


@pytest.mark.parametrize("sure", [True, False])
def test_of_a_young_file_the_bytes_count(tmp_path: Path, sure: bool) -> None:  # noqa: FBT001
    """A file whose stamp is the same is read all the same, unless the stamp is sure to tell."""
    folder = _written(tmp_path)
    _, shelf = _read(folder, began=LATER if sure else 0)
    _, shelf = _read(folder, began=LATER if sure else 0)
    kept = Shelf(Cache(tmp_path / ".publisher/cache/entries"), b"maker", ZONE)
    rows = {row.path: row for group in kept.groups for row in group.rows}
    (folder / "2023/06/b.md").write_text(entry_text("New.", id="b"), encoding="utf-8")
    stamps = {path: row.stamp for path, row in rows.items()}  # as a coarse clock would tell them
    found = GroupReader(folder, some_settings(), stamps, rows, shelf.body, 0).read(["2023/06/b.md"])
    assert (found.pieces == [b"<p>New.</p>"]) is not sure


def test_the_same_bytes_under_another_time_are_not_parsed(tmp_path: Path) -> None:
    """In a fresh clone all times are new; what was kept serves on."""
    folder = _written(tmp_path)
    before, _ = _read(folder)
    for path in folder.rglob("*.md"):
        os.utime(path, ns=(1, 1))
    found, _ = _read(folder)
    kept = Shelf(Cache(tmp_path / ".publisher/cache/entries"), b"maker", ZONE)
    assert {row.stamp.split()[0] for group in kept.groups for row in group.rows} == {"1"}
    assert found.library.entries == before.library.entries


@pytest.mark.parametrize("data", [b"", b"\x00", b"\x93\x01\x02\x03", b"{}", b"\xc1", b"\x91" * 5000])
def test_an_index_that_is_none_counts_as_not_there(tmp_path: Path, data: bytes) -> None:
    """Whatever stands under the index's key, also with a right checksum, the entries are read."""
    folder = _written(tmp_path)
    before, _ = _read(folder)
    cache = Cache(tmp_path / ".publisher/cache/entries")
    cache.put(INDEX, data)
    found, _ = _read(folder)
    assert found.library.entries == before.library.entries


def test_another_program_or_other_settings_read_all_again(tmp_path: Path) -> None:
    """The index of another maker is not looked at."""
    folder = _written(tmp_path)
    _read(folder)
    cache = Cache(tmp_path / ".publisher/cache/entries")
    assert Shelf(cache, b"maker", ZONE).groups
    assert Shelf(cache, b"another", ZONE).groups == ()


def test_html_that_is_lost_is_made_again(tmp_path: Path) -> None:
    """If HTML goes while a build runs, its file is parsed once more; a file that changed is an error."""
    folder = _written(tmp_path)
    found, _ = _read(folder)
    for path in (tmp_path / ".publisher/cache/entries").rglob("*"):
        if path.is_file():
            path.unlink()
    assert found.library.body("2023/06/a.fr.md") == "<p>Des mots.</p>"
    (folder / "2023/06/a.fr.md").write_text(entry_text("Autres."), encoding="utf-8")
    found, _ = _read(folder)
    for path in (tmp_path / ".publisher/cache/entries").rglob("*"):
        if path.is_file():
            path.unlink()
    (folder / "2023/06/a.fr.md").write_text(entry_text("Encore."), encoding="utf-8")
    with pytest.raises(PublisherError) as caught:
        found.library.body("2023/06/a.fr.md")
    assert (caught.value.code, caught.value.hint) == ("changed-meanwhile", "build again")


@pytest.mark.parametrize("is_edited", [False, True])
def test_each_file_of_the_shelf_may_be_lost(tmp_path: Path, is_edited: bool) -> None:  # noqa: FBT001
    """Whichever one goes, before entries are read or while words of one are new, they are what files say."""
    folder = _written(tmp_path)
    kept = tmp_path / ".publisher/cache/entries"
    _read(folder)
    for number in range(sum(path.is_file() for path in kept.rglob("*"))):
        if is_edited:
            (folder / "2023/07/c.md").write_text(
                entry_text(f"Words {number}.", id="c", date="1850-06-27", deadline="2023-07-01"), "utf-8"
            )
        plain = reader.read(folder, some_settings(), frozenset())
        _read(folder)
        files = sorted(path for path in kept.rglob("*") if path.is_file())
        files[number % len(files)].unlink()  # HTML that was lost comes back when its group changes
        found, _ = _read(folder)
        assert found.problems == plain.problems
        for entry, expected in zip(found.library.entries, plain.library.entries, strict=True):
            assert found.library.body(entry.path) == expected.html
            assert msgspec.structs.replace(entry, html=expected.html) == expected
            assert found.digests[entry.path]
        again, _ = _read(folder)
        assert again.library.entries == found.library.entries


def _edited_beside_a_lost_group(folder: Path) -> tuple[list[Entry], Reading]:
    """Return entries, and what was read once words of b.md changed and the entries of about.md were lost."""
    put(folder, {"about.md": NEWS["about.md"], "2023/06/b.md": entry_text("Old.", id="b")})
    _read(folder)
    found, shelf = _read(folder)
    before = list(found.library.entries)
    (folder / "2023/06/b.md").write_text(entry_text("New.", id="b"), encoding="utf-8")
    rows = next(head.rows for head in shelf.table.heads if "about.md" in head.names)
    (folder.parent / ".publisher/cache/entries" / rows[:2] / rows[2:]).unlink()
    found, _ = _read(folder)
    assert set(found.known.edited or ()) == {"2023/06/b.md"}
    return before, found


def test_entries_that_are_lost_while_words_are_new_are_read_again(tmp_path: Path) -> None:
    """A group that the table knows and that is gone comes from its files, and is kept again."""
    before, found = _edited_beside_a_lost_group(tmp_path / "entries")
    assert found.known.entry
    assert found.known.entry("about.md") == before[-1]
    kept = Shelf(Cache(tmp_path / ".publisher/cache/entries"), b"maker", ZONE)
    assert [len(group.rows) for group in kept.groups] == [1, 1]


def test_a_lost_group_whose_files_changed_meanwhile_is_an_error(tmp_path: Path) -> None:
    """As with HTML that is lost: what was told of the old files would not fit the new ones."""
    _, found = _edited_beside_a_lost_group(tmp_path / "entries")
    (tmp_path / "entries/about.md").write_text(entry_text("Others.", id="about", date="", evergreen="true"))
    assert found.known.entry
    with pytest.raises(PublisherError) as caught:
        found.known.entry("about.md")
    assert (caught.value.code, caught.value.hint) == ("changed-meanwhile", "build again")


def test_what_belongs_to_groups_that_are_no_more_is_dropped(tmp_path: Path) -> None:
    """The cache holds entries and HTML of the present groups and no others, however often entries change."""
    folder = _written(tmp_path)
    shelf = None
    for number in range(5):
        (folder / "2023/06/b.md").write_text(entry_text(f"Words {number}.", id="b"), encoding="utf-8")
        _, shelf = _read(folder)
    files = [
        path
        for path in (tmp_path / ".publisher/cache/entries").rglob("*")
        if path.is_file() and path.name != MARK
    ]
    assert len(files) == 1 + 2 * len(groups_of(sorted(path for path in NEWS if path.endswith(".md"))))
    assert shelf
    assert shelf.body("2023/06/b.md") == "<p>Words 4.</p>"


PATHS = st.lists(st.from_regex(r"[ab]/[a-z]{1,3}\.md", fullmatch=True), unique=True, max_size=300).map(sorted)


@given(PATHS, st.from_regex(r"[ab]/[a-z]{1,3}\.md", fullmatch=True))
def test_a_new_file_changes_its_own_group_alone(paths: list[str], new: str) -> None:
    """Groups hold all paths in order, none of two folders; one path more changes or parts one group."""
    before, after = groups_of(paths), groups_of(sorted({*paths, new}))
    assert [path for group in after for path in group] == sorted({*paths, new})
    assert all(len({path.partition("/")[0] for path in group}) == 1 for group in after)
    others = [group for group in before if group not in after]
    assert len(others) <= 1
    assert {path for group in after if group not in before for path in group} <= {
        new,
        *(path for group in others for path in group),
    }


@pytest.mark.parametrize("in_place", ["file", "link", "read-only"])
def test_a_cache_that_cannot_be_written_costs_time_alone(tmp_path: Path, in_place: str) -> None:
    """With a file or a link in its place, or where nothing can be written, a build is a clean one."""
    put(tmp_path, {"publisher.toml": SETTINGS, **{f"entries/{path}": data for path, data in NEWS.items()}})
    build(load(tmp_path, {}), NOW)
    cache = tmp_path / ".publisher/cache"
    if in_place == "read-only":
        for path in [*cache.rglob("*"), cache]:
            path.chmod(0o500 if path.is_dir() else 0o400)
    else:
        cache.rename(tmp_path / "away")
        cache.write_bytes(b"") if in_place == "file" else cache.symlink_to(tmp_path / "away")
    for words in ("New words.", "Newer words."):
        (tmp_path / "entries/2023/06/b.md").write_text(entry_text(words, id="b"), encoding="utf-8")
        build(load(tmp_path, {}), NOW)
        assert words.encode() in (tmp_path / "out/2023/06/b/index.html").read_bytes()
    for path in [cache, *cache.rglob("*")] if in_place == "read-only" else ():
        path.chmod(0o700)


def test_texts_that_are_the_same_are_held_once(tmp_path: Path) -> None:
    """Of a newsletter in the memory: a summary without signs, ids that are addresses, and keys of entries."""
    put(tmp_path, {f"{name}.md": entry_text(id=name, topics="[care, x]", summary="W.") for name in "abc"})
    found, _ = _read(tmp_path)
    first, *others = found.library.entries
    assert first.summary is first.summary_html
    assert first.id is first.slug is first.original
    for other in others:
        assert other.kind is first.kind
        assert other.lang is first.lang
        assert [*map(id, other.topics)] == [*map(id, first.topics)]
