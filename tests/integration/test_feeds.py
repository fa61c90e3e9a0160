"""Atom and RSS, read back as feed readers do."""

import re
from datetime import UTC, datetime
from typing import Any

import feedgen.entry
import feedgen.feed
import feedparser
import lxml.etree
import lxml.html
import pytest
from builders import an_entry, some_settings
from editions import an_edition, feeds_of

from publisher.model.entry import Entry

ATOM = {"a": "http://www.w3.org/2005/Atom"}
DC = {"dc": "http://purl.org/dc/elements/1.1/", "content": "http://purl.org/rss/1.0/modules/content/"}
BODY = (
    "See [it](other.md), [the page](../../pages/about.md#team), [a draft](draft.md) and "
    "[below](#end).[^1]\n\n![A](a%20chart.png)\n\n- [out](https://example.org/?a=b&c=d)\n\n[^1]: A note."
)
FIRST = an_entry("2023/06/first.md", BODY, date="2023-06-01", summary="First *summary*.")
OTHER = an_entry(
    "2023/06/other.md", "", date="2023-06-02T14:30+02:00", summary="Only a *summary*.", kind="report"
)
TALKS = an_entry(
    "2023/07/talks.md",
    "They talk.",
    date="2023-07-01",
    updated="2023-08-15T09:00+02:00",
    event="{start: 2023-07-01, end: 2023-07-03}",
    kind="event",
)
FRENCH = an_entry(
    "2023/06/first.fr.md", date="2023-06-01", id="first-fr", translation_of="first", title="Première"
)
PAGE = an_entry("pages/about.md", date="", evergreen="true")
EDITION = an_edition(FIRST, PAGE, TALKS, FRENCH, OTHER)


def _root(data: bytes) -> Any:
    return lxml.etree.fromstring(data)


def _contents(path: str, feeds: dict[str, bytes]) -> list[str]:
    """Return the HTML of each entry of a feed."""
    if path.endswith("atom.xml"):
        return [node.text for node in _root(feeds[path]).findall("a:entry/a:content", ATOM)]
    return [node.text for node in _root(feeds[path]).findall("channel/item/content:encoded", DC)]


def test_languages_with_dated_entries_have_both_feeds() -> None:
    """A language without entries, or with lasting pages alone, has no feed."""
    assert list(feeds_of(EDITION)) == ["atom.xml", "rss.xml", "fr/atom.xml", "fr/rss.xml"]
    assert feeds_of(an_edition(PAGE)) == {}


@pytest.mark.parametrize(("path", "version"), [("atom.xml", "atom10"), ("rss.xml", "rss20")])
def test_a_feed_reader_sees_the_feed(path: str, version: str) -> None:
    """The head of a feed says what it is, in which language, where it lives and when it last changed."""
    read = feedparser.parse(feeds_of(EDITION)[path])
    assert (read.bozo, read.version, read.encoding) == (False, version, "utf-8")
    head = read.feed
    assert (head.title, head.subtitle, head.generator) == ("Example News", "News", "publisher")
    assert head.link == "https://news.example.org/"
    kind = "application/atom+xml" if path == "atom.xml" else "application/rss+xml"
    links = [(link.href, link.type) for link in head.links if link.rel == "self"]
    assert links == [(f"https://news.example.org/{path}", kind)]
    assert head.updated_parsed[:6] == (2023, 8, 15, 7, 0, 0)
    assert head.language == "en"


@pytest.mark.parametrize("path", ["atom.xml", "rss.xml"])
def test_a_feed_reader_sees_the_entries(path: str) -> None:
    """Entries are newest first, each with its id, address, times, summary, kind and author."""
    read = feedparser.parse(feeds_of(EDITION)[path])
    rows = [(entry.id, entry.title, entry.link, entry.published_parsed[:5]) for entry in read.entries]
    top, tag = "https://news.example.org/", "tag:news.example.org,2018:"
    assert rows == [
        (f"{tag}talks", "A title", f"{top}2023/07/talks/", (2023, 6, 30, 22, 0)),
        (f"{tag}other", "A title", f"{top}2023/06/other/", (2023, 6, 2, 12, 30)),
        (f"{tag}first", "A title", f"{top}2023/06/first/", (2023, 5, 31, 22, 0)),
    ]
    assert [entry.summary for entry in read.entries] == ["A summary.", "Only a summary.", "First summary."]
    assert [entry.author for entry in read.entries] == ["Example News"] * 3
    assert [entry.tags[0].get("label") or entry.tags[0].term for entry in read.entries] == [
        "Event",
        "Report",
        "News",
    ]


