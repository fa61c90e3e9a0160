"""Which feeds there are: the whole newsletter, each language, kind and topic, and each month."""

from collections.abc import Iterable, Iterator

from publisher import issues
from publisher.model import address
from publisher.model.edition import Edition
from publisher.model.entry import Entry, Month
from publisher.model.feed import Feed, FeedItem
from publisher.render.context import Speakers, name_of
from publisher.render.feeds.items import make_items

_ALL_FORMATS = (address.ATOM, address.RSS, address.JSON)


def plan(edition: Edition, speakers: Speakers) -> list[Feed]:
    """Return every feed that the settings choose, each with its items, newest first; none is empty."""
    items = make_items(list(edition.entries), edition, speakers)
    planner = _Planner(edition, items, speakers)
    dated = planner.in_order(edition.entries)
    languages = [lang for lang in edition.settings.newsletter.languages if edition.issues_in(lang)]
    chosen = edition.settings.outputs
    feeds = [planner.everything(dated)] if len(languages) > 1 and "feeds" in chosen else []
    for lang in languages:
        spoken = [entry for entry in dated if entry.lang == lang]
        feeds += [planner.language(lang, spoken)] if "feeds" in chosen else []
        feeds += planner.kinds(lang, spoken) if "kinds" in chosen else []
        feeds += planner.topics(lang, spoken) if "topics" in chosen else []
        feeds += planner.months(lang) if "archives" in chosen else []
    return feeds


class _Planner:
    """Makes the feeds of one edition; *items* are by the entry's path."""

    def __init__(self, edition: Edition, items: dict[str, FeedItem], speakers: Speakers) -> None:
        self.edition, self.settings, self.items, self.speakers = edition, edition.settings, items, speakers

    def in_order(self, entries: Iterable[Entry]) -> list[Entry]:
        """Return dated *entries* newest first, by the times that feeds tell."""
        dated = issues.in_order(entries)
        return sorted(dated, key=lambda entry: self.items[entry.path].published, reverse=True)

    def everything(self, dated: list[Entry]) -> Feed:
        """Return the feed of all languages together."""
        lang = self.settings.newsletter.languages[0]
        return self._feed(
            "all", address.EVERYTHING, lang, dated, self.speakers[lang].gettext("All languages")
        )

    def language(self, lang: str, spoken: list[Entry]) -> Feed:
        """Return the feed of one language, which leads to the archives of older months."""
        home = address.home(lang, self.settings)
        newest = spoken[: self.settings.feeds.size]
        return self._feed(lang, home, lang, newest, "", older=self._first_archive(lang, newest))

    def kinds(self, lang: str, spoken: list[Entry]) -> Iterator[Feed]:
        """Yield a feed for each kind that has entries."""
        for key, kind in self.settings.kinds.items():
            found = [entry for entry in spoken if entry.kind == key]
            if found:
                folder = address.kind(key, lang, self.settings)
                yield self._feed(f"{lang}:kind:{key}", folder, lang, found, kind.heading(lang))

    def topics(self, lang: str, spoken: list[Entry]) -> Iterator[Feed]:
        """Yield a feed for each topic that has entries."""
        for key in sorted({key for entry in spoken for key in entry.topics}):
            found = [entry for entry in spoken if key in entry.topics]
            words = name_of(key, "topics", self.edition, self.speakers[lang])
            yield self._feed(
                f"{lang}:topic:{key}", address.topic(key, lang, self.settings), lang, found, words
            )

    def months(self, lang: str) -> Iterator[Feed]:
        """Yield a document for each month; it is an archive once a later month has entries.

        An archive links to the one before and never to the one after, which would rewrite a
        finished month when the next one is finished (RFC 5005, section 4).
        """
        found = self.edition.issues_in(lang)
        has_current = "feeds" in self.settings.outputs  # without it these are feeds of their own
        current = self._absolute(address.home(lang, self.settings) + address.ATOM) if has_current else ""
        for number, issue in enumerate(found):
            older = self._archive(found[number + 1].month, lang) if number + 1 < len(found) else ""
            words = self.speakers[lang].heading(issue.month)
            yield self._feed(
                f"{lang}:{issue.month}",
                address.month(issue.month, lang, self.settings),
                lang,
                self.in_order(issue.entries),
                words,
                formats=(address.ATOM,),
                older=older,
                current=current if number else "",
            )

    def _first_archive(self, lang: str, newest: list[Entry]) -> str:
        """Return the archive of the newest month that holds an entry which *newest* does not."""
        if "archives" not in self.settings.outputs:
            return ""
        held = {entry.path for entry in newest}
        for issue in self.edition.issues_in(lang):
            if any(entry.path not in held for entry in issue.entries):
                return self._archive(issue.month, lang)
        return ""

    def _archive(self, month: Month, lang: str) -> str:
        return self._absolute(address.month(month, lang, self.settings) + address.ATOM)

    def _absolute(self, where: str) -> str:
        return address.absolute(where, self.settings)

    def _feed(
        self,
        name: str,
        folder: str,
        lang: str,
        entries: Iterable[Entry],
        words: str,
        *,
        formats: tuple[str, ...] = _ALL_FORMATS,
        older: str = "",
        current: str = "",
    ) -> Feed:
        newsletter = self.settings.newsletter
        is_month = formats == (address.ATOM,)
        chosen = list(entries) if is_month else list(entries)[: self.settings.feeds.size]
        items = tuple(self.items[entry.path] for entry in chosen)
        title, say = newsletter.title.for_language(lang), self.speakers[lang].gettext
        return Feed(
            id=f"tag:{newsletter.tag}:feed:{name}",
            folder=folder,
            lang=lang,
            title=say("%(label)s: %(value)s", label=title, value=words) if words else title,
            description=newsletter.description.for_language(lang),
            author=(newsletter.organisation or newsletter.title).for_language(lang),
            home=self._absolute(folder if is_month else address.home(lang, self.settings)),
            updated=max(item.updated for item in items),
            items=items,
            formats=formats,
            older=older,
            current=current,
        )
