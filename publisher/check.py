"""The use case `check`: everything that can be wrong with a project, all at once, and nothing written."""

from collections.abc import Callable
from dataclasses import dataclass

from publisher.entries import reader
from publisher.errors import Problem, in_order
from publisher.project import Project
from publisher.render.language import countries


@dataclass(frozen=True, slots=True)
class Findings:
    """The problems of a project in order of place, and how many files were looked at."""

    problems: list[Problem]
    looked_at: int


def check(project: Project, progress: Callable[[int, int], None] = lambda _done, _of: None) -> Findings:
    """Look at every file of *project*'s entries folder."""
    reading = reader.read(project.entries, project.settings, countries(), progress)
    return Findings(in_order(reading.problems), reading.looked_at)