def test_atom_says_who_and_what() -> None:
    """An Atom feed has an id and an author of its own, no other namespace, and content that is HTML."""
    root = _root(feeds_of(EDITION)["atom.xml"])
    assert root.findtext("a:id", namespaces=ATOM) == "tag:news.example.org,2018:en"
    assert root.findtext("a:author/a:name", namespaces=ATOM) == "Example News"
    assert root.nsmap == {None: ATOM["a"]}
    assert {node.get("type") for node in root.findall("a:entry/a:content", ATOM)} == {"html"}


def test_atom_tells_when_an_entry_was_changed() -> None:
    """An entry's time of change is the one it gives, else that of its publication."""
    read = feedparser.parse(feeds_of(EDITION)["atom.xml"])
    assert [entry.updated for entry in read.entries] == [
        "2023-08-15T09:00:00+02:00",
        "2023-06-02T14:30:00+02:00",
        "2023-06-01T00:00:00+02:00",
    ]


@pytest.mark.parametrize("path", ["fr/atom.xml", "fr/rss.xml"])
def test_a_language_has_feeds_of_its_own(path: str) -> None:
    """A feed in another language has its own id, words and entries, and leads to its own home page."""
    read = feedparser.parse(feeds_of(EDITION)[path])
    assert (read.feed.title, read.feed.link) == ("Nouvelles", "https://news.example.org/fr/")
    assert read.feed.language == "fr"
    assert [(entry.id, entry.title) for entry in read.entries] == [
        ("tag:news.example.org,2018:first-fr", "Première")
    ]


@pytest.mark.parametrize("path", ["atom.xml", "rss.xml"])
def test_every_address_in_the_text_is_absolute(path: str) -> None:
    """A reader has no page to which an address could be relative; a link to a draft is none."""
    html = _contents(path, feeds_of(EDITION))[-1]
    links = [link for _, _, link, _ in lxml.html.fromstring(f"<div>{html}</div>").iterlinks()]
    assert links == [
        "https://news.example.org/2023/06/other/",
        "https://news.example.org/about/#team",
        "https://news.example.org/2023/06/first/#end",
        "https://news.example.org/2023/06/first/#1",
        "https://news.example.org/media/2023/06/a%20chart.png",
        "https://example.org/?a=b&c=d",
    ]
    assert "<a>a draft</a>" in html


@pytest.mark.parametrize("path", ["atom.xml", "rss.xml"])
def test_content_is_the_event_and_the_text(path: str) -> None:
    """An event stands before the text; an entry without a text gives its summary."""
    talks, other, _ = _contents(path, feeds_of(EDITION))
    assert talks == "<p><strong>1–3 July 2023</strong></p>\n<p>They talk.</p>"
    assert other == "<p>Only a <em>summary</em>.</p>"


def test_exactly_one_alternate_for_the_feed_and_each_entry() -> None:
    """With two, half of all readers open the wrong one (research: feeds.md, section 5)."""
    root = _root(feeds_of(EDITION)["atom.xml"])
    for node in (root, *root.findall("a:entry", ATOM)):
        links = node.findall("a:link", ATOM)
        assert len([link for link in links if link.get("rel", "alternate") == "alternate"]) == 1
    assert [link.get("rel") for link in root.findall("a:link", ATOM)] == ["self", "alternate"]
    items = _root(feeds_of(EDITION)["rss.xml"]).findall("channel/item")
    assert [len(item.findall("link")) for item in items] == [1, 1, 1]


def test_an_entry_of_a_title_alone_is_in_the_feeds() -> None:
    """Without a summary and a text the title has to do; there is no empty summary."""
    feeds = feeds_of(an_edition(an_entry(body="", summary="null")))
    assert [feedparser.parse(data).entries[0].title for data in feeds.values()] == ["A title", "A title"]
    assert _root(feeds["atom.xml"]).find("a:entry/a:summary", ATOM) is None


def _ids(entry: Entry) -> set[str]:
    feeds = feeds_of(an_edition(entry))
    guids = _root(feeds["rss.xml"]).findall("channel/item/guid")
    assert [guid.get("isPermaLink") for guid in guids] == ["false"]
    return {guids[0].text, _root(feeds["atom.xml"]).find("a:entry/a:id", ATOM).text}


def test_ids_survive_a_new_title_and_a_new_address() -> None:
    """An entry is not sent out again because its title, file, date or kind was mended."""
    before = an_entry("2023/06/report.md", id="report")
    after = an_entry("2024/01/a-better-name.md", id="report", title="Mended", date="2024-01-02", kind="paper")
    assert _ids(before) == _ids(after) == {"tag:news.example.org,2018:report"}


