"""The benchmark of builds sees whether the pages of all programs tell the same in their heads."""

import sys
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
HEAD = """<!DOCTYPE html>
<html><head><title>A &amp; B – News</title><link rel="canonical" href="https://example.org/2025/01/a/">
<meta property="og:title" content="A &amp; B"><meta property="og:url" content="https://example.org/2025/01/a/">
<script type="application/ld+json">{"@graph": [{"@type": "NewsArticle", "headline": "A & B",
"mainEntityOfPage": {"@type": "WebPage", "@id": "https://example.org/2025/01/a/"}}]}</script></head>
"""


def _faults(folder: Path, heads: dict[str, str]) -> list[str]:
    """Return what is wrong with the heads of programs that wrote one page of an entry each."""
    spec = spec_from_file_location("outputs", ROOT / "benchmarks" / "outputs.py")
    assert spec
    assert spec.loader
    outputs = module_from_spec(spec)
    for name, head in heads.items():
        page = folder / name / "2025/01/a/index.html"
        page.parent.mkdir(parents=True)
        page.write_text(head, encoding="utf-8")
    with pytest.MonkeyPatch.context() as patched:
        patched.setitem(sys.modules, "outputs", outputs)  # its values of classes are looked for there
        spec.loader.exec_module(outputs)
        tallies = {name: outputs.tally(folder / name, ["2025/01/a"]) for name in heads}
        faults: list[str] = outputs.faults(tallies, ["2025/01/a"])
    return [fault for fault in faults if "machines" in fault or "JSON" in fault]


@pytest.mark.parametrize(
    ("whole", "part"),
    [
        ('property="og:title" content="A &amp; B"', 'property="og:title" content="News"'),
        ('property="og:title"', 'property="og:name"'),
        ('property="og:url" content="https://example.org/2025/01/a/"', ""),
        ('rel="canonical"', 'rel="alternate"'),
        ("/2025/01/a/", "/2025/01/b/"),
        ("<title>A &amp; B –", "<title>"),
        ('"@graph"', '"graph"'),
        ("}]}", "}]"),
        ('"headline": "A & B"', '"headline": "B"'),
        ('"@id": "https://example.org/2025/01/a/"', '"@id": "https://example.org/"'),
    ],
)
def test_a_head_that_tells_less_is_no_equal_output(whole: str, part: str, tmp_path: Path) -> None:
    """The page of an entry counts only with its own og:title, canonical address and NewsArticle."""
    assert whole in HEAD
    wanted = "b: 0 pages of entries that tell machines what they are instead of 1"
    assert _faults(tmp_path, {"a": HEAD, "b": HEAD.replace(whole, part)})[:1] == [wanted]


def test_a_graph_that_tells_less_is_no_equal_output(tmp_path: Path) -> None:
    """A program whose pages have fewer nodes of JSON-LD than another's did not make the same."""
    more = HEAD.replace('"@graph": [', '"@graph": [{"@type": "Event"}, ')
    wanted = "b: 0 nodes Event in its pages' JSON-LD, others have 1"
    assert _faults(tmp_path, {"a": more, "b": HEAD}) == [wanted]
