"""From an address to a connection: SQLite that keeps what it promised, or PostgreSQL."""

import contextlib
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event, make_url
from sqlalchemy.exc import (
    ArgumentError,
    DataError,
    DBAPIError,
    IntegrityError,
    NoSuchModuleError,
    ProgrammingError,
)
from sqlalchemy.exc import TimeoutError as NoneFreeError

from publisher.errors import PublisherError, UsageError
from publisher.model.secret import Secret

_SECONDS = 15
_READS = "publisher_reads"
_HINTS = {
    "full": "make room on the disk, and do it again",
    "no space left": "make room on the disk, and do it again",
    "locked": "another program is writing to it; wait until it is done, and do it again",
    "readonly": "let this user write to its file and its folder",
    "read-only": "let this user write to it",
}
_HINT = "see that it runs and can be reached; publisher config show tells its address"
_turn = threading.Lock()


class DatabaseError(PublisherError):
    """The database cannot be used."""

    code = "no-database"


def opened(url: str, password: Secret | None, root: Path, *, make: bool = True) -> Engine:
    """Return an engine for *url*, which holds no password; the file of SQLite is counted from *root*.

    That file is made if it is not there, unless *make* is false; a first connection would make it as well.
    Raises `UsageError` if the address cannot be read, or its driver is not installed.
    """
    try:
        read = make_url(url)
        if password:
            read = read.set(password=password.reveal())
        if read.drivername in {"postgres", "postgresql"}:
            read = read.set(drivername="postgresql+psycopg")
        if read.drivername != "sqlite":
            return create_engine(read, pool_pre_ping=True, connect_args={"connect_timeout": _SECONDS})
        if read.database and read.database != ":memory:":
            file = root / read.database
            if make:
                file.parent.mkdir(parents=True, exist_ok=True)
                with contextlib.suppress(OSError):  # it is there, or SQLite tells why it cannot be
                    file.touch(0o600, exist_ok=False)  # it holds addresses
            read = read.set(database=str(file))
        engine = create_engine(read, connect_args={"timeout": _SECONDS})
    except ModuleNotFoundError as missing:
        hint = "pip install 'psycopg[binary]'"
        raise UsageError(f"{missing.name} is not installed", hint, "missing-driver") from None
    except (ArgumentError, NoSuchModuleError):
        hint = "write sqlite:///subscribers.db, or postgresql://user@host/name"
        raise UsageError(
            "subscribers.database is no address of a database", hint, "invalid-database"
        ) from None
    event.listen(engine, "connect", _prepare)
    event.listen(engine, "begin", _begin)
    return engine


def _prepare(connection: Any, _record: Any) -> None:
    """Let SQLite keep what it committed, overwrite what was deleted, and hold to foreign keys."""
    connection.isolation_level = None  # transactions begin where we say so, and not at the first write
    for pragma in ("journal_mode = WAL", "synchronous = FULL", "foreign_keys = ON", "secure_delete = ON"):
        connection.execute(f"PRAGMA {pragma}")


def _begin(connection: Connection) -> None:
    """Begin as a writer, so that two never read the same and then wait for each other for ever."""
    reads = connection.get_execution_options().get(_READS)
    connection.exec_driver_sql("BEGIN" if reads else "BEGIN IMMEDIATE")


@contextmanager
def transaction(engine: Engine) -> Iterator[Connection]:
    """Give a connection whose changes count if nothing is raised.

    Raises `DatabaseError` if the database does not answer, or cannot keep what was changed.
    """
    with _told(engine), _line(engine), engine.begin() as connection:
        yield connection


@contextmanager
def reading(engine: Engine) -> Iterator[Connection]:
    """Give a connection that reads and changes nothing, so that nobody who writes has to wait for it.

    Raises `DatabaseError` if the database does not answer.
    """
    with _told(engine), engine.execution_options(**{_READS: True}).begin() as connection:
        yield connection


@contextmanager
def driving(engine: Engine) -> Iterator[Any]:
    """Give a cursor of the driver, whose changes count if nothing is raised: for what is done for each mail.

    There SQLAlchemy takes thrice as long as SQLite. Raises `DatabaseError` as `transaction` does.
    """
    with _told(engine), _line(engine):
        held = engine.raw_connection()
        try:
            cursor = held.cursor()
            if engine.dialect.name == "sqlite":
                cursor.execute("BEGIN IMMEDIATE")
            yield cursor
            held.commit()
        except BaseException:
            held.invalidate()  # what was changed is forgotten, and nobody gets a line that is broken
            raise
        finally:
            held.close()


@contextmanager
def _line(engine: Engine) -> Iterator[None]:
    """Let threads wait here for their turn at SQLite.

    It takes one transaction at a time; those who wait there ask again and again, some in vain for seconds.
    """
    if engine.dialect.name != "sqlite":
        yield
        return
    if not _turn.acquire(timeout=_SECONDS):
        raise DatabaseError("the database does not answer: it is busy", "try it again", "no-database")
    try:
        yield
    finally:
        _turn.release()


@contextmanager
def connected(engine: Engine) -> Iterator[Connection]:
    """Give a connection of its own, which begins and ends transactions by itself, and is closed then.

    Raises `DatabaseError` if the database does not answer.
    """
    with _told(engine), engine.connect() as connection:
        try:
            yield connection
        finally:
            connection.invalidate()  # its temporary tables go with it


@contextmanager
def _told(engine: Engine) -> Iterator[None]:
    """Tell in our words that the database does not answer; a wrong statement is our own fault."""
    driver: Any = engine.dialect.dbapi
    try:
        yield
    except (IntegrityError, DataError, ProgrammingError):
        raise
    except (driver.IntegrityError, driver.DataError, driver.ProgrammingError):
        raise
    except (DBAPIError, NoneFreeError, driver.Error) as error:
        reason = str(getattr(error, "orig", error)).strip().partition("\n")[0]
        hint = next((way for word, way in _HINTS.items() if word in reason.lower()), _HINT)
        raise DatabaseError(f"the database does not answer: {reason}", hint, "no-database") from None
