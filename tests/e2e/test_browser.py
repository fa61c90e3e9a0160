"""Pages and mails as people see them, in Debian's Chromium."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit

import pytest
from loopback import a_site

from publisher.build import build
from publisher.project import load

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Route

ROOT = Path(__file__).resolve().parents[2]
PAGES = [
    "index.html",
    "ar/index.html",
    "archive/index.html",
    "2022/06/index.html",
    "2022/06/domestic-workers-coverage/index.html",
    "fr/2022/06/domestic-workers-coverage/index.html",
    "ar/2023/03/flagship-partners-meeting/index.html",
    "standards/index.html",
    "kinds/news/index.html",
    "ar/kinds/event/index.html",
    "digests/2022-06/en.html",
    "digests/2022-06/fr.html",
    "digests/2022-06/ar.html",
    "digests/2023-03/es.html",
]


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the sample newsletter's output folder."""
    folder = tmp_path_factory.mktemp("browser")
    for name in ("entries", "templates", "pyproject.toml"):
        (folder / name).symlink_to(ROOT / name)
    build(load(folder, {}), datetime(2026, 1, 1, tzinfo=UTC))
    return folder / "out"


@pytest.fixture(scope="module")
def browser(chromium: str) -> Iterator["Browser"]:
    """Return a running browser."""
    from playwright.sync_api import sync_playwright  # noqa: PLC0415

    with sync_playwright() as playwright:
        arguments = ["--no-sandbox", "--disable-background-networking"]
        running = playwright.chromium.launch(executable_path=chromium, args=arguments)
        yield running
        running.close()


@pytest.mark.parametrize("width", [320, 375, 640, 1280])
def test_nothing_is_wider_than_the_window(browser: "Browser", site: Path, width: int) -> None:
    """No page and no mail has to be scrolled sideways."""
    page = browser.new_page(viewport={"width": width, "height": 800})
    too_wide = []
    for name in PAGES:
        page.goto((site / name).as_uri())
        if page.evaluate("document.documentElement.scrollWidth > innerWidth"):
            too_wide.append(name)
    page.close()
    assert too_wide == []


def test_arabic_runs_from_right_to_left(browser: "Browser", site: Path) -> None:
    """Headings of Arabic pages and mails start at the right."""
    page = browser.new_page(viewport={"width": 800, "height": 800})
    for name in ("ar/index.html", "digests/2022-06/ar.html"):
        page.goto((site / name).as_uri())
        heading = "h1" if name.startswith("digests") else "h2"
        direction = page.evaluate(f"getComputedStyle(document.querySelector('{heading}')).direction")
        assert direction == "rtl", name
    page.close()


def test_dark_text_stands_on_a_dark_ground(browser: "Browser", site: Path) -> None:
    """Where the reader asks for dark colours, pages and mails turn both text and ground."""
    page = browser.new_page(color_scheme="dark")
    shown = (("index.html", "html", "h3"), ("digests/2022-06/en.html", ".sheet", "h1"))
    for name, ground, words in shown:
        page.goto((site / name).as_uri())
        colours = page.evaluate(
            f"[getComputedStyle(document.querySelector('{ground}')).backgroundColor,"
            f" getComputedStyle(document.querySelector('{words}')).color].map(c => c.match(/\\d+/g)"
            ".slice(0, 3).reduce((sum, part) => sum + Number(part), 0))"
        )
        assert colours[0] < 150, name
        assert colours[1] > 600, name
    page.close()


def test_pages_need_no_script(site: Path) -> None:
    """No page or mail holds a script that runs, but for the copy buttons of the list of feeds."""
    data = '<script type="application/ld+json">'
    texts = {path: path.read_text(encoding="utf-8") for path in site.rglob("*.html")}
    pages = [path for path, text in texts.items() if text.count("<script") > text.count(data)]
    assert {path.parent.name for path in pages} == {"feeds"}


