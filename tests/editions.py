"""Short ways to an edition, and to what the renderers make of it."""

from collections.abc import Callable, Iterable
from datetime import date, datetime
from pathlib import Path

from builders import an_entry, some_settings
from drawings import file_of
from newsroom import NOW
from PIL import Image

from publisher.cache import Cache
from publisher.issues import Selection, days, make_edition
from publisher.model.address import beside
from publisher.model.edition import Edition
from publisher.model.entry import Entry, Library, Month, Names, Picture, Quote
from publisher.model.feed import Feed
from publisher.model.localised import Localised
from publisher.model.output import Digest, MailPicture, Page
from publisher.model.settings import Settings
from publisher.parts import Press, Shown
from publisher.pictures import MailPictures, WebPictures
from publisher.render.context import Speakers
from publisher.render.digest import render_digest
from publisher.render.feeds import Feeds
from publisher.render.feeds.items import ItemMaker
from publisher.render.feeds.times import FeedTimes, Times
from publisher.render.language import Language
from publisher.render.site import evergreen_pages, front_pages, month_pages, shared_pages, sites
from publisher.render.templating import Templates

PACKAGED = Templates(Path("no-own-templates"))
A_PICTURE = file_of(Image.new("RGB", (1200, 675), "navy"), "PNG")


def a_length(_path: str) -> int:
    """Return the bytes of a picture of an edition whose pictures have no files."""
    return 1000


def an_edition(
    *entries: Entry,
    settings: Settings | None = None,
    quotes: tuple[Quote, ...] = (),
    names: Names | None = None,
    now: datetime = NOW,
) -> Edition:
    """Return the edition that a build makes of *entries*."""
    paths = {beside(entry, name) for entry in entries for name in entry.assets}
    pictures = {path: Picture(type="image/png", length=1000, width=1200, height=675) for path in paths}
    library = Library(entries=entries, quotes=quotes, names=names or Names(), pictures=pictures)
    return make_edition(Selection(entries), library, settings or some_settings(), now)


def a_quote(
    text: str = "Words.",
    lang: str = "en",
    start: str | None = None,
    end: str | None = None,
    path: str = "quotes/somebody.md",
) -> Quote:
    """Return somebody's words that stand from *start* to *end*."""
    first, last = (date.fromisoformat(day) if day else None for day in (start, end))
    return Quote(
        path=path,
        lang=lang,
        by="Somebody",
        role="Head",
        start=first,
        end=last,
        html=f"<p>{text}</p>",
        text=text,
    )


SMALL = some_settings(
    newsletter={"menu": ["standards", "about"], "notice": "A sample.", "organisation": "The Office"}
)
NAMES = Names(
    partners={"unicef": Localised({"en": "UNICEF", "ar": "اليونيسف"})},
    topics={"health": Localised({"*": "Health"})},
)


def small_edition() -> Edition:
    """Return an edition in English, French and Arabic; nothing is in Spanish."""
    return an_edition(
        an_entry(
            "2023/06/talks.md",
            "See [last month](../05/report.md#end) and [a draft](draft.md).\n\n![A chart](chart%20%231.png)",
            title="'\"Talks\" & <more>'",
            date="2023-06-27",
            highlight="1",
            kind="event",
            event='{start: "2023-06-27T09:00", end: "2023-06-27T11:00", place: Geneva, online: true, '
            "url: https://example.org/join, registration_deadline: 2023-06-20}",
            image="{src: photo.png, alt: A hall, caption: The hall, credit: {holder: Ada, year: 2023}}",
            media="{url: https://example.org/talk.mp4, type: video/mp4, length: 1}",
            link="https://example.org/talks",
            links="[{label: The paper, url: https://example.org/paper}]",
            partners="[unicef]",
            places="[CH, Geneva]",
            topics="[health]",
        ),
        an_entry(
            "2023/06/talks.ar.md", date="2023-06-27", id="talks-ar", translation_of="talks", title="محادثات"
        ),
        an_entry("2023/06/note.md", date="2023-06-01", title="A note"),
        an_entry("2023/05/report.md", "The end.", date="2023-05-01", kind="report", title="A report"),
        an_entry("2022/12/old.fr.md", date="2022-12-31", title="Vieux"),
        an_entry(
            "pages/about.md",
            date="",
            evergreen="true",
            title="About us",
            summary="Who [writes](standards.md).",
        ),
        an_entry(
            "pages/about.fr.md", date="", evergreen="true", id="about-fr", translation_of="about", title="Qui"
        ),
        an_entry("pages/standards.md", date="", evergreen="true", title="Standards"),
        settings=SMALL,
        names=NAMES,
        quotes=(
            a_quote("Of June.", start="2023-06-30"),
            a_quote("Of July.", start="2023-07-01", path="quotes/b.md"),
        ),
    )


