"""What the inliner remembers of stylesheets changes nothing that it writes."""

import random

import pytest
from digests import CHOICE, sample_pair

from publisher.render import inliner
from publisher.render.inliner import inline

_RULES, _LOOKS = inliner._RULES, inliner._LOOKS  # noqa: SLF001 - to forget them, which no run of the program does
_PAGE = "<!DOCTYPE html><html><head><style>{}</style></head><body>{}</body></html>"
_BODY = '<p class="a">One</p><table><tr><td width="9" class="b">Two</td></tr></table>'
_SHEETS = (
    "p { color: red; margin: 0 } .a { color: blue !important }",
    "p { color: green } td { width: 5px } .b { width: 6px }",
    "p { color: green } td { width: 5px } .b { width: 6px } ",
    ".a:hover { color: red } @media (min-width: 1px) { p { color: red } }",
    "",
)


@pytest.fixture(autouse=True)
def forgetful() -> None:
    """Begin with nothing remembered."""
    forget()


def forget() -> None:
    """Forget all rules and all looks."""
    _RULES.clear()
    _LOOKS.clear()


def afresh(page: str) -> str:
    """Return *page* inlined by an inliner that remembers nothing."""
    forget()
    return inline(page)


@pytest.mark.parametrize("seed", range(4))
def test_digests_are_the_same_in_any_order(seed: int) -> None:
    """Each digest, inlined a second time, behind any others, has the same bytes as by itself."""
    pages = [sample_pair(month, lang).before for month, lang in CHOICE]
    alone = {page: afresh(page) for page in pages}
    forget()
    order = pages * 2
    random.Random(seed).shuffle(order)  # noqa: S311
    assert [page for page in order if inline(page) != alone[page]] == []


def test_stylesheets_in_turn_do_not_mix() -> None:
    """Pages with different stylesheets, in turn, keep their own rules."""
    pages = [_PAGE.format(sheet, _BODY) for sheet in _SHEETS]
    alone = [afresh(page) for page in pages]
    forget()
    assert [[inline(page) for page in pages] for _ in range(3)] == [alone] * 3
    assert len(set(alone[:2])) == 2


def test_two_sheets_of_one_page_keep_their_order() -> None:
    """The same two stylesheets in another order give the rules of the later one."""
    sheets = ("p { color: red }", "p { color: blue }")
    pages = [
        _PAGE.format(f"{first}</style><style>{second}", "<p>x</p>")
        for first, second in (sheets, sheets[::-1], sheets)
    ]
    assert ["blue" in inline(page) for page in pages] == [True, False, True]


def test_it_does_not_grow_for_ever() -> None:
    """However many stylesheets there are, few are remembered."""
    for number in range(1, 101):
        page = _PAGE.format(f"p {{ margin: {number}px }}", "<p>x</p>")
        assert f"margin:{number}px" in inline(page)
    assert 0 < len(_RULES) <= 40
    assert 0 < len(_LOOKS) <= 40
