"""What stands in which part of a digest: each entry once, at the place where readers need it most."""

import pytest
from builders import some_settings
from editions import a_quote
from months import JUNE, OPENS, event, june, names, planned

from publisher.model.entry import Entry, Month
from publisher.render.digest.plan import Plan

MARK = some_settings(digest={"other_languages": "mark"})


def _parts(plan: Plan) -> dict[str, list[str]]:
    """Return the names of the entries of each part that has any."""
    rows = {section.kind: names(section.entries) for section in plan.sections}
    parts = {"act": names(plan.act), "top": names(plan.highlights), **rows, "coming": names(plan.coming)}
    return {part: found for part, found in parts.items() if found}


def _image(name: str) -> dict[str, str]:
    return {"image": f"{{src: {name}.png, alt: A}}"}


def test_each_entry_has_the_place_that_helps_most() -> None:
    """What editors chose goes before what closes, that before what begins, and all before the rows."""
    found = planned(
        june("chosen", highlight="1", deadline=OPENS, event=event("2023-07-20")),
        june("closes", deadline=OPENS, event=event("2023-07-20")),
        june("registers", event=event("2023-07-20", registration_deadline="2023-07-10")),
        june("begins", event=event("2023-07-20"), kind="event"),
        june("over", event=event("2023-06-20"), kind="event"),
        june("later", event=event("2023-08-20", registration_deadline="2023-08-10"), kind="event"),
        june("plain"),
    )
    assert _parts(found) == {
        "act": ["registers", "closes"],
        "top": ["chosen"],
        "news": ["plain"],
        "event": ["later", "over"],
        "coming": ["begins"],
    }


def test_reminders_come_from_earlier_issues() -> None:
    """What was told before and closes or begins now is told again; nothing else of earlier months is."""
    old = {"date": "2023-01-10"}
    found = planned(
        june("new"),
        june("old-call", deadline=OPENS, **old),
        june("old-event", event=event("2023-07-03"), **old),
        june("old-chosen", highlight="1", deadline="2023-07-02", **old),
        june("old-news", **old),
        june("old-french", "fr", deadline=OPENS, **old),
        june("lasting", date="", evergreen="true", deadline=OPENS),
        june("july-call", date="2023-07-01", deadline=OPENS),
        june("july-event", date="2023-07-01", event=event("2023-07-09")),
    )
    assert _parts(found) == {
        "act": ["old-chosen", "old-call"],
        "top": ["new"],
        "coming": ["old-event"],
    }


def test_what_closes_in_the_months_own_days_is_a_row() -> None:
    """The mail goes out when the month is over, so only the month after it can still be met."""
    found = planned(
        june("june-call", deadline="2023-06-30"),
        june("august-call", deadline="2023-08-01"),
        june("top", highlight="1"),
    )
    assert _parts(found) == {"top": ["top"], "news": ["august-call", "june-call"]}


def test_december_is_followed_by_january() -> None:
    """The year's end is no end."""
    found = planned(
        june("a", date="2023-12-01"),
        june("b", date="2023-12-01", deadline="2024-01-31"),
        june("c", date="2023-12-01", event=event("2024-01-01")),
        june("d", date="2023-12-01", event=event("2023-01-01")),
        month=Month(2023, 12),
    )
    assert _parts(found) == {"act": ["b"], "top": ["a"], "news": ["d"], "coming": ["c"]}


def test_highlights_are_five_at_most() -> None:
    """Marked entries stand by their mark, then newest first; from the sixth on they are rows."""
    marks = {"a": "2", "b": "1", "c": "3", "d": "5", "e": "1", "f": "5", "g": "4"}
    entries = [
        june(name, highlight=mark, date=f"2023-06-{number:02}")
        for number, (name, mark) in enumerate(marks.items(), start=1)
    ]
    assert _parts(planned(*entries, june("z"))) == {
        "top": ["e", "b", "a", "c", "g"],
        "news": ["z", "f", "d"],
    }


@pytest.mark.parametrize(
    ("entries", "top"),
    [
        ([june("old", date="2023-06-01"), june("new", date="2023-06-20")], "new"),
        ([june("old", date="2023-06-01", **_image("old")), june("new", date="2023-06-20")], "old"),
        (
            [june("a", date="2023-06-01", **_image("a")), june("b", date="2023-06-02", **_image("b"))],
            "b",
        ),
        # What closes or was told earlier is no news; what begins next month is.
        ([june("call", date="2023-06-20", deadline=OPENS, **_image("call")), june("new")], "new"),
        ([june("event", date="2023-06-20", event=event("2023-07-05")), june("new")], "event"),
        ([june("old", date="2023-05-01", **_image("old"), highlight="1"), june("new")], "new"),
    ],
)
def test_without_marks_the_newest_with_a_picture_is_on_top(entries: list[Entry], top: str) -> None:
    """Editors who mark nothing get a digest with something to look at."""
    assert names(planned(*entries).highlights) == [top]


def test_a_month_of_nothing_but_deadlines_has_no_highlights() -> None:
    """Where everything closes, that is what there is to say; the first to close gives the subject."""
    found = planned(june("b", deadline="2023-07-02"), june("a", deadline="2023-07-01"))
    assert _parts(found) == {"act": ["a", "b"]}
    assert (names((found.lead,)), found.second and found.second.slug) == (["a"], "b")


