"""Styles remembered by kinds of elements are those that premailer writes."""

import logging

import pytest
from hypothesis import given
from hypothesis import strategies as st
from premailer import Premailer

from publisher.render import inliner
from publisher.render.inliner import inline

_FRAME = '<!DOCTYPE html>\n<html lang="en"><head><title>T</title>{}</head><body class="a">{}</body></html>'
_SIMPLE = (
    "p { color: red; margin: 0 } .a { color: blue; padding: 1px 2px } td { width: 5px } .b.a { color: tan }",
    "td { font: 1px x } .a p { color: red } .b .a td { color: blue } td p em { margin: 0 } p.a { border: 0 }",
    "html { color: red } body { margin: 0 } head { color: blue } em, .a em { color: green }",
)
_OTHERS = (
    "p:first-child { color: red } .a { color: blue }",
    "p + p { color: red } p ~ em { color: blue }",
    "p > em { color: red } td > .a { margin: 0 }",
    "[dir] { color: red } #x { margin: 0 } p:hover { color: blue }",
    "p { color: red } @media (min-width: 1px) { p { color: blue } }",
)
_SHEET = st.sampled_from([*_SIMPLE, *_OTHERS])
_ATTRIBUTES = st.lists(
    st.sampled_from(
        [' class="a"', ' class="b a"', ' style="color: black; margin: 1px"', ' dir="ltr"', ' id="x"']
    ),
    max_size=2,
    unique_by=lambda text: text[:4],
).map("".join)
_NAMES = st.sampled_from(["p", "em", "div", "table", "td", "a"])
_TREES = st.recursive(
    st.sampled_from(["words", "&amp; &#39;", "<br>", "<!--entry 1-->", "é"]),
    lambda inner: st.builds(
        lambda name, attributes, parts: f"<{name}{attributes}>{''.join(parts)}</{name}>",
        *(_NAMES, _ATTRIBUTES, st.lists(inner, max_size=4)),
    ),
    max_leaves=12,
)
_KEPT = '<style data-premailer="ignore">.a { color: red !important }</style>'


def forget() -> None:
    """Forget all rules and all looks."""
    inliner._RULES.clear()  # noqa: SLF001 - which no run of the program does
    inliner._LOOKS.clear()  # noqa: SLF001


def page(sheet: str, body: str) -> str:
    """Return a page with *body* under *sheet*."""
    return _FRAME.format(f"<style>{sheet}</style>\n{_KEPT}", body)


def by_premailer(html: str) -> str:
    """Return *html* as premailer alone inlines it, a text from beginning to end."""
    return str(
        Premailer(
            html,
            strip_important=False,
            disable_basic_attributes=["width", "height", "align", "valign", "bgcolor"],
            align_floating_images=False,
            disable_validation=True,
            preserve_internal_links=True,
            allow_network=False,
            cache_css_parsing=False,
            cssutils_logging_level=logging.CRITICAL,
        ).transform(pretty_print=False)
    )


@given(_SHEET, st.lists(_TREES, min_size=2, max_size=4))
def test_pages_learn_from_each_other_only_what_is_true(sheet: str, bodies: list[str]) -> None:
    """Pages one after the other, and the same once more, come out as premailer writes each of them."""
    forget()
    pages = [page(sheet, body) for body in bodies] * 2
    assert [inliner._transform(html) for html in pages] == [by_premailer(html) for html in pages]  # noqa: SLF001


_PAIRS = {
    "what lies around decides": (
        page(_SIMPLE[1], "<div><p>One <em>word</em></p></div>"),
        page(
            _SIMPLE[1],
            '<table><tr><td><p>One <em>word</em></p></td></tr></table><div class="b"><p>Two</p></div>',
        ),
    ),
    "its classes decide": (
        page(".b p { color: red } .c p { color: blue }", '<div class="b"><p>One</p></div>'),
        page(".b p { color: red } .c p { color: blue }", '<div class="c"><p>One</p></div>'),
    ),
    "a style of its own stays": (
        page(_SIMPLE[0], '<p style="color: black">One</p>'),
        page(_SIMPLE[0], '<p>One</p><p style="color: white">Two</p>'),
    ),
    "there is no head": (
        "<!DOCTYPE html>\n<html><body><style>p { color: red }</style><p>One</p></body></html>",
        "<!DOCTYPE html>\n<html><body><style>p { color: red }</style><p>Two</p></body></html>",
    ),
    "two sheets": (
        page(_SIMPLE[0] + "</style><style>p { color: blue }", "<p>One</p>"),
        page(_SIMPLE[0], "<p>One</p>"),
    ),
    "a sheet with an attribute": (
        page(_SIMPLE[0], "<p>One</p>"),
        page(_SIMPLE[0], "<p>One</p>").replace("<style>", '<style media="print">'),
    ),
}


@pytest.mark.parametrize("pages", _PAIRS.values(), ids=_PAIRS)
def test_a_page_behind_another(pages: tuple[str, str]) -> None:
    """Of two pages whose elements are alike but for one thing each comes out as from premailer."""
    forget()
    turns = [*pages, *pages]
    assert [inliner._transform(html) for html in turns] == [by_premailer(html) for html in turns]  # noqa: SLF001


@pytest.mark.parametrize("sheet", [*_SIMPLE, *_OTHERS])
def test_which_sheets_are_learned(sheet: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A second page of known kinds needs no premailer, unless a rule asks for more than kinds."""
    forget()
    html = page(sheet, "<p class='a'>One <em>word</em></p>")
    first, runs = inline(html), []
    run = inliner._Offline.transform  # noqa: SLF001

    def counted(*given: object) -> object:
        runs.append(1)
        return run(*given)

    monkeypatch.setattr(inliner._Offline, "transform", counted)  # noqa: SLF001
    assert inline(html) == first
    assert runs == ([] if sheet in _SIMPLE else [1])
    forget()
