"""Who sends: each worker holds a lock that the system takes from it when it dies, however it dies.

On SQLite that is a lock on a file beside the database, which one program can hold at a time; on PostgreSQL a
lock of a session, and there may be several. No clock has a say: a worker that is slow is not dead.
"""

import hashlib
import os
import secrets
import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import Engine, text

from publisher.database.engine import connected, reading
from publisher.errors import PublisherError, UsageError

_LETTERS = 80
_TRIES, _PAUSE = 20, 0.05  # seconds
_HELD = text(
    "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND granted AND objsubid = 1"
    " AND database = (SELECT oid FROM pg_database WHERE datname = current_database())"
    " AND (CAST(classid AS bigint) << 32) | CAST(objid AS bigint) = :key"
)


@contextmanager
def working(engine: Engine) -> Iterator[str]:
    """Give the name of a worker that was never there before, and is alive while the block runs.

    Raises `PublisherError` if somebody else sends from this file of SQLite (`already-sending`).
    """
    name = f"{socket.gethostname()[:40]}-{os.getpid()}-{secrets.token_hex(8)}"
    if engine.dialect.name == "postgresql":
        with connected(engine) as connection:
            connection.execute(text("SELECT pg_advisory_lock(:key)"), {"key": _key(name)})
            connection.commit()
            yield name
        return
    with _locked(_beside(engine), name):
        yield name


@contextmanager
def alone(engine: Engine, task: str) -> Iterator[bool]:
    """Tell whether nobody else is at *task*; until the block ends everybody else is told False.

    On PostgreSQL alone: on a file of SQLite `working` sees to it.
    """
    if engine.dialect.name != "postgresql":
        yield True
        return
    with connected(engine) as connection:
        wanted = text("SELECT pg_try_advisory_lock(:key)")
        is_ours = bool(connection.execute(wanted, {"key": _key(task)}).scalar())
        connection.commit()
        yield is_ours


def alive(engine: Engine, worker: str) -> bool:
    """Tell whether *worker* still holds its lock."""
    if engine.dialect.name == "postgresql":
        with reading(engine) as connection:
            return bool(connection.execute(_HELD, {"key": _key(worker)}).scalar())
    path = _beside(engine)
    try:
        handle = os.open(path, os.O_RDWR)
    except FileNotFoundError:
        return False
    try:
        return (
            not _lock(handle, is_shared=True)
            and os.read(handle, _LETTERS).decode("utf-8", "replace") == worker
        )
    finally:
        os.close(handle)


@contextmanager
def _locked(path: Path, name: str) -> Iterator[None]:
    """Hold the lock on the file at *path*, in which *name* tells others who does."""
    handle = os.open(path, os.O_RDWR | os.O_CREAT | getattr(os, "O_NOFOLLOW", 0), 0o600)
    try:
        if not _waited(handle):
            other = os.read(handle, _LETTERS).decode("utf-8", "replace")
            hint = "wait until it is done, or stop it; publisher send status tells how far it is"
            raise PublisherError(f"{other or 'another program'} is sending already", hint, "already-sending")
        os.ftruncate(handle, 0)
        os.write(handle, name.encode("utf-8", "replace")[:_LETTERS])
        yield
    finally:
        os.close(handle)  # and with it the lock; the file stays, since somebody may be waiting for it


def _waited(handle: int) -> bool:
    """Lock the file of *handle* and return True, or False if somebody else keeps it.

    Whoever only asks whether a worker is alive holds it for an instant, and is waited for.
    """
    for _ in range(_TRIES):
        if _lock(handle, is_shared=False):
            return True
        time.sleep(_PAUSE)
    return False


def _lock(handle: int, *, is_shared: bool) -> bool:
    """Lock the file of *handle* and return True, or False if somebody else has."""
    try:
        import fcntl  # noqa: PLC0415 - Windows has none
    except ImportError:
        hint = "send from Linux or macOS, or keep subscribers in PostgreSQL"
        raise UsageError("a file of SQLite cannot be locked on this system", hint, "no-locks") from None
    try:
        fcntl.flock(handle, (fcntl.LOCK_SH if is_shared else fcntl.LOCK_EX) | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _beside(engine: Engine) -> Path:
    """Return the file whose lock stands for the database of *engine*, by whatever link it is reached."""
    return Path(f"{os.path.realpath(engine.url.database or '')}.sending")


def _key(worker: str) -> int:
    """Return the number of *worker*'s lock: 64 bits with a sign, as PostgreSQL counts them."""
    return int.from_bytes(hashlib.sha256(worker.encode()).digest()[:8], "big", signed=True)
