"""A feed opened in Debian's Chromium: styled, legible, with a way to the site; docs/feeds.md shows it."""

import functools
import http.server
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from newsroom import TOP, a_rich_newsroom

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

ATOM = ("atom.xml", "fr/atom.xml", "all/atom.xml", "2025/10/atom.xml")
RSS = ("rss.xml", "fr/rss.xml")


class _Server(http.server.SimpleHTTPRequestHandler):
    """Serves feeds with the type that docs/hosting.md asks for."""

    extensions_map = http.server.SimpleHTTPRequestHandler.extensions_map | {".xml": "application/xml"}

    def log_message(self, *_words: object) -> None:
        """Say nothing."""


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Return the address at which a rich newsletter is served."""
    room = a_rich_newsroom(tmp_path_factory.mktemp("feeds"))
    room.write("2025/12/note.ar.md", title="ملاحظة", summary="كلمات", date="2025-12-01")
    room.build()
    handler = functools.partial(_Server, directory=str(room.out))
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture(scope="module")
def browser(chromium: str) -> Iterator["Browser"]:
    """Return a running browser."""
    from playwright.sync_api import sync_playwright  # noqa: PLC0415

    with sync_playwright() as playwright:
        arguments = ["--no-sandbox", "--disable-background-networking"]
        running = playwright.chromium.launch(executable_path=chromium, args=arguments)
        yield running
        running.close()


def _ask(page: "Page", selector: str, question: str) -> list[Any]:
    """Return the answer of each element that *selector* finds; its style is *style*, its box *box*."""
    script = (
        "([selector, question]) => [...document.querySelectorAll(selector)].map(node => "
        "new Function('node', 'style', 'box', 'return ' + question)"
        "(node, getComputedStyle(node), node.getBoundingClientRect()))"
    )
    found: list[Any] = page.evaluate(script, [selector, question])
    assert found, selector
    return found


@pytest.mark.parametrize("name", [*ATOM, *RSS])
def test_title_entries_and_summaries_are_shown(browser: "Browser", site: str, name: str) -> None:
    """Titles, days and summaries are seen; ids, times of day and texts written as HTML are not."""
    page = browser.new_page(viewport={"width": 1000, "height": 800})
    page.goto(site + name)
    item, day, summary, hidden = (
        ("item", "item > pubDate", "item > description", "guid, item > link, item > *|encoded")
        if name in RSS
        else (
            "entry",
            "entry > published",
            "entry > summary",
            "feed > id, feed > updated, entry > id, content",
        )
    )
    for seen in (item, f"{item} > title", day, summary, ":root > title, channel > title"):
        assert min(_ask(page, seen, "Math.min(box.width, box.height)")) > 15, seen
    assert max(_ask(page, hidden, "Math.max(box.width, box.height)")) == 0
    titles = _ask(page, f"{item} > title", "box.bottom")
    days = _ask(page, day, "[box.top, box.bottom]")
    tops = _ask(page, summary, "box.top")
    assert all(
        title <= top <= end <= below for title, (top, end), below in zip(titles, days, tops, strict=True)
    )
    assert max(_ask(page, day, "box.width")) < 160  # the day, cut off before the time
    page.close()


@pytest.mark.parametrize("name", ATOM)
def test_a_feed_leads_to_the_site(browser: "Browser", site: str, name: str) -> None:
    """A line says what a feed is, and a click on its link asks for the page of the site."""
    page = browser.new_page()
    page.route(f"{TOP}**", lambda route: route.fulfill(body="the site"))
    page.goto(site + name)
    page.locator("subtitle a").click()
    page.wait_for_url(f"{TOP}**")
    assert page.url == TOP + {"fr/atom.xml": "fr/", "2025/10/atom.xml": "2025/10/"}.get(name, "")
    page.close()


@pytest.mark.parametrize("width", [320, 400, 1000])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_feed_is_legible(browser: "Browser", site: str, width: int, scheme: Any) -> None:
    """Nothing is wider than the window, text has 15 pixels or more, and its colours contrast by 4.5 to 1."""
    page = browser.new_page(viewport={"width": width, "height": 800}, color_scheme=scheme)
    for name in (ATOM[0], RSS[0]):
        page.goto(site + name)
        assert page.evaluate("document.documentElement.scrollWidth") <= width, name
        texts = ":root > title, channel > title, entry > title, item > title, summary, item > description, a"
        assert min(_ask(page, texts, "parseFloat(style.fontSize)")) >= 15, name
        ground = _light(_ask(page, ":root", "style.backgroundColor")[0])
        assert (ground > 0.8) == (scheme == "light")
        for colour in _ask(page, f"{texts}, published, pubDate, category:first-of-type", "style.color"):
            brighter, darker = sorted((_light(colour), ground), reverse=True)
            assert (brighter + 0.05) / (darker + 0.05) >= 4.5, (name, colour)
    page.close()


def _light(colour: str) -> float:
    """Return the relative luminance of rgb(...) (WCAG 2)."""
    parts = [int(part) / 255 for part in colour.removeprefix("rgb(").removesuffix(")").split(",")]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return sum(weight * part for weight, part in zip((0.2126, 0.7152, 0.0722), linear, strict=True))


def test_arabic_runs_from_right_to_left(browser: "Browser", site: str) -> None:
    """Arabic feeds, and Arabic entries among others, start at the right; days stay in their order."""
    page = browser.new_page(viewport={"width": 1000, "height": 800})
    for name, expected in (("ar/atom.xml", ["rtl"]), ("all/atom.xml", ["rtl", "ltr", "ltr"])):
        page.goto(site + name)
        assert _ask(page, "entry", "style.direction") == expected, name
        assert set(_ask(page, "entry > published", "style.direction")) == {"ltr"}
    page.goto(f"{site}ar/rss.xml")
    assert _ask(page, "channel, channel > title, item", "style.direction") == ["rtl", "rtl", "rtl"]
    page.close()


def test_a_feed_asks_for_nothing_else(browser: "Browser", site: str, tmp_path: Path) -> None:
    """Opening a feed fetches the feed and its stylesheet, from the same server, and no script or font."""
    page = browser.new_page()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(f"{site}2025/10/atom.xml", wait_until="networkidle")
    page.screenshot(path=tmp_path / "feed.png")
    outside = [url for url in asked if not url.startswith("data:") and not url.endswith("favicon.ico")]
    assert outside == [f"{site}2025/10/atom.xml", f"{site}feed.css"]
    page.close()
