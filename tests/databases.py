"""A PostgreSQL of our own on this machine, and databases in it; `conftest.py` makes them fixtures."""

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path

_INSTALLED = Path("/usr/lib/postgresql")
_OPTIONS = "-c fsync=off -c full_page_writes=off -c synchronous_commit=off -c listen_addresses=''"
_numbers = count(1)


def postgresql_programs() -> Path | None:
    """Return the folder of `initdb` and `pg_ctl`; None if PostgreSQL is not installed."""
    if found := shutil.which("initdb"):
        return Path(found).resolve().parent
    folders = sorted(_INSTALLED.glob("*/bin/initdb"))
    return folders[-1].parent if folders else None


def _run(*words: object) -> None:
    """Run a program of PostgreSQL; those refuse to be root, so then as `nobody`."""
    user = "nobody" if os.geteuid() == 0 else None
    done = subprocess.run(
        [str(word) for word in words],
        user=user,
        cwd="/",
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
        timeout=120,
    )
    assert done.returncode == 0, done.stdout


def start(programs: Path, folder: Path, more: str = "") -> None:
    """Start the cluster in *folder*, with *more* options."""
    options = f"{_OPTIONS} {more} -k {folder}"
    _run(programs / "pg_ctl", "-D", folder / "data", "-w", "-l", folder / "log", "-o", options, "start")


def stop(programs: Path, folder: Path) -> None:
    """Stop the cluster in *folder* as a crash would."""
    _run(programs / "pg_ctl", "-D", folder / "data", "-m", "immediate", "stop")


@contextmanager
def cluster(programs: Path) -> Iterator[str]:
    """Run a cluster while the block runs; give the folder of its socket, so that it needs no port."""
    folder = Path(tempfile.mkdtemp(prefix="publisher-postgresql-"))
    if os.geteuid() == 0:
        shutil.chown(folder, "nobody")
    data = folder / "data"
    try:
        _run(programs / "initdb", "-D", data, "-U", "postgres", "-A", "trust", "-E", "UTF8", "--no-sync")
        start(programs, folder)
        try:
            yield str(folder)
        finally:
            stop(programs, folder)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def new_database(folder: str) -> str:
    """Make an empty database in the cluster whose socket is in *folder*, and return its address."""
    import psycopg  # noqa: PLC0415 - it is an extra

    name = f"test_{os.getpid()}_{next(_numbers)}"
    with psycopg.connect(host=folder, user="postgres", autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}".encode())
    return f"postgresql://postgres@/{name}?host={folder}"
