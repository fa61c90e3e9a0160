"""A rich newsletter as Atom, RSS and JSON Feed, read back with feedparser, lxml and json."""

import json
import re
from pathlib import Path
from typing import Any
from urllib.parse import urljoin

import pytest
from builders import entry_text, some_settings
from lxml import etree
from newsroom import (
    FILM,
    HUB,
    LANG,
    SPACES,
    TAG,
    TITLE,
    TOP,
    Newsroom,
    a_picture,
    a_rich_newsroom,
    as_reader,
    as_tree,
)

from publisher.entries.parser import parse_entry
from publisher.errors import Severity


@pytest.fixture(scope="module")
def room(tmp_path_factory: pytest.TempPathFactory) -> Newsroom:
    """Return the rich newsletter."""
    return a_rich_newsroom(tmp_path_factory.mktemp("formats"))


@pytest.fixture(scope="module")
def atoms(room: Newsroom) -> dict[str, Any]:
    """Return every Atom feed as a tree, by path."""
    return {path: as_tree(data) for path, data in room.feeds().items() if path.endswith("atom.xml")}


@pytest.fixture(scope="module")
def channels(room: Newsroom) -> dict[str, Any]:
    """Return the channel of every RSS feed, by path."""
    return {path: as_tree(data)[0] for path, data in room.feeds().items() if path.endswith("rss.xml")}


def _links(node: Any, rel: str) -> list[dict[str, str]]:
    return [dict(link.attrib) for link in node.findall("a:link", SPACES) if link.get("rel") == rel]


def _item(node: Any, name: str, kind: str) -> Any:
    tag = "{http://www.w3.org/2005/Atom}id" if kind == "atom" else "guid"
    return next(found.getparent() for found in node.iter(tag) if found.text == TAG + name)


def test_feedparser_finds_no_fault(room: Newsroom) -> None:
    """Each Atom and RSS feed is what it says it is, in UTF-8, and well-formed."""
    read = {path: as_reader(data) for path, data in room.feeds().items() if path.endswith(".xml")}
    versions = {path: (feed.version, feed.encoding) for path, feed in read.items()}
    assert {
        "atom.xml",
        "rss.xml",
        "all/rss.xml",
        "2025/09/atom.xml",
        "fr/kinds/video/rss.xml",
    } <= versions.keys()
    assert versions == {
        path: ("atom10" if path.endswith("atom.xml") else "rss20", "utf-8") for path in versions
    }


def test_feeds_and_entries_have_one_alternate(atoms: dict[str, Any]) -> None:
    """Readers disagree on which of two to take, so there is one: the page, with type and language."""
    for path, root in atoms.items():
        (home,) = _links(root, "alternate")
        assert home.keys() == {"rel", "href", "type"}, path
        assert {len(_links(entry, "alternate")) for entry in root.findall("a:entry", SPACES)} == {1}
    (page,) = _links(_item(atoms["all/atom.xml"], "film-fr", "atom"), "alternate")
    assert page == {
        "rel": "alternate",
        "href": f"{TOP}fr/2025/11/film/",
        "type": "text/html",
        "hreflang": "fr",
    }
    assert _links(atoms["fr/atom.xml"], "alternate")[0]["href"] == f"{TOP}fr/"
    assert _links(atoms["2025/10/atom.xml"], "alternate")[0]["href"] == f"{TOP}2025/10/"


def test_each_file_names_itself(room: Newsroom, atoms: dict[str, Any], channels: dict[str, Any]) -> None:
    """The self link is the feed's own address in its own format, and stands there once."""
    for path, node in (atoms | channels).items():
        kind = "application/atom+xml" if path.endswith("atom.xml") else "application/rss+xml"
        assert _links(node, "self") == [{"rel": "self", "href": TOP + path, "type": kind}]
    for path in (path for path in room.feeds() if path.endswith(".json")):
        assert json.loads(room.read(path))["feed_url"] == TOP + path


def test_feeds_to_subscribe_to_name_the_hub(
    room: Newsroom, atoms: dict[str, Any], channels: dict[str, Any]
) -> None:
    """Each feed but the documents of months has the hub, which is never told of those."""
    for path, node in (atoms | channels).items():
        is_month = re.search(r"\d{4}/\d{2}/", path)
        assert _links(node, "hub") == ([] if is_month else [{"rel": "hub", "href": HUB}]), path
    assert json.loads(room.read("feed.json"))["hubs"] == [{"type": "WebSub", "url": HUB}]


def test_feeds_without_a_hub_name_none(tmp_path: Path) -> None:
    """No hub in the settings, no hub in any format."""
    room = Newsroom(tmp_path)
    room.write("2025/10/one.md", date="2025-10-05")
    room.build()
    assert [path for path, data in room.feeds().items() if b"hub" in data] == []


