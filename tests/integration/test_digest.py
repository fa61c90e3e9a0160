"""Monthly digests: which parts a mail has, in which order, and that no entry is missing or told twice."""

import re

import pytest
from builders import some_settings
from editions import a_quote, an_edition, digest_of
from months import (
    JUNE,
    OPENS,
    TOP,
    event,
    headings,
    june,
    june_digest,
    links,
    opened,
    page,
    text_headings,
    text_titles,
    titles,
    words,
)

from publisher import issues
from publisher.model.edition import Edition
from publisher.model.entry import Entry, Month

CONTACT = {"postal_address": "1 Street", "contact": "us@example.org"}


def _whole_month(lang: str = "en") -> list[Entry]:
    """Return entries that fill every part of a digest."""
    return [
        june("act", lang, deadline=OPENS, links="[{label: F, url: 'https://example.org/f', rel: register}]"),
        june(
            "top", lang, highlight="1", image="{src: a.png, alt: A hall, credit: {holder: Ada, year: 2023}}"
        ),
        june("news", lang, summary="See [this](https://example.org/this?a=1&b=2)."),
        june("row", lang, kind="event", event=event("2023-06-20", url="https://example.org/row")),
        june(
            "film", lang, kind="video", media="{url: 'https://example.org/f.mp4', type: video/mp4, length: 1}"
        ),
        june("report", lang, kind="report", image="{src: b.png, alt: A cover}"),
        june("coming", lang, event=event("2023-07-20", zone="Asia/Kolkata"), date="2023-05-01"),
    ]


def _whole_edition(lang: str = "en") -> Edition:
    settings = some_settings(email=CONTACT, feeds={"rights": "CC BY"}, newsletter={"notice": "A sample."})
    edition = an_edition(*_whole_month(lang), settings=settings, quotes=(a_quote("Words of June.", lang),))
    greeting = '<p>Dear <a href="https://example.org/dear">readers</a>.</p>'
    return opened(edition, lang, html=greeting, text="Dear readers.", signed="Ada")


def test_the_parts_stand_in_their_order() -> None:
    """Inbox line, masthead, opening, what closes, highlights, contents, rows, quote, what comes, footer."""
    html = digest_of(_whole_edition(), month=JUNE).html
    cells = page(html).xpath("//table[@class='sheet']/tr/td/@class")
    assert cells == [
        *("head", "opening", "act", "section", "top", "contents"),
        *["section"] * 4,
        *("quote", "section", "foot"),
    ]
    assert headings(html) == [
        "June 2023",
        "Act this month: July 2023",
        "Highlights",
        "In this issue",
        "News",
        "Events",
        "Videos",
        "Reports",
        "Coming up in July 2023",
    ]
    names = ["act", "top", "news", "row", "film", "report", "coming"]
    assert titles(html) == [f"Title of {name}" for name in names]


@pytest.mark.parametrize("lang", ["en", "fr", "es", "ar"])
def test_the_text_has_the_same_items_in_the_same_order(lang: str) -> None:
    """Who reads the text misses no entry, no heading but the contents, and no address."""
    digest = digest_of(_whole_edition(lang), lang, JUNE)
    assert text_titles(digest.text) == titles(digest.html)
    shown = headings(digest.html)
    assert len(shown) == 9
    assert text_headings(digest.text) == [*shown[:3], *shown[4:]]
    targets = [link.removeprefix("mailto:") for link in links(digest.html)]
    assert [link for link in targets if link not in digest.text.split()] == []
    assert len(targets) > 20


def test_a_month_of_one_entry_has_no_more_than_it_needs() -> None:
    """Parts without entries are left out of both forms; one section needs no contents."""
    digest = june_digest(june("only"))
    assert headings(digest.html) == ["June 2023", "Highlights"]
    assert page(digest.html).xpath("//table[@class='sheet']/tr/td/@class") == [
        "head",
        "section",
        "top",
        "foot",
    ]
    assert text_headings(digest.text) == ["June 2023", "Highlights"]
    two = june_digest(june("only"), june("row", date="2023-06-01"))
    assert headings(two.html) == ["June 2023", "Highlights", "News"]


