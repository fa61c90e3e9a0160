"""Markdown to safe HTML, and what the text refers to or should not hold."""

import pytest

from publisher.entries.markdown import (
    Rendered,
    escape,
    first_paragraph,
    look_inline,
    plain,
    render,
    render_inline,
)
from publisher.entries.source import Mark, Source


def _render(body: str, first_line: int = 1) -> Rendered:
    return render(body, Source("a.md", "---\n" * (first_line - 1) + body), first_line)


def _problems(body: str) -> list[tuple[str, int, int]]:
    return [(item.code, item.place.line, item.place.column) for item in _render(body).problems]


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("", ""),
        (" \n\t\n", ""),
        ("Words *and* **more**.", "<p>Words <em>and</em> <strong>more</strong>.</p>"),
        ("## Heading", "<h2>Heading</h2>"),
        ("- a\n- b", "<ul>\n<li>a</li>\n<li>b</li>\n</ul>"),
        ("3. a", '<ol start="3">\n<li>a</li>\n</ol>'),
        ("~~gone~~", "<p><del>gone</del></p>"),
        ("AT&T < 5", "<p>AT&amp;T &lt; 5</p>"),
        ("Term\n: Meaning", "<dl>\n<dt>Term</dt>\n<dd>Meaning</dd>\n</dl>"),
        ("[a](https://e.org/?b=c&d)", '<p><a href="https://e.org/?b=c&amp;d">a</a></p>'),
        ("<https://e.org>", '<p><a href="https://e.org">https://e.org</a></p>'),
        ("<a@e.org>", '<p><a href="mailto:a@e.org">a@e.org</a></p>'),
        ("[a](tel:+41-22-1)", '<p><a href="tel:+41-22-1">a</a></p>'),
        ("[a](#b)", '<p><a href="#b">a</a></p>'),
        ("[a](b.md#c)", '<p><a href="b.md#c">a</a></p>'),
        ('![a "b"](c.png "d")', '<p><img src="c.png" alt="a &quot;b&quot;" title="d"></p>'),
        ("H<sub>2</sub>O", "<p>H<sub>2</sub>O</p>"),
        ('<abbr title="a">b</abbr>', '<p><abbr title="a">b</abbr></p>'),
        ('<p lang="ar" dir="rtl">a</p>', '<p lang="ar" dir="rtl">a</p>'),
        ("a <!-- note --> b", "<p>a  b</p>"),
        ("<script>alert(1)</script>", ""),
        ('<b onclick="x">a</b>', "<p><b>a</b></p>"),
        ("[a](javascript:b)", "<p><a>a</a></p>"),
        ("a\\\nb", "<p>a<br>\nb</p>"),
        ("```\n<b>\n```", "<pre><code>&lt;b&gt;\n</code></pre>"),
    ],
)
def test_a_body_becomes_safe_html(body: str, expected: str) -> None:
    """Markdown and simple HTML come out as HTML, and what could run or load does not."""
    assert expected == _render(body).html


def test_tables_keep_their_alignment() -> None:
    """The alignment of a table's columns, and nothing else of a style, reaches the page."""
    html = _render("| a | b |\n|---|--:|\n| 1 | 2 |").html
    assert "<td>1</td>" in html
    assert '<td style="text-align:right">2</td>' in html


