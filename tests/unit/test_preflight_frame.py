"""The frame of a mail: doctype, language, direction, tables, what only Outlook reads, size, stylesheets."""

import pytest
from mails import ENTRY, ITEM, KEPT, a_digest, codes, found, frame, with_item

from publisher.errors import Severity
from publisher.model.output import LIMIT_BYTES, TARGET_BYTES, Digest, Span
from publisher.preflight import measure
from publisher.preflight.size import KEPT_LIMIT
from publisher.preflight.structure import direction_of


def _changed(old: str, new: str) -> list[str]:
    """Return the codes for the right mail with *old*, which must be there, replaced once."""
    html = frame()
    assert old in html
    start = html.index("<!--item-->")
    return codes(a_digest(html=html.replace(old, new, 1), spans=(Span(ENTRY, start, start + 20),)))


def test_a_right_mail_has_no_findings() -> None:
    """The mail that every other case starts from is right."""
    assert found(a_digest(), minimum=1) == []


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("<!DOCTYPE html>", "<!doctype html>", ["mail-doctype"]),
        ("<!DOCTYPE html>", "<!-- 1 --><!DOCTYPE html>", ["mail-doctype"]),
        ("<!DOCTYPE html>", "", ["mail-doctype"]),
        ("<!DOCTYPE html>", "<!DOCTYPE html>\n", []),
        ('<html lang="en" dir="ltr">', '<html dir="ltr">', ["mail-language"]),
        ('<html lang="en" dir="ltr">', '<html lang="fr" dir="ltr">', ["mail-language"]),
        ('<html lang="en" dir="ltr">', '<html lang="EN" dir="ltr">', []),
        ('<body lang="en" dir="ltr"', '<body lang="en"', ["mail-direction"]),
        ('<body lang="en" dir="ltr"', '<body lang="en" dir="rtl"', ["mail-direction"]),
        ('<body lang="en" dir="ltr"', "<body", ["mail-language", "mail-direction"]),
        ('<div role="article" lang="en"', '<div role="article"', ["mail-language"]),
        ('<div role="article"', "<div", ["mail-frame"]),
        ('<table class="sheet" role="presentation"', '<table class="sheet"', ["table-role"]),
        ('<table class="sheet" role="presentation"', '<table class="sheet" role="none"', []),
        ('<table role="presentation" width="640">', '<table width="640">', ["table-role"]),
        ("<!--[if mso]></td></tr></table><![endif]-->", "", ["outlook-table"]),
        (
            "<!--[if mso]></td></tr></table><![endif]-->",
            "<!--[if mso]></td></tr></table>-->",
            ["outlook-comment"],
        ),
        (
            "<!--[if mso]></td></tr></table><![endif]-->",
            "<!--</td></tr></table><![endif]-->",
            ["outlook-comment"],
        ),
        ("<!--item-->", "<!--[if !mso]><!-->x<!--<![endif]-->", []),
        ("<!--item-->", "<!--[if !mso]><!-->x", ["outlook-comment"]),
        ("<!--item-->", "x<!--<![endif]-->", ["outlook-comment"]),
        ("<!--item-->", "<![if !mso]>x<![endif]>", ["outlook-comment"]),
        ("<!--item-->", "<!-- if somebody asks -->", []),
        ("<!--item-->", "<style>p { margin: 0 }</style>", ["style-in-body"]),
    ],
)
def test_frame(old: str, new: str, expected: list[str]) -> None:
    """Each fault of the frame is told once, and what is only written otherwise is none."""
    assert _changed(old, new) == expected


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("<!DOCTYPE html>", ""),
        ('<html lang="en"', "<html"),
        ('<table class="sheet" role="presentation"', '<table class="sheet"'),
        ("<!--[if mso]></td></tr></table><![endif]-->", ""),
        ("<h1>June 2023</h1>", ""),
    ],
)
def test_a_fault_of_the_frame_names_the_template(old: str, new: str) -> None:
    """What no entry can mend names the template that holds all others, in words that no month changes."""
    html = frame().replace(old, new, 1)
    spans = (Span(ENTRY, html.index("<!--item-->"), html.index("<!--/item-->")),)
    (finding,) = found(a_digest(html=html, spans=spans))
    assert (finding.entry, finding.template) == ("", "email/digest.html")
    assert "June" not in finding.message


def test_a_table_of_an_entry_names_the_entry() -> None:
    """A table that lays out is told for its entry; one with headings is a table of data."""
    finding = found(a_digest(ITEM + "<table><tr><td>1</td></tr></table><table><tr><td>2</td></tr></table>"))
    assert [(item.code, item.entry) for item in finding] == [("table-role", ENTRY)]
    assert with_item("<table><tr><th>Year</th></tr><tr><td>2023</td></tr></table>") == []


@pytest.mark.parametrize(
    ("lang", "expected"),
    [
        ("en", "ltr"),
        ("ar", "rtl"),
        ("he", "rtl"),
        ("fa-AF", "rtl"),
        ("ur", "rtl"),
        ("az", "ltr"),
        ("az-Arab", "rtl"),
        ("pa-Arab-PK", "rtl"),
        ("ar-Latn", "ltr"),
        ("pt-BR", "ltr"),
        ("zh-Hant-TW", "ltr"),
    ],
)
def test_direction(lang: str, expected: str) -> None:
    """A language is written from right to left if its script is; a script in the tag decides."""
    assert direction_of(lang) == expected