def test_contents_lead_to_each_part_with_its_count() -> None:
    """Who jumps gets there; who cannot still sees how much there is of each kind."""
    entries = [june("top", highlight="1"), june("a"), june("b"), june("v", kind="video")]
    html = june_digest(*entries, june("c", event=event("2023-07-01"))).html
    (cell,) = page(html).find_class("contents")
    assert words(cell) == "In this issue News (2) · Videos (1) · Coming up in July 2023 (1)"
    targets = cell.xpath(".//a/@href")
    assert targets == ["#kind-news", "#kind-video", "#coming"]
    assert [f"#{name}" for name in page(html).xpath("//a[@name]/@name")] == targets
    (cell,) = page(june_digest(*entries).html).find_class("contents")
    assert words(cell) == "In this issue News (2) · Videos (1)"


def test_order_of_sections_follows_the_settings() -> None:
    """Another order of kinds is another order of sections; a kind without entries has none."""
    settings = some_settings(kinds={kind: kind.title() for kind in ("video", "paper", "event", "news")})
    entries = [june(kind, kind=kind) for kind in ("news", "event", "video")]
    edition = an_edition(*entries, june("top", highlight="1"), settings=settings)
    assert headings(digest_of(edition).html)[3:] == ["Video", "Event", "News"]
    assert [key for key, _ in issues.sections(entries, edition)] == ["video", "event", "news"]


def test_no_entry_stands_there_twice() -> None:
    """Each entry has one headline and one link in each form, also where it could stand in three parts."""
    entries = [
        june(f"e{number}", highlight="1", deadline=OPENS, event=event("2023-07-09")) for number in range(7)
    ]
    digest = june_digest(*entries)
    assert sorted(titles(digest.html)) == [f"Title of e{number}" for number in range(7)]
    for entry in entries:
        link = f"{TOP}2023/06/{entry.slug}/"
        assert (digest.html.count(f'href="{link}"'), digest.text.count(f"  {link}\n")) == (1, 1)


def test_the_quote_is_the_one_that_stands_in_the_month() -> None:
    """A quote for another month or language is not shown; who said it stands below."""
    quotes = (
        a_quote("Of May.", end="2023-05-31", path="quotes/a.md"),
        a_quote("Of June.", start="2023-06-30", path="quotes/b.md"),
        a_quote("De juin.", lang="fr", path="quotes/c.fr.md"),
        a_quote("Of July.", start="2023-07-01", path="quotes/d.md"),
    )
    edition = an_edition(june("a"), june("m", date="2023-05-31"), quotes=quotes)
    shown = [quote.text for quote in quotes]
    for month, text in ((JUNE, "Of June."), (Month(2023, 5), "Of May.")):
        digest = digest_of(edition, month=month)
        assert [quote for quote in shown if quote in digest.text] == [text]
        (cell,) = page(digest.html).find_class("quote")
        assert words(cell) == f"{text} Somebody, Head"
        assert f"\n{text}\n  Somebody, Head\n" in digest.text
    assert not page(june_digest(june("a")).html).find_class("quote")


def test_languages_of_the_month_are_linked() -> None:
    """Other versions of this month are named in their own language; those of other months are not."""
    edition = an_edition(june("a"), june("f", "fr"), june("z", "ar"), june("s", "es", date="2023-05-01"))
    digest = digest_of(edition, month=JUNE)
    head = page(digest.html).find_class("head")[0]
    shown = [
        tuple(link.get(name) for name in ("href", "lang", "dir", "hreflang"))
        for link in head.xpath(".//a[@lang]")
    ]
    assert shown == [
        (f"{TOP}digests/2023-06/fr.html", "fr", "ltr", "fr"),
        (f"{TOP}digests/2023-06/ar.html", "ar", "rtl", "ar"),
    ]
    assert words(head) == "Example News News June 2023 Read on the web · Français · العربية"
    assert f"\nFrançais: {TOP}digests/2023-06/fr.html\nالعربية: {TOP}digests/2023-06/ar.html\n" in digest.text
    alone = page(june_digest(june("a")).html).find_class("head")[0]
    assert words(alone) == "Example News News June 2023 Read on the web"


