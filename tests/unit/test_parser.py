"""One file's bytes to an entry, with all its problems at once."""

from datetime import date, datetime

import pytest
from builders import an_entry, at, entry_text, some_settings

from publisher.entries.parser import Parsed, nothing, parse_entries, parse_entry


def _parse(body: str = "Words.", path: str = "2023/06/a.md", **fields: str) -> Parsed:
    return parse_entry(path, entry_text(body, **fields).encode(), some_settings())


def _codes(parsed: Parsed) -> list[tuple[str, int, int]]:
    return [(item.code, item.place.line, item.place.column) for item in parsed.problems]


@pytest.mark.parametrize(
    ("fields", "name", "expected"),
    [
        ({}, "kind", "news"),
        ({"kind": "report"}, "kind", "report"),
        ({"kind": "' report '"}, "kind", "report"),
        ({"title": "' A  title '"}, "title", "A title"),
        ({"kicker": "Series"}, "kicker", "Series"),
        ({"draft": "no"}, "draft", False),
        ({"draft": "true"}, "draft", True),
        ({"highlight": "2"}, "highlight", 2),
        ({"topics": "[en, no]"}, "topics", ("en", "no")),
        ({"link": "https://e.org"}, "link", "https://e.org"),
        ({}, "lang", "en"),
        ({"lang": "fr"}, "lang", "fr"),
        ({}, "published", at("2023-06-27T00:00+02:00")),
        ({}, "has_time", False),
        ({"date": "2023-06-27T23:30Z"}, "published", at("2023-06-28T01:30+02:00")),
        ({"date": "2023-06-27T23:30Z"}, "has_time", True),
        ({"date": "2023-06-27T23:30Z"}, "day", date(2023, 6, 28)),
        ({"date": "2023-05-31T22:00Z"}, "month", (2023, 6)),
        ({"date": "2023-05-31T21:59Z"}, "month", (2023, 5)),
        ({"evergreen": "true"}, "published", None),
        ({"evergreen": "true"}, "month", None),
        ({"evergreen": "true"}, "day", None),
        ({}, "updated", None),
        ({"updated": "2023-07-01"}, "updated", at("2023-07-01T00:00+02:00")),
        ({"updated": "2023-01-01T10:00Z"}, "updated", at("2023-01-01T11:00+01:00")),
        ({"expires": "2023-07-01"}, "expires", at("2023-07-02T00:00+02:00")),
        ({"expires": "2023-10-29"}, "expires", at("2023-10-30T00:00+01:00")),
        ({"expires": "2023-07-01T12:00Z"}, "expires", at("2023-07-01T14:00+02:00")),
        ({"translation_of": "b"}, "original", "b"),
        ({}, "original", "an-entry"),
    ],
    ids=lambda value: repr(value)[:40],
)
def test_fields_become_values(fields: dict[str, str], name: str, expected: object) -> None:
    """Each field reaches the entry, with times in the newsletter's zone."""
    found = getattr(an_entry(**fields, settings=None), name)
    assert expected == found
    if isinstance(expected, datetime):
        assert expected.utcoffset() == found.utcoffset()


@pytest.mark.parametrize(
    ("path", "slug", "lang"),
    [
        ("a.md", "a", "en"),
        ("2023/06/new-report-2.md", "new-report-2", "en"),
        ("2023-06-27-new-report.md", "new-report", "en"),
        ("2023-06-27.md", "2023-06-27", "en"),
        ("x/a.fr.md", "a", "fr"),
        ("2023-06-27-a.es-419.md", "a", "es-419"),
        ("a.pt-BR.md", "a", "pt-BR"),
    ],
)
def test_the_file_name_is_the_address(path: str, slug: str, lang: str) -> None:
    """A date before the name is left out, and a language behind it counts."""
    settings = some_settings(newsletter={"languages": ["en", "fr", "es-419", "pt-BR"]})
    parsed = parse_entry(path, entry_text().encode(), settings)
    assert parsed.entry is not None, parsed.problems
    assert (slug, slug, lang) == (parsed.entry.slug, parsed.entry.id, parsed.entry.lang)
    assert parsed.by_name == (lang != "en")
    assert parsed.source.path == f"entries/{path}"


@pytest.mark.parametrize(
    "name", ["A.md", "a_b.md", "a b.md", "é.md", "a.FR.md", "a.b.c.md", "-a.md", ".md", "a..md"]
)
def test_a_name_that_is_no_address_is_refused(name: str) -> None:
    """A file whose name cannot stand in an address says so, and its other faults too."""
    parsed = _parse(path=f"x/{name}", date="2023-06-31")
    assert (parsed.entry, _codes(parsed)) == (None, [("invalid-date", 3, 7), ("invalid-file-name", 0, 0)])


