"""Where one cold build spends its time: by room of the architecture and library, and by function."""

import pstats
import subprocess
import sys
from collections import Counter
from pathlib import Path
from typing import Any

import corpus
from programs import ROOT, FailedError, environment

HEAVIEST = 25
PUBLISHER = ["-m", "publisher"]
_OURS = ROOT / "publisher"


def tables(folder: Path, entries: int, months: int) -> str:
    """Build a newsletter of *entries* entries below *folder*, under cProfile, and return both tables.

    All outputs are made. What happens in other processes is not seen, so there is one.
    """
    site, file = folder / "site", folder / "profile"
    corpus.write(site, entries, months, languages=("en",))
    publisher = [*PUBLISHER, "build"]
    said = subprocess.run(
        [sys.executable, *publisher, "--help"], env=environment(), capture_output=True, check=True
    )
    words = ["--jobs", "1"] if b"--jobs" in said.stdout else []
    command = [sys.executable, "-m", "cProfile", "-o", str(file), *publisher, *words]
    done = subprocess.run(command, cwd=site, env=environment(), capture_output=True, text=True, check=False)
    if not (site / "out" / "index.html").exists():  # cProfile ends with 0 whatever the program ends with
        raise FailedError(done.stderr)
    statistics: Any = pstats.Stats(str(file))
    return "\n".join([*_by_room(statistics), "", *_by_function(statistics)])


def room(path: str) -> str:
    """Return the room or library that the code in the file *path* belongs to."""
    file = Path(path)
    if file.is_relative_to(_OURS):
        parts = file.relative_to(_OURS).with_suffix("").parts
        return "publisher." + ".".join(part for part in parts if part != "__init__")
    if file.is_relative_to(ROOT / "templates"):
        return "templates"
    if "site-packages" in file.parts:
        return file.parts[file.parts.index("site-packages") + 1].removesuffix(".py")
    if path.startswith("<frozen importlib") or "importlib" in file.parts:
        return "importing"
    if not file.is_absolute():
        return "built in, or made by code"
    return f"Python's {file.parent.name if file.name == '__init__.py' else file.stem}"


def _by_room(statistics: Any) -> list[str]:
    """Return seconds by room; what is built in counts where it is called."""
    own: Counter[str] = Counter()
    below: Counter[str] = Counter()
    for (path, _, _), (_, _, alone, _, callers) in statistics.stats.items():
        here = room(path)
        if path != "~":
            own[here] += alone
        for caller, (_, _, part, whole) in callers.items():
            there = room(caller[0])
            if path == "~":
                own[there] += part
            elif here != there:
                below[here] += whole
    seconds = sum(own.values())
    title = f"room or library; {seconds:.2f} s in all, with what cProfile itself costs"
    lines = [f"{'seconds':>8}  {'share':>6}  {'with calls':>10}  {title}"]
    for name, alone in own.most_common():
        if alone > 0.003 * seconds:
            calls = f"{below[name]:.3f}" if name.startswith("publisher.") else ""  # others are in circles
            lines.append(f"{alone:8.3f}  {alone / seconds:6.1%}  {calls:>10}  {name}")
    return lines


def _by_function(statistics: Any) -> list[str]:
    """Return the functions that take most, without what they call."""
    rows = sorted(statistics.stats.items(), key=lambda item: item[1][2], reverse=True)[:HEAVIEST]
    lines = [f"{'seconds':>8}  {'with calls':>10}  {'calls':>9}  function"]
    for (path, line, name), (_, calls, alone, whole, _) in rows:
        where = name if path == "~" else f"{'/'.join(Path(path).parts[-2:])}:{line} {name}"
        lines.append(f"{alone:8.3f}  {whole:10.3f}  {calls:9,}  {where}")
    return lines
