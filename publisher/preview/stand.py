"""A project as it stands at one moment: what would be published, and how its pages are made."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from pathlib import Path

from publisher import inputs, issues
from publisher.cache import Cache, key
from publisher.entries.reader import NAMES
from publisher.errors import Problem, in_order
from publisher.inputs import Progress
from publisher.issues import Selection
from publisher.model.edition import Edition
from publisher.model.entry import Entry
from publisher.parts import Press
from publisher.project import Project
from publisher.render.templating import Templates

DRAFT, FUTURE = "Draft", "Future"


@dataclass(frozen=True, slots=True)
class Choice:
    """Whether drafts, and entries dated after now, are shown."""

    drafts: bool = True
    future: bool = True


class Looks:
    """The templates in *folder* as they are now; they are read when they are first wanted."""

    def __init__(self, folder: Path) -> None:
        self.templates = Templates(folder)
        self.digest = self.templates.digest()
        self.are_as_read = True

    def are_current(self) -> bool:
        """Tell whether they are the same still; once they were not, what was read may be of another state."""
        self.are_as_read = self.are_as_read and self.templates.digest() == self.digest
        return self.are_as_read


@dataclass(frozen=True, slots=True)
class Stand:
    """A project that could be read; *press* makes its pages, *warnings* are what `check` would say of it.

    *marks* tell what is not public yet: "Draft" or "Future" by the path of the entry.
    """

    project: Project
    selection: Selection
    edition: Edition
    press: Press
    warnings: tuple[Problem, ...]
    marks: Mapping[str, str]
    looks: Looks

    @property
    def cache(self) -> Cache:
        """Return where pages are kept from one preview to the next."""
        return Cache(self.project.cache / "preview")

    def is_current(self) -> bool:
        """Tell whether what is made now may be kept for later."""
        return self.looks.are_current()


def read_stand(
    project: Project,
    now: datetime,
    choice: Choice,
    looks_of: Callable[[Path], Looks],
    processes: int,
    progress: Progress,
) -> Stand:
    """Read the entries of *project*; *looks_of* gives the templates of a folder.

    Raises `PublisherError` with everything that keeps a build from being made.
    """
    maker = inputs.maker(project)
    reading = inputs.read(project, maker, int(now.timestamp() * 1e9), processes, progress)
    reading.hold_right()
    selection = issues.select(reading.library.entries, now, drafts=choice.drafts, future=choice.future)
    edition = issues.make_edition(selection, reading.library, project.settings, now)
    looks = looks_of(project.templates)
    base = key(maker, looks.digest, reading.digests.get(NAMES, b"")).encode()
    pictures = inputs.mail_pictures(project, partial(inputs.asset_as_read, project, edition.pictures))
    web = inputs.web_pictures(project, edition.pictures)
    press = Press(edition, looks.templates, web, pictures, reading.digests, base)
    marks = {entry.path: mark for entry in selection.entries if (mark := _mark(entry, now))}
    return Stand(project, selection, edition, press, tuple(in_order(reading.problems)), marks, looks)


def _mark(entry: Entry, now: datetime) -> str:
    if entry.draft:
        return DRAFT
    return FUTURE if entry.published and entry.published > now else ""
