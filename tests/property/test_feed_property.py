"""Whatever is written into an entry is refused, or every feed is well-formed and says what was written."""

import html
import json
import re
from typing import Any

import pytest
from builders import some_settings
from editions import an_edition, feeds_of
from hypothesis import example, given
from hypothesis import strategies as st
from newsroom import SPACES, TAG, TOP, as_reader, as_tree, contents, unclean

from publisher.entries.parser import parse_entry
from publisher.errors import Severity
from publisher.model.entry import Entry

NASTY = re.split(
    r"\s+",
    r"""< > & &amp; &lt;b&gt; &#60; &nbsp; &nosuch; ]]> " ' \ \n %s {{x}} {%x%} `<u>` *a* [^1] data:
    javascript: שלום مرحبا 🇨🇭 ＜ ﷺ Ã© List<int8> https://example.org/?a=1&b=2""",
)
NASTY += ["e\u0301\u0323", "👩\u200d👩\u200d👧", "\r\n"]
NASTY += list(" \t\n\r\u202e\u200f\u2066\u200b\ufeff\u00a0\u2028\u00ad\U0010fffd\U0001fffe")
REFUSED = list("\x00\x01\x0b\x0c\x1b\x7f\x85\x9f\ufdd0\ufffd\ufffe\uffff\ud800\udfff")
TOKENS = re.split(
    r" \| |\n +",
    """<script>alert(1)</script> | <iframe src=x> | <img src=x onerror=alert(1)> | <svg/onload=alert(1)>
    <a href=javascript:x> | <a href="jav&#x09;ascript:x"> | <a href='#x'> | <base href=//x> | <form action=/x>
    <b onclick="x"> | <math><mtext> | <noscript> | <template> | <plaintext> | <x-y> | <style>x | <input>
    <img src="data:image/png;base64,AA" alt="x"> | [x](javascript:x) | [x](data:x) | [x](//x.y/z) | <b>
    ![x](//x.y/z) | ![x](data:x) | <td style='color:red'> | <details open ontoggle=x> | [x](vbscript:x)
    <!-- x --!> | <?xml | <![CDATA[ | <!-- | --> | <List<int>> | <int> | # x""",
)
HARMLESS = re.split(
    r" \| |\n +",
    """![x](y.png) | <div id="a b"> | <div id='"'> | <p title="</p><script>"> | <table> | <td> | </p> | </div>
    <a href="https://example.org/?a=1" title="<b id='x'>"> | </a> | [x](y.md) | [x](#y) | [x](mailto:a@b.c)
    [x](https://example.org/?a=1&b=2) | <b> | </b> | <br/> | [^1]: note | > q | - a | ## h | <ul><li>""",
)

text = st.text(st.characters(exclude_categories=["Cc", "Cs"]), max_size=8)
words = st.lists(st.sampled_from(NASTY) | text, max_size=8).map(lambda parts: "w" + "".join(parts))
broken = st.tuples(words, st.sampled_from(REFUSED), words).map("".join)
bodies = st.lists(st.sampled_from(HARMLESS + NASTY), min_size=1, max_size=12).map("".join)
hostile = st.tuples(bodies, st.sampled_from(TOKENS), bodies).map("".join)
FIELDS = ["title", "summary", "link", "alt", "holder", "place"]


def _file(values: dict[str, str], body: str, *, is_ascii: bool) -> bytes:
    """Return an entry's file; JSON's quoted strings are YAML's too, with escapes or without."""

    def quoted(name: str) -> str:
        return json.dumps(values.get(name, f"Some {name}"), ensure_ascii=is_ascii)

    front = [
        "id: some-entry",
        f"title: {quoted('title')}",
        "date: 2025-10-05",
        f"summary: {quoted('summary')}",
        f"links: [{{label: {quoted('link')}, url: 'https://example.org/?a=1&b=2'}}]",
        f"image: {{src: a.png, alt: {quoted('alt')}, credit: {{holder: {quoted('holder')}}}}}",
        f"event: {{start: 2025-10-05, place: {quoted('place')}}}",
    ]
    text = "\n".join(["---", *front, "---", body, ""])
    return text.encode("utf-8", "surrogatepass")


def _parse(data: bytes) -> Entry | None:
    """Return the entry, or None if it is refused with a reason."""
    parsed = parse_entry("2025/10/some-entry.md", data, some_settings())
    if parsed.entry is None:
        assert [problem.code for problem in parsed.problems if problem.severity is Severity.ERROR]
    return parsed.entry


def _looks_like_mojibake(text: str) -> str:
    """Return *text* as feedparser mends it, which takes Ã© for é written twice as UTF-8."""
    try:
        return text.encode("iso-8859-1").decode("utf-8")
    except UnicodeError:
        return text


