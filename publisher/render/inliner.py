"""CSS into style attributes for mail, through premailer, the one place that knows it.

premailer is frozen since 2021; the options below close what is known of it, and tests hold them:
`!important` of kept rules stays, `width="600"` is not overwritten, nothing is fetched. Rules in
`<style data-premailer="ignore">` are kept byte for byte.

premailer asks each rule for its elements, which takes four fifths of the time. What it wrote on one page
serves for elements of the same kind on the next: see `_Looks`.
"""

import logging
import re
import sys
from types import ModuleType
from typing import Any

import cssutils
from lxml import etree

from publisher.errors import ContentError, Place, Problem

# premailer loads a library to fetch with, which takes twice as long as all the rest. It gets an empty one.
_FETCHING = "requests"
_is_loaded = _FETCHING in sys.modules
sys.modules.setdefault(_FETCHING, ModuleType(_FETCHING))
from premailer import Premailer  # noqa: E402

if not _is_loaded:
    del sys.modules[_FETCHING]

DOCTYPE = "<!DOCTYPE html>"
# Spaces within style attributes take two of the hundred kilobytes that a mail may have.
_STYLE = re.compile(r"""(<[^<>]* style=)("[^"<>]*"|'[^'<>]*')""")
_SHEETS = 32  # more than a newsletter has languages
_KINDS = 2000  # of elements; a digest has some fifty
_KEPT = "data-premailer"
_RULES: dict[tuple[str, int], tuple[list[Any], list[Any]]] = {}
# A selector by names and classes of an element and of what it lies in: `.name a`.
_SELECTOR = re.compile(r"[A-Za-z0-9]*(?:\.[A-Za-z0-9_-]+)*(?: [A-Za-z0-9]*(?:\.[A-Za-z0-9_-]+)*)*")


class _Offline(Premailer):  # type: ignore[misc]
    """premailer that also leaves `@import` alone: `allow_network=False` does not stop it, nor file://."""

    def _parse_style_rules(self, css_body: str, ruleset_index: int) -> tuple[list[Any], list[Any]]:
        """Return the rules of a stylesheet; what was worked out once serves all digests of a run."""
        known = (css_body, ruleset_index)
        if known not in _RULES:
            if len(_RULES) >= _SHEETS:
                _RULES.clear()
            _RULES[known] = super()._parse_style_rules(css_body, ruleset_index)
        rules, leftover = _RULES[known]
        return list(rules), list(leftover)

    def _parse_css_string(self, css_body: str, validate: bool = True) -> Any:  # noqa: FBT001, FBT002
        parser = cssutils.CSSParser(validate=validate, fetcher=lambda _url: None, loglevel=logging.CRITICAL)
        return parser.parseString(css_body)


_Around = tuple[tuple[str, str | None], ...]
_Kind = tuple[_Around, str, str | None, str | None]
"""What decides over an element's style: what it lies in, if any rule asks for that; name, classes, style."""


class _Looks:
    """The style of each kind of element under one stylesheet, as premailer wrote it before.

    Under rules that ask for names and classes alone, also of what the element lies in, all elements of a
    kind have one style. *is_simple* tells whether these are all rules; *outer* are the names and classes
    that they ask of what lies around.
    """

    def __init__(self, rules: list[Any], leftover: list[Any]) -> None:
        selectors = [selector for _, selector, _ in rules]
        self.is_simple = not leftover and all(map(_SELECTOR.fullmatch, selectors))
        outer = [part for selector in selectors for part in selector.split()[:-1]]
        self._outer = {word for part in outer for word in part.split(".")}
        self._styles: dict[_Kind, str | None] = {}

    def kinds(self, page: Any) -> list[tuple[Any, _Kind]]:
        """Return each element of *page* with its kind."""
        found: list[tuple[Any, _Kind]] = []
        todo: list[tuple[Any, _Around]] = [(page, ())]
        while todo:
            element, around = todo.pop()
            name, classes = element.tag, element.get("class")
            found.append((element, (around, name, classes, element.get("style"))))
            if len(element):
                words = {name, *(classes or "").split()}
                inner = around if self._outer.isdisjoint(words) else (*around, (name, classes))
                todo.extend((child, inner) for child in element.iterchildren("*"))
        return found

    def know(self, kinds: list[tuple[Any, _Kind]]) -> bool:
        """Tell whether the styles of all *kinds* are known."""
        return all(kind in self._styles for _, kind in kinds)

    def put_on(self, kinds: list[tuple[Any, _Kind]]) -> None:
        """Give each element the style of its kind."""
        for element, kind in kinds:
            style = self._styles[kind]
            if style is not None:
                element.set("style", style)

    def learn(self, kinds: list[tuple[Any, _Kind]]) -> None:
        """Remember the styles that premailer has given to the elements of *kinds*."""
        if len(self._styles) > _KINDS:
            self._styles.clear()
        for element, kind in kinds:
            self._styles[kind] = element.get("style")


