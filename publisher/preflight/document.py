"""The HTML of a mail as a flat list of elements and texts, in reading order, each with its place."""

from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from html.parser import HTMLParser

VOID = frozenset(
    [
        "area",
        "base",
        "br",
        "col",
        "embed",
        "hr",
        "img",
        "input",
        "link",
        "meta",
        "param",
        "source",
        "track",
        "wbr",
    ]
)
"""Elements that have no end tag."""
UNSEEN = frozenset({"head", "script", "style", "title"})
"""Elements whose text nobody reads."""


@dataclass(slots=True, eq=False)
class Element:
    """An element: its tag in lower case, its attributes, what it lies in, and its places.

    *start* counts characters of the HTML. The nodes from *order* + 1 to *last* (not included) lie in it.
    """

    tag: str
    attributes: dict[str, str]
    parent: "Element | None"
    start: int
    order: int
    last: int = 0

    def within(self) -> "Iterator[Element]":
        """Yield the element itself and all that it lies in, from the inside out."""
        here: Element | None = self
        while here is not None:
            yield here
            here = here.parent


@dataclass(slots=True, eq=False)
class Text:
    """A run of text, and the element that it stands in; None at the top."""

    words: str
    parent: Element | None
    start: int


@dataclass(slots=True, eq=False)
class Comment:
    """A comment without its `<!--` and `-->`; *bogus* if it is another mark, as `<![if mso]>` is."""

    words: str
    start: int
    bogus: bool = False


@dataclass(slots=True, eq=False)
class Document:
    """A page's nodes in the order of its source, and its comments."""

    html: str
    nodes: list[Element | Text] = field(default_factory=list)
    elements: list[Element] = field(default_factory=list)
    comments: list[Comment] = field(default_factory=list)

    def inside(self, element: Element) -> list[Element | Text]:
        """Return the nodes within *element*, at any depth."""
        return self.nodes[element.order + 1 : element.last]

    def all(self, *tags: str) -> list[Element]:
        """Return the elements of these tags."""
        return [element for element in self.elements if element.tag in tags]

    def raw_text(self, element: Element) -> str:
        """Return the text of *element* as it stands there, for stylesheets."""
        return "".join(node.words for node in self.inside(element) if isinstance(node, Text))

    def name(self, element: Element) -> str:
        """Return what a screen reader says: the label of *element*, else its text and its pictures' texts."""
        if label := _folded(element.attributes.get("aria-label", "")):
            return label
        words, silent = [], 0
        for place in range(element.order + 1, element.last):
            node = self.nodes[place]
            if isinstance(node, Element) and node.attributes.get("aria-hidden") == "true":
                silent = max(silent, node.last)
            if place >= silent:
                words.append(_words(node))
        return _folded("".join(words))

    def read_texts(self) -> list[Text]:
        """Return the texts that are not of the head, of styles or of scripts."""
        return [
            node
            for node in self.nodes
            if isinstance(node, Text) and not (node.parent and is_unseen(node.parent))
        ]


def is_unseen(element: Element) -> bool:
    """Tell whether *element* lies in the head, in a stylesheet or in a script."""
    return any(outer.tag in UNSEEN for outer in element.within())


@lru_cache(maxsize=4)
def parse(html: str) -> Document:
    """Return the document that *html* says; any text gives one."""
    parser = _Parser(html)
    parser.feed(html)
    parser.close()
    parser.finish()
    return parser.document


def _words(node: Element | Text) -> str:
    if isinstance(node, Text):
        return node.words
    if node.tag == "br":
        return " "
    return node.attributes.get("alt", "") if node.tag == "img" else ""


def _folded(text: str) -> str:
    return " ".join(text.split())


class _Parser(HTMLParser):
    """Builds the document; end tags that close nothing are passed over, open ones close with their parent."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.document = Document(html)
        self._open: list[Element] = []
        self._lines = [0]
        for line in html.split("\n"):
            self._lines.append(self._lines[-1] + len(line) + 1)

    def _start(self) -> int:
        line, column = self.getpos()
        return self._lines[line - 1] + column

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Add an element."""
        attributes = {
            name: value or "" for name, value in reversed(attrs)
        }  # the first of two equal ones wins
        nodes = self.document.nodes
        parent = self._open[-1] if self._open else None
        element = Element(tag, attributes, parent, self._start(), len(nodes), len(nodes) + 1)
        nodes.append(element)
        self.document.elements.append(element)
        if tag not in VOID:
            self._open.append(element)

    def handle_endtag(self, tag: str) -> None:
        """Close the innermost open element of this tag, and those within it."""
        place = len(self._open) - 1
        while place >= 0 and self._open[place].tag != tag:
            place -= 1
        if place >= 0:
            self._close(place)

    def _close(self, place: int) -> None:
        for element in self._open[place:]:
            element.last = len(self.document.nodes)
        del self._open[place:]

    def handle_data(self, data: str) -> None:
        """Add a text."""
        parent = self._open[-1] if self._open else None
        self.document.nodes.append(Text(data, parent, self._start()))

    def handle_comment(self, data: str) -> None:
        """Keep a comment; what starts `<!` and is none comes here too."""
        bogus = not self.document.html.startswith("<!--", self._start())
        self.document.comments.append(Comment(data, self._start(), bogus))

    def parse_marked_section(self, i: int, report: int = 1) -> int:  # noqa: ARG002 - the name of the base
        """Read `<![if mso]>` up to its end; the base class raises at what it does not know."""
        end = self.rawdata.find(">", i)
        if end < 0:
            return -1
        self.unknown_decl(self.rawdata[i + len("<!") : end])
        return end + 1

    def unknown_decl(self, data: str) -> None:
        """Keep `<![if mso]>`."""
        self.document.comments.append(Comment(data, self._start(), bogus=True))

    def finish(self) -> None:
        """Close what is open at the end."""
        self._close(0)


class Places:
    """Tells which entry a place in the HTML comes from."""

    def __init__(self, spans: tuple[tuple[int, int, str], ...]) -> None:
        self._spans = sorted(spans)
        self._starts = [start for start, _, _ in self._spans]

    def entry(self, start: int) -> str:
        """Return the path of the entry at *start*, "" between the entries."""
        place = bisect_right(self._starts, start) - 1
        if place < 0:
            return ""
        _, end, path = self._spans[place]
        return path if start < end else ""