def test_footnotes_keep_their_links() -> None:
    """A footnote's mark leads to its text, and both keep the classes that the stylesheet knows."""
    html = _render("Words[^1].\n\n[^1]: More.").html
    assert '<sup class="footnote-reference"><a href="#1">1</a></sup>' in html
    assert '<div class="footnote-definition" id="1">' in html


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("<script>x</script>", [("html-not-allowed", 1, 1)]),
        ("a\n\n<iframe></iframe>", [("html-not-allowed", 3, 1)]),
        ("é <FONT>a</FONT>", [("html-not-allowed", 1, 3)]),
        ('<b onclick="x" title="y" id=z>a</b>', [("html-not-allowed", 1, 4), ("html-not-allowed", 1, 26)]),
        ('<div\n  onclick="x">\na</div>', [("html-not-allowed", 2, 3)]),
        ("a <b\nonclick=x>c</b>", [("html-not-allowed", 2, 1)]),
        ('<div class="a">b</div>', [("html-not-allowed", 1, 6)]),
        ('<table><tr><td style="color:red">b</td></tr></table>', [("html-not-allowed", 1, 16)]),
        ("<!-- <script> -->\n\na <!-- <b onclick=c> --> <!--> <!---> d", []),
        ("<!--\n\n<iframe>\n\n-->\n\na", []),
        ("a\n\n<!-- b\n\n<iframe>", [("html-not-allowed", 3, 1)]),
        ("a <?php b ?> <!DOCTYPE c>", [("html-not-allowed", 1, 3), ("html-not-allowed", 1, 14)]),
        ("`<script>` and \\<script>", []),
        ("```\n<script>\n```", []),
        ("# a", [("heading-too-high", 1, 1)]),
        ("a\n\nb\n===", [("heading-too-high", 3, 1)]),
        ("<h1>a</h1>", [("html-not-allowed", 1, 1)]),
        ("## a\n\n###### b", []),
        ("![](a.png)", [("missing-alt", 1, 1)]),
        ("a ![ ](a.png)", [("missing-alt", 1, 3)]),
        ("![][b]\n\n[b]: a.png", [("missing-alt", 1, 1)]),
        ('<img src="a.png">', [("missing-alt", 1, 1)]),
        ('a <img src="a.png" alt=" ">', [("missing-alt", 1, 3)]),
        ('<img src="a.png" alt="b">', []),
        ("[a]()", [("empty-link", 1, 1)]),
        ("![a]()", [("empty-picture", 1, 1)]),
        ('<a href="">b</a>', [("empty-link", 1, 4)]),
        ("[a](javascript:b)", [("unsafe-address", 1, 1)]),
        ("[a](JavaScript:b)", [("unsafe-address", 1, 1)]),
        ("[a](vbscript:b) [c](data:d)", [("unsafe-address", 1, 1), ("unsafe-address", 1, 17)]),
        ("![a](data:image/png;base64,b)", [("unsafe-address", 1, 1)]),
        ("![a](mailto:b@e.org)", [("unsafe-address", 1, 1)]),
        ("[a](ftp://e.org)", [("unsafe-address", 1, 1)]),
        ("[a](mailto:b) [c](tel:d)", [("unsafe-address", 1, 1), ("unsafe-address", 1, 15)]),
        ("[a](mailto:b@e.org?subject=c) <b@e.org>", []),
        ('<a href="&#106;avascript:b">c</a>', [("unsafe-address", 1, 4)]),
        ("<a href=javascript:b>c</a>", [("unsafe-address", 1, 4)]),
        ("![a](https://e.org/b.png)", [("remote-image", 1, 1)]),
        ("![a](//e.org/b.png)", [("remote-image", 1, 1)]),
        ('<img alt="a" src="http://e.org/b.png">', [("remote-image", 1, 14)]),
        ("[a](//e.org/)", [("invalid-url", 1, 1)]),
        ("[a](http://e_e.org/)", [("invalid-url", 1, 1)]),
        ("[a](<https://e.org/b c>)", [("invalid-url", 1, 1)]),
        ("a\n\nb [c](x:y)\nd [e](x:y)", [("unsafe-address", 3, 3), ("unsafe-address", 4, 3)]),
        ("\U0001f30d é [a](x:y) العربية [b](x:y)", [("unsafe-address", 1, 5), ("unsafe-address", 1, 22)]),
        ("[a]: x:y\n\nb [a]", [("unsafe-address", 3, 3)]),
        ("a &#11; &#41;\nb &#x85;", [("control-character", 1, 3), ("control-character", 2, 3)]),
        ('<span title="&#xFFFE;">a</span>', [("control-character", 1, 14)]),
        ("`&#11;` is code", []),
        ("&#1114112; is nothing", [("control-character", 1, 1)]),
    ],
    ids=ascii,
)
def test_what_would_be_lost_in_silence_has_its_place(body: str, expected: list[tuple[str, int, int]]) -> None:
    """Each tag, attribute, address and picture that cannot stay is shown at its line and column."""
    assert expected == _problems(body)


