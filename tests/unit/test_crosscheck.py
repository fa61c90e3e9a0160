"""What shows only between entries: ids, addresses, translations and the menu."""

import pytest
from builders import some_settings
from checking import Row, check, parse, rows

from publisher.entries.crosscheck import Surroundings, crosscheck, settle_translations
from publisher.entries.parser import Parsed, parse_entry
from publisher.model.entry import Entry, Names

NO_ID = {"id": ""}
OF_A = {"lang": "fr", "translation_of": "a"}
SAME_ID = [("duplicate-id", "6/a.md", 5), ("duplicate-id", "6/b.md", 5)]


@pytest.mark.parametrize(
    ("first", "second", "expected"),
    [
        (("6/a.md", {}), ("6/b.md", {}), []),
        (("6/a.md", {"id": "x"}), ("6/b.md", {"id": "x"}), SAME_ID),
        (("6/a.md", {}), ("6/b.md", {"id": "a", "lang": "fr"}), SAME_ID),
        (
            ("6/a.md", {"id": "x"}),
            ("7/a.md", {"id": "y"}),
            [("duplicate-address", "6/a.md", 0), ("duplicate-address", "7/a.md", 0)],
        ),
        (("6/a.md", {"id": "x"}), ("7/a.md", {"id": "y", "date": "2023-07-01"}), []),
        (("6/a.md", {"id": "x"}), ("7/a.md", {"id": "y", "lang": "fr"}), []),
        (
            ("6/a.md", {}),
            ("6/b.md", {"translation_of": "a"}),
            [("duplicate-translation", "6/a.md", 0), ("duplicate-translation", "6/b.md", 6)],
        ),
        (("6/a.md", {}), ("6/b.md", {"lang": "fr", "translation_of": "a"}), []),
        (("6/a.md", {}), ("6/a.fr.md", NO_ID), []),
        (("6/a.md", NO_ID), ("6/a.fr.md", NO_ID), [("no-id", "6/a.md", 2)]),
        (("6/a.md", {}), ("6/b.fr.md", NO_ID), [("no-id", "6/b.fr.md", 2)]),
        (("6/a.md", {}), ("6/b.md", {**NO_ID, **OF_A}), [("no-id", "6/b.md", 2)]),
        (
            ("6/a.en.md", NO_ID),
            ("6/a.fr.md", NO_ID),
            [
                ("duplicate-id", "6/a.en.md", 5),
                ("duplicate-id", "6/a.fr.md", 5),
                ("no-id", "6/a.en.md", 2),
                ("no-id", "6/a.fr.md", 2),
            ],
        ),
    ],
)
def test_two_entries_are_told_apart(
    first: tuple[str, dict[str, str]], second: tuple[str, dict[str, str]], expected: list[Row]
) -> None:
    """Equal ids, addresses and translations are errors at both files, each told once."""
    assert expected == rows(check(*(parse(path, **fields) for path, fields in (first, second))))


def test_each_of_equal_entries_names_all_others() -> None:
    """The problem at a file names every other file of the same id."""
    problems = check(*(parse(f"6/{name}.md", id="x") for name in "abc"))
    message = "entries/6/b.md, entries/6/c.md has the same id: x"
    assert [message] == [problem.message for problem in problems if problem.place.path == "entries/6/a.md"]


def _settled(*parsed: Parsed) -> list[tuple[str, str]]:
    settle_translations(list(parsed))
    return [(item.entry.id, item.entry.original) for item in parsed if item.entry]


def test_a_translation_by_name_takes_the_id_of_its_original() -> None:
    """`a.fr.md` belongs to `a.md` beside it, whichever comes first, and keeps an id of its own."""
    original = [("x", "x")]
    assert _settled(parse("a.md", id="x"), parse("a.fr.md", id="")) == [*original, ("x-fr", "x")]
    assert _settled(parse("a.fr.md", id=""), parse("a.md", id="x")) == [("x-fr", "x"), *original]
    assert _settled(parse("a.md", id="x"), parse("a.fr.md", id="y")) == [*original, ("y", "x")]
    assert _settled(parse("a.md", id="x"), parse("b/a.fr.md", id="")) == [*original, ("a", "a")]
    translation = parse("a.md", id="x", lang="es", translation_of="z")
    assert _settled(translation, parse("a.fr.md", id="")) == [("x", "z"), ("x-fr", "z")]
    assert _settled(parse("2023-06-27-a.md", id=""), parse("2023-06-27-a.fr.md", id="")) == [
        ("a", "a"),
        ("a-fr", "a"),
    ]
    assert _settled(parse("a.md", id="x"), parse("a-fr.md", id="y", lang="fr")) == [*original, ("y", "y")]


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({}, []),
        ({"date": "2023-06-28"}, [("translation-differs", "a.fr.md", 3)]),
        ({"kind": "report"}, [("translation-differs", "a.fr.md", 6)]),
        ({"event": "{start: 2023-06-27}"}, [("translation-differs", "a.fr.md", 6)]),
        ({"title": "Un titre", "summary": "Un résumé."}, []),
    ],
)
def test_a_translation_has_the_facts_of_its_original(fields: dict[str, str], expected: list[Row]) -> None:
    """Another date, kind or event is a warning at that field; other words are what a translation is for."""
    problems = check(parse("a.md"), parse("a.fr.md", id="", **fields))
    assert expected == rows(problems)
    assert all(problem.severity == "warning" for problem in problems)


