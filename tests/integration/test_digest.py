"""Monthly digests: what stands in a mail, where, and in both of its forms."""

import re
from typing import Any

import lxml.html
import pytest
from builders import an_entry, some_settings
from editions import a_quote, an_edition, digest_of

from publisher.model.edition import Edition
from publisher.model.entry import Entry, Month
from publisher.render.digest import sections

KINDS = ["news", "event", "report", "video", "news", "event", "report", "news"]
LONG = "A sentence that is far longer than a line of a mail, said once more and again, " * 3
TOP = "https://news.example.org/"


def _entry(number: int, kind: str, **fields: Any) -> Entry:
    values: dict[str, Any] = {"title": f"Title {number}", "summary": f"Summary {number}."} | fields
    return an_entry(f"2023/06/e{number}.md", date=f"2023-06-{number:02}", kind=kind, **values)


def _month(**changes: Any) -> Edition:
    """Return June 2023 with eight entries, two of them highlights."""
    entries = [_entry(number, kind) for number, kind in enumerate(KINDS, start=1)]
    entries[2] = _entry(3, "report", highlight="2")
    entries[5] = _entry(6, "event", highlight="1")
    return an_edition(*entries, **changes)


def _titles(html: str) -> list[str]:
    return [node.text_content() for node in lxml.html.fromstring(html).iter("h3")]


def _headings(html: str) -> list[str]:
    return [node.text_content() for node in lxml.html.fromstring(html).iter("h1", "h2")]


def _text_titles(text: str) -> list[str]:
    return re.findall(r"^\* (.*)", text, re.MULTILINE)


def test_highlights_come_first_then_sections_in_the_order_of_the_settings() -> None:
    """Marked entries stand by their mark; the rest by kind, each kind newest first."""
    digest = digest_of(_month())
    assert _headings(digest.html) == ["June 2023", "Highlights", "News", "Events", "Videos", "Reports"]
    numbers = [6, 3, 8, 5, 1, 2, 4, 7]
    assert _titles(digest.html) == [f"Title {number}" for number in numbers]


def test_order_of_sections_follows_the_settings() -> None:
    """Another order of kinds is another order of sections; a kind without entries has none."""
    settings = some_settings(
        kinds={kind: kind.title() for kind in ("video", "paper", "report", "event", "news")}
    )
    edition = _month(settings=settings)
    assert _headings(digest_of(edition).html)[2:] == ["Video", "Report", "Event", "News"]
    assert [key for key, _ in sections(list(edition.entries), edition)] == [
        "video",
        "report",
        "event",
        "news",
    ]


def test_no_entry_stands_there_twice() -> None:
    """Each entry has one headline and one link, also where more are marked than are shown on top."""
    entries = [_entry(number, "news", highlight="1") for number in range(1, 8)]
    digest = digest_of(an_edition(*entries))
    assert _titles(digest.html) == [f"Title {number}" for number in (7, 6, 5, 4, 3, 2, 1)]
    order = re.findall(r"<h2|Title \d", re.sub(r"<style.*?</style>|.*?<h1", "", digest.html, flags=re.DOTALL))
    assert order == ["<h2", *(f"Title {number}" for number in (7, 6, 5, 4, 3)), "<h2", "Title 2", "Title 1"]
    for entry in entries:
        link = f"{TOP}2023/06/{entry.slug}/"
        assert (digest.html.count(f'href="{link}"'), digest.text.count(f"{link}\n")) == (1, 1)


def test_a_month_without_highlights_has_no_such_heading() -> None:
    """An empty section is left out of both forms."""
    digest = digest_of(an_edition(_entry(1, "news")))
    assert _headings(digest.html) == ["June 2023", "News"]
    assert "Highlights" not in digest.text


@pytest.mark.parametrize("lang", ["en", "fr", "es", "ar"])
def test_the_text_has_the_same_items_in_the_same_order(lang: str) -> None:
    """Who reads the text misses no entry, no heading and no way to an entry."""
    edition = an_edition(
        *(entry.model_copy(update={"lang": lang}) for entry in _month().entries), quotes=(a_quote(lang=lang),)
    )
    digest = digest_of(edition, lang)
    assert _text_titles(digest.text) == _titles(digest.html)
    underlined = re.findall(r"^(.+)\n(?:-+|=+)$", digest.text, re.MULTILINE)
    assert underlined == _headings(digest.html)
    links = [
        link for _, _, link, _ in lxml.html.fromstring(digest.html).iterlinks() if link.startswith("http")
    ]
    assert [link for link in links if link not in digest.text] == []
    entries = [f"{TOP}{'' if lang == 'en' else f'{lang}/'}2023/06/{entry.slug}/" for entry in edition.entries]
    assert sorted(link for link in links if link in entries) == sorted(entries)
    linked = re.findall(r"^  (http.*)$", digest.text, re.MULTILINE)
    assert linked == [link for link in links if link in entries]


