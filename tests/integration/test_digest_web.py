"""One digest, two readers: what only the mail has, what only its page has, and where each entry stands."""

import re

from builders import some_settings
from editions import a_quote, an_edition, digest_of
from months import JUNE, OPENS, TOP, event, june, june_digest, opened, page, titles, words

from publisher.delivery.message import message_bytes
from publisher.model import address
from publisher.model.edition import Edition
from publisher.model.output import Digest

MARKS = re.compile(r"<!--/?(?:mail|web|entry).*?-->")


def _edition() -> Edition:
    entries = [
        june("top", highlight="1", title="'A & < \"é\" عنوان'"),
        june("act", deadline=OPENS),
        june("news"),
        june("report", kind="report", image="{src: a.png, alt: A}"),
        june("coming", event=event("2023-07-20"), date="2023-05-01"),
        june("french", "fr"),
        june("french", "ar", translation_of="french-fr"),
    ]
    settings = some_settings(digest={"other_languages": "mark"}, email={"contact": "us@example.org"})
    return opened(an_edition(*entries, settings=settings, quotes=(a_quote(),)), signed="Ada")


def _digest(lang: str = "en") -> Digest:
    return digest_of(_edition(), lang, JUNE)


def test_spans_cover_each_entry_and_nothing_else() -> None:
    """Each span is one entry's piece, with its headline and link; between them is no headline."""
    digest = _digest()
    assert [span.path for span in digest.spans] == [
        "2023/06/act.md",
        "2023/06/top.md",
        "2023/06/news.md",
        "2023/06/french.fr.md",
        "2023/06/report.md",
        "2023/06/coming.md",
    ]
    pieces = [digest.html[span.start : span.end] for span in digest.spans]
    assert [piece.count("<h3") for piece in pieces] == [1] * 6
    assert [(piece[:2], piece[-2:]) for piece in pieces] == [("\n<", ">\n")] * 6
    assert [words(page(f"<table>{piece}</table>").find(".//h3")) for piece in pieces] == titles(digest.html)
    for span, piece in zip(digest.spans, pieces, strict=True):
        slug = span.path.split("/")[-1].split(".")[0]
        assert f'/{slug}/"' in piece
        for opening, closing in (("<tr", "</tr>"), ("<td", "</td>"), ("<p", "</p>"), ("<table", "</table>")):
            assert len(re.findall(rf"{opening}[ >]", piece)) == piece.count(closing)
    ends = [0, *(span.end for span in digest.spans)]
    starts = [*(span.start for span in digest.spans), len(digest.html)]
    gaps = [digest.html[end:start] for end, start in zip(ends, starts, strict=True)]
    assert [gap for gap in gaps if "<h3" in gap] == []
    assert all(end <= start for end, start in zip(ends, starts, strict=True))


def test_no_mark_of_ours_is_left() -> None:
    """What the templates mark for the program is in none of the forms; what Outlook reads is in both."""
    digest = _digest()
    assert MARKS.findall(digest.html + digest.web) == []
    for html in (digest.html, digest.web):
        assert html.startswith("<!DOCTYPE html>\n")
        assert html.count("<!--[if mso]>") == html.count("<![endif]-->") == 3


def test_the_mail_has_its_preheader_and_the_ways_to_leave() -> None:
    """The reader's token stands in two links of each form, and the mail asks for nothing from the web."""
    digest = _digest()
    wanted = [f"{TOP}{where}/{address.READER}" for where in ("unsubscribe", "preferences")]
    assert page(digest.html).xpath(f"//a[contains(@href, '{address.READER}')]/@href") == wanted
    assert re.findall(rf"\S+/{address.READER}", digest.text) == wanted
    assert (digest.html.count(address.READER), digest.text.count(address.READER)) == (2, 2)
    assert page(digest.html).xpath("//link") == []
    assert len(page(digest.html).find_class("preheader")) == 1


def test_the_page_is_everybodys() -> None:
    """It has no token, no hidden preheader and no link to itself, in HTML and in text."""
    digest = _digest()
    here = f"{TOP}digests/2023-06/en.html"
    for text in (digest.web, digest.web_text):
        assert address.READER not in text
        assert "nsubscribe" not in text
        assert "Did somebody forward" not in text
    assert page(digest.web).find_class("preheader") == []
    assert here not in page(digest.web).xpath("//a/@href")
    assert here not in digest.web_text
    assert here in page(digest.html).xpath("//a/@href")
    assert f"Read on the web: {here}\n" in digest.text


def test_the_page_says_where_it_stands_and_what_else_there_is() -> None:
    """Canonical address, versions of the month and the feed, as search engines and readers look for them."""
    head = [dict(link.attrib) for link in page(_digest().web).xpath("//head/link")]
    assert head == [
        {"rel": "canonical", "href": f"{TOP}digests/2023-06/en.html"},
        {"rel": "alternate", "hreflang": "en", "href": f"{TOP}digests/2023-06/en.html"},
        {"rel": "alternate", "hreflang": "x-default", "href": f"{TOP}digests/2023-06/en.html"},
        {"rel": "alternate", "hreflang": "fr", "href": f"{TOP}digests/2023-06/fr.html"},
        {"rel": "alternate", "hreflang": "ar", "href": f"{TOP}digests/2023-06/ar.html"},
        {
            "rel": "alternate",
            "type": "application/atom+xml",
            "title": "Example News",
            "href": f"{TOP}atom.xml",
        },
    ]
    alone = page(june_digest(june("a")).web).xpath("//link[@hreflang]")
    assert alone == []


def test_mail_and_page_are_the_same_but_for_that() -> None:
    """The entries of both, and their styles, are the same byte for byte."""
    digest = _digest()
    sheets = [re.findall(r"<style.*?</style>", html, re.DOTALL) for html in (digest.html, digest.web)]
    assert sheets[0] == sheets[1]
    assert len(sheets[0]) == 2
    start, end = digest.html.index("<h3"), digest.html.index('<td class="foot"')
    assert digest.html[start:end] in digest.web
    start, end = digest.text.index("* Title of act"), digest.text.index("-" * 40)
    assert digest.text[start:end] in digest.web_text


def test_the_masthead_of_the_page_has_no_loose_ends() -> None:
    """Without the link to itself the line starts with a language, and no dot is left over."""
    (line,) = page(_digest().web).xpath("//td[@class='head']/p[@class='small']")
    assert words(line) == "Français · العربية"
    (line,) = page(_digest().html).xpath("//td[@class='head']/p[@class='small']")
    assert words(line) == "Read on the web · Français · العربية"
    alone = june_digest(june("a"))
    for html, expected in ((alone.html, ["Read on the web"]), (alone.web, [])):
        assert [words(line) for line in page(html).xpath("//td[@class='head']/p[@class='small']")] == expected


def test_same_entries_same_bytes() -> None:
    """A digest comes from its entries alone, in whichever order they were read."""
    edition = _edition()
    again = opened(
        an_edition(*reversed(edition.entries), settings=edition.settings, quotes=edition.quotes), signed="Ada"
    )
    first, second = digest_of(edition, month=JUNE), digest_of(again, month=JUNE)
    assert first == second
    assert message_bytes(first, edition.settings) == message_bytes(second, edition.settings)
