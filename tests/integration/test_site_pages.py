"""The pages of a site: what stands on each."""

from typing import Any

import lxml.html
import pytest
from builders import an_entry, some_settings
from editions import SMALL, an_edition, site_of, small_edition

from publisher.model.entry import Entry
from publisher.model.settings import Settings

TOP = "https://news.example.org/"


@pytest.fixture(scope="module")
def site() -> dict[str, str]:
    """Return the pages of the small edition by path."""
    return site_of(small_edition())


def _page(site: dict[str, str], where: str) -> Any:
    return lxml.html.fromstring(site[f"{where}index.html"])


def _links(page: Any, path: str) -> list[tuple[str, str | None]]:
    return [(link.text_content().strip(), link.get("href")) for link in page.xpath(path)]


def test_home(site: dict[str, str]) -> None:
    """The home page has highlights, the latest entries, the quote of the day, lasting pages and feeds."""
    home = _page(site, "")
    headings = ["Highlights", "Latest news", "Subscribe", "Always useful"]
    assert [node.text for node in home.xpath("//h2")] == headings
    assert [node.text_content() for node in home.xpath("//h3")] == ['"Talks" & <more>', "A note", "A report"]
    assert home.findtext(".//blockquote/p") == "Of July."
    useful = "//section[@aria-labelledby='useful']//a"
    assert _links(home, useful) == [
        ("About us", "about/"),
        ("writes", "standards/"),
        ("Standards", "standards/"),
    ]
    assert _links(home, "//a[@class='more']") == [
        ("All entries of 2 months", "archive/"),
        ("Feeds", "feeds/"),
    ]
    assert home.find(".//figure/a//img").get("alt") == ""  # the headline beside it says it


def test_home_does_not_grow_without_end() -> None:
    """Four highlights and the twelve newest of the other entries, none of them twice."""
    marked = [
        an_entry(f"h{day:02}.md", date=f"2023-06-{day:02}", highlight="1", title=f"h{day:02}")
        for day in range(1, 7)
    ]
    others = [an_entry(f"n{day:02}.md", date=f"2023-05-{day:02}", title=f"n{day:02}") for day in range(1, 20)]
    home = _page(site_of(an_edition(*others, *marked)), "")
    expected = ["h06", "h05", "h04", "h03", "h02", "h01", *(f"n{day:02}" for day in range(19, 9, -1))]
    assert [node.text_content() for node in home.xpath("//h3")] == expected


def test_month(site: dict[str, str]) -> None:
    """A month has its entries by kind, counts them, and leads to its neighbours and its mail."""
    june, may = _page(site, "2023/06/"), _page(site, "2023/05/")
    assert [node.text for node in june.xpath("//h1 | //h2")] == [
        *("June 2023", "News", "Events", "In this month")
    ]
    for page, count in ((june, "2 entries"), (may, "1 entry")):
        facts = page.xpath("string(//main/p[@class='meta'])")
        assert facts == count
    inside = [" ".join(item.text_content().split()) for item in june.xpath("//nav[@class='box']//li")]
    assert inside == ["News 1", "Events 1"]
    assert _links(june, "//nav[@class='box']//a") == [("News", "#news"), ("Events", "#event")]
    assert _links(june, "//nav[@class='neighbours']/a") == [("Before: May 2023", "../05/")]
    assert _links(may, "//nav[@class='neighbours']/a") == [("After: June 2023", "../06/")]
    assert _links(june, "//a[@class='more']") == [
        ("This month as a mail", "../../digests/2023-06/en.html"),
        ("This month as a feed", "atom.xml"),
    ]


def test_months_lead_to_their_neighbours() -> None:
    """A month leads to the ones before and after it that have entries, whatever lies between."""
    site = site_of(
        an_edition(*(an_entry(f"e{day}.md", date=day) for day in ("2022-01-01", "2022-12-01", "2023-01-05")))
    )
    shown = [
        _links(_page(site, where), "//nav[@class='neighbours']/a")
        for where in ("2023/01/", "2022/12/", "2022/01/")
    ]
    assert [[text for text, _ in links] for links in shown] == [
        ["Before: December 2022"],
        ["Before: January 2022", "After: January 2023"],
        ["After: December 2022"],
    ]


