"""The fields of front matter: what each takes, and how its faults are told."""

from typing import Any

import pytest
from pydantic import BaseModel, ValidationError

from publisher.model.alike import closest
from publisher.model.entry import Month
from publisher.model.explain import Fault, explain
from publisher.model.frontmatter import FrontMatter, Names, QuoteFrontMatter, check_zone
from publisher.model.written import Settings

WHOLE = {"title": "A title", "date": "2023-06-27"}


def _faults(values: dict[str, Any], model: type[BaseModel] = FrontMatter) -> list[Fault]:
    with pytest.raises(ValidationError) as caught:
        model.model_validate(values)
    return explain(caught.value, model)


def _entry(**fields: object) -> FrontMatter:
    return FrontMatter.model_validate({**WHOLE, **fields})


URL = "https://e.org"
TEXT_HINT = "write one text, in quotation marks if need be"
PICTURE = {"src": "a.png", "alt": "a"}
FILM = {"url": URL, "type": "video/mp4", "length": "1"}


@pytest.mark.parametrize(
    ("field", "value", "path", "code"),
    [
        ("title", "x" * 201, "title", "too-long"),
        ("title", "", "title", "empty-text"),
        ("title", "a <i>b</i>", "title", "html-in-text"),
        ("kicker", "", "kicker", "empty-text"),
        ("summary", "x" * 401, "summary", "too-long"),
        ("id", "A", "id", "invalid-key"),
        ("kind", "Press release", "kind", "invalid-key"),
        ("draft", "maybe", "draft", "invalid-value"),
        ("draft", ["a"], "draft", "invalid-value"),
        ("highlight", "0", "highlight", "out-of-range"),
        ("highlight", "6", "highlight", "out-of-range"),
        ("highlight", "high", "highlight", "invalid-value"),
        ("highlight", ["1"], "highlight", "invalid-value"),
        ("updated", "yesterday", "updated", "invalid-date"),
        ("expires", "2023-06-27T09:00", "expires", "time-without-zone"),
        ("topics", "pensions", "topics", "invalid-value"),
        ("topics", ["a", "b c"], "topics.1", "invalid-key"),
        ("topics", {"a": "b"}, "topics", "invalid-value"),
        ("link", "www.example.org", "link", "invalid-url"),
        ("lang", "english", "lang", "invalid-language"),
        ("translation_of", "A b", "translation_of", "invalid-key"),
        ("links", [{"label": "a"}], "links.0.url", "missing-field"),
        ("links", [{"label": "a", "url": URL, "rel": "x"}], "links.0.rel", "invalid-value"),
        ("links", [URL], "links.0", "invalid-value"),
        ("image", {"src": "a.png"}, "image.alt", "missing-field"),
        ("image", PICTURE | {"src": ""}, "image.src", "empty-text"),
        ("image", PICTURE | {"src": "/a.png"}, "image.src", "path-outside"),
        ("image", PICTURE | {"src": "b/../../a.png"}, "image.src", "path-outside"),
        ("image", PICTURE | {"src": "C:a.png"}, "image.src", "path-outside"),
        ("image", PICTURE | {"src": "b\\a.png"}, "image.src", "path-outside"),
        ("image", PICTURE | {"src": "http://e.org/a.png"}, "image.src", "remote-image"),
        ("image", PICTURE | {"credit": {"year": "2022"}}, "image.credit.holder", "missing-field"),
        ("image", PICTURE | {"credit": {"holder": "a", "year": "1799"}}, "image.credit.year", "out-of-range"),
        ("image", PICTURE | {"credit": {"holder": "a", "year": "2201"}}, "image.credit.year", "out-of-range"),
        ("media", FILM | {"type": "film"}, "media.type", "invalid-value"),
        ("media", FILM | {"length": "-1"}, "media.length", "out-of-range"),
        ("event", "27 June 2023", "event", "invalid-value"),
        ("event", {}, "event.start", "missing-field"),
        ("event", {"start": "2023-06-27", "zone": "Europe/Geneva"}, "event.zone", "unknown-zone"),
        ("event", {"start": "2023-06-27", "zone": "../zone"}, "event.zone", "unknown-zone"),
        ("event", {"start": "2023-06-27", "zone": "Europe"}, "event.zone", "unknown-zone"),
        ("source", {"url": URL, "retrieved": "2023-06-27T09:00Z"}, "source.retrieved", "invalid-date"),
    ],
    ids=lambda value: repr(value)[:40],
)
def test_a_wrong_value_is_one_fault_at_its_path(field: str, value: object, path: str, code: str) -> None:
    """Each wrong value gives one fault with its place, a cause and a way out."""
    (fault,) = _faults({**WHOLE, field: value})
    assert (path, code) == (".".join(map(str, fault.path)), fault.code)
    assert fault.message
    assert fault.hint


