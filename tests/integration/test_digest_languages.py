"""Languages in a digest: direction on every part, runs the other way, and entries in another language."""

import pytest
from builders import some_settings
from editions import a_quote, an_edition, digest_of
from months import JUNE, OPENS, TOP, event, june, june_digest, opened, page, words

from publisher.model.edition import Edition

MARK = some_settings(digest={"other_languages": "mark"})
TIMED = event("2023-06-20T09:00", end="2023-06-20T10:30", zone="Asia/Kolkata")


def _edition(lang: str) -> Edition:
    """Return an edition in *lang* with every part, whose words are partly Latin."""
    image = "{src: a.png, alt: A, credit: {holder: Ada Example}}"
    entries = [
        june("top", lang, highlight="1", image=image, title="منظمة ILO Office و UNICEF"),
        june("act", lang, deadline=OPENS, kicker="ILO Office"),
        june("news", lang, summary="في 6 March 2026, Geneva، و*Convention No. 102* & more"),
        june("event", lang, kind="event", event=TIMED),
        june("cover", lang, kind="report", image="{src: b.png, alt: B}"),
        june("coming", lang, event=event("2023-07-20")),
    ]
    edition = an_edition(*entries, quotes=(a_quote("قال ILO Office هنا", lang),))
    return opened(
        edition, lang, html="<p>من <em>ILO Office</em></p>", text="من ILO Office", signed="Ada Example"
    )


@pytest.mark.parametrize(("lang", "direction", "side"), [("ar", "rtl", "right"), ("fr", "ltr", "left")])
def test_every_part_says_its_direction(lang: str, direction: str, side: str) -> None:
    """Mail readers cut out what they show: root, body, its children, tables and cells each say it."""
    tree = page(digest_of(_edition(lang), lang, JUNE).html)
    outer = [tree, tree.find("body"), *tree.find("body")]
    assert [(node.get("lang"), node.get("dir")) for node in outer] == [(lang, direction)] * 4
    assert {table.get("dir") for table in tree.iter("table")} == {direction}
    cells = tree.find_class("sheet")[0].xpath(".//td[not(@class='button')]")
    assert {cell.get("align") for cell in cells} == {side}
    assert len(cells) > 10


def test_latin_words_in_arabic_lines_are_held_together() -> None:
    """Headline, facts, summary, quote, opening and credit: each Latin run has its span, single words none."""
    tree = page(digest_of(_edition("ar"), "ar", JUNE).html)
    runs = {
        name: [words(node) for node in tree.xpath(path)]
        for name, path in {
            "top": "//td[@class='top']//h3//span[@dir='ltr']",
            "act": "//td[@class='act']//p/span[@dir='ltr']",
            "quote": "//td[@class='quote']//span[@dir='ltr']",
            "opening": "//td[@class='opening']//span[@dir='ltr']",
            "foot": "//td[@class='foot']//span[@dir='ltr']",
        }.items()
    }
    assert runs == {
        "top": ["ILO Office"],
        "act": ["ILO Office"],
        "quote": ["ILO Office"],
        "opening": ["ILO Office", "Ada Example"],
        "foot": ["Example News", "© Ada Example", "Example News"],
    }
    (summary,) = (node for node in tree.iter("p") if "Geneva" in words(node))
    held = [words(node) for node in summary.iter("span")]
    assert held == ["6 March 2026, Geneva", "Convention No. 102", "& more"]
    assert words(summary).replace("\u200f", "") == "في 6 March 2026, Geneva، وConvention No. 102 & more"


def test_left_to_right_needs_no_spans() -> None:
    """In French nothing is marked, whatever the words."""
    html = digest_of(_edition("fr"), "fr", JUNE).html
    assert page(html).xpath("//span[@dir='ltr']") == []


