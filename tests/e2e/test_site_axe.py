"""The site for everybody: axe-core finds nothing on a page of any sort, and nothing sticks out."""

from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, get_args

import pytest
from conftest import missing
from loopback import a_site
from mailshots import a_browser, faults, look, violations
from newsroom import NOW, TOP, Newsroom, a_picture
from searching import need_pagefind

from publisher.model.settings import Output

if TYPE_CHECKING:
    from playwright.sync_api import Browser

LANGUAGES = ("en", "fr", "es", "ar")
LONG = "Rindfleischetikettierungsüberwachungsaufgabenübertragungsgesetz"
TITLES = {
    "en": f"Coverage of domestic workers, and the {LONG}",
    "fr": "La couverture des travailleurs domestiques : où en sommes-nous aujourd’hui ?",
    "es": "La cobertura de las personas trabajadoras del hogar: ¿dónde estamos hoy?",
    "ar": "تغطية العمال المنزليين بالحماية الاجتماعية، واتفاقية 2011 (رقم 189)",
}
PAGES = (
    *("", "archive/", "2025/11/", "2025/11/all/", "2025/11/note/", "pages/", "feeds/", "search/"),
    *("kinds/news/", "kinds/news/2025/", "topics/cash/"),
)
_SETTINGS = (
    f"outputs = {list(get_args(Output))}\n"
    f'[newsletter]\ntitle = "Example News"\ndescription = "What is new"\norganisation = "An organisation"\n'
    f'url = "{TOP}"\ntag = "news.example.org,2018"\nlanguages = {list(LANGUAGES)}\nzone = "Europe/Zurich"\n'
    'notice = "A notice."\nmenu = ["pages"]\n[look]\nlogo = "site/logo.svg"\n'
    f'[subscribers]\nservice = "{TOP}"\n'
)
_BODY = (
    "Words, [a link](https://example.org/) and `code`.\n\n## A part\n\n![A chart](p.png)\n\n- One\n- Two\n\n"
    f"> Quoted words.\n\n| A | B |\n|---|---|\n| {LONG} | 2 |\n| https://example.org/{'a' * 90} | 4 |\n\n"
    f"    {'some code that is long ' * 8}\n"
)
_ALL = {
    "kicker": "Rights",
    "kind": "event",
    "highlight": "1",
    "topics": "[cash]",
    "partners": "[unicef]",
    "places": "[KE]",
    "image": "{src: p.png, alt: A chart, caption: What it shows, credit: {holder: A, year: 2025}}",
    "event": "{start: '2025-12-30T10:00', end: '2026-01-02T18:00', place: Geneva, online: true, "
    "url: 'https://example.org/e', registration_deadline: 2025-12-20}",
    "deadline": "2026-02-03",
    "links": "[{label: The whole report, url: 'https://example.org/r'}]",
    "link": "https://example.org/source",
}


# What scrolls by itself and is reached by keys; the last step of the way here, which is the heading too; and
# what stands outside until somebody gets to it by keys.
_MEANT = (
    *("is cut: <table", "sticks out: <t", "is cut: <input"),
    *('is cut: <li aria-current="page"', 'sticks out: <a class="skip"'),
)


def _newsletter(folder: Path) -> Newsroom:
    """Return a built newsletter that has everything in each of its languages."""
    need_pagefind()
    room = Newsroom(folder, _SETTINGS)
    room.put("2025/11/p.png", a_picture(1200, 700))
    room.put("names.yml", b"topics: {cash: Cash transfers}\npartners: {unicef: UNICEF}\n")
    for lang in LANGUAGES:
        end = "" if lang == "en" else f".{lang}"

        def write(path: str, body: str = "Words.", *, end: str = end, **fields: str) -> None:
            name = path.rpartition("/")[2]
            more = {"id": f"{name}-{end[1:]}", "translation_of": name} if end else {}
            room.write(f"{path}{end}.md", body, **fields, **more)

        title = f"'{TITLES[lang]}'"
        write("2025/11/all", _BODY, title=title, date="2025-11-03", **_ALL)
        write("2025/11/note", title=title, date="2025-11-20", kind="news", topics="[cash]")
        write("2025/10/web", title=title, date="2025-10-20", kind="event", event="{start: 2026-01-05}")
        for number in range(31):
            write(f"2025/09/n{number}", title=title, date=f"2025-09-{number % 30 + 1:02}", kind="news")
        write(
            "pages/pages", _BODY.replace("p.png", "../2025/11/p.png"), title=title, evergreen="true", date=""
        )
        room.put(f"quotes/q{end}.md", b"---\nby: Ada\nrole: Somebody\n---\nWords that were said.\n")
    room.build(NOW)
    return room


@pytest.fixture(scope="module")
def top(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Return the address of a newsletter that has everything."""
    with a_site(_newsletter(tmp_path_factory.mktemp("axe")).out) as url:
        yield url


@pytest.fixture(scope="module")
def browser(chromium: str) -> Iterator["Browser"]:
    """Return the browser, in which axe can run."""
    if find_spec("axe_playwright_python") is None:
        missing("browser", "run: .venv/bin/pip install axe-playwright-python")
    with a_browser(chromium) as opened:
        yield opened


def _files(lang: str) -> list[str]:
    """Return a page of every sort in *lang*."""
    top = "" if lang == "en" else f"{lang}/"
    return [*(f"{top}{where}index.html" for where in PAGES), *(["404.html"] if lang == "en" else [])]


def _seen(browser: "Browser", top: str, names: list[str], widths: tuple[int, ...]) -> list[tuple[str, ...]]:
    """Return what is wrong with the pages *names* at *widths*, in light and dark."""
    found: list[tuple[str, ...]] = []
    page = browser.new_page()
    for name in names:
        page.goto(top + name)
        for width in widths:
            for scheme in ("light", "dark"):
                look(page, width, scheme)
                found += [
                    (name, str(width), scheme, fault)
                    for fault in violations(page, off=(), on=("target-size",)) + faults(page)
                    if not fault.startswith(_MEANT)
                ]
    page.close()
    return found


@pytest.mark.parametrize("lang", ["en", "ar"])
def test_pages_can_be_read_by_everybody(browser: "Browser", top: str, lang: str) -> None:
    """A page of every sort, on a small phone, in both colours and directions."""
    assert _seen(browser, top, _files(lang), (320,)) == []


@pytest.mark.whole
@pytest.mark.parametrize("lang", LANGUAGES)
def test_pages_can_be_read_at_any_width(browser: "Browser", top: str, lang: str) -> None:
    """The same in all languages, from a phone to a desk."""
    assert _seen(browser, top, _files(lang), (375, 768, 1280)) == []
