"""Markdown to HTML that is safe anywhere, and what the text refers to.

pyromark (pulldown-cmark) renders and tells the place of each element; it passes raw HTML and
`javascript:` on, so nh3 cleans what it gives. What nh3 would drop in silence is reported with its line.
"""

import re
from dataclasses import dataclass, field
from typing import Any

import nh3
import pyromark

from publisher.entries.source import Mark, Source
from publisher.errors import Problem
from publisher.model.text import check_url

_OPTIONS = (
    pyromark.Options.ENABLE_TABLES
    | pyromark.Options.ENABLE_FOOTNOTES
    | pyromark.Options.ENABLE_STRIKETHROUGH
    | pyromark.Options.ENABLE_DEFINITION_LIST
)
# Beyond this nobody writes, and an HTML tree of 10,000 levels costs 20 times its length to clean.
_DEPTH_LIMIT = 32

_INLINE = "a abbr b br cite code del dfn em i ins kbd mark q s small span strong sub sup time u var"
_BLOCKS = (
    "blockquote dd details div dl dt figcaption figure h2 h3 h4 h5 h6 hr img li ol p pre summary table"
    " tbody td tfoot th thead tr ul"
)
_INLINE_TAGS = set(_INLINE.split())
TAGS = _INLINE_TAGS | set(_BLOCKS.split())
_ATTRIBUTES = {
    "*": {"dir", "lang", "title"},
    "a": {"href"},
    "div": {"id", "class"},
    "img": {"src", "alt", "width", "height"},
    "li": {"value"},
    "ol": {"start"},
    "sup": {"class"},
    "td": {"colspan", "rowspan", "style"},
    "th": {"colspan", "rowspan", "scope", "style"},
    "time": {"datetime"},
}
_CLASSES = {"div": {"footnote-definition"}, "sup": {"footnote-reference", "footnote-definition-label"}}
_CLEANER = nh3.Cleaner(
    tags=TAGS,
    attributes={tag: names - {"class"} for tag, names in _ATTRIBUTES.items()},
    allowed_classes=_CLASSES,
    clean_content_tags={"script", "style"},
    filter_style_properties={"text-align"},
    url_schemes={"http", "https", "mailto", "tel"},
    link_rel=None,
    strip_comments=True,
)
_INLINE_CLEANER = nh3.Cleaner(
    tags=_INLINE_TAGS,
    attributes={"*": {"dir", "lang", "title"}, "a": {"href"}},
    clean_content_tags={"script", "style"},
    url_schemes={"http", "https", "mailto", "tel"},
    link_rel=None,
)
_TEXT_CLEANER = nh3.Cleaner(tags=set(), clean_content_tags={"script", "style"})
_TAG = re.compile(rb"<(/?)([A-Za-z][A-Za-z0-9-]*)((?:\"[^\"]*\"|'[^']*'|[^>\"'])*)>?")
_ATTRIBUTE = re.compile(rb"([^\s=\"'/<>]+)\s*(?:=\s*(\"[^\"]*\"|'[^']*'|[^\s\"'>]*))?")
_FIRST_PARAGRAPH = re.compile(r"<p>(.*?)</p>", re.DOTALL)
_MAIL = re.compile(r"mailto:[^\s@<>\"]+@[A-Za-z0-9.-]+(?:\?[^\s<>\"]*)?")
_PHONE = re.compile(r"tel:\+?[0-9().-]+")
_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:")


@dataclass(frozen=True, slots=True)
class Reference:
    """A relative address in the text, and where it stands; *is_image* tells pictures from links."""

    target: str
    mark: Mark
    is_image: bool


@dataclass(slots=True)
class Rendered:
    """A body as HTML, the relative addresses in it, and its problems."""

    html: str = ""
    references: list[Reference] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)


def render(body: str, source: Source, first_line: int) -> Rendered:
    """Render *body*, whose first line is line *first_line* of *source*."""
    done = Rendered()
    if not body.strip():
        return done
    walker = _Walker(body.encode(), source, first_line, done)
    if walker.walk(body):
        done.html = _CLEANER.clean(pyromark.html(body, options=_OPTIONS)).strip()
    return done


def render_inline(text: str) -> str:
    """Return one line of Markdown as HTML without blocks, for summaries."""
    html = pyromark.html(_no_blocks(text), options=pyromark.Options.ENABLE_STRIKETHROUGH)
    return _INLINE_CLEANER.clean(html).strip()


def plain(html: str) -> str:
    """Return the words of *html*: no tags, no entities, white space folded."""
    text = _TEXT_CLEANER.clean(re.sub(r"<(?:br|/p|/li|/h[2-6]|/t[dhr]|/d[dt])>", r"\g<0> ", html))
    for entity, character in (("&lt;", "<"), ("&gt;", ">"), ("&nbsp;", " "), ("&quot;", '"'), ("&amp;", "&")):
        text = text.replace(entity, character)
    return " ".join(text.split())


def escape(text: str) -> str:
    """Return *text* as HTML."""
    return nh3.clean_text(text)


def first_paragraph(html: str) -> str:
    """Return the content of the first `<p>` of *html*, without pictures; "" if there is none."""
    for found in _FIRST_PARAGRAPH.finditer(html):
        if plain(found[1]):
            return _INLINE_CLEANER.clean(found[1]).strip()
    return ""


