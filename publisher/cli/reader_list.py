"""From the words of the command line to the list of subscribers."""

import os
from typing import TYPE_CHECKING

import click

from publisher.cli.place import open_project

if TYPE_CHECKING:
    from publisher.readers import List


def open_readers(context: click.Context) -> "List":
    """Return the list of the project that is meant."""
    from publisher.readers import draw, open_list

    found = open_list(open_project(context), os.environ, draw)
    context.call_on_close(found.store.engine.dispose)
    return found