def test_events_are_compared_by_their_times() -> None:
    """The place of an event may be translated, its times may not."""
    event = "{start: 2023-06-27, place: Geneva}"
    assert (
        check(parse("a.md", event=event), parse("a.fr.md", id="", event=event.replace("Geneva", "Genève")))
        == []
    )
    longer = "{start: 2023-06-27, end: 2023-06-28}"
    problems = check(parse("a.md", event=event), parse("a.fr.md", id="", event=longer))
    assert rows(problems) == [("translation-differs", "a.fr.md", 6)]


@pytest.mark.parametrize(
    ("original", "hint"),
    [
        ("repot", "did you mean report?"),
        ("zzz", "write the id of the original entry"),
        ("rapport", "write translation_of: report"),
    ],
)
def test_an_original_is_there_and_no_translation(original: str, hint: str) -> None:
    """`translation_of` names an entry, and the first one where it names a translation."""
    parsed = (
        parse("report.md"),
        parse("rapport.fr.md", translation_of="report"),
        parse("informe.es.md", translation_of=original),
    )
    (problem,) = check(*parsed)
    assert (problem.code, problem.place.line, problem.hint) == ("unknown-original", 6, hint)


def test_a_broken_original_is_the_only_problem() -> None:
    """Entries that refer to one with an error are not blamed for it."""
    broken = parse("about.md", date="2023-02-29")
    others = (
        parse("about.fr.md", id=""),
        parse("acerca.es.md", translation_of="about"),
        parse("c.md", "[a](about.md)"),
    )
    assert check(broken, *others, menu=("about",)) == []
    entry = others[0].entry
    assert isinstance(entry, Entry)
    assert (entry.id, entry.original) == ("about-fr", "about")


def test_a_broken_file_is_known_by_its_id() -> None:
    """The id that can be read counts, whatever the file is called."""
    broken = parse("page.md", id="about", date="2023-02-29")
    (problem,) = check(broken, menu=("about", "page"))
    assert problem.message == "no evergreen entry has the id page"


def test_a_broken_file_without_fields_is_known_by_its_name() -> None:
    """The name of a file stands for the id that cannot be read."""
    broken = parse_entry("about.md", b"\xff", some_settings())
    assert check(broken, parse("b.fr.md", translation_of="about"), menu=("about",)) == []


@pytest.mark.parametrize(
    ("menu", "hint"),
    [
        ("about", ""),
        ("abuot", "did you mean about?"),
        ("news-item", "write the id of an evergreen entry"),
        ("about-fr", "did you mean about?"),
    ],
)
def test_the_menu_names_lasting_pages(menu: str, hint: str) -> None:
    """A word of the menu is the id of an evergreen entry, and not of a translation."""
    about = {"date": "", "evergreen": "true"}
    problems = check(
        parse("about.md", **about),
        parse("about.fr.md", id="", **about),
        parse("news-item.md"),
        menu=(menu,),
    )
    assert [("unknown-menu-item", hint)] * bool(hint) == [
        (problem.code, problem.hint) for problem in problems
    ]


def test_a_topic_is_always_written_the_same() -> None:
    """Who writes a topic with other capitals than most is told what most write, if topics have pages."""
    parsed = [
        parse("a.md", topics="[care, Cash]"),
        parse("b.md", topics="[cash]"),
        parse("c.md", topics="[cash, CASH]"),
        parse("d.md", topics="[Care]"),
    ]
    problems = check(*parsed)
    assert [(str(problem.place), problem.code, problem.hint) for problem in problems] == [
        ("entries/a.md:6:10", "capitals-differ", "write Care"),
        ("entries/a.md:6:16", "capitals-differ", "write cash"),
        ("entries/c.md:6:16", "capitals-differ", "write cash"),
    ]
    assert problems[1].message.startswith("the topic Cash is cash in entries/b.md: ")
    around = Surroundings(frozenset(item.path for item in parsed), Names(), frozenset())
    assert crosscheck(parsed, around, some_settings(outputs=["entries", "feeds"])) == []


def test_a_page_is_told_from_a_language_whatever_its_capitals() -> None:
    """No page stands where a language has its home page on a disk that knows no capitals."""
    page = parse("pt-br.md", date="", evergreen="true")
    settings = some_settings(newsletter={"languages": ["en", "pt-BR"]})
    around = Surroundings(frozenset({"pt-br.md"}), Names(), frozenset())
    assert [problem.code for problem in crosscheck([page], around, settings)] == ["reserved-address"]