def _check(entry: Entry) -> None:
    """Hold that every feed with *entry* is well-formed and says it in full."""
    feeds = feeds_of(an_edition(entry))
    told = json.loads(feeds["feed.json"])["items"][0]
    assert {path.rpartition("/")[2] for path in feeds} == {
        "atom.xml",
        "rss.xml",
        "feed.json",
        "feed.css",
        "feeds.opml",
    }
    for path, data in feeds.items():
        if path.endswith("atom.xml"):
            _check_atom(as_tree(data).find("a:entry", SPACES), entry)
        elif path.endswith("rss.xml"):
            _check_rss(as_tree(data).find("channel/item"), entry)
        elif path.endswith("feed.json"):
            assert json.loads(data)["items"] == [told]
        if path.endswith(("atom.xml", "rss.xml")):
            (seen,) = as_reader(data).entries
            assert (seen.id, seen.link) == (f"{TAG}some-entry", f"{TOP}2025/10/some-entry/")
            assert seen.title in {entry.title, _looks_like_mojibake(entry.title)}
        if not path.endswith((".css", ".opml")):
            assert contents(path, data) == [told["content_html"]]
    assert (told["title"], told.get("summary", "")) == (entry.title, entry.summary)
    assert unclean(told["content_html"]) == []


def _check_atom(node: Any, entry: Entry) -> None:
    assert node.findtext("a:title", namespaces=SPACES) == entry.title
    assert (node.findtext("a:summary", namespaces=SPACES) or "") == entry.summary
    if entry.image and entry.image.credit:
        picture = node.find("media:content", SPACES)
        assert picture.findtext("media:description", namespaces=SPACES) == entry.image.alt
        assert picture.findtext("media:credit", namespaces=SPACES) == f"© {entry.image.credit.holder}"


def _check_rss(node: Any, entry: Entry) -> None:
    assert node.findtext("title") == entry.title
    if entry.summary:
        assert node.findtext("description") == html.escape(entry.summary, quote=False)
    assert node.findtext("guid") == f"{TAG}some-entry"


@given(values=st.dictionaries(st.sampled_from(FIELDS), words, max_size=4), is_ascii=st.booleans())
@example(
    values={"title": "a ]]> <b & \"'", "summary": "`]]>` &lt; \\<int>", "alt": "\t\"<>&'"}, is_ascii=False
)
@example(values={"title": "👩\u200d👧 \u202eשלום", "link": "&amp;", "place": "a\u2028b"}, is_ascii=False)
def test_words_come_back_as_they_went_in(values: dict[str, str], *, is_ascii: bool) -> None:
    """Titles, summaries, labels, descriptions and places, with any character that XML can carry."""
    entry = _parse(_file(values, "Some words.", is_ascii=is_ascii))
    if entry:
        title = values.get("title", "Some title")
        assert entry.title == re.sub(r"\s+", " ", title).strip()
        _check(entry)


@given(field=st.sampled_from(FIELDS), text=broken, is_ascii=st.booleans())
def test_characters_that_no_feed_can_carry_are_refused(field: str, text: str, *, is_ascii: bool) -> None:
    """Control characters, noncharacters and lone surrogates, written as they are or as escapes."""
    assert _parse(_file({field: text}, "Some words.", is_ascii=is_ascii)) is None
    assert _parse(_file({}, text, is_ascii=False)) is None


@given(words)
def test_text_in_code_comes_back_as_it_went_in(text: str) -> None:
    """What stands in a block of code is the same in every feed, character for character."""
    text = re.sub(r"\r\n?", "\n", text.replace("~", "-"))
    entry = _parse(_file({}, f"~~~\n{text}\n~~~", is_ascii=True))
    if entry:
        _check(entry)
        (told,) = contents("rss.xml", feeds_of(an_edition(entry))["rss.xml"])
        found = re.search(r"<pre><code>(.*)\n</code></pre>", told, re.DOTALL)
        assert found
        assert html.unescape(found[1]) == text


@given(bodies | hostile)
def test_bodies_are_refused_or_harmless(body: str) -> None:
    """Tags, attributes and addresses in any order: what goes out runs nowhere and leads somewhere."""
    entry = _parse(_file({}, body, is_ascii=True))
    if entry:
        _check(entry)


@pytest.mark.parametrize(
    "piece", ["A word & <b>tag</b> ]]> 🎉 שלום\n\n", "[x](https://example.org/?a=1&b=2) ", "- a\n"]
)
def test_a_body_of_a_megabyte_is_told_in_full(piece: str) -> None:
    """A feed of that size is as well-formed as any, and nothing of it is cut."""
    count = 1_000_000 // len(piece.encode())
    entry = _parse(_file({}, piece * count, is_ascii=True))
    assert entry
    feeds = feeds_of(an_edition(entry))
    for name in ("atom.xml", "rss.xml"):
        (told,) = contents(name, feeds[name])
        assert told.count({"A": "<b>", "[": "<a ", "-": "<li>"}[piece[0]]) >= count
        assert as_reader(feeds[name]).entries[0].id == f"{TAG}some-entry"
