"""A build after an edit of words unpacks few entries, and only if it is sure that nothing else changed."""

import os
import shutil
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from builders import entry_text, some_settings
from folders import put, tree
from newsroom import NOW, SETTINGS, a_picture

from publisher.build import build
from publisher.cache import Cache
from publisher.check import check
from publisher.entries import reader
from publisher.entries.reader import Reading
from publisher.entries.shelf import Shelf
from publisher.errors import PublisherError
from publisher.model.entry import Entry
from publisher.project import load
from publisher.render import sitemap

LATER = 2**62
ZONE = ZoneInfo("Europe/Zurich")
MAY, JUNE = "entries/2023/05/a.md", "entries/2023/06/b.md"
NEWS: dict[str, str | bytes | None] = {
    "publisher.toml": SETTINGS,
    MAY: entry_text(id="a", date="2023-05-02"),
    "entries/2023/05/a.fr.md": entry_text("Des mots.", date="2023-05-02"),
    "entries/2023/05/p.png": a_picture(),
    "entries/2023/05/z.md": entry_text(
        "![P](p.png)", id="z", date="2023-05-02", updated="2023-07-01", expires="2030-01-01"
    ),
    JUNE: entry_text(id="b", date="2023-06-02", highlight="1"),
    "entries/2024/01/c.md": entry_text("See [b](../../2023/06/b.md).", id="c", date="2024-01-02"),
    "entries/pages/about.md": entry_text(id="about", date="", evergreen="true"),
}
WORDS = entry_text("Other words.", id="b", date="2023-06-02", highlight="1")


def _read(root: Path) -> Reading:
    shelf = Shelf(Cache(root / ".publisher/cache/entries"), b"maker", ZONE)
    return reader.read(root / "entries", some_settings(), frozenset(), shelf=shelf, began=LATER)


@pytest.mark.parametrize(
    ("path", "content", "expected"),
    [
        (JUNE, NEWS[JUNE], frozenset[str]()),
        (JUNE, WORDS, frozenset({"2023/06/b.md"})),
        (
            JUNE,
            entry_text(id="b", date="2023-06-02", highlight="1", summary="S."),
            frozenset({"2023/06/b.md"}),
        ),
        (JUNE, entry_text(id="b", date="2023-06-02", highlight="1", title="New"), None),
        (JUNE, entry_text(id="b", date="2023-06-03", highlight="1"), None),
        (JUNE, entry_text(id="b", date="2023-06-02"), None),
        (JUNE, entry_text("See [a](../05/a.md).", id="b", date="2023-06-02", highlight="1"), None),
        (JUNE, entry_text("Odd..", id="b", date="2023-06-02", highlight="1", summary="Odd.."), None),
        (JUNE, None, None),
        ("entries/2023/06/new.md", entry_text(id="new", date="2023-06-02"), None),
        ("entries/2023/05/p.png", a_picture(11), None),
        ("entries/names.yml", "topics: {}\n", None),
    ],
)
def test_it_is_known_whether_only_words_changed(
    tmp_path: Path, path: str, content: str | bytes | None, expected: frozenset[str] | None
) -> None:
    """Other words of an entry are told from all that its lists, its links or other pages may show."""
    put(tmp_path, NEWS)
    _read(tmp_path)
    (tmp_path / path).unlink(missing_ok=True)
    put(tmp_path, {path: content} if content else {})
    assert _read(tmp_path).known.edited == expected


def test_entries_that_wait_on_the_shelf_are_those_of_the_files(tmp_path: Path) -> None:
    """Whoever asks for them gets all entries, in their order and with their translations settled."""
    put(tmp_path, NEWS)
    _read(tmp_path)
    put(tmp_path, {JUNE: WORDS})
    found = _read(tmp_path)
    assert found.known.edited is not None
    fresh = reader.read(tmp_path / "entries", some_settings(), frozenset())
    assert [entry.id for entry in found.library.entries] == [entry.id for entry in fresh.library.entries]
    assert [entry.original for entry in found.library.entries] == [
        entry.original for entry in fresh.library.entries
    ]
    for entry in fresh.library.entries:
        assert found.library.body(entry.path) == entry.html
        assert found.digests[entry.path] == fresh.digests[entry.path]


class Newsroom:
    """A project that was built, is edited and built again."""

    def __init__(self, folder: Path) -> None:
        self.root, self.copy = folder / "project", folder / "copy"
        put(self.root, NEWS)
        self.build()

    def build(self, now: datetime = NOW, *, drafts: bool = False) -> None:
        """Build the project."""
        build(load(self.root, {}), now, drafts=drafts, began=LATER)

    def is_clean(self, now: datetime = NOW, *, drafts: bool = False) -> bool:
        """Build; tell whether the output is that of a build from nothing."""
        self.build(now, drafts=drafts)
        shutil.rmtree(self.copy, ignore_errors=True)
        put(self.copy, {path: (self.root / path).read_bytes() for path in self.inputs()})
        build(load(self.copy, {}), now, drafts=drafts)
        return tree(self.root / "out") == tree(self.copy / "out")

    def inputs(self) -> list[str]:
        """Return the files that people wrote."""
        files = (path.relative_to(self.root) for path in self.root.rglob("*") if path.is_file())
        return [path.as_posix() for path in files if path.parts[0] not in {"out", ".publisher"}]

    def reword(self, *paths: str) -> None:
        """Add words to entries."""
        for path in paths:
            put(self.root, {path: f"{(self.root / path).read_text(encoding='utf-8')}\nAnd more.\n"})


