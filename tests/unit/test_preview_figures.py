"""What the preview tells of a mail: inbox line, reading order, headers."""

import pytest
from mails import a_digest
from msgspec.structs import replace

from publisher.preview.figures import headers, inbox_line, reading_order


@pytest.mark.parametrize(
    ("room", "subject", "preheader"),
    [
        (5, "Four…", ""),
        (12, "Four words…", ""),
        (100, "Four words here now", "Then what stands before it"),
        (30, "Four words here now", "Then wh…"),
    ],
)
def test_the_inbox_line_is_cut(room: int, subject: str, preheader: str) -> None:
    """Subject first, then the preheader, as far as there is room; what is cut ends with an ellipsis."""
    subjected = replace(a_digest("<p>x</p>"), subject="Four words here now")
    line = inbox_line(replace(subjected, preheader="Then what stands before it"), "News <a@b>", room)
    assert (line.sender, line.subject, line.preheader) == ("News <a@b>", subject, preheader)


def test_the_reading_order() -> None:
    """Headings with their level, links, pictures by their words and runs of text come as they are read."""
    html = (
        '<html><head><style>p { x: y }</style></head><body><h2>One <a href="/a">two</a></h2>'
        '<p>Some <b>words</b>, a <a href="/b">link</a>.</p><img src="x" alt="A hall"><img src="y" alt="">'
        '<p aria-hidden="true">silent</p><span>·</span></body></html>'
    )
    order = reading_order(replace(a_digest("<p>x</p>"), html=html))
    assert [tuple(said) for said in order] == [
        ("heading 2", "One two"),
        ("text", "Some words, a"),
        ("link", "link"),
        ("picture", "A hall"),
    ]


def test_missing_headers_are_named() -> None:
    """What should be there and is not stands at the end."""
    found = headers(b"From: News <a@b>\r\nSubject: =?utf-8?q?=C3=84?=\r\n\r\nx")
    assert [(header.name, header.value) for header in found[:2]] == [("From", "News <a@b>"), ("Subject", "Ä")]
    assert {header.name for header in found if header.is_missing} >= {
        "Date",
        "Message-ID",
        "List-Unsubscribe",
    }