def test_archive() -> None:
    """The archive lists years and months, newest first, each with its number of entries and its digest."""
    days = ("2022-11-01", "2023-01-05", "2022-12-01", "2023-01-06")
    archive = _page(site_of(an_edition(*(an_entry(f"e{day}.md", date=day) for day in days))), "archive/")
    assert [node.text_content() for node in archive.xpath("//h2")] == ["2023", "2022"]
    assert [" ".join(node.text_content().split()) for node in archive.xpath("//main//li")] == [
        "January 2023 2 entries Mail",
        "December 2022 1 entry Mail",
        "November 2022 1 entry Mail",
    ]
    mail = archive.find(".//a[@class='digest']")
    assert mail.get("href") == "../digests/2023-01/en.html"
    assert mail.get("aria-label") == "January 2023 as a mail"


def test_what_stands_alone_is_not_listed() -> None:
    """One month of one kind has no contents and no neighbours, and the home page leads to it by its name."""
    alone = site_of(an_edition(an_entry("only.md", date="2023-06-01")))
    assert _page(alone, "2023/06/").xpath("//main//nav") == []
    more = _links(_page(alone, ""), "//section[@aria-labelledby='latest']//a[@class='more']")
    assert more == [("More from June 2023", "2023/06/")]


def test_a_home_page_with_nothing_but_lasting_pages_has_no_columns() -> None:
    """What would be empty is left out, and its space with it."""
    home = _page(site_of(an_edition(an_entry("about.md", evergreen="true", date=""))), "")
    assert home.xpath("//div[@class='columns']") == []
    assert _links(home, "//ul[@class='plain']//a") != []


def test_entry(site: dict[str, str]) -> None:
    """An entry's page has all that its front matter says."""
    page = _page(site, "2023/06/talks/")
    assert [" ".join(node.text_content().split()) for node in page.xpath("//article//p[@class='when']")] == [
        "27 June 2023, 09:00–11:00 (Zurich, UTC+2) · Geneva · Online",
        "To the event · Register by 20 June 2023",
    ]
    assert page.xpath("string(//p[@class='meta'])") == "Event"  # the event says the date
    assert _links(page, "//article//a[@class='more']") == [
        ("Add to calendar", "event.ics"),
        ("Recording", "https://example.org/talk.mp4"),
        ("The paper", "https://example.org/paper"),
        ("Read it where it was published", "https://example.org/talks"),
    ]
    facts = {node.findtext("dt"): node.find("dd").text_content() for node in page.xpath("//dl/div")}
    assert facts == {"Partners": "UNICEF", "Places": "Switzerland · Geneva", "More on": "Health"}
    assert page.xpath("//img/@src") == [
        "../../../media/2023/06/photo.png",
        "../../../media/2023/06/chart%20%231.png",
    ]
    assert " ".join(page.find(".//figcaption").text_content().split()) == "The hall © Ada 2023"
    note = _page(site, "2023/06/note/")
    assert note.xpath("//time/@datetime") == ["2023-06-01"]
    assert _links(note, "//article/p/a") == [("More from June 2023", "../")]


def test_a_lasting_page(site: dict[str, str]) -> None:
    """A page such as "About" is not called news, and nothing empty stands on it; a guide says it is one."""
    about = _page(site, "about/")
    assert [node.get("class") for node in about.find(".//article").iter("p")] == ["summary", None, "versions"]
    assert not about.xpath("//dl | //ul[@class='links'] | //time")
    guide = an_entry(
        "guide.md", "", date="", evergreen="true", kind="guidebook", kicker="Series", summary="null"
    )
    page = _page(site_of(an_edition(guide)), "guide/")
    assert page.find(".//article").text_content().split() == ["Series", "Guidebook", "A", "title"]
    assert not page.xpath("//div[@class='body']")