def speaker(lang: str, locale: str = "") -> Language:
    """Return a language with the packaged words."""
    return Language(lang, locale or lang, PACKAGED.texts(f"locale/{lang}.po"))


def site_of(edition: Edition, templates: Templates = PACKAGED) -> dict[str, str]:
    """Return the pages of the site by path."""
    speakers = Speakers(edition, templates)
    pages = list(shared_pages(edition, templates))
    feeds = Feeds(edition, speakers, a_length)
    for site in sites(edition, templates, speakers, feeds.subscribable, feeds.times).values():
        pages += [*front_pages(site), *evergreen_pages(site)]
        pages += [page for issue in site.issues for page in month_pages(site, issue)]
    assert len({page.path for page in pages}) == len(pages)
    return {page.path: page.content.decode(errors="replace") for page in pages}


def all_pages(
    edition: Edition,
    templates: Templates = PACKAGED,
    pictures: MailPictures | None = None,
    read_asset: Callable[[str], bytes] = lambda _path: A_PICTURE,
) -> list[Page]:
    """Return every page that a build makes of *edition*, part after part."""
    mail = pictures or MailPictures(read_asset, Cache(None))
    web = WebPictures(read_asset, Cache(None), edition.pictures)
    press = Press(edition, templates, web, mail, {}, b"")
    shown: Shown = set()
    pages = [page for part in (*press.web_pictures(), *press.parts()) for page in part.make(shown)]
    return pages + [page for part in press.mail_pictures(shown) for page in part.make(shown)]


def digest_of(
    edition: Edition, lang: str = "en", month: Month | None = None, templates: Templates = PACKAGED
) -> Digest:
    """Return the digest of *month*, else of the newest month, in *lang*."""
    issue = next(issue for issue in edition.issues_in(lang) if month in {None, issue.month})
    return render_digest(issue, edition, templates, Speakers(edition, templates), a_picture)


def a_picture(path: str, shown: int) -> MailPicture:
    """Return a picture for mail of an edition whose pictures have no files."""
    return MailPicture(f"mail/{path}-{shown}.png", shown, 1000)


def feeds_of(edition: Edition) -> dict[str, bytes]:
    """Return the feeds by path."""
    feeds = Feeds(edition, Speakers(edition, PACKAGED), a_length)
    pages = [page for planned in feeds.plans for page in feeds.pages(planned)]
    return {page.path: page.content for page in [*pages, *feeds.shared_pages(PACKAGED)]}


def whole_feeds(edition: Edition) -> list[Feed]:
    """Return every feed with its items."""
    speakers = Speakers(edition, PACKAGED)
    feeds = Feeds(edition, speakers, a_length)
    item = ItemMaker(edition, speakers, feeds.times, a_length)
    return [planned.with_items(map(item, planned.entries)) for planned in feeds.plans]


def times_of(entries: Iterable[Entry]) -> dict[str, Times]:
    """Return the times to tell of each dated entry, by id."""
    found = list(entries)
    times = FeedTimes(days(found))
    return {entry.id: times.of(entry) for entry in found if entry.published}
