"""The commands `check` and `build`."""

import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from time import monotonic
from typing import TYPE_CHECKING, Any

import click

from publisher.cli import paint
from publisher.cli.place import open_project, project_root
from publisher.errors import Problem, Severity

if TYPE_CHECKING:
    from publisher.build import Report
    from publisher.writer import Written


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

    project, now = open_project(context), datetime.now(UTC)
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
    from publisher import filetimes, unchanged
    from publisher.build import build as run
    from publisher.project import load

    start, now = monotonic(), datetime.now(UTC)
    root, began = str(project_root(context)), now.timestamp()
    # All that decides what is made is looked at before it is read.
    why = unchanged.reason(_options(drafts=drafts, future=future), os.environ)
    before = filetimes.look(root, unchanged.SETTINGS, began)
    project = load(Path(root), os.environ, keep=not force)
    paths = project.settings.paths
    inputs = [paths.entries, paths.templates]
    listed: filetimes.Listings = {}
    seen = unchanged.seen(before | filetimes.look(root, inputs, began, listed))
    mark = os.urandom(16).hex()
    with progress_of(context) as progress:
        report = run(
            project,
            now,
            drafts=drafts,
            future=future,
            force=force,
            processes=jobs,
            began=int(began * 1e9),
            progress=progress,
            opened=lambda: unchanged.begin(root, mark),
            listed=listed,
        )
    first, end = report.valid
    done = unchanged.Done(
        inputs=inputs,
        output=paths.output,
        valid=(first.timestamp() if first else 0, end.timestamp() if end else None),
        said=_lines(report, paths.output, report.written.again()),
    )
    unchanged.remember(root, mark, seen, why, done)
    if as_json:
        click.echo(_figures(report))
    elif not context.obj["quiet"]:
        said, *talk = _lines(report, paths.output, report.written)
        click.echo(f"{said}; {monotonic() - start:.1f} s")
        for line in talk:
            click.echo(line, err=True)


def _options(*, drafts: bool, future: bool) -> list[str]:
    """Return the words that change what a build makes."""
    return [word for word, is_set in (("--drafts", drafts), ("--future", future)) if is_set]


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


def _lines(report: "Report", out: str, written: "Written") -> list[str]:
    """Return what a build that wrote *written* says: the result, then what it left out, and the warnings."""
    line = f"{paint.count(report.entries, 'entry', 'entries')} in {paint.count(report.issues, 'issue')}"
    line += f" -> {out}/: {paint.count(written.written, 'file')} written, {written.unchanged} unchanged"
    lines = [line + (f", {written.removed} removed" if written.removed else "")]
    if reasons := _left_out(report.selection):
        lines.append(f"left out: {reasons}")
    if report.warnings:
        lines.append(f"{paint.summary(report.warnings, 0)} publisher check shows them.")
    return lines


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
def progress_of(context: click.Context) -> Iterator[Callable[[str, int, int], None]]:
    """Give a function that shows progress: on a terminal, and once the work took half a second."""
    if context.obj["quiet"] or sys.stderr is None or not sys.stderr.isatty():
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
