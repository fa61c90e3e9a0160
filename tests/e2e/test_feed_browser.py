"""Feeds and the page that lists them, as people see them in Debian's Chromium, over http on this machine."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import pytest
from loopback import a_site
from newsroom import Newsroom

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

TITLE = "Fish & chips ]]> < 5 €"
LONG = "Donaudampfschifffahrtsgesellschaftskapitänskajütenschlüssel" * 2
XML = pytest.mark.parametrize("name", ["atom.xml", "rss.xml"])
# What a browser shows: the text of each element that has a place on the page, by the element's name.
_SHOWN = """() => [...document.documentElement.getElementsByTagName("*")]
    .filter(node => node.getClientRects().length && node.checkVisibility())
    .map(node => [node.localName, node.textContent.trim()])"""
_COLOURS = """name => {
    const light = text => text.match(/[0-9.]+/g).slice(0, 3).reduce((sum, part) => sum + Number(part), 0);
    const node = document.getElementsByTagName(name)[0];
    const ground = getComputedStyle(document.documentElement).backgroundColor;
    return [light(ground), light(getComputedStyle(node).color)];
}"""


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Return the address of a newsletter, which is the one that its settings name."""
    root = tmp_path_factory.mktemp("feeds")
    with a_site(root / "out") as url:
        settings = '[newsletter]\ntitle = {en = "Example News", ar = "أخبار"}\ndescription = "What is new"\n'
        settings += f'url = "{url}"\ntag = "news.example.org,2018"\nlanguages = ["en", "ar"]\n'
        room = Newsroom(root, settings)
        room.write(
            "2025/11/fish.md", "Hidden text.", title=f"'{TITLE}'", summary="Of fish.", date="2025-11-02"
        )
        room.write(
            "2025/10/long.md", title=LONG, summary=LONG, date="2025-10-02", event="{start: 2025-10-05}"
        )
        room.write("2025/11/samak.ar.md", title="سمك", date="2025-11-02")
        room.build()
        yield url


@pytest.fixture(scope="module")
def browser(chromium: str) -> Iterator["Browser"]:
    """Return a running browser, to which news.example.org is this machine."""
    from playwright.sync_api import sync_playwright  # noqa: PLC0415

    arguments = [
        "--no-sandbox",
        "--disable-background-networking",
        "--host-resolver-rules=MAP news.example.org 127.0.0.1",
        "--no-proxy-server",
    ]
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=chromium, args=arguments)
        yield running
        running.close()


@pytest.fixture
def page(browser: "Browser") -> Iterator["Page"]:
    """Return a page of 1000 by 800."""
    opened = browser.new_page(viewport={"width": 1000, "height": 800})
    yield opened
    opened.close()


def _shown(page: "Page") -> list[list[str]]:
    found: list[list[str]] = page.evaluate(_SHOWN)
    return found


@XML
def test_a_feed_is_shown_and_not_its_source(page: "Page", site: str, name: str) -> None:
    """Neither a tree of tags nor a red box: the feed's title, and of each entry title, date and summary."""
    answer = page.goto(site + name)
    assert answer
    assert answer.headers["content-type"] == "application/xml"
    shown = _shown(page)
    names = {row[0] for row in shown}
    assert names.isdisjoint({"parsererror", "html", "content", "encoded", "id", "guid", "updated"})
    titles = [text for tag, text in shown if tag == "title"]
    assert titles == ["Example News", TITLE, LONG]
    texts = [text for _, text in shown]
    assert "Of fish." in texts
    assert [text for text in texts if text.startswith(("2025-11-02T", "Sun, 02 Nov 2025"))]
    assert "What is new" in " ".join(texts)
    assert "Hidden text." not in " ".join(
        text for tag, text in shown if tag not in {"feed", "rss", "channel", "entry", "item"}
    )


@XML
def test_a_feed_looks_like_a_page(page: "Page", site: str, name: str) -> None:
    """Titles are larger than text and stand above each other, entries are apart."""
    page.goto(site + name)
    boxes = page.evaluate(
        """() => [...document.getElementsByTagName("title")].map(node => {
            const box = node.getBoundingClientRect();
            return [box.top, box.height, parseFloat(getComputedStyle(node).fontSize)];
        })"""
    )
    assert boxes[0][2] > boxes[1][2] > 16
    assert [top for top, _, _ in boxes] == sorted({top for top, _, _ in boxes})
    assert boxes[2][0] - boxes[1][0] > 2 * boxes[1][2]


@XML
@pytest.mark.parametrize("width", [400, 1000])
def test_a_feed_is_not_wider_than_the_window(page: "Page", site: str, name: str, width: int) -> None:
    """Also with words that are longer than a line."""
    page.set_viewport_size({"width": width, "height": 800})
    page.goto(site + name)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    right = page.evaluate(
        """() => Math.max(...[...document.getElementsByTagName("title")]
            .map(node => node.getBoundingClientRect().right))"""
    )
    assert right <= width


@XML
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_feed_is_light_or_dark_as_the_reader_asks(
    browser: "Browser", site: str, name: str, scheme: Any
) -> None:
    """Ground and text turn together, and stay apart."""
    page = browser.new_page(color_scheme=scheme)
    page.goto(site + name)
    for tag in ("title", "summary" if name == "atom.xml" else "description"):
        ground, text = page.evaluate(_COLOURS, tag)
        assert (ground > 700, text < 250) == (scheme == "light", scheme == "light")
        assert abs(ground - text) > 400
    page.close()


