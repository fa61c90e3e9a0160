"""Texts that need neither a parser of Markdown nor one of HTML, against what these two say."""

import pytest
from fuzzing import MARKDOWN_BITS
from hypothesis import assume, given
from hypothesis import strategies as st

from publisher.entries.markdown import Rendered, first_paragraph, look_inline, plain, render, render_inline
from publisher.entries.source import Mark, Source, decode, holds_forbidden
from publisher.errors import Problem
from publisher.model.rules import FORBIDDEN

SIGNS = tuple("!\"#$%'()+,-./:;=?@^{|} \n\t\xa0\xad\u2003\u200f\ufeff\0\x0b\x85")
EDGES = "\x00\t\r\n\x1f\x7f\x80\x9f\xa0¿\ufdcf\ufdd0\ufdef\ufdf0\ufffc\ufffd\uffff"
WORDS = (*SIGNS, "- ", "1. ", "# ", "https://e.org", "a@b.org", "www.", "x", "é", "م")
characters = st.characters(exclude_categories=["Cs"])
lines = st.lists(st.sampled_from(WORDS) | characters, max_size=12).map("".join)
# Raw HTML and entities send every text through the walk, so these go without.
BITS = (
    *(bit for bit in MARKDOWN_BITS if not bit.startswith("<")),
    *(
        "< ",
        "a",
        "a ",
        "é",
        "\n\n",
        "**",
        "> ",
        "* ",
        ">>>>",
        "- - - - ",
        "*_*_*_",
        "# a\n",
        "https://e.org/a",
    ),
    *(
        "[a](https://example.org/a)",
        "[a](https://e.org/?q)",
        "[a](http://[)",
        "[a](/b)",
        "[a](#b)",
        "![a](b)",
    ),
    *("[a](https://e.org/%20)", "[a](<https://e.org/b c>)", "[a](https://-e)", "[a]: https://e.org/ü\n"),
)


def noted(done: Rendered) -> tuple[list[object], list[tuple[str, int | None, int | None]]]:
    """Return what was noted, without the text of the lines."""
    problems: list[Problem] = done.problems
    return [*done.references], [(item.code, item.place.line, item.place.column) for item in problems]


@given(st.lists(st.sampled_from(BITS), max_size=40).map("".join))
def test_a_walk_notes_nothing_else(body: str) -> None:
    """A comment below the text, which sends it through the walk, changes nothing that is noted."""
    source = Source("a.md", body)
    assert noted(render(body, source, 1)) == noted(render(f"{body}\n\n<!-- -->", source, 1))


def rendered(body: str) -> str:
    """Return the HTML of *body*."""
    return render(body, Source("a.md", body), 1).html


CLEAN = (
    *("a", "## a\n\n###### b", "*a* **b** ~~c~~ `d`", "> a\n\n> > b", "a & b < c > d \"e\" 'f'", "&lt;b&gt;"),
    *(
        "- a\n  - b\n\n    c",
        "1. a\n2. b",
        "7. a",
        "    a\n\n\n    b",
        "```\na <  \n```",
        "[a](https://e.org/b)",
    ),
    *("*a* " * 12, "*a* " * 13, "> a\n\n## b\n\n" * 13),
    *("|a|b|c|d|\n|-|:-|:-:|-:|\n|e|f|g|h|", '`<th style="text-align: left">`'),
)
CLEANED = (
    *(
        "a  \nb",
        "a\n\n---",
        "&nbsp;",
        "a\xa0",
        "\ufeffa",
        "a\ufeff",
        "a\0",
        "a\rb",
        "&quot;",
        "&copy;",
        "&#65;",
    ),
    *(
        "```html\na\n```",
        '[a](https://e.org "b")',
        "[a](https://e.org/?b&c)",
        '[a](https://e.org/"b)',
        "&#x26;",
    ),
    *("[a](javascript:b)", "[a](ftp://e.org)", "[a](https://e.org:8)", "[a](https://é.org)", "![a](b.png)"),
    *("a[^1]\n\n[^1]: b", "[a[^1]](https://e.org)\n\n[^1]: b", "a\n: b", "> " * 20 + "a", "# a", "[a](/b)"),
    *(
        "<p>a",
        "a</p>",
        "<table>",
        '<th style="text-align: left">',
        "a <br> b",
        "<!-- a -->",
        "<https://e.org>",
    ),
    *("<b>a</b>", "<a href=b>", "&#65;", "&#x26;"),
)


