"""What the three formats say together: the same values, in order, without a clock."""

import json
import os
import re
import subprocess
import sys
from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import Any
from urllib.parse import urljoin

import lxml.html
import pytest
from builders import an_entry, some_settings
from editions import an_edition, feeds_of, whole_feeds
from newsroom import (
    NOW,
    SPACES,
    TAG,
    TOP,
    Newsroom,
    a_rich_newsroom,
    as_reader,
    as_tree,
    contents,
    feeds_in,
)

ROOT = Path(__file__).resolve().parents[2]
RFC_3339 = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d[+-]\d\d:\d\d")
RFC_822 = re.compile(r"(Mon|Tue|Wed|Thu|Fri|Sat|Sun), \d\d [A-Z][a-z]{2} \d{4} \d\d:\d\d:\d\d [+-]\d{4}")
# member -> (type, whether it must be there); jsonfeed.org/version/1.1
TOP_MEMBERS: dict[str, tuple[type, bool]] = {
    "version": (str, True),
    "title": (str, True),
    "home_page_url": (str, True),
    "feed_url": (str, True),
    "description": (str, False),
    "authors": (list, True),
    "language": (str, True),
    "hubs": (list, False),
    "items": (list, True),
}
ITEM_MEMBERS: dict[str, tuple[type, bool]] = {
    "id": (str, True),
    "url": (str, True),
    "title": (str, True),
    "content_html": (str, True),
    "summary": (str, False),
    "image": (str, False),
    "date_published": (str, True),
    "date_modified": (str, False),
    "authors": (list, True),
    "tags": (list, True),
    "language": (str, True),
    "attachments": (list, False),
}


@pytest.fixture(scope="module")
def room(tmp_path_factory: pytest.TempPathFactory) -> Newsroom:
    """Return the rich newsletter."""
    return a_rich_newsroom(tmp_path_factory.mktemp("values"))


def _faults(row: dict[str, Any], members: dict[str, tuple[type, bool]]) -> list[str]:
    """Return what JSON Feed 1.1 does not allow in *row*; empty members are better left out."""
    missing = [name for name, (_, needed) in members.items() if needed and name not in row]
    wrong = [name for name in row if name not in members or not isinstance(row[name], members[name][0])]
    return missing + wrong + [name for name, value in row.items() if value in ("", [], None)]


def test_json_feeds_have_the_members_of_version_1_1(room: Newsroom) -> None:
    """Each member has its type, those that must be there are, and no other is."""
    paths = [path for path in room.feeds() if path.endswith(".json")]
    assert "all/feed.json" in paths
    for path in paths:
        data = json.loads(room.read(path))
        assert data["version"] == "https://jsonfeed.org/version/1.1"
        assert _faults(data, TOP_MEMBERS) == []
        assert [fault for item in data["items"] for fault in _faults(item, ITEM_MEMBERS)] == []
        assert [author.keys() for item in data["items"] for author in item["authors"]] == [
            {"name"} for _ in data["items"]
        ]
    film = json.loads(room.read("feed.json"))["items"][0]
    assert film["tags"] == ["Video", "UNICEF & you", "Cash"]
    assert film["authors"] == [{"name": "Example News"}]


def test_json_feeds_are_plain_utf_8(room: Newsroom) -> None:
    """Letters stand as they are, without a byte order mark, and the file ends with a line."""
    data = room.read("fr/feed.json")
    assert "Été".encode() in data
    assert (data[:1], data[-1:]) == (b"{", b"\n")


def _rows(path: str, data: bytes) -> list[tuple[Any, ...]]:
    """Return id, address, title, author, times and content of each item."""
    if path.endswith(".json"):
        return [
            (
                item["id"],
                item["url"],
                item["title"],
                item["authors"][0]["name"],
                datetime.fromisoformat(item["date_published"]),
                datetime.fromisoformat(item.get("date_modified", item["date_published"])),
                item["content_html"],
            )
            for item in json.loads(data)["items"]
        ]
    parse = datetime.fromisoformat if path.endswith("atom.xml") else parsedate_to_datetime
    rows = []
    for entry, html in zip(as_reader(data).entries, contents(path, data), strict=True):
        published = parse(entry.published)
        updated = datetime.fromisoformat(entry.updated) if "updated" in entry.keys() else published  # noqa: SIM118
        rows.append((entry.id, entry.link, entry.title, entry.author, published, updated, html))
    return rows