def test_the_opening_greets() -> None:
    """Words and signature stand below the masthead in both forms, each also without the other."""
    digest = digest_of(_whole_edition(), month=JUNE)
    (cell,) = page(digest.html).find_class("opening")
    assert words(cell) == "Dear readers. Ada"
    assert "\n\nDear readers.\nhttps://example.org/dear\nAda\n\nAct this month: July 2023\n" in digest.text
    edition = an_edition(june("a"))
    signed = digest_of(opened(edition, signed="Ada & Ben"))
    assert words(page(signed.html).find_class("opening")[0]) == "Ada & Ben"
    assert f"{TOP}digests/2023-06/en.html\n\nAda & Ben\n\nHighlights\n" in signed.text
    assert not page(digest_of(opened(edition, subject="Only this")).html).find_class("opening")


def test_the_foot_says_who_writes_and_how_to_leave() -> None:
    """All ways on, why one gets this, the credits, contact, postal address, rights and notice."""
    digest = digest_of(_whole_edition(), month=JUNE)
    foot = [words(node) for node in page(digest.html).find_class("foot")[0].iter("p")]
    assert foot == [
        "All entries of June 2023 · Calendar of events",
        "Follow by feed reader: Atom · RSS · All feeds by subject",
        "You get this mail because you subscribed to Example News. Unsubscribe · Choose language and topics",
        "Did somebody forward this to you? See how to follow us yourself",
        "Pictures: © Ada 2023",
        "Questions, or is something hard to read? Write to us: us@example.org",
        "Example News · 1 Street",
        "CC BY",
        "A sample.",
    ]
    targets = page(digest.html).find_class("foot")[0].xpath(".//a/@href")
    assert targets == [
        *(f"{TOP}{where}" for where in ("2023/06/", "events.ics", "atom.xml", "rss.xml", "feeds/")),
        *(f"{TOP}{where}/READER-TOKEN" for where in ("unsubscribe", "preferences")),
        f"{TOP}feeds/",
        "mailto:us@example.org",
    ]
    assert digest.text.endswith("\nExample News · 1 Street\nCC BY\nA sample.\n")


def test_a_foot_without_settings_is_short() -> None:
    """What the settings do not give leaves no gap, and a newsletter without events no calendar."""
    digest = june_digest(june("a"))
    foot = [words(node) for node in page(digest.html).find_class("foot")[0].iter("p")]
    assert (foot[0], foot[4:]) == ("All entries of June 2023", ["Example News"])
    assert digest.text.endswith(f": {TOP}feeds/\n\nExample News\n")
    assert "events.ics" not in digest.text


def test_addresses_are_absolute() -> None:
    """A mail has no page to which an address could be relative; a link to what is not published is none."""
    first = june(
        "a",
        body="See [the other](b.md), [a draft](c.md) and [below](#end).",
        summary="null",
        highlight="1",
        image="{src: chart.png, alt: A chart}",
    )
    html = june_digest(first, june("b", body="See [the first](a.md).", summary="null")).html
    others = [str(link) for _, _, link, _ in page(html).iterlinks() if not str(link).startswith((TOP, "#"))]
    assert others == []
    shown = {link.text: link.get("href") for link in page(html).xpath("//p/a")}
    assert shown["below"] == f"{TOP}2023/06/a/#a-en--end"
    assert shown["the other"] == f"{TOP}2023/06/b/"
    assert shown["a draft"] is None
    assert re.search(r"<a\b[^>]*>a draft</a>", html)
