"""CSS into mail: what premailer must not fetch, must not lose and must not change."""

import re
import socket
import threading
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import lxml.html
import premailer
import pytest

from publisher.errors import ContentError
from publisher.render.inliner import DOCTYPE, inline
from publisher.render.templating import packaged_folder


def _page(head: str = "", body: str = "<p>Words.</p>") -> str:
    return f'<!DOCTYPE html>\n<html lang="en"><head><title>T</title>{head}</head><body>{body}</body></html>'


def _style(element: str, css: str, body: str) -> str | None:
    """Return the style of the first *element* of *body* after inlining *css*."""
    found = lxml.html.fromstring(inline(_page(f"<style>{css}</style>", body))).find(f".//{element}")
    style: str | None = found.get("style")
    return style


@dataclass
class Trap:
    """An address on loopback, and how often it was called."""

    url: str
    calls: int = 0


@pytest.fixture
def trap() -> Iterator[Trap]:
    """Give an address that hangs up on everybody who calls, and counts the calls."""
    listening = socket.create_server(("127.0.0.1", 0))
    made = Trap(f"http://127.0.0.1:{listening.getsockname()[1]}/x.css")
    done = threading.Event()

    def answer() -> None:
        while True:
            connection, _ = listening.accept()
            made.calls += not done.is_set()
            connection.close()
            if done.is_set():
                return

    thread = threading.Thread(target=answer)
    thread.start()
    yield made
    done.set()
    socket.create_connection(listening.getsockname()).close()
    thread.join()
    listening.close()


HEADS = [
    "<style>@import url({url}); p {{ color: red }}</style>",
    '<style>@import "{url}"; p {{ color: red }}</style>',
    "<style>@import url('{url}') screen;\n@import url({url}) all;\np {{ color: red }}</style>",
    '<link rel="stylesheet" href="{url}"><style>p {{ color: red }}</style>',
    '<link href="{url}" rel="alternate stylesheet" type="text/css"><style>p {{ color: red }}</style>',
    "<style>p {{ color: red }} @font-face {{ font-family: x; src: url({url}) }}</style>",
    "<style>p {{ color: red; background-image: url({url}) }}</style>",
    '<style data-premailer="ignore">@import url({url});</style><style>p {{ color: red }}</style>',
]


