"""The commands `send status|report|resolve|pause|cancel`: what came of issues, and what becomes of them."""

import csv
import itertools
import json
import sys
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import click

from publisher.cli import paint, sendpaint
from publisher.cli.listing import output_stream
from publisher.cli.reader_list import open_readers
from publisher.errors import UsageError
from publisher.model.delivery import Delivery, FrozenIssue, IssueState, State

if TYPE_CHECKING:
    from publisher.delivery.ledger import Ledger
    from publisher.readers import List

_SHOWN = 50
_WORTH_A_LOOK = (State.FAILED, State.IN_DOUBT, State.DEFERRED, State.SKIPPED)
_COLUMNS = ("address", "state", "attempts", "at", "due", "code", "status", "reply", "reader")
_STATES = click.Choice([state.value for state in State])


def _ledger(readers: "List") -> "Ledger":
    from publisher.delivery.ledger import Ledger

    return Ledger(readers.store.engine, readers.newsletter)


def _issue(ledger: "Ledger", month: str) -> FrozenIssue:
    found = ledger.issue(str(sendpaint.month_of(month)))
    if found is None:
        raise UsageError(
            f"no issue of {month} was ever sent", "publisher send status lists them", "unknown-issue"
        )
    return found


@click.command()
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
@click.pass_context
def status(context: click.Context, as_json: bool) -> None:
    """List the issues that were sent or are on their way, the newest first."""
    ledger = _ledger(open_readers(context))
    found = [(issue, ledger.counts(issue.id)) for issue in reversed(ledger.issues())]
    if as_json:
        click.echo(
            paint.json_text(
                [
                    {
                        "period": issue.period,
                        "state": issue.state,
                        "why": issue.why,
                        "hash": issue.hash,
                        "frozen": issue.frozen.isoformat(),
                        "finished": issue.finished.isoformat() if issue.finished else None,
                        "counts": {state.value: number for state, number in sorted(counts.items())},
                    }
                    for issue, counts in found
                ]
            )
        )
        return
    for issue, counts in found:
        said = ", ".join(f"{number:,} {state}" for state, number in sorted(counts.items()) if number)
        click.echo(f"{issue.period}  {issue.state:<9}  {issue.hash[:12]}  {said}")
        if issue.why:
            click.echo(f"         {paint.safe(issue.why)}")
    if not found and not context.obj["quiet"]:
        click.echo("no issue was sent yet", err=True)


@click.command()
@click.argument("month")
@click.option("--state", "states", type=_STATES, multiple=True, help="Only these; may be given again.")
@click.option("--json", "as_json", is_flag=True, help="Print each delivery as a line of JSON.")
@click.option("--csv", "csv_file", metavar="FILE", help="Write each one to FILE, which only you may read.")
@click.option("--html", metavar="FILE", help="Write a page with plots, without any reader's name.")
@click.pass_context
def report(
    context: click.Context,
    month: str,
    states: tuple[str, ...],
    as_json: bool,
    csv_file: str | None,
    html: str | None,
) -> None:
    """Tell who got the issue of MONTH and who did not, by name, with what the server said."""
    readers = open_readers(context)
    ledger = _ledger(readers)
    issue = _issue(ledger, month)
    wanted = tuple(State(state) for state in states)
    if csv_file:
        from publisher.subscribers.csvfile import safe_cell

        with output_stream(csv_file) as file:
            writer = csv.writer(file)
            writer.writerow(_COLUMNS)
            for delivery in ledger.deliveries(issue.id, wanted):
                writer.writerow([safe_cell(cell) for cell in _row(delivery)])
    if html:
        from publisher.sending.page import page, summed

        with output_stream(html) as file:
            file.write(page(summed(ledger.deliveries(issue.id)), issue, readers.project.settings))
    if as_json:
        for delivery in ledger.deliveries(issue.id, wanted):
            click.echo(_line(delivery))
    elif not csv_file and not html:
        _print(ledger, issue, wanted, month)


