"""The command `announce`."""

import json

import click

from publisher.cli import paint
from publisher.cli.place import open_project


@click.command()
@click.option("--dry-run", is_flag=True, help="Print the addresses and ask nobody.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
@click.pass_context
def announce(context: click.Context, dry_run: bool, as_json: bool) -> int:
    """Tell the WebSub hub which feeds changed since the last announcement."""
    from publisher import hub
    from publisher.announce import announce as run
    from publisher.announce import changed_feeds

    project = open_project(context)
    if dry_run:
        for topic in changed_feeds(project):
            click.echo(topic)
        return 0
    done = run(project, hub.publish)
    if as_json:
        click.echo(json.dumps({"announced": done.announced, "failed": done.failed}, indent=2))
    else:
        for topic in done.announced:
            click.echo(topic)
        for topic, fault in done.failed.items():
            click.echo(f"{click.style('error:', fg='red', bold=True)} hub {topic}\n  {fault}", err=True)
        if not context.obj["quiet"]:
            click.echo(f"{paint.count(len(done.announced), 'feed')} announced", err=True)
    return int(bool(done.failed))