@pytest.mark.parametrize(
    ("start", "end", "zone", "code"),
    [
        ("2023-06-27", "2023-06-27", None, ""),
        ("2023-06-27", "2023-06-26", None, "event-ends-early"),
        ("2022-12-30", "2023-01-02", None, ""),
        ("2023-06-27T09:00", "2023-06-27T09:00", None, ""),
        ("2023-06-27T09:00", "2023-06-27T08:59", None, "event-ends-early"),
        ("2023-06-27T09:00+02:00", "2023-06-27T08:00Z", "Asia/Tokyo", ""),
        ("2023-06-27T09:00Z", "2023-06-27T10:00+02:00", None, "event-ends-early"),
        ("2023-06-27T09:00", "2023-06-27T00:30Z", "Asia/Tokyo", ""),
        ("2023-06-27T09:00", "2023-06-26T23:00Z", "Asia/Tokyo", "event-ends-early"),
        ("2023-06-27", "2023-06-28T09:00", None, "mixed-event-times"),
        ("2023-06-27T09:00", "2023-06-28", None, "mixed-event-times"),
    ],
)
def test_an_event_ends_after_it_starts(start: str, end: str, zone: str | None, code: str) -> None:
    """Days are compared as days, times as moments in the event's zone, and the two are not mixed."""
    event = {"start": start, "end": end, "zone": zone}
    if code:
        assert [(("event",), code)] == [
            (fault.path, fault.code) for fault in _faults(WHOLE | {"event": event})
        ]
    else:
        assert _entry(event=event).event is not None


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("title", "x" * 200),
        ("summary", "x" * 400),
        ("summary", ""),
        ("highlight", "5"),
        ("highlight", "1"),
        ("draft", "no"),
        ("image", {"src": "pictures/a b.png", "alt": "a", "credit": {"holder": "a", "year": "2022"}}),
        ("image", {"src": "a.png", "alt": "a", "credit": {"holder": "a", "year": "1800"}}),
        ("image", {"src": "a.png", "alt": "a", "credit": {"holder": "a", "year": "2200"}}),
        ("media", {"url": "https://e.org", "type": "audio/mpeg", "length": "0", "duration": "0"}),
        ("event", {"start": "2023-06-27", "end": "2023-06-27"}),
        ("event", {"start": "2023-06-27T09:00", "end": "2023-06-27T09:00"}),
        ("event", {"start": "2023-06-27", "registration_deadline": "2023-06-20T12:00"}),
        ("links", [{"label": "a", "url": "https://e.org", "rel": "register"}]),
        ("$schema", "entry.json"),
    ],
)
def test_right_values_are_taken(field: str, value: object) -> None:
    """The ends of each range, and every form that the manual names, are right."""
    name = "schema_" if field == "$schema" else field
    assert name in _entry(**{field: value}).model_fields_set


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ({"title": "a"}, [("evergreen", "missing-date")]),
        ({"title": "a", "evergreen": "no"}, [("evergreen", "missing-date")]),
        ({"title": "a", "evergreen": "yes"}, []),
        (
            {"title": "", "link": "x"},
            [("title", "empty-text"), ("link", "invalid-url"), ("evergreen", "missing-date")],
        ),
        ({"title": "a", "date": "soon"}, [("date", "invalid-date")]),
        ({"title": "a", "evergreen": "maybe"}, [("evergreen", "invalid-value")]),
        ({}, [("title", "missing-field"), ("evergreen", "missing-date")]),
    ],
)
def test_all_faults_are_told_at_once(values: dict[str, Any], expected: list[tuple[str, str]]) -> None:
    """A missing date is told beside the faults of other fields, and not where a date is only wrong."""
    if expected:
        assert expected == [(fault.path[0], fault.code) for fault in _faults(values)]
    else:
        assert FrontMatter.model_validate(values).date is None


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ({"by": "a", "from": "2022-07-31", "to": "2022-07-30"}, [("to", "quote-ends-early")]),
        ({"from": "2022-07-31", "to": "2022-07-30"}, [("by", "missing-field"), ("to", "quote-ends-early")]),
        ({"by": "a", "from": "July", "to": "2022-07-30"}, [("from", "invalid-date")]),
        ({"by": "a", "from": "2022-07-31", "to": "2022-07-31"}, []),
        ({"by": "a", "to": "2022-07-31"}, []),
        ({"by": "a", "from": "2022-07-31"}, []),
    ],
)
def test_a_quote_stands_from_a_day_to_a_later_one(
    values: dict[str, Any], expected: list[tuple[str, str]]
) -> None:
    """A quote's last day is not before its first; both may be left out."""
    if expected:
        assert expected == [(fault.path[0], fault.code) for fault in _faults(values, QuoteFrontMatter)]
    else:
        quote = QuoteFrontMatter.model_validate(values)
        days = (quote.from_ and str(quote.from_), quote.to and str(quote.to))
        assert (values.get("from"), values.get("to")) == days


