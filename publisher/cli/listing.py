"""The commands `subscribers list|export|stats`: what the list says."""

import csv
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

import click

from publisher.cli import paint
from publisher.cli.reader_list import open_readers
from publisher.errors import UsageError

if TYPE_CHECKING:
    from publisher.model.subscription import Subscription
    from publisher.subscribers.figures import Figures

STATUSES = ("pending", "active", "paused", "unsubscribed", "bounced", "complained")


@click.command("list")
@click.option("--status", type=click.Choice(STATUSES), help="Only those with this status.")
@click.option("--lang", metavar="TAG", help="Only those who read this language.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
@click.pass_context
def list_(context: click.Context, status: str | None, lang: str | None, as_json: bool) -> None:
    """Print who is on the list, in the order they came: address, status, language."""
    from publisher.subscribers.exported import document

    store = open_readers(context).store
    found = (one for one in store.listed((status,) if status else ()) if lang in {None, one.language})
    if as_json:
        _documents(sys.stdout, (document(one) for one in found))
        return
    number = 0
    for number, one in enumerate(found, 1):  # noqa: B007 - it counts
        click.echo(f"{one.address}  {one.status}  {one.language}")
    if not context.obj["quiet"]:
        click.echo(paint.count(number, "subscriber"), err=True)


@click.command()
@click.argument("address", required=False)
@click.option(
    "--format", "form", type=click.Choice(["csv", "json"]), help="Else JSON for one person, CSV for all."
)
@click.option("-o", "--output", metavar="FILE", help="Write FILE, which only you may read; else to stdout.")
@click.pass_context
def export(context: click.Context, address: str | None, form: str | None, output: str | None) -> None:
    """Print all subscribers, or everything that is kept about the one with ADDRESS."""
    from publisher.readers import found
    from publisher.subscribers.exported import document, history

    readers = open_readers(context)
    if address:
        one = found(readers, address)
        said = document(one) | {"history": history(readers.store.history(one))}
        with output_stream(output) as stream:
            if form == "csv":
                _rows(stream, [one])
            else:
                stream.write(paint.json_text(said) + "\n")
        return
    with output_stream(output) as stream:
        if form == "json":
            _documents(stream, (document(one) for one in readers.store.listed()))
        else:
            _rows(stream, readers.store.listed())


@click.command()
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
@click.option("--html", metavar="FILE", help="Write a page with plots as well.")
@click.pass_context
def stats(context: click.Context, as_json: bool, html: str | None) -> None:
    """Print how many there are by status and language, and who came and left month by month.

    Months are those of the newsletter's zone.
    """
    from zoneinfo import ZoneInfo

    from publisher.subscribers.charts import page
    from publisher.subscribers.figures import figures

    readers = open_readers(context)
    settings = readers.project.settings.newsletter
    zone = ZoneInfo(settings.zone)
    said = figures(readers.store.engine, readers.newsletter, zone)
    if html:
        told = datetime.now(zone).strftime("%Y-%m-%d, %H:%M")
        with output_stream(html) as stream:
            stream.write(page(said, settings.title.for_language(settings.languages[0]), told, settings.zone))
    if as_json:
        months = [month._asdict() for month in said.months]
        document = {"statuses": said.statuses, "languages": said.languages, "months": months}
        click.echo(paint.json_text(document))
    else:
        for line in _tables(said):
            click.echo(line)


def _tables(said: "Figures") -> Iterator[str]:
    yield from _table(("status", "subscribers"), list(said.statuses.items()))
    if said.languages:
        yield ""
        yield from _table(("language", "active"), list(said.languages.items()))
    if said.months:
        yield ""
        yield from _table(("month", *said.months[0]._fields[1:]), list(said.months))


def _table(head: tuple[str, ...], rows: list[tuple[object, ...]]) -> Iterator[str]:
    """Yield the lines of a table: words on the left, numbers on the right."""
    cells = [head, *(tuple(map(str, row)) for row in rows)]
    widths = [max(len(row[place]) for row in cells) for place in range(len(head))]
    for row in cells:
        first, *rest = (
            cell.ljust(width) if not place else cell.rjust(width)
            for place, (cell, width) in enumerate(zip(row, widths, strict=True))
        )
        yield "  ".join((first, *rest)).rstrip()


def _rows(stream: TextIO, found: "Iterator[Subscription] | list[Subscription]") -> None:
    from publisher.subscribers.exported import COLUMNS, cells

    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow(COLUMNS)
    writer.writerows(map(cells, found))


def _documents(stream: TextIO, documents: Iterator[object]) -> None:
    """Write an array that is never held as a whole."""
    lead = "["
    for one in documents:
        stream.write(f"{lead}\n{paint.json_text(one)}")
        lead = ","
    stream.write("[]\n" if lead == "[" else "\n]\n")


@contextmanager
def output_stream(output: str | None) -> Iterator[TextIO]:
    """Give standard output, or the file *output*."""
    if not output or output == "-":
        yield sys.stdout
        return
    with private_file(output) as stream:
        yield stream


@contextmanager
def private_file(output: str) -> Iterator[TextIO]:
    """Give a new file for nobody else's eyes, which takes its place when it is whole."""
    path = Path(output)
    if (path.exists() and not path.is_file()) or not path.parent.is_dir():
        raise UsageError(f"{output} cannot be a file", "write a path in a folder that is there", "no-folder")
    staged = path.with_name(f".{path.name}.{os.getpid()}.new")
    handle = os.open(staged, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with open(handle, "w", encoding="utf-8", newline="") as stream:  # noqa: PTH123 - it has a handle
            yield stream
        staged.replace(path)
    finally:
        staged.unlink(missing_ok=True)