def test_lines_count_from_the_top_of_the_file() -> None:
    """A problem of the body has the line of the file, and its text for the excerpt."""
    (problem,) = _render("a\n\n# b", first_line=7).problems
    assert (problem.place.line, problem.place.column, problem.place.text) == (9, 1, "# b")


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("[a](b.md)", [("b.md", (1, 1), False)]),
        ("é\n[a](../c/b.md#d)", [("../c/b.md", (2, 1), False)]),
        ("![a](b%20c.png)", [("b%20c.png", (1, 1), True)]),
        ("![a](<b c.png>)", [("b c.png", (1, 1), True)]),
        ('<a href="b.md">c</a>', [("b.md", (1, 4), False)]),
        ("<img alt=a src='b.png'/>", [("b.png", (1, 12), True)]),
        ("[![a](b.png)](c.md)", [("c.md", (1, 1), False), ("b.png", (1, 2), True)]),
        ("[a](b.md?c=d)", [("b.md?c=d", (1, 1), False)]),
        ("[a](#b) [c](https://e.org/) <d@e.org>", []),
    ],
    ids=ascii,
)
def test_relative_addresses_are_noted(body: str, expected: list[tuple[str, tuple[int, int], bool]]) -> None:
    """Each file that a text refers to is kept with its place, pictures apart from links."""
    done = _render(body)
    assert expected == [(item.target, tuple(item.mark), item.is_image) for item in done.references]
    assert done.problems == []


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ("> " * 31 + "a", ""),
        ("> " * 32 + "a", "too-deep"),
        ("> " * 100_000 + "a", "too-deep"),
        ("".join("  " * level + "- a\n" for level in range(200)), "too-deep"),
        ("<div>" * 100 + "\n\na", ""),
        ("<div>" * 101 + "\n\na", "too-deep"),
        ("<div>" * 400_000, "too-deep"),
        ("<b>" * 101 + "a", "too-deep"),
        ("<b></i>" * 101 + "a", "too-deep"),
        ("<b>a</b>" * 500 + "<br><li>" * 500, ""),
        ("</div>" * 500 + "<div>a</div>" * 500, ""),
    ],
    ids=lambda value: value[:12] or "none",
)
def test_depth_has_an_end(body: str, code: str) -> None:
    """Text or tags nested deeper than anybody writes are refused before they cost time."""
    done = _render(body)
    assert [code] * bool(code) == [problem.code for problem in done.problems]
    assert bool(code) == (done.html == "")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Words *and* **more**", "Words <em>and</em> <strong>more</strong>"),
        ("**First** words", "<strong>First</strong> words"),
        ("x marks the spot", "x marks the spot"),
        ("1. First of all", "1. First of all"),
        ("2030) a", "2030) a"),
        ("- a", "- a"),
        ("* a", "* a"),
        ("# a", "# a"),
        ("> a", "&gt; a"),
        ("```a", "```a"),
        ("~~~ a", "~~~ a"),
        ("---", "---"),
        ("[a]: b", "[a]: b"),
        ("    a", "a"),
        ("a\nb\n\n# c", "a b # c"),
        ("~~gone~~", "<del>gone</del>"),
        ("[a](https://e.org)", '<a href="https://e.org">a</a>'),
        ("[a](b.md)", '<a href="b.md">a</a>'),
        ("[a](javascript:b)", "<a>a</a>"),
        ("a <b>b</b><div>c</div>", "a <b>b</b>c"),
        ("![a](b.png) c", "c"),
        ("a <script>b</script>", "a"),
        ("", ""),
    ],
)
def test_a_summary_is_one_line_of_html(text: str, expected: str) -> None:
    """Inline markup stays, and nothing at the start of a summary becomes a list, a heading or code."""
    assert expected == render_inline(text)


@pytest.mark.parametrize(
    ("text", "codes", "targets"),
    [
        ("Words", [], []),
        ("[a](b.md) and [c](b.md)", [], ["b.md"]),
        ("[a](x:y) and [b](x:y)", ["unsafe-address"], []),
        ("![a](b.png)", ["html-not-allowed"], []),
        ("<script> [a]()", ["html-not-allowed", "empty-link"], []),
        ("# a", [], []),
    ],
)
def test_a_summary_is_looked_at_like_the_text(text: str, codes: list[str], targets: list[str]) -> None:
    """What cannot stay in a summary is shown once, at the summary; its links are noted there too."""
    source = Source("a.md", f"---\nsummary: {text}")
    seen = look_inline(text, source, Mark(2, 10))
    assert codes == [problem.code for problem in seen.problems]
    assert targets == [reference.target for reference in seen.references]
    assert {problem.place for problem in seen.problems} <= {source.place(Mark(2, 10))}
    assert {reference.mark for reference in seen.references} <= {Mark(2, 10)}


@pytest.mark.parametrize(
    ("html", "expected"),
    [
        ("<p>a</p>", "a"),
        ("<h2>a</h2>\n<p>b <em>c</em></p>\n<p>d</p>", "b <em>c</em>"),
        ('<p><img src="a.png" alt="b"></p><p>c</p>', "c"),
        ('<p><img src="a.png" alt="b"> c</p>', "c"),
        ("<p>a\nb</p>", "a\nb"),
        ("<ul><li>a</li></ul>", ""),
        ("", ""),
    ],
)
def test_the_first_paragraph_with_words_is_found(html: str, expected: str) -> None:
    """Headings, lists and pictures are passed over."""
    assert expected == first_paragraph(html)


@pytest.mark.parametrize(
    ("html", "expected"),
    [
        ("<p>a <b>b</b></p>\n<p>c</p>", "a b c"),
        ("<li>a</li><li>b</li><td>c</td><dt>d</dt><h2>e</h2>f<br>g", "a b c d e f g"),
        ("AT&amp;T &lt;b&gt; &quot;c&quot;&nbsp;d", 'AT&T <b> "c" d'),
        ("&amp;lt;", "&lt;"),
        ("a<script>b</script><style>c</style>", "a"),
        ("wo<b>r</b>ds", "words"),
    ],
)
def test_html_has_plain_words(html: str, expected: str) -> None:
    """Tags and entities go, the words of two blocks stay apart, and white space is one space."""
    assert expected == plain(html)


def test_words_become_html() -> None:
    """Only what HTML would misread is escaped."""
    assert escape('a & b < c > d "e" / é') == 'a &amp; b &lt; c &gt; d "e" / é'
