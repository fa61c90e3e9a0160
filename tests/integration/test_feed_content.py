"""The content of feeds travels: whole addresses, nothing that runs, and anchors that never meet."""

import json
from collections import Counter
from io import BytesIO
from pathlib import Path
from typing import Any

import lxml.html
import pytest
from builders import an_entry, entry_text, some_settings
from editions import an_edition, feeds_of
from msgspec.structs import replace
from newsroom import NOW, SETTINGS, TOP, Newsroom, a_picture, contents, unclean
from PIL import Image

from publisher.build import build
from publisher.entries.parser import parse_entry
from publisher.model.entry import Entry
from publisher.project import load

ROOT = Path(__file__).resolve().parents[2]
OTHER = an_entry("2025/09/other.md", "Other.", date="2025-09-01")
PAGE = f"{TOP}2025/10/report/"


def _told(*entries: Entry) -> list[str]:
    """Return the content of each item of the feed of *entries*, which is the same in all formats."""
    feeds = feeds_of(an_edition(*entries))
    first, *others = (contents(name, feeds[name]) for name in ("atom.xml", "rss.xml", "feed.json"))
    assert others == [first, first]
    return first


def _report(body: str, **fields: str) -> str:
    """Return the content of one entry, of which OTHER is a neighbour."""
    return _told(an_entry("2025/10/report.md", body, None, **({"date": "2025-10-01"} | fields)), OTHER)[0]


def _addresses(html: str) -> list[str]:
    nodes = lxml.html.fragment_fromstring(html, create_parent="div").iter()
    return [value for node in nodes for name, value in node.attrib.items() if name in {"href", "src"}]


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("[It](https://example.org/a?b=1&c=2#d)", "https://example.org/a?b=1&c=2#d"),
        ("[It](mailto:news@example.org)", "mailto:news@example.org"),
        ("<news@example.org>", "mailto:news@example.org"),
        ("[It](tel:+41-22-000)", "tel:+41-22-000"),
        ("[It](../09/other.md)", f"{TOP}2025/09/other/"),
        ("[It](../09/other.md?print=1#part)", f"{TOP}2025/09/other/#other--part"),
        ('<a href="../09/other.md">It</a>', f"{TOP}2025/09/other/"),
        ("![It](chart.png)", f"{TOP}media/2025/10/chart.png"),
        ("[It](#end)", f"{PAGE}#report--end"),
        ("[It](#l%27%C3%A9t%C3%A9)", f"{PAGE}#report--l%27%C3%A9t%C3%A9"),
        ("[It](#été)", f"{PAGE}#report--%C3%A9t%C3%A9"),
    ],
)
def test_addresses_are_whole(body: str, expected: str) -> None:
    """Links, pictures and fragments lead to the same place from anywhere."""
    html = _report(body)
    assert _addresses(html) == [expected]
    assert unclean(html) == []


def test_a_link_to_what_is_not_published_stays_as_words() -> None:
    """A draft's address does not leak, and no dead link goes out."""
    assert _report("See [the draft](draft.md) and [that](../../pages/no.md).") == (
        "<p>See <a>the draft</a> and <a>that</a>.</p>"
    )


def test_what_looks_like_an_address_is_left_alone() -> None:
    """Examples of code and the words of other attributes are text."""
    body = '`<a href="x.md">` <b title="href=&quot;x.md&quot; id=&quot;y&quot;">b</b>'
    assert _report(body) == (
        '<p><code>&lt;a href="x.md"&gt;</code> <b title="href=&quot;x.md&quot; id=&quot;y&quot;">b</b></p>'
    )


def test_the_summary_stands_in_for_a_missing_body() -> None:
    """With its markup; a link in it is whole, or only words."""
    summary = "'See *it* [there](../09/other.md), [a draft](draft.md) and [that](//example.org/x)'"
    parsed = parse_entry("2025/10/report.md", entry_text("", summary=summary).encode(), some_settings())
    if parsed.entry is None:  # what is no address may be refused as well
        summary = summary.replace("[that](//example.org/x)", "<a>that</a>")
    html = _report("", summary=summary)
    there = f'<a href="{TOP}2025/09/other/">there</a>'
    assert html == f"<p>See <em>it</em> {there}, <a>a draft</a> and <a>that</a></p>"