@pytest.mark.parametrize("head", HEADS)
def test_nothing_is_fetched_from_the_network(head: str, trap: Trap) -> None:
    """No stylesheet, font or picture that a page names is asked for; its own rules are inlined."""
    made = inline(_page(head.format(url=trap.url)))
    assert trap.calls == 0
    assert '<p style="color:red' in made


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Give the addresses that urllib is asked for from now on; it gets none of them."""
    found: list[str] = []

    class Opener:
        def open(self, request: urllib.request.Request, *_: object) -> None:
            found.append(request.full_url)
            raise urllib.error.URLError("not here")

    monkeypatch.setattr(urllib.request, "_opener", Opener())
    return found


@pytest.mark.parametrize("head", HEADS)
@pytest.mark.parametrize("form", ["file://{path}", "{path}"])
def test_nothing_is_read_from_the_disk(head: str, form: str, asked: list[str], tmp_path: Path) -> None:
    """No file is taken in, by its address or by its path."""
    bait = tmp_path / "bait.css"
    bait.write_text("p { letter-spacing: 3px }", encoding="utf-8")
    made = inline(_page(head.format(url=form.format(path=bait))))
    assert asked == []
    assert "letter-spacing" not in made
    assert '<p style="color:red' in made


def test_the_trap_is_real(trap: Trap) -> None:
    """The control: premailer with all that it offers against the network still calls."""
    page = _page(f"<style>@import url({trap.url});</style>")
    premailer.transform(page, allow_network=False, cache_css_parsing=False, cssutils_logging_level=100)
    assert trap.calls > 0


def test_the_bait_is_real(asked: list[str]) -> None:
    """The control: premailer by itself asks for a file that is imported."""
    page = _page("<style>@import url(file:///bait.css);</style>")
    premailer.transform(page, allow_network=False, cache_css_parsing=False, cssutils_logging_level=100)
    assert set(asked) == {"file:///bait.css"}


@pytest.mark.parametrize(
    "start",
    ["<!DOCTYPE html>\n", "<!doctype html>\n", "<!DOCTYPE html>", "", "<!-- note -->\n<!DOCTYPE html>\n"],
)
def test_the_doctype_stands_first(start: str) -> None:
    """Without its doctype a mail is shown in quirks mode; premailer loses it in three of these cases."""
    made = inline(f"{start}<html><head></head><body><p>Words.</p></body></html>")
    assert made.startswith((f"{DOCTYPE}\n<html>", f"{DOCTYPE}\n<!-- note -->"))
    assert made.lower().count("<!doctype") == 1


KEPT = """/* kept */
:root { color-scheme: light dark; }
a > b, [data-ogsc] .x::before { content: "<&>"; color: #11223344 !important; }
@media (max-width: 480px) { .pad { padding: 1px !important; } }
@supports (display: grid) { p { color: rgb(0 0 0 / 50%) !important; } }
u + .body { margin: 0 }
"""


def test_the_second_style_element_is_kept_byte_for_byte() -> None:
    """Rules for phones, dark mode and single mail readers come out as they went in."""
    made = inline(_page(f'<style>p {{ color: red }}</style><style data-premailer="ignore">{KEPT}</style>'))
    assert re.findall(r"<style[^>]*>(.*?)</style>", made, re.DOTALL) == [KEPT]
    assert "data-premailer" not in made
    assert '<p style="color:red">' in made


def test_the_packaged_stylesheets_come_through() -> None:
    """Each rule of style.css ends in a style attribute, and kept.css stays whole."""
    style = (packaged_folder() / "email/style.css").read_text(encoding="utf-8")
    kept = (packaged_folder() / "email/kept.css").read_text(encoding="utf-8")
    classes = list(dict.fromkeys(re.findall(r"^\.([a-z]+)", style, re.MULTILINE)))
    body = "".join(f'<td class="{name}">x</td>' for name in classes)
    made = inline(
        _page(
            f'<style>{style}</style><style data-premailer="ignore">{kept}</style>',
            f"<table><tr>{body}</table>",
        )
    )
    assert kept in made
    assert made.count("<style") == 1
    assert [made.count(f'<td class="{name}" style=') for name in classes] == [1] * len(classes)
    assert "!important" not in made.replace(kept, "")


def test_kept_rules_can_win() -> None:
    """Classes stay, since the rules for phones and dark mode name them; inlined rules are not important."""
    made = inline(_page("<style>.pad { padding: 8px }</style>", '<p class="pad">x</p>'))
    assert '<p class="pad" style="padding:8px">x</p>' in made


@pytest.mark.parametrize(
    ("css", "element", "expected"),
    [
        ("img { width: 100%; height: auto }", '<img src="a.png" width="584">', {"width": "584"}),
        ("td { text-align: start; vertical-align: top }", '<td align="left">x</td>', {"align": "left"}),
        ("span { background-color: #fff }", "<span>x</span>", {}),
        ("table { width: 100% }", '<table width="640"></table>', {"width": "640"}),
    ],
)
def test_attributes_are_left_alone(css: str, element: str, expected: dict[str, str]) -> None:
    """Outlook goes by attributes: a rule neither overwrites one nor makes one up."""
    name = re.findall("[a-z]+", element)[0]
    made = lxml.html.fromstring(inline(_page(f"<style>{css}</style>", f"<table><tr><td>{element}</table>")))
    found = made.xpath(f"//body//{name}")[-1]
    assert expected == {
        key: value
        for key, value in found.attrib.items()
        if key in {"width", "height", "align", "valign", "bgcolor"}
    }
    assert found.get("style")


def test_rules_for_some_screens_stay_important() -> None:
    """A media query in the inlined stylesheet is left there whole, since no attribute can hold it."""
    made = inline(
        _page("<style>p { color: red } @media (max-width: 9px) { p { color: blue !important } }</style>")
    )
    assert "@media (max-width: 9px)" in made
    assert "color: blue !important" in made


@pytest.mark.parametrize("css", ["* { margin: 0 }", "a { color: red } a:hover { color: blue }"])
def test_rules_that_no_attribute_can_hold(css: str) -> None:
    """A rule for all elements reaches no <title>, and one for a state no attribute."""
    made = inline(_page(f"<style>{css}</style>", "<a>x</a>"))
    assert "<title>T</title>" in made
    assert ":hover" not in "".join(re.findall('style="[^"]*"', made))


def test_no_white_space_comes_between_elements() -> None:
    """Indentation would open gaps between what stands side by side, and cost bytes."""
    body = "<table><tr><td><a>x</a><b>y</b></td></tr></table>"
    assert inline(_page("", body)) == _page("", body)


def test_comments_for_outlook_stay_byte_for_byte() -> None:
    """What only Outlook reads is a comment to all others."""
    ghost = '<!--[if mso]><table role="presentation" width="640"><tr><td><![endif]-->'
    body = f"{ghost}<p>x</p><!--[if !mso]><!--><b>y</b><!--<![endif]-->"
    made = inline(_page("<style>p { color: red }</style>", body))
    assert ghost in made
    assert "<!--[if !mso]><!--><b>y</b><!--<![endif]-->" in made


@pytest.mark.parametrize(
    ("css", "expected"),
    [
        ("p { color: red } p { color: blue }", "color:blue"),
        ("p.a { color: red } p { color: blue }", "color:red"),
        ("p { mso-line-height-rule: exactly }", "mso-line-height-rule:exactly"),
        (
            'p { font-family: Georgia, "Times New Roman", serif }',
            'font-family:Georgia, "Times New Roman", serif',
        ),
        ("p { color: red } a:hover { color: blue }", "color:red"),
        ("p { broken", None),
        ("", None),
    ],
)
def test_rules_are_inlined_as_css_says(css: str, expected: str | None) -> None:
    """The more specific and the later rule wins; unknown properties stay; broken rules are left out."""
    assert expected == _style("p", css, '<p class="a">x</p>')


def test_an_elements_own_style_wins() -> None:
    """What a template writes on an element is stronger than any rule."""
    assert _style("p", "p { color: red; margin: 0 }", '<p style="color: blue">x</p>') == "color:blue;margin:0"


def test_text_in_any_script_stays() -> None:
    """Nothing is written as an entity that need not be."""
    made = inline(_page("<style>p { color: red }</style>", "<p>التقرير é 😀 &lt;b&gt; &amp; \u00a0</p>"))
    assert ">التقرير é 😀 &lt;b&gt; &amp; \u00a0</p>" in made


@pytest.mark.parametrize(
    "page", [_page('<style>[title="a,b"] { color: red }</style>'), "", '<?xml version="1.0"?><p>x</p>']
)
def test_what_premailer_cannot_read_is_a_problem(page: str) -> None:
    """A template that premailer cannot work on is named as such, not a traceback."""
    if page.startswith("<?xml"):
        page = page.replace("?>", ' encoding="utf-8"?>')
    with pytest.raises(ContentError) as caught:
        inline(page)
    (problem,) = caught.value.problems
    assert (problem.code, problem.place.path) == ("template-error", "templates/email/style.css")
