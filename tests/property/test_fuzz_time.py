"""Reading a file takes time by its length, whatever it holds: at most 100 ms of CPU for 10 kB."""

import sys
import time

import pytest
from builders import some_settings
from fuzzing import MARKDOWN_BITS
from hypothesis import given
from hypothesis import strategies as st

from publisher.entries.parser import parse_entry

SETTINGS = some_settings()
HEAD = b"---\ntitle: A title\ndate: 2023-06-27\nsummary: A summary.\n---\n"


def seconds(data: bytes, enough: float) -> float:
    """Return the CPU time for *data*: the best of three, fewer where one is good *enough*."""
    best = float("inf")
    for _ in range(3):
        start = time.process_time()
        parse_entry("a.md", data, SETTINGS)
        best = min(best, time.process_time() - start)
        if best < enough:
            break
    return best


def check_time(data: bytes) -> None:
    """Assert that *data* takes at most 100 ms for 10 kB, beyond a base; a tracer counts each line we run."""
    allowed = (0.3 + 0.1 * len(data) / 10_000) * (3 if sys.gettrace() else 1)
    assert seconds(data, allowed) <= allowed


@given(st.lists(st.sampled_from((*MARKDOWN_BITS, "a", "é")), min_size=1, max_size=5).map("".join))
def test_repeated_text_costs_no_more_than_its_length(unit: str) -> None:
    """A text of 100 kB made of one bit over and over is as fast as any other."""
    check_time(HEAD + unit.encode() * (100_000 // len(unit.encode())))


@pytest.mark.parametrize(
    "unit",
    [
        *(
            ">",
            "> ",
            "- ",
            "1. ",
            ">- ",
            "* ",
            "  - a\n",
            "[",
            "![",
            "[](",
            "[a](",
            "[a][",
            "](",
            "[^1]",
            "[a\n",
            "((",
        ),
        *(
            "*",
            "*a ",
            "**a _b ",
            "_a",
            "~a",
            "`",
            "`a``",
            "<",
            "<a ",
            "<!--",
            "<?",
            "<!A",
            "<![CDATA[",
            '<a href="',
        ),
        *(
            "<b>",
            "<div>",
            "<div>\n\n",
            "<b><i>",
            "<dd><dl>",
            "<details>\n\n",
            "<svg><math>",
            "<x>",
            "</x>",
            "<table><td>",
        ),
        *(
            "&",
            "&amp;",
            "&#1;",
            "|",
            "|a\n",
            "a\n: b\n",
            "---\n",
            "a\n---\n",
            "```\n",
            "\t",
            "\\",
            "\\\n",
            "$",
            "\u0301",
        ),
        *(
            "[a](https://example.org) ",
            "[a](b.md) ",
            "[é](ftp://x) ",
            "![](x.png)",
            "é<x>",
            "# a\n",
            "<https://a.example> ",
        ),
    ],
)
def test_hostile_text_costs_no_more_than_its_length(unit: str) -> None:
    """A text of 200 kB that is known to be hard on parsers is as fast as any other."""
    check_time(HEAD + unit.encode() * (200_000 // len(unit.encode())))


@pytest.mark.parametrize(
    "front",
    [
        *(
            "title: " + bit * 30_000
            for bit in ("[", "{", '"', "'", "- ", "? ", "&a ", "!t ", ": ", "#", "\\", "*")
        ),
        "".join(" " * depth + "a:\n" for depth in range(300)),
        "k" * 60_000 + ": v",
        "title: a\ndate: 2023-06-27\ntopics: [" + "a," * 30_000 + "]",
        "title: a\ndate: 2023-06-27\ntopics: [" + "_," * 30_000 + "]",
        "".join(f"k{number}: v\n" for number in range(5000)),
        "title: a\ndate: 2023-06-27\nlinks: [" + "{a: b}," * 5000 + "]",
        "title: a\ndate: 2023-06-27\nsummary: " + "[" * 390,
        "title: a\ndate: 2023-06-27\nsummary: '" + "*a _b " * 65 + "'",
    ],
    ids=lambda text: text[:20],
)
def test_hostile_fields_cost_no_more_than_their_length(front: str) -> None:
    """Fields of 60 kB that are known to be hard on parsers are as fast as any other."""
    check_time(f"---\n{front}\n---\n".encode())
