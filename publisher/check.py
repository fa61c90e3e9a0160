"""The use case `check`: everything that can be wrong with a project, all at once, and nothing written.

It ends with the digests as readers would get them. Their pictures stay in the cache, as after a build.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from publisher import findings, inputs, issues, jobs
from publisher.entries.reader import Reading
from publisher.errors import ContentError, Problem, in_order
from publisher.inputs import Progress, silent
from publisher.project import Project
from publisher.render.context import Speakers
from publisher.render.digest import render_digest
from publisher.render.logo import logo_of
from publisher.render.templating import Templates


@dataclass(frozen=True, slots=True)
class Findings:
    """The problems of a project in order of place, and how many files were looked at."""

    problems: list[Problem]
    looked_at: int


def check(
    project: Project,
    now: datetime,
    progress: Progress = silent,
    *,
    began: int = 0,
) -> Findings:
    """Look at every file of *project*'s entries folder, and at each digest that a build at *now* would make.

    While an entry has an error there are no digests to look at. *began* is as in `build`.
    """
    reading = inputs.read(project, inputs.maker(project), began, jobs.cores(), progress)
    problems = list(reading.problems)
    if not reading.has_errors:
        problems += _of_digests(project, reading, now, progress)
    return Findings(in_order(problems), reading.looked_at)


def _of_digests(project: Project, reading: Reading, now: datetime, progress: Progress) -> Iterator[Problem]:
    """Yield the preflight's findings, and why the logo or a digest could not be made."""
    selection = issues.select(reading.library.entries, now)
    edition = issues.make_edition(selection, reading.library, project.settings, now)
    templates = Templates(project.templates)
    speakers = Speakers(edition, templates)
    try:
        logo_of(project.settings.look, templates)
    except ContentError as error:
        yield from error.problems
    pictures = inputs.mail_pictures(project)
    for number, issue in enumerate(edition.digests, start=1):
        try:
            digest = render_digest(issue, edition, templates, speakers, pictures)
        except ContentError as error:
            yield from error.problems
        else:
            yield from findings.of_digest(digest, project)
        progress("digests", number, len(edition.digests))