def test_the_three_formats_agree(room: Newsroom) -> None:
    """Id, address, title, author, both times and content are the same, in the same order."""
    folders = [path.removesuffix("feed.json") for path in room.feeds() if path.endswith("feed.json")]
    assert len(folders) > 5
    for folder in folders:
        atom, rss, of_json = (
            _rows(folder + name, room.read(folder + name)) for name in ("atom.xml", "rss.xml", "feed.json")
        )
        assert atom == rss == of_json, folder
    assert _rows("atom.xml", room.read("atom.xml"))[0][:4] == (
        f"{TAG}film",
        f"{TOP}2025/11/film/",
        "List<int> & co ]]> 🎉",
        "Example News",
    )


def test_times_are_written_as_the_standards_ask(room: Newsroom) -> None:
    """RFC 3339 in Atom and JSON Feed, RFC 822 with four digits of the year in RSS."""
    for path, data in room.feeds().items():
        if path.endswith("atom.xml"):
            tags = ("{http://www.w3.org/2005/Atom}updated", "{http://www.w3.org/2005/Atom}published")
            texts, pattern = [node.text for node in as_tree(data).iter(*tags)], RFC_3339
        elif path.endswith("rss.xml"):
            texts, pattern = [node.text for node in as_tree(data).iter("pubDate", "lastBuildDate")], RFC_822
        else:
            texts, pattern = [item["date_published"] for item in json.loads(data)["items"]], RFC_3339
        assert texts
        assert [text for text in texts if not pattern.fullmatch(text)] == [], path


def test_old_days_have_offsets_that_feeds_can_say() -> None:
    """Before 1894 Zurich was 34 minutes and 8 seconds ahead, which neither standard can write."""
    edition = an_edition(an_entry("1890/05/old.md", date="1890-05-01", updated="1891-05-02T10:00:00+00:00"))
    feeds = feeds_of(edition)
    entry = as_tree(feeds["atom.xml"]).find("a:entry", SPACES)
    for name in ("published", "updated"):
        assert RFC_3339.fullmatch(entry.findtext(f"a:{name}", namespaces=SPACES))
    published = datetime.fromisoformat(entry.findtext("a:published", namespaces=SPACES))
    assert (published + timedelta(minutes=34, seconds=8)).date().isoformat() == "1890-05-01"
    assert RFC_822.fullmatch(as_tree(feeds["rss.xml"]).findtext(".//pubDate"))


@pytest.mark.parametrize("name", ["atom.xml", "rss.xml"])
def test_a_feed_is_as_new_as_its_newest_change(room: Newsroom, name: str) -> None:
    """The feed's time is that of the entry that was changed last, also if another is newer."""
    read = as_reader(room.read(name))
    assert read.feed.updated_parsed[:5] == (2025, 12, 2, 8, 0)
    assert (
        max(entry.updated_parsed for entry in read.entries if "updated" in entry) == read.feed.updated_parsed
    )
    assert as_reader(room.read(f"topics/cash/{name}")).feed.updated_parsed[:5] == (2025, 12, 2, 8, 0)
    assert as_reader(room.read(f"kinds/news/{name}")).feed.updated_parsed[:3] == (2025, 11, 30)


def test_items_stand_newest_first_by_the_times_they_tell() -> None:
    """A day alone is told as an hour from 8 to 14, so an entry of 7 o'clock comes after it."""
    names = {"early": "2025-11-30T07:00+01:00", "late": "2025-11-30T22:00+01:00", "next": "2025-12-01"}
    names |= {f"day-{number}": "2025-11-30" for number in range(8)}
    entries = [an_entry(f"2025/11/{name}.md", date=date) for name, date in names.items()]
    for feed in whole_feeds(an_edition(*entries)):
        times = [item.published for item in feed.items]
        assert times == sorted(times, reverse=True), feed.folder
    first, *_, last = (item.id.removeprefix(TAG) for item in whole_feeds(an_edition(*entries))[0].items)
    assert (first, last) == ("next", "early")


