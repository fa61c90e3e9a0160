"""A build in parts: pages that are made together, each part with the key of all that it is made from.

A part is made again if its key changed or its files are not as they were left. What a key holds is written
in `fingerprints`; `tests/property/test_build_property.py` holds that nothing is forgotten.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import partial
from typing import NamedTuple

from publisher.fingerprints import Before, Fingerprints
from publisher.model import address
from publisher.model.edition import Edition
from publisher.model.entry import Month
from publisher.model.feed import FeedPlan
from publisher.model.output import Issue, MailPicture, Page
from publisher.pictures import MailPictures, WebPictures
from publisher.render import site
from publisher.render.context import Speakers
from publisher.render.feeds import Feeds
from publisher.render.sitemap import Sitemap
from publisher.render.templating import Templates

_DIGEST, _FEED, _PICTURE, _WEB_PICTURE, _SEARCH = 60, 8, 20, 200, 400  # weights
_MAIL = "mail/"
SITEMAP = "sitemap"
"""The name of the part that lists all pages; an edit of words changes nothing of it."""
SEARCH = "search "
"""How the names of the parts begin that are search indexes, which take as long as many pages."""
Shown = set[tuple[str, int]]
"""Pictures for mail: the path of each in the entries folder, and how wide it is shown."""


class Part(NamedTuple):
    """A part of a build; *make* yields its pages, and adds the pictures for mail that they show.

    *where* is how the address of each of its pages begins, in one way or another. *weight* tells how long
    they take, in pages of entries.
    """

    name: str
    key: str
    where: tuple[str, ...]
    weight: int
    make: Callable[[Shown], Iterator[Page]]


def month_part(month: Month, lang: str) -> str:
    """Return the name of the part that holds the pages of *month* in *lang*."""
    return f"month {month} {lang}"


class Press:
    """Divides *edition* into parts; *base* is the hash of what every page is made from.

    *web* and *pictures* make the pictures of the site and of mails. *before* are the keys of which it is
    known that they are the same still.
    """

    def __init__(
        self,
        edition: Edition,
        templates: Templates,
        web: WebPictures,
        pictures: MailPictures,
        digests: Mapping[str, bytes],
        base: bytes,
        before: Before = Before(),  # noqa: B008 - it never changes
    ) -> None:
        self.edition, self.templates, self.pictures = edition, templates, pictures
        self.web, self.settings = web, edition.settings
        self.speakers = Speakers(edition, templates)
        self.feeds = Feeds(edition, self.speakers, web.length)
        self.sites = site.sites(edition, templates, self.speakers, self.feeds.subscribable, self.feeds.times)
        if any(pages.has_search for pages in self.sites.values()):
            from publisher.search import hold_installed

            hold_installed()
        self.prints = Fingerprints(edition, self.feeds, digests, base, before)
        self.sitemap = Sitemap(edition)

    def parts(self) -> Iterator[Part]:
        """Yield every part but the pictures; first those that take long."""
        prints = self.prints
        for issue in self.edition.digests:
            yield Part(
                f"digest {issue.month} {issue.lang}",
                prints.digest(issue),
                (address.digest(issue.month, issue.lang, ""),),
                _DIGEST,
                partial(self._digest, issue),
            )
        months = {planned.folder: planned for planned in self.feeds.plans if not planned.is_subscribable}
        for issue in self.edition.issues:
            where = address.month(issue.month, issue.lang, self.settings)
            make = partial(self._month, issue, months.get(where))
            yield Part(
                month_part(issue.month, issue.lang), prints.month(issue), (where,), len(issue.entries), make
            )
        for planned in self.feeds.subscribable:
            folder, make = planned.folder, partial(self._feed, planned)
            yield Part(f"feed {folder}", prints.feed(planned), (folder,), _FEED, make)
        for lang, pages in self.sites.items():
            top = (address.home(lang, self.settings),)
            yield Part(f"front {lang}", prints.front(pages), top, 1, partial(self._front, pages))
            yield Part(f"evergreen {lang}", prints.evergreen(pages), top, 1, partial(self._evergreen, pages))
            if pages.has_search:
                index_folder, make = (address.search_index(lang, self.settings),), partial(self._search, lang)
                yield Part(f"{SEARCH}{lang}", prints.search(pages), index_folder, _SEARCH, make)
            if self.edition.has_calendar(lang):
                yield Part(f"events {lang}", prints.events(lang), top, 1, partial(self._events, lang))
            if site.aliased(pages):
                make = partial(self._redirects, pages)
                yield Part(f"redirects {lang}", prints.redirects(pages), ("",), 1, make)
        for listing in site.all_listings(self.edition):
            name, make = f"list {listing.here}", partial(self._listing, listing)
            weight = 1 + len(listing.entries) // 4
            yield Part(name, prints.listing(name, listing), (listing.here,), weight, make)
        default = self.sites[self.settings.newsletter.languages[0]]
        yield Part("missing", prints.missing(default), (address.missing(),), 1, self._missing)
        if SITEMAP in self.settings.outputs:
            key = prints.sitemap(SITEMAP, self.sitemap)
            yield Part(SITEMAP, key, (SITEMAP,), 1, lambda _shown: self.sitemap.pages())
        yield Part("shared", prints.shared(), ("",), 1, self._shared)

    def web_pictures(self) -> Iterator[Part]:
        """Yield a part for each picture of the site; feeds tell how large its file is."""
        for path in self.edition.assets:
            make = partial(self._web_picture, path)
            where = (address.asset(path), address.webp_start(path))
            yield Part(f"media {path}", self.prints.picture(path), where, _WEB_PICTURE, make)

    def mail_pictures(self, shown: Iterable[tuple[str, int]]) -> Iterator[Part]:
        """Yield a part for each picture that digests show, since several may show one."""
        for path, width in sorted(shown):
            make = partial(self._mail_picture, path, width)
            yield Part(f"mail {width} {path}", self.prints.picture(path), (_MAIL,), _PICTURE, make)

    def _digest(self, issue: Issue, shown: Shown) -> Iterator[Page]:
        """Yield a month's digest as web page, as text and as mail."""

        def picture(path: str, width: int) -> MailPicture:
            shown.add((path, width))
            return self.pictures(path, width)

        from publisher.delivery.message import message_bytes
        from publisher.render.digest import render_digest

        digest = render_digest(issue, self.edition, self.templates, self.speakers, picture)
        yield Page(address.digest(issue.month, issue.lang, "html"), digest.web.encode())
        yield Page(address.digest(issue.month, issue.lang, "txt"), digest.web_text.encode())
        yield Page(address.digest(issue.month, issue.lang, "eml"), message_bytes(digest, self.settings))

    def _month(self, issue: Issue, planned: FeedPlan | None, _shown: Shown) -> Iterator[Page]:
        """Yield a month's page, the pages and calendars of its entries, and its archive."""
        yield from site.month_pages(self.sites[issue.lang], issue)
        if planned:
            yield from self.feeds.pages(planned)
        events = [entry for entry in issue.entries if entry.event] if self.edition.events(issue.lang) else []
        if events:
            from publisher.render.calendar import render_entry_calendar

            for entry in events:
                yield render_entry_calendar(entry, self.edition)

    def _feed(self, planned: FeedPlan, _shown: Shown) -> Iterator[Page]:
        return self.feeds.pages(planned)

    def _front(self, pages: site.Site, _shown: Shown) -> Iterator[Page]:
        return site.front_pages(pages)

    def _evergreen(self, pages: site.Site, _shown: Shown) -> Iterator[Page]:
        return site.evergreen_pages(pages)

    def _redirects(self, pages: site.Site, _shown: Shown) -> Iterator[Page]:
        return site.redirects(pages)

    def _listing(self, listing: site.Listing, _shown: Shown) -> Iterator[Page]:
        yield site.listing_page(self.sites[listing.lang], listing)

    def _missing(self, _shown: Shown) -> Iterator[Page]:
        yield site.missing(
            self.edition, self.templates, self.speakers, self.feeds.subscribable, self.feeds.times
        )

    def _search(self, lang: str, _shown: Shown) -> Iterator[Page]:
        """Yield the files of a language's search index."""
        from publisher.render.documents import documents
        from publisher.search import index

        found = index(list(documents(self.edition, self.speakers[lang])), lang)
        where = address.search_index(lang, self.settings)
        for path, content in sorted(found.items()):
            yield Page(where + path, content)

    def _events(self, lang: str, _shown: Shown) -> Iterator[Page]:
        from publisher.render.calendar import render_calendar

        yield render_calendar(lang, self.edition)

    def _shared(self, _shown: Shown) -> Iterator[Page]:
        yield from site.shared_pages(self.edition, self.templates)
        yield from self.feeds.shared_pages(self.templates)

    def _web_picture(self, path: str, _shown: Shown) -> Iterator[Page]:
        yield from self.web.pages(path)

    def _mail_picture(self, path: str, width: int, _shown: Shown) -> Iterator[Page]:
        yield self.pictures.page(path, width)
