"""The command `subscribers import`."""

import csv
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from publisher.cli import paint
from publisher.cli.content import progress_of
from publisher.cli.listing import private_file
from publisher.cli.reader_list import open_readers
from publisher.errors import Place, Problem, Severity

if TYPE_CHECKING:
    from publisher.readers import Imported
    from publisher.subscribers.arrivals import Refused

_SHOWN = 20
_SERVICES = ("mailchimp", "listmonk", "substack", "buttondown", "csv")


@click.command("import")
@click.argument("file")
@click.option("--from", "service", type=click.Choice(_SERVICES), help="Who wrote it; else its columns tell.")
@click.option(
    "--map", "names", metavar="FIELD=COLUMN,…", default="", help="Columns that are called otherwise."
)
@click.option("--lang", metavar="TAG", help="The language of those without one; else the newsletter's first.")
@click.option("--consent", metavar="TEXT", default="", help="Where and when these people agreed; it is kept.")
@click.option("--left", is_flag=True, help="Everybody in the file left there: keep them out.")
@click.option("--go", is_flag=True, help="Do it; else it is only told.")
@click.option("--report", metavar="FILE", help="Write the rows that are refused, as CSV.")
@click.option("--json", "as_json", is_flag=True, help="Print the figures as one JSON document.")
@click.pass_context
def import_(
    context: click.Context,
    file: str,
    service: str | None,
    names: str,
    lang: str | None,
    consent: str,
    left: bool,
    go: bool,
    report: str | None,
    as_json: bool,
) -> None:
    """Read subscribers from a CSV file, and tell what would change; with --go it is done.

    Nobody who left, here or there, gets mail again: an import never raises a status.
    """
    from publisher.readers import import_file, options

    readers = open_readers(context)
    wanted = options(readers.project, service, names, lang, left=left)
    now = datetime.now(UTC) if go else None
    problems: list[Problem] = []

    def show(refused: "Refused") -> None:
        if len(problems) < _SHOWN:
            place = Place(file, refused.line, 1, refused.address)
            problems.append(Problem("refused-row", place, refused.reason, severity=Severity.WARNING))

    with _reporting(report) as write, progress_of(context) as progress:

        def refuse(refused: "Refused") -> None:
            write(refused)
            show(refused)

        done = import_file(readers, Path(file), wanted, consent, refuse, now, progress)
    if as_json:
        click.echo(paint.json_text(_document(done, did=go)))
        return
    for line in paint.texts(problems):
        click.echo(line, err=True)
    if (more := done.refused + done.duplicates - len(problems)) > 0:
        hint = "" if report else "; --report FILE writes all"
        click.echo(f"… and {more} more such rows{hint}\n", err=True)
    for line in _lines(done, did=go):
        click.echo(line)
    for line in _advice(done, context, did=go):
        click.echo(line, err=True)


@contextmanager
def _reporting(report: str | None) -> "Iterator[Callable[[Refused], None]]":
    """Give what writes refused rows into the file *report*."""
    from publisher.subscribers.csvfile import safe_cell

    if not report:
        yield lambda _refused: None
        return
    with private_file(report) as stream:
        writer = csv.writer(stream, lineterminator="\n")
        writer.writerow(("line", "address", "reason"))
        yield lambda refused: writer.writerow(
            (refused.line, safe_cell(refused.address), safe_cell(refused.reason))
        )


def _document(done: "Imported", *, did: bool) -> dict[str, object]:
    return {
        "from": done.service,
        "encoding": done.encoding.name,
        "done": did,
        "rows": done.rows,
        **{fate.name.lower(): number for fate, number in done.fates.items()},
        "refused_rows": done.refused,
        "duplicates": done.duplicates,
        "other_languages": done.other_languages,
    }


_WORDS = {
    "NEW": "new: get mail from now on",
    "KNOWN": "known here: stay as they are",
    "STAYS_LEFT": "left before: stay out",
    "REFUSED": "left there: kept out from now on",
    "LEAVES": "left there, and imported here: unsubscribed",
    "STAYS": "left there, but asked for it here: stay as they are",
}


def _lines(done: "Imported", *, did: bool) -> Iterator[str]:
    yield f"{paint.count(done.rows, 'row')} from {done.service}, {done.encoding.name}"
    rows = [(number, _WORDS[fate.name]) for fate, number in done.fates.items() if number]
    rows += [(done.refused, "refused rows")] if done.refused else []
    rows += [(done.duplicates, "rows with an address that stands there already")] if done.duplicates else []
    width = max((len(str(number)) for number, _ in rows), default=0)
    for number, words in rows:
        yield f"  {number:>{width}}  {words}"
    if did:
        yield "done"


def _advice(done: "Imported", context: click.Context, *, did: bool) -> Iterator[str]:
    hint = click.style("hint:", fg="cyan")
    if done.encoding.line:
        yield f"{hint} line {done.encoding.line} is not UTF-8; the file was read as Windows-1252"
    if done.other_languages:
        named = ", ".join(f"{name!r} ({number})" for name, number in done.other_languages.items())
        yield f"{hint} languages that the newsletter has not get its default: {named}"
    if done.advice:
        yield f"{hint} {done.advice}"
    if not did and not context.obj["quiet"]:
        yield "nothing was changed; the same command with --go does it"
