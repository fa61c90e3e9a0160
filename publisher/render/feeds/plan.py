"""Which feeds there are: the whole newsletter, each language, kind and topic, and each month."""

from collections.abc import Iterable, Iterator, Sequence

from publisher import issues
from publisher.model import address
from publisher.model.edition import Edition
from publisher.model.entry import Entry, Month
from publisher.model.feed import FeedPlan
from publisher.render.context import Speakers, name_of
from publisher.render.feeds.times import FeedTimes

_ALL_FORMATS = (address.ATOM, address.RSS, address.JSON)


def plan(edition: Edition, speakers: Speakers, times: FeedTimes) -> list[FeedPlan]:
    """Return every feed that the settings choose; none is empty."""
    planner = _Planner(edition, times, speakers)
    languages = [lang for lang in edition.settings.newsletter.languages if edition.issues_in(lang)]
    chosen = edition.settings.outputs
    feeds = [planner.everything()] if len(languages) > 1 and "feeds" in chosen else []
    for lang in languages:
        newest_first = (entry for issue in edition.issues_in(lang) for entry in issue.entries)
        feeds += [planner.language(lang, newest_first)] if "feeds" in chosen else []
        feeds += planner.kinds(lang)
        feeds += planner.topics(lang)
        feeds += planner.months(lang) if "archives" in chosen else []
    return feeds


class _Planner:
    """Plans the feeds of one edition; entries come to it newest day first."""

    def __init__(self, edition: Edition, times: FeedTimes, speakers: Speakers) -> None:
        self.edition, self.settings, self.times, self.speakers = edition, edition.settings, times, speakers

    def newest(self, dated: Iterable[Entry]) -> tuple[Entry, ...]:
        """Return the newest of *dated*, as many as a feed holds, by the times that feeds tell."""
        size, chosen = self.settings.feeds.size, list[Entry]()
        for entry in dated:
            # Within a day the times decide, so the last day is looked at as a whole.
            if len(chosen) >= size and entry.day != chosen[-1].day:
                break
            chosen.append(entry)
        chosen.sort(key=lambda entry: self.times.of(entry).published, reverse=True)
        return tuple(chosen[:size])

    def everything(self) -> FeedPlan:
        """Return the feed of all languages together."""
        lang = self.settings.newsletter.languages[0]
        newest = self.newest(issues.in_order(self.edition.entries))
        return self._feed(
            "all", address.EVERYTHING, lang, newest, self.speakers[lang].gettext("All languages")
        )

    def language(self, lang: str, dated: Iterable[Entry]) -> FeedPlan:
        """Return the feed of one language, which leads to the archives of older months."""
        home = address.home(lang, self.settings)
        newest = self.newest(dated)
        return self._feed(lang, home, lang, newest, "", older=self._first_archive(lang, newest))

    def kinds(self, lang: str) -> Iterator[FeedPlan]:
        """Yield a feed for each kind that has entries."""
        groups = self.edition.kinds(lang)
        for key, kind in self.settings.kinds.items():
            if key in groups:
                folder = address.kind(key, lang, self.settings)
                name = f"{lang}:kind:{key}"
                yield self._feed(name, folder, lang, self.newest(groups[key]), kind.heading(lang))

    def topics(self, lang: str) -> Iterator[FeedPlan]:
        """Yield a feed for each topic that has entries."""
        groups = self.edition.topics(lang)
        for key in sorted(groups):
            words = name_of(key, "topics", self.edition, self.speakers[lang])
            folder = address.topic(key, lang, self.settings)
            yield self._feed(f"{lang}:topic:{key}", folder, lang, self.newest(groups[key]), words)

    def months(self, lang: str) -> Iterator[FeedPlan]:
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
                issue.entries,
                words,
                formats=(address.ATOM,),
                older=older,
                current=current if number else "",
            )

    def _first_archive(self, lang: str, newest: tuple[Entry, ...]) -> str:
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
        entries: Sequence[Entry],
        words: str,
        *,
        formats: tuple[str, ...] = _ALL_FORMATS,
        older: str = "",
        current: str = "",
    ) -> FeedPlan:
        newsletter = self.settings.newsletter
        is_month = formats == (address.ATOM,)
        title, say = newsletter.title.for_language(lang), self.speakers[lang].gettext
        return FeedPlan(
            id=f"tag:{newsletter.tag}:feed:{name}",
            folder=folder,
            lang=lang,
            title=say("%(label)s: %(value)s", label=title, value=words) if words else title,
            description=newsletter.description.for_language(lang),
            author=(newsletter.organisation or newsletter.title).for_language(lang),
            home=self._absolute(folder if is_month else address.home(lang, self.settings)),
            entries=entries,
            formats=formats,
            older=older,
            current=current,
        )
