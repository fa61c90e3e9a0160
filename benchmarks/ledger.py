"""What the ledger costs: freezing, claims, marks and outcomes in groups, on SQLite and PostgreSQL.

    .venv/bin/python benchmarks/ledger.py                  # a million readers
    .venv/bin/python benchmarks/ledger.py --rows 100000 --rounds 1

Beside SQLite stands the driver alone, which runs the same statements on the same tables without SQLAlchemy.
"""

import argparse
import json
import platform
import resource
import sqlite3
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from importlib.util import find_spec
from pathlib import Path
from time import perf_counter, process_time
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "tests")]

from databases import cluster, new_database, postgresql_programs, start, stop  # noqa: E402 - after its place is known
from sqlalchemy import Engine, text  # noqa: E402

from publisher.database.engine import opened, transaction  # noqa: E402
from publisher.database.migrate import migrate  # noqa: E402
from publisher.delivery.ledger import Ledger  # noqa: E402
from publisher.delivery.statements import Statements  # noqa: E402
from publisher.model.delivery import Message, Outcome, Segment, State  # noqa: E402

NOW = datetime(2026, 11, 23, tzinfo=UTC)
TAG, GROUP = "news.example.org,2018", 200
GOAL = 1.5
REPLY = "2.0.0 Ok: queued as 4XabcdEF12z3"
COLUMNS = "public, newsletter, address, key, status, language, topics, kinds, created, changed"
VALUES = (
    "'p' || n, 'news.example.org,2018', 'reader' || n || '@example.org', 'reader' || n || '@example.org',"
    " CASE WHEN n % 20 = 0 THEN 'unsubscribed' ELSE 'active' END,"
    " CASE n % 3 WHEN 0 THEN 'en' WHEN 1 THEN 'fr' ELSE 'es' END"
)
INTO = f"INSERT INTO subscription ({COLUMNS})"
FILL = {
    "sqlite": INTO  # noqa: S608 - our own words
    + " WITH RECURSIVE numbers(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < ?)"
    " SELECT " + VALUES + ", '[]', '[]', '2026-01-01', '2026-01-01' FROM numbers",
    "postgresql": INTO  # noqa: S608 - the same
    + " SELECT "
    + VALUES.replace("%", "%%")
    + ", json '[]', json '[]', now(), now()"
    " FROM generate_series(1, %s) AS numbers (n)",
}
AGAIN = (
    "UPDATE delivery SET state = 0, worker = NULL, attempt = 0, code = 0, reply = '', status = ''"
    " WHERE state IN (1, 2, 4)"
)


def filled(engine: Engine, number: int) -> None:
    """Make the tables, and *number* readers of whom one in twenty has left."""
    migrate(engine)
    with transaction(engine) as connection:
        connection.exec_driver_sql(FILL[engine.dialect.name], (number,))


def size(engine: Engine) -> int:
    """Return how many bytes the deliveries take, or for SQLite all tables."""
    with transaction(engine) as connection:
        if engine.dialect.name == "postgresql":
            return int(connection.execute(text("SELECT pg_total_relation_size('delivery')")).scalar_one())
        pages = [
            connection.exec_driver_sql(f"PRAGMA {name}").scalar_one()
            for name in ("page_count", "freelist_count", "page_size")
        ]
        return int((pages[0] - pages[1]) * pages[2])


@contextmanager
def measured(found: dict[str, Any], name: str, rows: int) -> Iterator[None]:
    """Put rows a second, and microseconds of CPU of this process for each, into *found*."""
    wall, cpu = perf_counter(), process_time()
    yield
    wall, cpu = perf_counter() - wall, process_time() - cpu
    found[name] = {"rows_per_second": round(rows / wall), "cpu_us": round(cpu / rows * 1e6, 2)}


def frozen(engine: Engine, found: dict[str, Any], number: int) -> int:
    """Freeze an issue and return its number."""
    ledger, before = Ledger(engine, TAG), size(engine)
    with measured(found, "plan", number):
        chosen = list(ledger.audience().active)
    mails = [Message(segment, "News", "f" * 64, b"x" * 40_000) for segment in chosen]
    wanted: dict[Segment, int | str] = {segment: place for place, segment in enumerate(chosen)}
    with measured(found, "freeze", number):
        issue = ledger.freeze("2026-11", "e" * 64, mails, wanted, NOW)
    if issue.candidates != number:
        sys.exit(f"error: {issue.candidates} of {number} deliveries")
    found["bytes_per_row"] = round((size(engine) - before) / number, 1)
    return issue.id


