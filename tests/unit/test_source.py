"""Bytes to lines: encodings, line ends, and the places that problems point to."""

import pytest

from publisher.entries.source import SIZE_LIMIT, Mark, Source, decode
from publisher.errors import Place, Severity


def _codes(data: bytes) -> list[tuple[str, int, int, str]]:
    _, problems = decode("a.md", data)
    return [
        (problem.code, problem.place.line, problem.place.column, problem.place.text) for problem in problems
    ]


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (b"", ("",)),
        (b"a\nb", ("a", "b")),
        (b"a\n", ("a", "")),
        (b"a\r\nb\r\n", ("a", "b", "")),
        (b"a\rb", ("a", "b")),
        (b"a\r\r\nb\n\rc", ("a", "", "b", "", "c")),
        ("é\tالعربية\U0001f30d".encode(), ("é\tالعربية\U0001f30d",)),
        ("a\u2028b".encode(), ("a\u2028b",)),
    ],
    ids=ascii,
)
def test_every_line_end_is_one(data: bytes, expected: tuple[str, ...]) -> None:
    """Windows', Unix's and the old Mac's line ends are read without a word."""
    source, problems = decode("entries/a.md", data)
    assert (expected, []) == (source.lines, problems)
    assert source.path == "entries/a.md"


def test_a_byte_order_mark_is_a_warning() -> None:
    """The text behind a byte order mark is read, and its columns count from the text."""
    source, (problem,) = decode("a.md", b"\xef\xbb\xbf---\n")
    assert source.lines == ("---", "")
    assert (problem.code, problem.severity) == ("byte-order-mark", Severity.WARNING)
    assert problem.place == Place("a.md", 1, 1, "---")


def test_a_mark_inside_the_text_is_text() -> None:
    """Only the first character of a file is a byte order mark."""
    assert _codes("a\ufeffb".encode()) == []


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (b"caf\xe9", [("not-utf8", 1, 4, "caf\ufffd")]),
        (b"a\nb\n\xff", [("not-utf8", 3, 1, "\ufffd")]),
        ("é à ".encode() + b"\xe9 b\nc", [("not-utf8", 1, 5, "é à \ufffd b")]),
        (b"a\r\nb\xe9c\r\nd", [("not-utf8", 2, 2, "b\ufffdc")]),
        (b"a\rb\xe9c\rd", [("not-utf8", 2, 2, "b\ufffdc")]),
        (b"\xef\xbb\xbfa\xe9", [("not-utf8", 1, 2, "a\ufffd")]),
        (b"\xed\xa0\xbd", [("not-utf8", 1, 1, "\ufffd\ufffd\ufffd")]),
        (b"\xff\xfe-\0-\0", [("not-utf8", 1, 1, "")]),
        (b"\xfe\xff\0-\0-", [("not-utf8", 1, 1, "")]),
        (b"a\0b", [("control-character", 1, 2, "a\0b")]),
        (
            b"a\nb\x07c\x07\n\x0bd",
            [("control-character", 2, 2, "b\x07c\x07"), ("control-character", 3, 1, "\x0bd")],
        ),
        ("a\x85b".encode(), [("control-character", 1, 2, "a\x85b")]),
    ],
    ids=ascii,
)
def test_wrong_bytes_have_their_place(data: bytes, expected: list[tuple[str, int, int, str]]) -> None:
    """The first wrong byte of a file, and the first wrong character of each line, are shown."""
    assert expected == _codes(data)
    assert decode("a.md", data)[0].lines == ()


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (b"\xff\xfea\0", "the file is UTF-16, not UTF-8"),
        (b"a\xe9", "the byte 0xE9 is not UTF-8"),
        (b"a\x0c", "the character U+000C cannot stand in a feed or a mail"),
    ],
)
def test_wrong_bytes_are_named(data: bytes, expected: str) -> None:
    """The message says which byte, character or encoding it is."""
    assert expected == decode("a.md", data)[1][0].message


def test_at_most_ten_control_characters_are_shown() -> None:
    """A binary file does not flood the terminal."""
    assert [line for _, line, _, _ in _codes(b"\x00\n" * 50)] == list(range(1, 11))


def test_a_file_has_at_most_two_mebibytes() -> None:
    """A file of the limit is read, and one byte more is refused with its size."""
    assert _codes(b"x" * SIZE_LIMIT) == []
    source, (problem,) = decode("a.md", b"\xff" * (SIZE_LIMIT + 1))
    assert (problem.code, problem.place, source.lines) == ("file-too-large", Place("a.md"), ())
    assert problem.message == "the file has 2.0 MiB; 2 MiB are allowed"


@pytest.mark.parametrize(
    ("mark", "expected"),
    [
        (Mark(2, 3), Place("a.md", 2, 3, "two")),
        (Mark(3, 1), Place("a.md", 2, 4, "two")),
        (None, Place("a.md")),
    ],
)
def test_a_mark_becomes_a_place(mark: Mark | None, expected: Place) -> None:
    """A place has its line's text; below the last line it is the end of that, and None is the whole file."""
    assert expected == Source("a.md", "one\ntwo").place(mark)


def test_errors_and_warnings_differ_in_severity() -> None:
    """A source gives both with the same place and words."""
    source = Source("a.md", "one")
    error, warning = source.error("c", Mark(1, 1), "m", "h"), source.warning("c", Mark(1, 1), "m", "h")
    assert (error.severity, warning.severity) == (Severity.ERROR, Severity.WARNING)
    assert (error.code, error.place, error.message, error.hint) == (
        warning.code,
        warning.place,
        warning.message,
        warning.hint,
    )
