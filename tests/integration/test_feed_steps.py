"""What a subscriber meets from build to build: new items are new, changed ones change, others stay."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from newsroom import NOW, TAG, TOP, Newsroom, as_reader, times_of

COUNT = 12
XML = pytest.mark.parametrize("name", ["atom.xml", "rss.xml"])


class _Subscriber:
    """Remembers items by their ids, as feed readers do."""

    def __init__(self) -> None:
        self.known: dict[str, tuple[Any, ...]] = {}

    def read(self, data: bytes) -> tuple[list[str], list[str], list[str]]:
        """Return the ids of items that are new, that have changed, and that the feed holds no more."""
        entries = {entry.id.removeprefix(TAG): self._row(entry) for entry in as_reader(data).entries}
        new = [name for name in entries if name not in self.known]
        changed = [name for name, row in entries.items() if name in self.known and self.known[name] != row]
        gone = [name for name in self.known if name not in entries]
        self.known = entries
        return new, changed, gone

    @staticmethod
    def _row(entry: Any) -> tuple[Any, ...]:
        return entry.title, entry.link, entry.summary, entry.content[0].value, times_of(entry)


@pytest.fixture
def room(tmp_path: Path) -> Newsroom:
    """Return a newsletter of two months, not built yet; all entries give a day alone."""
    made = Newsroom(tmp_path)
    for number in range(COUNT):
        month, day = "11" if number % 3 else "10", number % 2 + 1
        made.write(f"2025/{month}/entry-{number}.md", title=f"Entry {number}", date=f"2025-{month}-0{day}")
    return made


@XML
def test_four_builds(room: Newsroom, name: str) -> None:
    """First all are new; then nothing; then one, on a day that has others; then that one changes."""
    subscriber, steps = _Subscriber(), []
    room.build()
    steps.append(subscriber.read(room.read(name)))
    room.build(NOW + timedelta(days=1))
    steps.append(subscriber.read(room.read(name)))
    room.write("2025/11/added.md", title="Added", date="2025-11-01")
    room.build(NOW + timedelta(days=2))
    steps.append(subscriber.read(room.read(name)))
    room.write("2025/11/added.md", "Mended.", title="Added", date="2025-11-01", updated="2025-11-05")
    room.build(NOW + timedelta(days=3))
    steps.append(subscriber.read(room.read(name)))
    assert sorted(steps[0][0]) == sorted(f"entry-{number}" for number in range(COUNT))
    assert steps[0][1:] == ([], [])
    assert steps[1:] == [([], [], []), (["added"], [], []), ([], ["added"], [])]
    assert len(subscriber.known) == COUNT + 1


def test_an_unchanged_build_touches_no_file(room: Newsroom) -> None:
    """Same bytes and same time of change, so that servers and readers see nothing new."""
    room.build()
    before = room.stamps()
    report = room.build(NOW + timedelta(days=100))
    assert room.stamps() == before
    assert (report.written.written, report.written.removed) == (0, 0)


def test_an_edit_rewrites_only_the_feeds_that_hold_the_entry(room: Newsroom) -> None:
    """Feeds of other months, kinds and languages keep their bytes and their time of change."""
    room.write("2025/11/talk.md", date="2025-11-03", kind="event", topics="[cash]")
    room.write("2025/11/mot.fr.md", date="2025-11-03")
    room.build()
    before = room.stamps()
    room.write("2025/11/talk.md", "Mended.", date="2025-11-03", kind="event", topics="[cash]")
    room.build()
    changed = [path for path, stamp in room.stamps().items() if before.get(path) != stamp]
    folders = ("", "2025/11/", "all/", "kinds/event/", "topics/cash/")
    formats = ("atom.xml", "feed.json", "rss.xml")
    expected = {folder + name for folder in folders for name in formats}
    expected -= {"2025/11/rss.xml", "2025/11/feed.json"}
    assert {path for path in changed if path.endswith(formats)} == expected
    assert [path for path in changed if path.endswith((".css", ".opml", ".ics"))] == []


@XML
def test_an_entry_is_one_item_whatever_it_is_called(room: Newsroom, name: str) -> None:
    """A new title, a moved file, and thereby a new address, change the item in place."""
    subscriber = _Subscriber()
    room.build()
    subscriber.read(room.read(name))
    room.write("2025/11/entry-1.md", title="Another title", date="2025-11-02", id="entry-1")
    room.build()
    assert subscriber.read(room.read(name)) == ([], ["entry-1"], [])
    room.move("2025/11/entry-1.md", "2025/11/another-file.md")
    room.build()
    assert subscriber.read(room.read(name)) == ([], ["entry-1"], [])
    assert subscriber.known["entry-1"][:2] == ("Another title", f"{TOP}2025/11/another-file/")
    room.move("2025/11/another-file.md", "elsewhere/another-file.md")
    room.build()
    assert subscriber.read(room.read(name)) == ([], [], [])


@XML
def test_entries_of_one_day_have_times_of_their_own(room: Newsroom, name: str) -> None:
    """Distinct, on that day, and not moved by an entry that joins them."""
    for number in range(30):
        room.write(f"2025/12/day-{number}.md", date="2025-12-24")
    room.build()
    before = {entry.id: entry.published for entry in as_reader(room.read(name)).entries}
    room.write("2025/12/joined.md", date="2025-12-24")
    room.build()
    entries = as_reader(room.read(name)).entries
    times = [entry.published_parsed for entry in entries if "day-" in entry.id or "joined" in entry.id]
    assert len(set(times)) == 31
    assert {tuple(time[:3]) for time in times} == {(2025, 12, 24)}
    assert {entry.id: entry.published for entry in entries if entry.id in before} == before


@XML
def test_updated_is_what_the_entry_says(room: Newsroom, name: str) -> None:
    """Without the field an edit leaves the times; with it the item and the feed have its time."""
    room.write("2025/11/entry-1.md", title="Entry 1", date="2025-11-02", updated="2025-12-24T12:00Z")
    room.build()
    read = as_reader(room.read(name))
    times = {entry.id.removeprefix(TAG): times_of(entry) for entry in read.entries}
    assert times["entry-1"][0][:3] == (2025, 11, 2)
    assert times["entry-1"][1][:4] == (2025, 12, 24, 12)
    assert read.feed.updated_parsed[:4] == (2025, 12, 24, 12)
    others = [pair for identity, pair in times.items() if identity != "entry-1"]
    assert [pair for pair in others if pair[1] not in {None, pair[0]}] == []
    room.write("2025/11/entry-2.md", "Edited in silence.", title="Entry 2", date="2025-11-01")
    room.build()
    after = as_reader(room.read(name))
    edited = next(entry for entry in after.entries if entry.id == f"{TAG}entry-2")
    assert times_of(edited) == times["entry-2"]
    assert after.feed.updated == read.feed.updated


@XML
def test_what_is_no_more_published_is_gone(room: Newsroom, name: str) -> None:
    """A draft, an expired entry and a deleted file leave their feeds, and nothing else stirs."""
    subscriber = _Subscriber()
    room.write("2025/12/short.md", date="2025-12-01", expires="2026-01-02")
    room.build()
    subscriber.read(room.read(name))
    room.write("2025/11/entry-1.md", title="Entry 1", date="2025-11-02", draft="true")
    (room.root / "entries" / "2025" / "11" / "entry-2.md").unlink()
    room.build(NOW + timedelta(days=10))
    new, changed, gone = subscriber.read(room.read(name))
    assert (new, changed, sorted(gone)) == ([], [], ["entry-1", "entry-2", "short"])
    assert not (room.out / "2025" / "12" / "atom.xml").exists()


@XML
def test_the_future_is_not_told(room: Newsroom, name: str) -> None:
    """A future entry is in no feed until its time has come, and then it is new."""
    subscriber = _Subscriber()
    room.write("2026/01/future.md", date="2026-01-20T12:00Z")
    room.build(datetime(2026, 1, 20, 11, 59, tzinfo=UTC))
    assert "future" not in subscriber.read(room.read(name))[0]
    assert not any(b"future" in data for data in room.feeds().values())
    room.build(datetime(2026, 1, 20, 12, 0, tzinfo=UTC))
    assert subscriber.read(room.read(name)) == (["future"], [], [])


@XML
def test_an_entry_older_than_the_window_is_in_its_month(tmp_path: Path, name: str) -> None:
    """It leaves the main feed when newer ones come, and its archive still holds it."""
    room = Newsroom(tmp_path)
    settings = room.root / "publisher.toml"
    settings.write_text(f"{settings.read_text(encoding='utf-8')}[feeds]\nsize = 2\n", encoding="utf-8")
    for month in ("09", "10"):
        room.write(f"2025/{month}/entry-{month}.md", date=f"2025-{month}-05")
    subscriber = _Subscriber()
    room.build()
    assert sorted(subscriber.read(room.read(name))[0]) == ["entry-09", "entry-10"]
    room.write("2025/11/entry-11.md", date="2025-11-05")
    room.build()
    assert subscriber.read(room.read(name)) == (["entry-11"], [], ["entry-09"])
    archive = as_reader(room.read("2025/09/atom.xml"))
    assert [entry.id for entry in archive.entries] == [f"{TAG}entry-09"]
