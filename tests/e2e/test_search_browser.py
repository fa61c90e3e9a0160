"""The search as people use it, in Debian's Chromium, below a folder and under a strict policy."""

import functools
import threading
from collections.abc import Iterator
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal
from urllib.parse import quote

import pytest
from conftest import missing
from mailshots import violations
from previewing import a_preview
from searching import a_searchable

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

POLICY = (
    "default-src 'none'; style-src 'self'; img-src 'self'; script-src 'self' 'wasm-unsafe-eval'; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'"
)
BELOW = "/news/room/"


class _Strict(SimpleHTTPRequestHandler):
    """Serves a folder below another one, with the policy of docs/hosting.md."""

    def translate_path(self, path: str) -> str:
        return super().translate_path(path.removeprefix(BELOW[:-1]))

    def end_headers(self) -> None:
        self.send_header("Content-Security-Policy", POLICY)
        super().end_headers()

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the name that the library gives
        """Say nothing."""


@pytest.fixture(scope="module")
def top(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Return the address of a newsletter that can be searched."""
    room = a_searchable(tmp_path_factory.mktemp("search"))
    for number in range(23):
        room.write(
            f"2021/03/old-{number}.md", title=f"Old {number}", date="2021-03-03", body="Archived words."
        )
    room.build()
    handler = functools.partial(_Strict, directory=str(room.out))
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}{BELOW}"
        server.shutdown()


@pytest.fixture(scope="module")
def browser(chromium: str) -> Iterator["Browser"]:
    """Return a running browser."""
    from playwright.sync_api import sync_playwright  # noqa: PLC0415

    with sync_playwright() as playwright:
        arguments = ["--no-sandbox", "--disable-background-networking"]
        running = playwright.chromium.launch(executable_path=chromium, args=arguments)
        yield running
        running.close()


@pytest.fixture
def page(browser: "Browser") -> Iterator[Any]:
    """Return a page whose faults, and requests by address, are taken down."""
    page: Any = browser.new_page()
    page.asked, page.faults = [], []
    page.on("request", lambda request: page.asked.append(request.url))
    page.on("pageerror", lambda error: page.faults.append(str(error)))
    page.on("console", lambda said: page.faults.append(said.text) if "Security" in said.text else None)
    yield page
    assert page.faults == []
    page.close()


def said(page: "Page") -> str:
    """Return what the page says of its results, once it has them."""
    for _ in range(200):
        text = page.text_content("#found") or ""
        if text and "…" not in text and "جارٍ" not in text:
            return text
        page.wait_for_timeout(25)
    raise AssertionError("no answer")


def found(page: "Page", address: str, words: str) -> list[str]:
    """Search for *words* on the page at *address*, and return the titles that come out."""
    page.goto(f"{address}?q={quote(words)}")
    return titles(page) if any(letter.isdigit() for letter in said(page)) else []


def titles(page: "Page") -> list[str]:
    """Return the titles of the results, once they stand there."""
    page.wait_for_selector("#results h2")
    texts: list[str] = page.eval_on_selector_all("#results h2", "all => all.map(one => one.textContent)")
    return texts


@pytest.mark.parametrize(
    ("lang", "words", "title"),
    [
        ("", "pensions reform", "The report"),
        ("", "domestic worker", "The talks"),
        ("", "geneva", "The talks"),
        ("", "about", "About us"),
        ("", "nowhere", None),
        ("fr/", "election", "L’égalité"),
        ("fr/", "école", "L’égalité"),
        ("fr/", "l'égalité sociale", "L’égalité"),
        ("fr/", "Pension", None),
        ("ar/", "حماية", "الحوار"),
        ("ar/", "المدرسة", "الحوار"),
        ("ar/", "عمال", "الحوار"),
    ],
)
def test_words_find_their_entry(page: "Page", top: str, lang: str, words: str, title: str | None) -> None:
    """Other forms, accents, elisions and articles find the entry in its language, and leave no mark on it."""
    assert found(page, f"{top}{lang}search/", words) == ([title] if title else [])
    text = page.text_content("#results") or ""
    assert "\u2060" not in text
    assert "&lt;" not in text


def test_a_search_from_its_first_letter_to_the_entry(page: Any, top: str) -> None:
    """Nothing is loaded before use; results tell kind, day and words, hostile ones as text, and lead on."""
    page.goto(f"{top}search/")
    page.wait_for_timeout(100)
    assert [address.removeprefix(top) for address in page.asked] == ["search/", "style.css", "search.js"]
    page.keyboard.press("Tab")
    page.focus("#q")
    page.keyboard.type("kenya")
    assert said(page) == "Results: 1"
    assert titles(page) == ["The talks"]
    assert page.url == f"{top}search/?q=kenya"
    row = page.inner_text("#results .row")
    assert "Event June 27, 2023" in row
    assert "<img src=x onerror=alert(1)>" in row
    assert page.query_selector("#results img") is None
    assert page.text_content("#results mark") == "Kenya."
    assert page.get_attribute("#found", "role") == "status"
    assert all(address.startswith(top) for address in page.asked)
    page.click("#results a")
    assert page.url == f"{top}2023/06/talks/"
    page.go_back()
    assert titles(page) == ["The talks"]


def test_a_search_is_narrowed_and_goes_on(page: "Page", top: str) -> None:
    """Kind and year narrow it, also without a word; ten results are shown, and more when asked for."""
    page.goto(f"{top}search/?q=words&year=2021")
    assert said(page) == "Results: 23"
    assert len(titles(page)) == 10
    page.click("#more")
    page.wait_for_selector("#results .row:nth-child(20)")
    assert page.evaluate("document.activeElement.closest('.row') === document.querySelectorAll('.row')[10]")
    page.click("#more")
    page.wait_for_selector("#results .row:nth-child(23)")
    assert not page.is_visible("#more")
    page.goto(f"{top}search/")
    page.select_option("#kind", "report")
    assert (said(page), titles(page)) == ("Results: 1", ["The report"])
    page.select_option("#year", "2023")
    page.wait_for_timeout(400)
    assert said(page).startswith("Nothing was found")
    page.select_option("#kind", "")
    page.wait_for_selector("#results h2")
    assert titles(page) == ["The talks"]


def test_without_scripts_the_months_are_there(browser: "Browser", top: str) -> None:
    """With scripts off the page says so, and leads to every month."""
    page = browser.new_page(java_script_enabled=False)
    page.goto(f"{top}fr/search/")
    assert "La recherche a besoin de scripts" in page.inner_text("main")
    page.goto(f"{top}search/")
    page.click("text=May 2022")
    assert page.url == f"{top}2022/05/"
    page.close()


def test_an_index_that_cannot_be_loaded_is_told(page: Any, top: str) -> None:
    """If the index does not come, the page says so, and the months stand below."""
    page.route("**/pagefind.js", lambda route: route.abort())
    page.goto(f"{top}search/?q=kenya")
    assert said(page).startswith("The search cannot be loaded now")
    assert page.is_visible("text=May 2022")


def test_arabic_results_run_from_right_to_left(page: "Page", top: str) -> None:
    """The results of an Arabic search are laid out as the page is, at 320 pixels too."""
    page.set_viewport_size({"width": 320, "height": 800})
    assert found(page, f"{top}ar/search/", "حماية") == ["الحوار"]
    assert page.evaluate("getComputedStyle(document.querySelector('#results h2')).direction") == "rtl"
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_the_search_can_be_used_by_everybody(browser: "Browser", top: str) -> None:
    """With results, axe finds nothing, in light and dark, from left to right and from right to left."""
    if find_spec("axe_playwright_python") is None:
        missing("browser", "run: .venv/bin/pip install axe-playwright-python")
    seen = []
    looks: list[tuple[Literal["light", "dark"], str, str]] = [
        ("light", "", "kenya"),
        ("dark", "ar/", "كينيا"),
    ]
    for scheme, lang, words in looks:
        with browser.new_context(bypass_csp=True, color_scheme=scheme) as context:
            page = context.new_page()
            assert len(found(page, f"{top}{lang}search/", words)) == 1
            seen += [(lang, fault) for fault in violations(page, off=(), on=("target-size",))]
    assert seen == []


def test_the_preview_searches_too(tmp_path: Path, page: "Page") -> None:
    """The preview makes an index when somebody searches, of what is saved by then."""
    room = a_searchable(tmp_path)
    with a_preview(room.root) as running:
        assert found(page, f"{running.top}/search/", "reform") == ["The report"]
        room.write("2022/05/report.md", title="The study", date="2022-05-03", body="Pension reform.")
        for _ in range(100):
            page.goto(f"{running.top}/search/?q=reform")
            if said(page) == "Results: 1" and titles(page) == ["The study"]:
                break
        else:
            pytest.fail("the index is the old one")
