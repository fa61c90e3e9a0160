"""Which feeds there are, what each holds, and the archives of finished months (RFC 5005)."""

from collections import Counter
from typing import Any

import pytest
from builders import an_entry, some_settings
from editions import an_edition, feeds_of, whole_feeds
from newsroom import SPACES, TAG, TOP, as_reader, as_tree

from publisher.model.edition import Edition
from publisher.model.entry import Entry

# Five months with 3, 2, 1, 4 and 2 entries; the newest is the running one.
MONTHS = {"2025/12": 2, "2025/11": 4, "2025/09": 1, "2025/08": 2, "2024/12": 3}
FINISHED = list(MONTHS)[1:]


def _entries() -> list[Entry]:
    return [
        an_entry(
            f"{month}/{month.replace('/', '-')}-{number}.md", date=f"{month.replace('/', '-')}-0{number}"
        )
        for month, count in MONTHS.items()
        for number in range(1, count + 1)
    ]


def _edition(*more: Entry, size: int = 50, without: str = "") -> Edition:
    replaced = {entry.id for entry in more}
    kept = [entry for entry in _entries() if entry.id not in {*replaced, without}]
    return an_edition(*kept, *more, settings=some_settings(feeds={"size": size}))


def _archives(feeds: dict[str, bytes]) -> dict[str, bytes]:
    """Return the documents of months, by month."""
    return {path[:7]: data for path, data in feeds.items() if path[:4].isdigit()}


def _link(root: Any, rel: str) -> str:
    (found,) = [link.get("href") for link in root.findall("a:link", SPACES) if link.get("rel") == rel] or [""]
    return str(found)


def _ids(root: Any) -> list[str]:
    return [node.text.removeprefix(TAG) for node in root.findall("a:entry/a:id", SPACES)]


def _follow(feeds: dict[str, bytes], path: str) -> list[tuple[str, list[str]]]:
    """Return the documents that a reader meets from *path* on by prev-archive, with the ids in each."""
    met: list[tuple[str, list[str]]] = []
    while path:
        assert path not in dict(met), "the archives lead back"
        root = as_tree(feeds[path])
        met.append((path, _ids(root)))
        path = _link(root, "prev-archive").removeprefix(TOP)
    return met


def test_the_newsletter_each_language_kind_and_topic_has_a_feed() -> None:
    """In the order in which people are shown them; a folder has all formats, but a month is Atom alone."""
    edition = an_edition(
        an_entry("2025/12/talk.md", date="2025-12-01", kind="event", topics="[cash, aid]"),
        an_entry("2025/12/talk.fr.md", date="2025-12-01", kind="event", id="talk-fr"),
        an_entry("2025/11/word.md", date="2025-11-01", topics="[cash]"),
        an_entry("pages/about.ar.md", evergreen="true", id="about", kind="report", topics="[aid]"),
    )
    feeds = whole_feeds(edition)
    assert [feed.folder for feed in feeds] == [
        "all/",
        "",
        "kinds/news/",
        "kinds/event/",
        "topics/aid/",
        "topics/cash/",
        "2025/12/",
        "2025/11/",
        "fr/",
        "fr/kinds/event/",
        "fr/2025/12/",
    ]
    ids = {feed.folder: [item.id.removeprefix(TAG) for item in feed.items] for feed in feeds}
    assert sorted(ids["all/"]) == ["talk", "talk-fr", "word"]
    assert (ids[""], ids["topics/cash/"], ids["topics/aid/"]) == (["talk", "word"],) * 2 + (["talk"],)
    assert (ids["kinds/news/"], ids["fr/kinds/event/"]) == (["word"], ["talk-fr"])
    formats = {feed.folder: feed.formats for feed in feeds}
    assert {folder for folder, names in formats.items() if names == ("atom.xml",)} == {
        "2025/12/",
        "2025/11/",
        "fr/2025/12/",
    }
    assert {names for names in formats.values() if len(names) > 1} == {("atom.xml", "rss.xml", "feed.json")}


