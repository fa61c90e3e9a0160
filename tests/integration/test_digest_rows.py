"""Rows of a digest, shaped by the kind of their entries, and what a newsletter may change of them."""

from pathlib import Path
from typing import Any

import pytest
from builders import some_settings
from editions import an_edition, digest_of
from months import JUNE, OPENS, TOP, event, june, june_digest, page, words

from publisher.errors import ContentError
from publisher.model.entry import Entry, Names
from publisher.model.localised import Localised
from publisher.render.templating import Templates

REGISTER = "[{label: F, url: 'https://example.org/f', rel: register}]"
REPORT = "[{label: R, url: 'https://example.org/r', rel: report}]"
FILM = "{url: 'https://example.org/f.mp4', type: video/mp4, length: 1, duration: 754}"
SERIES = {"kicker": "Series"}
TIMED = event("2023-06-20T09:00", end="2023-06-20T10:30", zone="Asia/Kolkata", place="Delhi", online="true")
OVER = event("2023-06-20", registration_deadline="2023-06-18")
LATER = event("2023-08-20", registration_deadline="2023-08-10T12:00")
NAMES = Names(places={"Geneva": Localised({"en": "Geneva", "fr": "Genève"})})


def _row(entry: Entry) -> tuple[list[str], list[str]]:
    """Return the lines of the only row of a digest, in the HTML and in the text, without its headline."""
    digest = june_digest(june("top", highlight="1"), entry, names=NAMES)
    cell = page(digest.html).find_class("section")[-1]
    shown = [words(node) for node in cell.iter("h3", "p") if words(node)]
    item = digest.text.split("* Title of row\n")[1].split("\n\n")[0].split("\n")
    assert shown[0] == "Title of row"
    assert item[-1] == f"  {TOP}2023/06/row/"
    return shown[1:], [line[2:] for line in item[:-1]]


@pytest.mark.parametrize(
    ("kind", "fields", "html", "text"),
    [
        ("news", {}, ["15 June 2023"], ["15 June 2023"]),
        ("news", SERIES, ["Series · 15 June 2023"], ["Series · 15 June 2023"]),
        ("comment", SERIES, ["Series · 15 June 2023"], ["Series · 15 June 2023"]),
        (
            "news",
            {"deadline": "2023-08-01"},
            ["Open until 1 August 2023"],
            ["Open until 1 August 2023"],
        ),
        ("news", {"deadline": "2023-06-30"}, ["15 June 2023"], ["15 June 2023"]),
        (
            "press-release",
            {"places": "[LB, Geneva]", **SERIES},
            ["Lebanon and Geneva · 15 June 2023 · Series"],
            ["Series · Lebanon and Geneva · 15 June 2023"],
        ),
        (
            "event",
            {"event": TIMED},
            ["20 June 2023, 09:00–10:30 (Kolkata, UTC+5:30) · Delhi · Online · Add to calendar"],
            [
                "20 June 2023, 09:00–10:30 (Kolkata, UTC+5:30) · Delhi · Online",
                f"Add to calendar: {TOP}2023/06/row/event.ics",
            ],
        ),
        (
            "live-event",
            {"event": event("2023-06-15"), **SERIES},
            ["15 June 2023 · Add to calendar", "Series"],
            ["Series", "15 June 2023", f"Add to calendar: {TOP}2023/06/row/event.ics"],
        ),
        (
            "event",
            {"event": OVER},
            ["20 June 2023 · Add to calendar"],
            ["20 June 2023", f"Add to calendar: {TOP}2023/06/row/event.ics"],
        ),
        (
            "event",
            {"event": LATER},
            ["20 August 2023 · Add to calendar", "Register by 10 August 2023, 12:00 (Zurich, UTC+2)"],
            [
                "Register by 10 August 2023, 12:00 (Zurich, UTC+2)",
                "20 August 2023",
                f"Add to calendar: {TOP}2023/06/row/event.ics",
            ],
        ),
        ("event", {}, ["15 June 2023"], ["15 June 2023"]),
        (
            "video",
            {"media": FILM, **SERIES},
            ["Series · 13 minutes · 15 June 2023 · Watch"],
            ["Series · 15 June 2023 · 13 minutes", "Watch: https://example.org/f.mp4"],
        ),
        ("video", {}, ["15 June 2023"], ["15 June 2023"]),
        (
            "call",
            {"deadline": "2023-08-01T18:00+02:00", "places": "[LB]", "links": REGISTER, **SERIES},
            ["Open until 1 August 2023, 18:00 (Zurich, UTC+2)", "Series · Lebanon · F"],
            [
                "Series · Lebanon · Open until 1 August 2023, 18:00 (Zurich, UTC+2)",
                "F: https://example.org/f",
            ],
        ),
        ("vacancy", {"deadline": "2023-06-30"}, ["15 June 2023"], ["15 June 2023"]),
        (
            "report",
            {"links": REPORT},
            ["15 June 2023 · R"],
            ["15 June 2023", "R: https://example.org/r"],
        ),
    ],
)
def test_rows_by_kind(kind: str, fields: dict[str, Any], html: list[str], text: list[str]) -> None:
    """Each kind says first what one looks for; what is over when the mail goes out is not told."""
    shown, told = _row(june("row", kind=kind, **fields))
    for lines in (shown, told):
        lines.remove("Summary of row.")
    assert (shown, told) == (html, text)