def test_feeds_know_no_clock(room: Newsroom, tmp_path: Path) -> None:
    """Years later, elsewhere, in another time zone and with other hashes the bytes are the same."""
    (tmp_path / "entries").symlink_to(room.root / "entries")
    (tmp_path / "publisher.toml").symlink_to(room.root / "publisher.toml")
    environment = os.environ | {"TZ": "Pacific/Kiritimati", "PYTHONHASHSEED": "77", "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-m", "publisher", "-q", "build"]
    subprocess.run(command, cwd=tmp_path, env=environment, check=True)
    assert feeds_in(tmp_path / "out") == room.feeds()
    before = room.stamps()
    room.build(NOW + timedelta(days=4000))
    assert room.stamps() == before


def test_the_list_of_feeds_can_be_imported(room: Newsroom) -> None:
    """feeds.opml names each feed that can be subscribed to, by its Atom address; no documents of months."""
    root = as_tree(room.read("feeds.opml"))
    rows = [dict(row.attrib) for row in root.findall("body/outline")]
    assert (root.tag, root.get("version"), root.findtext("head/title")) == ("opml", "2.0", "Example News")
    assert {row["xmlUrl"].removeprefix(TOP) for row in rows} == {
        path.replace("rss.xml", "atom.xml") for path in room.feeds() if path.endswith("rss.xml")
    }
    topic = next(row for row in rows if "unicef" in row["xmlUrl"])
    assert topic == {
        "type": "rss",
        "version": "ATOM",
        "text": "Example News: UNICEF & you",
        "title": "Example News: UNICEF & you",
        "xmlUrl": f"{TOP}topics/unicef/atom.xml",
        "htmlUrl": TOP,
        "language": "en",
    }


def test_every_page_names_the_feeds_of_its_language(room: Newsroom) -> None:
    """Browsers find Atom, RSS and JSON Feed; hreflang is left off, since NetNewsWire ignores such links."""
    types = {"application/atom+xml": "atom.xml", "application/rss+xml": "rss.xml"}
    types["application/feed+json"] = "feed.json"
    pages = [path for path in room.out.rglob("*.html") if "digests" not in path.parts]
    assert len(pages) > 10
    for page in pages:
        here = page.relative_to(room.out).as_posix()
        links = [
            link
            for link in lxml.html.parse(page).iterfind(".//link[@rel='alternate']")
            if link.get("type") in types
        ]
        own = links[len(types) :]  # the page of a kind or topic has feeds of its own
        assert [link.get("href") for link in own] == (list(types.values()) if own else [])
        assert bool(own) is bool({"kinds", "topics"} & set(page.parts))
        links = links[: len(types)]
        assert [link.get("hreflang") for link in links] == [None, None, None]
        top = f"{TOP}fr/" if here.startswith("fr/") else TOP
        assert {link.get("type"): urljoin(TOP + here, link.get("href")) for link in links} == {
            kind: top + name for kind, name in types.items()
        }


def test_the_page_of_feeds_lists_them_all(room: Newsroom) -> None:
    """/feeds/ shows the address of each feed of the language, and of all languages, in each format."""
    subscribable = [path for path in room.feeds() if not re.match(r"(fr/)?\d{4}/", path)]
    for lang in ("", "fr/"):
        page = lxml.html.parse(room.out / lang / "feeds" / "index.html")
        shown = [field.get("value").removeprefix(TOP) for field in page.iterfind(".//input")]
        own = [path for path in subscribable if path.startswith("fr/") == bool(lang)]
        assert sorted(shown) == sorted({*own, "all/atom.xml", "all/feed.json", "all/rss.xml"})


def test_nothing_dated_means_no_feed(tmp_path: Path) -> None:
    """A newsletter with lasting pages alone has no feed, no stylesheet for feeds, and no list of them."""
    room = Newsroom(tmp_path)
    room.put("pages/about.md", b"---\ntitle: About\nid: about\nevergreen: true\n---\nWords.\n")
    room.build()
    assert room.feeds() == {}
    assert not (room.out / "feed.css").exists()
    assert whole_feeds(an_edition(settings=some_settings())) == []