def test_lines_of_the_text_are_folded() -> None:
    """No line but an address has more than 78 characters, and what belongs together is indented together."""
    entry = an_entry(
        title=LONG[:200],
        kicker=LONG[:150],
        summary=LONG[:300],
        event=f"{{start: 2023-06-27, end: 2023-06-28, place: {LONG[:120].replace(',', '')}, online: true}}",
    )
    settings = some_settings(
        newsletter={"title": LONG, "organisation": LONG, "notice": LONG}, email={"postal_address": LONG}
    )
    quote = a_quote(LONG).model_copy(update={"role": LONG})
    text = digest_of(an_edition(entry, settings=settings, quotes=(quote,))).text
    assert [line for line in text.splitlines() if len(line) > 78 and "https://" not in line] == []
    assert [line for line in text.splitlines() if line != line.rstrip()] == []
    item = re.search(r"^\* .*?\n\n", text, re.MULTILINE | re.DOTALL)
    assert item is not None
    assert {line[:2] for line in item.group().splitlines()[1:-1]} == {"  "}
    assert " ".join(item.group().split()).startswith(f"* {' '.join(LONG[:200].split())}")


def test_words_that_are_longer_than_a_line_stay_whole() -> None:
    """An address in a summary can still be clicked."""
    address = f"https://example.org/{'a' * 90}"
    assert address in digest_of(an_edition(an_entry(summary=f"See {address} now."))).text


def test_text_is_no_html() -> None:
    """The text part shows signs as they are; the HTML escapes them."""
    entry = an_entry().model_copy(update={"title": 'Profit & "loss" <1>'})
    digest = digest_of(an_edition(entry))
    assert '* Profit & "loss" <1>\n' in digest.text
    assert '>Profit &amp; "loss" &lt;1&gt;</a></h3>' in digest.html
    assert _titles(digest.html) == ['Profit & "loss" <1>']


def test_subject_and_preheader_name_what_stands_on_top() -> None:
    """The subject holds the first headline; the preheader the second, or the summary if there is none."""
    digest = digest_of(_month())
    assert (digest.subject, digest.preheader) == ("Example News, June 2023: Title 6", "Title 3")
    one = digest_of(an_edition(_entry(1, "news")))
    assert (one.subject, one.preheader) == ("Example News, June 2023: Title 1", "Summary 1.")
    none_marked = digest_of(an_edition(_entry(1, "event"), _entry(2, "news")))
    assert (none_marked.subject, none_marked.preheader) == ("Example News, June 2023: Title 2", "Title 1")
    page = lxml.html.fromstring(digest.html)
    assert page.findtext(".//title") == digest.subject
    (preheader,) = page.find_class("preheader")
    assert (preheader.text_content(), preheader.get("style")) == ("Title 3", "display:none")
    assert page.find("body")[0] is preheader


def test_arabic_reads_from_right_to_left() -> None:
    """Direction and side are said on each part that a mail reader may cut out; commas are Arabic."""
    entry = _entry(1, "event", event='{start: "2023-06-27T09:00"}').model_copy(
        update={"lang": "ar", "highlight": 1}
    )
    edition = an_edition(entry, _entry(1, "event"), quotes=(a_quote("كلمات", lang="ar"),))
    digest = digest_of(edition, "ar")
    page = lxml.html.fromstring(digest.html)
    assert [
        (node.get("lang"), node.get("dir")) for node in (page, page.find("body"), page.find(".//div[@role]"))
    ] == [("ar", "rtl")] * 3
    assert {table.get("dir") for table in page.iter("table")} == {"rtl"}
    assert {cell.get("align") for cell in page.find_class("sheet")[0].iter("td")} == {"right"}
    (english,) = page.xpath("//a[@hreflang]")
    assert [english.get(name) for name in ("lang", "dir", "hreflang")] == ["en", "ltr", "en"]
    assert digest.subject == "Example News، يونيو 2023: Title 1"
    assert "27 يونيو 2023، 9:00 ص (زيورخ، UTC+2)" in digest.text
    assert "\n  Somebody، Head\n" in digest.text
    assert ">Somebody، Head</p>" in digest.html


def test_english_reads_from_left_to_right() -> None:
    """The other direction is said as plainly."""
    page = lxml.html.fromstring(digest_of(_month(quotes=(a_quote(),))).html)
    assert {node.get("dir") for node in page.iter() if node.get("dir")} == {"ltr"}
    assert {cell.get("align") for cell in page.find_class("sheet")[0].iter("td")} == {"left"}
    assert page.find_class("quote")[0].text_content().split("\n")[1:3] == ["Words.", "Somebody, Head"]


