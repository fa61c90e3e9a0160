"""Mails in a real browser: at any width, in both colours, with or without pictures, and never online."""

import contextlib
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from newsroom import a_picture

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page, Route

# All that a browser knows of each element, as one number per element: some 400 values in few bytes.
_STYLES = """() => {
    const known = new Map(), names = [...getComputedStyle(document.body)];
    const sum = numbers => numbers.reduce((total, number) => total * 33 + number | 0, 7);
    const number = text => {
        if (!known.has(text)) known.set(text, sum([...text].map(sign => sign.codePointAt())));
        return known.get(text);
    };
    return [document.documentElement, ...document.querySelectorAll("body, body *")].map(node => {
        const style = getComputedStyle(node);
        return [node.localName, sum(names.map(name => number(style.getPropertyValue(name))))];
    });
}"""
_DETAILS = """place => {
    const node = [document.documentElement, ...document.querySelectorAll("body, body *")][place];
    const style = getComputedStyle(node);
    return Object.fromEntries([...style].map(name => [name, style.getPropertyValue(name)]));
}"""


@contextlib.contextmanager
def a_browser(chromium: str) -> Iterator["Browser"]:
    """Run Debian's Chromium."""
    from playwright.sync_api import sync_playwright  # noqa: PLC0415 - it is not installed everywhere

    arguments = ["--no-sandbox", "--disable-background-networking"]
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=chromium, args=arguments)
        yield running
        running.close()


@contextlib.contextmanager
def a_page(browser: "Browser", *, pictures: bool = True) -> Iterator["Page"]:
    """Open a page that gets a picture wherever it asks for one, if *pictures* says so, and nothing else."""
    context = browser.new_context(viewport={"width": 640, "height": 900})
    data = a_picture(1168, 657, "JPEG")

    def answer(route: "Route") -> None:
        if pictures and route.request.resource_type == "image":
            route.fulfill(body=data, content_type="image/jpeg")
        else:
            route.abort()

    context.route("**/*", answer)
    yield context.new_page()
    context.close()


def look(page: "Page", width: int, scheme: Any = "light") -> None:
    """Show what *page* holds at *width* pixels, in "light" or "dark" colours."""
    page.set_viewport_size({"width": width, "height": 900})
    page.emulate_media(color_scheme=scheme)


def differences(before: "Page", after: "Page") -> list[str]:
    """Return what a browser computes otherwise for an element of *after* than for the same one of *before*.

    Each is told as `TAG PROPERTY: OLD -> NEW`; all values of ten elements at most.
    """
    old, new = before.evaluate(_STYLES), after.evaluate(_STYLES)
    if [tag for tag, _ in old] != [tag for tag, _ in new]:
        return [f"{len(old)} elements before, {len(new)} after, or others"]
    places = [place for place in range(len(old)) if old[place] != new[place]]
    found = []
    for place in places[:10]:
        was, now = before.evaluate(_DETAILS, place), after.evaluate(_DETAILS, place)
        names = [name for name in was if was[name] != now.get(name)]
        found += [f"{old[place][0]} {name}: {was[name]} -> {now.get(name)}" for name in names]
    return found


def violations(page: "Page", *, off: tuple[str, ...], on: tuple[str, ...] = ()) -> list[str]:
    """Return what axe-core finds on *page*, without the rules *off* and with those *on*.

    Each is told as `RULE: ELEMENT`, for three elements of a rule at most.
    """
    import axe_playwright_python  # noqa: PLC0415 - it is not installed everywhere

    if not page.evaluate("'axe' in window"):
        script = Path(axe_playwright_python.__file__).parent / "axe.min.js"
        page.evaluate(script.read_text(encoding="utf-8"))
    rules = {name: {"enabled": False} for name in off} | {name: {"enabled": True} for name in on}
    found: list[str] = page.evaluate(
        """async rules => (await axe.run(document, {rules, resultTypes: ["violations"]})).violations.flatMap(
            rule => rule.nodes.slice(0, 3).map(node => `${rule.id}: ${node.html.slice(0, 160)}`))""",
        rules,
    )
    return found


_FAULTS = """() => {
    const all = [...document.body.querySelectorAll("*")];
    const found = [], told = node => node.outerHTML.slice(0, 120);
    const add = (nodes, fault) => found.push(...nodes.slice(0, 3).map(node => `${fault}: ${told(node)}`));
    const shown = all.filter(node => node.checkVisibility() && node.getClientRects().length);
    const own = node => [...node.childNodes].some(child => child.nodeType === 3 && child.data.trim());
    const links = shown.filter(node => node.matches("a[href]"));
    const page = document.documentElement;
    if (page.scrollWidth > innerWidth) found.push(`it is wider than the window: ${page.scrollWidth} px`);
    add(shown.filter(node => {
        const box = node.getBoundingClientRect();
        return box.right > innerWidth + 1 || box.left < -1;
    }), "sticks out");
    add(shown.filter(node => getComputedStyle(node).overflow !== "visible"
        && (node.scrollWidth > node.clientWidth + 1 || node.scrollHeight > node.clientHeight + 1)), "is cut");
    const size = node => parseFloat(getComputedStyle(node).fontSize);
    add(shown.filter(node => own(node) && size(node) < 12), "text below 12 px");
    add(links.filter(node => {
        const style = getComputedStyle(node);
        return (parseFloat(style.lineHeight) || 1.2 * size(node)) < 18;
    }), "link in a line below 18 px");
    add(links.filter(node => {
        const to = node.getAttribute("href"), name = CSS.escape(to.slice(1));
        const goal = name && document.querySelector(`[id="${name}"], a[name="${name}"]`);
        return !to || to.startsWith("#") && !goal;
    }), "link to nowhere");
    return found;
}"""


def faults(page: "Page") -> list[str]:
    """Return what cannot be read or hit on *page* as it is shown, each as `FAULT: ELEMENT`."""
    found: list[str] = page.evaluate(_FAULTS)
    return found
