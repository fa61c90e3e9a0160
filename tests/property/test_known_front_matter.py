"""An entry whose front matter is known says with another body what it would say if it were read afresh."""

from builders import some_settings
from fuzzing import MARKDOWN_BITS, YAML_BITS
from hypothesis import example, given
from hypothesis import strategies as st
from msgspec.structs import replace

from publisher.entries.parser import Parsed, parse_entry

SETTINGS = some_settings()
FRONT = "title: A title\ndate: 2023-06-27\n"
bodies = st.lists(st.sampled_from(MARKDOWN_BITS) | st.text(max_size=8), max_size=12).map("".join)
fronts = st.sampled_from(
    [
        *("", "summary: Some  *words*\n", "summary: <!-- -->\n", "summary: '  '\nid: a\n", "lang: fr\n"),
        *("image: {src: p.png, alt: P}\n", "event: {start: 2023-06-27T09:00}\nkind: event\n"),
        "expires: 2023-07-01\nlinks: [{label: A, url: 'https://example.org/'}]\ndeadline: 2023-06-30\n",
    ]
) | st.lists(st.sampled_from(YAML_BITS), max_size=4).map("".join)


def _parsed(front: str, body: str, old: Parsed | None = None) -> Parsed:
    data = f"---\n{FRONT}{front}\n---\n{body}".encode("utf-8", "surrogatepass")
    if old is None or old.entry is None:
        return parse_entry("2023/06/a.md", data, SETTINGS)
    kept, text = replace(old.entry, html=""), old.fields.text
    return parse_entry("2023/06/a.md", data, SETTINGS, lambda front: kept if front == text else None)


@given(fronts, bodies, bodies)
@example("", "![P](p.png) and [b](b.md)", "Words.")
@example("image: {src: p.png, alt: P}\n", "", "![P](q.png) and [b](b.md)")
def test_a_known_front_matter_gives_the_same_entry(front: str, body: str, other: str) -> None:
    """Entry and problems are those of a parser that knows nothing."""
    known, fresh = _parsed(front, other, _parsed(front, body)), _parsed(front, other)
    assert (known.entry, known.problems) == (fresh.entry, fresh.problems)
    assert (known.by_name, known.has_id, known.references) == (fresh.by_name, fresh.has_id, fresh.references)


@given(fronts, fronts, bodies)
def test_another_front_matter_is_read(front: str, other: str, body: str) -> None:
    """What was known of other words has no say."""
    known, fresh = _parsed(other, body, _parsed(front, body)), _parsed(other, body)
    assert (known.entry, known.problems) == (fresh.entry, fresh.problems)
