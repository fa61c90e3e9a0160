"""The command `serve`."""

import os
import sys
from datetime import UTC, datetime

import click

from publisher.cli.place import open_project


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="The address to listen on.")
@click.option(
    "--port", type=click.IntRange(0, 65_535), default=8080, show_default=True, help="0 is any free one."
)
@click.option(
    "--proxy",
    "proxies",
    metavar="ADDRESS",
    multiple=True,
    help="A proxy before it, which is believed when it tells who asks. May be given again.",
)
@click.pass_context
def serve(context: click.Context, host: str, port: int, proxies: tuple[str, ...]) -> None:
    """Serve the built site, and the pages where readers subscribe, choose and leave.

    Ctrl-C ends it, after all mails that are due were sent.
    """
    from publisher.delivery.transport import Outbox
    from publisher.listening import listening, top
    from publisher.web import server
    from publisher.web.desk import Desk

    def tell(line: str) -> None:
        click.echo(f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ} {line}", err=True)

    desk = Desk(open_project(context), os.environ, lambda: datetime.now(UTC), tell)
    found = listening("127.0.0.1" if host == "localhost" else host, port)

    def begin() -> None:
        if context.obj["quiet"]:
            return
        name = desk.transport.name
        is_outbox = isinstance(desk.transport, Outbox)
        mails = f"{name}; nothing is sent, since smtp.host is not set" if is_outbox else name
        click.echo(f"Serving: {top(found)} (readers come by {desk.project.settings.newsletter.url})")
        click.echo(f"Mails:   {mails}\nCtrl-C ends it.")
        sys.stdout.flush()

    server.serve(desk, found, proxies, begin)