def test_an_arabic_mail_reads_from_right_to_left() -> None:
    """An Arabic digest is right with `rtl`, and with `ltr` its direction is told once."""
    html = frame().replace('lang="en"', 'lang="ar"')
    right = html.replace('dir="ltr"', 'dir="rtl"')
    spans = a_digest().spans
    assert codes(a_digest(html=right, lang="ar", spans=spans)) == []
    assert codes(a_digest(html=html, lang="ar", spans=spans)) == ["mail-direction"]


def _of_size(size: int) -> Digest:
    """Return a digest whose HTML has *size* bytes, most of them in its entry."""
    short = a_digest()
    return a_digest(
        ITEM + "<p>" + "é" * ((size - short.size - 7) // 2) + "x" * ((size - short.size - 7) % 2) + "</p>"
    )


@pytest.mark.parametrize(
    ("size", "expected"),
    [
        (TARGET_BYTES, []),
        (TARGET_BYTES + 1, [("large-mail", Severity.WARNING)]),
        (LIMIT_BYTES, [("large-mail", Severity.WARNING)]),
        (LIMIT_BYTES + 1, [("mail-too-large", Severity.ERROR)]),
    ],
)
def test_size(size: int, expected: list[tuple[str, Severity]]) -> None:
    """A mail over the target is a warning, one over the limit an error; the heaviest entries are named."""
    digest = _of_size(size)
    assert digest.size == size
    findings = found(digest)
    assert [(item.code, item.severity) for item in findings] == expected
    assert [ENTRY in item.hint for item in findings] == [True] * len(expected)


@pytest.mark.parametrize(("bytes_", "expected"), [(KEPT_LIMIT - 1, []), (KEPT_LIMIT, ["kept-style-size"])])
def test_kept_style_size(bytes_: int, expected: list[str]) -> None:
    """Kept styles stay below the bytes from which Gmail takes none of them."""
    rest = bytes_ - len(KEPT.encode()) - len("/**/")
    digest = a_digest(kept=KEPT + "/*" + "é" * (rest // 2) + "e" * (rest % 2) + "*/")
    assert (measure(digest).kept_style_bytes, codes(digest)) == (bytes_, expected)


def test_measure_counts_bytes_of_each_entry() -> None:
    """The meter adds up the pieces of each entry in bytes, the heaviest first, equal ones by path."""
    digest = a_digest(
        html="<p>é</p><p>abc</p><p>d</p>", spans=(Span("b", 0, 8), Span("c", 8, 18), Span("a", 18, 26))
    )
    assert measure(digest).by_entry == (("c", 10), ("b", 9), ("a", 8))
    twice = a_digest(
        html="<p>é</p><p>abc</p><p>d</p>", spans=(Span("b", 0, 8), Span("c", 8, 18), Span("b", 18, 26))
    )
    assert measure(twice).by_entry == (("b", 17), ("c", 10))


@pytest.mark.parametrize(
    ("css", "expected"),
    [
        ("@media (max-width: 480px) { p { color: #000000 !important; } }", []),
        ("@media all { @media (max-width: 1px) { p { margin: 0; } } }", ["nested-at-rule"]),
        ("@media (max-width: 480px) { p { color: rgb(1, 2, 3) !important; } }", []),
        ("@media (max-width: 480px) { p { color: rgb(1 2 3) !important; } }", ["spaced-colour"]),
        ("@media (max-width: 480px) { p { border-color: rgb(1 2 3 / 50%); } }", ["spaced-colour"]),
        ("@media (max-width: 480px) { p { margin: 0!important; } }", ["joined-important"]),
        ("@media (max-width: 480px) { p { margin: 0 !IMPORTANT; } }", ["capital-important"]),
        ("@media (max-width: 480px) { p { margin: 0 ! important; } }", []),
        ("/* rgb(1 2 3) 0!important @media { @media { } } */", []),
    ],
)
def test_traps_of_gmail(css: str, expected: list[str]) -> None:
    """What makes Gmail drop a stylesheet or a rule is told once, as a fault of the kept styles."""
    findings = found(a_digest(kept=KEPT + css))
    assert [item.code for item in findings] == expected
    assert [item.template for item in findings] == ["email/kept.css"] * len(expected)


def test_a_colour_with_spaces_in_an_element_is_told() -> None:
    """A style attribute with such a colour is dropped as a whole by Gmail, wherever it stands."""
    assert with_item('<p style="border-color:rgb(1 2 3)">a</p><p style="border-color:rgb(1 2 3)">b</p>') == [
        "spaced-colour"
    ]
    assert with_item('<p style="border-color:rgb(1, 2, 3)">a</p>') == []


def test_a_character_that_cuts_is_told_once_for_an_entry() -> None:
    """A C1 character is found in the HTML, else in the subject, the preheader or the text part."""
    findings = found(a_digest(ITEM + "<p>a\x92b\x92c</p>", more="a\x92b\n"))
    assert [(item.code, item.entry) for item in findings] == [("cutting-character", ENTRY)]
    for change in (
        {"subject": "News\x85"},
        {"more": "a\x92\n"},
        {"preheader": "Two calls close in July\x99; nine"},
    ):
        assert codes(a_digest(**change)) == ["cutting-character"]
    assert with_item("<p>a&#146;b\u2019c</p>") == []
