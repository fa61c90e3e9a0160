"""The text of a digest: its lines, its labels and its addresses."""

import re

import pytest
from builders import some_settings
from editions import a_quote, an_edition, digest_of
from months import JUNE, OPENS, TOP, event, june, june_digest, opened, page, text_titles, titles
from msgspec.structs import replace

LONG = "A sentence that is far longer than a line of a mail, said once more and again, " * 3
WORD = "x" * 200
ADDRESS = f"https://example.org/{'a' * 90}"


def _too_long(text: str) -> list[str]:
    """Return the lines above 78 characters that are not one address."""
    return [
        line
        for line in text.replace("\u200f", "").splitlines()
        if len(line) > 78 and not re.fullmatch(r" *https?://\S+", line)
    ]


def test_the_whole_text_of_a_small_month() -> None:
    """A mail as somebody without HTML gets it, to the letter."""
    image = "{src: a.png, alt: A hall, credit: {holder: Ada, year: 2023}}"
    entries = [
        june(
            "top", highlight="1", image=image, kicker="Report", summary="See [all](https://example.org/all)."
        ),
        june(
            "call",
            kind="call",
            deadline=OPENS,
            links="[{label: F, url: 'https://example.org/f', rel: register}]",
        ),
        june("talk", kind="event", event=event("2023-06-20", place="Geneva", online="true")),
    ]
    settings = some_settings(email={"postal_address": "1 Street"})
    edition = opened(
        an_edition(*entries, settings=settings, quotes=(a_quote(),)),
        text="Dear all.",
        html="<p>Dear all.</p>",
    )
    digest = digest_of(edition)
    assert digest.web_text == (
        f"Example News\n{TOP}\n\nJune 2023\n=========\n\nDear all.\n\n"
        "Act this month: July 2023\n-------------------------\n\n"
        "* Title of call\n  Open until 14 July 2023 · Call\n  F: https://example.org/f\n"
        f"  {TOP}2023/06/call/\n\n"
        "Highlights\n----------\n\n"
        "* Title of top\n  Report · News · 15 June 2023\n  See all.\n  https://example.org/all\n"
        f"  {TOP}2023/06/top/\n\n"
        "Events\n------\n\n"
        "* Title of talk\n  20 June 2023 · Geneva · Online\n"
        f"  Add to calendar: {TOP}2023/06/talk/event.ics\n  Summary of talk.\n  {TOP}2023/06/talk/\n\n"
        "Words.\n  Somebody, Head\n\n"
        "----------------------------------------\n"
        f"All entries of June 2023: {TOP}2023/06/\nCalendar of events: {TOP}events.ics\n"
        f"Atom: {TOP}atom.xml\nRSS: {TOP}rss.xml\nAll feeds by subject: {TOP}feeds/\n\n"
        "Pictures: © Ada 2023\nExample News · 1 Street\n"
    )


@pytest.mark.parametrize("lang", ["en", "fr", "es", "ar"])
def test_lines_are_folded(lang: str) -> None:
    """No line but an address has more than 78 characters, none ends with a space, no two are empty."""
    newsletter = {"title": LONG[:120], "organisation": LONG[:150], "notice": LONG}
    settings = some_settings(
        newsletter=newsletter, email={"postal_address": LONG[:100], "contact": "us@example.org"}
    )
    entries = [
        june(
            f"e{number}",
            lang,
            title=LONG[: 120 + number],
            summary=LONG[:200],
            kicker=LONG[:90],
            deadline="2023-07-14" if number % 2 else "null",
            event=event("2023-07-20T09:00", zone="Africa/Nairobi", place=LONG[:100]),
            highlight="1" if number == 3 else "null",
            links=f"[{{label: F, url: '{ADDRESS}', rel: register}}]",
        )
        for number in range(6)
    ]
    edition = an_edition(*entries, settings=settings, quotes=(a_quote(LONG, lang),))
    text = digest_of(
        opened(edition, lang, text=LONG, html=f"<p>{LONG}</p>", signed=LONG[:100]), lang, JUNE
    ).text
    assert _too_long(text) == []
    assert [line for line in text.splitlines() if line != line.rstrip()] == []
    assert "\n\n\n" not in text
    for item in re.findall(r"^\* .*?\n\n", text, re.MULTILINE | re.DOTALL):
        assert {line[:2] for line in item.splitlines()[1:-1]} == {"  "}
    assert text.count(f"\n  {ADDRESS}\n") == 6


