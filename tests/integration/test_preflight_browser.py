"""The preflight's small cascade against a browser's: the same colours, grounds, sizes and weights."""

from typing import TYPE_CHECKING, Any, Literal

import pytest
from digests import LARGE, large_edition, pair_of, sample_pair

from publisher.colours import Colour
from publisher.preflight.cascade import Look, looks
from publisher.preflight.document import Element, parse
from publisher.preflight.stylesheet import parse_sheet

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser

# The nearest colour behind an element, and whether anything around it is hidden, as the cascade says it.
SCRIPT = """() => [...document.querySelectorAll("body, body *")].filter(e => e.tagName != "TBODY").map(e => {
  const style = getComputedStyle(e), around = [];
  for (let here = e; here; here = here.parentElement) around.push(getComputedStyle(here));
  const grounds = around.map(s => s.backgroundColor).filter(c => c != "rgba(0, 0, 0, 0)");
  return [e.tagName.toLowerCase(), style.color, grounds[0] || "rgb(255, 255, 255)",
    Math.round(parseFloat(style.fontSize) * 100) / 100, parseInt(style.fontWeight),
    around.some(s => s.display == "none")];
})"""
CASES = """<!DOCTYPE html><html><head><style>
.a { color: #111111; } td.a { color: #222222 !important; } #x .a, .none { color: #333333; }
p > b { color: red; } div p.wide b { font-weight: normal; } * { font-size: 15px; }
.big { font-size: 30px !important; }
@media (prefers-color-scheme: dark) { body { background-color: #12171b; color: white } .a { color: #eeeeee } }
@media (prefers-color-scheme: dark) { td { background: rgb(1, 2, 3) !important } a { color: aqua } }
@media (prefers-color-scheme: light) { h2 { color: navy } }
@media screen { i { color: teal } } @media (max-width: 1px) { i { color: lime !important } }
</style></head><body><p class="a">1 <b>2</b></p>
<div id="x"><p class="wide a">3 <b>4</b> <i style="color:olive">5</i></p></div>
<table><tr><td class="a big" bgcolor="#ffeeaa">6</td>
<th style="background:#abc">7 <small>8</small></th></tr></table>
<h2>9 <a href="#">10</a><a>11</a></h2><h3 style="font-weight:600;color:inherit">12</h3>
<i>13</i><span style="display:none">14 <b>15</b></span>
<strong style="font-size:1.5em">16</strong></body></html>
"""


@pytest.fixture(scope="module")
def browser(chromium: str) -> "Iterator[Browser]":
    """Return a running browser."""
    from playwright.sync_api import sync_playwright  # noqa: PLC0415

    with sync_playwright() as playwright:
        arguments = ["--no-sandbox", "--disable-background-networking"]
        running = playwright.chromium.launch(executable_path=chromium, args=arguments)
        yield running
        running.close()


@pytest.fixture(scope="module")
def mails(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """Return the HTML of mails by name."""
    large = large_edition(tmp_path_factory.mktemp("month"), "ar", 24)
    return {
        "cases": CASES,
        "sample": sample_pair("2023-03", "en").digest.html,
        "Arabic": pair_of(large, "ar", LARGE).digest.html,
    }


def _written(shade: Colour) -> str:
    return f"rgb({round(shade.red)}, {round(shade.green)}, {round(shade.blue)})"


def _row(element: Element, look: Look) -> list[Any]:
    """Return what the browser's script says of an element."""
    ink, ground = _written(look.ink), _written(look.ground)
    return [element.tag, ink, ground, round(look.size, 2), look.weight, look.hidden]


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("name", ["cases", "sample", "Arabic"])
def test_looks_are_those_of_a_browser(
    browser: "Browser", mails: dict[str, str], name: str, scheme: Literal["light", "dark"]
) -> None:
    """Every element has the colour, ground, size and weight that Chromium gives it."""
    document = parse(mails[name])
    sheet = parse_sheet("\n".join(document.raw_text(style) for style in document.all("style")))
    found = looks(document, sheet, dark=scheme == "dark")
    inside = [item for item in document.elements if any(outer.tag == "body" for outer in item.within())]
    page = browser.new_page(color_scheme=scheme, viewport={"width": 700, "height": 800})
    try:
        page.set_content(mails[name])
        expected = page.evaluate(SCRIPT)
    finally:
        page.close()
    assert [_row(item, found[item.order]) for item in inside] == expected
