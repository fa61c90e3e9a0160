"""What a template may say: words, forms, addresses and names in the language of its page."""

from collections.abc import Callable
from functools import cache
from typing import Any, Self

from msgspec import Struct

from publisher.model import address
from publisher.model.edition import Edition
from publisher.model.entry import Credit, Entry, Month
from publisher.model.localised import Borrowed, Localised
from publisher.model.settings import Newsletter
from publisher.render.direction import in_language
from publisher.render.images import web_picture
from publisher.render.language import Language, direction_of
from publisher.render.links import lowered, resolve
from publisher.render.templating import Templates


class Addresses:
    """Where things are, as seen from one page (`relative`) or from anywhere (`absolute`)."""

    def __init__(self, edition: Edition, lang: str, to: Callable[[str], str]) -> None:
        self._edition, self._settings, self._lang, self._to = edition, edition.settings, lang, to

    def home(self, lang: str | None = None) -> str:
        """Return the home page of *lang*, else of the page's own language."""
        return self._to(address.home(lang or self._lang, self._settings))

    def entry(self, entry: Entry) -> str:
        """Return where *entry* stands whole."""
        return self._to(address.entry(entry, self._settings))

    def anchor(self, entry: Entry) -> str:
        """Return the id of *entry* on its month's page."""
        return address.anchor(entry)

    def month(self, month: Month) -> str:
        """Return the page of *month* in the page's language."""
        return self._to(address.month(month, self._lang, self._settings))

    def kind(self, entry: Entry) -> str:
        """Return the page of the kind of *entry*; "" if there is none."""
        key, lang = entry.kind, entry.lang
        if "kinds" not in self._settings.outputs or not (entry.published or key in self._edition.kinds(lang)):
            return ""
        return self._to(address.kind(key, lang, self._settings))

    def topic(self, entry: Entry, key: str) -> str:
        """Return the page of *key*, one of the topics of *entry*; "" if there is none."""
        if "topics" not in self._settings.outputs or not (
            entry.published or key in self._edition.topics(entry.lang)
        ):
            return ""
        return self._to(address.topic(key, entry.lang, self._settings))

    def archive_feed(self, month: Month) -> str:
        """Return the feed document of *month* in the page's language."""
        return self._to(address.month(month, self._lang, self._settings) + address.ATOM)

    def archive(self) -> str:
        """Return the page that lists all months."""
        return self._to(address.archive(self._lang, self._settings))

    def search(self) -> str:
        """Return the page that searches the page's language."""
        return self._to(address.search(self._lang, self._settings))

    def digest(self, month: Month, lang: str | None = None) -> str:
        """Return the web version of a month's digest."""
        return self._to(address.digest(month, lang or self._lang))

    def feed(self, name: str) -> str:
        """Return the feed *name* (atom.xml, rss.xml) of the page's language."""
        return self._to(address.feed(self._lang, name, self._settings))

    def at(self, where: str) -> str:
        """Return what stands at *where*, counted from the top of the site."""
        return self._to(where)

    def absolute(self, where: str) -> str:
        """Return the whole address of what stands at *where*."""
        return address.absolute(where, self._settings)

    def feeds(self) -> str:
        """Return the page that lists all feeds."""
        return self._to(address.feeds(self._lang, self._settings))

    def calendar(self, entry: Entry | None = None) -> str:
        """Return the calendar file of *entry*, else of all events."""
        if entry:
            return self._to(address.entry_calendar(entry, self._settings))
        return self._to(address.calendar(self._lang, self._settings))

    def opml(self) -> str:
        """Return the list of all feeds for readers to import."""
        return self._to(address.opml())

    def picture(self, entry: Entry, src: str) -> str:
        """Return the picture *src* that lies beside *entry*."""
        return self._to(address.asset(address.beside(entry, src)))

    def stylesheet(self) -> str:
        """Return the site's stylesheet."""
        return self._to(address.stylesheet())


Words = Callable[[Localised, str], str]


