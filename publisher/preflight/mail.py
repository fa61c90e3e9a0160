"""The mail as the rules see it: the digest with its HTML and stylesheets taken apart once."""

from functools import cached_property
from importlib import resources

from publisher.errors import Severity
from publisher.model.output import Digest
from publisher.model.settings import Settings
from publisher.preflight.document import Document, Element, Places, parse
from publisher.preflight.finding import Finding
from publisher.preflight.stylesheet import Sheet, parse_sheet

KEPT = "email/kept.css"
"""The template whose rules stay in a style element."""
FRAME = "email/digest.html"
"""The template that holds all others."""
INLINED = "email/style.css"
"""The template whose rules are written into the elements."""


class Mail:
    """A digest and what its rules need of it again and again; *minimum* entries are wanted."""

    def __init__(self, digest: Digest, settings: Settings, minimum: int = 1) -> None:
        self.digest, self.settings, self.minimum = digest, settings, minimum
        self.document: Document = parse(digest.html)
        self._places = Places(tuple((span.start, span.end, span.path) for span in digest.spans))

    @cached_property
    def styles(self) -> list[Element]:
        """Return the style elements."""
        return self.document.all("style")

    @cached_property
    def kept(self) -> str:
        """Return the text of all style elements, which is what mail readers get as a stylesheet."""
        return "\n".join(self.document.raw_text(element) for element in self.styles)

    @cached_property
    def sheet(self) -> Sheet:
        """Return the rules of the style elements."""
        return parse_sheet(self.kept)

    def entry(self, start: int) -> str:
        """Return the path of the entry that stands at character *start*, "" between entries."""
        return self._places.entry(start)

    def finding(
        self,
        code: str,
        severity: Severity,
        message: str,
        hint: str,
        start: int = -1,
        needle: str = "",
        template: str | None = None,
    ) -> Finding:
        """Return a finding on what stands at character *start*; -1 is the digest as a whole.

        *template* counts between entries, and is the frame if it is not given.
        """
        if entry := self.entry(start):
            return Finding(code, message, hint, severity, entry=entry, needle=needle)
        if template is None:
            template = FRAME if start >= 0 else ""
        return Finding(code, message, hint, severity, needle=needle, template=template)


def packaged(name: str) -> str:
    """Return the text of a data file of this package."""
    return resources.files("publisher.preflight").joinpath(name).read_text(encoding="utf-8")


def short(text: str, length: int = 60) -> str:
    """Return the start of *text* for a message, on one line."""
    folded = " ".join(text.split())
    return folded if len(folded) <= length else f"{folded[: length - 1]}…"
