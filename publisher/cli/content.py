"""The commands `check` and `build`."""

import os
from contextlib import AbstractContextManager
from datetime import UTC, datetime
from pathlib import Path
from time import monotonic
from typing import TYPE_CHECKING

import click

from publisher.cli import paint
from publisher.cli.place import open_project, project_root
from publisher.cli.progress import Progress, shown
from publisher.errors import Problem, Severity

if TYPE_CHECKING:
    from publisher.build import Report


@click.command()
@click.argument("paths", nargs=-1)
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "json", "github"]),
    help="How to show problems; in GitHub's workflows the default is github.",
)
@click.option("--json", "as_json", is_flag=True, help="The same as --format json.")
@click.option("--strict", is_flag=True, help="Let warnings end with exit code 1 too.")
@click.option("--translations", is_flag=True, help="Show instead what lacks which language.")
@click.pass_context
def check(
    context: click.Context,
    paths: tuple[str, ...],
    form: str | None,
    as_json: bool,
    strict: bool,
    translations: bool,
) -> int:
    """Show everything that is wrong with entries and digests, all at once; write nothing but the cache.

    With PATHS only the problems of these files and folders are shown; all files are read, since a
    problem may lie between two of them.
    """
    from publisher.check import check as run

    project, now = open_project(context), datetime.now(UTC)
    if translations:
        from publisher.cli.translations import show
        from publisher.translations import gaps as find_gaps

        with progress_of(context) as progress:
            gaps = find_gaps(project, int(now.timestamp() * 1e9), progress)
        wanted = _chosen(paths)
        gaps = [gap for gap in gaps if not paths or _is_below(project.root / gap.path, wanted)]
        show(gaps, as_json=as_json or form == "json")
        return int(strict and bool(gaps))
    with progress_of(context) as progress:
        findings = run(project, now, progress, began=int(now.timestamp() * 1e9))
    found = _below(findings.problems, paths, project.root)
    form = "json" if as_json else form or ("github" if os.environ.get("GITHUB_ACTIONS") == "true" else "text")
    if form == "json":
        click.echo(paint.as_json(found, findings.looked_at))
    elif form == "github":
        for problem in found:
            click.echo(paint.as_github(problem))
        click.echo(paint.summary(found, findings.looked_at), err=True)
    else:
        paint.problems(found, findings.looked_at)
    return int(any(problem.severity is Severity.ERROR or strict for problem in found))


@click.command()
@click.option("--drafts", is_flag=True, help="Publish drafts too.")
@click.option("--future", is_flag=True, help="Publish entries dated after now too.")
@click.option("--force", is_flag=True, help="Make everything anew, as if it were the first build.")
@click.option("--jobs", type=click.IntRange(min=1), help="Processes at most; else one for each core.")
@click.option("--json", "as_json", is_flag=True, help="Print the figures as one JSON document.")
@click.pass_context
def build(
    context: click.Context, drafts: bool, future: bool, force: bool, jobs: int | None, as_json: bool
) -> None:
    """Build feeds, digests and site into the output folder.

    Nothing is written while any entry has an error. Files whose bytes stay the same are not touched.
    """
    from publisher.cli import building

    start = monotonic()
    wish = building.Wish(drafts=drafts, future=future, force=force, jobs=jobs, is_quiet=context.obj["quiet"])
    report = building.build(str(project_root(context)), wish)
    if as_json:
        click.echo(_figures(report))
    elif not wish.is_quiet:
        said, *talk = building.lines(report)
        click.echo(f"{said}; {monotonic() - start:.1f} s")
        for line in talk:
            click.echo(line, err=True)


def _figures(report: "Report") -> str:
    """Return what a build did as a JSON document."""
    import json

    written, left = report.written, report.selection
    figures = {
        "entries": report.entries,
        "issues": report.issues,
        "written": written.written,
        "unchanged": written.unchanged,
        "removed": written.removed,
        "drafts": left.drafts,
        "future": left.future,
        "expired": left.expired,
        "warnings": len(report.warnings),
    }
    return json.dumps(figures)


def _below(problems: list[Problem], paths: tuple[str, ...], root: Path) -> list[Problem]:
    """Return those of *problems* that lie in *paths*; all if there are none."""
    if not paths:
        return problems
    wanted = _chosen(paths)
    return [problem for problem in problems if _is_below(root / problem.place.path, wanted)]


def _chosen(paths: tuple[str, ...]) -> list[Path]:
    """Return where *paths* lead."""
    for path in paths:
        if not os.path.lexists(path):
            raise click.BadParameter(f"there is no file or folder {path}", param_hint="PATHS")
    return [Path(os.path.realpath(path)) for path in paths]


def _is_below(path: Path, wanted: list[Path]) -> bool:
    """Tell whether *path* lies in one of *wanted*; unlike Path.resolve, links in a circle do not stop it."""
    real = Path(os.path.realpath(path))
    return any(real.is_relative_to(folder) for folder in wanted)


def progress_of(context: click.Context) -> AbstractContextManager[Progress]:
    """Give a function that shows progress, if the words of the command do not forbid it."""
    return shown(is_quiet=context.obj["quiet"])