def test_a_long_digest_has_no_summaries_in_its_rows() -> None:
    """With more than twelve rows headlines are enough; highlights keep their words."""
    rows = [june(f"r{number}", kind="video") for number in range(12)]
    for entries, expected in ((rows, 13), ([*rows, june("more")], 1)):
        digest = june_digest(june("top", highlight="1"), *entries)
        assert digest.html.count("Summary of") == expected
        assert digest.text.count("Summary of") == expected


def test_a_publication_shows_its_cover_and_its_versions() -> None:
    """The cover is 96 pixels wide; other languages are linked by their own names."""
    image = "{src: b.png, alt: The cover, credit: {holder: Ben}}"
    entry = june("row", kind="report", image=image)
    french = june("row", "fr", kind="report", translation_of="row-en", title="Le titre")
    digest = june_digest(june("top", highlight="1"), entry, french, june("x", "ar", kind="report"))
    (picture,) = page(digest.html).iter("img")
    assert [picture.get(name) for name in ("src", "width", "alt")] == [
        f"{TOP}mail/2023/06/b.png-96.png",
        "96",
        "The cover",
    ]
    (link,) = page(digest.html).xpath("//td[@class='beside']//a[@hreflang]")
    names = ("href", "lang", "dir", "hreflang", "aria-label")
    assert [link.get(name) for name in names] == [
        f"{TOP}fr/2023/06/row/",
        "fr",
        "ltr",
        "fr",
        "Français: Le titre",
    ]
    assert f"\n  Français: {TOP}fr/2023/06/row/\n  {TOP}2023/06/row/\n" in digest.text
    assert "Pictures: © Ben\n" in digest.text
    assert digest.pictures == {f"{TOP}mail/2023/06/b.png-96.png": 1000}


def test_only_publications_name_their_versions() -> None:
    """A row of news leads to its page, which names them; in a digest they would be in the way."""
    digest = june_digest(june("top", highlight="1"), june("row"), june("row", "fr", translation_of="row-en"))
    assert f"{TOP}fr/2023/06/row/" not in digest.text + digest.html


def test_only_publications_and_highlights_have_pictures() -> None:
    """A row of news has none; a highlight's is as wide as the column, with caption and credit below."""
    image = (
        "{src: a.png, alt: A hall, caption: A row., credit: {holder: Ada, agency: ILO, via: Web, year: 2023}}"
    )
    digest = june_digest(
        june("row", image=image.replace("Ada", "Zoe")), june("top", highlight="1", image=image)
    )
    (picture,) = page(digest.html).iter("img")
    assert [picture.get(name) for name in ("src", "width", "alt")] == [
        f"{TOP}mail/2023/06/a.png-584.png",
        "584",
        "A hall",
    ]
    top = page(digest.html).find_class("top")[0]
    assert words(top.find_class("small")[0]) == "A row. © Ada / ILO (Web) 2023"
    assert digest.pictures == {f"{TOP}mail/2023/06/a.png-584.png": 1000}
    assert "Pictures: © Ada / ILO (Web) 2023\n" in digest.text
    assert "Zoe" not in digest.text + digest.html


def test_credits_are_told_once() -> None:
    """Two pictures of one maker have one credit, in the order of the pictures."""
    images = ("{src: a.png, alt: A, credit: {holder: Ada}}", "{src: b.png, alt: B, credit: {holder: Ben}}")
    entries = [june(f"e{number}", highlight="1", image=images[number % 2]) for number in range(4)]
    assert "\nPictures: © Ada, © Ben\n" in june_digest(*entries).text


def test_what_closes_has_its_deadline_first_and_a_button() -> None:
    """Act parts have no summary; a highlight says the same in full."""
    call = june("call", kind="call", deadline=OPENS, links=REGISTER)
    for entry in (call, june("call", kind="call", deadline=OPENS, links=REGISTER, highlight="1")):
        digest = june_digest(entry, june("row"))
        cell = page(digest.html).find_class("top" if entry.highlight else "act")[0]
        assert "Open until 14 July 2023" in words(cell)
        (button,) = cell.find_class("press")
        assert [button.text, button.get("href"), button.get("aria-label")] == [
            "F",
            "https://example.org/f",
            "F: Title of call",
        ]
        assert ("Summary of call." in words(cell)) is bool(entry.highlight)
        assert "  F: https://example.org/f\n" in digest.text