def _no_blocks(text: str) -> str:
    """Keep a summary that starts like a list or heading a line of text."""
    return re.sub(r"^(\s*)([#>+*=~|:-]|[0-9]+[.)])(?=\s|$|[-=~`*]{2})", r"\1\\\2", text)


class _Walker:
    """Goes through the events of pyromark once and notes what is wrong or refers elsewhere."""

    def __init__(self, data: bytes, source: Source, first_line: int, done: Rendered) -> None:
        self.data, self.source, self.first_line, self.done = data, source, first_line, done
        self.seen = 0
        self.line = first_line
        self.line_start = 0

    def walk(self, body: str) -> bool:
        """Return False if the text is nested too deep to be rendered."""
        depth = 0
        for event, span in pyromark.events_with_range(body, options=_OPTIONS):
            if isinstance(event, str):
                continue
            if "Start" in event:
                depth += 1
                if depth > _DEPTH_LIMIT:
                    self._problem(
                        "too-deep",
                        span["start"],
                        f"the text is nested deeper than {_DEPTH_LIMIT} levels",
                        "lists and quotations need fewer",
                    )
                    return False
                self._start(event["Start"], span["start"])
            elif "End" in event:
                depth -= 1
            elif "Html" in event or "InlineHtml" in event:
                self._html(span["start"], span["end"])
        return True

    def _start(self, tag: Any, at: int) -> None:
        if not isinstance(tag, dict):
            return
        if "Link" in tag:
            # An address alone (<name@example.org>) comes without its scheme.
            url = tag["Link"]["dest_url"]
            self._address(f"mailto:{url}" if tag["Link"]["link_type"] == "Email" else url, at, is_image=False)
        elif "Image" in tag:
            self._address(tag["Image"]["dest_url"], at, is_image=True)
            self._alt(at)
        elif "Heading" in tag and tag["Heading"]["level"] == "H1":
            self._problem(
                "heading-too-high", at, "a heading with one # is the page's title", "start headings with ##"
            )

    def _alt(self, at: int) -> None:
        if self.data.startswith(b"![]", at):
            self._problem(
                "missing-alt",
                at,
                "the picture has no description",
                "write ![what the picture shows](file.png)",
            )

    def _address(self, url: str, at: int, *, is_image: bool) -> None:
        what = "picture" if is_image else "link"
        if not url:
            self._problem(
                f"empty-{what}", at, f"the {what} leads nowhere", "write the address between the brackets ( )"
            )
        elif url.startswith(("http://", "https://", "//")):
            self._web_address(url, at, is_image=is_image)
        elif _SCHEME.match(url):
            if is_image or not (_MAIL.fullmatch(url) or _PHONE.fullmatch(url)):
                scheme = url.split(":", maxsplit=1)[0]
                message = f"{scheme}: cannot be used here, or the address is not whole"
                self._problem(
                    "unsafe-address",
                    at,
                    message,
                    "use https:, mailto:name@example.org or a file beside the entry",
                )
        elif not url.startswith("#"):
            path = url.partition("#")[0].partition("?")[0]
            self.done.references.append(Reference(path, self._mark(at), is_image))

    def _web_address(self, url: str, at: int, *, is_image: bool) -> None:
        if is_image:
            self._problem(
                "remote-image",
                at,
                "images lie beside the entry, not on the web",
                "save the picture beside the entry",
            )
            return
        try:
            check_url(url)
        except Exception as error:  # noqa: BLE001 - a PydanticCustomError, which has no narrower base here
            context: dict[str, str] = getattr(error, "context", None) or {}
            self._problem("invalid-url", at, context.get("message", str(error)), context.get("hint", ""))

    def _html(self, start: int, end: int) -> None:
        for found in _TAG.finditer(self.data, start, end):
            closing, name, rest = found[1], found[2].decode().lower(), found[3]
            if name not in TAGS:
                if not closing:
                    hint = f"leave it out, or write \\<{name} if the sign is meant"
                    self._problem(
                        "html-not-allowed", found.start(), f"<{name}> is not allowed in an entry", hint
                    )
                continue
            allowed = _ATTRIBUTES["*"] | _ATTRIBUTES.get(name, set())
            for attribute in _ATTRIBUTE.finditer(rest):
                key = attribute[1].decode(errors="replace").lower()
                if key not in allowed:
                    at = found.start(3) + attribute.start()
                    self._problem(
                        "html-not-allowed",
                        at,
                        f"the attribute {key} is not allowed on <{name}>",
                        "leave it out",
                    )
                elif key in {"href", "src"}:
                    value = (attribute[2] or b"").strip(b"\"'").decode(errors="replace")
                    self._address(value, found.start(3) + attribute.start(), is_image=key == "src")

    def _mark(self, offset: int) -> Mark:
        """Return the place of the byte at *offset*; offsets mostly grow, so lines are counted once."""
        if offset < self.seen:
            self.seen, self.line, self.line_start = 0, self.first_line, 0
        self.line += self.data.count(b"\n", self.seen, offset)
        self.line_start = self.data.rfind(b"\n", 0, offset) + 1
        self.seen = offset
        column = len(self.data[self.line_start : offset].decode(errors="replace")) + 1
        return Mark(self.line, column)

    def _problem(self, code: str, at: int, message: str, hint: str) -> None:
        self.done.problems.append(self.source.error(code, self._mark(at), message, hint))