def test_content_is_whole() -> None:
    """Feeds hold the text to its end, however long it is."""
    words = [f"word{number}" for number in range(20_000)]
    assert _report("\n".join(words)) == "<p>" + "\n".join(words) + "</p>"


def _ids(html: str) -> list[str]:
    return [str(value) for value in lxml.html.fragment_fromstring(html, create_parent="div").xpath(".//@id")]


NOTES = "One.[^1] Two.[^a note] Again.[^1]\n\n[^1]: First.\n\n[^a note]: Second.\n\n<div id='part 2'>x</div>"


def test_footnotes_of_several_entries_can_share_a_page() -> None:
    """Each anchor carries the id of its entry, has no spaces, and each fragment leads to one of them."""
    whole = _told(
        an_entry("2025/10/report.md", NOTES, date="2025-10-01"),
        an_entry("2025/10/second.md", NOTES, date="2025-10-02"),
    )
    ids = [name for html in whole for name in _ids(html)]
    assert Counter(ids).most_common(1)[0][1] == 1
    assert ids[3:] == ["report--1", "report--a_note", "report--part_2"]
    fragments = [address.partition("#")[2] for html in whole for address in _addresses(html)]
    assert fragments[3:] == ["report--1", "report--a_note", "report--1"]
    assert set(fragments) <= set(ids)
    assert [fault for html in whole for fault in unclean(html)] == []


def test_anchors_of_entries_with_like_names_do_not_meet() -> None:
    """Report with a note 2-1 and report-2 with a note 1 have two anchors."""
    whole = _told(
        an_entry("2025/10/report.md", "A.[^2-1]\n\n[^2-1]: B.", date="2025-10-01"),
        an_entry("2025/10/report-2.md", "A.[^1]\n\n[^1]: B.", date="2025-10-02"),
    )
    assert [_ids(html) for html in whole] == [["report-2--1"], ["report--2-1"]]


def test_an_event_says_when_and_where() -> None:
    """Above the text: the days in the entry's language, the place escaped, and the calendar file."""
    event = "{start: 2025-10-27, end: 2025-10-28, place: Geneva & <Bern>, online: true}"
    html = _report("Words.", event=event, kind="event")
    when = "27–28 October 2025 · Geneva &amp; &lt;Bern&gt; · Online"
    calendar = f'<a href="{PAGE}event.ics">Add to calendar</a>'
    assert html.split("\n") == [
        f"<p><strong>{when}</strong> {calendar}</p>",
        "<p>Words.</p>",
    ]


@pytest.mark.parametrize(
    ("image", "poster"),
    [
        ({}, ""),
        (
            {"image": '{src: arcs.png, alt: Arcs & "bows"}'},
            f'<img src="{TOP}media/2025/10/arcs.png" alt="Arcs &amp; &quot;bows&quot;"><br>',
        ),
    ],
    ids=["bare", "poster"],
)
def test_a_recording_is_a_linked_poster(image: dict[str, str], poster: str) -> None:
    """No player and no frame travels, so the picture, if there is one, is the link to the recording."""
    media = "{url: 'https://media.example.org/a.mp4?x=1&y=2', type: video/mp4, length: 9}"
    html = _report("Words.", media=media, **image)
    assert html.split("\n")[1:] == [
        f'<p><a href="https://media.example.org/a.mp4?x=1&amp;y=2">{poster}Recording</a></p>'
    ]


def test_the_ways_on_come_last() -> None:
    """The links of the entry, then where it was published first."""
    links = "[{label: The <report>, url: 'https://example.org/r?a=1&b=2'}]"
    html = _report("Words.", links=links, link="https://example.org/news")
    first = '<li><a href="https://example.org/r?a=1&amp;b=2">The &lt;report&gt;</a></li>'
    second = '<li><a href="https://example.org/news">Read it where it was published</a></li>'
    assert html == f"<p>Words.</p>\n<ul>{first}{second}</ul>"


