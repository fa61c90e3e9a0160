"""Build one newsletter with publisher and its peers, and compare: `python benchmarks/build.py`.

In rotated rounds each program builds the same entries into the same outputs: cold, with nothing
changed, and with one entry edited; publisher also with all digests. It prints medians of wall time,
CPU time and peak memory, and of the ratios to Hugo within each round, and says whether the outputs
are equal. It installs nothing; benchmarks/README.md says how to, and how to read the figures.
"""

import argparse
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import corpus
import outputs
import plot
import profiling
import programs
import report
from programs import FailedError, Program

HERE = Path(__file__).resolve().parent
EDITED = "Zweiundvierzig"
"""A word that stands in no corpus."""


class Bench:
    """Runs programs over one newsletter, in folders of their own below *folder*."""

    def __init__(self, folder: Path, found: list[Program], *, sets_outputs: bool) -> None:
        self.folder, self.programs, self.sets_outputs = folder, found, sets_outputs
        self.entries: list[str] = []
        self.newest = ""
        self.rounds: report.Rounds = {program.name: {} for program in found}
        self.bare: list[float] = []
        self.tallies: dict[str, outputs.Tally] = {}
        self.unseen: dict[str, list[str]] = {}

    def prepare(self, entries: int, months: int) -> None:
        """Write the newsletter, and convert it for each program."""
        source = self.folder / "corpus"
        corpus.write(source, entries, months, languages=("en",))
        self.entries, self.newest = programs.entries_of(source), programs.newest_of(source)
        for program in self.programs:
            program.convert(source, self._site(program, "prepared"))

    def measure(self, number: int, of: int) -> None:
        """Do a round: each program builds in a fresh folder; who starts is another one each time."""
        turn = number % len(self.programs)
        for program in self.programs[turn:] + self.programs[:turn]:
            show(f"round {number + 1}/{of}: {program.title}")
            site = self.fresh(program, f"round-{number}")
            self._take(program, "cold", site)
            self._take(program, "same", site)
            entry = site / program.entries / f"{self.newest}.md"
            text = entry.read_text(encoding="utf-8")
            entry.write_text(f"{text}\n\nOne more paragraph: {EDITED}.\n", encoding="utf-8", newline="\n")
            self._take(program, "edit", site)
            if not number:
                self.tallies[program.name] = outputs.tally(site / "out", self.entries)
            self.unseen.setdefault(program.name, []).extend(outputs.unseen(site / "out", self.newest, EDITED))
            if program.name == "publisher" and self.sets_outputs:
                site = self.fresh(program, f"round-{number}-digests", "digests")
                self._take(program, "digests", site)
        self.bare.append(launch((sys.executable, "-c", "pass"), self.folder)["wall"])

    def results(self, months: int) -> dict[str, Any]:
        """Return the figures of all rounds."""
        faults = outputs.faults(self.tallies, self.entries)
        for name, files in self.unseen.items():
            faults += [f"{name}: the edit is not in {file}" for file in dict.fromkeys(files)]
        rows = report.summarise(self.rounds)
        found: dict[str, Any] = {
            "entries": len(self.entries),
            "months": months,
            "rounds": len(self.bare),
            "wanted": len(outputs.expected(self.entries)),
            "rows": rows,
            "outputs": {
                name: made.as_dict() | {"edit_seen": 4 - len(set(self.unseen[name]))}
                for name, made in self.tallies.items()
            },
            "faults": faults,
            "samples": self.rounds,
        }
        if "publisher" in self.rounds:
            same = [taken["wall"] for taken in self.rounds["publisher"]["same"]]
            found["bare_starts"] = statistics.median(a / b for a, b in zip(same, self.bare, strict=True))
        return found

    def _site(self, program: Program, which: str) -> Path:
        folder = self.folder / which
        folder.mkdir(exist_ok=True)
        return folder / program.name

    def fresh(self, program: Program, which: str, *more: str) -> Path:
        """Return a new copy of the site of *program*."""
        site = self._site(program, which)
        shutil.copytree(self._site(program, "prepared"), site, symlinks=True)
        if program.name == "publisher" and self.sets_outputs:
            programs.choose_outputs(site, (*programs.OUTPUTS, *more))
        return site

    def _take(self, program: Program, step: str, site: Path) -> None:
        taken = launch(program.command, site)
        self.rounds[program.name].setdefault(step, []).append(taken)


def launch(command: tuple[str, ...], folder: Path) -> dict[str, float]:
    """Run *command* in *folder* and return what it took; raise `FailedError` if it ends with an error."""
    if hasattr(os, "sync"):
        os.sync()  # what was written before must not be paid by the next
    log = folder.parent / f"{folder.name}.log"
    words = [sys.executable, "-I", "-S", str(HERE / "launch.py"), str(log), *command]
    surroundings = programs.environment(HUGO_CACHEDIR=str(folder / "cache"))
    done = subprocess.run(words, cwd=folder, env=surroundings, capture_output=True, text=True, check=False)
    if done.returncode:
        raise FailedError(done.stderr.strip().rpartition("\n")[2])
    taken: dict[str, float] = json.loads(done.stdout)
    if code := taken.pop("code"):
        said = log.read_text(encoding="utf-8", errors="replace").strip()
        raise FailedError(f"exit code {code}: {said[-600:]}")
    return taken