_LOOKS: dict[str, _Looks] = {}


def inline(html: str) -> str:
    """Return *html*, which starts with its doctype, with its rules inlined.

    Raises `ContentError` if premailer cannot read it.
    """
    try:
        text = _transform(html)
    except (SyntaxError, RuntimeError, ValueError, AttributeError) as error:  # cssselect's and lxml's
        place = Place("templates/email/style.css")
        message = f"the styles cannot be written into email/digest.html: {error}"
        hint = "use plain selectors; docs/templates.md has the rules"
        raise ContentError([Problem("template-error", place, message, hint)], 0) from None
    text = _STYLE.sub(lambda found: found[1] + found[2].replace("; ", ";"), text)
    return text if text.startswith(DOCTYPE) else f"{DOCTYPE}\n{text}"


def _transform(html: str) -> str:
    """Return *html* as premailer writes it; what parses and writes it is what premailer uses."""
    html, premailer = html.strip(), _premailer()
    tree = etree.fromstring(html, etree.HTMLParser()).getroottree()
    page = tree.getroot()
    sheet = _only_sheet(page)
    looks = _looks(sheet.text, premailer) if sheet is not None else None
    if looks is None:
        premailer.transform(page)
    else:
        kinds = looks.kinds(page)
        if looks.know(kinds):
            looks.put_on(kinds)
            _take_out(sheet, page)
        else:
            premailer.transform(page)
            looks.learn(kinds)
    is_whole = html.startswith(tree.docinfo.doctype)
    return str(etree.tostring(tree if is_whole else page, method="html", encoding="utf-8").decode())


def _only_sheet(page: Any) -> Any:
    """Return the one element of *page* whose rules are to be inlined; None if there are none or several."""
    sheets = [element for element in page.iter("style") if element.get(_KEPT) != "ignore"]
    is_plain = len(sheets) == 1 and not sheets[0].attrib and sheets[0].text and page.find("head") is not None
    return sheets[0] if is_plain else None


def _looks(sheet: str, premailer: _Offline) -> _Looks | None:
    """Return the looks under *sheet*; None if its rules ask for more than kinds of elements."""
    if sheet not in _LOOKS:
        if len(_LOOKS) >= _SHEETS:
            _LOOKS.clear()
        _LOOKS[sheet] = _Looks(*premailer._parse_style_rules(sheet, 0))  # noqa: SLF001 - premailer frozen
    looks = _LOOKS[sheet]
    return looks if looks.is_simple else None


def _take_out(sheet: Any, page: Any) -> None:
    """Remove *sheet* from *page*, and the marks of the sheets that stay, as premailer does."""
    for element in page.iter("style"):
        if element is not sheet:
            del element.attrib[_KEPT]
    sheet.getparent().remove(sheet)


def _premailer() -> _Offline:
    return _Offline(
        strip_important=False,
        keep_style_tags=False,
        remove_classes=False,
        disable_basic_attributes=["width", "height", "align", "valign", "bgcolor"],
        align_floating_images=False,
        disable_validation=True,
        include_star_selectors=False,
        exclude_pseudoclasses=True,
        base_url=None,
        preserve_internal_links=True,
        allow_network=False,
        allow_loading_external_files=False,
        cache_css_parsing=False,
        cssutils_logging_level=logging.CRITICAL,
    )
