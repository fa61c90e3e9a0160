"""Markdown to HTML that is safe anywhere, and what the text refers to.

pyromark (pulldown-cmark) renders and tells the place of each element; it passes raw HTML and
`javascript:` on, so nh3 cleans what it gives. What nh3 would drop in silence is reported with its line.
"""

import html as entities
import re
import sys
from collections import Counter
from dataclasses import dataclass, field, replace
from typing import Any

import nh3
import pyromark

from publisher.entries.source import Mark, Source
from publisher.errors import Problem
from publisher.model.text import FORBIDDEN, check_url, one_line

_OPTIONS = (
    pyromark.Options.ENABLE_TABLES
    | pyromark.Options.ENABLE_FOOTNOTES
    | pyromark.Options.ENABLE_STRIKETHROUGH
    | pyromark.Options.ENABLE_DEFINITION_LIST
)
# Beyond this nobody writes, and an HTML tree of 10,000 levels costs 20 times its length to clean.
_DEPTH_LIMIT = 32
# The same for tags that are written out and not closed; these need no end, or have none.
_OPEN_LIMIT = 100
_NEED_NO_END = "br col dd dt hr img li p tbody td tfoot th thead tr"
_ENDLESS = set(_NEED_NO_END.split())

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
_OURS = {"class", "style"}  # pyromark writes these on footnotes and tables; people do not
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
_TAG = re.compile(
    rb"<!--(?:-?>|.*?-->)|<(/?)([A-Za-z][A-Za-z0-9-]*)((?:\"[^\"]*\"|'[^']*'|[^>\"'])*)>?|(<[!?])", re.DOTALL
)
_NO_ALT = re.compile(rb"!\[\s*\]")
_ATTRIBUTE = re.compile(rb"([^\s=\"'/<>]+)\s*(?:=\s*(\"[^\"]*\"|'[^']*'|[^\s\"'>]*))?")
_FIRST_PARAGRAPH = re.compile(r"<p>(.*?)</p>", re.DOTALL)
_MAIL = re.compile(r"mailto:[^\s@<>\"]+@[A-Za-z0-9.-]+(?:\?[^\s<>\"]*)?")
_PHONE = re.compile(r"tel:\+?[0-9().-]+")
_ENTITY = re.compile(rb"&#(?:[xX]([0-9A-Fa-f]{1,6})|([0-9]{1,7}));")
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
        walker.look_for_characters(done.html)
    return done


def render_inline(text: str) -> str:
    """Return one line of Markdown as HTML without blocks, for summaries."""
    html = pyromark.html(_as_sentence(text), options=pyromark.Options.ENABLE_STRIKETHROUGH)
    return _INLINE_CLEANER.clean(html).strip().removeprefix("x").strip()


def look_inline(text: str, source: Source, mark: Mark) -> Rendered:
    """Return what `render` notes of a summary, each once and at *mark*; its HTML is made elsewhere."""
    seen = Rendered()
    walker = _Walker(_as_sentence(text).encode(), source, 1, seen)
    walker.walk(_as_sentence(text))
    walker.look_for_characters(render_inline(text))
    problems = [replace(problem, place=source.place(mark)) for problem in seen.problems]
    if any(reference.is_image for reference in seen.references):
        message = "a picture cannot stand in a summary"
        problems.append(source.error("html-not-allowed", mark, message, "put it into the text"))
    links = [replace(reference, mark=mark) for reference in seen.references if not reference.is_image]
    return Rendered("", list(dict.fromkeys(links)), list(dict.fromkeys(problems)))


def plain(html: str) -> str:
    """Return the words of *html*: no tags, no entities, white space folded."""
    text = _TEXT_CLEANER.clean(re.sub(r"<(?:br|/p|/li|/h[2-6]|/t[dhr]|/d[dt])>", r"\g<0> ", html))
    for entity, character in (("&lt;", "<"), ("&gt;", ">"), ("&nbsp;", " "), ("&quot;", '"'), ("&amp;", "&")):
        text = text.replace(entity, character)
    return " ".join(text.split())


def escape(text: str) -> str:
    """Return *text* as HTML."""
    return entities.escape(text, quote=False)


def first_paragraph(html: str) -> str:
    """Return the content of the first `<p>` of *html*, without pictures; "" if there is none."""
    for found in _FIRST_PARAGRAPH.finditer(html):
        if plain(found[1]):
            return _INLINE_CLEANER.clean(found[1]).strip()
    return ""


def _as_sentence(text: str) -> str:
    """Put a word before *text*, so that nothing in it starts a list, a heading or a block of code."""
    return f"x {one_line(text)}"


