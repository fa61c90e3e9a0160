"""The use case `check`: everything that can be wrong with a project, all at once, and nothing written.

It ends with the pictures of the site, and the digests as readers would get them. All pictures stay in the
cache, as after a build.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from publisher import findings, inputs, issues, jobs, search
from publisher.errors import ContentError, Problem, in_order
from publisher.inputs import Progress, silent
from publisher.model.edition import Edition
from publisher.project import Project
from publisher.render.context import Speakers
from publisher.render.digest import render_digest
from publisher.render.logo import logo_of
from publisher.render.templating import Templates

_MANY = 8  # pictures, below which starting processes takes longer than it saves


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
    if "search" in project.settings.outputs:
        search.hold_installed()
    if not reading.has_errors:
        selection = issues.select(reading.library.entries, now)
        edition = issues.make_edition(selection, reading.library, project.settings, now)
        unusable = list(_of_pictures(project, edition, progress))
        problems += unusable
        problems += _of_digests(project, edition, {str(problem.place) for problem in unusable}, progress)
    return Findings(in_order(problems), reading.looked_at)


def _of_pictures(project: Project, edition: Edition, progress: Progress) -> Iterator[Problem]:
    """Yield what keeps a picture from being made for the site."""
    pictures, paths = inputs.web_pictures(project, edition.pictures), edition.assets

    def problems_of(path: str) -> list[Problem]:
        try:
            pictures.prove(path)
        except ContentError as error:
            return list(error.problems)
        return []

    processes = jobs.cores() if len(paths) > _MANY else 1
    for number, problems in enumerate(jobs.run(problems_of, paths, processes), start=1):
        yield from problems
        progress("pictures", number, len(paths))


def _of_digests(project: Project, edition: Edition, known: set[str], progress: Progress) -> Iterator[Problem]:
    """Yield what the preflight finds and what keeps logo or digests from being made but at places *known*."""
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
            yield from (problem for problem in error.problems if str(problem.place) not in known)
        else:
            yield from findings.of_digest(digest, project)
        progress("digests", number, len(edition.digests))
