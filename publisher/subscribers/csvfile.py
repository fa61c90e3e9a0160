"""CSV as people have it: in several encodings, with several separators, and with faults.

It is streamed: no more than one row is held, and none that is longer than `LONGEST_ROW`.
"""

import codecs
import csv
import io
from collections.abc import Generator, Iterator
from typing import BinaryIO, NamedTuple, TextIO

LONGEST_ROW = 1 << 17
_BLOCK = 1 << 20
_HEAD = 4096
_DELIMITERS = ",;\t|"
_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),  # begins as UTF-16 does, so it stands before
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)


class Encoding(NamedTuple):
    """How a file is read; *line* is the first one that is no UTF-8, if that made us guess."""

    name: str
    line: int = 0


class Row(NamedTuple):
    """A row and the line where it begins; *fault* tells why it cannot be read, "" if it can."""

    line: int
    cells: list[str]
    fault: str = ""


def encoding_of(file: BinaryIO) -> Encoding:
    """Return the encoding of *file*, which is read once; what is no Unicode is taken for Windows-1252."""
    file.seek(0)
    head = file.read(_HEAD)
    for mark, name in _MARKS:
        if head.startswith(mark):
            return Encoding(name)
    # Latin letters in UTF-16 have a zero in each second byte.
    even, odd = head[::2].count(0), head[1::2].count(0)
    if max(even, odd) > len(head) // 8 and min(even, odd) < max(even, odd) // 8 + 1:
        return Encoding("utf-16-be" if even > odd else "utf-16-le")
    file.seek(0)
    decoder, lines = codecs.getincrementaldecoder("utf-8")(), 0
    while block := file.read(_BLOCK):
        kept = len(decoder.getstate()[0])
        try:
            decoder.decode(block)
        except UnicodeDecodeError as error:
            return Encoding("cp1252", lines + block.count(b"\n", 0, max(error.start - kept, 0)) + 1)
        lines += block.count(b"\n")
    cut = decoder.getstate()[0]
    return Encoding("cp1252", lines + 1) if cut else Encoding("utf-8")


def delimiter_of(line: str) -> str:
    """Return what stands between the cells of a first *line*; a comma if there is one cell alone."""
    bare = "".join(line.split('"')[::2])
    return max(_DELIMITERS, key=bare.count)


def rows(file: BinaryIO, encoding: str) -> Generator[Row, None, None]:
    """Yield each row of *file* that is not empty, also those that cannot be read."""
    file.seek(0)
    text = io.TextIOWrapper(file, encoding=encoding, errors="replace", newline="")
    try:
        delimiter = delimiter_of(text.readline(LONGEST_ROW))
        text.seek(0)
        yield from _rows(text, delimiter)
    finally:
        text.detach()


def _rows(text: TextIO, delimiter: str) -> Iterator[Row]:
    lines = _Lines(text)
    reader = csv.reader(lines, delimiter=delimiter, strict=True)
    while True:
        first = lines.begin()
        try:
            cells = next(reader)
        except StopIteration:
            return
        except _TooLongError:
            yield Row(first, [], f"the row has over {LONGEST_ROW:,} characters")
        except csv.Error as error:
            reason = str(error)
            if "unexpected end" in reason or "field limit" in reason:
                reason = "a quotation mark is not closed"
            yield Row(first, [], reason)
        else:
            if any(cells):
                yield Row(first, cells)


class _TooLongError(Exception):
    """A row is longer than anybody writes."""


class _Lines:
    """Hands the lines of *text* on, and knows their numbers."""

    def __init__(self, text: TextIO) -> None:
        self._text, self._number, self._size = text, 0, 0

    def begin(self) -> int:
        """Begin a new row; return the number of its first line."""
        self._size = 0
        return self._number + 1

    def __iter__(self) -> "_Lines":
        return self

    def __next__(self) -> str:
        line = self._text.readline(LONGEST_ROW + 1)
        if not line:
            raise StopIteration
        self._number += 1
        self._size += len(line)
        if self._size > LONGEST_ROW:
            while line and line[-1] not in "\r\n":
                line = self._text.readline(LONGEST_ROW)
            raise _TooLongError
        return line


_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def safe_cell(text: str) -> str:
    """Return *text* as a cell that no spreadsheet takes for a formula (CWE-1236)."""
    return f"'{text}" if text.startswith(_FORMULA) else text