@pytest.mark.parametrize(
    ("path", "lang", "expected"),
    [
        ("a.de.md", None, [("unknown-language", 0, 0)]),
        ("a.md", "de", [("unknown-language", 5, 7)]),
        ("a.md", "English", [("invalid-language", 5, 7)]),
        ("a.fr.md", "es", [("language-differs", 5, 7)]),
        ("a.fr.md", "fr", []),
        ("a.md", "[fr]", [("invalid-value", 5, 7)]),
    ],
)
def test_a_language_is_one_of_the_newsletters(
    path: str, lang: str | None, expected: list[tuple[str, int, int]]
) -> None:
    """The name and the field agree on a language that the settings have, and a fault is told once."""
    fields = {"lang": lang} if lang else {}
    assert expected == _codes(_parse(path=path, **fields))


def test_a_language_is_guessed() -> None:
    """A slip in a language names the nearest one that the newsletter has."""
    settings = some_settings(newsletter={"languages": ["en", "zh-Hans"]})
    (problem,) = parse_entry("a.md", entry_text(lang="zh-Hant").encode(), settings).problems
    assert (problem.code, problem.hint) == ("unknown-language", "did you mean zh-Hans?")


@pytest.mark.parametrize(
    ("kind", "expected", "hint"),
    [
        ("nwes", "unknown-kind", "did you mean news?"),
        ("zzz", "unknown-kind", "the kinds are news, press-release, event"),
        ("Press release", "invalid-key", "write it as press-release:"),
        ("[news]", "invalid-value", "write one text"),
    ],
)
def test_a_kind_is_one_of_the_settings(kind: str, expected: str, hint: str) -> None:
    """An unknown kind names the nearest, and what is no key at all is told once."""
    (problem,) = _parse(kind=kind).problems
    assert (expected, 5, 7) == (problem.code, problem.place.line, problem.place.column)
    assert problem.hint.startswith(hint)


def test_all_problems_of_a_file_are_told_at_once() -> None:
    """Values, kind, language, summary and text are looked at even where one of them is wrong."""
    parsed = _parse("# a\n\n[b](x:y)", date="soon", summary="'[c]()'", kind="nwes", lang="de", highlight="9")
    assert parsed.entry is None
    assert sorted(problem.code for problem in parsed.problems) == [
        "empty-link",
        "heading-too-high",
        "invalid-date",
        "out-of-range",
        "unknown-kind",
        "unknown-language",
        "unsafe-address",
    ]


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (b"", [("no-front-matter", 1, 1)]),
        (b"\xff", [("not-utf8", 1, 1)]),
        (b"x" * 10_000_000, [("file-too-large", 0, 0)]),
        (b"---\ntitle: a: b\n---\n", [("invalid-yaml", 2, 9)]),
        (b"\xef\xbb\xbf---\n", [("byte-order-mark", 1, 1), ("unclosed-front-matter", 1, 1)]),
        (b"---\n---\n", [("missing-field", 1, 1), ("missing-date", 1, 1)]),
        (b"---\ntitle:\ndate: 2023-06-27\n---\n", [("missing-field", 2, 7)]),
    ],
    ids=lambda value: repr(value)[:30],
)
def test_a_file_that_cannot_be_read_is_a_problem(data: bytes, expected: list[tuple[str, int, int]]) -> None:
    """Whatever a file holds, it gives problems with their places and no exception."""
    parsed = parse_entry("a.md", data, some_settings())
    assert (None, expected) == (parsed.entry, _codes(parsed))


def test_a_warning_leaves_the_entry_whole() -> None:
    """A byte order mark is told of, and the entry is there."""
    parsed = parse_entry("a.md", b"\xef\xbb\xbf" + entry_text().encode(), some_settings())
    assert parsed.entry is not None
    assert _codes(parsed) == [("byte-order-mark", 1, 1)]


@pytest.mark.parametrize(
    ("body", "summary", "text", "html"),
    [
        ("Body.", "Words *and* AT&T", "Words and AT&T", "Words <em>and</em> AT&amp;T"),
        ("## Head\n\nFirst *one*.\n\nSecond.", "", "First one.", "First <em>one</em>."),
        ("- a & b\n- c", "", "a & b c", "a &amp; b c"),
        ("", "", "", ""),
        ("word " * 100, "", "word " * 60 + "…", "word " * 60 + "…"),
        ("", "word " * 70 + "end", "word " * 70 + "end", "word " * 70 + "end"),
        ("*word* " * 100, "", "word " * 60 + "…", "word " * 60 + "…"),
        ("社" * 301, "", "社" * 300 + " …", "社" * 300 + " …"),
        ("x" * 300, "", "x" * 300, "x" * 300),
        ("< " * 200, "", "< " * 150 + "…", "&lt; " * 150 + "…"),
    ],
    ids=lambda value: repr(value)[:20],
)
def test_every_entry_with_words_has_a_summary(body: str, summary: str, text: str, html: str) -> None:
    """The summary is the field, else the first paragraph, else the first words, cut between words."""
    entry = an_entry(body=body, summary=summary)
    assert (text, html, bool(summary)) == (entry.summary, entry.summary_html, entry.has_summary)


