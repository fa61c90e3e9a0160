"""From the words of the command line to the project that is meant."""

import os
from pathlib import Path
from typing import TYPE_CHECKING

import click

from publisher.errors import UsageError

if TYPE_CHECKING:
    from publisher.project import Project


def open_project(context: click.Context) -> "Project":
    """Return the project at `--project`, else here or above."""
    from publisher.project import load

    return load(project_root(context), os.environ)


def project_root(context: click.Context) -> Path:
    """Return the folder of the project at `--project`, else here or above."""
    from publisher.project import find_root

    try:
        start = Path(os.path.realpath(context.obj["start"]))
    except FileNotFoundError:
        raise UsageError("the folder that you are in is gone", "go to another one", "no-folder") from None
    if not os.path.isdir(start):  # noqa: PTH112 - Path.is_dir raises for a name that is too long
        raise UsageError(
            f"there is no folder {context.obj['start']}", "write the path of a project after -C", "no-folder"
        )
    return find_root(start)
