"""Digests at every width: nothing sticks out, and everything is large enough to read and to hit."""

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from builders import an_entry
from digests import LANGUAGES, WHICH, pairs, sample_pair, versions
from editions import an_edition, digest_of
from mailshots import a_browser, a_page, faults, look

from publisher.model.edition import Edition

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

WIDTHS = (320, 375, 640, 1024)
UNBROKEN = "Donaudampfschifffahrtsgesellschaft" * 5 + "Donaudampfschifffahrtskapitaen"
_POINT = "R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7"
# What stands for a picture that does not come: its words, which make it higher than it is without them.
# The logo says what the name of the newsletter says, which stands behind it in the same link.
_WORDLESS = """() => [...document.images].filter(image => {
    if (image.alt === "" && image.closest("a")?.textContent.trim()) return image.naturalWidth > 0;
    const words = image.alt, height = image.getBoundingClientRect().height;
    image.alt = "";
    const bare = image.getBoundingClientRect().height;
    image.alt = words;
    return image.naturalWidth > 0 || words.length === 0 || height < 14 || height <= bare;
}).map(image => image.outerHTML.slice(0, 160))"""


@pytest.fixture(scope="module")
def browser(chromium: str) -> Iterator["Browser"]:
    """Return a running browser."""
    with a_browser(chromium) as running:
        yield running


@pytest.fixture(scope="module")
def page(browser: "Browser") -> Iterator["Page"]:
    """Return a page of a browser."""
    with a_page(browser) as opened:
        yield opened


@pytest.fixture(scope="module")
def bare(browser: "Browser") -> Iterator["Page"]:
    """Return a page that gets no pictures."""
    with a_page(browser, pictures=False) as opened:
        yield opened


def _found(page: "Page", html: str) -> dict[int, list[str]]:
    """Return the faults of *html* by width."""
    page.set_content(html)
    found = {}
    for width in WIDTHS:
        look(page, width)
        found[width] = faults(page)
    return {width: told for width, told in found.items() if told}


@WHICH
def test_a_digest_fits_every_window(which: str, page: "Page", tmp_path: Path) -> None:
    """Mails and their web versions need no scrolling sideways, and no text or link is too small."""
    checked = {name: html for pair in pairs(which, tmp_path) for name, html in versions(pair).items()}
    assert len(checked) > 11
    found = {name: _found(page, html) for name, html in checked.items()}
    assert {name: told for name, told in found.items() if told} == {}


@WHICH
def test_without_pictures_there_are_words(which: str, bare: "Page", tmp_path: Path) -> None:
    """Where pictures are off, each shows its description, and nothing sticks out."""
    found, pictures = {}, 0
    for pair in pairs(which, tmp_path):
        found[pair.name] = _found(bare, pair.digest.html)
        for width in (320, 640):
            look(bare, width)
            if wordless := bare.evaluate(_WORDLESS):
                found[pair.name][width] = wordless
        pictures += bare.evaluate("document.images.length")
    assert pictures > 2
    assert {name: told for name, told in found.items() if told} == {}


@pytest.mark.parametrize(
    "picture",
    [
        '<img src="https://example.org/a.png" width="200" alt="">',
        f'<img src="data:image/gif;base64,{_POINT}" width="200" alt="Words">',
        '<img src="https://example.org/a.png" alt="Words" style="display:block;height:2px;overflow:hidden">',
    ],
    ids=["no-words", "a-picture", "too-low"],
)
def test_a_picture_without_words_is_seen(picture: str, bare: "Page") -> None:
    """The control: a picture that says nothing, or has come after all, is found."""
    bare.set_content(f"<!DOCTYPE html><body>{picture}</body>")
    assert bare.evaluate(_WORDLESS) == [picture]


def _unbroken(lang: str) -> Edition:
    """Return an edition whose entries, of each place in a digest, have words of 200 characters."""
    days = "start: 2023-06-27, end: 2023-06-28, registration_deadline: 2023-06-20"
    event = f"{{{days}, place: {UNBROKEN}, online: true}}"
    later = f"{{start: 2023-07-04, place: {UNBROKEN}}}"
    image = f"{{src: a.png, alt: {UNBROKEN}, caption: {UNBROKEN}, credit: {{holder: {UNBROKEN}}}}}"
    fields: dict[str, Any] = {
        "title": UNBROKEN,
        "summary": UNBROKEN,
        "kicker": UNBROKEN,
        "date": "2023-06-12",
    }
    ending = "md" if lang == "en" else f"{lang}.md"
    kinds = ("news", "event", "press-release", "report", "video")
    return an_edition(
        an_entry(f"2023/06/top.{ending}", **fields, highlight="1", image=image, event=event),
        an_entry(f"2023/06/next.{ending}", **fields, kind="event", event=later),
        *(an_entry(f"2023/06/{kind}.{ending}", **fields, kind=kind, event=event) for kind in kinds),
    )


@pytest.mark.parametrize("lang", LANGUAGES)
def test_words_without_end_stay_inside(lang: str, page: "Page") -> None:
    """A word of 200 characters, wherever it stands, is broken and not cut, in both directions."""
    digest = digest_of(_unbroken(lang), lang)
    assert digest.html.count(UNBROKEN) > 6
    assert _found(page, digest.html) == {}


@pytest.mark.parametrize(
    ("piece", "fault"),
    [
        (f"<p>{UNBROKEN}{UNBROKEN}</p>", "it is wider than the window"),
        ('<div style="width:700px">x</div>', "sticks out: <div"),
        ('<div dir="rtl"><div style="width:700px">x</div></div>', "sticks out: <div"),
        (f'<div style="width:90px;overflow:hidden">{UNBROKEN}</div>', "is cut: <div"),
        ('<p style="font-size:11px">x</p>', "text below 12 px: <p"),
        (
            '<a href="https://example.org/" style="font-size:13px;line-height:1">x</a>',
            "link in a line below 18 px: <a",
        ),
        ('<a href="#nowhere" style="font-size:20px">x</a>', "link to nowhere: <a"),
    ],
)
def test_a_fault_is_seen(piece: str, fault: str, page: "Page") -> None:
    """The control: what sticks out, is cut or is too small is found."""
    html = sample_pair("2022-05", "en").digest.html.replace("</body>", f"{piece}</body>")
    found = _found(page, html)
    assert any(told.startswith(fault) for told in found[320])
