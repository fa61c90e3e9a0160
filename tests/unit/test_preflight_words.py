"""What a mail says: headings, inbox line, placeholders, lines of text, pictures, number of entries."""

import pytest
from mails import ENTRY, ITEM, LEAVE, TALKS, TEXT, a_digest, codes, found, with_item

from publisher.model.output import Digest, Span
from publisher.preflight import Heading, outline

PAPER = "https://example.org/paper"
STYLE = 'style="color:#1d5468"'


@pytest.mark.parametrize(
    ("item", "expected"),
    [
        ("<h2>A</h2><h3>B</h3><h2>C</h2>", []),
        ("<h3>B</h3><h4>C</h4>", []),
        ("<h4>Deep</h4>", ["skipped-heading"]),
        ("<h3>B</h3><h5>D</h5>", ["skipped-heading"]),
        ("<h1>Again</h1>", ["one-first-heading"]),
        ("<h2> </h2>", ["empty-heading"]),
        ('<h2><img src="https://example.org/a.png" alt="A chart" width="96"></h2>', []),
        (f'<h2><a href="{TALKS}" {STYLE}></a></h2>', ["empty-link-text"]),
    ],
)
def test_headings(item: str, expected: list[str]) -> None:
    """Headings go down by one level, say something, and only the month is of the first level."""
    assert with_item(item) == expected


def test_a_mail_without_a_first_heading_is_told_once() -> None:
    """Without `<h1>` the next level is no leap; a heading before it is one."""
    html = a_digest().html
    start = html.index("<!--item-->")
    spans = (Span(ENTRY, start, start + 9),)
    assert codes(a_digest(html=html.replace("<h1>June 2023</h1>", ""), spans=spans)) == ["one-first-heading"]
    before = html.replace("<h1>", "<h3>Early</h3><h1>")
    assert codes(a_digest(html=before, spans=spans)) == ["skipped-heading"]


def test_outline() -> None:
    """The outline has the headings in reading order, white space folded, labels first."""
    digest = a_digest('<h2>A\n  <b>b</b></h2><h3 aria-label="Said">Shown</h3>')
    assert outline(digest) == (Heading(1, "June 2023"), Heading(2, "A b"), Heading(3, "Said"))


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("a " * 39, []),
        ("ab " * 26 + "c", ["long-text-line"]),
        ("x" * 100, []),
        ("* " + "x" * 100, []),
        ("شّ " * 39, []),
        ("保障 " * 16, ["long-text-line"]),
        ("  " + "https://example.org/" + "x" * 80, []),
    ],
)
def test_lines_of_the_text_part(line: str, expected: list[str]) -> None:
    """Lines have at most 78 columns, but for what cannot be broken; marks above letters take none."""
    more = f"{line}\n{line}\n"
    assert [code for code in codes(a_digest(more=more)) if code != "link-not-in-html"] == expected


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"subject": "x" * 70}, []),
        ({"subject": "x" * 71}, ["long-subject"]),
        ({"subject": " "}, ["empty-subject"]),
        ({"subject": "NEWS OF JUNE: TALKS"}, ["shouting-subject"]),
        ({"subject": "News: talks!!"}, ["shouting-subject"]),
        ({"subject": "News of the ILO and UNICEF!"}, []),
        ({"subject": "ILO"}, []),
        ({"subject": "أخبار يونيو: محادثات"}, []),
        ({"preheader": ""}, ["empty-preheader"]),
        ({"preheader": "x" * 29}, ["preheader-length"]),
        ({"preheader": "x" * 30}, []),
        ({"preheader": "x" * 110}, []),
        ({"preheader": "x" * 111}, ["preheader-length"]),
        ({"subject": "News, June", "preheader": "news,  june"}, ["repeated-preheader"]),
    ],
)
def test_inbox_line(changes: dict[str, str], expected: list[str]) -> None:
    """Subject and preheader are there, neither too short nor too long nor loud, and two different things."""
    findings = found(a_digest(**changes, opening="digests/2023-06.en.md"))
    assert [item.code for item in findings] == expected
    assert [item.entry for item in findings] == ["digests/2023-06.en.md"] * len(expected)


