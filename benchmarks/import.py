"""How fast a CSV file is imported, beside a bare `executemany` of the same rows into the same tables.

    .venv/bin/python benchmarks/import.py --rows 100000

SQLite in a file, and PostgreSQL in a cluster of its own if `initdb` is found. One row in fifty is bad. The
import detects the encoding, reads and checks each row, reports the bad ones, looks for addresses that stand
there twice, that are known and that left, and writes subscriptions and changes; the bare side has the good
rows ready and only writes them, in one transaction. Each runs in a process of its own.
"""

import argparse
import csv
import json
import os
import platform
import random
import resource
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import closing
from datetime import UTC, datetime
from importlib.metadata import version
from importlib.util import find_spec
from itertools import islice
from multiprocessing import get_context
from pathlib import Path
from secrets import token_urlsafe
from time import perf_counter, process_time, sleep
from typing import Any, NamedTuple

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "tests")]

from databases import cluster, new_database, postgresql_programs  # noqa: E402 - after its place is known

from publisher.database.engine import opened  # noqa: E402
from publisher.database.migrate import migrate  # noqa: E402
from publisher.project import load  # noqa: E402
from publisher.readers import import_file, open_list, options  # noqa: E402
from publisher.subscribers.intake import Fate  # noqa: E402

_NOW = datetime(2026, 1, 1, tzinfo=UTC)
_TAG = "news.example.org,2018"
_SETTINGS = (
    f'[newsletter]\ntitle = "News"\nurl = "https://news.example.org/"\ntag = "{_TAG}"\n'
    'languages = ["en", "fr", "es", "ar"]\nzone = "UTC"\n'
)
_BATCH = 10_000
_GOOD = 49  # so many good rows stand before each bad one
_BAD = (
    "nobody,Somebody,en,subscribed\n",
    "anna..maria@example.org,Somebody,en,subscribed\n",
    "ana@example.org,Somebody,en,perhaps\n",
    "ana@example.org,Somebody,en,subscribed,and,more\n",
    ",Somebody,en,subscribed\n",
)
_COLUMNS = "id, public, newsletter, address, key, status, language, topics, kinds, created, changed"
_SUBSCRIPTION = f"INSERT INTO subscription ({_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"  # noqa: S608
_CHANGE = "INSERT INTO change (subscription, at, was, became, cause, proof) VALUES (?, ?, ?, ?, ?, ?)"


def people(number: int) -> Iterator[tuple[str, str]]:
    """Yield an address and a language for each of *number* readers, the same ones each time."""
    chance = random.Random(1)
    for count in range(number):
        yield (
            f"{chance.getrandbits(40):x}.{count}@host{count % 977}.example.org",
            ["en", "fr", "es", "ar"][count % 4],
        )


