"""Arabic digests on the screen: lines run from right to left, and the Latin words in them do not."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from builders import an_entry
from digests import LANGUAGES, LARGE, Pair, large_edition, pair_of, sample_pair, sample_pairs
from editions import an_edition, digest_of
from mailshots import a_browser, a_page, look

from publisher.model.output import Digest

if TYPE_CHECKING:
    from playwright.sync_api import Page

# The text of each block, whatever elements it runs through, and where each of its characters is shown.
_BLOCKS = """const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
const range = document.createRange(), blocks = new Map(), names = "p, h1, h2, h3, h4, li, td, div, body";
while (walker.nextNode()) {
    const text = walker.currentNode, block = text.parentElement.closest(names);
    if (!text.parentElement.checkVisibility()) continue;
    if (!blocks.has(block)) blocks.set(block, []);
    for (let at = 0; at < text.length; at++) {
        range.setStart(text, at);
        range.setEnd(text, at + 1);
        const box = range.getClientRects()[0] || null;
        blocks.get(block).push({sign: box ? text.data[at] : " ", box});
    }
}"""
# Runs with a Latin letter whose signs, line by line, do not go from left to right.
_TORN = f"""() => {{
    {_BLOCKS}
    const found = [];
    for (const signs of blocks.values()) {{
        const text = signs.map(one => one.sign).join("");
        for (const run of text.matchAll(/[0-9A-Za-zÀ-ɏ](?:[ -~À-ɏ]*[0-9A-Za-zÀ-ɏ])?/g)) {{
            if (!/[A-Za-z]/.test(run[0])) continue;
            const own = signs.slice(run.index, run.index + run[0].length);
            const boxes = own.map(one => one.box).filter(Boolean);
            const torn = boxes.some((box, at) => at && Math.abs(box.top - boxes[at - 1].top) < 4
                && box.left < boxes[at - 1].left - 0.5);
            if (torn) found.push(run[0]);
        }}
    }}
    return found;
}}"""
# Blocks with Arabic words that begin on the left.
_WRONG_WAY = f"""() => {{
    {_BLOCKS}
    return [...blocks].filter(([block, signs]) => {{
        const style = getComputedStyle(block), right = ["right", "start", "center"];
        const arabic = signs.filter(one => /[\\u0600-\\u06ff]/.test(one.sign));
        const foreign = block.querySelector("[lang]:not([lang=ar])") || !block.closest("[lang=ar]");
        return arabic.length && !foreign
            && (style.direction !== "rtl" || !right.includes(style.textAlign.replace("-webkit-", "")));
    }}).map(([block]) => block.outerHTML.slice(0, 160));
}}"""
_HEADING = """() => {
    const range = document.createRange(), heading = document.querySelector("h1");
    range.selectNodeContents(heading);
    const text = range.getBoundingClientRect(), sheet = heading.closest("table").getBoundingClientRect();
    return [text.left - sheet.left, sheet.right - text.right];
}"""


@pytest.fixture(scope="module")
def page(chromium: str) -> Iterator["Page"]:
    """Return a page of a browser."""
    with a_browser(chromium) as browser, a_page(browser) as opened:
        yield opened


def _torn(page: "Page", html: str) -> dict[int, list[str]]:
    """Return the Latin runs of *html* that are torn apart, by width."""
    page.set_content(html)
    found: dict[int, list[str]] = {}
    for width in (320, 640):
        look(page, width)
        found[width] = page.evaluate(_TORN)
    return {width: runs for width, runs in found.items() if runs}


def _arabic() -> Digest:
    """Return an Arabic digest with Latin words, dates and numbers wherever people write some."""
    place = "6 March Square, Geneva"
    credit = "{holder: 3D Studio, agency: 24 Pictures}"
    image = f"{{src: a.png, alt: صورة, caption: صورة من 3D Studio, credit: {credit}}}"
    entry = an_entry(
        "2023/06/talks.ar.md",
        title="محادثات في 6 March Square, Geneva",
        summary="تبدأ المحادثات 6 March 2026, Geneva وتنتهي بعد يومين",
        kicker="دورة 2nd Session",
        date="2023-06-27",
        kind="event",
        highlight="1",
        image=image,
        event=f'{{start: "2023-06-29T09:00", end: "2023-06-29T11:00", place: "{place}"}}',
    )
    plain: dict[str, Any] = {
        "title": "ملتقى 102 Countries, 2nd Round",
        "date": "2023-06-20",
        "kicker": "برنامج 4th Forum, Lima",
    }
    return digest_of(an_edition(entry, an_entry("2023/06/note.ar.md", **plain)), "ar")


def test_latin_words_in_arabic_keep_their_order(page: "Page") -> None:
    """A place, a date or a name with a number before it, wherever it stands, reads from left to right."""
    html = _arabic().html
    assert html.count("6 March") > 2
    assert _torn(page, html) == {}


def test_a_torn_run_is_seen(page: "Page") -> None:
    """The control: without its span "6 March 2026, Geneva" shows its 6 at the far end."""
    html = '<!DOCTYPE html><body dir="rtl"><p>تبدأ المحادثات {0} وتنتهي</p>'
    run = "6 March 2026, Geneva"
    assert _torn(page, html.replace("{0}", run)) == {320: [run], 640: [run]}
    assert _torn(page, html.replace("{0}", f'<span dir="ltr">{run}</span>')) == {}


@pytest.mark.parametrize("which", ["sample", "large"])
def test_no_arabic_digest_tears_words(which: str, page: "Page", tmp_path: Path) -> None:
    """All Latin words of all Arabic digests, and Arabic ones of a large month, stand as they are written."""
    checked = sample_pairs("ar") if which == "sample" else _large(tmp_path)
    found = {pair.name: _torn(page, pair.digest.html) for pair in checked}
    assert {name: runs for name, runs in found.items() if runs} == {}


def _large(root: Path) -> list[Pair]:
    return [pair_of(large_edition(root, "ar", 40), "ar", LARGE)]


def test_arabic_lines_begin_on_the_right(page: "Page") -> None:
    """Every block with Arabic words runs from right to left and is not set against the left edge."""
    found = {}
    for pair in sample_pairs("ar"):
        page.set_content(pair.digest.html)
        found[pair.name] = page.evaluate(_WRONG_WAY)
    assert len(found) > 4
    assert {name: blocks for name, blocks in found.items() if blocks} == {}


@pytest.mark.parametrize("change", ['dir="ltr"', 'style="text-align:left"'])
def test_a_line_from_the_left_is_seen(change: str, page: "Page") -> None:
    """The control: an Arabic block that runs from left to right, or stands at the left, is found."""
    page.set_content(f'<!DOCTYPE html><body lang="ar" dir="rtl"><p>خبر</p><p {change}>خبر</p>')
    assert page.evaluate(_WRONG_WAY) == [f"<p {change}>خبر</p>"]


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_heading_stands_where_the_language_begins(lang: str, page: "Page") -> None:
    """The month stands at the right edge in Arabic and at the left edge in the other languages."""
    page.set_content(sample_pair("2023-03", lang).digest.html)
    look(page, 640)
    left, right = page.evaluate(_HEADING)
    assert (right < left) is (lang == "ar")
    assert min(left, right) < 60


def test_foreign_names_have_their_language(page: "Page") -> None:
    """Each link to another language says in which language and direction its own name is."""
    html = sample_pair("2023-03", "en").digest.html
    page.set_content(html)
    found = page.evaluate(
        "[...document.querySelectorAll('a[hreflang=ar]')].map(node => [node.lang, node.dir])"
    )
    assert found
    assert {tuple(row) for row in found} == {("ar", "rtl")}
    assert re.search("[\u0600-\u06ff]", html)
