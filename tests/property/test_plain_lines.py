"""Front matter read line by line, against YAML's own parser."""

from fuzzing import STRANGE, YAML_BITS
from hypothesis import given
from hypothesis import strategies as st

from publisher.entries import plainlines, yamlevents
from publisher.entries.source import Source

CHARACTERS = "!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~ \n\t«»“…é語a"
SIGNS = (*CHARACTERS, ": ", " #", "- ", "\n  ", "\n- ", "null", *STRANGE)
PLAIN = """\
title: Words; none, and "quoted" words
date: 2024-07-12T10:30
summary: "Words: 'quoted', [in] brackets \\"and\\" # more"
topics: [older-people, 2 b]
event:
  start: 2024-07-12
  zone: Europe/Zurich
links:
  - label: 'A "report"'
    url: https://example.org/a-b
  - {label: Read more, "url": "https://example.org/", more: [a, [b]]}
image:
  credit:
  - a
  - holder:
      name: b
    via: c
"""

_keys = st.sampled_from(("a", "b", "c-d", "2023", "no", "é", '"a"', "null", "<<"))
_written = ("a", "b c", "12:30", "https://e.org/x", '"a: b"', "'a # b'", '"a \\" b"', "~", "", "null", "- a")
_scalars = st.sampled_from(_written) | st.text(st.sampled_from(CHARACTERS), max_size=4)


def _flows_of(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    pairs = st.tuples(_keys, inner).map(": ".join)
    lists = st.lists(inner, max_size=3).map(lambda items: f"[{', '.join(items)}]")
    return lists | st.lists(pairs, max_size=3).map(lambda items: f"{{{', '.join(items)}}}")


_flows = st.recursive(_scalars, _flows_of, max_leaves=5)
_lines = st.builds(
    lambda indent, dash, key, value: f"{' ' * indent}{dash}{key}{value}",
    st.sampled_from((0, 0, 0, 2, 2, 4, 1, 3)),
    st.sampled_from(("", "", "", "- ", "-  ", "-")),
    (_keys.map("{}:".format) | _keys.map("{}: ".format)) | st.just(""),
    _flows | st.just(""),
)
_ends = st.sampled_from(("\n", "\n", "\n", "\n\n", " \n", "\n# a\n"))


def both_ways(text: str) -> tuple[object, object]:
    """Return what is answered line by line, and what YAML's own parser answers, in the same order too.

    Where the first gives up the second decides, and both are None.
    """
    fields = plainlines.read(text, 2)
    if not fields:
        return None, None
    read, problems = yamlevents.read(Source("a.md", text), text, 2)
    assert read is not None
    return (fields.places, repr(fields.values), []), (read.places, repr(read.values), problems)


@given(st.lists(st.builds(str.__add__, _lines, _ends), max_size=7).map("".join))
def test_lines_of_any_shape_are_read_alike(text: str) -> None:
    """Maps, lists and texts in any order, indented rightly or wrongly, are as YAML's parser reads them."""
    by_lines, by_yaml = both_ways(text)
    assert by_lines == by_yaml


@given(
    st.integers(0, len(PLAIN)),
    st.integers(0, 2),
    st.lists(st.sampled_from(SIGNS) | st.characters(), max_size=3),
)
def test_a_sign_at_any_place_is_read_alike(at: int, left_out: int, signs: list[str]) -> None:
    """Whatever is put into plain front matter, or taken out of it, is as YAML's parser reads it."""
    by_lines, by_yaml = both_ways(PLAIN[:at] + "".join(signs) + PLAIN[at + left_out :])
    assert by_lines == by_yaml


@given(st.lists(st.sampled_from((*YAML_BITS, *STRANGE, "a", "title: ")), max_size=40).map("".join))
def test_bits_of_yaml_are_read_alike(bits: str) -> None:
    """What is no front matter at all is as YAML's parser reads it."""
    by_lines, by_yaml = both_ways(f"{bits}\n")
    assert by_lines == by_yaml


def test_every_sign_between_any_two_is_read_alike() -> None:
    """Plain front matter is answered, and each sign at each place of it is as YAML's parser reads it."""
    assert plainlines.read(PLAIN, 2)
    for sign in SIGNS:
        for at in range(len(PLAIN)):
            by_lines, by_yaml = both_ways(PLAIN[:at] + sign + PLAIN[at:])
            assert by_lines == by_yaml
