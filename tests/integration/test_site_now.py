"""What time changes on the home page: events to come, and the quote of the day."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import lxml.html
import pytest
from builders import an_entry, at, some_settings
from editions import a_quote, an_edition, site_of
from folders import tree
from hypothesis import given
from hypothesis import strategies as st
from newsroom import SETTINGS, Newsroom

from publisher import issues
from publisher.build import build
from publisher.project import load

ZURICH = ZoneInfo("Europe/Zurich")


@pytest.mark.parametrize(
    ("event", "expected"),
    [
        ("{start: 2023-06-05}", "2023-06-06T00:00+02:00"),
        ("{start: 2023-06-05, end: 2023-06-07}", "2023-06-08T00:00+02:00"),
        ("{start: 2023-06-05, zone: Asia/Tokyo}", "2023-06-06T00:00+09:00"),
        ("{start: '2023-06-05T10:00'}", "2023-06-06T00:00+02:00"),
        ("{start: '2023-06-05T10:00', end: '2023-06-05T11:30'}", "2023-06-05T11:30+02:00"),
        (
            "{start: '2023-06-05T22:00', end: '2023-06-06T01:00', zone: America/Lima}",
            "2023-06-06T01:00-05:00",
        ),
        ("{start: 2023-10-28}", "2023-10-29T00:00+02:00"),
        ("{start: 2023-10-29}", "2023-10-30T00:00+01:00"),
    ],
)
def test_when_an_event_is_over(event: str, expected: str) -> None:
    """At its end; one of days, or without an end, when its last day ends where it takes place."""
    entry = an_entry(event=event)
    assert entry.event is not None
    assert issues.over(entry.event) == at(expected)


def test_the_next_six_events_are_told() -> None:
    """Those that are not over, by their start, whatever the day of their entry; of each language its own."""
    entries = [
        an_entry(
            f"e{day}.md", date=f"2023-04-{day:02}", event=f"{{start: 2023-06-{30 - day}}}", title=f"E{day}"
        )
        for day in range(10, 19)
    ]
    entries.append(an_entry("f.fr.md", event="{start: 2023-06-30}"))
    entries.append(an_entry("p.md", date="", evergreen="true", event="{start: 2023-06-30}"))
    edition = an_edition(*entries, now=at("2023-06-14T00:30+02:00"))
    assert {lang: [entry.id for entry in found] for lang, found in edition.upcoming.items()} == {
        "en": ["e16", "e15", "e14", "e13", "e12", "e11"],
        "fr": ["f"],
    }
    home = lxml.html.fromstring(site_of(edition)["index.html"])
    section = home.xpath("//section[@aria-labelledby='upcoming']")[0]
    assert [node.text_content() for node in section.iter("h3")] == [f"E{day}" for day in range(16, 10, -1)]
    assert section.xpath(".//a[@class='more']/@href") == ["events.ics"]


@pytest.mark.parametrize(
    ("now", "expected"),
    [
        ("2023-05-31T21:59Z", None),
        ("2023-05-31T22:00Z", "First."),
        ("2023-06-10T12:00Z", "Second."),
        ("2023-06-15T21:59Z", "Second."),
        ("2023-06-15T22:00Z", "First."),
        ("2023-06-30T22:00Z", None),
    ],
)
def test_the_quote_of_the_day(now: str, expected: str | None) -> None:
    """It stands on its days in the newsletter's zone, the latest one begun; on other days none."""
    quotes = (
        a_quote("First.", start="2023-06-01", end="2023-06-30"),
        a_quote("Second.", start="2023-06-10", end="2023-06-15", path="quotes/b.md"),
    )
    edition = an_edition(an_entry(), quotes=quotes, now=at(now))
    assert lxml.html.fromstring(site_of(edition)["index.html"]).findtext(".//blockquote/p") == expected


def _newsroom(root: Path) -> Newsroom:
    room = Newsroom(root)
    room.write("2023/06/a.md", date="2023-06-01")
    room.write(
        "2023/06/t.md", date="2023-06-01", event="{start: '2023-06-20T10:00', end: '2023-06-20T12:00'}"
    )
    room.put("quotes/q.md", b"---\nby: Ada\nfrom: 2023-06-18\nto: 2023-06-25\n---\nQuoted words.\n")
    return room


