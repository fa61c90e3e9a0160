"""The command `preview`."""

import os
from datetime import UTC, datetime

import click

from publisher.cli.place import project_root
from publisher.errors import UsageError

_OWN = frozenset({"127.0.0.1", "localhost", "::1"})


@click.command()
@click.option(
    "--port", type=click.IntRange(1, 65_535), default=8000, show_default=True, help="Else the next free one."
)
@click.option("--open", "opens", is_flag=True, help="Open it in the browser.")
@click.option("--host", default="127.0.0.1", show_default=True, help="Another address, with --i-know.")
@click.option(
    "--i-know", "knows", is_flag=True, help="With --host: whoever reaches it may read and send test mails."
)
@click.pass_context
def preview(context: click.Context, port: int, opens: bool, host: str, knows: bool) -> None:
    """Show digests, site and feeds as readers will get them, and follow each change.

    It listens on this machine alone, writes nothing into the output folder, and ends with Ctrl-C.
    """
    if host not in _OWN and not knows:
        raise UsageError(
            f"--host {host} lets others on the network in",
            "add --i-know if that is meant; they may read drafts and send test mails",
            "open-host",
        )
    from publisher import jobs
    from publisher.cli.content import progress_of
    from publisher.listening import listening, top
    from publisher.preview import server
    from publisher.preview.desk import Desk

    desk = Desk(project_root(context), os.environ, lambda: datetime.now(UTC))
    found = listening("127.0.0.1" if host == "localhost" else host, port, 20)
    with progress_of(context) as progress:
        desk.refresh(jobs.cores(), progress)
    number, where = found.getsockname()[1], top(found)
    if number != port:
        click.echo(f"port {port} is taken; this is {number}", err=True)
    if not context.obj["quiet"]:
        click.echo(f"Preview: {where}_preview/\nSite:    {where}\nCtrl-C ends it.")
    if opens:
        click.launch(f"{where}_preview/")
    server.serve(desk, found, host)