def test_rows_are_by_kind_newest_first() -> None:
    """Sections stand in the order of the settings, and kinds without rows have none."""
    kinds = {kind: kind.title() for kind in ("video", "report", "news")}
    found = planned(
        june("top", highlight="1"),
        june("n1", date="2023-06-01"),
        june("v1", kind="video"),
        june("n2", date="2023-06-02"),
        june("n0", date="2023-06-02"),
        june("r", kind="report", deadline=OPENS),
        settings=some_settings(kinds=kinds),
    )
    assert [(section.kind, names(section.entries), section.count) for section in found.sections] == [
        ("video", ["v1"], 1),
        ("news", ["n0", "n2", "n1"], 3),
    ]
    assert found.omitted == 0


def test_entries_in_other_languages_are_left_out_or_marked() -> None:
    """As set: one version of each text that has none in the digest's language, and no other."""
    entries = [
        june("both"),
        june("both", "fr", translation_of="both-en"),
        june("french", "fr"),
        june("spanish-and-arabic", "ar"),
        june("spanish-and-arabic", "es", translation_of="spanish-and-arabic-ar"),
        june("arabic", "ar", kind="video"),
        june("may", "fr", date="2023-05-31"),
        june("lasting", "fr", date="", evergreen="true"),
    ]
    left_out = planned(*entries)
    assert _parts(left_out) == {"top": ["both"]}
    marked = planned(*entries, settings=MARK)
    assert _parts(marked) == {
        "top": ["both"],
        "news": ["french.fr", "spanish-and-arabic.es"],
        "video": ["arabic.ar"],
    }
    french = planned(*entries, settings=MARK, lang="fr")
    assert sorted(
        names(french.highlights) + [name for part in french.sections for name in names(part.entries)]
    ) == [
        "arabic.ar",
        "both.fr",
        "french.fr",
        "spanish-and-arabic.es",
    ]


def test_of_several_versions_the_newsletters_first_language_is_shown() -> None:
    """Also where the original is in another one; an Arabic digest shows English rather than French."""
    entries = [
        june("text", "es"),
        june("text", "fr", translation_of="text-es"),
        june("text", translation_of="text-es"),
        june("own", "ar"),
    ]
    assert _parts(planned(*entries, settings=MARK, lang="ar")) == {"top": ["own.ar"], "news": ["text"]}
    other = some_settings(
        newsletter={"languages": ["fr", "en", "es", "ar"]}, digest={"other_languages": "mark"}
    )
    found = planned(*entries, settings=other, lang="ar")
    assert _parts(found) == {"top": ["own.ar"], "news": ["text.fr"]}


def test_a_version_of_another_month_is_not_shown() -> None:
    """A text whose first version is of another month is told in that month."""
    entries = [
        june("own", "ar"),
        june("text", date="2023-05-31"),
        june("text", "fr", date="2023-06-01", translation_of="text-en"),
    ]
    assert _parts(planned(*entries, settings=MARK, lang="ar")) == {"top": ["own.ar"]}


def test_marked_entries_take_part_in_everything_but_the_inbox_line() -> None:
    """What is in another language may be chosen, close or begin; subject and preheader stay readable."""
    found = planned(
        june("own"),
        june("chosen", "fr", highlight="1"),
        june("closes", "fr", deadline=OPENS),
        june("begins", "fr", event=event("2023-07-09")),
        settings=MARK,
    )
    assert _parts(found) == {
        "act": ["closes.fr"],
        "top": ["chosen.fr"],
        "news": ["own"],
        "coming": ["begins.fr"],
    }
    assert (found.lead.slug, found.second) == ("own", None)


def test_lead_and_second_are_the_first_that_the_month_has() -> None:
    """Highlights, then what closes, then rows; reminders of earlier issues are no news."""
    entries = [
        june("row", date="2023-06-30"),
        june("closes", deadline=OPENS),
        june("old-call", date="2023-05-01", deadline="2023-07-01"),
        june("begins", event=event("2023-07-01")),
    ]
    top = june("top", highlight="3")
    for given, lead, second in (
        ([*entries, top], "top", "closes"),
        ([entries[0], entries[3], top], "top", "row"),
        ([entries[3], top], "top", "begins"),
        ([entries[2], top], "top", None),
        (entries[:2], "row", "closes"),
    ):
        found = planned(*given)
        assert (found.lead.slug, found.second and found.second.slug) == (lead, second)


@pytest.mark.parametrize(
    ("rows", "acts", "with_summaries"),
    [(12, 0, True), (13, 0, False), (8, 4, True), (8, 5, False), (0, 13, False)],
)
def test_summaries_stand_in_up_to_twelve_rows(rows: int, acts: int, with_summaries: bool) -> None:  # noqa: FBT001
    """In a longer digest people look for headlines; highlights do not count."""
    found = planned(
        *(june(f"top{number}", highlight="1") for number in range(5)),
        *(june(f"row{number}") for number in range(rows)),
        *(june(f"act{number}", deadline=OPENS) for number in range(acts)),
    )
    assert found.with_summaries is with_summaries


def test_what_comes_counts_as_rows() -> None:
    """An event of next month takes as much place as any row."""
    top = june("top", highlight="1")
    for count, expected in ((12, True), (13, False)):
        coming = (june(f"e{number}", event=event("2023-07-09")) for number in range(count))
        assert planned(top, *coming).with_summaries is expected


def test_the_quote_is_that_of_the_month() -> None:
    """A quote stands if one of its days lies in the month, from its first to its last."""
    quotes = (
        a_quote("Of May.", end="2023-05-31", path="quotes/a.md"),
        a_quote("Of June.", start="2023-06-30", path="quotes/b.md"),
        a_quote("Of July.", start="2023-07-01", path="quotes/c.md"),
    )
    found = planned(june("a"), quotes=quotes)
    assert found.quote == quotes[1]
    assert (found.issue.month, found.opening) == (JUNE, None)
    assert planned(june("a"), quotes=quotes[2:]).quote is None
