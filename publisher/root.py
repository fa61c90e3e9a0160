"""Which folder is a project: the one that holds settings. Imports nothing heavy."""

import os

OWN_FILE, SHARED_FILE = "publisher.toml", "pyproject.toml"
ALONE = ("outputs", "default_kind")
"""Settings that stand in no table: their variables have no __."""
_OUR_TABLE = (b"[tool.publisher.", b"[tool.publisher]")


def nearest(start: str) -> str | None:
    """Return *start* or the nearest folder above it that holds settings; None if none does.

    A broken settings file counts if it names our table, so that it is reported.
    """
    folder = start
    while True:
        if os.path.isfile(f"{folder}/{OWN_FILE}") or _is_shared(f"{folder}/{SHARED_FILE}"):
            return folder
        above = os.path.dirname(folder)
        if above == folder:
            return None
        folder = above


def _is_shared(path: str) -> bool:
    if not os.path.isfile(path):  # a pipe would keep us waiting
        return False
    try:
        with open(path, "rb") as file:
            return any(line.lstrip(b" \t").startswith(_OUR_TABLE) for line in file.read().split(b"\n"))
    except OSError:
        return False
