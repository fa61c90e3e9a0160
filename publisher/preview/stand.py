"""A project as it stands at one moment: what would be published, and how its pages are made."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from pathlib import Path

from publisher import inputs, issues
from publisher.cache import Cache, key
from publisher.entries import reader
from publisher.entries.reader import NAMES
from publisher.errors import ContentError, Problem, Severity, in_order
from publisher.inputs import Progress
from publisher.issues import Selection
from publisher.model.edition import Edition
from publisher.model.entry import Entry
from publisher.parts import Press
from publisher.project import Project, load
from publisher.render.templating import Templates

DRAFT, FUTURE = "Draft", "Future"


@dataclass(frozen=True, slots=True)
class Choice:
    """Whether drafts, and entries dated after now, are shown."""

    drafts: bool = True
    future: bool = True


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

    @property
    def cache(self) -> Cache:
        """Return where pages are kept from one preview to the next."""
        return Cache(self.project.cache / "preview")


def read_stand(
    root: Path,
    environ: Mapping[str, str],
    now: datetime,
    choice: Choice,
    templates_of: Callable[[Path], tuple[Templates, str]],
    processes: int,
    progress: Progress,
) -> Stand:
    """Read the project at *root*; *templates_of* gives the templates of a folder and their hash.

    Raises `PublisherError` with everything that keeps a build from being made.
    """
    project = load(root, environ, keep=True)
    maker = inputs.maker(project)
    reading = inputs.read(project, maker, int(now.timestamp() * 1e9), processes, progress)
    if any(problem.severity is Severity.ERROR for problem in reading.problems):
        raise ContentError(reading.problems, reading.looked_at)
    selection = issues.select(reading.library.entries, now, drafts=choice.drafts, future=choice.future)
    edition = issues.make_edition(selection, reading.library, project.settings)
    templates, digest = templates_of(project.templates)
    base = key(maker, digest, reading.digests.get(NAMES, b"")).encode()
    read_asset = partial(reader.read_asset, project.entries)
    press = Press(edition, templates, read_asset, inputs.mail_pictures(project), reading.digests, base)
    marks = {entry.path: mark for entry in selection.entries if (mark := _mark(entry, now))}
    return Stand(project, selection, edition, press, tuple(in_order(reading.problems)), marks)


def _mark(entry: Entry, now: datetime) -> str:
    if entry.draft:
        return DRAFT
    return FUTURE if entry.published and entry.published > now else ""
