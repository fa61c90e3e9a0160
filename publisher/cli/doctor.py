"""The command `doctor`."""

import os
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path

import click

from publisher.cli import paint
from publisher.cli.place import open_project
from publisher.errors import UsageError

_COLOURS = {"ok": "green", "warning": "yellow", "error": "red"}
_LARGEST = 1_000_000


@click.command()
@click.option("--mail", metavar="FILE", help="A test mail as it was received: its signature is looked at.")
@click.option(
    "--dns", metavar="ADDRESS", help="Ask this resolver, ADDRESS or ADDRESS:PORT; else this machine's."
)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
@click.pass_context
def doctor(context: click.Context, mail: str | None, dns: str | None, as_json: bool) -> int:
    """Look whether all that sending needs is right: here, at the mail server, and in DNS.

    Nothing is changed or sent. Each fault is told with its way out.
    """
    from publisher.doctor import examine
    from publisher.resolver import opened

    project = open_project(context)
    data = _read(mail) if mail else None
    found = examine(project, os.environ, opened(dns), datetime.now(UTC), data)
    counts: Counter[str] = Counter()
    rows = []
    for one in found:
        counts[str(one.level)] += 1
        rows.append({"level": str(one.level), "name": one.name, "said": one.said, "hint": one.hint or None})
        if not as_json:  # at once: a server that does not answer takes its time
            label = click.style(f"{one.level:<7}", fg=_COLOURS[one.level], bold=one.level != "ok")
            click.echo(f"{label}  {one.name}: {paint.safe(one.said)}")
            if one.hint:
                click.echo(f"         {click.style('hint:', fg='cyan')} {paint.safe(one.hint)}")
    errors, warnings = counts["error"], counts["warning"]
    if as_json:
        click.echo(paint.json_text({"errors": errors, "warnings": warnings, "findings": rows}))
    elif not context.obj["quiet"]:
        words = f"{paint.count(errors, 'error')}, {paint.count(warnings, 'warning')}"
        click.echo(words if errors or warnings else "all is well", err=True)
    return int(bool(errors))


def _read(mail: str) -> bytes:
    path = Path(mail)
    if not path.is_file():
        raise UsageError(
            f"there is no file {mail}", "save a test mail with all its headers (.eml)", "no-file"
        )
    with path.open("rb") as file:
        return file.read(_LARGEST)
