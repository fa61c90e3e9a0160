"""How many forms the web service takes, beside the files it gives; and whether it takes forged tokens.

    .venv/bin/python benchmarks/serve.py
    .venv/bin/python benchmarks/serve.py --tokens 1000000

`publisher serve` runs in a process of its own, over SQLite in a file, and over PostgreSQL in a cluster of
its own if `initdb` is found, with limits that nobody reaches. Fifty connections stay open and ask one thing
after the other. Each form has another address; what it asks for is done behind the answers meanwhile.
"""

import argparse
import asyncio
import json
import statistics
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from importlib.util import find_spec
from itertools import count
from pathlib import Path
from time import monotonic, perf_counter, sleep
from typing import Any
from urllib.parse import urlencode, urlsplit

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "tests")]

from databases import cluster, new_database, postgresql_programs  # noqa: E402 - after its place is known
from forging import forged  # noqa: E402
from serving import FORM, KEY, Serving, a_newsletter, a_service, stamp  # noqa: E402

from publisher.subscribers.tokens import Tokens  # noqa: E402

CONNECTIONS = 50
_BATCH = 900  # the service takes a thousand forms that wait, and no more
_numbers = count(1)


def a_form() -> bytes:
    """Return a request that fills in the form with an address that is new."""
    body = urlencode({"address": f"reader{next(_numbers)}@example.org", "time": stamp()}).encode()
    head = (
        f"POST /subscribe HTTP/1.1\r\nHost: x\r\nContent-Type: {FORM}\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body


def a_file() -> bytes:
    """Return a request for the home page."""
    return b"GET / HTTP/1.1\r\nHost: x\r\n\r\n"


async def _ask(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, request: bytes) -> float:
    """Send *request* and read its answer to the end; return the seconds that took."""
    start = perf_counter()
    writer.write(request)
    head = await reader.readuntil(b"\r\n\r\n")
    size = next(line for line in head.lower().split(b"\r\n") if line.startswith(b"content-length:"))
    await reader.readexactly(int(size.partition(b":")[2]))
    if not head.startswith(b"HTTP/1.1 200 "):
        sys.exit(f"error: {head.partition(bytes([13, 10]))[0].decode()}")
    return perf_counter() - start


async def _asked(top: str, request: Callable[[], bytes], number: int) -> tuple[float, list[float]]:
    """Ask *number* times over all connections; return the seconds of all, and of each."""
    found, left, took = urlsplit(top), iter(range(number)), list[float]()

    async def one() -> None:
        reader, writer = await asyncio.open_connection(found.hostname, found.port)
        for _ in left:
            took.append(await _ask(reader, writer, request()))
        writer.close()

    start = perf_counter()
    await asyncio.gather(*(one() for _ in range(CONNECTIONS)))
    return perf_counter() - start, took


def figures(seconds: float, took: list[float]) -> dict[str, float]:
    """Return requests per second, and milliseconds of the median and of the slowest hundredth."""
    parts = statistics.quantiles(took, n=100)
    return {
        "per_second": round(len(took) / seconds),
        "p50_ms": round(parts[49] * 1000, 1),
        "p99_ms": round(parts[98] * 1000, 1),
    }


def settled(service: Serving, began: float) -> float:
    """Wait until all that was asked for is done; return the seconds since *began*."""
    until = monotonic() + 300
    while service.rows("SELECT id FROM wish LIMIT 1"):
        if monotonic() > until:
            sys.exit("error: what was asked for is not done after five minutes")
        sleep(0.05)
    return perf_counter() - began


def measured(service: Serving, number: int, rounds: int) -> list[dict[str, Any]]:
    """Return the figures of each round; *number* is how many files and forms are asked for in it."""
    rows = []
    for _ in range(rounds):
        files = figures(*asyncio.run(_asked(service.top, a_file, number)))
        began, forms = perf_counter(), figures(*asyncio.run(_asked(service.top, a_form, number)))
        row: dict[str, Any] = {"files": files, "forms": forms}
        row["done_per_second"] = round(number / settled(service, began))
        row["ratio"] = round(forms["per_second"] / files["per_second"], 2)
        rows.append(row)
        print(
            f"  files {files['per_second']:>5,}/s, p50 {files['p50_ms']:>6} p99 {files['p99_ms']:>6} ms"
            f"   forms {forms['per_second']:>5,}/s, p50 {forms['p50_ms']:>6} p99 {forms['p99_ms']:>6} ms"
            f"   forms/files {row['ratio']:.2f}   done {row['done_per_second']:,}/s",
            flush=True,
        )
    return rows


@contextmanager
def _databases() -> Iterator[dict[str, str]]:
    """Give the address of an empty database for each kind that is there."""
    programs = postgresql_programs() if find_spec("psycopg") else None
    if programs is None:
        yield {"sqlite": ""}
        return
    with cluster(programs) as socket:
        yield {"sqlite": "", "postgresql": new_database(socket)}


def accepted(number: int) -> int:
    """Return how many of *number* forged tokens are taken for what they are to be good for."""
    tokens, now = Tokens([KEY]), datetime(2026, 1, 1, tzinfo=UTC)
    names = [f"subscription{number:08}" for number in range(2_000)]
    return sum(
        tokens.read(purpose, token, now) is not None for token, purpose in forged(tokens, names, now, number)
    )


def main() -> int:
    """Measure what the words of the command line say."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--requests", type=int, default=_BATCH, help=f"of a round; at most {_BATCH}")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--tokens", type=int, default=0, metavar="N", help="try N forged tokens as well")
    parser.add_argument("--json", type=Path, metavar="FILE")
    words = parser.parse_args()
    results: dict[str, Any] = {"requests": min(words.requests, _BATCH), "connections": CONNECTIONS}
    with tempfile.TemporaryDirectory() as name, _databases() as databases:
        for kind, url in databases.items():
            room = a_newsletter(Path(name) / kind)
            room.build()
            print(kind)
            with a_service(room.root, database=url) as service:
                measured(service, CONNECTIONS, 1)  # nobody is cold
                results[kind] = measured(service, results["requests"], words.rounds)
            ratios = [row["ratio"] for row in results[kind]]
            print(f"  forms/files, median of {len(ratios)} rounds: {statistics.median(ratios):.2f}")
    if words.tokens:
        results["forged"] = words.tokens
        results["accepted"] = accepted(words.tokens)
        print(f"{results['accepted']} of {words.tokens:,} forged tokens taken")
    if words.json:
        words.json.write_text(json.dumps(results, indent=2) + "\n", encoding="utf-8")
    return 1 if results.get("accepted") else 0


if __name__ == "__main__":
    sys.exit(main())