@pytest.mark.parametrize(
    "title",
    ["Profit & loss", "1 < 2 > 0", 'She said "yes"', "AT&amp;T &lt;b&gt;", "التقرير «الجديد»", "]]> 😀 it’s"],
)
def test_titles_come_back_as_they_were_written(title: str) -> None:
    """A title is plain text: signs of HTML and XML in it are shown, not read."""
    entry = an_entry().model_copy(update={"title": title, "summary": title})
    feeds = feeds_of(an_edition(entry))
    node, item = _root(feeds["atom.xml"]).find("a:entry", ATOM), _root(feeds["rss.xml"]).find("channel/item")
    assert [title] * 4 == [
        node.find("a:title", ATOM).text,
        node.find("a:summary", ATOM).text,
        item.find("title").text,
        item.find("description").text,
    ]
    assert node.find("a:title", ATOM).get("type", "text") == "text"


def test_a_feed_holds_the_newest_entries() -> None:
    """The setting says how many; the rest stays on the site."""
    settings = some_settings(feeds={"size": 2})
    entries = [an_entry(f"e{day:02}.md", date=f"2023-06-{day:02}") for day in (3, 1, 4, 2)]
    for data in feeds_of(an_edition(*entries, settings=settings)).values():
        assert [entry.id[-3:] for entry in feedparser.parse(data).entries] == ["e04", "e03"]


def test_an_entry_stays_the_same_when_others_come() -> None:
    """A new entry changes no byte of those that readers have."""
    news = an_entry("2023/09/news.md", date="2023-09-01")
    for path, pattern in (("atom.xml", rb"<entry>.*?</entry>"), ("rss.xml", rb"<item>.*?</item>")):
        before = re.findall(pattern, feeds_of(EDITION)[path], re.DOTALL)
        grown = an_edition(*EDITION.entries, news)
        assert re.findall(pattern, feeds_of(grown)[path], re.DOTALL)[1:] == before


def test_a_recording_is_an_enclosure_in_rss() -> None:
    """RSS carries the recording with its size; Atom does not, since feedgen would make it a second page."""
    media = "{url: https://example.org/talk.mp3, type: audio/mpeg, length: 1234}"
    feeds = feeds_of(an_edition(an_entry(media=media), OTHER))
    (found,) = _root(feeds["rss.xml"]).iterfind("channel/item/enclosure")
    assert dict(found.attrib) == {
        "url": "https://example.org/talk.mp3",
        "type": "audio/mpeg",
        "length": "1234",
    }
    assert b"talk.mp3" not in feeds["atom.xml"]


class _AnyTime(type):
    def __instancecheck__(cls, value: object) -> bool:
        return isinstance(value, datetime)


def _clock(year: int) -> type:
    """Return what stands for `datetime` in feedgen, which asks it for the time."""
    return _AnyTime("Clock", (), {"now": staticmethod(lambda _zone: datetime(year, 1, 1, tzinfo=UTC))})


def _bare() -> feedgen.feed.FeedGenerator:
    feed = feedgen.feed.FeedGenerator()
    feed.id("x")
    feed.title("t")
    feed.description("d")
    feed.link(href="https://example.org/", rel="alternate")
    return feed


def test_no_clock_is_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two builds at different times give the same bytes, though feedgen takes the time by itself."""
    built, bare = [], []
    for year in (2001, 2031):
        monkeypatch.setattr(feedgen.feed, "datetime", _clock(year))
        monkeypatch.setattr(feedgen.entry, "datetime", _clock(year))
        built.append(feeds_of(EDITION))
        bare.append(_bare().atom_str())
    assert built[0] == built[1]
    assert bare[0] != bare[1]  # the control: the clock does reach feedgen


def test_what_feedgen_does_by_itself() -> None:
    """The behaviours that publisher.render.feeds works around; when one is gone, its work-around can go."""
    feed = _bare()
    feed.link(href="https://example.org/atom.xml", rel="self")
    for name in ("a", "b"):
        feed.add_entry().id(name)
    for entry in feed.entry():
        entry.title(entry.id())
        entry.link(href=f"https://example.org/{entry.id()}")
    feed.entry()[0].enclosure("https://example.org/b.mp3", "1", "audio/mpeg")
    atom, rss = _root(feed.atom_str()), _root(feed.rss_str())
    assert [node.text for node in atom.findall("a:entry/a:id", ATOM)] == ["b", "a"]  # newest last
    assert rss.find("channel/link").text == "https://example.org/atom.xml"  # the last link of any kind
    assert [dict(link.attrib) for link in atom.find("a:entry", ATOM).findall("a:link", ATOM)] == [
        {"href": "https://example.org/b"},
        {"href": "https://example.org/b.mp3"},  # lkiesow/python-feedgen#135: an enclosure without its rel
    ]
