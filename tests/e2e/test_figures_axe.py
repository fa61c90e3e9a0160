"""The page of figures for everybody: axe-core finds nothing, and it fits a phone, in both colours."""

from collections.abc import Iterator
from importlib.util import find_spec
from typing import TYPE_CHECKING

import pytest
from conftest import missing
from mailshots import a_browser, a_page, faults, look, violations

from publisher.subscribers.charts import page
from publisher.subscribers.figures import Figures, Month

if TYPE_CHECKING:
    from playwright.sync_api import Browser


def grown(number: int) -> Figures:
    """Return the figures of a list after *number* months."""
    names = [f"{2020 + count // 12}-{count % 12 + 1:02}" for count in range(number)]
    months = [Month(name, 340, 280, 40, 3, 237, 237 * count) for count, name in enumerate(names, 1)]
    return Figures({"active": 237 * number, "pending": 9}, {"en": 200 * number, "ar": 37 * number}, months)


NOTHING = Figures({}, {}, [])
SHRUNK = Figures({"erased": 2}, {}, [Month("2026-01", 0, 0, 900, 0, -900, -2), Month("2026-02")])


@pytest.fixture(scope="module")
def browser(chromium: str) -> "Iterator[Browser]":
    """Return the browser, in which axe can run."""
    if find_spec("axe_playwright_python") is None:
        missing("browser", "run: .venv/bin/pip install axe-playwright-python")
    with a_browser(chromium) as opened:
        yield opened


@pytest.mark.parametrize(
    "figures", [NOTHING, SHRUNK, grown(1), grown(26), grown(150)], ids=["none", "shrunk", "1", "26", "150"]
)
def test_figures_can_be_read_by_everybody(figures: Figures, browser: "Browser") -> None:
    """At three widths, in light and dark, with no month and with many, nothing is cut, tiny or pale."""
    found = []
    with a_page(browser) as shown:
        text = page(figures, "Example News", "2026-11-23, 08:20", "Europe/Zurich")
        # Axe is a script, which the page itself lets nobody run.
        shown.set_content(text.replace("Content-Security-Policy", "x-unused"))
        for width in (320, 375, 900):
            for scheme in ("light", "dark"):
                look(shown, width, scheme)
                seen = violations(shown, off=(), on=("target-size",)) + faults(shown)
                # The table by month may be wider than a phone: it scrolls by itself, and is reached by keys.
                seen = [
                    fault
                    for fault in seen
                    if not fault.startswith(('is cut: <div class="wide"', "sticks out: <t"))
                ]
                found += [(width, scheme, fault) for fault in seen]
    assert found == []