NOTE = "TO" + "DO"


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("{{ title }}", ["placeholder"]),
        ("{% if a %}", ["placeholder"]),
        ("%(month)s", ["placeholder"]),
        ("*|FNAME|*", ["placeholder"]),
        ("[[name]]", ["placeholder"]),
        ("Lorem Ipsum dolor", ["placeholder"]),
        (f"{NOTE} ask Ada", ["placeholder"]),
        ("READER-TOKEN", ["placeholder"]),
        ("100 % (net) {a} [b] *c* | d", []),
        ("todo", []),
        ("{{ a }} {{ b }} {{ a }}", ["placeholder", "placeholder"]),
    ],
)
def test_placeholders(words: str, expected: list[str]) -> None:
    """What was to be filled in is told once, though it stands in several parts of the mail."""
    digest = a_digest(
        f"{ITEM}<p>{words}</p>", more=f"{words}\n", subject=f"News {words}", head=f"<title>{words}</title>"
    )
    findings = [item for item in found(digest) if item.code != "shouting-subject"]
    assert [item.code for item in findings] == expected
    assert [item.entry for item in findings] == [ENTRY] * len(expected)


def test_a_word_that_is_a_note_elsewhere() -> None:
    """In Spanish the four letters are a word; with a colon they are a note."""
    html = a_digest().html.replace('lang="en"', 'lang="es"').replace("What was said", f"{NOTE} lo dicho")
    spans = a_digest().spans
    assert codes(a_digest(html=html, lang="es", spans=spans)) == []
    assert codes(a_digest(html=html.replace(NOTE, f"{NOTE}:"), lang="es", spans=spans)) == ["placeholder"]


def _with_token(where: str) -> Digest:
    if where == "another address":
        link = f'<p><a href="{PAPER}?READER-TOKEN" {STYLE}>The paper</a></p>'
        return a_digest(ITEM + link, more=f"{PAPER}?READER-TOKEN")
    if where == "words":
        return a_digest(ITEM + f"<p>{LEAVE}</p>")
    return a_digest(**{where: f"{TEXT} {LEAVE}"})


@pytest.mark.parametrize(
    ("where", "expected"),
    [
        ("another address", ["placeholder"]),
        ("words", ["placeholder"]),
        ("web_text", ["placeholder"]),
        ("text", []),
    ],
)
def test_the_token_of_a_reader(where: str, expected: list[str]) -> None:
    """A reader's token stands in the two links of the mail that need it, and nowhere on the web."""
    digest = _with_token(where)
    assert codes(digest) == expected


@pytest.mark.parametrize(
    ("attributes", "expected"),
    [
        ('alt="A chart" width="584"', []),
        ('alt="" width="584"', []),
        ('width="584"', ["missing-alt"]),
        ('alt="chart.png" width="584"', ["file-name-alt"]),
        ('alt="IMG_2044" width="584"', ["file-name-alt"]),
        ('alt="Photo 51" width="584"', ["file-name-alt"]),
        ('alt="The file chart.png" width="584"', []),
        (f'alt="{"x" * 250}" width="584"', []),
        (f'alt="{"x" * 251}" width="584"', ["long-alt"]),
        ('alt="A chart"', ["picture-width"]),
        ('alt="A chart" width="100%"', ["picture-width"]),
        ('alt="A chart" width="584px"', ["picture-width"]),
    ],
)
def test_pictures(attributes: str, expected: list[str]) -> None:
    """A picture has a text that says what it shows, and a width in pixels."""
    findings = found(a_digest(f'{ITEM}<img src="https://example.org/a.png" {attributes}>'))
    assert [(item.code, item.entry) for item in findings] == [(code, ENTRY) for code in expected]


def test_heavy_pictures_name_their_entry() -> None:
    """A picture over 200 kB is told, with the entry that shows it."""
    source = "https://news.example.org/media/mail/a.jpg"
    digest = a_digest(f'{ITEM}<img src="{source}" alt="A hall" width="584">', pictures={source: 200_001})
    assert [(item.code, item.entry, item.needle) for item in found(digest)] == [
        ("heavy-picture", ENTRY, "A hall")
    ]
    assert codes(a_digest(pictures={source: 200_000})) == []


@pytest.mark.parametrize(
    ("spans", "omitted", "minimum", "expected"),
    [
        ((Span("a.md", 0, 1),), 0, 1, []),
        ((), 0, 1, ["empty-digest"]),
        ((), 0, 3, ["empty-digest"]),
        ((Span("a.md", 0, 1), Span("a.md", 1, 2)), 0, 2, ["few-entries"]),
        ((Span("a.md", 0, 1), Span("b.md", 1, 2)), 0, 2, []),
        ((Span("a.md", 0, 1),), 1, 2, []),
    ],
)
def test_number_of_entries(spans: tuple[Span, ...], omitted: int, minimum: int, expected: list[str]) -> None:
    """A digest has entries, and as many as are wanted; those that only the web shows count."""
    assert codes(a_digest(spans=spans, omitted=omitted), minimum) == expected
