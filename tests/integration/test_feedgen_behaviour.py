"""What feedgen does that `syndication` relies on or works around, so that an upgrade cannot surprise.

If one of these fails after an upgrade, read the note in its docstring: a gap that feedgen has closed
may be closed twice now, and a habit that it has lost must be made up for.
"""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from feedgen.entry import FeedEntry
from feedgen.ext.base import BaseEntryExtension, BaseExtension
from feedgen.feed import FeedGenerator
from lxml import etree
from newsroom import LANG, SPACES

MOMENT = datetime(2025, 10, 1, 8, 30, tzinfo=UTC)


def _generator() -> FeedGenerator:
    generator = FeedGenerator()
    generator.id("tag:example.org,2025:feed")
    generator.title("News")
    generator.description("What is new")
    generator.updated(MOMENT)
    generator.lastBuildDate(MOMENT)
    generator.link(href="https://example.org/atom.xml", rel="self")
    generator.link(href="https://example.org/", rel="alternate")
    return generator


def _entry(name: str = "one") -> FeedEntry:
    entry = FeedEntry()
    entry.id(f"tag:example.org,2025:{name}")
    entry.title(f"Title {name}")
    entry.updated(MOMENT)
    entry.content("<p>Text</p>", type="html")
    return entry


def _atom(generator: FeedGenerator) -> Any:
    return etree.fromstring(generator.atom_str())


def _rss(generator: FeedGenerator) -> Any:
    return etree.fromstring(generator.rss_str()).find("channel")


def _one(entry: FeedEntry) -> FeedGenerator:
    generator = _generator()
    generator.add_entry(entry)
    return generator


def test_times_that_are_not_given_are_the_clocks(tmp_path: Path) -> None:
    """Worked around: we give every time, since feed and entries else say when they were written."""
    now = tmp_path.stat().st_mtime
    for times in (FeedEntry().updated(), FeedGenerator().updated(), FeedGenerator().lastBuildDate()):
        assert abs(times.timestamp() - now) < 300


def test_links_of_entries_lose_their_attributes_in_atom() -> None:
    """Worked around (python-feedgen#135): an enclosure comes out as a second alternate."""
    entry = _entry()
    entry.link(href="https://example.org/a.mp3", rel="enclosure", type="audio/mpeg", length="5")
    link = _atom(_one(entry)).find("a:entry/a:link", SPACES)
    assert dict(link.attrib) == {"href": "https://example.org/a.mp3"}


def test_rss_takes_the_last_link_of_any_kind() -> None:
    """Worked around: we say the alternate link last; the feed's own address would else be its home."""
    generator = _generator()
    assert _rss(generator).findtext("link") == "https://example.org/"
    generator.link(href="https://hub.example.org/", rel="hub")
    assert _rss(generator).findtext("link") == "https://hub.example.org/"


def test_rss_has_one_self_link_and_no_other() -> None:
    """Worked around (python-feedgen#122): the hub of an RSS feed is ours to write."""
    generator = _generator()
    generator.link(href="https://example.org/rss.xml", rel="self")
    generator.link(href="https://hub.example.org/", rel="hub")
    links = [dict(link.attrib) for link in _rss(generator).findall("a:link", SPACES)]
    assert links == [{"href": "https://example.org/atom.xml", "rel": "self"}]


def test_the_links_of_an_atom_feed_keep_their_attributes() -> None:
    """Relied on: only entries lose them, so the alternate link of the feed is feedgen's."""
    generator = _generator()
    generator.link(href="https://example.org/news/", rel="alternate", type="text/html", hreflang="en")
    link = _atom(generator).findall("a:link", SPACES)[-1]
    assert dict(link.attrib) == {
        "href": "https://example.org/news/",
        "rel": "alternate",
        "type": "text/html",
        "hreflang": "en",
    }


@pytest.mark.parametrize(("order", "expected"), [("prepend", ["two", "one"]), ("append", ["one", "two"])])
def test_entries_are_put_before_those_that_are_there(order: str, expected: list[str]) -> None:
    """Worked around: prepending is the default, and we say append."""
    generator, words = _generator(), {} if order == "prepend" else {"order": order}
    for name in ("one", "two"):
        generator.add_entry(_entry(name), **words)
    titles = [f"Title {name}" for name in expected]
    assert titles == [node.text for node in _atom(generator).findall("a:entry/a:title", SPACES)]
    assert titles == [node.text for node in _rss(generator).findall("item/title")]


def test_rss_leaves_out_authors_without_a_mailbox() -> None:
    """Worked around: we write dc:creator ourselves, and need no second author beside it."""
    entry = _entry()
    entry.author({"name": "Somebody"})
    generator = _one(entry)
    assert _atom(generator).findtext("a:entry/a:author/a:name", namespaces=SPACES) == "Somebody"
    assert _rss(generator).find("item/author") is None
    assert b"Somebody" not in generator.rss_str()


def test_cdata_is_written_as_a_type_that_atom_does_not_have() -> None:
    """Worked around (python-feedgen#123): we say html, which is escaped."""
    entry = _entry()
    entry.content("<p>Text</p>", type="CDATA")
    assert _atom(_one(entry)).find("a:entry/a:content", SPACES).get("type") == "CDATA"


def test_html_is_escaped_and_comes_back() -> None:
    """Relied on: markup, entities and ]]> in content are text to XML, in both formats."""
    html, entry = "<p>a &amp; b ]]&gt; ]]> <br>é</p>", _entry()
    entry.content(html, type="html")
    generator = _one(entry)
    assert _atom(generator).findtext("a:entry/a:content", namespaces=SPACES) == html
    assert _rss(generator).findtext("item/description") == html


