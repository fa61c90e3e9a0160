"""Figures to tables: medians of rounds, and of the ratios within each round."""

import os
import platform
import statistics
import time
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from programs import TITLES

STEPS = {
    "cold": "cold",
    "same": "nothing changed",
    "edit": "one entry edited",
    "digests": "cold, with all digests",
}
FIGURES = ("wall", "cpu", "peak")
Rounds = dict[str, dict[str, list[dict[str, float]]]]
"""Program, step, and for each round what it took."""


def about(folder: Path, versions: dict[str, str]) -> dict[str, Any]:
    """Return what the figures were taken with, and on what."""
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    return {
        "date": time.strftime("%Y-%m-%d"),
        "versions": {**versions, "Python": platform.python_version()},
        "machine": {
            "system": f"{platform.system()} {platform.machine()}",
            "cores": f"{cores} cores",
            "memory": f"{os.sysconf('SC_PAGE_SIZE') * os.sysconf('SC_PHYS_PAGES') / 2**30:.0f} GiB",
            "file_system": file_system(folder),
        },
    }


def file_system(folder: Path) -> str:
    """Return the kind of file system that *folder* lies on, such as ext4 or tmpfs; "?" if nobody tells."""
    found, longest = "?", -1
    try:
        mounts = Path("/proc/mounts").read_text(encoding="utf-8")
    except OSError:
        return found
    for line in mounts.splitlines():
        _, where, kind, *_ = line.split()
        if folder.resolve().is_relative_to(where) and len(where) > longest:
            found, longest = kind, len(where)
    return found


def summarise(rounds: Rounds) -> list[dict[str, Any]]:
    """Return a row for each step and program: medians, and the ratios to the baseline, Hugo if it ran.

    A build with all digests is compared with the baseline's cold one.
    """
    against = baseline(rounds)
    rows = []
    for step in STEPS:
        for name, steps in rounds.items():
            if step not in steps:
                continue
            other = rounds[against]["cold" if step == "digests" else step]
            row: dict[str, Any] = {"step": step, "program": name}
            for figure in FIGURES:
                own = [taken[figure] for taken in steps[step]]
                ratios = [
                    taken[figure] / base[figure] for taken, base in zip(steps[step], other, strict=True)
                ]
                row[figure] = statistics.median(own)
                row[f"{figure}_ratio"] = statistics.median(ratios)
                row[f"{figure}_range"] = [min(ratios), max(ratios)]
            row["processes"] = max(taken["processes"] for taken in steps[step])
            rows.append(row)
    return rows


def baseline(names: Iterable[str]) -> str:
    """Return the program that the others are compared with: Hugo, or the first."""
    listed = list(names)
    return "hugo" if "hugo" in listed else listed[0]


def ratio(value: float) -> str:
    """Return *value* with two digits that count, at least."""
    return f"{value:.3f}" if value < 0.1 else f"{value:.2f}" if value < 10 else f"{value:.0f}"


def markdown(results: dict[str, Any]) -> str:
    """Return all tables, as Markdown."""
    facts = results["about"]
    names = facts["versions"].items()
    lines = [
        f"# Builds, {facts['date']}",
        "",
        ", ".join(f"{TITLES.get(name, name)} {version}" for name, version in names) + ";",
        ", ".join(f"{value}" for value in facts["machine"].values()) + ".",
        *results["notes"],
    ]
    for size in results["sizes"]:
        lines += ["", *_size(size)]
    if len(results["sizes"]) > 1:
        lines += ["", *_growth(results["sizes"])]
    return "\n".join(lines) + "\n"


def _table(names: list[str], rows: Iterable[list[str]], words: int) -> list[str]:
    """Return a table; the first *words* columns hold words, the others figures."""
    lines = [names, ["---"] * words + ["--:"] * (len(names) - words), *rows]
    return [f"| {' | '.join(line)} |" for line in lines]


def _size(size: dict[str, Any]) -> list[str]:
    """Return what was taken and what was made at one size."""
    other = TITLES[baseline(size["outputs"])]
    rounds = f"{size['rounds']} round{'s' * (size['rounds'] > 1)}"
    names = ["step", "program", "wall s", "CPU s", "peak MiB"]
    names += [f"wall / {other}", "lowest-highest", f"CPU / {other}", f"peak / {other}"]
    lines = [f"## {size['entries']:,} entries in {size['months']} months, {rounds}", ""]
    lines += _table(names, map(_taken, size["rows"]), 2)
    names = ["made", f"files of {size['wanted']:,}", "further files", "MB", "main Atom", "main RSS"]
    names += ["months' Atom", "words there", "entries' heads", "places of the edit"]
    lines += ["", *_table(names, (_made(*item) for item in size["outputs"].items()), 1), ""]
    lines += [f"NOT EQUAL: {fault}." for fault in size["faults"]] or ["Outputs are equal."]
    if bare := size.get("bare_starts"):
        lines += ["", f"publisher, nothing changed: {bare:.1f} starts of a bare Python."]
    return lines


def _taken(row: dict[str, Any]) -> list[str]:
    """Return a row of what a program took for a step."""
    figures = [f"{row['wall']:.2f}", f"{row['cpu']:.2f}", f"{row['peak'] / 2**20:.0f}"]
    spread = "-".join(map(ratio, row["wall_range"]))
    ratios = [ratio(row["wall_ratio"]), spread, ratio(row["cpu_ratio"]), ratio(row["peak_ratio"])]
    return [STEPS[row["step"]], TITLES[row["program"]], *figures, *ratios]


def _made(name: str, made: dict[str, Any]) -> list[str]:
    """Return a row of what a program made."""
    counts = [f"{made['wanted']:,}", f"{made['further']:,}", f"{made['bytes'] / 1e6:.1f}"]
    counts += [f"{made[part]:,}" for part in ("main_atom", "main_rss", "archived", "words", "told")]
    return [TITLES[name], *counts, f"{made['edit_seen']} of 4"]


def _growth(sizes: list[dict[str, Any]]) -> list[str]:
    """Return how many times more the last size takes than the first."""
    first, last = sizes[0], sizes[-1]
    known = {(row["step"], row["program"]): row for row in first["rows"]}
    times = last["entries"] / first["entries"]
    rows = []
    for row in last["rows"]:
        if old := known.get((row["step"], row["program"])):
            grown = [ratio(row[figure] / old[figure]) for figure in FIGURES]
            rows.append([STEPS[row["step"]], TITLES[row["program"]], *grown])
    title = f"## From {first['entries']:,} to {last['entries']:,} entries, {times:.0f} times as many"
    return [title, "", *_table(["step", "program", "wall", "CPU", "peak"], rows, 2)]