def test_feeds_and_entries_say_their_language(
    room: Newsroom, atoms: dict[str, Any], channels: dict[str, Any]
) -> None:
    """xml:lang stands on the feed and on each entry; RSS and JSON Feed have words of their own for it."""
    assert (atoms["atom.xml"].get(LANG), atoms["fr/atom.xml"].get(LANG)) == ("en", "fr")
    languages = [entry.get(LANG) for entry in atoms["all/atom.xml"].findall("a:entry", SPACES)]
    assert sorted(languages) == ["en", "en", "fr"]
    assert channels["fr/rss.xml"].findtext("language") == "fr"
    everything = json.loads(room.read("all/feed.json"))
    assert everything["language"] == "en"
    assert [item["language"] for item in everything["items"]] == languages


def test_each_xml_feed_names_the_stylesheet(room: Newsroom) -> None:
    """The first thing in the file is the way to feed.css, which is there, from wherever the feed lies."""
    for path, data in room.feeds().items():
        if path.endswith(".xml"):
            before = as_tree(data).getprevious()
            assert (before.target, before.get("type")) == ("xml-stylesheet", "text/css")
            assert urljoin(TOP + path, before.get("href")) == f"{TOP}feed.css"
    assert (room.out / "feed.css").is_file()


def test_rss_titles_use_numeric_characters(room: Newsroom) -> None:
    """< and & of a title are &#x3C; and &#x26;, which readers that unescape twice show right."""
    shown = b"<title>List&#x3C;int&#x3E; &#x26; co ]]&#x3E; \xf0\x9f\x8e\x89</title>"
    assert shown in room.read("rss.xml")
    assert as_reader(room.read("rss.xml")).entries[0].title == TITLE
    assert as_reader(room.read("atom.xml")).entries[0].title == TITLE
    assert json.loads(room.read("feed.json"))["items"][0]["title"] == TITLE


def test_the_summary_is_plain_where_words_are_and_html_where_html_is(room: Newsroom) -> None:
    """Atom and JSON Feed take it as text; RSS descriptions are HTML, so there it is escaped."""
    words = "The type List<int> & co"
    atom, rss = (as_reader(room.read(name)).entries[0] for name in ("atom.xml", "rss.xml"))
    assert (atom.summary, rss.summary) == (words, "The type List&lt;int&gt; &amp; co")
    assert json.loads(room.read("feed.json"))["items"][0]["summary"] == words


def test_items_of_rss_have_each_element_once(channels: dict[str, Any]) -> None:
    """guid, link, dc:creator and pubDate in each; description before content; at most one enclosure."""
    for path, channel in channels.items():
        for item in channel.findall("item"):
            names = [etree.QName(node).localname for node in item]
            once = [name for name in names if name not in {"category", "enclosure", "updated"}]
            assert once[:3] == ["title", "description", "encoded"], path
            assert once[3:7] == ["guid", "link", "creator", "pubDate"]
            assert once[7:] in ([], ["content"])
            assert item.find("guid").get("isPermaLink") == "false"
            in_french = item.findtext("guid") == f"{TAG}film-fr"
            assert item.find("dc:creator", SPACES).text == ("Nouvelles" if in_french else "Example News")
            assert item.find("author") is None
            assert names.count("enclosure") <= 1


def test_recordings_are_enclosures(room: Newsroom, atoms: dict[str, Any], channels: dict[str, Any]) -> None:
    """Address, type and length stand in all three formats, the length in seconds where there is room."""
    film = {"type": "video/mp4", "length": "1234"}
    assert dict(_item(channels["rss.xml"], "film", "rss").find("enclosure").attrib) == {"url": FILM, **film}
    entry = _item(atoms["atom.xml"], "film", "atom")
    assert _links(entry, "enclosure") == [{"rel": "enclosure", "href": FILM, **film}]
    items = {item["id"].removeprefix(TAG): item for item in json.loads(room.read("feed.json"))["items"]}
    row = {"url": FILM, "mime_type": "video/mp4", "size_in_bytes": 1234, "duration_in_seconds": 65}
    assert items["film"]["attachments"] == [row]
    assert items["song"]["attachments"] == [{"url": "https://a.example/b", "mime_type": "audio/ogg"}]
    assert "attachments" not in items["day"]