def test_a_build_tells_until_when_it_holds(tmp_path: Path) -> None:
    """As time passes an event's end, or a quote's days, home changes, and each build knew when."""
    room = _newsroom(tmp_path)
    now, seen, began = at("2023-06-15T12:00Z"), [], 2**62
    for turn in range(8):
        room.write("2023/06/a.md", f"Words {turn}.", date="2023-06-01")  # an edit of words alone
        report = build(load(tmp_path, {}), now, began=began)
        again = build(load(tmp_path, {}), now, began=began)
        assert (again.valid, again.written.written) == (report.valid, 0)
        home = room.read("index.html").decode()
        seen.append(
            (now.astimezone(ZURICH).isoformat()[:16], "Upcoming events" in home, "Quoted words" in home)
        )
        first, end = report.valid
        assert first is not None
        assert first <= now
        if end is None:
            break
        now = end
    assert seen == [
        ("2023-06-15T14:00", True, False),
        ("2023-06-18T00:00", True, True),
        ("2023-06-20T12:00", False, True),
        ("2023-06-26T00:00", False, False),
    ]


def test_what_was_kept_is_as_from_nothing_when_time_passes(tmp_path: Path) -> None:
    """A quote whose days were edited counts at once, though all else is as it was."""
    for name in ("kept", "clean"):
        (tmp_path / name).mkdir()
    room, began = _newsroom(tmp_path / "kept"), 2**62
    for day, quote in (("15", "18"), ("19", "19"), ("20", "22"), ("21", "22"), ("22", "22")):
        room.put("quotes/q.md", f"---\nby: Ada\nfrom: 2023-06-{quote}\n---\nQuoted words.\n".encode())
        now = at(f"2023-06-{day}T12:00Z")
        report = build(load(room.root, {}), now, began=began)
        clean = _newsroom(tmp_path / "clean")
        clean.put("quotes/q.md", (room.root / "entries/quotes/q.md").read_bytes())
        wanted = build(load(clean.root, {}), now, force=True)
        assert tree(room.out) == tree(clean.out)
        assert report.valid == wanted.valid


_DAYS = st.integers(-3, 3)


@given(
    st.lists(st.tuples(_DAYS, _DAYS), max_size=3),
    st.lists(st.tuples(_DAYS, _DAYS), max_size=3),
    st.integers(-80, 80),
)
def test_within_the_bounds_home_says_the_same(
    events: list[tuple[int, int]], quotes: list[tuple[int, int]], hours: int
) -> None:
    """At every hour within the bounds the same events are to come, and the same quote stands."""
    middle = datetime(2023, 10, 29, tzinfo=UTC)  # the clocks of Zurich go back

    def day(number: int) -> str:
        return (middle + timedelta(days=number)).date().isoformat()

    entries = [
        an_entry(f"e{n}.md", date="2023-01-01", event=f"{{start: {day(min(pair))}, end: {day(max(pair))}}}")
        for n, pair in enumerate(events)
    ]
    said = tuple(
        a_quote(start=day(min(pair)), end=day(max(pair)), path=f"quotes/{n}.md")
        for n, pair in enumerate(quotes)
    )
    settings = some_settings()

    def shown(now: datetime) -> object:
        edition = an_edition(*entries, quotes=said, settings=settings, now=now)
        return edition.upcoming, issues.quote_for(said, "en", edition.today, edition.today)

    now = middle + timedelta(hours=hours)
    since, until = issues.validity(entries, now, said, ZURICH)
    assert (since is None or since <= now) and (until is None or now < until)  # noqa: PT018
    for then in (middle + timedelta(hours=number) for number in range(-100, 100, 7)):
        if (since is None or since <= then) and (until is None or then < until):
            assert shown(then) == shown(now)


@pytest.mark.parametrize(
    ("service", "form", "links"),
    [
        ("", None, ["feeds/"]),
        ('service = "https://news.example.org"\n', "subscribe?lang=en", []),
        ('service = "https://join.example.org/n/"\n', None, ["https://join.example.org/n/subscribe"]),
    ],
)
def test_the_box_to_subscribe(tmp_path: Path, service: str, form: str | None, links: list[str]) -> None:
    """A form if the service stands where the site does, a link if it stands elsewhere, else the feeds."""
    room = Newsroom(tmp_path, SETTINGS)
    room.write("2023/06/a.md")
    room.build()
    room = Newsroom(tmp_path, f"{SETTINGS}[subscribers]\n{service}")
    room.build()
    home = lxml.html.fromstring(room.read("index.html").decode())
    box = home.xpath("//section[@aria-labelledby='join']")[0]
    assert box.xpath(".//form/@action") == ([form] if form else [])
    assert box.xpath(".//form/@method") == (["post"] if form else [])
    assert [field.get("name") for field in box.iter("input")] == (["address"] if form else [])
    assert box.xpath(".//a[@class='more']/@href") == links
    assert box.xpath(".//a[not(@class)]/@href") == ["digests/2023-06/en.html"]
