"""What it costs to hand mails to a server: `publisher`, `smtplib` and Postfix's `smtp-source` at one sink.

    .venv/bin/python benchmarks/wire.py --mails 4000 --rounds 5

Each way sends the same mail of 40 kB again and again over connections that are kept, one and ten at once,
to `tests/faultserver.py` (without faults), or to Postfix's `smtp-sink` with `--sink smtp-sink`. Rounds are
rotated; the least CPU time of the sender counts, since others may use the machine.
"""

import argparse
import contextlib
import json
import os
import resource
import shutil
import smtplib
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "tests")]

from publisher.delivery.greeting import Place  # noqa: E402 - after its place is known
from publisher.delivery.line import Limits  # noqa: E402
from publisher.delivery.smtp import connected  # noqa: E402
from publisher.model.delivery import Mailbox  # noqa: E402

SENDER, READER = Mailbox("bounces+7-4711-k3j5@example.org"), Mailbox("ana@example.org")
_LINE = b'<td style=3D"color:#22303a; font-size:17px">What was said there, and why=20=\r\n'
_HEAD = b"From: News <news@example.org>\r\nTo: ana@example.org\r\nMessage-ID: <1@example.org>\r\n\r\n"
PIECES = [_HEAD, *([_LINE * 52] * 10)]
"""A mail as `publisher` has it: in about ten pieces, between which stands what is each reader's own."""
_TRIES = 100


def ours(port: int, mails: int) -> None:
    """Send *mails* by our engine."""
    session = connected(Place("127.0.0.1", port, "none"), Limits(), threading.Event())
    for _ in range(mails):
        assert session.deliver(SENDER, READER, PIECES, lambda: True).code == 250  # noqa: S101
    session.close()


def theirs(port: int, mails: int) -> None:
    """Send *mails* by Python's own library."""
    whole = b"".join(PIECES)
    with smtplib.SMTP("127.0.0.1", port) as server:
        for _ in range(mails):
            server.sendmail(SENDER, [READER], whole)


WAYS: dict[str, Callable[[int, int], None]] = {"publisher": ours, "smtplib": theirs}


def client(way: str, port: int, mails: int, lines: int) -> None:
    """Send in threads, and print the CPU and wall seconds that it took."""
    threads = [threading.Thread(target=WAYS[way], args=(port, mails // lines)) for _ in range(lines)]
    before, start = resource.getrusage(resource.RUSAGE_SELF), time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    after, wall = resource.getrusage(resource.RUSAGE_SELF), time.perf_counter() - start
    print(json.dumps([_cpu(after) - _cpu(before), wall]))


def measured(way: str, port: int, mails: int, lines: int) -> tuple[float, float]:
    """Return the CPU and wall seconds in which *way* sends."""
    if way != "smtp-source":
        words = [sys.executable, __file__, "--client", way, "--port", str(port)]
        words += ["--mails", str(mails), "--lines", str(lines)]
        cpu, wall = json.loads(subprocess.run(words, check=True, capture_output=True).stdout)
        return cpu, wall
    size = str(sum(map(len, PIECES)))
    words = ["smtp-source", "-d", "-s", str(lines), "-m", str(mails), "-l", size]
    before, start = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    subprocess.run([*words, "-f", SENDER, "-t", READER, f"127.0.0.1:{port}"], check=True)
    after, wall = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter() - start
    return _cpu(after) - _cpu(before), wall


def _cpu(used: resource.struct_rusage) -> float:
    return used.ru_utime + used.ru_stime


@contextlib.contextmanager
def a_sink(kind: str) -> Iterator[int]:
    """Run what takes the mails; give its port."""
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        port = held.getsockname()[1]
    with tempfile.TemporaryDirectory() as folder:
        own = [
            sys.executable,
            str(ROOT / "tests/faultserver.py"),
            "--port",
            str(port),
            "--log",
            f"{folder}/log",
        ]
        words = own if kind == "own" else ["smtp-sink", f"127.0.0.1:{port}", "1000"]
        if kind != "own" and os.geteuid() == 0:
            words[1:1] = ["-u", "nobody"]
        with subprocess.Popen(words, stdout=subprocess.DEVNULL) as process:
            try:
                for _ in range(_TRIES):
                    with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
                        break
                    time.sleep(0.05)
                yield port
            finally:
                process.terminate()


def main() -> None:
    """Measure, and print a table."""
    words = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    words.add_argument("--mails", type=int, default=4000)
    words.add_argument("--rounds", type=int, default=5)
    words.add_argument("--lines", type=int, help="connections; 1 and 10 if not given")
    words.add_argument("--sink", choices=["own", "smtp-sink"], default="own")
    words.add_argument("--json", type=Path, help="a file for the figures")
    words.add_argument("--client", choices=sorted(WAYS), help=argparse.SUPPRESS)
    words.add_argument("--port", type=int, help=argparse.SUPPRESS)
    given = words.parse_args()
    if given.client:
        client(given.client, given.port, given.mails, given.lines)
        return
    ways = [*WAYS, *(["smtp-source"] if shutil.which("smtp-source") else [])]
    figures: dict[str, list[tuple[float, float]]] = {}
    with a_sink(given.sink) as port:
        for number in range(given.rounds):
            for lines in [given.lines] if given.lines else [1, 10]:
                for way in ways[number % len(ways) :] + ways[: number % len(ways)]:
                    found = measured(way, port, given.mails, lines)
                    figures.setdefault(f"{way}, {lines}", []).append(found)
    print(f"{sum(map(len, PIECES))} bytes a mail, {given.mails} mails, sink: {given.sink}")
    print("| sender, connections | CPU, us a mail | mails a second |\n|---|---|---|")
    best = {
        name: (min(cpu for cpu, _ in runs), min(wall for _, wall in runs)) for name, runs in figures.items()
    }
    for name, (cpu, wall) in best.items():
        print(f"| {name} | {cpu / given.mails * 1e6:.0f} | {given.mails / wall:.0f} |")
    if given.json:
        given.json.write_text(json.dumps(best, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