def write(path: Path, number: int) -> None:
    """Write the file that is imported."""
    with path.open("w", encoding="utf-8") as file:
        file.write("email,name,language,status\n")
        for count, (address, language) in enumerate(people(number)):
            row = f"{address},Somebody,{language},subscribed\n"
            file.write(row)
            if count % _GOOD == _GOOD - 1:
                file.write((*_BAD, row)[count // _GOOD % (len(_BAD) + 1)])  # the last one stands there twice


class Took(NamedTuple):
    """What a side took: seconds by the clock, of CPU in its process, and its peak in MiB."""

    wall: float
    cpu: float
    peak: int

    @classmethod
    def since(cls, wall: float, cpu: float) -> "Took":
        """Return what was taken since the clock said *wall* and the CPU *cpu*."""
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
        return cls(perf_counter() - wall, process_time() - cpu, peak)


def imported(folder: Path, path: Path, number: int, url: str) -> Took:
    """Import the file at *path*; return what that takes, from its first byte to the last row."""
    environ = {"PUBLISHER_SUBSCRIBERS__KEY": "k" * 43, "PUBLISHER_SUBSCRIBERS__DATABASE": url}
    project = load(folder, environ)
    subscribers = open_list(project, environ, lambda size: token_urlsafe(size)[:size])
    wanted = options(project, None, "", None, left=False)
    start = perf_counter(), process_time()
    with (folder / "refused.csv").open("w", encoding="utf-8", newline="") as report:
        refuse = csv.writer(report).writerow
        done = import_file(subscribers, path, wanted, "the form, 2026", refuse, _NOW)
    took = Took.since(*start)
    with (folder / "refused.csv").open(encoding="utf-8", newline="") as report:
        told = sum(1 for _ in csv.reader(report))
    if (done.fates[Fate.NEW], done.rows, told) != (number, number + number // _GOOD, number // _GOOD):
        sys.exit(f"error: {done} of {number} rows; {told} are reported")
    subscribers.store.engine.dispose()
    return took


def bare(number: int, url: str, folder: Path) -> Took:
    """Write the rows that the import writes by the driver's `executemany`; return what that takes."""
    engine = opened(url, None, folder)
    migrate(engine)
    is_sqlite = engine.dialect.name == "sqlite"
    statements = [text if is_sqlite else text.replace("?", "%s") for text in (_SUBSCRIPTION, _CHANGE)]
    now: Any = _NOW.isoformat(" ") if is_sqlite else _NOW
    proof = json.dumps({"from": "csv", "file": "people.csv", "consent": "the form, 2026"})
    wall, cpu, found = 0.0, 0.0, enumerate(people(number), 1)
    with closing(engine.raw_connection()) as connection:
        cursor = connection.cursor()
        if is_sqlite:
            cursor.execute("BEGIN IMMEDIATE")
        while batch := list(islice(found, _BATCH)):
            rows = [
                (
                    count,
                    token_urlsafe(17)[:22],
                    _TAG,
                    address,
                    address,
                    "active",
                    language,
                    "[]",
                    "[]",
                    now,
                    now,
                )
                for count, (address, language) in batch
            ]
            steps = [(count, now, "none", "active", "import", proof) for count, _ in batch]
            start = perf_counter(), process_time()
            cursor.executemany(statements[0], rows)
            cursor.executemany(statements[1], steps)
            took = Took.since(*start)
            wall, cpu = wall + took.wall, cpu + took.cpu
        start = perf_counter(), process_time()
        connection.commit()
        took = Took.since(*start)
    engine.dispose()
    return Took(wall + took.wall, cpu + took.cpu, took.peak)


def _served(database: str) -> float:
    """Return the seconds of CPU that connections to the server took which have ended; 0 for SQLite."""
    if not database:
        return 0.0
    sleep(1)  # until the last one has
    number = (Path(database) / "data" / "postmaster.pid").read_text(encoding="utf-8").split()[0]
    fields = Path(f"/proc/{number}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
    return (int(fields[13]) + int(fields[14])) / os.sysconf("SC_CLK_TCK")


def _alone(work: Callable[..., Any], *arguments: object) -> Any:
    """Return what *work* returns in a new process, whose memory nobody else has used."""
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
        return pool.submit(work, *arguments).result()


def measured(folder: Path, number: int, rounds: int, database: str) -> list[dict[str, Any]]:
    """Return the figures of each round; *database* is the folder of a cluster's socket, "" for SQLite."""
    found = []
    write(path := folder / "people.csv", number)
    for count in range(rounds):
        urls = [
            new_database(database) if database else f"sqlite:///{folder}/{name}{count}.db"
            for name in ("import", "bare")
        ]
        before = _served(database)
        one: Took = _alone(imported, folder, path, number, urls[0])
        between = _served(database)
        other: Took = _alone(bare, number, urls[1], folder)
        cpus = one.cpu + between - before, other.cpu + _served(database) - between
        figures = {
            "import": round(number / one.wall),
            "bare": round(number / other.wall),
            "ratio": round(other.wall / one.wall, 2),
            "import_cpu": round(cpus[0], 1),
            "bare_cpu": round(cpus[1], 1),
            "cpu_ratio": round(cpus[1] / cpus[0], 2),
            "peak_mib": one.peak,
        }
        told = f"  {figures['import']:>8,} rows/s imported  {figures['bare']:>8,} bare"
        told += f"  {figures['ratio']:.2f}; CPU {cpus[0]:.1f} s, {cpus[1]:.1f} s  {figures['cpu_ratio']:.2f}"
        print(f"{told}; peak {one.peak} MiB", flush=True)
        found.append(figures)
    return found


def main() -> None:
    """Measure what the words of the command line say."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--folder", type=Path, help="where to work; else the system's folder for such")
    parser.add_argument("--json", type=Path, metavar="FILE")
    words = parser.parse_args()
    results: dict[str, Any] = {
        "python": platform.python_version(),
        "machine": f"{platform.system()} {platform.machine()}, {os.cpu_count()} CPUs",
        "versions": {"SQLite": sqlite3.sqlite_version},
        "rows": words.rows,
    }
    with tempfile.TemporaryDirectory(dir=words.folder) as name:
        folder = Path(name)
        (folder / "entries").mkdir()
        (folder / "publisher.toml").write_text(_SETTINGS, encoding="utf-8")
        print(f"SQLite, {words.rows:,} rows")
        results["sqlite"] = measured(folder, words.rows, words.rounds, "")
        programs = postgresql_programs() if find_spec("psycopg") else None
        if programs:
            print(f"PostgreSQL, {words.rows:,} rows")
            told = subprocess.run(
                [programs / "postgres", "--version"], capture_output=True, text=True, check=True
            )
            results["versions"] |= {"PostgreSQL": told.stdout.split()[2], "psycopg": version("psycopg")}
            with cluster(programs) as socket:
                results["postgresql"] = measured(folder, words.rows, words.rounds, socket)
    if words.json:
        words.json.write_text(json.dumps(results, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
