"""The benchmarks still run, and measure what they say."""

import json
import os
import re
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import pytest
from conftest import missing
from lxml import etree

ROOT = Path(__file__).resolve().parents[2]
ENTRIES = 120


def _run(*words: object, folder: Path) -> subprocess.CompletedProcess[str]:
    """Run Python with *words* in *folder*, on this checkout."""
    command = [sys.executable, *map(str, words)]
    paths = os.pathsep.join(filter(None, (str(ROOT), os.environ.get("PYTHONPATH"))))
    environment = os.environ | {"PYTHONPATH": paths}
    return subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)


def _write(folder: Path, seed: str = "1") -> Path:
    """Write a corpus into *folder*."""
    script = ROOT / "benchmarks" / "corpus.py"
    result = _run(script, folder, "--entries", ENTRIES, "--seed", seed, folder=folder.parent)
    assert result.returncode == 0, result.stderr
    return folder


def _texts(folder: Path) -> dict[str, str]:
    paths = sorted(path for path in folder.rglob("*") if path.is_file() and ".publisher" not in path.parts)
    return {path.relative_to(folder).as_posix(): path.read_text(encoding="utf-8") for path in paths}


@pytest.fixture(scope="module")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with a corpus."""
    return _write(tmp_path_factory.mktemp("corpus") / "one")


def test_a_corpus_is_a_newsletter_without_faults(corpus: Path) -> None:
    """`publisher check --strict` finds nothing in a made-up newsletter."""
    result = _run("-m", "publisher", "check", "--strict", folder=corpus)
    assert (result.returncode, result.stdout) == (0, f"No problems in {ENTRIES + 1} files.\n"), result.stderr


def test_a_corpus_has_the_size_that_is_measured(corpus: Path) -> None:
    """An entry has about 4 kB and 400 words, and each language its share."""
    texts = {name: text for name, text in _texts(corpus).items() if name.endswith(".md")}
    assert len(texts) == ENTRIES
    assert 3_300 < sum(len(text.encode()) for text in texts.values()) / ENTRIES < 4_400
    assert 350 < sum(len(text.split("---\n", 2)[2].split()) for text in texts.values()) / ENTRIES < 450
    assert 0.10 < sum(name.endswith(".fr.md") for name in texts) / ENTRIES < 0.30
    assert 0.04 < sum(name.endswith(".ar.md") for name in texts) / ENTRIES < 0.18


def test_a_seed_decides_every_byte(corpus: Path, tmp_path: Path) -> None:
    """The same seed writes the same files, another one others; a folder in use is left alone."""
    assert _texts(_write(tmp_path / "same")) == _texts(corpus)
    assert _texts(_write(tmp_path / "other", seed="2")) != _texts(corpus)
    again = _run(ROOT / "benchmarks" / "corpus.py", corpus, folder=tmp_path)
    assert (again.returncode, again.stderr) == (2, f"{corpus} is not empty\n")


@pytest.mark.whole
def test_what_feeds_cost_is_measured(tmp_path: Path) -> None:
    """The benchmark of feeds prints a table and keeps figures that can be."""
    if find_spec("markdown_it") is None:
        missing("benchmarks", "run: .venv/bin/pip install markdown-it-py")
    words = ("--entries", ENTRIES, "--rounds", 2, "--results", tmp_path)
    result = _run(ROOT / "benchmarks" / "feeds.py", *words, folder=tmp_path)
    assert result.returncode in {0, 1}, result.stderr
    assert "entries | Markdown s | Atom+RSS s" in result.stdout
    kept = json.loads(next(tmp_path.glob("feeds-*.json")).read_text(encoding="utf-8"))
    row = kept["results"][0]
    assert row["entries"] == ENTRIES
    assert {"feedgen", "lxml", "markdown-it-py"} <= set(kept["versions"])
    assert row["output"] > ENTRIES * 6_000
    assert 0 < row["ratio"] <= row["worst_ratio"] < 1
    assert row["markdown"] > row["feeds"] > 0
    assert 0 < row["peak_per_byte"] < 20


@pytest.fixture(scope="module")
def measured(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """Return the folder with the kept results of a small benchmark of builds, and what it printed."""
    folder = tmp_path_factory.mktemp("builds")
    size = ("--entries", 12, "--months", 2, "--rounds", 1, "--only", "publisher")
    kept = ("--keep", "small", "--results", folder, "--json", folder / "all.json")
    result = _run(ROOT / "benchmarks" / "build.py", *size, *kept, folder=folder)
    assert result.returncode == 0, result.stderr
    return folder, result.stdout


def test_builds_are_measured(measured: tuple[Path, str]) -> None:
    """The benchmark of builds takes each step, and its table says that the outputs are equal."""
    folder, printed = measured
    size = json.loads((folder / "all.json").read_text(encoding="utf-8"))["sizes"][0]
    assert [row["step"] for row in size["rows"]][:3] == ["cold", "same", "edit"]
    assert all(row["wall"] > 0 and row["cpu"] > 0 and row["peak"] > 10 * 2**20 for row in size["rows"])
    made = size["outputs"]["publisher"]
    assert (made["main_atom"], made["main_rss"], made["archived"], made["edit_seen"]) == (12, 12, 12, 4)
    assert made["wanted"] == size["wanted"] == 5 + 2 * 2 + 12
    assert re.search(r"^\| cold \| publisher \|.*\| 1.00 \|", printed, re.MULTILINE)
    assert "\nOutputs are equal.\n" in printed


def test_results_of_builds_are_kept(measured: tuple[Path, str]) -> None:
    """Kept are the figures, the tables as printed, and a plot that tells its figures to screen readers."""
    folder, printed = measured
    names = {path.suffix: path for path in folder.glob("20??-??-??-small.*")}
    assert sorted(names) == [".json", ".md", ".svg"]
    assert names[".md"].read_text(encoding="utf-8") == printed
    plot = etree.parse(names[".svg"]).getroot()
    words = "".join(plot.itertext())
    assert (plot.get("role"), plot.get("aria-labelledby")) == ("img", "title description")
    assert "12 entries, cold: publisher 1.00." in words
    assert "prefers-color-scheme: dark" in words
    about = json.loads(names[".json"].read_text(encoding="utf-8"))["about"]
    assert {"publisher", "Python"} <= set(about["versions"])
    assert set(about["machine"]) == {"system", "cores", "memory", "file_system"}


@pytest.mark.whole
def test_unequal_outputs_are_told(tmp_path: Path) -> None:
    """A program that writes nothing, and one that fails, win nothing: both are named, with exit code 1."""
    for name, body in (("hugo", "echo hugo v1.2.3"), ("pelican", "echo 4.5; echo no such theme >&2; exit 3")):
        program = tmp_path / name / "bin" / name
        program.parent.mkdir(parents=True)
        program.write_text(f"#!/bin/sh\n{body}\n", encoding="utf-8")
        program.chmod(0o755)
    words = ("--entries", 4, "--rounds", 1, "--only", "hugo,pelican", "--tools", tmp_path)
    result = _run(ROOT / "benchmarks" / "build.py", *words, folder=tmp_path)
    assert result.returncode == 1
    assert "Left out: Pelican, exit code 3: 4.5\nno such theme" in result.stderr
    assert "NOT EQUAL: hugo: 17 files are missing, first 2025/01/atom.xml." in result.stdout
    assert "NOT EQUAL: hugo: the edit is not in atom.xml." in result.stdout
    assert "Outputs are equal" not in result.stdout


@pytest.mark.peers
@pytest.mark.parametrize("name", ["hugo", "eleventy", "pelican"])
def test_a_peer_makes_the_same(name: str, tmp_path: Path) -> None:
    """With what is set in benchmarks/peers, a peer writes the same files, feeds and words as publisher."""
    tools = os.environ.get("PUBLISHER_BENCHMARK_TOOLS", str(tmp_path))
    words = ("--entries", 55, "--months", 2, "--rounds", 1, "--only", f"publisher,{name}", "--tools", tools)
    result = _run(ROOT / "benchmarks" / "build.py", *words, "--json", tmp_path / "all.json", folder=tmp_path)
    if "which is not installed" in result.stderr:
        missing(
            name, "benchmarks/README.md says how to install it; name the folder in PUBLISHER_BENCHMARK_TOOLS"
        )
    assert (result.returncode, "Outputs are equal." in result.stdout) == (0, True), (
        result.stdout + result.stderr
    )
    size = json.loads((tmp_path / "all.json").read_text(encoding="utf-8"))["sizes"][0]
    assert set(size["outputs"]) == {"publisher", name}
    assert size["outputs"][name]["further"] == 0


def test_memory_of_children_counts(tmp_path: Path) -> None:
    """The peak of a program with two processes is what both hold, and their CPU time is both's."""
    if not Path("/proc/self/smaps_rollup").exists():
        missing("proc", "the kernel tells proportional shares on Linux only")
    work = "import hashlib; held = b'x' * 60_000_000; [hashlib.sha256(held) for _ in range(4)]"
    both = (
        f"import subprocess, sys; mine = b'y' * 60_000_000; subprocess.run([sys.executable, '-c', {work!r}])"
    )
    words = (ROOT / "benchmarks" / "launch.py", tmp_path / "log", sys.executable, "-c", both)
    taken = json.loads(_run("-I", "-S", *words, folder=tmp_path).stdout)
    assert (taken["code"], taken["processes"]) == (0, 2)
    assert 120_000_000 < taken["peak"] < 200_000_000
    assert taken["wall"] > 0.05
    assert taken["cpu"] > 0.05


