"""What machines read in the head of a page: Open Graph (ogp.me), its card on X, and structured data."""

from collections.abc import Mapping
from functools import cache

from publisher.model import address
from publisher.model.edition import Edition
from publisher.model.entry import Entry, Month
from publisher.model.feed import Attachment
from publisher.model.output import Issue
from publisher.model.settings import Settings
from publisher.render.context import Masthead, Speakers
from publisher.render.feeds.items import published_picture
from publisher.render.feeds.times import FeedTimes
from publisher.render.links import escape
from publisher.render.logo import Logo
from publisher.render.structured import Node, Publisher, Told, Trail, breadcrumbs, graph

_LARGE = (300, 157)  # pixels below which X shows no large picture


class Metadata:
    """Makes what the pages of one language tell machines; *times* are those that feeds tell of entries."""

    def __init__(
        self, edition: Edition, speakers: Speakers, lang: str, times: FeedTimes, logo: Logo | None
    ) -> None:
        self._edition, self._times, self._speaker = edition, times, speakers[lang]
        self._settings, self._lang = edition.settings, lang
        newsletter = edition.settings.newsletter
        self._says = Masthead.of(newsletter, lang)
        self._logo = _attached(logo, edition.settings) if logo else None
        self._home = self._absolute(address.home(lang, self._settings))
        says = self._says
        self._publisher = Publisher(
            *(newsletter.url, self._home, lang, says.title, says.description, says.organisation, self._logo)
        )
        self._locale = _property("og:locale", self._speaker.territorial)
        self._alternates = {
            tag: _property("og:locale:alternate", speakers[tag].territorial)
            for tag in newsletter.languages
            if tag != lang
        }
        self._site_name = _property("og:site_name", says.title)
        self._crumb_of = cache(self._month_crumb)

    def of(
        self,
        versions: Mapping[str, str],
        heading: str = "",
        entry: Entry | None = None,
        issue: Issue | None = None,
    ) -> str:
        """Return the elements for the head of a page, each on a line of its own.

        *versions* are its whole addresses by language, also its own. It is the page of *entry*, or of the
        month *issue*; any other is called *heading*, and the home page has none of them.
        """
        url, says = versions[self._lang], self._says
        picture = published_picture(entry, self._edition) if entry else None
        times = Told.of(self._times.of(entry)) if entry and entry.published else None
        nodes: list[Node] = [self._publisher.node]
        trail: Trail = ()
        if entry:
            title, description = entry.title, entry.summary or says.description
            trail = [*self._above(entry), (title, url)]
            if times:
                nodes.append(self._publisher.article(entry, url, times, picture))
            else:
                nodes.append(self._publisher.page("WebPage", url, title, description))
            if event := self._publisher.event(entry, url, picture):
                nodes.append(event)
        elif issue:
            title, description = self._speaker.heading(issue.month), issue.entries[0].title
            trail = [self._top, self._crumb_of(issue.month)]
            nodes.append(self._publisher.page("CollectionPage", url, title, description))
        elif heading:
            title, description = heading, says.description
            trail = [self._top, (heading, url)]
            nodes.append(self._publisher.page("CollectionPage", url, title, description))
        else:
            title, description = says.title, says.description
            nodes.append(self._publisher.website)
        if trail:
            nodes.append(breadcrumbs(trail))
        lines = [
            *self._open_graph(url, title, description, times),
            self._locale,
            *(line for tag, line in self._alternates.items() if tag in versions),
            *_picture(picture or self._drawn, is_own=picture is not None),
            f'<script type="application/ld+json">{graph(nodes)}</script>',
        ]
        return "\n".join(lines)

    @property
    def _drawn(self) -> Attachment | None:
        """Return the logo for those who show no SVG: all that show what is shared."""
        return None if self._logo is None or self._logo.type == "image/svg+xml" else self._logo

    @property
    def _top(self) -> tuple[str, str]:
        return self._says.title, self._home

    def _above(self, entry: Entry) -> list[tuple[str, str]]:
        return [self._top, self._crumb_of(entry.month)] if entry.month else [self._top]

    def _month_crumb(self, month: Month) -> tuple[str, str]:
        return self._speaker.heading(month), self._absolute(address.month(month, self._lang, self._settings))

    def _open_graph(self, url: str, title: str, description: str, times: Told | None) -> list[str]:
        lines = [
            _property("og:type", "article" if times else "website"),
            _property("og:title", title),
            _property("og:description", description),
            _property("og:url", url),
            self._site_name,
        ]
        if times:  # no escape: they have digits and signs alone
            lines.append(f'<meta property="article:published_time" content="{times.published}">')
            lines.append(f'<meta property="article:modified_time" content="{times.updated}">')
        return lines

    def _absolute(self, where: str) -> str:
        return address.absolute(where, self._settings)


def _attached(logo: Logo, settings: Settings) -> Attachment:
    name = settings.newsletter.title.for_language(settings.newsletter.languages[0])
    width, height = logo.own
    return Attachment(address.absolute(logo.address, settings), logo.type, 0, width, height, description=name)


def _picture(picture: Attachment | None, *, is_own: bool) -> list[str]:
    """Return *picture* for those who share the page, as large as it can be shown; a logo stays small."""
    is_large = picture is not None and is_own and picture.width >= _LARGE[0] and picture.height >= _LARGE[1]
    card = f'<meta name="twitter:card" content="{"summary_large_image" if is_large else "summary"}">'
    if picture is None:
        return [card]
    return [
        _property("og:image", picture.url),
        _property("og:image:type", picture.type),
        _property("og:image:width", str(picture.width)),
        _property("og:image:height", str(picture.height)),
        *([_property("og:image:alt", picture.description)] if picture.description else []),
        card,
    ]


def _property(name: str, content: str) -> str:
    return f'<meta property="{name}" content="{escape(content)}">'
