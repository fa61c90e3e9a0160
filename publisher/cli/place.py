"""From the words of the command line to the project that is meant."""

import os
from pathlib import Path

import click

from publisher.errors import UsageError
from publisher.project import Project, find_root, load


def open_project(context: click.Context) -> Project:
    """Return the project at `--project`, else here or above."""
    start = Path(context.obj["start"]).resolve()
    if not start.is_dir():
        raise UsageError(
            f"there is no folder {context.obj['start']}", "write the path of a project after -C", "no-folder"
        )
    return load(find_root(start), os.environ)
