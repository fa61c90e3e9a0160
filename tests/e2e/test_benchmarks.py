"""The benchmarks still run, and measure what they say."""

import json
import os
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import pytest
from conftest import missing

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
    paths = sorted(path for path in folder.rglob("*") if path.is_file())
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
