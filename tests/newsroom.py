"""A newsletter in a folder, which tests write, change and build; and ways to read its feeds back."""

import io
import json
import re
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import feedparser
import lxml.etree
import lxml.html
from builders import entry_text
from PIL import Image

from publisher.build import Report, build
from publisher.project import load

TOP = "https://news.example.org/"
TAG = "tag:news.example.org,2018:"
NOW = datetime(2026, 1, 1, tzinfo=UTC)
SPACES = {
    "a": "http://www.w3.org/2005/Atom",
    "content": "http://purl.org/rss/1.0/modules/content/",
    "dc": "http://purl.org/dc/elements/1.1/",
    "fh": "http://purl.org/syndication/history/1.0",
    "h": "http://www.w3.org/1999/xhtml",
    "media": "http://search.yahoo.com/mrss/",
}
LANG = "{http://www.w3.org/XML/1998/namespace}lang"
SETTINGS = (
    '[newsletter]\ntitle = {en = "Example News", fr = "Nouvelles"}\ndescription = "What is new"\n'
    f'url = "{TOP}"\ntag = "news.example.org,2018"\nlanguages = ["en", "fr", "ar"]\nzone = "Europe/Zurich"\n'
)
HUB = "https://hub.example.org/?a=1&b=2"
FILM = "https://media.example.org/film.mp4?a=1&b=2"
TITLE = "List<int> & co ]]> 🎉"
_RICH = f"{SETTINGS}[feeds]\nhub = '{HUB}'\nrights = 'CC BY 4.0 & <names>'\nttl = 90\nsize = 3\n"


class Newsroom:
    """A project at *root*: *settings* are the text of its settings file."""

    def __init__(self, root: Path, settings: str = SETTINGS) -> None:
        self.root, self.out = root, root / "out"
        (root / "entries").mkdir(exist_ok=True)
        (root / "publisher.toml").write_text(settings, encoding="utf-8")

    def write(self, path: str, body: str = "Some words.", **fields: str) -> None:
        """Write the entry at *path*; its id is the file's name, unless *fields* give one."""
        identity = path.rsplit("/", 1)[-1].removesuffix(".md").replace(".", "-")
        self.put(path, entry_text(body, **({"id": identity} | fields)).encode())

    def put(self, path: str, data: bytes) -> None:
        """Write any file into the entries folder."""
        file = self.root / "entries" / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(data)

    def move(self, path: str, to: str) -> None:
        """Give a file of the entries folder another place."""
        target = self.root / "entries" / to
        target.parent.mkdir(parents=True, exist_ok=True)
        (self.root / "entries" / path).rename(target)

    def build(self, now: datetime = NOW) -> Report:
        """Build the project as it is."""
        return build(load(self.root, {}), now)

    def read(self, path: str) -> bytes:
        """Return a file of the output folder."""
        return (self.out / path).read_bytes()

    def feeds(self) -> dict[str, bytes]:
        """Return all feeds of the output folder by path."""
        return feeds_in(self.out)

    def stamps(self) -> dict[str, tuple[int, bytes]]:
        """Return time of change and bytes of every file of the output folder."""
        return {
            path.relative_to(self.out).as_posix(): (path.stat().st_mtime_ns, path.read_bytes())
            for path in self.out.rglob("*")
            if path.is_file()
        }


def feeds_in(folder: Path) -> dict[str, bytes]:
    """Return all feeds below *folder* by path."""
    names = {"atom.xml", "rss.xml", "feed.json"}
    files = sorted(path for path in folder.rglob("*") if path.name in names)
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in files}


def a_rich_newsroom(root: Path) -> Newsroom:
    """Return a built newsletter with two languages, a film, a song, and entries of three months."""
    room = Newsroom(root, _RICH)
    room.put("2025/11/picture.jpg", a_picture(60, 40, "JPEG"))
    room.write(
        "2025/11/film.md",
        title=f"'{TITLE}'",
        date="2025-11-30T23:30+01:00",
        updated="2025-12-02T08:00Z",
        summary="'The type `List<int>` & *co*'",
        kind="video",
        topics="[unicef, cash]",
        image="{src: picture.jpg, alt: 'Arcs & <bows>', credit: {holder: A & B, year: 2025}}",
        media=f"{{url: '{FILM}', type: video/mp4, length: 1234, duration: 65}}",
    )
    room.write("2025/11/film.fr.md", title="Été", date="2025-11-30T23:30+01:00", kind="video")
    room.write("2025/11/day.md", title="Day", date="2025-11-30", topics="[cash]")
    song = "{url: 'https://a.example/b', type: audio/ogg, length: 0}"
    room.write("2025/10/song.md", title="Song", date="2025-10-05", media=song)
    room.write("2025/09/old.md", "", title="Old", date="2025-09-01", summary="Old *words*.")
    room.put("names.yml", b"topics: {unicef: {en: UNICEF & you}, cash: Cash}\n")
    room.build()
    return room


def a_picture(width: int = 40, height: int = 30, kind: str = "PNG") -> bytes:
    """Return a picture of one colour."""
    data = io.BytesIO()
    Image.new("RGB", (width, height), "navy").save(data, kind)
    return data.getvalue()


def as_reader(data: bytes) -> Any:
    """Return an Atom or RSS feed as feedparser reads it; fails the test if it finds a fault."""
    read = feedparser.parse(data, sanitize_html=False, resolve_relative_uris=False)
    assert read.bozo is False, read.bozo_exception
    return read


def times_of(entry: Any) -> tuple[Any, Any]:
    """Return when an entry of feedparser's was published, and when it was changed, if it says so."""
    return entry.published_parsed, entry.updated_parsed if "updated_parsed" in entry else None


def as_tree(data: bytes) -> Any:
    """Return the root of an XML file, read strictly."""
    return lxml.etree.fromstring(data, lxml.etree.XMLParser(resolve_entities=False))


def contents(path: str, data: bytes) -> list[str]:
    """Return the HTML of each item of the feed at *path*."""
    if path.endswith("feed.json"):
        return [item["content_html"] for item in json.loads(data)["items"]]
    where = ".//a:entry/a:content" if path.endswith("atom.xml") else ".//item/content:encoded"
    return [node.text for node in as_tree(data).iterfind(where, SPACES)]


_FORBIDDEN = {"audio", "base", "button", "embed", "form", "iframe", "input", "link", "math", "meta", "object"}
_FORBIDDEN |= {"script", "style", "svg", "video"}
_ADDRESSES = {"action", "background", "cite", "data", "formaction", "href", "poster", "src", "srcset"}
_ABSOLUTE = re.compile(r"https?://[^/\s\"<>]+(?:/[^\s\"<>]*)?|mailto:[^\s\"<>]+|tel:[+0-9().-]+")


def unclean(html: str) -> list[str]:
    """Return what of *html* does not travel: scripts and the like, and addresses that are not whole."""
    found = []
    for node in lxml.html.fragment_fromstring(html, create_parent="div").iter():
        if not isinstance(node.tag, str):
            found.append(f"not an element: {node}")
            continue
        found += [f"<{node.tag}>"] if node.tag in _FORBIDDEN else []
        for name, value in node.attrib.items():
            is_bad = name in _ADDRESSES and not _ABSOLUTE.fullmatch(value)
            if is_bad or name.startswith("on") or re.search(r"(?:javascript|data|vbscript):", value):
                found.append(f"{node.tag} {name}={value}")
    return found
