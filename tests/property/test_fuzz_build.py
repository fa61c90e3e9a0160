"""What `check` finds right can be built, whatever stands in it."""

import json
from pathlib import Path

from builders import some_settings
from editions import all_pages
from fuzzing import MARKDOWN_BITS, STRANGE
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace
from newsroom import NOW, a_picture

from publisher.cache import Cache
from publisher.entries.companions import parse_opening
from publisher.entries.parser import parse_entry
from publisher.issues import Selection, make_edition
from publisher.model.entry import Library, Names, Picture
from publisher.pictures import MailPictures
from publisher.render.templating import Templates

SETTINGS = some_settings()
PHOTO = a_picture(40, 30)
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
    """An entry without an error becomes pages, feeds and a digest, with an opening; no word breaks them."""
    title, summary, place, holder = (json.dumps(text, ensure_ascii=False) for text in fields)
    front = f"title: {title}\ndate: 2023-06-27\nsummary: {summary}\n"
    front += f"event: {{start: 2023-06-27T10:00, place: {place}}}\n"
    front += f"image: {{src: a.png, alt: {holder}, credit: {{holder: {holder}}}}}\n"
    parsed = parse_entry("2023/06/a.md", f"---\n{front}---\n{body}\n".encode(), SETTINGS)
    if parsed.entry is None:
        return
    entry = replace(parsed.entry, assets=())  # there is no folder to read them from
    picture = Picture(type="image/png", length=1000, width=40, height=30)
    front = f"subject: {title}\npreheader: {summary}\nsigned: {holder}\n"
    opening, _ = parse_opening("digests/2023-06.md", f"---\n{front}---\n{body}\n".encode(), SETTINGS)
    library = Library(
        entries=(entry,),
        quotes=(),
        openings=(opening,) if opening else (),
        names=Names(),
        pictures={"2023/06/a.png": picture},
    )
    edition = make_edition(Selection((entry,)), library, SETTINGS, NOW)
    pictures = MailPictures(lambda _path: PHOTO, Cache(None))
    made = {page.path for page in all_pages(edition, TEMPLATES, pictures)}
    assert {"2023/06/a/index.html", "atom.xml", "rss.xml", "digests/2023-06/en.eml"} <= made
