"""The ledger when its database fails: nothing is marked that is not on the disk, and then it goes on."""

import contextlib
import os
import resource
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest
from conftest import missing
from databases import cluster, new_database, postgresql_programs, start, stop
from deliveries import NEWS, NOW, add_readers, frozen, sent, store_of
from sqlalchemy import Engine, event, text
from sqlalchemy.exc import IntegrityError

from publisher.database.engine import DatabaseError, opened, reading, transaction
from publisher.database.migrate import migrate
from publisher.delivery.ledger import Ledger
from publisher.delivery.workers import alive, working
from publisher.errors import PublisherError
from publisher.model.delivery import FrozenIssue, IssueState, State

NOBODY = 65534
HOLD = """
import sys
from pathlib import Path
from publisher.database.engine import opened
from publisher.delivery.workers import working
with working(opened(sys.argv[1], None, Path("/"))) as name:
    print(name, flush=True)
    sys.stdin.read()
"""


def claimed(engine: Engine, number: int) -> tuple[Ledger, FrozenIssue, list[int]]:
    """Return a ledger in which a worker `a` has claimed *number* deliveries."""
    migrate(engine)
    add_readers(store_of(engine), number)
    ledger = Ledger(engine, NEWS)
    issue = frozen(ledger)
    return ledger, issue, [job.subscription for job in ledger.claim(issue.id, "a", number, NOW)]


def works_again(ledger: Ledger, issue: FrozenIssue, ids: list[int]) -> None:
    """Hold that nothing was done by halves, and that all can be sent now."""
    assert ledger.counts(issue.id)[State.CLAIMED] == len(ids)
    assert ledger.mark(issue.id, "a", ids, NOW) == set(ids)
    assert ledger.settle(issue.id, "a", sent(ids), NOW) == len(ids)
    ledger.change(issue.id, IssueState.FINISHED, "", NOW)


def changed_while(engine: Engine, happening: Callable[[int], None]) -> None:
    """Change all deliveries in a transaction, and let something happen to its process before it ends."""
    with transaction(engine) as connection:
        pid = connection.execute(text("SELECT pg_backend_pid()")).scalar_one()
        connection.execute(text("UPDATE delivery SET state = 2"))
        happening(pid)


def whole(path: Path) -> bool:
    """Tell whether the file of SQLite at *path* is whole."""
    with closing(sqlite3.connect(path)) as connection:
        return bool(connection.execute("PRAGMA integrity_check").fetchone() == ("ok",))


def begin_a_new_log(path: Path) -> None:
    """Let SQLite begin its log anew, so that it has to grow for whatever is written next."""
    with closing(sqlite3.connect(path)) as connection:
        assert connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0] == 0


def fill(path: Path) -> None:
    """Write to a file at *path* until the disk is full."""
    with path.open("wb", buffering=0) as file, contextlib.suppress(OSError):
        while file.write(b"x" * 4096):
            pass