def test_the_summary_comes_before_the_content_in_rss() -> None:
    """Relied on: a reader takes the first; without a summary the content is the description."""
    entry = _entry()
    assert [node.tag for node in _rss(_one(entry)).find("item")][:2] == ["title", "description"]
    entry.summary("Words")
    item = _rss(_one(entry)).find("item")
    assert [etree.QName(node).localname for node in item][:3] == ["title", "description", "encoded"]
    assert item.findtext("description") == "Words"


def test_an_id_is_no_address_in_rss() -> None:
    """Relied on: a tag: address as guid must say isPermaLink="false"."""
    guid = _rss(_one(_entry())).find("item/guid")
    assert (guid.text, guid.get("isPermaLink")) == ("tag:example.org,2025:one", "false")


def test_titles_are_escaped_with_named_entities() -> None:
    """Worked around: RSS readers that unescape twice want &#x3C;, which we put in afterwards."""
    entry = _entry()
    entry.title("List<int> & co")
    assert b"<title>List&lt;int&gt; &amp; co</title>" in _one(entry).rss_str()


def test_categories_have_words_in_rss_and_a_key_in_atom() -> None:
    """Relied on: the label is what RSS readers show."""
    entry = _entry()
    entry.category([{"term": "event", "label": "Events & co"}])
    generator = _one(entry)
    category = _atom(generator).find("a:entry/a:category", SPACES)
    assert dict(category.attrib) == {"term": "event", "label": "Events & co"}
    assert _rss(generator).findtext("item/category") == "Events & co"


@pytest.mark.parametrize(
    ("text", "error"),
    [("a\x00b", ValueError), ("a\x0bb", ValueError), ("a\ud800b", UnicodeEncodeError)],
    ids=["NUL", "VT", "surrogate"],
)
def test_characters_that_xml_lacks_are_refused_at_the_end(text: str, error: type[Exception]) -> None:
    """Worked around: nothing is said when the title is set, so the parser refuses such an entry before."""
    entry = _entry()
    entry.title(text)
    generator = _one(entry)
    for write in (generator.atom_str, generator.rss_str):
        with pytest.raises(error):
            write()


def test_times_without_an_offset_are_refused() -> None:
    """Relied on: a time that means nothing elsewhere does not reach a feed."""
    with pytest.raises(ValueError, match="timezone"):
        FeedEntry().updated(datetime(2025, 1, 1))  # noqa: DTZ001 - that is the case


def test_the_language_stands_in_both_formats_but_entries_have_none() -> None:
    """Half relied on: xml:lang of an entry is ours to write."""
    generator = _one(_entry())
    generator.language("pt-BR")
    root = _atom(generator)
    assert (root.get(LANG), root.find("a:entry", SPACES).get(LANG)) == ("pt-BR", None)
    assert _rss(generator).findtext("language") == "pt-BR"
    assert not hasattr(FeedEntry(), "language")


def test_a_generator_without_version_stays_without() -> None:
    """Relied on: a version number would change every feed with each release."""
    generator = _generator()
    generator.generator("publisher")
    made = _atom(generator).find("a:generator", SPACES)
    assert (made.text, dict(made.attrib)) == ("publisher", {})
    assert _rss(generator).findtext("generator") == "publisher"


class _Feed(BaseExtension):  # type: ignore[misc]
    def extend_ns(self) -> dict[str, str]:
        return {"media": SPACES["media"]}

    def extend_atom(self, feed: Any) -> Any:
        assert feed.find("subtitle").text == "What is new"  # bare names: the namespace is the default one
        assert [link.get("rel") for link in feed.findall("link")] == ["self", "alternate"]
        feed.addprevious(etree.ProcessingInstruction("xml-stylesheet", 'href="a.css"'))
        return feed

    def extend_rss(self, rss: Any) -> Any:
        assert rss.find("channel") is not None
        rss.addprevious(etree.ProcessingInstruction("xml-stylesheet", 'href="a.css"'))
        return rss


class _Entry(BaseEntryExtension):  # type: ignore[misc]
    def extend_atom(self, entry: Any) -> Any:
        etree.SubElement(entry, "link", {"rel": "alternate"})
        return entry

    def extend_rss(self, entry: Any) -> Any:
        assert entry.find("description") is not None
        etree.SubElement(entry, "link").text = "x"
        return entry


def test_the_hook_can_mend_all_of_it() -> None:
    """Relied on: an extension gets the finished elements, may change them, and name a stylesheet."""
    entry = _entry()
    entry.register_extension("ours", _Entry)
    generator = _one(entry)
    generator.register_extension("ours", _Feed, None)
    for data in (generator.atom_str(), generator.rss_str()):
        assert data.startswith(b"<?xml version='1.0' encoding='UTF-8'?>\n<?xml-stylesheet href=\"a.css\"?><")
        assert data.count(b'xmlns:media="') == 1
    assert _atom(generator).find("a:entry/a:link", SPACES).get("rel") == "alternate"
    assert _rss(generator).findtext("item/link") == "x"


def test_an_entry_can_stand_in_many_feeds() -> None:
    """Relied on: writing an entry leaves it as it was, so that each is handed over once."""
    entry = _entry()
    entry.register_extension("ours", _Entry)
    first, second = _one(entry), _one(entry)
    assert first.atom_str() == second.atom_str() == first.atom_str()
    assert first.rss_str() == second.rss_str() == first.rss_str()
