"""What the rooms behind the entries make: issues, digests and pages."""

from collections.abc import Mapping, Sequence

from msgspec import Struct, field

from publisher.model.entry import Entry, Month

TARGET_BYTES, LIMIT_BYTES = 60_000, 100_000
"""HTML of a digest: it shortens above the first; Gmail cuts a mail at 102 kB, its styles and footer too."""
COLUMNS = 78
"""The longest line of a text part (RFC 5322, section 2.1.1)."""


class Issue(Struct, frozen=True):
    """The entries of one month in one language, newest first; never empty.

    *topics* and *kinds* are the keys that its readers want, none of them is all; *entries* are of these.
    *may_highlight* is False if it is known that editors marked none of them.
    """

    month: Month
    lang: str
    entries: Sequence[Entry]
    topics: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ()
    may_highlight: bool = True

    def wants(self, entry: Entry) -> bool:
        """Tell whether *entry* has one of the topics, if any are chosen, and one of the kinds, if any are."""
        has_topic = not self.topics or not set(self.topics).isdisjoint(entry.topics)
        return has_topic and (not self.kinds or entry.kind in self.kinds)


class MailPicture(Struct, frozen=True):
    """A picture in a mail: *address* from the top of the site, *width* as shown, *length* in bytes."""

    address: str
    width: int
    length: int


class Span(Struct, frozen=True):
    """Where an entry stands in a digest's HTML: characters *start* to *end* (not included).

    *path* is the entry's file, relative to the entries folder.
    """

    path: str
    start: int
    end: int


class Digest(Struct, frozen=True):
    """A month's mail in one language: the same value is previewed, checked, written and sent.

    *html* and *text* are the mail's parts; `address.READER` stands in them where sending puts a
    reader's own token. *web* and *web_text* are the same for everybody to read, without such links.
    *spans* tell which entry each piece of *html* comes from, in order of place. *omitted* counts the
    entries that only the web shows. *pictures* gives the bytes of each picture by its whole address.
    *opening* is the file that opens the digest, relative to the entries folder, "" if there is none.
    """

    month: Month
    lang: str
    subject: str
    preheader: str
    html: str
    text: str
    web: str = ""
    web_text: str = ""
    spans: tuple[Span, ...] = ()
    omitted: int = 0
    pictures: Mapping[str, int] = field(default_factory=dict)
    opening: str = ""

    @property
    def size(self) -> int:
        """Return the bytes of the HTML, which mail readers cut when there are too many."""
        return len(self.html.encode())

    @property
    def weights(self) -> dict[str, int]:
        """Return the bytes of HTML that each entry takes, by its path, the heaviest first."""
        weights: dict[str, int] = {}
        for span in self.spans:
            size = len(self.html[span.start : span.end].encode())
            weights[span.path] = weights.get(span.path, 0) + size
        return dict(sorted(weights.items(), key=lambda pair: (-pair[1], pair[0])))


class Document(Struct, frozen=True, gc=False):
    """What a search finds: its *address* from the top of the site, and the *title* and *text* it is found by.

    *kind* and *year* narrow a search, *date* (YYYY-MM-DD) is shown; each is "" where there is none.
    """

    address: str
    title: str
    text: str
    kind: str
    year: str
    date: str


class Page(Struct, frozen=True, gc=False):
    """One file of the output folder; *path* has forward slashes."""

    path: str
    content: bytes