@pytest.mark.parametrize(
    ("values", "hint"),
    [
        ({"sumary": "a"}, "did you mean summary?"),
        ({"image": {"src": "a", "alt": "b", "captoin": "c"}}, "did you mean caption?"),
        ({"image": {"src": "a", "alt": "b", "credit": {"holder": "c", "yaer": "d"}}}, "did you mean year?"),
        ({"links": [{"label": "a", "url": "https://e.org", "lable": "b"}]}, "did you mean label?"),
        ({"event": {"start": "2023-06-27", "zoen": "a"}}, "did you mean zone?"),
        ({"image": {"src": "a", "alt": "b", "qqq": "c"}}, "the fields here are src, alt, credit, caption"),
    ],
)
def test_a_slip_of_the_pen_is_answered(values: dict[str, Any], hint: str) -> None:
    """An unknown field names the nearest one at its level, or all that may stand there."""
    (fault,) = _faults(WHOLE | values)
    assert (fault.code, fault.hint) == ("unknown-field", hint)
    assert fault.message.startswith("there is no field ")


@pytest.mark.parametrize(
    ("values", "message", "hint"),
    [
        ({"draft": "maybe"}, "'maybe' is neither true nor false", "write true or false"),
        ({"draft": "{x}"}, "'{x}' is neither true nor false", "write true or false"),
        ({"highlight": "9"}, "'9' is more than 5", "write 5 or less"),
        ({"highlight": "0"}, "'0' is less than 1", "write 1 or more"),
        ({"highlight": "x" * 99}, f"{'x' * 99!r:.60} is no whole number", "write digits only"),
        ({"topics": "pensions"}, "a list is wanted here", "write it in brackets: [pensions]"),
        ({"topics": {"a": "b"}}, "a list is wanted here", "write it in brackets: [...]"),
        ({"kicker": ["a"]}, "text is wanted here, not a list or a table", TEXT_HINT),
        ({"title": "x" * 250}, "it has 250 characters; 200 are allowed", "say it in fewer words"),
        ({"highlight": "9" * 5000}, None, "see the documentation of the field"),
    ],
    ids=lambda value: repr(value)[:40],
)
def test_faults_are_told_in_plain_words(values: dict[str, Any], message: str | None, hint: str) -> None:
    """The message says what was written and the hint what to write; no library speaks."""
    (fault,) = _faults(WHOLE | values)
    assert hint == fault.hint
    if message is not None:
        assert message == fault.message