def warm(folder: Path, found: list[Program]) -> tuple[list[Program], bool, list[str]]:
    """Let each program build ten entries, so that what is compiled once is compiled.

    Returns those that can, whether publisher's outputs can be chosen, and what is to be told.
    """
    able, notes = [], []
    bench = Bench(folder, found, sets_outputs=True)
    bench.prepare(10, 2)
    for program in found:
        show(f"warming up: {program.title}")
        try:
            launch(program.command, bench.fresh(program, "warm", "digests"))
        except FailedError as error:
            notes.append(f"Left out: {program.title}, {error}")
            if program.name != "publisher" or "unknown-field" not in str(error):
                continue
            bench.sets_outputs = False
            launch(program.command, bench.fresh(program, "warm-again"))
            notes[-1] = "This publisher knows no setting `outputs`: it makes all outputs, digests among them."
        able.append(program)
    return able, bench.sets_outputs, notes


def show(words: str) -> None:
    """Show on a terminal what happens."""
    if sys.stderr.isatty():
        print(f"\r{words:<60}", end="", file=sys.stderr, flush=True)


def run(words: argparse.Namespace, folder: Path) -> dict[str, Any] | None:
    """Measure all sizes in *folder*; return None if there is nobody to measure."""
    found, notes = [], []
    for name in words.only:
        if program := programs.find(name, words.tools, words.jobs):
            found.append(program)
        else:
            notes.append(f"Left out: {programs.TITLES[name]}, which is not installed.")
    able, sets_outputs, more = warm(folder / "warm", found)
    notes += more
    for note in notes:
        print(note, file=sys.stderr)
    if not able:
        return None
    sizes = []
    for entries in words.entries:
        below = folder / str(entries)
        bench = Bench(below, able, sets_outputs=sets_outputs)
        bench.prepare(entries, words.months)
        for number in range(words.rounds):
            bench.measure(number, words.rounds)
            if words.delete_rounds:
                for old in below.glob(f"round-{number}*"):
                    shutil.rmtree(old)
        sizes.append(bench.results(len({path.rpartition("/")[0] for path in bench.entries})))
    versions = {program.name: program.version for program in able}
    failed = len(able) < len(found)
    return {"about": report.about(folder, versions), "notes": notes, "failed": failed, "sizes": sizes}


def keep(results: dict[str, Any], words: argparse.Namespace) -> Iterator[Path]:
    """Write the results to the files that were asked for, and yield these."""
    wanted: list[tuple[Path, str]] = []
    data = json.dumps(results, indent=1, ensure_ascii=False) + "\n"
    if words.json:
        wanted.append((words.json, data))
    if words.svg:
        wanted.append((words.svg, plot.svg(results)))
    if words.keep:
        stem = words.results / f"{results['about']['date']}-{words.keep}"
        for ending, text in (("json", data), ("md", report.markdown(results)), ("svg", plot.svg(results))):
            wanted.append((stem.with_name(f"{stem.name}.{ending}"), text))
    for path, text in wanted:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8", newline="\n")
        yield path


def arguments() -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--entries", type=int, nargs="+", default=[1000])
    parser.add_argument("--months", type=int, default=0, help="else one for every 80 entries, 6 to 120")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--only", default=",".join(programs.TITLES), help="such as publisher,hugo")
    parser.add_argument(
        "--tools", type=Path, help="a folder with hugo/, eleventy/ and pelican/; else the PATH"
    )
    parser.add_argument("--folder", type=Path, help="where to build, such as one on a RAM file system")
    parser.add_argument("--delete-rounds", action="store_true", help="delete each round's files at once")
    parser.add_argument("--jobs", type=int, help="passed to publisher")
    parser.add_argument("--quick", action="store_true", help="100 entries, one round")
    parser.add_argument("--json", type=Path, help="write all figures there")
    parser.add_argument("--svg", type=Path, help="draw the ratios there")
    parser.add_argument("--keep", metavar="NAME", help="write results/DATE-NAME.json, .md and .svg")
    parser.add_argument("--results", type=Path, default=HERE / "results", help=argparse.SUPPRESS)
    parser.add_argument("--profile", action="store_true", help="only tell where publisher's time goes")
    words = parser.parse_args()
    words.only = words.only.split(",")
    if unknown := sorted(set(words.only) - set(programs.TITLES)):
        parser.error(f"--only knows {', '.join(programs.TITLES)}, not {', '.join(unknown)}")
    if words.quick:
        words.entries, words.rounds = [100], 1
    if min(words.entries) < 1 or words.rounds < 1:
        parser.error("at least 1 entry and 1 round")
    return words


def main() -> int:
    """Measure, print and keep; 1 if the outputs are not equal or nobody can build."""
    words = arguments()
    if words.folder:
        words.folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=words.folder, prefix="benchmark-") as temporary:
        folder = Path(temporary)
        try:
            if words.profile:
                print(profiling.tables(folder, words.entries[0], words.months))
                return 0
            results = run(words, folder)
        except FailedError as error:
            print(f"\n{error}", file=sys.stderr)
            return 1
        show("\n")
    if results is None:
        return 1
    print(report.markdown(results), end="")
    for path in keep(results, words):
        print(f"written to {path}", file=sys.stderr)
    return int(results["failed"] or any(size["faults"] for size in results["sizes"]))


if __name__ == "__main__":
    sys.exit(main())
