"""css-inline as a second opinion: it gives every element of a digest the declarations that we give it."""

import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import css_inline
import lxml.html
import pytest
from digests import WHICH, Pair, pairs, sample_pair

from publisher.render.inliner import inline

# A declaration ends at a semicolon outside of quotation marks and brackets.
_DECLARATION = re.compile(r"""((?:[^;"'(]|"[^"]*"|'[^']*'|\([^)]*\))+)""")
Styles = list[tuple[str, list[str]]]


def _normal(value: str) -> str:
    """Return *value* as both inliners would write it.

    premailer (by cssutils) writes quotation marks as ", css-inline as '; spaces after commas are the
    writer's own; and the case of colours and of units says nothing in CSS.
    """
    text = re.sub(r"\s*,\s*", ",", value.strip().replace("'", '"'))
    return re.sub(
        r"#[0-9A-Fa-f]{3,8}\b|[0-9.]+(?:px|em|pt)\b",
        lambda found: found[0].lower(),
        text,
        flags=re.IGNORECASE,
    )


def _declarations(style: str) -> list[str]:
    """Return the declarations of a style attribute in order, without those that a later one replaces."""
    found: dict[str, str] = {}
    for part in _DECLARATION.findall(style):
        name, colon, value = part.partition(":")
        if colon:
            found.pop(name.strip().lower(), None)
            found[name.strip().lower()] = _normal(value)
    return [f"{name}:{value}" for name, value in found.items()]


def _families(declarations: list[str]) -> list[str]:
    """Return *declarations* sorted by their first word (margin, margin-top): among these order counts."""
    return sorted(declarations, key=lambda text: re.split("[-:]", text)[0])


def _styles(html: str) -> Styles:
    """Return tag and declarations of each element of the body; <tbody>, which HTML5 adds, has none."""
    body: Any = lxml.html.fromstring(html).find("body")
    nodes = [node for node in body.iter() if isinstance(node.tag, str) and node.tag != "tbody"]
    return [(node.tag, _families(_declarations(node.get("style", "")))) for node in [body, *nodes]]


def _second_opinion(before: str) -> str:
    inliner = css_inline.CSSInliner(load_remote_stylesheets=False)
    made: str = inliner.inline(before.replace('data-premailer="ignore"', 'data-css-inline="ignore"'))
    return made


def _differences(ours: Styles, theirs: Styles) -> Sequence[tuple[object, object]]:
    if [tag for tag, _ in ours] != [tag for tag, _ in theirs]:
        return [("other elements", (len(ours), len(theirs)))]
    return [(our, their) for our, their in zip(ours, theirs, strict=True) if our != their][:5]


def _compare(pair: Pair) -> Sequence[tuple[object, object]]:
    return _differences(_styles(pair.digest.html), _styles(_second_opinion(pair.before)))


@WHICH
def test_two_inliners_agree(which: str, tmp_path: Path) -> None:
    """Every element of every digest gets the same declarations from both."""
    found = {pair.name: _compare(pair) for pair in pairs(which, tmp_path)}
    assert len(found) > 5
    assert {name: differences for name, differences in found.items() if differences} == {}


@pytest.mark.parametrize(
    ("ours", "theirs"),
    [
        ("p { color: red }", "p { color: blue }"),
        ("p { color: red }", "p { color: red; margin: 0 }"),
        ("p { margin: 0; margin-top: 3px }", "p { margin-top: 3px; margin: 0 }"),
        ('p { background: url("a;b.png") }', 'p { background: url("a;c.png") }'),
        ('p { font-family: "A;B" }', 'p { font-family: "A;C" }'),
    ],
)
def test_a_difference_is_seen(ours: str, theirs: str) -> None:
    """The control: another value, one more declaration, or another order of those that overlap, is found."""
    page = "<!DOCTYPE html><html><head><style>{0}</style></head><body><p>x</p></body></html>"
    made = [_styles(inline(page.replace("{0}", ours)))]
    made += [_styles(_second_opinion(page.replace("{0}", css))) for css in (ours, theirs)]
    assert made[0] == made[1]
    assert made[1] != made[2]


def test_an_element_less_is_seen() -> None:
    """The control: where an inliner loses an element, the two do not agree."""
    pair = sample_pair("2022-05", "en")
    ours = _styles(pair.digest.html)
    assert len(ours) > 20
    assert _differences(ours, ours[:-1]) == [("other elements", (len(ours), len(ours) - 1))]
