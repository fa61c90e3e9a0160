"""Atom and RSS: the forms that feedgen writes, filled with what feeds and entries say.

feedgen and lxml write one form for all feeds, and for all entries, that say the same things; see `forms`
and `generator`. Forms are kept as compiled templates are, since both libraries take longer to load than
an edited month to write.
"""

from publisher import compiled
from publisher.cache import key
from publisher.model import address
from publisher.model.feed import Feed, FeedItem
from publisher.model.settings import Settings
from publisher.render.context import Speakers
from publisher.render.feeds.forms import Form, is_xml, places_for, refused, rss_time, values_of

# How the first entry begins, and what comes after the last one.
_ENTRIES = {address.ATOM: (b"<entry ", b"</feed>"), address.RSS: (b"<item>", b"</channel></rss>")}
_NONE: tuple[str, ...] = ()


class Syndicator:
    """Writes feeds as Atom and RSS: feedgen the forms of feeds and entries, `forms` their words."""

    def __init__(self, settings: Settings, speakers: Speakers) -> None:
        self._settings, self._speakers = settings, speakers
        self._forms: dict[tuple[str, tuple[str, ...], tuple[str, ...]], Form] = {}

    def render(self, feed: Feed, name: str) -> bytes:
        """Return *feed* in the format of the file *name*, atom.xml or rss.xml."""
        head = self.head(feed, name)
        start = self._form(name, head).fill(head)
        entries = [self._entry(item, head, name) for item in feed.items]
        if not is_xml(b"".join([start, *entries])):
            broken = (item.id for item, entry in zip(feed.items, entries, strict=True) if not is_xml(entry))
            raise refused(next(broken, feed.id))
        return b"".join([start, *entries, _ENTRIES[name][1], b"\n"])

    def _entry(self, item: FeedItem, head: dict[str, str], name: str) -> bytes:
        values = values_of(item, is_rss=name == address.RSS)
        return self._form(name, head, values).fill(values)

    def _form(self, name: str, head: dict[str, str], values: dict[str, str] | None = None) -> Form:
        """Return the form of feeds that say such things as *head*, or of their entries that say *values*."""
        wanted = (name, tuple(head), _NONE if values is None else tuple(values))
        if wanted not in self._forms:
            written = self._kept(*wanted)
            first, after = _ENTRIES[name]
            begin, end = written.index(first) if values else 0, written.rindex(after)
            self._forms[wanted] = Form(written[begin:end], is_rss=name == address.RSS)
        return self._forms[wanted]

    def _kept(self, name: str, head: tuple[str, ...], values: tuple[str, ...]) -> bytes:
        """Return what feedgen writes around places for *head* and *values*, perhaps in an earlier run."""
        ttl = self._settings.feeds.ttl
        place = f"form-{key(repr((name, head, values, ttl)))}"
        if found := compiled.get(place):
            return found
        from publisher.render.feeds import generator  # it loads feedgen and lxml

        written = generator.written(name, places_for(head), ttl, places_for(values))
        compiled.put(place, written)
        return written

    def head(self, feed: Feed, name: str) -> dict[str, str]:
        """Return what *feed* says beside its entries, each by the name of its place."""
        settings, language, is_atom = self._settings, self._speakers[feed.lang], name == address.ATOM
        head = {
            "id": feed.id,
            "title": feed.title,
            "description": feed.description,
            "lang": feed.lang,
            "author": feed.author,
            "updated": feed.updated.isoformat() if is_atom else rss_time(feed.updated),
            "here": address.absolute(feed.folder + name, settings),
            "home": feed.home,
            "stylesheet": address.relative(address.feed_stylesheet(), feed.folder + name),
        }
        if settings.feeds.rights:
            head["rights"] = settings.feeds.rights.for_language(feed.lang)
        if settings.feeds.hub and feed.is_subscribable:
            head["hub"] = settings.feeds.hub
        if is_atom:
            head["invitation"] = (
                language.gettext("This is a web feed: copy its address into a feed reader.") + " "
            )
            head["way"] = language.gettext("Go to the website")
            head |= {rel: to for rel, to in (("prev-archive", feed.older), ("current", feed.current)) if to}
        return head