def test_a_kind_of_ones_own_has_a_row_of_ones_own(tmp_path: Path) -> None:
    """A project writes `email/rows/tender.html` and names it in the settings; nothing else changes."""
    rows = tmp_path / "email/rows"
    rows.mkdir(parents=True)
    (rows / "tender.html").write_text(
        "{{ part.headline(entry) }}<p>Ours: {{ entry.slug }}</p>\n", encoding="utf-8"
    )
    kinds = {"news": "News", "tender": {"name": "Tender", "plural": "Tenders", "row": "tender"}}
    settings = some_settings(kinds=kinds)
    own = june("row", kind="tender", settings=settings)
    edition = an_edition(june("top", highlight="1"), own, june("other"), settings=settings)
    digest = digest_of(edition, templates=Templates(tmp_path))
    sections = [words(cell) for cell in page(digest.html).find_class("section")[1:]]
    assert sections == [
        "News Title of other 15 June 2023 Summary of other.",
        "Tenders Title of row Ours: row",
    ]
    assert "\nTenders\n-------\n\n* Title of row\n" in digest.text


def test_a_row_without_a_template_is_an_error() -> None:
    """The error names the kind, the template that is missing, and those that are there."""
    kinds = {"news": "News", "tender": {"name": "Tender", "row": "tender"}}
    settings = some_settings(kinds=kinds)
    entries = june("a"), june("b", kind="tender", settings=settings)
    edition = an_edition(*entries, settings=settings)
    with pytest.raises(ContentError) as caught:
        digest_of(edition, month=JUNE)
    (problem,) = caught.value.problems
    assert (problem.code, str(problem.place)) == ("missing-template", "kinds.tender.row in the settings")
    assert problem.message == "there is no template email/rows/tender.html"
    assert problem.hint.startswith("write that file, or one of: call, event, news,")


def test_a_fault_in_a_row_has_its_line(tmp_path: Path) -> None:
    """A slip in one's own row is told with its own file and line."""
    (tmp_path / "email/rows").mkdir(parents=True)
    (tmp_path / "email/rows/news.html").write_text("<p>\n{{ entry.titel }}\n", encoding="utf-8")
    with pytest.raises(ContentError) as caught:
        digest_of(an_edition(june("a"), june("b")), templates=Templates(tmp_path))
    assert [str(problem.place) for problem in caught.value.problems] == ["templates/email/rows/news.html:2:1"]


def test_spoken_labels_are_short_and_tell_entries_apart() -> None:
    """A label repeats the start of a headline, or all of it where another one starts alike."""
    start = "A headline of fifty characters, which is too long to hear"
    talk = {"kind": "event", "event": event("2023-06-20")}
    alone = june_digest(june("top", highlight="1"), june("a", title=f"{start} twice", **talk))
    labels = page(alone.html).xpath("//a[contains(@href, 'event.ics')]/@aria-label")
    assert labels == ["Add to calendar: A headline of fifty characters, which is too…"]
    pair = [june(name, title=f"{start} {name}", **talk) for name in ("once", "twice")]
    labels = page(june_digest(june("top", highlight="1"), *pair).html).xpath(
        "//td[@class='section']//a/@aria-label"
    )
    assert labels == [f"Add to calendar: {start} once", f"Add to calendar: {start} twice"]


def test_words_of_a_foreign_entry_tell_their_language() -> None:
    """Kicker, caption, picture and button of a marked entry are in its language, not the digest's."""
    image = "{src: a.png, alt: قاعة, caption: قاعة كبيرة}"
    links = "[{label: سجّل, url: 'https://example.org/f', rel: register}]"
    entry = june("top", "ar", highlight="1", image=image, kicker="سلسلة", links=links)
    settings = some_settings(digest={"other_languages": "mark"})
    top = page(june_digest(june("own"), entry, settings=settings).html).find_class("top")[0]
    told = [(node.tag, words(node), node.get("dir")) for node in top.xpath(".//*[@lang='ar']")]
    assert told == [
        ("img", "", "rtl"),
        ("span", "قاعة كبيرة", "rtl"),
        ("a", "Title of top", "rtl"),
        ("span", "العربية", "rtl"),
        ("span", "سلسلة", "rtl"),
        ("p", "Summary of top.", "rtl"),
        ("a", "سجّل", "rtl"),
    ]
