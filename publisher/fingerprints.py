"""Keys of parts: a hash of everything that decides what the pages of a part say."""

import hashlib
from collections.abc import Callable, Iterable, Mapping
from datetime import timedelta
from types import MappingProxyType
from typing import NamedTuple

from publisher import issues
from publisher.cache import key
from publisher.model import address
from publisher.model.edition import Edition
from publisher.model.entry import Entry, Month, Quote
from publisher.model.feed import FeedPlan
from publisher.model.output import Issue
from publisher.render.context import menu
from publisher.render.feeds import Feeds
from publisher.render.site import Listing, Site, aliased
from publisher.render.site.home import quote, upcoming
from publisher.render.site.overviews import listed
from publisher.render.sitemap import Sitemap


class Before(NamedTuple):
    """What is known of an earlier build's keys when nothing but words of the *edited* entries changed since.

    *months* are those of untouched months, by month and language; *parts* those that parts had, by name.
    """

    months: Mapping[tuple[Month, str], str] = MappingProxyType({})
    parts: Mapping[str, str] = MappingProxyType({})
    edited: frozenset[str] = frozenset()


class Fingerprints:
    """Makes the keys of one edition's parts.

    *digests* are the hashes of the entries' files, by path. *base* stands for what decides over every page:
    program, settings, templates, catalogues and names. *before* are the keys that are known already.
    """

    def __init__(
        self,
        edition: Edition,
        feeds: Feeds,
        digests: Mapping[str, bytes],
        base: bytes,
        before: Before,
    ) -> None:
        self._edition, self._feeds, self._digests, self._base = edition, feeds, digests, base
        self._entries: dict[str, bytes] = {}
        self._keys: dict[object, str] = dict(before.months)
        self._before = before
        self._frames = {lang: self._frame(lang) for lang in edition.settings.newsletter.languages}

    def month(self, issue: Issue) -> str:
        """Return the key of a month's page, of its entries' pages, and of its archive."""
        return self._once((issue.month, issue.lang), lambda: self._month(issue))

    def _month(self, issue: Issue) -> str:
        around = self._edition.issues_in(issue.lang)
        place = around.index(issue)
        near = [other.month for other in around[max(place - 1, 0) : place + 2]]
        versions = [other.lang for other in self._edition.issues_of(issue.month)]
        return self._key(issue.lang, (issue.month, near, versions), issue.entries, has_times=True)

    def feed(self, planned: FeedPlan) -> str:
        """Return the key of a feed that people subscribe to."""
        said = (planned.id, planned.folder, planned.title, planned.older)
        make = lambda: self._key(planned.lang, said, planned.entries, has_times=True)  # noqa: E731
        return self._once(planned.folder, make)

    def _once(self, what: object, make: Callable[[], str]) -> str:
        """Return the key of *what*, which that of the front pages asks for again."""
        if what not in self._keys:
            self._keys[what] = make()
        return self._keys[what]

    def front(self, site: Site) -> str:
        """Return the key of a language's home page, archive and list of feeds.

        Their templates get all issues and feeds, and may show anything of them.
        """
        issues_said = [self.month(issue) for issue in site.issues]
        feeds_said = [self.feed(planned) for planned in listed(site)]
        edition = self._edition
        versions = [(lang, bool(edition.issues_in(lang)), edition.speaks(lang)) for lang in edition.spoken]
        coming = [entry.path for entry in upcoming(site)]
        return self._key(site.lang, (issues_said, feeds_said, versions, quote(site), coming), site.evergreen)

    def listing(self, name: str, listing: Listing) -> str:
        """Return the key of a page of a kind or topic, the part *name*."""
        before = self._before
        if name in before.parts and all(entry.path not in before.edited for entry in listing.entries):
            return before.parts[name]
        said = (listing.here, listing.count, listing.years, list(listing.versions))
        return self._key(listing.lang, said, listing.entries)

    def redirects(self, site: Site) -> str:
        """Return the key of the pages that lead to entries from where they stood earlier."""
        return self._key(site.lang, "redirects", aliased(site))

    def missing(self, site: Site) -> str:
        """Return the key of the page shown where there is none; *site* is that of the default language."""
        return self._key(site.lang, ("missing", self._edition.spoken), ())

    def evergreen(self, site: Site) -> str:
        """Return the key of a language's evergreen pages."""
        return self._key(site.lang, "evergreen", site.evergreen)

    def search(self, site: Site) -> str:
        """Return the key of a language's search index."""
        issues_said = [self.month(issue) for issue in site.issues]
        return self._key(site.lang, ("search", issues_said), site.evergreen)

    def events(self, lang: str) -> str:
        """Return the key of a language's calendar."""
        return self._key(lang, "events", self._edition.events(lang))

    def shared(self) -> str:
        """Return the key of stylesheets, scripts and the list of all feeds."""
        listed = [(feed.folder, feed.title, feed.home, feed.lang) for feed in self._feeds.subscribable]
        there = (self._feeds.plans, self._edition.issues, self._edition.undated)
        return self._key("", (listed, *map(bool, there)), ())

    def sitemap(self, name: str, sitemap: Sitemap) -> str:
        """Return the key of the list of all pages, known by *name*; to make it walks over all entries."""
        known = self._before.parts.get(name)  # words change nothing of it
        return known or key(name, self._base, "".join(row.line for row in sitemap.rows))

    def picture(self, path: str) -> str:
        """Return the key of a picture, as the site or mails show it."""
        return key("picture", self._base, self._edition.pictures[path].digest)

    def digest(self, issue: Issue) -> str:
        """Return the key of a month's mail and its web page."""
        month, lang, edition = issue.month, issue.lang, self._edition
        versions = edition.issues_of(month)
        others = [other for other in versions if other.lang != lang]
        shows_others = edition.settings.digest.other_languages != "leave-out"
        due = [entry for entry in edition.due.get(month.following, ()) if entry.lang == lang]
        last_day = month.following.first_day - timedelta(days=1)
        quote: Quote | None = issues.quote_for(edition.quotes, lang, month.first_day, last_day)
        said = (month, [other.lang for other in versions], quote, edition.opening(month, lang))
        entries = [*issue.entries, *due]
        entries += [entry for other in others for entry in other.entries] if shows_others else []
        return self._key(lang, said, entries)

    def _key(self, lang: str, said: object, entries: Iterable[Entry], *, has_times: bool = False) -> str:
        chosen = list(entries)
        times = self._feeds.times.neighbours(chosen) if has_times else ""
        parts = (self._base, self._frames.get(lang, ""), repr((lang, said)), times)
        return key(*parts, *map(self._entry, chosen))

    def _frame(self, lang: str) -> str:
        """Return what every page in *lang* may show of others: the entries of its menu, and what there is."""
        edition = self._edition
        chosen = [self._entry(entry) for entry in menu(edition, lang)]
        there = (bool(edition.issues_in(lang)), edition.speaks(lang), edition.has_calendar(lang))
        return repr((chosen, there))

    def _entry(self, entry: Entry) -> bytes:
        """Return what decides over the words of *entry* wherever it stands: itself, and what it leads to."""
        known = self._entries.get(entry.path)
        if known is None:
            known = self._entries[entry.path] = self._fresh(entry)
        return known

    def _fresh(self, entry: Entry) -> bytes:
        edition, settings = self._edition, self._edition.settings
        said: list[object] = [entry.path, entry.id, entry.original, entry.updated]
        group = edition.versions(entry)
        if len(group) > 1:
            said += [(lang, address.entry(other, settings), other.title) for lang, other in group.items()]
        for target in entry.references:
            other = edition.by_path.get(address.beside_target(entry, target))
            said.append((target, other.id, address.entry(other, settings)) if other else target)
        if entry.evergreen:  # of others it is known that their kinds and topics have pages
            kinds, topics = edition.kinds(entry.lang), edition.topics(entry.lang)
            said += [entry.kind in kinds, *(key in topics for key in entry.topics)]
        for name in entry.assets:
            picture = edition.pictures.get(address.beside(entry, name))
            said.append((name, picture.digest) if picture else name)
        found = hashlib.blake2b(self._digests.get(entry.path, b""), digest_size=16)
        found.update(repr(said).encode())
        return found.digest()