def test_pictures_and_links_of_the_text_are_kept() -> None:
    """The files that an entry shows or leads to are listed once each, pictures by their own names."""
    body = "![a](b%20c.png) ![d](<b c.png>) ![e](f.png)\n\n[g](h.md) [i](h.md#j)"
    parsed = _parse(body, image="{src: k.png, alt: l}", summary="'[m](n.md)'")
    assert parsed.entry is not None, parsed.problems
    assert parsed.entry.assets == ("k.png", "b c.png", "f.png")
    assert parsed.entry.references == ("n.md", "h.md")
    assert [reference.mark.line for reference in parsed.references] == [4, 7, 7, 7, 9, 9]


@pytest.mark.parametrize(
    ("event", "start", "end"),
    [
        ("{start: 2023-06-27, end: 2023-06-28}", "2023-06-27", "2023-06-28"),
        ('{start: "2023-06-27T09:00"}', "2023-06-27T09:00:00+02:00", None),
        ('{start: "2023-06-27T09:00", zone: Asia/Tokyo}', "2023-06-27T09:00:00+09:00", None),
        (
            '{start: "2023-06-27T09:00Z", end: "2023-06-27T19:00", zone: Asia/Tokyo}',
            "2023-06-27T18:00:00+09:00",
            "2023-06-27T19:00:00+09:00",
        ),
        ('{start: "2023-10-29T02:30"}', "2023-10-29T02:30:00+02:00", None),
    ],
)
def test_times_of_an_event_are_those_of_its_zone(event: str, start: str, end: str | None) -> None:
    """Days stay days; times are local to the event's zone, else to the newsletter's."""
    found = an_entry(event=event).event
    assert found is not None
    assert (start, end) == (found.start.isoformat(), found.end and found.end.isoformat())
    assert found.zone == ("Asia/Tokyo" if "Tokyo" in event else "Europe/Zurich")


@pytest.mark.parametrize("name", ["start", "end", "registration_deadline"])
def test_a_time_that_the_clocks_skip_is_refused(name: str) -> None:
    """02:30 does not exist on the day when the clocks go forward, and the value's own line is shown."""
    times = {"start": "2023-03-26T01:00", "end": "2023-03-26T09:00"} | {name: "2023-03-26T02:30"}
    event = "".join(f'\n  {key}: "{value}"' for key, value in times.items())
    (problem,) = _parse(event=event).problems
    assert problem.code == "skipped-time"
    assert problem.message == "the clocks of Europe/Zurich skip 02:30 on that day"
    assert problem.place.text == f'  {name}: "2023-03-26T02:30"'


@pytest.mark.parametrize(
    ("event", "expected"),
    [("{start: 2023-06-27}", True), ("{start: 2023-06-28}", False), ('{start: "2023-06-27T23:00"}', True)],
)
def test_an_event_on_the_entrys_day_needs_no_second_date(event: str, expected: bool) -> None:  # noqa: FBT001
    """An entry knows whether one date says both."""
    assert expected is an_entry(event=event).event_is_date
    assert an_entry().event_is_date is False


def test_entries_parsed_together_are_those_parsed_alone() -> None:
    """Whatever stands beside it, a file gives the same entry and the same problems."""
    texts = {
        "2023/06/a.md": entry_text("![P](p.png) [b](b.md)", id="a", summary="'[c](c.md)'"),
        "2023/06/b.md": "no front matter",
        "2023/06/C.md": entry_text("# Title"),
        "2023/06/d.fr.md": entry_text("<b>Des</b> mots.", event="{start: 2023-06-27}"),
        "2023/06/e.md": entry_text(kind="no-such", title=""),
    }
    files = [(path, text.encode(), nothing) for path, text in texts.items()]
    files.insert(1, ("2023/06/f.md", b"\xff", nothing))
    alone = [parse_entry(path, data, some_settings()) for path, data, _ in files]
    assert parse_entries(files, some_settings()) == alone
    assert [bool(parsed.entry) for parsed in alone] == [True, False, False, False, True, False]
