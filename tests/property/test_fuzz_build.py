"""What `check` finds right can be built, whatever stands in it."""

import json
from pathlib import Path

from builders import some_settings
from fuzzing import MARKDOWN_BITS, STRANGE
from hypothesis import given, settings
from hypothesis import strategies as st

from publisher.build import make_edition, pages
from publisher.entries.parser import parse_entry
from publisher.issues import Selection
from publisher.model.entry import Library, Names, Picture
from publisher.render.templating import Templates

SETTINGS = some_settings()
TEMPLATES = Templates(Path("no-own-templates"))
HARMLESS = tuple(bit for bit in STRANGE if bit.isprintable() or bit in "\xa0\xad\u2028\u2029\u202e")
TEMPLATE_BITS = (
    "{{ x }}",
    "{% if %}",
    "%(n)s",
    "%s",
    "]]>",
    "&lt;script&gt;",
    "&nbsp;",
    "&#x202e;",
    "</p>",
    "<td>",
)
bits = st.sampled_from((*MARKDOWN_BITS, *HARMLESS, *TEMPLATE_BITS, "a", "word "))
words = st.lists(bits, min_size=1, max_size=5).map("".join)


@settings(max_examples=40)
@given(st.tuples(words, words, words, words), st.lists(bits, max_size=30).map("".join))
def test_what_is_right_can_be_built(fields: tuple[str, ...], body: str) -> None:
    """An entry without an error becomes pages, feeds and a digest; its words break none of them."""
    title, summary, place, holder = (json.dumps(text, ensure_ascii=False) for text in fields)
    front = f"title: {title}\ndate: 2023-06-27\nsummary: {summary}\n"
    front += f"event: {{start: 2023-06-27T10:00, place: {place}}}\n"
    front += f"image: {{src: a.png, alt: {holder}, credit: {{holder: {holder}}}}}\n"
    parsed = parse_entry("2023/06/a.md", f"---\n{front}---\n{body}\n".encode(), SETTINGS)
    if parsed.entry is None:
        return
    entry = parsed.entry.model_copy(update={"assets": ()})  # there is no folder to read them from
    picture = Picture(type="image/png", length=1000, width=40, height=30)
    library = Library(entries=(entry,), quotes=(), names=Names(), pictures={"2023/06/a.png": picture})
    edition = make_edition(Selection((entry,)), library, SETTINGS)
    made = {
        page.path for page in pages(edition, TEMPLATES, Path("no-entries"), lambda _what, _done, _of: None)
    }
    assert {"2023/06/a/index.html", "atom.xml", "rss.xml", "digests/2023-06/en.eml"} <= made
