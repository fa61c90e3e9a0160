"""The command `bounces`."""

import os
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import click

from publisher.cli import paint
from publisher.cli.reader_list import open_readers
from publisher.errors import UsageError

if TYPE_CHECKING:
    from publisher.bounces.sources import Source
    from publisher.postmaster import Collected
    from publisher.project import Project


@click.command()
@click.argument("place", metavar="MAILDIR|MBOX|IMAP|-")
@click.option("--dry-run", is_flag=True, help="Only tell what would be done.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
@click.pass_context
def bounces(context: click.Context, place: str, dry_run: bool, as_json: bool) -> int:
    """Handle the mails that came back: who cannot be reached or complained gets no more.

    Mails that are not about an issue of ours are left as they are.
    """
    from publisher.bounces.isolated import Isolated
    from publisher.postmaster import Postmaster
    from publisher.project import secret
    from publisher.subscribers.keys import signing_keys

    readers = open_readers(context)
    keys = signing_keys(secret(os.environ, "subscribers", "key"))
    postmaster = Postmaster(readers, keys, datetime.now(UTC), act=not dry_run)
    with ExitStack() as open_things:
        source = _source(place, readers.project, open_things)
        isolated = open_things.enter_context(Isolated())
        found = postmaster.collect(source, isolated.read)
    if as_json:
        click.echo(paint.json_text(_document(found, did=not dry_run)))
        return 0
    for line in _lines(found):
        click.echo(line)
    if not context.obj["quiet"]:
        for line in _sums(found, did=not dry_run):
            click.echo(line, err=True)
    return 0


def _source(place: str, project: "Project", open_things: ExitStack) -> "Source":
    """Return where the mails lie."""
    from publisher.bounces.sources import Stream, local
    from publisher.project import secret

    if place != "IMAP":
        found = local(place, sys.stdin.buffer)
        if isinstance(found, Stream) and place != "-":
            open_things.callback(found.stream.close)
        return found
    from publisher.bounces.imap import Imap

    settings = project.settings.bounces
    user, password = settings.user or settings.address, secret(os.environ, "bounces", "password")
    if not settings.imap or not user:
        hint = "write bounces.imap and bounces.address, or name a Maildir or an mbox"
        raise UsageError("bounces.imap is not set", hint, "no-imap")
    if not password:
        hint = "set PUBLISHER_BOUNCES__PASSWORD, or PUBLISHER_BOUNCES__PASSWORD_FILE"
        raise UsageError("bounces.password is not set", hint, "no-password")
    return open_things.enter_context(Imap(settings.imap, user, password))


def _lines(found: "Collected") -> Iterator[str]:
    for one in found.handled:
        cells = (f"{one.verdict:<11}", one.period or "-", one.address or "-", one.status or "-", one.became)
        yield paint.safe("  ".join(filter(None, cells)))
        if one.verdict == "policy":
            yield paint.safe(f"             {one.text}")


def _sums(found: "Collected", *, did: bool) -> Iterator[str]:
    sums = Counter(str(one.verdict) for one in found.handled)
    words = [f"{number} {name}" for name, number in sums.items()]
    words += [f"{found.again} handled before"] if found.again else []
    yield f"{paint.count(len(found.handled) + found.again, 'mail')} handled" + (
        f": {', '.join(words)}" if words else ""
    )
    for reason, number in found.left.items():
        yield f"{number} left alone: {reason}"
    if sums["policy"]:
        yield "policy: servers refuse us, not the reader; publisher doctor looks for the reason"
    if not did:
        yield "nothing was changed; the same command without --dry-run does it"


def _document(found: "Collected", *, did: bool) -> dict[str, object]:
    names = ("verdict", "sort", "address", "period", "status", "text", "became")
    return {
        "done": did,
        "handled": [{name: str(getattr(one, name)) for name in names} for one in found.handled],
        "again": found.again,
        "left": dict(found.left),
    }
