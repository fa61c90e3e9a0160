"""What goes in comes out: entries into issues, and fields through front matter."""

import json
from collections.abc import Callable
from datetime import date, datetime, time, timedelta, timezone
from typing import Any
from zoneinfo import ZoneInfo

from builders import an_entry, some_settings
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from publisher import issues
from publisher.entries.parser import parse_entry
from publisher.model.entry import Credit, Entry, Event, Image, Link, Media, Month
from publisher.model.rules import FORBIDDEN, one_line

SETTINGS = some_settings()
ZONE = ZoneInfo("Europe/Zurich")
BASE = an_entry()

moments = st.datetimes(datetime(2018, 1, 1), datetime(2024, 1, 1), timezones=st.just(ZONE))  # noqa: DTZ001


@st.composite
def libraries(draw: st.DrawFn) -> list[Entry]:
    """Draw entries of several languages, some of one moment, some evergreen, each with its own id."""
    times = draw(
        st.lists(st.none() | st.sampled_from(draw(st.lists(moments, min_size=1, max_size=4))), max_size=20)
    )
    return [
        replace(
            BASE,
            id=f"entry-{number}",
            published=moment,
            evergreen=moment is None,
            lang=draw(st.sampled_from(("en", "fr", "ar"))),
            highlight=draw(st.sampled_from((None, None, 1, 2))),
        )
        for number, moment in enumerate(times)
    ]


@given(libraries())
def test_issues_are_a_partition_of_the_dated_entries(entries: list[Entry]) -> None:
    """Each dated entry stands in one issue, that of its month and language; no issue is empty."""
    made = issues.by_month(entries)
    placed = [(entry.id, issue.lang, issue.month) for issue in made for entry in issue.entries]
    expected = [
        (entry.id, entry.lang, Month(entry.published.year, entry.published.month))
        for entry in entries
        if entry.published
    ]
    assert sorted(expected) == sorted(placed)
    assert all(issue.entries for issue in made)
    assert len({(issue.month, issue.lang) for issue in made}) == len(made)


@given(libraries(), st.randoms(use_true_random=False))
def test_issues_do_not_depend_on_the_order_of_files(entries: list[Entry], random: Any) -> None:
    """Months stand newest first, entries newest first with ties by id, however they came."""
    made = issues.by_month(entries)
    assert [issue.month for issue in made] == sorted((issue.month for issue in made), reverse=True)
    for issue in made:
        keys = [(-entry.published.timestamp(), entry.id) for entry in issue.entries if entry.published]
        assert sorted(keys) == keys
    random.shuffle(entries)
    assert made == issues.by_month(entries)


@given(libraries(), moments, st.tuples(st.booleans(), st.booleans()))
def test_every_entry_is_shown_or_counted(
    entries: list[Entry], now: datetime, options: tuple[bool, bool]
) -> None:
    """What a selection keeps and what it counts as left out is all there was."""
    drafts, future = options
    some = [
        replace(entry, draft=number % 5 == 0, expires=now if number % 7 == 0 else None)
        for number, entry in enumerate(entries)
    ]
    chosen = issues.select(some, now, drafts=drafts, future=future)
    assert len(some) == len(chosen.entries) + chosen.drafts + chosen.future + chosen.expired
    assert not (drafts and chosen.drafts)
    assert not (future and chosen.future)
    assert [entry for entry in some if entry in chosen.entries] == list(chosen.entries)


# ---------------------------------------------------------------- front matter