@pytest.mark.parametrize(
    "body",
    [
        "<script>alert(1)</script>",
        "<iframe src='https://example.org/'></iframe>",
        "<form action='https://example.org/'><input></form>",
        "<b onclick='alert(1)'>b</b>",
        "<img src='x.png' alt='x' onerror='alert(1)'>",
        "[x](javascript:alert(1))",
        "[x](&#106;avascript:alert(1))",
        "[x](java\tscript:alert(1))",
        "<a href='JaVaScRiPt:alert(1)'>x</a>",
        "<a href=' javascript:alert(1)'>x</a>",
        "<a href='&#1;javascript:alert(1)'>x</a>",
        "![x](data:image/png;base64,AAAA)",
        "<a href='data:text/html,x'>x</a>",
        "[x](//example.org/x)",
        "[x](http:example.org)",
        "[x](https:///example.org)",
        "[x](ftp://example.org/)",
        "<video src='x.mp4' poster='x.png'></video>",
        "<img src='x.png' srcset='y.png 2x' alt='x'>",
        "<p style='position:fixed'>x</p>",
        "<svg><a href='javascript:alert(1)'>x</a></svg>",
        "<math><mi href='javascript:alert(1)'>x</mi></math>",
        "<base href='https://evil.example/'>",
        "<meta http-equiv='refresh' content='0;url=https://evil.example/'>",
        "<style>@import 'https://evil.example/'</style>",
        "<!-- a --!> <script>alert(1)</script> -->",
        "<b title='</b><script>alert(1)</script>'>x</b>",
        '<a href="#x" title=\'" onclick="alert(1)\'>x</a>',
    ],
)
def test_nothing_that_runs_travels(body: str) -> None:
    """Such an entry is refused, or what goes out of it is clean."""
    parsed = parse_entry("2025/10/report.md", entry_text(body).encode(), some_settings())
    if parsed.entry:
        html = _told(replace(parsed.entry, path="2025/10/report.md"))[0]
        assert unclean(html) == []
    else:
        assert parsed.problems


def test_the_checker_of_this_file_can_see() -> None:
    """What the tests above look for would be found."""
    for html in (
        "<form></form>",
        "<b onclick='x'>",
        "<a href='x'>",
        "<img src='//a/b'>",
        "<a href='data:x'>",
    ):
        assert unclean(html) != [], html


def test_the_sample_newsletter_travels(tmp_path: Path) -> None:
    """No item of any feed is unclean, no two items of a feed share an anchor, an item is the same in each."""
    for name in ("entries", "templates", "pyproject.toml"):
        (tmp_path / name).symlink_to(ROOT / name)
    build(load(tmp_path, {}), NOW)
    seen: dict[str, str] = {}
    feeds = {path: path.read_bytes() for path in (tmp_path / "out").rglob("*") if path.name == "feed.json"}
    assert len(feeds) > 20
    for path, data in feeds.items():
        items: list[dict[str, Any]] = json.loads(data)["items"]
        ids = Counter(name for item in items for name in _ids(item["content_html"]))
        assert [name for name, number in ids.items() if number > 1] == [], path
        for item in items:
            assert seen.setdefault(item["id"], item["content_html"]) == item["content_html"]
    assert {identity: unclean(html) for identity, html in seen.items() if unclean(html)} == {}


def test_pictures_of_the_text_are_published(tmp_path: Path) -> None:
    """The address of a picture in the content is that of a file in the output folder."""
    room = Newsroom(tmp_path, SETTINGS)
    room.put("2025/10/chart.png", a_picture())
    room.write("2025/10/report.md", "![A chart](chart.png)", date="2025-10-01")
    room.build()
    (html,) = contents("atom.xml", room.read("atom.xml"))
    assert html == f'<p><img src="{TOP}media/2025/10/chart.png" alt="A chart"></p>'
    assert Image.open(BytesIO(room.read("media/2025/10/chart.png"))).size == (40, 30)