def _print(ledger: "Ledger", issue: FrozenIssue, wanted: tuple[State, ...], month: str) -> None:
    counts = ledger.counts(issue.id)
    click.echo(f"{month}: {issue.state}{f', {paint.safe(issue.why)}' if issue.why else ''}")
    for state, number in sorted(counts.items()):
        if number:
            click.echo(f"  {number:>9,}  {state}")
    rows = ledger.deliveries(issue.id, wanted or _WORTH_A_LOOK)
    number = 0
    for delivery in itertools.islice(rows, _SHOWN):
        number += 1
        said = " ".join(filter(None, (str(delivery.code or ""), delivery.status, delivery.reply)))
        click.echo(f"{delivery.state:<9} {delivery.address or '(erased)'}  {paint.safe(said)}")
    if number == _SHOWN and next(rows, None):
        click.echo(f"and more: publisher send report {month} --csv FILE writes all", err=True)


def _row(delivery: Delivery) -> list[str]:
    return [
        delivery.address,
        delivery.state,
        str(delivery.attempt),
        delivery.at.isoformat() if delivery.at else "",
        delivery.due.isoformat() if delivery.due else "",
        str(delivery.code or ""),
        delivery.status,
        delivery.reply,
        delivery.public,
    ]


def _line(delivery: Delivery) -> str:
    cells = dict(zip(_COLUMNS, _row(delivery), strict=True))
    numbers = {"attempts": delivery.attempt, "code": delivery.code or None}
    return json.dumps(cells | numbers | {name: cells[name] or None for name in ("at", "due")})


@click.command()
@click.argument("month")
@click.argument("addresses", nargs=-1)
@click.option("--resend", is_flag=True, help="Send them once more: who has it gets it twice.")
@click.option("--skip", is_flag=True, help="Let it be: who does not have it does not get it.")
@click.pass_context
def resolve(context: click.Context, month: str, addresses: tuple[str, ...], resend: bool, skip: bool) -> None:
    """Decide over deliveries in doubt: all of the issue of MONTH, or those to ADDRESSES.

    `publisher reconcile` finds out what became of them, where the server's log can be read.
    """
    from publisher.readers import found

    if resend == skip:
        raise click.UsageError("write --resend or --skip", context)
    readers = open_readers(context)
    ledger = _ledger(readers)
    issue = _issue(ledger, month)
    chosen = [found(readers, address).id for address in addresses] or None
    number = ledger.resolve(issue.id, State.QUEUED if resend else State.SKIPPED, datetime.now(UTC), chosen)
    click.echo(
        f"{paint.count(number, 'delivery', 'deliveries')} {'to be sent again' if resend else 'skipped'}"
    )
    if resend and number:
        click.echo(f"publisher send {month} --go sends them", err=True)


@click.command()
@click.argument("month")
@click.pass_context
def pause(context: click.Context, month: str) -> None:
    """Stop an issue on its way, within a second; `publisher send MONTH --go` goes on."""
    ledger, issue = _on_its_way(context, month)
    ledger.change(issue.id, IssueState.PAUSED, "paused by hand", datetime.now(UTC))
    click.echo(f"{month}: paused; publisher send {month} --go goes on with it")


@click.command()
@click.argument("month")
@click.option("--yes", is_flag=True, help="Do not ask.")
@click.pass_context
def cancel(context: click.Context, month: str, yes: bool) -> None:
    """End an issue for good: who does not have it yet does not get it."""
    from publisher.delivery.claims import recover

    ledger, issue = _on_its_way(context, month)
    if not yes:
        if not sys.stdin.isatty():
            raise UsageError("nobody is there to ask", "add --yes to cancel it", "not-confirmed")
        click.confirm(f"Cancel the issue of {month}? Its month gets no other", abort=True, err=True)
    ledger.change(issue.id, IssueState.CANCELLED, "cancelled by hand", datetime.now(UTC))
    recover(ledger, issue.id, datetime.now(UTC))  # nobody goes on, and sees what a sender that died left
    click.echo(f"{month}: cancelled; publisher send report {month} tells who has it")


def _on_its_way(context: click.Context, month: str) -> "tuple[Ledger, FrozenIssue]":
    """Return the issue of *month*, and where it is kept; raises `UsageError` if nothing is left to stop."""
    ledger = _ledger(open_readers(context))
    issue = _issue(ledger, month)
    if issue.state in {"finished", "cancelled"}:
        raise UsageError(f"the issue of {month} is {issue.state}", "there is nothing to stop", "has-ended")
    return ledger, issue
