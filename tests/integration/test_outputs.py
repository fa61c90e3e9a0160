"""Outputs can be chosen: what is left out has no file, nothing leads to it, and the rest is as it was."""

import html
import re
import tomllib
from datetime import UTC, datetime
from pathlib import Path
from typing import get_args
from urllib.parse import unquote, urljoin

import pytest
from folders import tree
from newsroom import NOW, SETTINGS, TOP, Newsroom, a_picture
from shell import run

from publisher.check import check
from publisher.model.settings import Output
from publisher.project import load
from publisher.scaffold import init

FILES = {
    "entries": r"(?:(?:fr|ar)/)?[0-9]{4}/[0-9]{2}/[a-z]+/index\.html",
    "feeds": r"(?:(?:all|fr|ar)/)?(?:atom\.xml|rss\.xml|feed\.json)|(?:(?:fr|ar)/)?feeds/index\.html",
    "archives": r"(?:(?:fr|ar)/)?[0-9]{4}/[0-9]{2}/atom\.xml",
    "kinds": r"(?:(?:fr|ar)/)?kinds/.*",
    "topics": r"(?:(?:fr|ar)/)?topics/.*",
    "digests": r"digests/.*|mail/.*",
    "calendar": r".*\.ics",
    "sitemap": r"sitemap\.xml|robots\.txt",
}
ALL = list(FILES)
CHOICES = [[], *([name] for name in ALL), *([name for name in ALL if name != left] for left in ALL), ALL]
_LINK = re.compile(r'(?:href|src)="([^"]*)"')
_WHOLE = re.compile(rf"{re.escape(TOP)}[^\s\"'<>&\\]*")


def a_newsroom(root: Path, outputs: list[str] | None) -> Newsroom:
    """Return a newsletter in two languages, with something for each output; *outputs* are set."""
    chosen = "" if outputs is None else f"outputs = {outputs}\n".replace("'", '"')
    room = Newsroom(root, chosen + SETTINGS + "[feeds]\nsize = 1\n")
    event = '{start: "2023-06-27T09:00", end: "2023-06-27T11:00", place: Geneva}'
    room.put("2023/06/hall.png", a_picture(700, 400))
    image = "{src: hall.png, alt: A hall}"
    room.write(
        "2023/06/talks.md",
        title="The talks",
        kind="event",
        event=event,
        topics="[cash]",
        image=image,
        highlight="1",
    )
    room.write(
        "2023/06/next.md",
        title="The next",
        kind="event",
        event='{start: "2023-07-02", place: Rome}',
        date="2023-06-20",
    )
    room.write(
        "2023/06/talks.fr.md",
        title="The talks en",
        kind="event",
        event=event,
        topics="[cash]",
        translation_of="talks",
    )
    room.write("2023/05/report.md", title="The report", date="2023-05-03", kind="report", topics="[health]")
    room.write("2023/05/note.fr.md", title="The note en", date="2023-05-03")
    return room