class _Walker:
    """Goes through the events of pyromark once and notes what is wrong or refers elsewhere."""

    def __init__(self, data: bytes, source: Source, first_line: int, done: Rendered) -> None:
        self.data, self.source, self.first_line, self.done = data, source, first_line, done
        self.seen, self.line, self.column = 0, first_line, 1
        self.open: Counter[str] = Counter()

    def walk(self, body: str) -> bool:
        """Return False if the text is nested too deep to be rendered."""
        depth = 0
        for event, span in pyromark.events_with_range(body, options=_OPTIONS):
            if isinstance(event, str):
                continue
            at = span["start"]
            if "Start" in event:
                depth += 1
                if event["Start"] == "HtmlBlock":
                    self._html(at, span["end"])
                else:
                    self._start(event["Start"], at)
            elif "End" in event:
                depth -= 1
            elif "InlineHtml" in event:
                self._html(at, span["end"])
            if depth > _DEPTH_LIMIT:
                return self._too_deep(at, f"the text is nested deeper than {_DEPTH_LIMIT} levels")
            if self.open and self.open.total() > _OPEN_LIMIT:
                return self._too_deep(at, f"over {_OPEN_LIMIT} tags are not closed")
        return True

    def _too_deep(self, at: int, message: str) -> bool:
        self._problem("too-deep", at, message, "lists, quotations and tags need fewer levels")
        return False

    def _start(self, tag: Any, at: int) -> None:
        if not isinstance(tag, dict):
            return
        if "Link" in tag:
            # An address alone (<name@example.org>) comes without its scheme.
            url = tag["Link"]["dest_url"]
            self._address(f"mailto:{url}" if tag["Link"]["link_type"] == "Email" else url, at, is_image=False)
        elif "Image" in tag:
            self._address(tag["Image"]["dest_url"], at, is_image=True)
            if _NO_ALT.match(self.data, at):
                self._no_alt(at, "write ![what the picture shows](file.png)")
        elif "Heading" in tag and tag["Heading"]["level"] == "H1":
            self._problem(
                "heading-too-high", at, "a heading with one # is the page's title", "start headings with ##"
            )

    def _no_alt(self, at: int, hint: str) -> None:
        self._problem("missing-alt", at, "the picture has no description", hint)

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
                hint = "use https:, mailto:name@example.org or a file beside the entry"
                self._problem("unsafe-address", at, message, hint)
        elif is_image or not url.startswith("#"):
            self.done.references.append(Reference(url.partition("#")[0] or url, self._mark(at), is_image))

    def _web_address(self, url: str, at: int, *, is_image: bool) -> None:
        if is_image:
            message = "images lie beside the entry, not on the web"
            self._problem("remote-image", at, message, "save the picture beside the entry")
            return
        try:
            check_url(url)
        except Exception as error:  # noqa: BLE001 - a PydanticCustomError, which has no narrower base here
            context: dict[str, str] = getattr(error, "context", None) or {}
            self._problem("invalid-url", at, context.get("message", str(error)), context.get("hint", ""))

    def _html(self, start: int, end: int) -> None:
        for found in _TAG.finditer(self.data, start, end):
            at = found.start()
            if found[2]:
                self._tag(found)
            elif self.data.startswith(b"<!--", at) and not found[0].endswith(b">"):
                self._problem("html-not-allowed", at, "the comment that starts here has no end", "write -->")
                return
            elif found[4]:
                hint = "leave it out, or write \\< if the sign is meant"
                self._problem("html-not-allowed", at, f"{found[4].decode()} is not allowed in an entry", hint)

    def _tag(self, found: re.Match[bytes]) -> None:
        name = found[2].decode().lower()
        if found[1]:
            self.open[name] = max(0, self.open[name] - 1)
            return
        self.open[name] += name not in _ENDLESS
        if name not in TAGS:
            hint = f"leave it out, or write \\<{name} if the sign is meant"
            self._problem("html-not-allowed", found.start(), f"<{name}> is not allowed in an entry", hint)
            return
        allowed = (_ATTRIBUTES["*"] | _ATTRIBUTES.get(name, set())) - _OURS
        has_alt = name != "img"
        for attribute in _ATTRIBUTE.finditer(found[3]):
            key, at = attribute[1].decode(errors="replace").lower(), found.start(3) + attribute.start()
            value = entities.unescape((attribute[2] or b"").strip(b"\"'").decode(errors="replace"))
            has_alt = has_alt or (key == "alt" and value.strip() != "")
            if key not in allowed:
                message = f"the attribute {key} is not allowed on <{name}>"
                self._problem("html-not-allowed", at, message, "leave it out")
            elif key in {"href", "src"}:
                self._address(value, at, is_image=key == "src")
        if not has_alt:
            self._no_alt(found.start(), 'write alt="what the picture shows"')

    def look_for_characters(self, html: str) -> None:
        """Note a character that no feed can carry, such as `&#11;` gives: the source itself has none."""
        for found in _ENTITY.finditer(self.data) if FORBIDDEN.search(html) else ():
            code = int(found[1], 16) if found[1] else int(found[2])
            if code > sys.maxunicode or FORBIDDEN.search(chr(code)):
                message = "this entity gives a character that cannot stand in a feed or a mail"
                self._problem("control-character", found.start(), message, "leave it out")

    def _mark(self, offset: int) -> Mark:
        """Return the place of the byte at *offset*; offsets mostly grow, so each byte is counted once."""
        if offset < self.seen:
            self.seen, self.line, self.column = 0, self.first_line, 1
        passed = self.data[self.seen : offset]
        self.line += passed.count(b"\n")
        self.column = 1 if b"\n" in passed else self.column
        self.column += len(passed[passed.rfind(b"\n") + 1 :].decode(errors="replace"))
        self.seen = offset
        return Mark(self.line, self.column)

    def _problem(self, code: str, at: int, message: str, hint: str) -> None:
        self.done.problems.append(self.source.error(code, self._mark(at), message, hint))
