"""What feeds cost beside rendering the same entries' Markdown: `python benchmarks/feeds.py`.

For each size it measures, in rotated rounds, the CPU time of (a) rendering every body with
markdown-it-py and (b) writing all entries into one Atom and one RSS feed, from ready items whose HTML
comes from publisher's own renderer; and, in a fresh process, how much memory (b) takes at its peak
for each byte that it puts out. benchmarks/README.md tells how to read the figures.
"""

import argparse
import ctypes
import gc
import json
import os
import platform
import statistics
import subprocess
import sys
import tempfile
import time
import tracemalloc
from collections.abc import Callable
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

import corpus
from markdown_it import MarkdownIt
from msgspec.structs import replace

from publisher import issues
from publisher.entries import reader
from publisher.model import address
from publisher.model.feed import Feed
from publisher.project import load
from publisher.render.context import Speakers
from publisher.render.feeds.items import ItemMaker
from publisher.render.feeds.syndication import Syndicator
from publisher.render.feeds.times import FeedTimes
from publisher.render.language import countries
from publisher.render.templating import Templates

RATIO_GOAL, MEMORY_GOAL = 0.10, 3.5
ROUNDS = {1_000: 9, 10_000: 5}
LIBRARIES = ("feedgen", "lxml", "markdown-it-py", "nh3", "publisher", "pyromark")
RESULTS = Path(__file__).resolve().parent / "results"


def prepare(folder: Path) -> tuple[Feed, Callable[[], Syndicator]]:
    """Read the newsletter in *folder* and return one feed with all its entries, and who writes it."""
    project = load(folder, {})
    reading = reader.read(project.entries, project.settings, countries())
    now = datetime(2100, 1, 1, tzinfo=UTC)
    selection = issues.select(reading.library.entries, now)
    edition = issues.make_edition(selection, reading.library, project.settings, now)
    speakers = Speakers(edition, Templates(project.templates))
    dated = issues.in_order(edition.entries)
    item = ItemMaker(edition, speakers, FeedTimes(edition.days), lambda path: edition.pictures[path].length)
    items = [item(entry) for entry in dated]
    feed = Feed(
        id="tag:news.example.org,2018:feed:benchmark",
        folder="",
        lang="en",
        title="Measured News",
        description="All entries in one feed",
        author="Measured News",
        home="https://news.example.org/",
        updated=max(item.updated for item in items),
        items=tuple(items),
        formats=(address.ATOM, address.RSS),
    )
    return feed, lambda: Syndicator(edition.settings, speakers)


def emit(feed: Feed, syndicator: Syndicator) -> list[bytes]:
    """Write *feed* in both formats, and hold both."""
    return [syndicator.render(feed, name) for name in feed.formats]


def cpu_seconds(task: Callable[[], object]) -> float:
    """Return the CPU time of *task*."""
    gc.collect()
    start = time.process_time()
    task()
    return time.process_time() - start


def measure_time(folder: Path, rounds: int) -> dict[str, float]:
    """Return the medians of both tasks, and of their ratio in each round."""
    feed, make_syndicator = prepare(folder)
    paths = sorted(folder.glob("entries/*/*/*.md"))
    bodies = [path.read_text(encoding="utf-8").split("---\n", 2)[2] for path in paths]
    markdown = MarkdownIt("commonmark").enable(["table", "strikethrough"])
    tasks: dict[str, Callable[[], object]] = {
        "markdown": lambda: [markdown.render(body) for body in bodies],
        "feeds": lambda: emit(feed, make_syndicator()),
    }
    taken: dict[str, list[float]] = {name: [] for name in tasks}
    for number in range(rounds):
        for name in list(tasks)[:: 1 if number % 2 else -1]:
            taken[name].append(cpu_seconds(tasks[name]))
    ratios = [b / a for a, b in zip(taken["markdown"], taken["feeds"], strict=True)]
    medians = {name: statistics.median(seconds) for name, seconds in taken.items()}
    return {**medians, "ratio": statistics.median(ratios), "worst_ratio": max(ratios)}