def claims(engine: Engine, issue: int, count: int) -> float:
    """Return the microseconds that the quickest of *count* claims takes; they are given back.

    Waiting for the disk, which takes longer than all else, is left out: for SQLite the CPU time counts, and
    PostgreSQL (which is another process) does not wait.
    """
    ledger, taken = Ledger(engine, TAG), []
    clock = process_time if engine.dialect.name == "sqlite" else perf_counter
    for _ in range(count):
        begun = clock()
        jobs = ledger.claim(issue, "bench", GROUP, NOW)
        taken.append(clock() - begun)
        if len(jobs) != GROUP:
            sys.exit(f"error: {len(jobs)} claimed")
    ledger.release(issue, "bench")
    return min(taken) * 1e6


def waits(engine: Engine, *, is_waiting: bool) -> None:
    """Let PostgreSQL wait for the disk at each commit, or not."""
    if engine.dialect.name == "postgresql":
        with transaction(engine) as connection:
            word = "on" if is_waiting else "off"
            said = f"ALTER DATABASE {engine.url.database} SET synchronous_commit = {word}"
            connection.exec_driver_sql(said)
        engine.dispose()


def as_sent(engine: Engine, number: int) -> None:
    """Let the first *number* deliveries be sent."""
    with transaction(engine) as connection:
        connection.execute(text(f"UPDATE delivery SET state = 4 WHERE subscription <= {number}"))  # noqa: S608


def three_steps(engine: Engine, issue: int, rows: int) -> int:
    """Claim, mark and settle in groups, each a transaction; return how many rows were settled."""
    ledger, done = Ledger(engine, TAG), 0
    while done < rows and (jobs := ledger.claim(issue, "bench", GROUP, NOW)):
        ids = ledger.mark(issue, "bench", [job.subscription for job in jobs], NOW)
        done += ledger.settle(issue, "bench", _sent(ids), NOW)
    return done


def two_steps(engine: Engine, issue: int, rows: int) -> int:
    """Claim, then mark a group together with what became of the one before: two transactions for each."""
    ledger, done = Ledger(engine, TAG), 0
    before: list[Outcome] = []
    while done < rows and (jobs := ledger.claim(issue, "bench", GROUP, NOW)):
        ids = ledger.step(issue, "bench", before, [job.subscription for job in jobs], NOW)
        before = _sent(ids)
        done += len(ids)
    ledger.settle(issue, "bench", before, NOW)
    return done


def _sent(ids: set[int]) -> list[Outcome]:
    return [Outcome(number, State.SENT, 250, "2.0.0", REPLY) for number in sorted(ids)]


def bare(path: Path, issue: int, rows: int) -> int:
    """Do what `three_steps` does by the driver alone."""
    said = {name: clause.text for name, clause in Statements("sqlite")._made.items()}  # noqa: SLF001
    settle, done = Statements("sqlite")._settle, 0  # noqa: SLF001
    values: dict[str, Any] = {"issue": issue, "worker": "bench", "now": 1, "limit": GROUP, "after": -1}
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute("PRAGMA synchronous = FULL")
        run: Callable[..., Any] = connection.execute
        while done < rows:
            run("BEGIN IMMEDIATE")
            ids = [row[0] for row in run(said["queued"], values)]
            listed = values | {"ids": json.dumps(ids)}
            run(said["take"], listed)
            run("COMMIT")
            if not ids:
                break
            run("BEGIN IMMEDIATE")
            run(said["mark"], listed).fetchall()
            run("COMMIT")
            run("BEGIN IMMEDIATE")
            connection.executemany(
                settle, [(1, 4, None, 250, "2.0.0", REPLY, number, issue, "bench") for number in ids]
            )
            run("COMMIT")
            done += len(ids)
    return done


def again(engine: Engine) -> None:
    """Let all deliveries be queued."""
    with transaction(engine) as connection:
        connection.exec_driver_sql(AGAIN)


