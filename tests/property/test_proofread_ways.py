"""The quick look at an entry's words, against all rules."""

from builders import entry_text, some_settings
from hypothesis import example, given
from hypothesis import strategies as st

from publisher.entries import proofread
from publisher.entries.parser import parse_entry

_BITS = (
    *(
        "read more",
        "Read moRE",
        "lire la suite",
        "leer má\u017f",
        "leer más",
        "اقرأ المزيد",
        "read  more",
        "words",
    ),
    *(" ", ".", "..", "…", ">", "»", "›", "«", "(", ")", "[", "]", "“", "”", '\\"', " #", "#", ",", "\xa0"),
    *("Geneva, 4 mars 2020", "©", "é", "e", "s", "a" * 121),
)
_texts = st.lists(st.sampled_from(_BITS), min_size=1, max_size=5).map("".join)
_others = st.dictionaries(
    st.sampled_from(("updated", "expires", "deadline")),
    st.sampled_from(("2010-01-01", "2030-01-01")),
    max_size=1,
)


@given(_texts, _texts | st.none(), _texts | st.none(), _others)
@example("Read more", "Words.", None, {})
@example("Title", "Words.", None, {})
def test_the_quick_look_hides_no_warning(
    title: str, summary: str | None, kicker: str | None, others: dict[str, str]
) -> None:
    """Where the quick look finds nothing to say, no rule has anything to say."""
    texts = {
        name: f'"{text}"'
        for name, text in (("title", title), ("summary", summary), ("kicker", kicker))
        if text
    }
    parsed = parse_entry("2023/06/a.md", entry_text("Words.", **texts, **others).encode(), some_settings())
    if parsed.entry and proofread.is_plain(parsed.entry, parsed.fields):
        assert proofread.closely(parsed.entry, parsed.fields, parsed.source) == []


def test_most_entries_need_no_closer_look() -> None:
    """An entry with an ordinary title and summary is told by the quick look."""
    data = entry_text("Words.", title="Words that end with e", summary="A sentence.").encode()
    parsed = parse_entry("2023/06/a.md", data, some_settings())
    assert parsed.entry is not None
    assert proofread.is_plain(parsed.entry, parsed.fields)