SENTENCES = (
    *(
        "5 < 7 > 3",
        "R&D",
        "&lt;b&gt; &amp;",
        "*a* _b_ **c** ~~d~~ `e`",
        "***a*** *b **c** d*",
        "*a *b* c*",
        "x",
    ),
    *("&nbsp;", "&quot;", "&#11;", "[a](javascript:b)", "[a]", "[^1]", "[a]: b", "[a](/b)", "`<`"),
    *(
        "# a",
        "- a",
        "\\*",
        "*\xa0*a",
        "*a*\0",
        "*\ufeffa*",
        "*" * 40 + "a" + "*" * 40,
        "&lt",
        "&amp",
        "&ltb;",
    ),
    *("[a](https://e.org)", "![a](b)", "&ltb;", "x"),
)
TAGS = (
    "a&#10;",
    "<b>a</b>",
    "a<br>",
    "<p>",
    "</p>",
    "<script>",
    "<!-- -->",
    "<https://e.org>",
    "<a@e.org>",
    "`<b>`",
)


@pytest.mark.parametrize("body", [*CLEAN, *CLEANED])
def test_the_cleaner_would_write_the_same(body: str) -> None:
    """A comment above the text, which sends it through the cleaner, changes nothing in the HTML."""
    assert rendered(body) == rendered(f"<!-- -->\n\n{body}")


@given(st.lists(st.sampled_from([*BITS, *CLEAN, *CLEANED]) | lines, max_size=20).map("".join))
def test_the_cleaner_would_write_the_same_of_any_text(body: str) -> None:
    """Whatever is not cleaned is what the cleaner gives."""
    assume(body.strip())
    assert rendered(body) == rendered(f"<!-- -->\n\n{body}")


@given(lines)
def test_a_summary_of_words_is_its_own_html(text: str) -> None:
    """An entity by number at the end, which sends it through both parsers, changes nothing before it."""
    assume(not set(text) & set("\\`*_~[]<>&"))
    assert render_inline(f"{text} &#38;").removesuffix("&amp;").strip() == render_inline(text)
    look = look_inline(text, Source("a.md", text), Mark(1, 1))
    assert (look.references, look.problems) == ([], [])


@given(lines)
def test_words_alone_are_plain(text: str) -> None:
    """An entity at the end, which sends it through the cleaner, changes no word before it."""
    assume("<" not in text)
    assert plain(f"{text} &quot;") == f'{plain(text)} "'.strip()


@pytest.mark.parametrize("text", SENTENCES)
def test_a_summary_with_signs_is_what_the_cleaner_writes(text: str) -> None:
    """An entity by number at the end, which sends it through the cleaner, changes nothing before it."""
    assert render_inline(f"{text} &#38;").removesuffix("&amp;").strip() == render_inline(text)


@given(st.lists(st.sampled_from(SENTENCES) | lines, max_size=8).map(" ".join))
def test_a_summary_of_any_signs_is_what_the_cleaner_writes(text: str) -> None:
    """Whatever is not cleaned is what the cleaner gives."""
    assert render_inline(f"{text} &#38;").removesuffix("&amp;").strip() == render_inline(text)


@given(st.lists(st.sampled_from((*SENTENCES, *TAGS)) | lines, max_size=8).map(" ".join))
def test_a_walk_through_a_summary_notes_nothing_else(text: str) -> None:
    """A comment at the end, which sends it through the walk, changes nothing that is noted."""
    source, mark = Source("a.md", text), Mark(1, 1)
    assert noted(look_inline(text, source, mark)) == noted(look_inline(f"{text} <!-- -->", source, mark))


@given(lines)
def test_a_first_paragraph_of_words_is_its_own_html(text: str) -> None:
    """A line end at the end of a paragraph, which sends it through the cleaner, changes nothing before it."""
    assume(not set(text) & set("<&") and plain(text))
    cleaned = first_paragraph(f"<p>{text}<br></p>").removesuffix("<br>").strip()
    assert first_paragraph(f"<p>{text}</p>") == cleaned


@given(st.text(characters | st.sampled_from(EDGES)))
def test_forbidden_characters_are_found_in_bytes(text: str) -> None:
    """Bytes are searched for the very characters that texts are."""
    assert holds_forbidden(text.encode()) == bool(FORBIDDEN.search(text))


def test_each_forbidden_character_is_found_in_bytes() -> None:
    """Every character alone is told alike, and a file with a forbidden one has no lines."""
    characters = [chr(code) for code in range(0x10FFFF + 1) if not 0xD800 <= code < 0xE000]
    found = [character for character in characters if holds_forbidden(character.encode())]
    assert found == [character for character in characters if FORBIDDEN.search(character)]
    assert all(not decode("a.md", character.encode())[0].lines for character in found)