class Masthead(Struct, frozen=True):
    """What a newsletter says of itself in one language."""

    title: str
    description: str
    organisation: str
    notice: str
    address: str

    @classmethod
    def of(cls, newsletter: Newsletter, lang: str, words: Words = Localised.for_language) -> Self:
        """Return what *newsletter* says of itself in *lang*, as *words* takes it out of what is localised."""
        return cls(
            title=words(newsletter.title, lang),
            description=words(newsletter.description, lang),
            organisation=words(newsletter.organisation or newsletter.title, lang),
            notice=words(newsletter.notice, lang) if newsletter.notice else "",
            address=newsletter.url,
        )


class Alternate(Struct, frozen=True):
    """The same page in another language."""

    lang: str
    name: str
    direction: str
    address: str


def languages_of(newsletter: Newsletter, templates: Templates) -> dict[str, Language]:
    """Return the languages of *newsletter*, each with its catalogues."""
    return {
        tag: Language(tag, newsletter.locales.get(tag, tag), templates.texts(f"locale/{tag}.po"))
        for tag in newsletter.languages
    }


class Speakers:
    """The languages of a newsletter, each with its catalogues."""

    def __init__(self, edition: Edition, templates: Templates) -> None:
        self._languages = languages_of(edition.settings.newsletter, templates)

    def __getitem__(self, tag: str) -> Language:
        """Return the language *tag*."""
        return self._languages[tag]

    def alternates(self, addresses: dict[str, str]) -> list[Alternate]:
        """Return an alternate for each language of *addresses*, in the newsletter's order."""
        return [
            Alternate(tag, language.name, language.direction, addresses[tag])
            for tag, language in self._languages.items()
            if tag in addresses
        ]


def page_context(edition: Edition, language: Language, to: Callable[[str], str]) -> dict[str, Any]:
    """Return what every template knows; *to* turns an address into what a link holds."""
    settings, lang = edition.settings, language.tag

    @cache
    def name(key: str, field: str) -> str:
        return name_of(key, field, edition, language, Localised.shown_in)

    def kind(entry: Entry) -> str:
        if entry.evergreen and entry.kind == settings.default_kind:
            return ""  # a page such as "About" is no news
        return settings.kinds[entry.kind].name.shown_in(lang)

    return {
        "_": language.gettext,
        "ngettext": language.ngettext,
        "say": language,
        "lang": lang,
        "default_language": settings.newsletter.languages[0],
        "url": Addresses(edition, lang, to),
        "newsletter": Masthead.of(settings.newsletter, lang, Localised.shown_in),
        "look": settings.look,
        "outputs": settings.outputs,
        "kind": kind,
        "kinds": lambda key: settings.kinds[key].several.shown_in(lang),
        "names": lambda entry, field: [name(key, field) for key in getattr(entry, field)],
        "name": name,
        "said": said,
        "credit": credit_line,
        "picture_of": lambda entry: web_picture(address.beside(entry, entry.image.src), edition, to),
        "body": lambda entry, level=1: lowered(resolve(edition.body(entry), entry, edition, to), level - 1),
        "summary": lambda entry: resolve(entry.summary_html, entry, edition, to),
        "menu": menu(edition, lang),
    }


def said(words: str | list[str]) -> str | list[str]:
    """Return *words* as HTML that tells their language if it is another one than the page's; also a list."""
    if isinstance(words, list):
        return [_said(one) for one in words]
    return _said(words)


def _said(words: str) -> str:
    return in_language(words, words.lang, direction_of(words.lang)) if isinstance(words, Borrowed) else words


def name_of(
    key: str, field: str, edition: Edition, language: Language, words: Words = Localised.for_language
) -> str:
    """Return the name of one key: from `names.yml` by *words*, a country's from CLDR, else the key itself."""
    table: dict[str, Localised] = getattr(edition.names, field)
    if key in table:
        return words(table[key], language.tag)
    return language.country(key) if field == "places" else key


def credit_line(credit: Credit | None) -> str:
    """Return who made a picture: © Kate Holt / Solidarity Center (agency) 2022."""
    if credit is None:
        return ""
    makers = " / ".join(filter(None, (credit.holder, credit.agency)))
    return "© " + " ".join(
        filter(None, (makers, f"({credit.via})" if credit.via else "", str(credit.year or "")))
    )


def menu(edition: Edition, lang: str) -> list[Entry]:
    """Return the evergreen entries of the menu that exist in *lang*."""
    found = (edition.standing(key).get(lang) for key in edition.settings.newsletter.menu)
    return [entry for entry in found if entry]