def test_pictures_are_media_rss(room: Newsroom, atoms: dict[str, Any], channels: dict[str, Any]) -> None:
    """A picture is measured: address, type, bytes and pixels, with its description and its credit."""
    data = room.read("media/2025/11/picture.jpg")
    entries = [_item(atoms["atom.xml"], "film", "atom"), _item(channels["rss.xml"], "film", "rss")]
    for content in (entry.find("media:content", SPACES) for entry in entries):
        assert dict(content.attrib) == {
            "url": f"{TOP}media/2025/11/picture.jpg",
            "medium": "image",
            "type": "image/jpeg",
            "fileSize": str(len(data)),
            "width": "60",
            "height": "40",
        }
        assert content.findtext("media:description", namespaces=SPACES) == "Arcs & <bows>"
        assert content.findtext("media:credit", namespaces=SPACES) == "© A & B 2025"
    images = [item.get("image") for item in json.loads(room.read("feed.json"))["items"]]
    assert images == [f"{TOP}media/2025/11/picture.jpg", None, None]


def test_pictures_of_each_kind_are_measured(tmp_path: Path) -> None:
    """PNG, JPEG, GIF and WebP have their media types, whatever the file is called."""
    room, kinds = Newsroom(tmp_path), ("PNG", "JPEG", "GIF", "WEBP")
    for number, kind in enumerate(kinds, start=1):
        room.put(f"2025/10/{kind.lower()}.bin", a_picture(number * 10, 5, kind))
        room.write(
            f"2025/10/{kind.lower()}.md",
            date=f"2025-10-0{number}",
            image=f"{{src: {kind.lower()}.bin, alt: A picture}}",
        )
    room.build()
    found = as_tree(room.read("atom.xml")).findall("a:entry/media:content", SPACES)
    assert [(content.get("type"), content.get("width")) for content in reversed(found)] == [
        ("image/png", "10"),
        ("image/jpeg", "20"),
        ("image/gif", "30"),
        ("image/webp", "40"),
    ]
    assert {content.find("media:credit", SPACES) for content in found} == {None}


def test_kinds_and_topics_are_categories(atoms: dict[str, Any], channels: dict[str, Any]) -> None:
    """First the kind, then the topics, with the key for machines and the words for people."""
    film = _item(atoms["atom.xml"], "film", "atom").findall("a:category", SPACES)
    assert [(category.get("term"), category.get("label")) for category in film] == [
        ("video", "Video"),
        ("unicef", "UNICEF & you"),
        ("cash", "Cash"),
    ]
    item = _item(channels["rss.xml"], "film", "rss")
    assert [category.text for category in item.findall("category")] == ["Video", "UNICEF & you", "Cash"]
    french = _item(atoms["fr/atom.xml"], "film-fr", "atom").find("a:category", SPACES)
    assert french.get("label") == "Vidéo"


def test_the_head_says_rights_generator_and_how_often_to_ask(
    atoms: dict[str, Any], channels: dict[str, Any]
) -> None:
    """The licence is that of the settings; the generator has no version, which would change each feed."""
    for path, root in atoms.items():
        assert root.findtext("a:rights", namespaces=SPACES) == "CC BY 4.0 & <names>", path
        assert root.findtext("a:generator", namespaces=SPACES) == "publisher"
        assert dict(root.find("a:generator", SPACES).attrib) == {}
    for channel in channels.values():
        assert channel.findtext("copyright") == "CC BY 4.0 & <names>"
        assert (channel.findtext("ttl"), channel.findtext("generator")) == ("90", "publisher")


def test_a_browser_finds_the_way_to_the_site(atoms: dict[str, Any]) -> None:
    """The subtitle holds the description, a word on what a feed is, and a link, in the feed's language."""
    subtitle = atoms["fr/atom.xml"].find("a:subtitle", SPACES)
    assert subtitle.get("type") == "xhtml"
    first, second = subtitle.findall("h:div/h:p", SPACES)
    link = second.find("h:a", SPACES)
    assert (first.text, link.text, link.get("href")) == ("What is new", "Aller au site", f"{TOP}fr/")
    assert second.text.startswith("Ceci est un flux")


@pytest.mark.parametrize(
    "media",
    [
        "type: mp4, length: 1",
        "type: text/html, length: 1",
        "type: image/png, length: 1",
        "type: 'video/mp4; codecs=x', length: 1",
        "type: video/mp4, length: -1",
        "type: video/mp4, length: many",
        "type: video/mp4",
        "length: 1",
    ],
)
def test_an_enclosure_that_no_reader_could_play_is_refused(media: str) -> None:
    """A wrong type or length is an error at its line, so that it never reaches a feed."""
    text = entry_text(media=f"{{url: 'https://media.example.org/a', {media}}}")
    parsed = parse_entry("2025/10/film.md", text.encode(), some_settings())
    assert parsed.entry is None
    errors = [problem for problem in parsed.problems if problem.severity is Severity.ERROR]
    assert [error.place.text[:6] for error in errors] == ["media:"]
