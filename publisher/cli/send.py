"""The commands `send MONTH` and `send --due`: the plan of an issue, a test of it, and the issue itself."""

import os
import random
import signal
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import partial
from typing import TYPE_CHECKING, Any

import click

from publisher.cli import paint, sendpaint
from publisher.cli.content import progress_of
from publisher.cli.reader_list import open_readers
from publisher.cli.sendreport import cancel, pause, report, resolve, status
from publisher.errors import PublisherError, UsageError

_STOPPED = 130

if TYPE_CHECKING:
    from publisher.model.entry import Month
    from publisher.sending.plan import Plan
    from publisher.sending.run import Done, Sender


class _Issue(click.Command):
    """The command that people call without its name."""

    def collect_usage_pieces(self, ctx: click.Context) -> list[str]:  # noqa: ARG002
        return ["MONTH [OPTIONS] | --due"]

    def format_usage(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        path = ctx.parent.command_path if ctx.parent else ctx.command_path
        formatter.write_usage(path, " ".join(self.collect_usage_pieces(ctx)))


class _Send(click.Group):
    """A group that takes a month, or --due, where others take the name of a command."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        if args and args[0] not in self.commands and not {"-h", "--help"} & set(args[:1]):
            args = ["issue", *args]
        return super().parse_args(ctx, args)

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002
        return [name for name in self.commands if name != "issue"]


@click.group(cls=_Send, subcommand_metavar="MONTH [OPTIONS] | --due | COMMAND")
def send() -> None:
    """Send an issue to its readers, each once; `publisher send 2026-11` tells what would happen.

    \b
    publisher send MONTH                      the plan; nothing is sent
    publisher send MONTH --to ME@EXAMPLE.ORG  one test, as readers get it
    publisher send MONTH --go                 freeze it, and send; again to go on
    publisher send --due                      what the schedule says; for a timer

    `publisher send MONTH --help` lists the options.
    """  # noqa: D301 - click reads the sign for an unwrapped paragraph


@send.command(cls=_Issue, hidden=True)
@click.argument("month", required=False)
@click.option("--to", metavar="ADDRESS", help="Send one test to ADDRESS, and nothing else.")
@click.option("--lang", metavar="TAG", help="The language of the test; else the first that has a digest.")
@click.option("--go", is_flag=True, help="Freeze the issue and send it, or go on with it.")
@click.option("--yes", is_flag=True, help="Do not ask for the number of recipients.")
@click.option("--late", is_flag=True, help="Send it though it is late, or its month is not over.")
@click.option("--as-frozen", is_flag=True, help="Go on with what was frozen, whatever was built since.")
@click.option("--no-wait", is_flag=True, help="Leave mails that the server puts off to the next call.")
@click.option("--due", is_flag=True, help="Send every issue that the schedule says is due.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
@click.pass_context
def issue(context: click.Context, /, month: str | None, due: bool, as_json: bool, **words: Any) -> int:
    """Tell what sending the issue of MONTH would do; with --go it is done."""
    from publisher.sending.run import Sender

    if due == bool(month):
        raise click.UsageError("write a month such as 2026-11, or --due", context)
    sender = Sender(open_readers(context), os.environ, lambda: datetime.now(UTC), random.random)
    if due:
        return _due(context, sender, wait=not words["no_wait"], as_json=as_json)
    period = sendpaint.month_of(str(month))
    is_frozen = sender.is_frozen(period)
    if is_frozen and not words["go"] and not words["to"]:
        done = sender.done(period)
        _tell(done, as_json=as_json)
        return int(not done.is_well)
    if not (words["as_frozen"] and words["go"]):
        with progress_of(context) as progress:
            plan = sender.plan(period, progress)
        if words["to"]:
            click.echo(sender.trial(plan, words["to"], words["lang"]))
            return 0
        if not is_frozen:
            _show(context, plan, sender, as_json=as_json, goes=words["go"])
        if not words["go"]:
            return 0
        _agree(plan, sender, yes=words["yes"], late=words["late"])
        sender.freeze(plan)
    done, code = _sent(context, sender, period, wait=not words["no_wait"])
    _tell(done, as_json=as_json)
    return code


def _show(context: click.Context, plan: "Plan", sender: "Sender", *, as_json: bool, goes: bool) -> None:
    """Print the plan; for machines only if nothing comes behind it."""
    if as_json and not goes:
        click.echo(paint.json_text(sendpaint.plan_document(plan)))
    if as_json or context.obj["quiet"]:
        return
    for line in sendpaint.plan_lines(plan, sender.way, sender.clock(), plan.untimely(sender.clock())):
        click.echo(line)
    if not goes:
        then = f"publisher send {plan.period} --to YOU@EXAMPLE.ORG sends a test, --go sends it."
        click.echo(f"\nNothing was sent. {then}", err=True)


def _agree(plan: "Plan", sender: "Sender", *, yes: bool, late: bool) -> None:
    """Let somebody say that the issue may go; raise `UsageError` if nobody is there to say so."""
    asks_terminal = sys.stdin.isatty() and not yes
    if sender.is_frozen(plan.period):
        return
    if (why := plan.untimely(sender.clock())) and not late:
        if not asks_terminal:
            raise UsageError(why, "add --late if it shall go all the same", "untimely")
        click.echo(f"{why}.", err=True)
    if yes:
        return
    if not asks_terminal:
        hint = f"add --yes to send it to {paint.count(plan.recipients, 'reader')}"
        raise UsageError("nobody is there to ask", hint, "not-confirmed")
    said = click.prompt("Type the number of recipients to send it", err=True)
    if said.replace(",", "").replace(" ", "") != str(plan.recipients):
        message = f"that is not the number of recipients, {plan.recipients:,}: nothing was sent"
        raise UsageError(message, "look at the plan above, and say it again", "not-confirmed")


def _due(context: click.Context, sender: "Sender", *, wait: bool, as_json: bool) -> int:
    """Send what is due, and go on with what was begun; return the worst of the exit codes."""
    codes: list[int] = []
    came: list[Done] = []
    tell = came.append if as_json else partial(_tell, as_json=False)
    with sender.alone() as is_alone:
        for period in sender.due() if is_alone else ():
            codes.append(_due_one(context, sender, period, tell, wait=wait))
            if codes[-1] == _STOPPED:
                break
        else:
            for period, why in sender.waiting().items():
                click.echo(f"{period} is {paint.safe(why)}; publisher send {period} --go goes on", err=True)
                codes.append(1)
    if as_json:
        click.echo(paint.json_text([sendpaint.done_document(done) for done in came]))
    if context.obj["quiet"]:
        return max(codes, default=0)
    if missed := sender.missed():
        click.echo(f"{missed} was due, and is late; publisher send {missed} --go --late sends it", err=True)
    elif not codes:
        click.echo("nothing is due" if is_alone else "somebody else sends what is due", err=True)
    return max(codes, default=0)


def _due_one(
    context: click.Context,
    sender: "Sender",
    period: "Month",
    tell: Callable[["Done"], None],
    *,
    wait: bool,
) -> int:
    """Send the issue of *period*, or go on with it; *tell* what came of it, and return its exit code."""
    try:
        if not sender.is_frozen(period):
            with progress_of(context) as progress:
                plan = sender.plan(period, progress)
            sender.freeze(plan)
        done, code = _sent(context, sender, period, wait=wait)
    except PublisherError as error:
        if error.code not in {"already-sending", "no-issue"}:
            paint.failure(error)
            return error.exit_code
        if not context.obj["quiet"]:
            click.echo(f"{period}: {error}", err=True)
        return 0
    tell(done)
    return code


def _sent(context: click.Context, sender: "Sender", period: "Month", *, wait: bool) -> tuple["Done", int]:
    """Send the rest of an issue; return what came of it, and its exit code.

    That is 0 if every reader has it or is known not to get it.
    """
    with _stopped_by_signals() as stop, sendpaint.sending(context) as tell:
        done = sender.go(period, stop, tell, wait=wait)
    if done.is_well:
        return done, 0
    return done, _STOPPED if stop.is_set() and not done.ended.why else 1


def _tell(done: "Done", *, as_json: bool) -> None:
    """Print what came of an issue."""
    if as_json:
        click.echo(paint.json_text(sendpaint.done_document(done)))
    else:
        for line in sendpaint.done_lines(done):
            click.echo(line)


@contextmanager
def _stopped_by_signals() -> Iterator[threading.Event]:
    """Give an event that Ctrl-C and SIGTERM set; a second Ctrl-C does not wait."""
    stop = threading.Event()

    def handle(_number: int, _frame: object) -> None:
        if stop.is_set():
            raise KeyboardInterrupt
        stop.set()

    before = {number: signal.signal(number, handle) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield stop
    finally:
        for number, old in before.items():
            signal.signal(number, old)


for _command in (status, report, resolve, pause, cancel):
    send.add_command(_command)