def test_a_title_without_a_space_is_broken() -> None:
    """Two hundred letters without a space take three lines; nothing of them is lost."""
    text = june_digest(june("a", title=WORD)).text
    assert _too_long(text) == []
    assert f"* {'x' * 76}\n  {'x' * 76}\n  {'x' * 48}\n" in text


def test_addresses_stay_whole() -> None:
    """An address in a summary can still be clicked, alone on its line."""
    assert f"\n  {ADDRESS}\n" in june_digest(june("a", summary=f"See {ADDRESS} now.")).text


def test_a_label_stands_above_an_address_that_is_too_long_for_its_line() -> None:
    """Both on one line while there are 78 characters, else each on its own."""
    for length, expected in ((53, "  F: {}\n"), (54, "  F\n  {}\n")):
        where = f"https://example.org/{'a' * length}"
        text = june_digest(june("a", links=f"[{{label: F, url: '{where}', rel: register}}]")).text
        assert f"\n{expected.format(where)}" in text
    french = june_digest(june("a", "fr", event=event("2023-06-20")), lang="fr").text
    assert f"\n  Ajouter au calendrier\u00a0: {TOP}fr/2023/06/a/event.ics\n" in french


def test_text_is_no_html() -> None:
    """The text part shows signs as they are; the HTML escapes them."""
    entry = replace(june("a", summary="Less < more & *so* on"), title='Profit & "loss" <1>')
    digest = june_digest(entry)
    assert '* Profit & "loss" <1>\n' in digest.text
    assert "  Less < more & so on\n" in digest.text
    assert ">Profit &amp; &#34;loss&#34; &lt;1&gt;<" in digest.html.replace('"loss"', "&#34;loss&#34;")
    assert titles(digest.html) == text_titles(digest.text) == ['Profit & "loss" <1>']
    assert re.search(r"&[a-z]+;|<[a-z/]", digest.text) is None


def test_every_address_of_every_part_is_in_the_text() -> None:
    """Links in the opening, the summaries and the quote, and those of the buttons, are all told."""
    entries = [
        june(
            "a", summary="See [x](https://example.org/?a=1&b=2), [y](https://example.org/y).", highlight="1"
        ),
        june("b", deadline=OPENS, links="[{label: F, url: 'https://example.org/f?g=1&h=2', rel: report}]"),
        june("c", summary="See [x](https://example.org/z)."),
        june("d", event=event("2023-07-20", url="https://example.org/join?a=1&b=2")),
    ]
    quote = replace(a_quote(), html='<p><a href="https://example.org/q?a&amp;b">Q</a></p>')
    edition = an_edition(*entries, quotes=(quote,))
    greeting = '<p><a href="https://example.org/o?a=1&amp;b=2">O</a></p>'
    digest = digest_of(opened(edition, html=greeting, text="O"), month=JUNE)
    targets = {str(link) for link in page(digest.html).xpath("//a/@href") if not link.startswith("#")}
    assert sorted(targets - set(digest.text.split())) == []
    assert {
        f"https://example.org/{end}" for end in ("?a=1&b=2", "y", "f?g=1&h=2", "z", "q?a&b", "o?a=1&b=2")
    } <= targets


def test_a_link_that_only_the_html_has_is_not_told_without_summaries() -> None:
    """In a long digest the rows have no summaries, so neither form has their links."""
    rows = [june(f"r{number}", summary=f"See [x](https://example.org/{number}).") for number in range(14)]
    digest = june_digest(june("top", highlight="1"), *rows)
    assert "https://example.org/" not in digest.text + digest.html
