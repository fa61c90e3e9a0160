"""Runs `publisher` as often as it is asked, each time in a fork of this process, which has all libraries.

A start of the program loads libraries for half a second; a fork has them. It is still a process of its own,
with its own folder, variables and streams. `shell.py` starts this file, and asks it by a line of JSON each.
"""

import gc
import importlib
import json
import os
import pkgutil
import sys

import publisher

_APART = ("publisher.__main__", "publisher.database.migrations")  # these do something when they are imported


def load() -> None:
    """Import all modules of the program, and with them its libraries."""
    for found in pkgutil.walk_packages(publisher.__path__, "publisher."):
        if not found.name.startswith(_APART):
            importlib.import_module(found.name)
    gc.collect()
    gc.freeze()  # so that no fork looks through all of it again


def become(folder: str, words: list[str], variables: dict[str, str], streams: list[str]) -> None:
    """Be `publisher` with *words* in *folder*; *streams* are the files of its input, output and errors."""
    os.chdir(folder)
    os.environ.clear()
    os.environ.update(variables)
    for number, name in enumerate(streams):
        opened = os.open(name, os.O_RDWR if number else os.O_RDONLY)
        os.dup2(opened, number)
        os.close(opened)
    sys.argv = ["publisher", *words]
    importlib.import_module("publisher.__main__").main()


def serve() -> None:
    """Run what each line asks for, and tell with what code it ended."""
    asked = os.fdopen(os.dup(0), encoding="utf-8")
    told = os.fdopen(os.dup(1), "w", encoding="utf-8")
    for line in asked:
        child = os.fork()
        if child == 0:
            become(*json.loads(line))
            return
        _, status = os.waitpid(child, 0)
        told.write(f"{os.waitstatus_to_exitcode(status)}\n")
        told.flush()


if __name__ == "__main__":
    load()
    serve()