def resident(field: str) -> int:
    """Return this process's VmRSS (now) or VmHWM (peak) in bytes; Linux only."""
    for line in Path("/proc/self/status").read_text(encoding="ascii").splitlines():
        if line.startswith(f"{field}:"):
            return int(line.split()[1]) * 1024
    raise LookupError(field)


def measure_memory(folder: Path) -> dict[str, Any]:
    """Return the peak that writing both feeds adds, in this process, which has done nothing else before.

    The kernel tells what the process holds in all (what lxml takes is C memory, which tracemalloc does
    not see); where there is no /proc, tracemalloc must do.
    """
    feed, make_syndicator = prepare(folder)
    emit(replace(feed, items=feed.items[:5]), make_syndicator())  # what is loaded once is no part of a feed
    gc.collect()
    if not Path("/proc/self/clear_refs").exists():
        tracemalloc.start()
        written = emit(feed, make_syndicator())
        growth, method = tracemalloc.get_traced_memory()[1], "tracemalloc"
    else:
        ctypes.CDLL(None).malloc_trim(0)  # what was freed while reading must not hide what is taken now
        Path("/proc/self/clear_refs").write_text("5", encoding="ascii")  # the peak starts from here
        before = resident("VmRSS")
        written = emit(feed, make_syndicator())
        growth, method = resident("VmHWM") - before, "growth of resident memory"
    output = sum(map(len, written))
    return {"output": output, "peak": growth, "peak_per_byte": growth / output, "method": method}


def measure(entries: int, rounds: int) -> dict[str, Any]:
    """Measure a corpus of *entries* entries."""
    with tempfile.TemporaryDirectory() as folder:
        size = corpus.write(Path(folder), entries)
        command = [sys.executable, __file__, "--memory", folder]
        memory = subprocess.run(command, check=True, capture_output=True, text=True).stdout
        times = measure_time(Path(folder), rounds)
    return {"entries": entries, "bytes_per_entry": size // entries, **times, **json.loads(memory)}


def show(rows: list[dict[str, Any]]) -> None:
    """Print the figures as a table."""
    print("entries | Markdown s | Atom+RSS s | ratio (worst round) | output MB | peak MB | peak/output")
    for row in rows:
        print(
            f"{row['entries']:7} | {row['markdown']:10.3f} | {row['feeds']:10.3f} |"
            f" {row['ratio']:.3f} ({row['worst_ratio']:.3f})       |"
            f" {row['output'] / 1e6:9.1f} | {row['peak'] / 1e6:7.1f} | {row['peak_per_byte']:.2f}"
        )
    print(f"goals: ratio <= {RATIO_GOAL:.2f}, peak/output <= {MEMORY_GOAL}; memory is {rows[0]['method']}")


def main() -> int:
    """Measure, print, and keep the results; 1 if a goal is missed."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--entries", type=int, nargs="*", default=list(ROUNDS))
    parser.add_argument("--rounds", type=int, help="else 9 for 1,000 entries and 5 for more")
    parser.add_argument("--results", type=Path, default=RESULTS, help="where to keep the figures")
    parser.add_argument("--memory", type=Path, help=argparse.SUPPRESS)
    words = parser.parse_args()
    if words.memory:
        print(json.dumps(measure_memory(words.memory)))
        return 0
    rows = [measure(entries, words.rounds or ROUNDS.get(entries, 5)) for entries in words.entries]
    show(rows)
    about = {
        "python": platform.python_version(),
        "machine": f"{platform.system()} {platform.machine()}, {os.cpu_count()} CPUs",
        "versions": {name: version(name) for name in LIBRARIES},
        "goals": {"ratio": RATIO_GOAL, "peak_per_byte": MEMORY_GOAL},
    }
    words.results.mkdir(exist_ok=True)
    path = words.results / f"feeds-{time.strftime('%Y-%m-%d')}.json"
    path.write_text(json.dumps({**about, "results": rows}, indent=2) + "\n", encoding="utf-8")
    print(f"written to {path}")
    return int(any(row["ratio"] > RATIO_GOAL or row["peak_per_byte"] > MEMORY_GOAL for row in rows))


if __name__ == "__main__":
    sys.exit(main())