@pytest.mark.parametrize(
    ("lang", "closes", "registers", "when", "act", "coming"),
    [
        (
            "en",
            "Open until 14 July 2023",
            "Register by 10 July 2023, 18:30 (Nairobi, UTC+3)",
            "20 July 2023",
            "Act this month: July 2023",
            "Coming up in July 2023",
        ),
        (
            "fr",
            "Date limite : 14 juillet 2023",
            "Inscription jusqu’au 10 juillet 2023, 18:30 (Nairobi, UTC+3)",
            "20 juillet 2023",
            "À faire ce mois-ci : juillet 2023",
            "À venir en juillet 2023",
        ),
        (
            "es",
            "Plazo: hasta el 14 de julio de 2023",
            "Inscripción hasta el 10 de julio de 2023, 18:30 (Nairobi, UTC+3)",
            "20 de julio de 2023",
            "Plazos de este mes: julio de 2023",
            "Próximamente, en julio de 2023",
        ),
        (
            "ar",
            "آخر موعد: 14 يوليو 2023",
            "التسجيل حتى 10 يوليو 2023، 6:30 م (نيروبي، UTC+3)",
            "20 يوليو 2023",
            "مواعيد نهائية هذا الشهر: يوليو 2023",
            "قريبًا في يوليو 2023",
        ),
    ],
)
def test_dates_and_fixed_words_are_the_languages(
    lang: str, closes: str, registers: str, when: str, act: str, coming: str
) -> None:
    """Deadlines have their day, time and zone as the language writes them, in both forms."""
    registration = event("2023-09-01", zone="Africa/Nairobi", registration_deadline="2023-07-10T18:30")
    digest = june_digest(
        june("top", lang, highlight="1"),
        june("closes", lang, deadline=OPENS),
        june("registers", lang, event=registration),
        june("comes", lang, event=event("2023-07-20")),
        lang=lang,
    )
    said = words(page(digest.html)).replace("\u200f", "")
    for expected in (closes, registers, when, act, coming):
        assert expected in said
        assert expected in digest.text


def test_marked_entries_name_their_language() -> None:
    """Headline and words have the language and direction of the entry; its name stands in both forms."""
    entries = [
        june("own", highlight="1"),
        june("arabic", "ar", summary="كلمات *ILO Office* هنا", title="عنوان ILO Office"),
        june("closes", "fr", deadline=OPENS),
        june("comes", "ar", event=event("2023-07-20")),
        june("chosen", "es", highlight="2"),
    ]
    digest = june_digest(*entries, settings=MARK)
    tree = page(digest.html)
    heads = {
        words(node): tuple(node.get(name) for name in ("href", "lang", "dir", "hreflang"))
        for node in tree.xpath("//h3/a")
    }
    assert heads == {
        "Title of own": (f"{TOP}2023/06/own/", None, None, None),
        "عنوان ILO Office": (f"{TOP}ar/2023/06/arabic/", "ar", "rtl", "ar"),
        "Title of closes": (f"{TOP}fr/2023/06/closes/", "fr", "ltr", "fr"),
        "Title of comes": (f"{TOP}ar/2023/06/comes/", "ar", "rtl", "ar"),
        "Title of chosen": (f"{TOP}es/2023/06/chosen/", "es", "ltr", "es"),
    }
    tongues = [(node.get("lang"), node.get("dir"), words(node)) for node in tree.xpath("//p/span[@lang]")]
    assert tongues == [
        ("fr", "ltr", "Français"),
        ("es", "ltr", "Español"),
        ("ar", "rtl", "العربية"),
        ("ar", "rtl", "العربية"),
    ]
    (summary,) = (node for node in tree.iter("p") if "كلمات" in words(node))
    assert (summary.get("lang"), summary.get("dir")) == ("ar", "rtl")
    assert [words(node) for node in summary.iter("span")] == ["ILO Office"]
    assert "* عنوان ILO Office\n  العربية · 15 June 2023\n  كلمات ILO Office هنا\n" in digest.text
    assert "* Title of own\n  News · 15 June 2023\n" in digest.text


def test_left_out_entries_are_nowhere() -> None:
    """Unless it is set, a digest shows its own language only."""
    digest = june_digest(
        june("own"), june("arabic", "ar", title="عنوان"), june("closes", "fr", deadline=OPENS)
    )
    assert [title for title in ("عنوان", "Title of closes") if title in digest.html + digest.text] == []


def test_marked_entries_in_an_arabic_digest() -> None:
    """An English entry keeps its direction within an Arabic mail, and its headline needs no spans."""
    digest = june_digest(
        june("own", "ar"), june("english", title="Two words", summary="More words."), lang="ar", settings=MARK
    )
    tree = page(digest.html)
    (headline,) = tree.xpath("//h3/a[@lang='en']")
    assert (headline.get("dir"), len(headline), headline.text) == ("ltr", 0, "Two words")
    (summary,) = tree.xpath("//p[@lang='en']")
    assert (summary.get("dir"), words(summary), len(summary)) == ("ltr", "More words.", 0)
    assert "\n  English\u200f · 15 يونيو 2023\n  More words.\n" in digest.text