def test_tables_of_settings_and_names_are_explained_too() -> None:
    """A table's own key is part of the path, and what is no table is told so."""
    (wrong,) = _faults({"topics": "x"}, Names)
    assert (wrong.path, wrong.code) == (("topics",), "invalid-value")
    (key,) = _faults({"topics": {"a b": "x"}}, Names)
    assert (key.path, key.code) == (("topics", "a b"), "invalid-key")
    (unknown,) = _faults(
        {"newsletter": {"title": "a", "url": "https://e.org", "tag": "e.org,2020", "titel": "b"}}, Settings
    )
    assert (unknown.path, unknown.hint) == (("newsletter", "titel"), "did you mean title?")
    (few,) = _faults(
        {"newsletter": {"title": "a", "url": "https://e.org", "tag": "e.org,2020", "languages": []}}, Settings
    )
    assert (few.code, few.message) == ("empty-list", "at least 1 is wanted here")


def test_fields_of_a_named_table_are_known() -> None:
    """A slip inside of a table whose key the user chose is answered too."""
    newsletter = {"title": "a", "url": URL, "tag": "e.org,2020"}
    (fault,) = _faults(
        {"newsletter": newsletter, "kinds": {"news": "News", "talk": {"name": "Talk", "plurla": "b"}}},
        Settings,
    )
    assert (fault.path, fault.hint) == (("kinds", "talk", "plurla"), "did you mean plural?")


def test_what_nobody_wrote_has_a_plain_value() -> None:
    """A field that is left out changes nothing."""
    entry = _entry(event={"start": "2023-06-27"})
    assert (entry.draft, entry.evergreen, entry.links, entry.topics) == (False, False, (), ())
    assert entry.event is not None
    assert (entry.event.online, entry.event.end, entry.event.zone) == (False, None, None)


def test_values_are_frozen() -> None:
    """Nobody behind the parser can change what an entry says."""
    with pytest.raises(ValidationError):
        _entry().title = "Another"


@pytest.mark.parametrize(
    ("word", "expected"),
    [("sumary", "did you mean summary?"), ("x", ""), ("", ""), ("summary" * 1000, "")],
    ids=lambda word: word[:20],
)
def test_the_closest_word_is_named(word: str, expected: str) -> None:
    """A word that resembles a known one names it, and any other names none."""
    assert expected == closest(word, ["title", "summary"])


@pytest.mark.parametrize("name", ["UTC", "Europe/Zurich", "America/Argentina/Ushuaia"])
def test_zones_have_iana_names(name: str) -> None:
    """A zone of the IANA list is taken as it is written."""
    assert name == check_zone(name)


@pytest.mark.parametrize(
    ("month", "following", "folder"),
    [
        (Month(2022, 12), Month(2023, 1), "2022/12"),
        (Month(2023, 1), Month(2023, 2), "2023/01"),
        (Month(2023, 11), Month(2023, 12), "2023/11"),
    ],
)
def test_months_follow_each_other(month: Month, following: Month, folder: str) -> None:
    """After December comes January of the next year, and months sort by time."""
    assert (following, folder) == (month.following, month.folder)
    assert month < following
    assert str(month) == folder.replace("/", "-")
    assert (month.first_day.year, month.first_day.month, month.first_day.day) == (*month, 1)