def test_feeds_are_told_apart_by_id_and_title() -> None:
    """Each has an id of its own, which no entry has, and says in its title what it holds."""
    edition = an_edition(
        an_entry("2025/12/talk.md", date="2025-12-01", kind="event", topics="[cash]"),
        an_entry("2025/12/talk.fr.md", date="2025-12-01", kind="event", id="talk-fr"),
    )
    feeds = whole_feeds(edition)
    names = {
        feed.id.removeprefix(TAG): (feed.title, feed.lang, feed.home.removeprefix(TOP)) for feed in feeds
    }
    assert names == {
        "feed:all": ("Example News: All languages", "en", ""),
        "feed:en": ("Example News", "en", ""),
        "feed:en:kind:event": ("Example News: Events", "en", ""),
        "feed:en:topic:cash": ("Example News: cash", "en", ""),
        "feed:en:2025-12": ("Example News: December 2025", "en", "2025/12/"),
        "feed:fr": ("Nouvelles", "fr", "fr/"),
        "feed:fr:kind:event": ("Nouvelles\xa0: Événements", "fr", "fr/"),
        "feed:fr:2025-12": ("Nouvelles\xa0: Décembre 2025", "fr", "fr/2025/12/"),
    }


def test_one_language_needs_no_feed_of_all() -> None:
    """Where one language has entries, its feed is that of the whole newsletter."""
    assert "all/" not in [feed.folder for feed in whole_feeds(_edition())]


@pytest.mark.parametrize("size", [1, 3, 12, 50])
def test_feeds_hold_the_newest_entries(size: int) -> None:
    """As many as the setting says; documents of months hold all of theirs."""
    feeds = {feed.folder: feed for feed in whole_feeds(_edition(size=size))}
    newest = [item.id for item in feeds[""].items]
    assert len(newest) == min(size, 12)
    assert newest[0] == f"{TAG}2025-12-2"
    assert [item.id for item in feeds["kinds/news/"].items] == newest
    assert {
        folder.rstrip("/"): len(feed.items) for folder, feed in feeds.items() if folder[:1] == "2"
    } == MONTHS


@pytest.mark.parametrize(
    ("size", "first"),
    [
        (1, "2025/12"),
        (2, "2025/11"),
        (3, "2025/11"),
        (6, "2025/09"),
        (7, "2025/08"),
        (11, "2024/12"),
        (12, ""),
    ],
)
def test_following_the_archives_meets_every_entry(size: int, first: str) -> None:
    """From the main feed backwards, month by month, starting where the main feed ends."""
    met = _follow(feeds_of(_edition(size=size)), "atom.xml")
    assert {name for _, ids in met for name in ids} == {entry.id for entry in _entries()}
    assert [path for path, _ in met[1:2]] == ([f"{first}/atom.xml"] if first else [])
    months = [path[:7] for path, _ in met[1:]]
    assert months == sorted(months, reverse=True)
    skipped = [month for month in MONTHS if month not in months]
    assert skipped == list(MONTHS)[: len(skipped)]


def test_archives_hold_each_entry_of_a_finished_month_once() -> None:
    """Together they are the whole history before the running month, without anything twice."""
    feeds = _archives(feeds_of(_edition(size=2)))
    finished = [name for month in FINISHED for name in _ids(as_tree(feeds[month]))]
    assert Counter(finished) == Counter(
        entry.id for entry in _entries() if not entry.id.startswith("2025-12")
    )


@pytest.mark.parametrize("size", [1, 50])
def test_only_finished_months_are_archives(size: int) -> None:
    """fh:archive and `current` stand on them and on nothing else; each leads to the one before."""
    feeds = feeds_of(_edition(size=size))
    archives = _archives(feeds)
    assert list(archives) == list(MONTHS)
    for path, data in feeds.items():
        if path.endswith(".xml"):
            root = as_tree(data)
            is_archive = path[:7] in FINISHED
            assert (root.find("fh:archive", SPACES) is not None) == is_archive, path
            assert _link(root, "current") == (f"{TOP}atom.xml" if is_archive else "")
            assert (b"purl.org/syndication/history" in data) == is_archive
    before = [*(f"{TOP}{month}/atom.xml" for month in FINISHED), ""]
    assert [_link(as_tree(data), "prev-archive") for data in archives.values()] == before