@contextmanager
def files_no_larger_than(size: int) -> Iterator[None]:
    """Let no file grow beyond *size* bytes, as on a disk that is full."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


# ------------------------------------------------------------------ SQLite
def test_files_that_may_not_grow(tmp_path: Path) -> None:
    """If the file of the database cannot grow, no mark counts; with room again, all goes on."""
    engine = opened("sqlite:///it.db", None, tmp_path)
    ledger, issue, ids = claimed(engine, 300)
    begin_a_new_log(tmp_path / "it.db")
    with files_no_larger_than(4096), pytest.raises(DatabaseError) as told:
        ledger.mark(issue.id, "a", ids, NOW)
    assert told.value.code == "no-database"
    assert told.value.hint
    works_again(ledger, issue, ids)
    engine.dispose()
    assert whole(tmp_path / "it.db")


def test_a_full_disk(tmp_path: Path) -> None:
    """On a disk without room no mark counts, and the error tells to make some; then all goes on."""
    folder = tmp_path / "disk"
    folder.mkdir()
    words = ["mount", "-t", "tmpfs", "-o", "size=16m", "publisher-test", str(folder)]
    if subprocess.run(words, capture_output=True, check=False).returncode:
        missing("tmpfs", "run the tests as somebody who may mount one")
    engine = opened("sqlite:///it.db", None, folder)
    try:
        ledger, issue, ids = claimed(engine, 300)
        begin_a_new_log(folder / "it.db")
        filler = folder / "filler"
        fill(filler)
        with pytest.raises(DatabaseError) as told:
            ledger.mark(issue.id, "a", ids, NOW)
        assert "make room" in told.value.hint
        filler.unlink()
        works_again(ledger, issue, ids)
        assert whole(folder / "it.db")
    finally:
        engine.dispose()
        words = ["umount", "--lazy", str(folder)]
        subprocess.run(words, check=True)


@pytest.mark.parametrize("is_open", [True, False])
def test_a_file_that_cannot_be_written(is_open: bool) -> None:  # noqa: FBT001 - handed in by pytest
    """If this user may read the database but not write it, nothing is marked; then all goes on."""
    folder = Path(tempfile.mkdtemp(prefix="publisher-read-only-"))
    try:
        engine = opened("sqlite:///it.db", None, folder)
        ledger, issue, ids = claimed(engine, 5)
        if not is_open:
            engine.dispose()
        folder.chmod(0o555)
        for path in folder.iterdir():
            path.chmod(0o444)
        is_root = os.geteuid() == 0
        if is_root:
            os.seteuid(NOBODY)
        try:
            other = opened("sqlite:///it.db", None, folder)
            with pytest.raises(DatabaseError) as told:
                Ledger(other, NEWS).mark(issue.id, "a", ids, NOW)
            other.dispose()
        finally:
            if is_root:
                os.seteuid(0)
        assert told.value.code == "no-database"
        folder.chmod(0o755)
        for path in folder.iterdir():
            path.chmod(0o644)
        works_again(ledger, issue, ids)
        engine.dispose()
    finally:
        folder.chmod(0o755)
        shutil.rmtree(folder)


def test_a_database_that_somebody_holds(tmp_path: Path) -> None:
    """While another program writes for long, a mark waits, and then tells so; reports go on meanwhile."""
    engine = opened("sqlite:///it.db", None, tmp_path)
    event.listen(
        engine, "connect", lambda connection, _record: connection.execute("PRAGMA busy_timeout = 300")
    )
    ledger, issue, ids = claimed(engine, 5)
    with closing(sqlite3.connect(tmp_path / "it.db", isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(DatabaseError, match="locked") as told:
            ledger.mark(issue.id, "a", ids, NOW)
        assert "another program" in told.value.hint
        assert ledger.counts(issue.id)[State.CLAIMED] == 5
        other.execute("ROLLBACK")
    works_again(ledger, issue, ids)
    engine.dispose()


def test_our_own_faults_are_not_the_database_s(tmp_path: Path) -> None:
    """A row that is there already is no database that does not answer."""
    engine = opened("sqlite:///it.db", None, tmp_path)
    claimed(engine, 1)
    with pytest.raises(IntegrityError), transaction(engine) as connection:
        connection.execute(text("INSERT INTO delivery SELECT * FROM delivery"))
    engine.dispose()


# ------------------------------------------------------------------ PostgreSQL
@pytest.mark.usefixtures("postgresql")
def test_a_server_that_stops_and_comes_back(tmp_path: Path) -> None:
    """While the server is away nothing is marked; what it had kept is there again, and all goes on."""
    programs = postgresql_programs()
    assert programs
    with cluster(programs) as name:
        folder = Path(name)
        stop(programs, folder)
        start(programs, folder, "-c synchronous_commit=on")
        engine = opened(new_database(name), None, tmp_path)
        ledger, issue, ids = claimed(engine, 20)
        with working(engine) as worker:
            assert alive(engine, worker)
            with pytest.raises(DatabaseError):
                changed_while(engine, lambda _pid: stop(programs, folder))
            with pytest.raises(DatabaseError) as told:
                ledger.mark(issue.id, "a", ids, NOW)
            assert told.value.code == "no-database"
            start(programs, folder, "-c synchronous_commit=on")
            assert not alive(engine, worker)  # its lock went with the server: others may take over
            works_again(ledger, issue, ids)
        engine.dispose()


def test_a_connection_that_is_cut(postgresql: str, tmp_path: Path) -> None:
    """If the server ends our connection within a step, the step did not happen, and the next one does."""
    engine = opened(new_database(postgresql), None, tmp_path)
    ledger, issue, ids = claimed(engine, 5)

    def cut(pid: int) -> None:
        with reading(engine) as other:
            other.execute(text("SELECT pg_terminate_backend(:pid)"), {"pid": pid})

    with pytest.raises(DatabaseError):
        changed_while(engine, cut)
    works_again(ledger, issue, ids)
    engine.dispose()


# ------------------------------------------------------------------ workers
def test_a_worker_that_is_killed(database_url: str, tmp_path: Path) -> None:
    """A worker is alive until it is killed, at once not any more, and another one takes its place."""
    engine = opened(database_url, None, tmp_path)
    with subprocess.Popen(
        [sys.executable, "-c", HOLD, database_url], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as held:
        assert held.stdout is not None
        name = held.stdout.readline().strip()
        assert name
        assert alive(engine, name)
        assert not alive(engine, "somebody else")
        if engine.dialect.name == "sqlite":
            with pytest.raises(PublisherError) as told, working(engine):
                pass
            assert (told.value.code, name in told.value.message) == ("already-sending", True)
        held.kill()
        held.wait()
        for _ in range(200):  # PostgreSQL notices within milliseconds
            if not alive(engine, name):
                break
            time.sleep(0.02)
    assert not alive(engine, name)
    with working(engine) as again:
        assert again != name
        assert alive(engine, again)
    assert not alive(engine, again)
    engine.dispose()


def test_two_workers_of_postgresql(postgresql: str, tmp_path: Path) -> None:
    """On PostgreSQL two may work at a time, and one ends without the other."""
    engine = opened(new_database(postgresql), None, tmp_path)
    with working(engine) as one:
        with working(engine) as other:
            assert (alive(engine, one), alive(engine, other)) == (True, True)
        assert (alive(engine, one), alive(engine, other)) == (True, False)
    engine.dispose()


def test_nobody_ever_worked(tmp_path: Path) -> None:
    """Where nobody has sent anything, nobody is alive."""
    engine = opened("sqlite:///it.db", None, tmp_path)
    assert not alive(engine, "anybody")


def test_asking_hinders_nobody(tmp_path: Path) -> None:
    """Programs that only ask who is alive keep no worker from beginning."""
    engine = opened("sqlite:///it.db", None, tmp_path)
    told: list[bool] = []
    is_over = threading.Event()

    def ask() -> None:
        while not is_over.is_set():
            told.append(alive(engine, "nobody"))
            time.sleep(0.001)

    askers = [threading.Thread(target=ask) for _ in range(3)]
    for asker in askers:
        asker.start()
    try:
        for _ in range(5):
            with working(engine) as again:
                assert alive(engine, again)
    finally:
        is_over.set()
        for asker in askers:
            asker.join()
    assert told
    assert not any(told)
    engine.dispose()