def test_the_quote_is_the_one_that_stands_in_the_month() -> None:
    """A quote for another month or language is not shown."""
    quotes = (
        a_quote("Of May.", end="2023-05-31", path="quotes/a.md"),
        a_quote("Of June.", start="2023-06-30", path="quotes/b.md"),
        a_quote("De juin.", lang="fr", path="quotes/c.fr.md"),
        a_quote("Of July.", start="2023-07-01", path="quotes/d.md"),
    )
    edition = an_edition(_entry(1, "news"), an_entry("m.md", date="2023-05-31"), quotes=quotes)
    shown = [quote.text for quote in quotes]
    for month, words in ((Month(2023, 6), "Of June."), (Month(2023, 5), "Of May.")):
        digest = digest_of(edition, month=month)
        assert [text for text in shown if text in digest.text] == [words]
        assert [text for text in shown if text in digest.html] == [words]
    assert not lxml.html.fromstring(digest_of(an_edition(_entry(1, "news"))).html).find_class("quote")


def test_languages_of_the_month_are_linked() -> None:
    """Other versions of this month are named in their own language; those of other months are not."""
    french = an_entry("f.md", lang="fr", date="2023-06-01")
    spanish = an_entry("s.md", lang="es", date="2023-05-01")
    digest = digest_of(an_edition(_entry(1, "news"), french, spanish))
    links = lxml.html.fromstring(digest.html).xpath("//a[@hreflang]")
    assert [(link.text, link.get("href")) for link in links] == [
        ("Français", f"{TOP}digests/2023-06/fr.html")
    ]
    assert f"\nFrançais: {TOP}digests/2023-06/fr.html\n" in digest.text
    assert "Español" not in digest.text


def test_addresses_in_summaries_and_pictures_are_absolute() -> None:
    """A mail has no page to which an address could be relative."""
    first = an_entry(
        "2023/06/a.md",
        "See [the other](b.md), [a draft](c.md) and [below](#end).",
        summary="null",
        highlight="1",
        image="{src: chart.png, alt: A chart, credit: {holder: Ada, agency: ILO, via: Flickr, year: 2023}}",
    )
    digest = digest_of(an_edition(first, an_entry("2023/06/b.md", "See [the first](a.md).", summary="null")))
    page = lxml.html.fromstring(digest.html)
    assert [link for _, _, link, _ in page.iterlinks() if not link.startswith(TOP)] == []
    assert [node.get("src") for node in page.iter("img")] == [f"{TOP}media/2023/06/chart.png"]
    assert (page.find(".//img").get("alt"), page.find(".//img").get("width")) == ("A chart", "584")
    assert page.find_class("credit")[0].text.strip() == "© Ada / ILO (Flickr) 2023"
    links = {link.text: link.get("href") for link in page.xpath("//p/a")}
    assert (links["below"], links["a draft"]) == (f"{TOP}2023/06/a/#a--end", None)


def test_the_foot_says_who_writes() -> None:
    """Organisation, postal address and notice stand at the end of both forms."""
    settings = some_settings(
        newsletter={"organisation": "The Office", "notice": "A sample."}, email={"postal_address": "1 Street"}
    )
    digest = digest_of(an_edition(_entry(1, "news"), settings=settings))
    assert digest.text.endswith(f"Follow by feed reader: {TOP}atom.xml\nThe Office · 1 Street\nA sample.\n")
    foot = lxml.html.fromstring(digest.html).find_class("foot")[0]
    assert foot.text_content().split("\n")[2:4] == ["The Office · 1 Street", "A sample."]
    bare = digest_of(an_edition(_entry(1, "news")))
    assert bare.text.endswith("atom.xml\nExample News\n")


def test_one_date_says_both_where_an_event_starts_on_its_day() -> None:
    """The day of publication is left out if the event starts on it."""
    same = _entry(1, "event", event="{start: 2023-06-01}", kicker="Series", highlight="1")
    other = _entry(2, "event", event="{start: 2023-06-20, place: Geneva, online: true}")
    digest = digest_of(an_edition(same, other))
    lines = [line for line in digest.text.splitlines() if "Add to calendar" not in line]
    text = "\n".join(lines)
    assert "  Series · Event\n  1 June 2023\n  Summary 1.\n" in text
    assert "  2 June 2023\n  20 June 2023 · Geneva · Online\n  Summary 2.\n" in text
    rows = [
        node.text_content().removesuffix(" · Add to calendar")
        for node in lxml.html.fromstring(digest.html).xpath("//p[@class='meta' or @class='when']")
    ]
    assert rows == [
        "Example News",
        "Series · Event",
        "1 June 2023",
        "2 June 2023",
        "20 June 2023 · Geneva · Online",
    ]