def test_each_language_has_archives_of_its_own() -> None:
    """French months lead to French months, and to the French feed, whatever there is in English."""
    french = [
        an_entry(f"2025/{month}/mot.fr.md", date=f"2025-{month}-01", id=f"mot-{month}")
        for month in ("09", "10", "12")
    ]
    feeds = feeds_of(_edition(*french, size=1))
    met = _follow(feeds, "fr/atom.xml")
    assert [path for path, _ in met] == ["fr/atom.xml", "fr/2025/10/atom.xml", "fr/2025/09/atom.xml"]
    assert _link(as_tree(feeds["fr/2025/09/atom.xml"]), "current") == f"{TOP}fr/atom.xml"
    assert _link(as_tree(feeds["fr/2025/12/atom.xml"]), "current") == ""
    assert _link(as_tree(feeds["all/atom.xml"]), "prev-archive") == ""


def test_no_feed_names_the_next_archive() -> None:
    """Such a link would rewrite a finished month when the next one is finished."""
    assert [path for path, data in feeds_of(_edition(size=1)).items() if b"next-archive" in data] == []


def test_archive_links_stand_in_feeds_to_subscribe_to_and_in_months_alone() -> None:
    """Readers of a kind, a topic or RSS are not led into archives that hold other things."""
    feeds = feeds_of(_edition(size=1))
    linked = {path for path, data in feeds.items() if b"prev-archive" in data}
    assert linked == {"atom.xml", *(f"{month}/atom.xml" for month in list(MONTHS)[:-1])}


@pytest.mark.parametrize(
    ("edition", "expected"),
    [
        (_edition(an_entry("2025/12/new.md", date="2025-12-20")), ["2025/12"]),
        (_edition(an_entry("2025/12/new.md", date="2025-12-02")), ["2025/12"]),
        (_edition(an_entry("2026/01/new.md", date="2026-01-02")), ["2026/01", "2025/12"]),
        (_edition(an_entry("2025/11/new.md", date="2025-11-20")), ["2025/11"]),
        (_edition(an_entry("2025/08/2025-08-1.md", "Edited.", date="2025-08-01")), ["2025/08"]),
        (_edition(an_entry("2025/08/2025-08-1.md", date="2025-08-01", title="Renamed")), ["2025/08"]),
        (_edition(an_entry("2025/08/2025-08-1.md", date="2025-08-02")), ["2025/08"]),
        (_edition(an_entry("2025/08/2025-08-1.md", date="2025-11-02")), ["2025/11", "2025/08"]),
        (_edition(without="2025-08-1"), ["2025/08"]),
        (_edition(an_entry("2025/08/mot.fr.md", date="2025-08-01", id="mot")), []),
        (_edition(an_entry("pages/about.md", evergreen="true")), []),
        (_edition(size=1), []),
        (_edition(an_entry("2025/10/new.md", date="2025-10-20")), ["2025/11", "2025/10"]),
        (_edition(without="2025-09-1"), ["2025/11"]),
    ],
    ids=[
        "added-now",
        "added-now-on-a-day-that-has-one",
        "a-month-ends",
        "added-late",
        "edited",
        "renamed",
        "another-day",
        "another-month",
        "removed",
        "another-language",
        "a-lasting-page",
        "another-size",
        "a-gap-filled",
        "a-month-emptied",
    ],
)
def test_a_finished_month_keeps_its_bytes(edition: Edition, expected: list[str]) -> None:
    """Until one of its entries changes, or the month before it comes or goes, to which it leads."""
    before, after = _archives(feeds_of(_edition())), _archives(feeds_of(edition))
    kept = {month for month in after if before.get(month) == after[month]}
    assert [month for month in after if month not in kept] == expected


@pytest.mark.parametrize("change", [{"hub": "https://hub.example.org/"}, {"ttl": 5}])
def test_settings_of_polling_leave_the_months_alone(change: dict[str, Any]) -> None:
    """A new hub is news for those who subscribe, not for the archives."""
    plain = feeds_of(an_edition(*_entries()))
    changed = feeds_of(an_edition(*_entries(), settings=some_settings(feeds=change)))
    assert _archives(plain) == _archives(changed)
    assert plain["rss.xml"] != changed["rss.xml"]


def test_feedparser_can_read_an_archive() -> None:
    """An archive is an Atom feed like the others to readers that know nothing of archives."""
    read = as_reader(feeds_of(_edition(size=1))["2025/08/atom.xml"])
    assert [entry.id for entry in read.entries] == [f"{TAG}2025-08-2", f"{TAG}2025-08-1"]
    assert read.feed.title == "Example News: August 2025"
