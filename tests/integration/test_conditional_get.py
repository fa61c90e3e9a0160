"""Asking a web server again: an unchanged feed is not sent twice, a changed one is sent at once.

The server makes its validators of a file's time of change and size, as nginx and Apache do, so these
tests hold that a build leaves unchanged files alone.
"""

import os
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest
from loopback import a_site
from newsroom import Newsroom

LONG_AGO = 1_700_000_000
FEEDS = [
    f"{folder}{name}"
    for folder in ("", "all/", "fr/", "kinds/news/", "kinds/report/", "fr/kinds/news/")
    for name in ("atom.xml", "rss.xml", "feed.json")
] + ["2025/10/atom.xml", "2025/11/atom.xml", "fr/2025/11/atom.xml"]


class _Reader:
    """Asks for addresses and remembers one of the validators of each answer."""

    def __init__(self, site: str, validator: str) -> None:
        self.site = site
        self.name, self.header = {
            "ETag": ("ETag", "If-None-Match"),
            "Last-Modified": ("Last-Modified", "If-Modified-Since"),
        }[validator]
        self.known: dict[str, str] = {}

    def ask(self, path: str) -> tuple[int, bytes]:
        headers = {self.header: self.known[path]} if path in self.known else {}
        request = urllib.request.Request(self.site + path, headers=headers)  # noqa: S310 - loopback
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        try:
            with opener.open(request) as answer:
                self.known[path] = answer.headers[self.name]
                return answer.status, answer.read()
        except urllib.error.HTTPError as error:
            with error:
                return error.code, error.read()

    def ask_all(self) -> dict[str, int]:
        return {path: self.ask(path)[0] for path in FEEDS}


@pytest.fixture
def room(tmp_path: Path) -> Newsroom:
    """Return a newsletter in two languages that was built long ago."""
    made = Newsroom(tmp_path)
    made.write("2025/11/word.md", date="2025-11-02")
    made.write("2025/11/mot.fr.md", date="2025-11-02")
    made.write("2025/10/paper.md", date="2025-10-02", kind="report")
    made.build()
    for file in made.out.rglob("*"):
        os.utime(file, (LONG_AGO, LONG_AGO))
    return made


@pytest.fixture(params=["ETag", "Last-Modified"])
def reader(request: pytest.FixtureRequest, room: Newsroom) -> Iterator[_Reader]:
    """Return a reader that has seen every feed; the server has this one validator or the other."""
    with a_site(room.out) as site:
        made = _Reader(site, request.param)
        assert set(made.ask_all().values()) == {200}
        yield made


def test_an_unchanged_feed_is_not_sent_again(room: Newsroom, reader: _Reader) -> None:
    """After a build that changed nothing every feed answers 304, without a body."""
    room.build()
    assert reader.ask_all() == dict.fromkeys(FEEDS, 304)
    assert reader.ask("atom.xml") == (304, b"")


def test_only_changed_feeds_are_sent_again(room: Newsroom, reader: _Reader) -> None:
    """After an edit the feeds that hold the entry answer 200 with the new bytes, all others 304."""
    room.write("2025/10/paper.md", "Now with some more words.", date="2025-10-02", kind="report")
    room.build()
    answers = reader.ask_all()
    sent = [path for path, status in answers.items() if status == 200]
    assert {path.rpartition("/")[0] for path in sent} == {"", "all", "kinds/report", "2025/10"}
    assert len(sent) == 10
    assert set(answers.values()) == {200, 304}
    del reader.known["kinds/report/rss.xml"]
    assert b"Now with some more words." in reader.ask("kinds/report/rss.xml")[1]
    assert set(reader.ask_all().values()) == {304}


def test_a_new_month_leaves_older_months_alone(room: Newsroom, reader: _Reader) -> None:
    """Who follows the archives does not load a finished month again; the one that ends now is told so."""
    room.write("2025/12/word-2.md", date="2025-12-02")
    room.build()
    answers = reader.ask_all()
    assert [path for path, status in answers.items() if status == 200 and path[:1] == "2"] == [
        "2025/11/atom.xml"
    ]
    assert answers["2025/10/atom.xml"] == answers["fr/atom.xml"] == answers["fr/2025/11/atom.xml"] == 304
    assert answers["atom.xml"] == 200


def test_a_build_elsewhere_is_the_same_to_its_readers(room: Newsroom, reader: _Reader) -> None:
    """Settings that say nothing of feeds leave them unsent."""
    settings = room.root / "publisher.toml"
    text = settings.read_text(encoding="utf-8")
    settings.write_text(f'{text}[email]\npostal_address = "1 Example Street"\n', encoding="utf-8")
    room.build()
    assert set(reader.ask_all().values()) == {304}


def test_the_server_of_these_tests_sends_what_it_has(room: Newsroom) -> None:
    """Without a validator everything is sent whole, with its type; what is not there is a 404."""
    with a_site(room.out) as site:
        reader = _Reader(site, "ETag")
        for path in FEEDS:
            assert reader.ask(path) == (200, room.read(path))
        assert reader.ask("no.xml")[0] == 404
        assert reader.ask("feeds/") == (200, room.read("feeds/index.html"))