@pytest.fixture
def newsroom(tmp_path: Path) -> Newsroom:
    """Return a project that was built."""
    return Newsroom(tmp_path)


def test_an_edit_of_words_is_built_as_from_nothing(newsroom: Newsroom) -> None:
    """Entry by entry, and of several at once, also of translations and pages without a date."""
    for paths in ([MAY], [JUNE], ["entries/2024/01/c.md"], ["entries/2023/05/a.fr.md"], [MAY, JUNE]):
        newsroom.reword(*paths)
        assert newsroom.is_clean()
    newsroom.reword("entries/pages/about.md")
    assert newsroom.is_clean()


def test_a_check_between_two_builds_hides_no_edit(newsroom: Newsroom) -> None:
    """What a check found is on the shelf, but no build has shown it yet."""
    newsroom.reword(MAY)
    check(load(newsroom.root, {}), NOW, began=LATER)
    newsroom.reword(JUNE)
    assert newsroom.is_clean()
    put(newsroom.root, {"entries/2023/05/p.png": a_picture(12)})
    check(load(newsroom.root, {}), NOW, began=LATER)
    newsroom.reword(JUNE)
    assert newsroom.is_clean()


def test_a_build_that_failed_hides_no_edit(newsroom: Newsroom) -> None:
    """It read the entries, and then could not write."""
    newsroom.reword(MAY)
    manifest = newsroom.root / "out/.publisher.json"
    whole = manifest.read_bytes()
    manifest.write_bytes(b"{")
    with pytest.raises(PublisherError):
        newsroom.build()
    manifest.write_bytes(whole)
    newsroom.reword(JUNE)
    assert newsroom.is_clean()


def test_time_and_choices_count_beside_words(newsroom: Newsroom) -> None:
    """Entries that come, change or go by themselves do so also when words of others change."""
    for years in (7, -1, 0):
        newsroom.reword(JUNE)
        assert newsroom.is_clean(NOW + timedelta(days=366 * years))
    put(newsroom.root, {MAY: entry_text(id="a", date="2023-05-02", draft="true")})
    newsroom.build()
    newsroom.reword(JUNE)
    assert newsroom.is_clean(drafts=True)
    newsroom.reword(JUNE)
    assert newsroom.is_clean()


def test_templates_and_settings_count_beside_words(newsroom: Newsroom) -> None:
    """What decides over all pages makes all of them anew, whatever else was edited."""
    newsroom.reword(JUNE)
    put(newsroom.root, {"templates/site/footer.html": "<footer>New</footer>\n"})
    assert newsroom.is_clean()
    newsroom.reword(JUNE)
    put(newsroom.root, {"publisher.toml": f'outputs = ["digests", "feeds"]\n{SETTINGS}'})
    assert newsroom.is_clean()
    newsroom.reword(JUNE)
    put(
        newsroom.root,
        {"templates/site/archive.html": "{% for i in issues %}{{ i.entries[0].title }}{% endfor %}"},
    )
    assert newsroom.is_clean()
    newsroom.reword(JUNE)
    assert newsroom.is_clean()


@pytest.mark.parametrize("which", ["entries", "output"])
def test_an_older_cache_hides_no_edit(newsroom: Newsroom, which: str) -> None:
    """Entries and pages are kept apart; one of the two may be that of an earlier build."""
    kept = newsroom.root / ".publisher/cache" / which
    old = {path: path.read_bytes() for path in kept.rglob("*") if path.is_file() and path.name != "place"}
    newsroom.reword(MAY)
    newsroom.build()
    for path, data in old.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    newsroom.reword(JUNE)
    assert newsroom.is_clean()


def test_pages_that_were_harmed_are_made_again(newsroom: Newsroom) -> None:
    """Also those of months in which no words changed."""
    page = next((newsroom.root / "out/2023/05").rglob("index.html"))
    page.write_text("Harmed.", encoding="utf-8")
    os.utime(page, ns=(1, 1))
    newsroom.reword(JUNE)
    assert newsroom.is_clean()


def test_the_list_of_all_pages_is_not_asked_again(
    newsroom: Newsroom, monkeypatch: pytest.MonkeyPatch
) -> None:
    """After an edit of words nobody walks over all entries for the sitemap; a new entry is listed."""
    asked: list[str] = []

    def counted(entry: Entry) -> datetime:
        asked.append(entry.path)
        return changed(entry)

    changed = sitemap.changed
    monkeypatch.setattr(sitemap, "changed", counted)
    newsroom.reword(JUNE)
    newsroom.build()
    assert asked == []
    put(newsroom.root, {"entries/2023/06/new.md": entry_text(id="new", date="2023-06-02")})
    newsroom.build()
    assert "2023/06/new.md" in asked
    assert "2023/06/new/" in (newsroom.root / "out/sitemap.xml").read_text(encoding="utf-8")
