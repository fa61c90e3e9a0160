"""The use case `build`: entries to `out/`.

Each step takes values and gives values, so that a cache can stand between any two of them.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from pathlib import Path

from publisher import issues, writer
from publisher.cache import Cache
from publisher.delivery.message import message_bytes
from publisher.entries import reader
from publisher.errors import ContentError, Problem, Severity
from publisher.issues import Selection
from publisher.model import address
from publisher.model.edition import Edition
from publisher.model.output import Page
from publisher.pictures import MailPictures
from publisher.project import Project
from publisher.render.calendar import render_calendars
from publisher.render.context import Speakers
from publisher.render.digest import render_digest
from publisher.render.feeds import render_feeds, subscribable
from publisher.render.feeds.plan import plan
from publisher.render.language import countries
from publisher.render.site import render_site
from publisher.render.templating import Templates
from publisher.writer import Written


@dataclass(frozen=True, slots=True)
class Report:
    """What a build did: its entries, what it left out, what it wrote, and the warnings.

    *valid* is from when on, and up to when, the same entries would be published (None: for ever).
    """

    entries: int
    issues: int
    selection: Selection
    written: Written
    warnings: list[Problem]
    valid: tuple[datetime | None, datetime | None]


def build(
    project: Project,
    now: datetime,
    *,
    drafts: bool = False,
    future: bool = False,
    progress: Callable[[str, int, int], None] = lambda _what, _done, _of: None,
) -> Report:
    """Build *project* into its output folder.

    *now* decides which entries lie in the future or have expired, and nothing else. Raises
    `ContentError` with all problems, and writes nothing, if any of them is an error.
    """
    reading = reader.read(
        project.entries, project.settings, countries(), lambda done, of: progress("reading", done, of)
    )
    if any(problem.severity is Severity.ERROR for problem in reading.problems):
        raise ContentError(reading.problems, reading.looked_at)
    selection = issues.select(reading.library.entries, now, drafts=drafts, future=future)
    edition = issues.make_edition(selection, reading.library, project.settings)
    pictures = MailPictures(
        partial(reader.read_asset, project.entries), Cache(project.cache), project.settings.paths.entries
    )
    made = pages(edition, Templates(project.templates), project.entries, pictures, progress)
    written = writer.write(project.output, made)
    valid = issues.validity(reading.library.entries, now)
    return Report(len(selection.entries), len(edition.issues), selection, written, reading.problems, valid)


def pages(
    edition: Edition,
    templates: Templates,
    entries_folder: Path,
    pictures: MailPictures,
    progress: Callable[[str, int, int], None],
) -> Iterator[Page]:
    """Yield every file of the output folder."""
    speakers = Speakers(edition, templates)
    feeds = plan(edition, speakers)
    yield from render_site(edition, templates, speakers, subscribable(feeds))
    yield from render_feeds(feeds, edition, templates, speakers)
    yield from render_calendars(edition)
    for number, issue in enumerate(edition.digests, start=1):
        digest = render_digest(issue, edition, templates, speakers, pictures)
        yield Page(address.digest(issue.month, issue.lang, "html"), digest.web.encode())
        yield Page(address.digest(issue.month, issue.lang, "txt"), digest.web_text.encode())
        yield Page(address.digest(issue.month, issue.lang, "eml"), message_bytes(digest, edition.settings))
        progress("digests", number, len(edition.digests))
    yield from pictures.pages()
    for path in sorted({address.beside(entry, name) for entry in edition.entries for name in entry.assets}):
        yield Page(address.asset(path), reader.read_asset(entries_folder, path))
