"""What a Markdown text refers to and what is wrong in it, by the events of its parser, and its HTML."""

import html as entities
import re
import sys
from collections import Counter
from collections.abc import Iterable
from typing import Any

from msgspec import Struct, field

from publisher.entries.source import Mark, Source
from publisher.errors import Problem
from publisher.model.rules import FORBIDDEN, check_url

# Beyond this nobody writes, and an HTML tree of 10,000 levels costs 20 times its length to clean.
DEPTH_LIMIT = 32
# The same for tags that are written out and not closed; these need no end, or have none.
_OPEN_LIMIT = 100
_NEED_NO_END = "br col dd dt hr img li p tbody td tfoot th thead tr"
_ENDLESS = set(_NEED_NO_END.split())

_INLINE = "a abbr b br cite code del dfn em i ins kbd mark q s small span strong sub sup time u var"
_BLOCKS = (
    "blockquote dd details div dl dt figcaption figure h2 h3 h4 h5 h6 hr img li ol p pre summary table"
    " tbody td tfoot th thead tr ul"
)
INLINE_TAGS = set(_INLINE.split())
TAGS = INLINE_TAGS | set(_BLOCKS.split())
ATTRIBUTES = {
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
_TAG = re.compile(
    rb"<!--(?:-?>|.*?-->)|<(/?)([A-Za-z][A-Za-z0-9-]*)((?:\"[^\"]*\"|'[^']*'|[^>\"'])*)>?|(<[!?])", re.DOTALL
)
_NO_ALT = re.compile(rb"!\[\s*\]")
_ATTRIBUTE = re.compile(rb"([^\s=\"'/<>]+)\s*(?:=\s*(\"[^\"]*\"|'[^']*'|[^\s\"'>]*))?")
_MAIL = re.compile(r"mailto:[^\s@<>\"]+@[A-Za-z0-9.-]+(?:\?[^\s<>\"]*)?")
_PHONE = re.compile(r"tel:\+?[0-9().-]+")
_ENTITY = re.compile(rb"&#(?:[xX]([0-9A-Fa-f]{1,6})|([0-9]{1,7}));")
_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:")


class Reference(Struct, frozen=True):
    """A relative address in the text, and where it stands; *is_image* tells pictures from links."""

    target: str
    mark: Mark
    is_image: bool


class Rendered(Struct):
    """A body as HTML, the relative addresses in it, and its problems."""

    html: str = ""
    references: list[Reference] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)


class Walker:
    """Goes through the events of pyromark once and notes what is wrong or refers elsewhere."""

    def __init__(self, data: bytes, source: Source, first_line: int, done: Rendered) -> None:
        self.data, self.source, self.first_line, self.done = data, source, first_line, done
        self.seen, self.line, self.column = 0, first_line, 1
        self.open: Counter[str] = Counter()

    def walk(self, events: Iterable[tuple[Any, Any]]) -> bool:
        """Take pyromark's events with their ranges; return False if they nest too deep to be rendered."""
        depth = 0
        for event, span in events:
            if "Text" in event or isinstance(event, str):  # nearly half of all
                continue
            if "End" in event:
                depth -= 1
            elif "Start" in event:
                depth += 1
                tag = event["Start"]
                if tag == "HtmlBlock":
                    self._html(span["start"], span["end"])
                elif not isinstance(tag, str):
                    self._start(tag, span["start"])
                if depth > DEPTH_LIMIT:
                    return self._too_deep(
                        span["start"], f"the text is nested deeper than {DEPTH_LIMIT} levels"
                    )
            elif "InlineHtml" in event:
                self._html(span["start"], span["end"])
            if self.open and self.open.total() > _OPEN_LIMIT:
                return self._too_deep(span["start"], f"over {_OPEN_LIMIT} tags are not closed")
        return True

    def _too_deep(self, at: int, message: str) -> bool:
        self._problem("too-deep", at, message, "lists, quotations and tags need fewer levels")
        return False

    def _start(self, tag: Any, at: int) -> None:
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
        allowed = (ATTRIBUTES["*"] | ATTRIBUTES.get(name, set())) - _OURS
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
        for found in _ENTITY.finditer(self.data) if b"&#" in self.data and FORBIDDEN.search(html) else ():
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