def test_menu_and_footer(site: dict[str, str]) -> None:
    """The menu has the pages of the settings, in their order, as far as they exist in the language."""
    menu = "//nav[@aria-label='Main']//a"
    assert _links(_page(site, "2023/06/"), menu) == [
        ("Archive", "../../archive/"),
        ("Feeds", "../../feeds/"),
        ("Standards", "../../standards/"),
        ("About us", "../../about/"),
    ]
    assert _links(_page(site, "fr/"), "//nav[@aria-label='Principal']//a") == [
        ("Archives", "archive/"),
        ("Flux", "feeds/"),
        ("Qui", "about/"),
    ]
    foot = _page(site, "").find(".//footer")
    assert [node.text_content() for node in foot.iter("p")] == [
        "The Office",
        "Feeds · Calendar of events · Archive",
        "A sample.",
    ]


def test_arabic_pages_read_from_right_to_left(site: dict[str, str]) -> None:
    """Language and direction stand on the page, and on links to pages in other languages."""
    page = _page(site, "ar/2023/06/talks/")
    assert (page.get("lang"), page.get("dir"), page.findtext(".//h1")) == ("ar", "rtl", "محادثات")
    (english,) = page.xpath("//nav[@class='languages']//a")
    assert [english.get(name) for name in ("lang", "dir", "hreflang", "href")] == [
        "en",
        "ltr",
        "en",
        "../../../../2023/06/talks/",
    ]


@pytest.mark.parametrize(
    ("settings", "expected"),
    [
        (some_settings(), ["Example News", "News", "Example News"]),
        (SMALL, ["Example News", "News", "The Office"]),
    ],
)
def test_the_newsletter_says_its_name(settings: Settings, expected: list[str]) -> None:
    """Title and description are in the page's language; without an organisation the title stands for it."""
    entry: Entry = an_entry()
    home = _page(site_of(an_edition(entry, settings=settings)), "")
    named = [home.findtext(".//title"), home.findtext(".//h1"), home.find(".//footer//p").text]
    assert expected == named


def test_the_page_itself_is_marked(site: dict[str, str]) -> None:
    """In the menu a link to the page itself says so, on that page alone."""
    marked = (
        "//header//nav[@aria-label]//a[@aria-current='page'] | //p[@class='name']/a[@aria-current='page']"
    )
    expected = {"": "Example News", "archive/": "Archive", "feeds/": "Feeds", "about/": "About us"}
    for where, words in expected.items():
        assert [node.text_content() for node in _page(site, where).xpath(marked)] == [words]
    assert [node.text for node in _page(site, "fr/about/").xpath(marked)] == ["Qui"]
    assert not _page(site, "2023/06/").xpath(marked)
    assert not _page(site, "2023/06/note/").xpath(marked)


def test_the_way_to_an_entry_and_on(site: dict[str, str]) -> None:
    """A page tells where it stands, its versions, and its neighbours; at a month's end these are months."""
    talks, note, about = (_page(site, where) for where in ("2023/06/talks/", "2023/06/note/", "about/"))
    assert _links(talks, "//nav[@class='crumbs']//a") == [("Home", "../../../"), ("June 2023", "../")]
    assert talks.findtext(".//nav[@class='crumbs']//li[@aria-current]") == "'\"Talks\" & <more>'".strip("'")
    assert _links(about, "//nav[@class='crumbs']//a") == [("Home", "../")]
    near = "//nav[@class='neighbours']/a"
    assert _links(talks, near) == [("Before: A note", "../note/")]
    assert _links(note, near) == [("Before: May 2023", "../../05/"), ('After: "Talks" & <more>', "../talks/")]
    assert _links(_page(site, "2023/05/report/"), near) == [("After: June 2023", "../../06/")]
    assert not about.xpath(near)
    assert _links(talks, "//p[@class='versions']/a") == [("العربية", "../../../ar/2023/06/talks/")]
    assert not note.xpath("//p[@class='versions']")


def test_times_are_told_to_machines_and_to_people_elsewhere(site: dict[str, str]) -> None:
    """An event's times stand in `time` with their zone, and beside it in UTC; days are days."""
    talks = _page(site, "2023/06/talks/")
    assert talks.xpath("//article//time/@datetime") == [
        "2023-06-27T09:00:00+02:00",
        "2023-06-27T11:00:00+02:00",
        "2023-06-20",
    ]
    assert talks.findtext(".//p[@class='elsewhere']") == "Elsewhere: 07:00–09:00 UTC"
