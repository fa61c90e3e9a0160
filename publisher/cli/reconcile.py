"""The command `reconcile`."""

import gzip
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, TYPE_CHECKING

import click

from publisher.cli import paint
from publisher.cli.reader_list import open_readers
from publisher.errors import UsageError

if TYPE_CHECKING:
    from publisher.reconcile import Looked


@click.command()
@click.option(
    "--maillog",
    "files",
    metavar="FILE",
    multiple=True,
    required=True,
    help="A log of Postfix; may be given again, the oldest first.",
)
@click.option(
    "--assume-complete", "is_complete", is_flag=True, help="Believe that the log leaves nothing out."
)
@click.option("--dry-run", is_flag=True, help="Only tell what would be done.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
@click.pass_context
def reconcile(
    context: click.Context, files: tuple[str, ...], is_complete: bool, dry_run: bool, as_json: bool
) -> int:
    """Settle deliveries in doubt by the log of the mail server (Postfix).

    What it took is sent, what was cut before its end is queued again. Nothing is guessed: what the log does
    not tell stays in doubt.
    """
    from publisher.delivery.ledger import Ledger
    from publisher.reconcile import reconcile as run

    readers = open_readers(context)
    ledger = Ledger(readers.store.engine, readers.newsletter)
    now = datetime.now(UTC)
    zone = datetime.now().astimezone().tzinfo or UTC
    host = readers.project.settings.newsletter.host
    with ExitStack() as open_things:
        logs = [open_things.enter_context(_opened(name)) for name in files]
        looked = run(ledger, host, logs, now, zone, act=not dry_run, is_complete=is_complete)
    if as_json:
        document = {"done": not dry_run, "deliveries": [_row(one) for one in looked]}
        click.echo(paint.json_text(document))
        return 0
    for one in looked:
        click.echo(paint.safe(f"{one.period}  {one.address or one.public}  {_WORDS[one.fate]}  {one.state}"))
    if not context.obj["quiet"]:
        for line in _sums(looked, did=not dry_run):
            click.echo(line, err=True)
    return 0


_WORDS = {
    "taken": "the server took it",
    "cut": "cut before its end",
    "seen": "seen, and nothing of its end",
    "absent": "not in the log",
}


def _sums(looked: "list[Looked]", *, did: bool) -> Iterator[str]:
    if not looked:
        yield "nothing is in doubt"
        return
    sums = Counter(str(one.state) for one in looked)
    yield ", ".join(f"{number} {state}" for state, number in sums.items())
    if sums["in-doubt"]:
        yield "publisher send resolve decides over those that stay in doubt"
    if not did:
        yield "nothing was changed; the same command without --dry-run does it"


def _row(one: "Looked") -> dict[str, str]:
    names = ("period", "address", "public", "fate", "state")
    return {name: str(getattr(one, name)) for name in names}


def _opened(name: str) -> IO[bytes]:
    """Return the file *name* to be read; one that logrotate packed is unpacked."""
    path = Path(name)
    if not path.is_file():
        raise UsageError(
            f"there is no file {name}", "write the path of a log, such as /var/log/mail.log", "no-file"
        )
    return gzip.open(path) if path.suffix == ".gz" else path.open("rb")  # type: ignore[return-value]
