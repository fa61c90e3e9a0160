"""Digests for everybody: axe-core finds nothing, in either colours, on a phone and on a desk."""

from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from conftest import missing
from digests import WHICH, pairs, sample_pair, versions
from mailshots import a_browser, a_page, look, violations

if TYPE_CHECKING:
    from playwright.sync_api import Page

# Landmarks and ways around them are those of the mail reader, of whose page a mail is a part.
OFF = ("bypass", "landmark-one-main", "region")
# Off by default, and wanted: links that a finger can hit.
ON = ("target-size",)


@pytest.fixture(scope="module")
def page(chromium: str) -> Iterator["Page"]:
    """Return a page of a browser, or skip where axe-core is not installed."""
    if find_spec("axe_playwright_python") is None:
        missing("browser", "run: .venv/bin/pip install axe-playwright-python")
    with a_browser(chromium) as browser, a_page(browser) as opened:
        yield opened


def _found(page: "Page", html: str) -> dict[tuple[int, str], list[str]]:
    """Return what axe finds in *html*, by width and colours."""
    page.set_content(html)
    found = {}
    for width in (375, 640):
        for scheme in ("light", "dark"):
            look(page, width, scheme)
            found[width, scheme] = violations(page, off=OFF, on=ON)
    return {place: names for place, names in found.items() if names}


@WHICH
def test_axe_finds_nothing(which: str, page: "Page", tmp_path: Path) -> None:
    """No mail and no web version of one has a violation, at two widths, in light and dark."""
    checked = {name: html for pair in pairs(which, tmp_path) for name, html in versions(pair).items()}
    assert len(checked) > 11
    assert all(checked.values())
    found = {name: _found(page, html) for name, html in checked.items()}
    assert {name: rules for name, rules in found.items() if rules} == {}


DARK = "<style>@media (prefers-color-scheme: dark) { p.x { background-color: #222222 !important } }</style>"
TINY = (
    '<a href="https://example.org/{0}" style="display:block;height:9px;line-height:9px;font-size:9px">{0}</a>'
)


@pytest.mark.parametrize(
    ("piece", "rule", "schemes"),
    [
        (
            '<p style="color:#999999;background-color:#aaaaaa">Grey on grey</p>',
            "color-contrast",
            {"light", "dark"},
        ),
        (
            f'{DARK}<p class="x" style="color:#333333;background-color:#ffffff">Dark on dark</p>',
            "color-contrast",
            {"dark"},
        ),
        ('<img src="https://example.org/a.png" width="40">', "image-alt", {"light", "dark"}),
        ("<h5>Too deep</h5>", "heading-order", {"light", "dark"}),
        ('<p lang="zz-not">x</p>', "valid-lang", {"light", "dark"}),
        ('<a href="https://example.org/"></a>', "link-name", {"light", "dark"}),
        (f"{TINY.format('a')}{TINY.format('b')}{TINY.format('c')}", "target-size", {"light", "dark"}),
    ],
)
def test_axe_sees_a_fault(piece: str, rule: str, schemes: set[str], page: "Page") -> None:
    """The control: grey on grey, a picture without words, a link without a name and the like are found."""
    html = sample_pair("2022-05", "en").digest.html
    found = _found(page, html.replace("</body>", f"{piece}</body>"))
    places = {place for place, names in found.items() if any(name.startswith(f"{rule}: ") for name in names)}
    assert places == {(width, scheme) for width in (375, 640) for scheme in schemes}
