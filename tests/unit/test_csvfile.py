"""CSV of all sorts, read row by row."""

import io
import tracemalloc

import pytest

from publisher.subscribers.csvfile import (
    LONGEST_ROW,
    Encoding,
    Row,
    delimiter_of,
    encoding_of,
    rows,
    safe_cell,
)

TEXT = "email,name\nzoë@example.org,Zoë\n"


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (b"", Encoding("utf-8")),
        (TEXT.encode(), Encoding("utf-8")),
        (TEXT.encode("utf-8-sig"), Encoding("utf-8-sig")),
        (TEXT.encode("utf-16"), Encoding("utf-16")),
        (b"\xfe\xff" + TEXT.encode("utf-16-be"), Encoding("utf-16")),
        (TEXT.encode("utf-16-le"), Encoding("utf-16-le")),
        (TEXT.encode("utf-16-be"), Encoding("utf-16-be")),
        (TEXT.encode("utf-32"), Encoding("utf-32")),
        (TEXT.encode("cp1252"), Encoding("cp1252", 2)),
        (TEXT.encode()[:-1] + b"\xc3", Encoding("cp1252", 2)),
        (b"a\n" * 700_000 + b"\xff", Encoding("cp1252", 700_001)),
        ("é\n".encode() * 500_000, Encoding("utf-8")),
    ],
)
def test_the_encoding_is_found(data: bytes, expected: Encoding) -> None:
    """Marks decide, then zeros, then whether all of it is UTF-8; else Windows-1252, told by line."""
    file = io.BytesIO(data)
    found = encoding_of(file)
    assert found == expected
    if len(data) < 200 and data and not data.endswith(b"\xc3"):
        assert [row.cells for row in rows(file, found.name)] == [
            ["email", "name"],
            ["zoë@example.org", "Zoë"],
        ]


@pytest.mark.parametrize(
    ("line", "delimiter"),
    [
        ("email,name", ","),
        ("email;name;a,b", ";"),
        ("email\tname", "\t"),
        ("email|name", "|"),
        ('"a;b;c",name', ","),
        ("email", ","),
        ("", ","),
    ],
)
def test_the_delimiter_is_the_most_frequent_outside_of_quotes(line: str, delimiter: str) -> None:
    """Commas inside of quotation marks do not count."""
    assert delimiter_of(line) == delimiter


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('a,b\n1,"x\ny"\n2,z\n', [Row(1, ["a", "b"]), Row(2, ["1", "x\ny"]), Row(4, ["2", "z"])]),
        ("a\r\n\r\n1\r2\n", [Row(1, ["a"]), Row(3, ["1"]), Row(4, ["2"])]),
        (",,\n\n1,2\n", [Row(3, ["1", "2"])]),
        (
            'a,b\n"x"y,2\n3,4\n',
            [Row(1, ["a", "b"]), Row(2, [], "',' expected after '\"'"), Row(3, ["3", "4"])],
        ),
        ('a\n1\n"2\n3\n', [Row(1, ["a"]), Row(2, ["1"]), Row(3, [], "a quotation mark is not closed")]),
        ("a\n1\0\n", [Row(1, ["a"]), Row(2, ["1\0"])]),
    ],
)
def test_rows_know_their_lines(text: str, expected: list[Row]) -> None:
    """A row is told by the line where it begins; one that cannot be read does not hide the next."""
    assert list(rows(io.BytesIO(text.encode()), "utf-8")) == expected


@pytest.mark.parametrize("row", ["x" * 5 * LONGEST_ROW, '"' + "x\n" * LONGEST_ROW, ('"y\n",' * LONGEST_ROW)])
def test_huge_rows_are_refused_and_not_held(row: str) -> None:
    """A line, a cell or a row without end is refused, takes little memory, and the end of the file is met."""
    file = io.BytesIO(f"a,b\n1,2\n{row}\n".encode())
    del row
    tracemalloc.start()
    try:
        found = list(row for row in rows(file, "utf-8") if row.fault)  # noqa: C400
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert found[0].line == 3
    assert peak < 1 << 25


@pytest.mark.parametrize(
    ("text", "safe"),
    [
        ("=1+1", "'=1+1"),
        ("+a@example.org", "'+a@example.org"),
        ("-a@example.org", "'-a@example.org"),
        ("@SUM(1)", "'@SUM(1)"),
        ("\tx", "'\tx"),
        ("\rx", "'\rx"),
        ("a=1@example.org", "a=1@example.org"),
        ("", ""),
    ],
)
def test_cells_are_no_formulas(text: str, safe: str) -> None:
    """What a spreadsheet would run begins with an apostrophe (CWE-1236)."""
    assert safe_cell(text) == safe
