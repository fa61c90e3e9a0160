"""The inliner's oracle: a digest looks in Chromium as it did before its rules were inlined."""

import re
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import premailer
import pytest
from digests import WHICH, pairs, sample_pair
from mailshots import a_browser, a_page, differences, look

if TYPE_CHECKING:
    from playwright.sync_api import Page

Place = tuple[int, str]
PLACES = tuple((width, scheme) for width in (375, 640, 1024) for scheme in ("light", "dark"))


@pytest.fixture(scope="module")
def pages(chromium: str) -> Iterator[tuple["Page", "Page"]]:
    """Return two pages of one browser, for what was before and what came after."""
    with a_browser(chromium) as browser, a_page(browser) as before, a_page(browser) as after:
        yield before, after


def _changes(
    pages: tuple["Page", "Page"], before: str, after: str, places: Iterable[Place] = PLACES
) -> dict[Place, list[str]]:
    """Return what looks otherwise in *after* than in *before*, by width and colours."""
    for page, html in zip(pages, (before, after), strict=True):
        page.set_content(html)
    found = {}
    for place in places:
        for page in pages:
            look(page, *place)
        found[place] = differences(*pages)
    return {place: changes for place, changes in found.items() if changes}


@WHICH
def test_inlining_changes_no_look(which: str, pages: tuple["Page", "Page"], tmp_path: Path) -> None:
    """Every computed value of every element is the same, at three widths, in light and dark."""
    checked = pairs(which, tmp_path)
    found = {pair.name: _changes(pages, pair.before, pair.digest.html) for pair in checked}
    assert len(found) > 5
    assert {name: changes for name, changes in found.items() if changes} == {}


def _not_important(html: str) -> str:
    return re.sub(r"\s*!important", "", html)


def _without_a_rule(html: str) -> str:
    return re.sub(r'(<h3[^>]*style="[^"]*?)font-size:[^;"]*;?', r"\1", html, count=1)


def _without_classes(html: str) -> str:
    return re.sub(r' class="[^"]*"', "", html)


def _with_another_width(html: str) -> str:
    return re.sub(r"max-width:\s*640px", "max-width:630px", html)


@pytest.mark.parametrize(
    ("mistake", "places"),
    [
        (_not_important, [(375, "light"), (375, "dark"), (1024, "dark")]),
        (_without_a_rule, [(1024, "light"), (1024, "dark")]),
        (_without_classes, [(375, "light"), (1024, "dark")]),
        (_with_another_width, [(1024, "light")]),
    ],
)
def test_a_mistake_of_inlining_is_seen(
    mistake: Callable[[str], str], places: list[Place], pages: tuple["Page", "Page"]
) -> None:
    """The control: a lost `!important`, declaration or class, or another width, shows as a difference."""
    pair = sample_pair("2022-06", "fr")
    assert list(_changes(pages, pair.before, mistake(pair.digest.html), places)) == places


def test_premailer_by_itself_is_seen(pages: tuple["Page", "Page"]) -> None:
    """The control: with its defaults premailer breaks the rules for phones and for dark colours."""
    pair, places = sample_pair("2022-06", "fr"), [(375, "light"), (375, "dark"), (1024, "dark")]
    source = pair.before.replace(' data-premailer="ignore"', "")
    made = premailer.transform(
        source, allow_network=False, cache_css_parsing=False, cssutils_logging_level=100
    )
    assert list(_changes(pages, pair.before, made, places)) == places