@pytest.fixture(scope="module")
def everything(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    """Return the output of the newsletter with nothing said of outputs."""
    room = a_newsroom(tmp_path_factory.mktemp("everything"), None)
    room.build()
    return tree(room.out)


def expected_files(files: dict[str, bytes], outputs: list[str]) -> set[str]:
    """Return those of *files* that a build with *outputs* has."""
    gone = {
        path
        for path in files
        for name, pattern in FILES.items()
        if name not in outputs and re.fullmatch(pattern, path)
    }
    gone |= set() if {"feeds", "archives", "kinds", "topics"} & set(outputs) else {"feed.css"}
    gone |= set() if {"feeds", "kinds", "topics"} & set(outputs) else {"feeds.opml"}
    return set(files) - gone


def targets(path: str, data: bytes) -> set[str]:
    """Return the files of the site that the one at *path* leads to, by link or by whole address."""
    text = data.decode()
    if path.endswith(".html"):
        found = {urljoin(TOP + path, html.unescape(link)) for link in _LINK.findall(text)}
    elif path.endswith(".ics"):
        found = set(_WHOLE.findall(text.replace("\r\n ", "")))
    else:
        found = set(_WHOLE.findall(html.unescape(text)))
    return {file_of(link.removeprefix(TOP)) for link in found if link.startswith(TOP)}


def file_of(link: str) -> str:
    """Return the file that *link*, counted from the top of the site, leads to, with the place in it."""
    where, mark, place = link.partition("#")
    where = unquote(where)
    return (f"{where}index.html" if not where or where.endswith("/") else where) + mark + place


def places_of(files: dict[str, bytes]) -> set[str]:
    """Return all that a link may lead to: *files*, and the places in pages; no page has a place twice."""
    places = set(files)
    for path, data in files.items():
        if path.endswith(".html"):
            own = re.findall(r'(?: id|<a name)="([^"]+)"', data.decode())
            assert path.startswith("digests/") or sorted(own) == sorted(set(own)), path
            places |= {f"{path}#{name}" for name in own}
    return places


@pytest.mark.parametrize("outputs", CHOICES, ids=lambda names: "+".join(names) or "none")
def test_what_is_left_out_is_nowhere(
    tmp_path: Path, everything: dict[str, bytes], outputs: list[str]
) -> None:
    """There is no file of what is left out and all of the others; every link of any file leads to a file."""
    room = a_newsroom(tmp_path, outputs)
    room.build()
    files = tree(room.out)
    assert set(files) == expected_files(everything, outputs)
    texts = {
        path: data
        for path, data in files.items()
        if not path.endswith((".eml", ".png", ".jpg", ".webp", ".css"))
    }
    places = places_of(files)
    dead = {
        f"{path} -> {target}"
        for path, data in texts.items()
        for target in targets(path, data)
        if target not in places and "READER-TOKEN" not in target
    }
    assert dead == set()
    found = {(problem.code, problem.place.path) for problem in check(load(tmp_path, {}), NOW).problems}
    months = ("2023-05/en", "2023-05/fr", "2023-06/en", "2023-06/fr")
    assert found <= {("preheader-length", f"out/digests/{month}.html") for month in months}


def test_each_output_is_in_the_sample(everything: dict[str, bytes]) -> None:
    """The newsletter of these tests has files of each output, and links to them from pages and digests."""
    for pattern in FILES.values():
        assert [path for path in everything if re.fullmatch(pattern, path)]
    assert {"feeds.opml", "feed.css"} <= set(everything)
    page = targets("2023/06/talks/index.html", everything["2023/06/talks/index.html"])
    assert {"2023/06/talks/event.ics", "atom.xml", "feeds/index.html", "events.ics"} <= page
    for ending in ("html", "txt"):
        mail = targets(f"digests/2023-06/en.{ending}", everything[f"digests/2023-06/en.{ending}"])
        assert {"events.ics", "2023/06/talks/event.ics", "feeds/index.html", "rss.xml"} <= mail
    assert "digests/2023-06/en.html" in targets("2023/06/index.html", everything["2023/06/index.html"])
    assert b"2023/06/atom.xml" in everything["atom.xml"]
    assert b"event.ics" in everything["atom.xml"]


def test_what_stays_is_as_it_was(tmp_path: Path, everything: dict[str, bytes]) -> None:
    """All outputs by name, in any order, give the same bytes as no word of them."""
    room = a_newsroom(tmp_path, ALL[::-1])
    room.build()
    assert everything == tree(room.out)


def the_entry(page: bytes, anchor: str = "") -> list[str]:
    """Return words, addresses and main tags of the entry that *page* is for, or of the one at *anchor*."""
    start = f'<article id="{anchor}"' if anchor else '<article class="entry"'
    shown = page.decode().split(start)[1].split("</article>")[0].split(">", 1)[1]
    shown = re.sub(r'<p class="versions">.*|<p><a href=[^>]*>More from .*', "", shown)
    return re.findall(r'https?://[^"]*|media/[^"]*|[^<>]+(?=<)|</?(?:p|dl|ul|figure|header|div)\b', shown)


def test_a_month_holds_its_entries_whole(tmp_path: Path) -> None:
    """Without pages of entries a month's page shows of each what its page would, with lower headings."""
    rooms = {}
    for name, outputs in (("with", ["entries", "calendar"]), ("without", ["calendar"])):
        (tmp_path / name).mkdir()
        room = rooms[name] = a_newsroom(tmp_path / name, outputs)
        room.write(
            "2023/06/long.md",
            "## A part\n\nWords, a [link](https://example.org/), *emphasis*.\n\n###### Deep\n\nMore.",
            title="A long one",
            deadline="2023-07-20",
            link="https://example.org/long",
            links="[{url: 'https://example.org/more', label: More of it}]",
            partners="[cash]",
            image="{src: hall.png, alt: The hall, caption: In the hall}",
        )
        room.build()
    month = rooms["without"].read("2023/06/index.html")
    for slug in ("long", "talks", "next"):
        words = the_entry(rooms["with"].read(f"2023/06/{slug}/index.html"))
        assert len(words) > 10
        assert words == the_entry(month, f"entry-{slug}")
    assert b'<h3><a href="#entry-long">A long one</a></h3>' in month
    assert b"<h4>A part</h4>" in month
    assert b"<h6>Deep</h6>" in month


def test_one_template_shows_entries_in_both_places(tmp_path: Path) -> None:
    """A project's own template of a whole entry is used on the page of an entry and on that of a month."""
    room = a_newsroom(tmp_path, ["entries"])
    own = tmp_path / "templates/site/whole.html"
    own.parent.mkdir(parents=True)
    own.write_text("{% macro entry(entry, level=1) %}<p>{{ level }} {{ entry.title }}</p>{% endmacro %}")
    room.build()
    assert b"<p>1 The talks</p>" in room.read("2023/06/talks/index.html")
    a_newsroom(tmp_path, []).build()
    assert b"<p>3 The talks</p>" in room.read("2023/06/index.html")


def test_places_on_a_months_page_do_not_meet(tmp_path: Path) -> None:
    """A kind may be called like the place of an entry, and an entry's own places begin with its id."""
    room = Newsroom(tmp_path, f'outputs = []\n{SETTINGS}[kinds]\nentry-a = "One"\nnews = "News"\n')
    room.write("2023/06/a.md", "Words.[^b]\n\n[^b]: A note.", title="A", kind="entry-a", id="entry")
    room.write("2023/06/b.md", "[B](a.md#b), [A](a.md)", title="B")
    room.build()
    page = room.read("2023/06/index.html").decode()
    assert re.findall(r' id="([^"]*)"', page) == [
        "main",
        "kind-entry-a",
        "entry-a",
        "entry--b",
        "kind-news",
        "entry-b",
        "in_month",  # no key of a kind has such a sign
    ]
    assert targets("2023/06/index.html", page.encode()) <= places_of(tree(room.out))


def test_a_choice_is_taken_back(tmp_path: Path, everything: dict[str, bytes]) -> None:
    """A build with fewer outputs removes the files of the others, and one with all makes them again."""
    room = a_newsroom(tmp_path, None)
    room.build()
    a_newsroom(tmp_path, ["archives"]).build()
    assert set(tree(room.out)) == expected_files(everything, ["archives"])
    a_newsroom(tmp_path, None).build()
    assert everything == tree(room.out)


@pytest.mark.parametrize(
    ("outputs", "code", "cause"),
    [
        (["feeds", "digest"], "invalid-value", "'digest' is not one of 'entries', 'feeds'"),
        (["Feeds"], "invalid-value", "'Feeds' is not one of"),
        ([""], "invalid-value", "'' is not one of"),
        (["feeds", "calendar", "feeds"], "duplicate-output", "an output stands there twice"),
    ],
)
def test_a_wrong_choice_is_an_error(tmp_path: Path, outputs: list[str], code: str, cause: str) -> None:
    """A name that is no output, or stands there twice, is an error at its line, with a hint."""
    a_newsroom(tmp_path, outputs)
    done = run(tmp_path, "build")
    assert (done.returncode, done.stderr.split()[1]) == (2, code)
    assert all(words in done.stderr for words in ("publisher.toml:1", cause, "hint: write "))


def test_the_clock_has_no_say(tmp_path: Path) -> None:
    """With or without outputs, the day of the build leaves no trace."""
    room = a_newsroom(tmp_path, ["feeds", "digests"])
    room.build()
    before = room.stamps()
    room.build(datetime(2027, 1, 1, tzinfo=UTC))
    assert before == room.stamps()


def test_init_proposes_all_outputs_with_the_search(tmp_path: Path) -> None:
    """Who takes away the `#` of the line about the search loses no other output, such as the sitemap."""
    init(tmp_path / "mine", NOW.date())
    lines = (tmp_path / "mine/publisher.toml").read_text(encoding="utf-8").splitlines()
    (proposed,) = [line.removeprefix("# ") for line in lines if line.startswith("# outputs")]
    assert tomllib.loads(proposed)["outputs"] == list(get_args(Output))
