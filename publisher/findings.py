"""What the preflight finds, with the line of the file where it can be mended."""

from publisher.entries import reader
from publisher.errors import Place, Problem, in_order
from publisher.model import address
from publisher.model.output import Digest
from publisher.preflight import Finding, preflight
from publisher.project import Project


def of_digest(digest: Digest, project: Project) -> list[Problem]:
    """Return what the preflight finds in *digest*, in order of place."""
    found = preflight(digest, project.settings, project.settings.digest.minimum_entries)
    return in_order([_problem(finding, digest, project) for finding in found])


def _problem(finding: Finding, digest: Digest, project: Project) -> Problem:
    """Return *finding* with its place: the line of the entry that holds its needle, where there is one."""
    paths = project.settings.paths
    source = finding.entry or digest.opening
    line, column, text = reader.find(project.entries, source, finding.needle) if source else (0, 0, "")
    hint = finding.hint
    if finding.entry or line:
        place = Place(f"{paths.entries}/{source}", line, column, text)
        if finding.needle and not line:
            hint = f"{hint}; if it is not in this file, it is in a template of {paths.templates}/email/"
    elif finding.template:
        place = Place(f"{paths.templates}/{finding.template}")
    else:
        place = Place(f"{paths.output}/{address.digest(digest.month, digest.lang)}")
    return Problem(finding.code, place, finding.message, hint, finding.severity)