words = (
    st.text(alphabet=st.characters(exclude_categories=("Cs", "Cc", "Cn")), min_size=1, max_size=60)
    .map(one_line)
    .filter(lambda text: text and "<" not in text and not FORBIDDEN.search(text))
)
plain_words = (
    st.lists(st.text("abcéß語😀 ", min_size=1, max_size=8), min_size=1, max_size=5)
    .map(" ".join)
    .map(one_line)
    .filter(bool)
)
keys = st.from_regex(r"[a-z0-9]{1,6}(-[a-z0-9]{1,4}){0,2}", fullmatch=True)
name_keys = st.from_regex(r"[A-Za-z0-9]{1,6}(-[A-Za-z0-9]{1,4}){0,2}", fullmatch=True)
urls = st.builds(
    "https://example.org{}/{}{}".format,
    st.sampled_from(("", ":8080")),
    keys,
    st.sampled_from(("", "?a=1&b=%20", "#é")),
)
days = st.dates(date(1900, 1, 1), date(2200, 1, 1))
offsets = st.integers(-14 * 60, 14 * 60).map(lambda minutes: timezone(timedelta(minutes=minutes)))
times = st.datetimes(datetime(1900, 1, 2), datetime(2200, 1, 1), timezones=offsets).map(  # noqa: DTZ001
    lambda moment: moment.replace(microsecond=0)
)
credits_ = st.fixed_dictionaries(
    {"holder": words}, optional={"agency": words, "via": words, "year": st.integers(1800, 2200)}
)
optional: dict[str, st.SearchStrategy[Any]] = {
    "kind": st.sampled_from(sorted(SETTINGS.kinds)),
    "kicker": words,
    "summary": plain_words,
    "updated": days | times,
    "draft": st.booleans(),
    "expires": days | times,
    "event": st.builds(
        lambda first, length, zone, more: {"start": first, "end": first + length, "zone": zone, **more},
        st.datetimes(datetime(1950, 1, 1), datetime(2200, 1, 1)).map(  # noqa: DTZ001
            lambda moment: moment.replace(hour=12, microsecond=0)
        ),
        st.integers(0, 400).map(lambda number: timedelta(days=number)),
        st.sampled_from(("Europe/Paris", "Asia/Kathmandu", "America/St_Johns", "UTC")),
        st.fixed_dictionaries({}, optional={"place": words, "online": st.booleans(), "url": urls}),
    )
    | st.fixed_dictionaries({"start": days}),
    "image": st.fixed_dictionaries(
        {"src": keys.map("{}.png".format), "alt": words}, optional={"caption": words, "credit": credits_}
    ),
    "media": st.fixed_dictionaries(
        {"url": urls, "type": st.sampled_from(("audio/mpeg", "video/mp4")), "length": st.integers(0, 10**12)},
        optional={"duration": st.integers(0, 10**6)},
    ),
    "links": st.lists(
        st.fixed_dictionaries(
            {"label": words, "url": urls}, optional={"rel": st.sampled_from(("more", "report", "video"))}
        ),
        max_size=4,
    ),
    "link": urls,
    "highlight": st.integers(1, 5),
    "translation_of": keys,
    **{name: st.lists(name_keys, max_size=4) for name in ("partners", "programmes", "places", "topics")},
}
dated = st.fixed_dictionaries({"title": words, "id": keys, "date": days | times}, optional=optional)
lasting = st.fixed_dictionaries(
    {"title": words, "id": keys, "evergreen": st.just(value=True)}, optional=optional
)


def written(value: Any) -> str:
    """Return *value* as YAML on one line: texts in quotation marks, the rest as people write it."""
    if isinstance(value, dict):
        return "{" + ", ".join(f"{name}: {written(inner)}" for name, inner in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(written, value)) + "]"
    if isinstance(value, date):
        return f'"{value.isoformat()}"'
    return json.dumps(value, ensure_ascii=False)


def started(moment: date | None, zone: ZoneInfo = ZONE) -> datetime | None:
    """Return *moment*, or the first minute of a day, as an instant in *zone*."""
    if moment is None or isinstance(moment, datetime):
        return moment and moment.astimezone(zone)
    return datetime.combine(moment, time(), tzinfo=zone)


def expected_event(fields: dict[str, Any] | None) -> Event | None:
    """Return the event that *fields* mean: local times are those of its zone."""
    if fields is None:
        return None
    if "end" not in fields:
        return Event(**{"zone": "Europe/Zurich", **fields})
    zone = ZoneInfo(fields["zone"])
    return Event(
        **{**fields, "start": fields["start"].replace(tzinfo=zone), "end": fields["end"].replace(tzinfo=zone)}
    )


def _image(fields: dict[str, Any]) -> Image:
    """Return the picture that *fields* describe."""
    credit = Credit(**fields["credit"]) if "credit" in fields else None
    return Image(**{**fields, "credit": credit})


@given(dated | lasting)
def test_fields_come_back_as_they_were_written(fields: dict[str, Any]) -> None:
    """A right entry's front matter, read again, gives each field its value, and the others theirs."""
    front = "".join(f"{name}: {written(value)}\n" for name, value in fields.items())
    parsed = parse_entry("a.md", f"---\n{front}---\n".encode(), SETTINGS)
    assert parsed.entry, parsed.problems
    get: Callable[..., Any] = fields.get
    last = get("expires")
    if last and not isinstance(last, datetime):
        last += timedelta(days=1)  # a day means: to its end
    expected = {
        "title": fields["title"],
        "id": fields["id"],
        "original": get("translation_of", fields["id"]),
        "kind": get("kind", "news"),
        "kicker": get("kicker"),
        "summary": get("summary", ""),
        "has_summary": "summary" in fields,
        "published": started(get("date")),
        "has_time": isinstance(get("date"), datetime),
        "updated": started(get("updated")),
        "expires": started(last),
        "draft": get("draft", False),
        "evergreen": get("evergreen", False),
        "event": expected_event(get("event")),
        "image": _image(get("image")) if "image" in fields else None,
        "media": Media(**get("media")) if "media" in fields else None,
        "links": tuple(Link(**link) for link in get("links", [])),
        "link": get("link"),
        "highlight": get("highlight"),
        **{name: tuple(get(name, [])) for name in ("partners", "programmes", "places", "topics")},
    }
    assert expected == {name: getattr(parsed.entry, name) for name in expected}
    assert parsed.entry.published is None or parsed.entry.published.tzinfo == ZONE