@pytest.mark.whole
def test_a_profile_tells_rooms_and_functions() -> None:
    """The profile of a build names the rooms of the architecture, and its heaviest functions."""
    words = ("--profile", "--entries", 6)
    printed = _run(ROOT / "benchmarks" / "build.py", *words, folder=ROOT).stdout
    rooms, functions = printed.split("\n\n")
    names = {line[30:] for line in rooms.splitlines()}
    assert {"jinja2", "importing"} <= names
    assert any(name.startswith("publisher.") for name in names)
    assert len(functions.splitlines()) == 1 + 25


def test_an_unknown_program_is_refused(tmp_path: Path) -> None:
    """A name that is none of the programs' ends with exit code 2 and those that are known."""
    result = _run(ROOT / "benchmarks" / "build.py", "--only", "hugo,jekyll", folder=tmp_path)
    assert result.returncode == 2
    assert "--only knows publisher, hugo, eleventy, pelican, not jekyll" in result.stderr


@pytest.mark.whole
def test_the_benchmark_of_splicing_runs(tmp_path: Path) -> None:
    """Mails are put together in both encodings, beside those that `email` makes alone."""
    words = ("--readers", 200, "--json", tmp_path / "figures.json")
    result = _run(ROOT / "benchmarks" / "splice.py", *words, folder=tmp_path)
    assert result.returncode == 0, result.stderr
    figures = json.loads((tmp_path / "figures.json").read_text(encoding="utf-8"))
    assert set(figures) == {"quoted-printable", "base64"}
    for found in figures.values():
        assert found["spliced and joined"] * 50 < found["EmailMessage"]
        assert found["template"] < 1.1 * found["mail"]