def database(
    name: str, make: Callable[[], str], folder: Path, number: int, part: int, few: int, rounds: int
) -> dict[str, Any]:
    """Return all figures of a database, of which *make* returns the address of a new one each time."""
    found: dict[str, Any] = {"rounds": []}
    small = opened(make(), None, folder)
    filled(small, few)
    ready = frozen(small, {}, few)
    engine = opened(make(), None, folder)
    filled(engine, number)
    issue = frozen(engine, found, number)
    print(f"{name}: {found}")
    for each in (small, engine):
        waits(each, is_waiting=False)
    count = min(15, number * 95 // 1000 // GROUP, few // GROUP)
    for share in (0.0, 0.5, 0.9):
        as_sent(engine, round(number * share))
        pairs = [(claims(engine, issue, count), claims(small, ready, count)) for _ in range(max(3, rounds))]
        ratios = [large / little for large, little in pairs]
        found[f"claim at {share:.0%} sent"] = {
            "us": round(statistics.median(large for large, _ in pairs)),
            "of_few_us": round(statistics.median(little for _, little in pairs)),
            "ratio": round(statistics.median(ratios), 2),
            "highest": round(max(ratios), 2),
        }
        print(f"{name}: claim at {share:.0%} sent: {found[f'claim at {share:.0%} sent']}")
    waits(engine, is_waiting=True)
    for _ in range(rounds):
        figures: dict[str, Any] = {}
        ways: dict[str, Callable[[], int]] = {
            "three transactions": lambda: three_steps(engine, issue, part),
            "two transactions": lambda: two_steps(engine, issue, part),
        }
        if name == "SQLite":
            ways["driver alone"] = lambda: bare(Path(str(engine.url.database)), issue, part)
        for way, work in ways.items():
            again(engine)
            with measured(figures, way, part):
                done = work()
            if done < part:
                sys.exit(f"error: {done} of {part} rows")
        print(f"{name}: {figures}")
        found["rounds"].append(figures)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    with measured(found, "report", number):
        listed = sum(1 for _ in Ledger(engine, TAG).deliveries(issue))
    if listed != number:
        sys.exit(f"error: {listed} of {number} rows listed")
    with measured(found, "counts", number):
        Ledger(engine, TAG).counts(issue)
    found["peak_mib"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    found["report_grew_mib"] = found["peak_mib"] - before // 1024
    print(f"{name}: report {found['report']}, counts {found['counts']}, peak {found['peak_mib']} MiB")
    small.dispose()
    engine.dispose()
    return found


def main() -> None:
    """Measure what the words of the command line say."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--rows", type=int, default=1_000_000, help="readers")
    parser.add_argument(
        "--small", type=int, default=50_000, help="readers of the list that claims are compared with"
    )
    parser.add_argument("--part", type=int, default=100_000, help="how many of them are sent to in a round")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--folder", type=Path, help="where to work; else the system's folder for such")
    parser.add_argument("--results", type=Path, metavar="DIR", help="keep the figures there")
    words = parser.parse_args()
    results: dict[str, Any] = {
        "rows": words.rows,
        "few": words.small,
        "group": GROUP,
        "python": platform.python_version(),
        "sqlite": sqlite3.sqlite_version,
        "machine": f"{platform.system()} {platform.machine()}",
    }
    part = min(words.part, words.rows * 9 // 10)
    with tempfile.TemporaryDirectory(dir=words.folder) as name:
        numbers = iter(range(10**6))
        sqlite = lambda: f"sqlite:///{name}/{next(numbers)}.db"  # noqa: E731
        results["SQLite"] = database(
            "SQLite", sqlite, Path(name), words.rows, part, words.small, words.rounds
        )
        programs = postgresql_programs() if find_spec("psycopg") else None
        if programs:
            with cluster(programs) as socket:
                stop(programs, Path(socket))  # for tests it promises nothing; here it shall
                start(programs, Path(socket), "-c fsync=on -c synchronous_commit=on -c full_page_writes=on")
                make = lambda: new_database(socket)  # noqa: E731
                results["PostgreSQL"] = database(
                    "PostgreSQL", make, Path(name), words.rows, part, words.small, words.rounds
                )
    if words.results:
        path = words.results / f"ledger-{time.strftime('%Y-%m-%d')}.json"
        path.write_text(json.dumps(results, indent=2) + "\n", encoding="utf-8")
    highest = max(
        row["ratio"]
        for base in ("SQLite", "PostgreSQL")
        for key, row in results.get(base, {}).items()
        if key.startswith("claim")
    )
    if highest > GOAL:
        sys.exit(f"MISSED: a claim takes {highest} times as long as with {words.small:,} readers")


if __name__ == "__main__":
    main()