def test_an_atom_feed_leads_to_the_site(page: "Page", site: str) -> None:
    """One line says what a feed is, and its link can be clicked."""
    page.goto(f"{site}atom.xml")
    assert ["p", "What is new"] in _shown(page)
    line = page.locator("p", has_text="This is a web feed")
    assert line.is_visible()
    line.locator("a").click()
    page.wait_for_url(site)
    assert page.locator("h1, h2").first.is_visible()


def test_an_rss_feed_shows_the_address_of_the_site(page: "Page", site: str) -> None:
    """RSS has no place for a link that can be clicked, so the address is there to be read."""
    page.goto(f"{site}rss.xml")
    assert ["link", site] in _shown(page)


def test_feeds_of_folders_are_styled_too(page: "Page", site: str) -> None:
    """The way to the stylesheet is right from every folder."""
    for name in ("kinds/news/rss.xml", "2025/11/atom.xml", "ar/2025/11/atom.xml", "all/atom.xml"):
        page.goto(site + name)
        assert "content" not in {row[0] for row in _shown(page)}, name
        assert "title" in {row[0] for row in _shown(page)}, name


def test_an_arabic_feed_runs_from_right_to_left(page: "Page", site: str) -> None:
    """Its titles start at the right; in the feed of all languages each entry runs its own way."""
    direction = (
        "() => [...document.getElementsByTagName('title')].map(node => getComputedStyle(node).direction)"
    )
    page.goto(f"{site}ar/atom.xml")
    assert page.evaluate(direction) == ["rtl", "rtl"]
    page.goto(f"{site}all/atom.xml")
    assert sorted(page.evaluate(direction)) == ["ltr", "ltr", "ltr", "rtl"]


def test_an_address_is_copied_with_a_click(browser: "Browser", site: str) -> None:
    """The button puts the address beside it into the clipboard and says so, then has its old label again."""
    context = browser.new_context()
    context.grant_permissions(["clipboard-read", "clipboard-write"])
    page = context.new_page()
    page.goto(f"{site}feeds/")
    row = page.locator("p.copy", has_text="RSS").first
    button = row.locator("button")
    assert button.inner_text() == "Copy"
    button.click()
    page.wait_for_function("button => button.textContent === 'Copied'", arg=button.element_handle())
    assert page.evaluate("navigator.clipboard.readText()") == row.locator("input").input_value()
    page.wait_for_function("button => button.textContent === 'Copy'", arg=button.element_handle())
    context.close()


def test_an_address_is_selected_where_there_is_no_clipboard(browser: "Browser", site: str) -> None:
    """A page that is not served by https selects the address, which can then be copied by hand."""
    page = browser.new_page()
    page.goto(site.replace("127.0.0.1", "news.example.org") + "feeds/")
    assert page.evaluate("[isSecureContext, typeof navigator.clipboard]") == [False, "undefined"]
    row = page.locator("p.copy").first
    row.locator("button").click()
    page.wait_for_function(
        "button => button.textContent === 'Copied'", arg=row.locator("button").element_handle()
    )
    assert page.evaluate("getSelection().toString()") == row.locator("input").input_value()
    page.close()


def test_an_address_is_selected_when_it_is_touched(page: "Page", site: str) -> None:
    """A click into the field takes the whole address."""
    page.goto(f"{site}feeds/")
    field = page.locator("p.copy input").nth(1)
    field.focus()
    assert page.evaluate("getSelection().toString()") == field.input_value()


@pytest.mark.parametrize("lang", ["", "ar/"])
def test_addresses_can_be_read_without_script(browser: "Browser", site: str, lang: str) -> None:
    """The addresses stand there, left to right, each with a link; buttons that could do nothing do not."""
    page = browser.new_page(java_script_enabled=False)
    page.goto(f"{site}{lang}feeds/")
    fields = page.locator("p.copy input").all()
    assert f"{site}{lang}atom.xml" in [field.input_value() for field in fields]
    assert [field for field in fields if not field.is_visible() or field.get_attribute("dir") != "ltr"] == []
    assert page.locator("button:visible").count() == 0
    assert page.locator("p.copy a:visible").count() == len(fields)
    page.close()


@pytest.mark.parametrize("width", [320, 400, 1000])
@pytest.mark.parametrize("lang", ["", "ar/"])
def test_the_page_of_feeds_is_not_wider_than_the_window(
    page: "Page", site: str, width: int, lang: str
) -> None:
    """Fields and buttons fold below each other on a telephone."""
    page.set_viewport_size({"width": width, "height": 800})
    page.goto(f"{site}{lang}feeds/")
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_the_page_of_feeds_leads_to_opml_and_calendar(page: "Page", site: str) -> None:
    """Each of its links has something behind it."""
    page.goto(f"{site}feeds/")
    links = page.eval_on_selector_all("main a", "nodes => nodes.map(node => node.href)")
    assert {f"{site}feeds.opml", f"{site}events.ics", f"{site}all/feed.json"} <= set(links)
    for link in links:
        assert page.request.get(link).status == 200, link
