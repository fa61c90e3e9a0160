"""What an issue costs for each reader, from the ledger to the server's reply, beside the usual way.

    .venv/bin/python benchmarks/sending.py --readers 4000 --rounds 5
    .venv/bin/python benchmarks/sending.py --readers 1000000 --rounds 1 --only publisher   # is memory flat?

`publisher` sends a frozen issue: it claims readers, makes their mails, marks each before its final dot, and
writes down the reply, in SQLite on the disk. The usual way makes an `EmailMessage` for each reader and hands
it to `smtplib`, over one connection that is kept, and remembers nothing. `smtp-source` is Postfix's own, in
C, and sends the same bytes again and again. All have a mail of 40 kB and the same sink; rounds are rotated.
"""

import argparse
import json
import resource
import shutil
import smtplib
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime
from email.message import EmailMessage
from pathlib import Path
from statistics import median

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "tests"), str(ROOT / "benchmarks")]

from deliveries import copy_readers  # noqa: E402 - after its place is known
from sendroom import Sendroom  # noqa: E402
from wire import a_sink  # noqa: E402

_PARAGRAPH = "What was decided there, who spoke for it, and what it means for those who wait. " * 6
_CONNECTIONS = 10


def ours(port: int, readers: int, folder: Path) -> None:
    """Send an issue to *readers*."""
    more = f"[sending]\nrate = 10000\nconnections = {_CONNECTIONS}\n"
    room = Sendroom(folder / "project", f"sqlite:///{folder}/subscribers.db", port, more)
    for number in range(70):
        title = f"What was decided on the {number}th question, and what it means for those who wait"
        room.room.write(f"2025/11/more{number}.md", title=title, date="2025-11-06", summary="In short.")
    room.build()
    room.add("first@example.org")
    copy_readers(room.readers().store.engine, readers - 1)
    sender = room.sender(lambda: datetime.now(UTC))  # noqa: TID251 - as the command does
    room.freeze(sender)
    size = room.plan(sender).messages[0].template.size
    begin, cpu = time.perf_counter(), _cpu()
    done = room.go(sender)
    print(json.dumps([_cpu() - cpu, time.perf_counter() - begin, size, _peak()]))
    if not done.is_well:
        sys.exit(str(done))


def usual(port: int, readers: int, _folder: Path) -> None:
    """Make a mail for each of *readers* and send it."""
    text, html = (
        "".join(f"{_PARAGRAPH}\n" for _ in range(25)),
        "".join(f"<p>{_PARAGRAPH}</p>\n" for _ in range(50)),
    )
    begin, cpu, size = time.perf_counter(), _cpu(), 0
    with smtplib.SMTP("127.0.0.1", port) as server:
        for number in range(readers):
            mail = EmailMessage()
            mail["From"], mail["To"] = "News <news@example.org>", f"reader{number}@example.org"
            mail["Subject"], mail["Message-ID"] = "News of November", f"<{number}@example.org>"
            mail["List-Unsubscribe"] = f"<https://news.example.org/unsubscribe/{number}>"
            mail.set_content(text)
            mail.add_alternative(html, subtype="html")
            size = size or len(mail.as_bytes())
            server.send_message(mail)
    print(json.dumps([_cpu() - cpu, time.perf_counter() - begin, size, _peak()]))


WAYS: dict[str, Callable[[int, int, Path], None]] = {"publisher": ours, "usual": usual}


def _cpu() -> float:
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


def _peak() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def measured(way: str, port: int, readers: int) -> list[float]:
    """Return the CPU and wall seconds of *way*, the bytes of a mail, and the peak of memory in MiB."""
    if way != "smtp-source":
        with tempfile.TemporaryDirectory(prefix="sending-") as folder:
            words = [
                sys.executable,
                __file__,
                "--client",
                way,
                "--port",
                str(port),
                "--readers",
                str(readers),
            ]
            done = subprocess.run([*words, "--folder", folder], check=True, stdout=subprocess.PIPE)
        found: list[float] = json.loads(done.stdout.splitlines()[-1])
        return found
    words = ["smtp-source", "-d", "-s", str(_CONNECTIONS), "-m", str(readers), "-l", "40000"]
    before, begin = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    subprocess.run([*words, "-f", "a@example.org", "-t", "b@example.org", f"127.0.0.1:{port}"], check=True)
    after, wall = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter() - begin
    return [after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime, wall, 40_000, 0]


def main() -> None:
    """Measure, and print a table."""
    words = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    words.add_argument("--readers", type=int, default=4000)
    words.add_argument("--rounds", type=int, default=5)
    words.add_argument("--only", help="publisher, usual, smtp-source, with commas")
    words.add_argument("--sink", choices=["own", "smtp-sink"], default="smtp-sink")
    words.add_argument("--json", type=Path, help="a file for the figures")
    words.add_argument("--client", choices=sorted(WAYS), help=argparse.SUPPRESS)
    words.add_argument("--port", type=int, help=argparse.SUPPRESS)
    words.add_argument("--folder", type=Path, help=argparse.SUPPRESS)
    given = words.parse_args()
    if given.client:
        WAYS[given.client](given.port, given.readers, given.folder)
        return
    ways = given.only.split(",") if given.only else [*WAYS, "smtp-source"]
    if not shutil.which("smtp-source"):
        ways = [way for way in ways if way != "smtp-source"]
    sink = given.sink if shutil.which("smtp-sink") else "own"
    figures: dict[str, list[list[float]]] = {way: [] for way in ways}
    with a_sink(sink) as port:
        for number in range(given.rounds):
            for way in ways[number % len(ways) :] + ways[: number % len(ways)]:
                figures[way].append(measured(way, port, given.readers))
    print(f"{given.readers} readers, sink {sink}, {given.rounds} rounds\n")
    print("way | CPU us a mail | mails/s | kB a mail | peak MiB")
    print("--- | --- | --- | --- | ---")
    for way, rounds in figures.items():
        cpu, wall, size, peak = (median(column) for column in zip(*rounds, strict=True))
        each = 1e6 * cpu / given.readers
        print(f"{way} | {each:.0f} | {given.readers / wall:.0f} | {size / 1000:.0f} | {peak:.0f}")
    if {"publisher", "usual"} <= set(figures):
        ratio = median(row[0] for row in figures["usual"]) / median(row[0] for row in figures["publisher"])
        print(f"\nthe usual way takes {ratio:.1f} times the CPU of publisher")
    if given.json:
        given.json.write_text(
            json.dumps({"readers": given.readers, "sink": sink, "figures": figures}, indent=1) + "\n"
        )


if __name__ == "__main__":
    main()
