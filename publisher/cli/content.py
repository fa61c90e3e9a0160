"""The commands `check` and `build`."""

import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from time import monotonic
from typing import Any

import click

from publisher.cli import paint
from publisher.cli.place import open_project
from publisher.errors import Problem, Severity


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
@click.pass_context
def check(
    context: click.Context, paths: tuple[str, ...], form: str | None, as_json: bool, strict: bool
) -> int:
    """Show everything that is wrong with entries and digests, all at once; write nothing but the cache.

    With PATHS only the problems of these files and folders are shown; all files are read, since a
    problem may lie between two of them.
    """
    from publisher.check import check as run

    project = open_project(context)
    with _progress(context) as progress:
        findings = run(project, datetime.now(UTC), progress)
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
@click.option("--json", "as_json", is_flag=True, help="Print the figures as one JSON document.")
@click.pass_context
def build(context: click.Context, drafts: bool, future: bool, as_json: bool) -> None:
    """Build feeds, digests and site into the output folder.

    Nothing is written while any entry has an error. Files whose bytes stay the same are not touched.
    """
    from publisher.build import build as run

    project = open_project(context)
    start = monotonic()
    with _progress(context) as progress:
        report = run(project, datetime.now(UTC), drafts=drafts, future=future, progress=progress)
    written, left = report.written, report.selection
    if as_json:
        import json

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
        click.echo(json.dumps(figures))
        return
    if context.obj["quiet"]:
        return
    out = project.settings.paths.output
    line = f"{paint.count(report.entries, 'entry', 'entries')} in {paint.count(report.issues, 'issue')}"
    line += f" -> {out}/: {paint.count(written.written, 'file')} written, {written.unchanged} unchanged"
    line += f", {written.removed} removed" if written.removed else ""
    click.echo(f"{line}; {monotonic() - start:.1f} s")
    if reasons := _left_out(left):
        click.echo(f"left out: {reasons}", err=True)
    if report.warnings:
        click.echo(f"{paint.summary(report.warnings, 0)} publisher check shows them.", err=True)


def _left_out(selection: Any) -> str:
    """Return what a build did not publish, and the options that would."""
    options = [
        name for name, number in (("--drafts", selection.drafts), ("--future", selection.future)) if number
    ]
    parts = [
        paint.count(number, one, several)
        for number, one, several in (
            (selection.drafts, "draft", "drafts"),
            (selection.future, "future entry", "future entries"),
            (selection.expired, "expired entry", "expired entries"),
        )
        if number
    ]
    return ", ".join(parts) + (f" ({', '.join(options)} to publish)" if options else "")


def _below(problems: list[Problem], paths: tuple[str, ...], root: Path) -> list[Problem]:
    """Return those of *problems* that lie in *paths*; all if there are none."""
    if not paths:
        return problems
    wanted = []
    for path in paths:
        if not os.path.lexists(path):
            raise click.BadParameter(f"there is no file or folder {path}", param_hint="PATHS")
        wanted.append(Path(os.path.realpath(path)))
    return [problem for problem in problems if _is_below(root / problem.place.path, wanted)]


def _is_below(path: Path, wanted: list[Path]) -> bool:
    """Tell whether *path* lies in one of *wanted*; unlike Path.resolve, links in a circle do not stop it."""
    real = Path(os.path.realpath(path))
    return any(real.is_relative_to(folder) for folder in wanted)


@contextmanager
def _progress(context: click.Context) -> Iterator[Callable[[str, int, int], None]]:
    """Give a function that shows progress: on a terminal, and once the work took half a second."""
    if context.obj["quiet"] or not sys.stderr.isatty():
        yield lambda _what, _done, _of: None
        return
    start = monotonic()
    shown = False

    def show(what: str, done: int, of: int) -> None:
        nonlocal shown
        if monotonic() - start > 0.5:  # noqa: PLR2004
            shown = True
            full = 30 * done // max(of, 1)
            click.echo(f"\r{what:<8} [{'#' * full}{'-' * (30 - full)}] {done}/{of} ", nl=False, err=True)

    try:
        yield show
    finally:
        if shown:
            click.echo("\r\x1b[K", nl=False, err=True)
