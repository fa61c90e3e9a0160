"""The commands `migrate` and `subscribers add|remove|erase`; the others of the group stand beside."""

import os
import sys
from datetime import UTC, datetime

import click

from publisher.cli.importing import import_
from publisher.cli.listing import export, list_, stats
from publisher.cli.place import open_project
from publisher.cli.reader_list import open_readers
from publisher.errors import PublisherError, UsageError


@click.command()
@click.pass_context
def migrate(context: click.Context) -> None:
    """Bring the database of subscribers to the tables of this program; other commands do so too."""
    from publisher.readers import prepare

    done = prepare(open_project(context), os.environ)
    for step in done:
        click.echo(step)
    if not done and not context.obj["quiet"]:
        click.echo("nothing to do", err=True)


@click.group()
def subscribers() -> None:
    """Keep the list of those who get digests by mail."""


@subscribers.command()
@click.argument("address")
@click.option("--consent", required=True, metavar="TEXT", help="Where and when she agreed; it is kept.")
@click.option("--lang", metavar="TAG", help="Her language; else the newsletter's first.")
@click.option("--topics", metavar="KEYS", default="", help="Topics she wants, with commas; else all.")
@click.option("--kinds", metavar="KEYS", default="", help="Kinds she wants, with commas; else all.")
@click.pass_context
def add(context: click.Context, address: str, consent: str, lang: str | None, topics: str, kinds: str) -> int:
    """Add a reader who agreed elsewhere. Nobody is added who left, and who is there stays as she is."""
    from publisher.readers import add as run

    readers = open_readers(context)
    said, is_new = run(readers, address, lang, topics, kinds, consent, datetime.now(UTC))
    if said is None:
        hint = "only she can come back, by the form on the site"
        raise PublisherError(f"{address} left before", hint, "has-left")
    if not is_new:
        hint = "she changes her wishes herself, by the link in each mail"
        raise PublisherError(f"{said.address} is known: {said.status}", hint, "known-subscriber")
    click.echo(f"{said.address}  {said.status}  {said.language}")
    return 0


@subscribers.command()
@click.argument("address")
@click.pass_context
def remove(context: click.Context, address: str) -> None:
    """Unsubscribe a reader. She gets no more mail, and only she can come back."""
    from publisher.readers import found
    from publisher.subscribers.lifecycle import Cause

    readers = open_readers(context)
    one = found(readers, address)
    by = {"by": "team"}
    after = readers.store.happen(one.public, Cause.UNSUBSCRIBE, datetime.now(UTC), by) or one
    click.echo(f"{after.address}  {after.status}  {after.language}")


@subscribers.command()
@click.argument("address")
@click.option("--yes", is_flag=True, help="Do not ask.")
@click.pass_context
def erase(context: click.Context, address: str, yes: bool) -> None:
    """Forget a reader for good: only a keyed hash stays, so that no import brings her back."""
    from publisher.readers import found
    from publisher.subscribers.lifecycle import Cause

    readers = open_readers(context)
    one = found(readers, address)
    if not yes:
        if not sys.stdin.isatty():
            raise UsageError("nobody is there to ask", f"add --yes to erase {one.address}", "not-confirmed")
        click.confirm(f"Erase {one.address}, her choices and her history?", abort=True, err=True)
    readers.store.happen(one.public, Cause.ERASE, datetime.now(UTC))
    click.echo("erased")


for _command in (list_, export, stats, import_):
    subscribers.add_command(_command)