def test_a_reader_without_scripts_finds_her_way(browser: "Browser", site: Path) -> None:
    """With scripts off each step from page to page works, in two languages, and nobody else is asked."""
    with a_site(site) as top:
        page = browser.new_page(java_script_enabled=False)
        asked: list[str] = []
        page.on("request", lambda request: asked.append(request.url))
        page.goto(top)
        for link, where in (
            ("main .row h3 a >> nth=0", "2023/01/mooc-universal-social-protection/"),
            (".crumbs a >> nth=1", "2023/01/"),
            (".neighbours [rel=prev]", "2022/11/"),
            (".menu a >> nth=0", "archive/"),
            ("main a >> text=June 2022", "2022/06/"),
            ("main h3 a >> text=domestic workers", "2022/06/domestic-workers-coverage/"),
            (".facts a >> text=Domestic work", "topics/domestic-work/"),
            ("main h3 a >> text=domestic workers", "2022/06/domestic-workers-coverage/"),
            (".languages a[lang=ar]", "ar/2022/06/domestic-workers-coverage/"),
            (".name a", "ar/"),
            (".menu a >> nth=2", "ar/about/"),
        ):
            page.click(link)
            assert page.url == top + where
            assert page.is_visible("h1")
        assert all(url.startswith(top) for url in asked)
        assert not [url for url in asked if url.endswith(".js")]
        page.close()


_SHIFTS = """
new Promise(done => {
  let sum = 0;
  new PerformanceObserver(list => { for (const entry of list.getEntries()) sum += entry.value; })
    .observe({ type: "layout-shift", buffered: true });
  for (const image of document.images) image.loading = "eager";
  const loaded = [...document.images].map(image => image.decode());
  Promise.all(loaded).then(() => requestAnimationFrame(() => setTimeout(() => done(sum), 50)));
})
"""


_LATE = 0.2  # seconds: long after a page is drawn
_TALL = 4000  # pixels: what moves below a window is not seen to move


@pytest.mark.parametrize(("width", "density"), [(375, 2), (1280, 1)])
def test_pictures_move_nothing_and_weigh_little(
    browser: "Browser", site: Path, width: int, density: int
) -> None:
    """Room is kept for pictures, however late they are, and each screen loads the file that fits it."""
    context = browser.new_context(viewport={"width": width, "height": _TALL}, device_scale_factor=density)
    page = context.new_page()
    loaded: list[Path] = []
    page.on("request", lambda request: loaded.append(site / unquote(urlsplit(request.url).path)[1:]))
    with a_site(site, _LATE) as top:
        for name, most in ((PAGES[0], 200_000), (PAGES[3], 150_000), (PAGES[4], 150_000)):
            loaded.clear()
            page.goto(top + name)
            assert page.evaluate(_SHIFTS) == 0
            pictures = [path for path in set(loaded) if path.suffix in {".webp", ".png"}]
            assert {path.suffix for path in pictures} == (set() if name == PAGES[3] else {".webp"})
            assert sum(path.stat().st_size for path in set(loaded)) < most
            fitting = page.evaluate(
                "[...document.images].filter(image => image.currentSrc.endsWith('.webp'))"
                ".map(image => [image.clientWidth, +/-(\\d+)\\.webp$/.exec(image.currentSrc)[1]])"
            )
            assert all(0.8 * shown * density < file < 2 * shown * density for shown, file in fitting)
    context.close()


@pytest.mark.parametrize("width", [375, 1280])
def test_control_pictures_without_a_shape_move_words(browser: "Browser", site: Path, width: int) -> None:
    """The control: without the shape that HTML and stylesheet give pictures, words are seen to move."""
    page = browser.new_page(viewport={"width": width, "height": _TALL})

    def without_shapes(route: "Route") -> None:
        file = site / unquote(urlsplit(route.request.url).path)[1:]
        text = re.sub(r' (?:width|height)="\d+"|aspect-ratio:[^;}]*', "", file.read_text(encoding="utf-8"))
        route.fulfill(body=text, content_type="text/css" if file.suffix == ".css" else "text/html")

    page.route(re.compile(r"\.(?:html|css)$"), without_shapes)
    with a_site(site, _LATE) as top:
        for name in (PAGES[0], PAGES[4]):
            page.goto(top + name)
            assert page.evaluate(_SHIFTS) > 0, name
    page.close()