@pytest.mark.whole
def test_the_benchmark_of_imports_runs(tmp_path: Path) -> None:
    """Import and bare insert write the same number of rows, and their ratio is told."""
    script = ROOT / "benchmarks" / "import.py"
    words = ("--rows", 500, "--rounds", 1, "--json", tmp_path / "figures.json")
    result = _run(script, *words, folder=tmp_path)
    assert result.returncode == 0, result.stderr
    figures = json.loads((tmp_path / "figures.json").read_text(encoding="utf-8"))
    assert figures["rows"] == 500
    assert {"import", "bare", "ratio", "cpu_ratio", "peak_mib"} <= set(figures["sqlite"][0])


@pytest.mark.whole
def test_the_benchmark_of_the_web_service_runs(tmp_path: Path) -> None:
    """Files and forms are asked for over both databases that are there, and no forged token is taken."""
    script = ROOT / "benchmarks" / "serve.py"
    words = ("--requests", 60, "--rounds", 1, "--tokens", 500, "--json", tmp_path / "figures.json")
    result = _run(script, *words, folder=tmp_path)
    assert result.returncode == 0, result.stderr
    figures = json.loads((tmp_path / "figures.json").read_text(encoding="utf-8"))
    (row,) = figures["sqlite"]
    assert row["forms"]["per_second"] > 0
    assert row["files"]["p99_ms"] >= row["files"]["p50_ms"] > 0
    assert (figures["forged"], figures["accepted"]) == (500, 0)


@pytest.mark.whole
def test_what_a_mail_costs_on_the_line_is_measured(tmp_path: Path) -> None:
    """Our engine takes less than half of the CPU time of `smtplib`, even in a short run."""
    words = ("--mails", 400, "--rounds", 2, "--lines", 1, "--json", tmp_path / "figures")
    result = _run(ROOT / "benchmarks" / "wire.py", *words, folder=tmp_path)
    assert result.returncode == 0, result.stderr
    figures = json.loads((tmp_path / "figures").read_text(encoding="utf-8"))
    assert figures["publisher, 1"][0] < figures["smtplib, 1"][0] / 2


@pytest.mark.whole
def test_the_benchmark_of_the_ledger_runs(tmp_path: Path) -> None:
    """Each way of writing is measured, for all rows, and the figures are kept."""
    script = ROOT / "benchmarks" / "ledger.py"
    words = ("--rows", 12_000, "--small", 6000, "--part", 1000, "--rounds", 1, "--results", tmp_path)
    result = _run(script, *words, folder=tmp_path)
    assert result.returncode == 0 or result.stderr.startswith("MISSED"), result.stderr
    figures = json.loads(next(tmp_path.glob("ledger-*.json")).read_text(encoding="utf-8"))["SQLite"]
    assert set(figures["rounds"][0]) == {"three transactions", "two transactions", "driver alone"}
    assert 20 < figures["bytes_per_row"] < 300
    assert figures["claim at 90% sent"]["us"] > 0


@pytest.mark.whole
def test_what_an_issue_costs_is_measured(tmp_path: Path) -> None:
    """Sending from the ledger takes a fraction of the CPU of the usual way, even in a short run."""
    words = ("--readers", 300, "--rounds", 1, "--sink", "own", "--json", tmp_path / "figures")
    result = _run(ROOT / "benchmarks" / "sending.py", *words, folder=tmp_path)
    assert result.returncode == 0, result.stderr
    figures = json.loads((tmp_path / "figures").read_text(encoding="utf-8"))["figures"]
    assert figures["publisher"][0][0] < figures["usual"][0][0]
