"""Mails with gaps, where each reader's own values go: made once, filled many times. Pure.

Values stand there in the encoding around them. Quoted-printable breaks its lines before and behind a value.
In base64 three bytes are four letters, so a value shifts all that follows: this is kept in its three shifts,
and only the value, with the few bytes around it, is encoded for each reader.
"""

import re
from base64 import encodebytes
from binascii import b2a_base64
from collections.abc import Iterable, Sequence
from enum import StrEnum
from typing import NamedTuple

from msgspec import Struct

from publisher.delivery.parts import LINE, as_base64, as_quoted_printable, is_quoted, part_header, with_crlf
from publisher.model import address
from publisher.model.delivery import Token

_GROUP, _ROW = 3, 57  # bytes that base64 writes together, and that it writes on one line


class Value(StrEnum):
    """What is another one for each reader."""

    RECIPIENT = "recipient"
    IDENTITY = "identity"
    UNSUBSCRIBE = "unsubscribe"
    PREFERENCES = "preferences"


class Values(NamedTuple):
    """The values of one reader, as they are written; *identity* is what her Message-ID ends with."""

    recipient: bytes
    identity: bytes
    unsubscribe: Token
    preferences: Token


class Gap(Struct, frozen=True, array_like=True, tag="gap"):
    """Where a value stands as it is; it may need several lines if *is_quoted*, in quoted-printable."""

    value: Value
    is_quoted: bool = False


class Shift(Struct, frozen=True, array_like=True):
    """What follows a gap in base64: *head* is encoded with the value, then come *lines*.

    *rest*, less than three bytes, is encoded with the next value.
    """

    head: bytes
    lines: bytes
    rest: bytes


class Woven(Struct, frozen=True, array_like=True, tag="woven"):
    """Where a value stands in base64, and all up to the next gap.

    *before* is encoded with it, and the one of *shifts* whose head fills the last three bytes.
    """

    value: Value
    before: bytes
    shifts: tuple[Shift, Shift, Shift]


Piece = bytes | Gap | Woven
"""A stretch of a mail that is the same for all readers, or a gap."""

_LINKS = {address.unsubscribe(): Value.UNSUBSCRIBE, address.preferences(): Value.PREFERENCES}
_LINK = re.compile("|".join(map(re.escape, _LINKS)).encode())


def filled(pieces: Sequence[Piece], values: Values) -> list[bytes]:
    """Return *pieces* with *values* in their gaps."""
    recipient, identity, unsubscribe, preferences = values
    known = {
        Value.RECIPIENT: recipient,
        Value.IDENTITY: identity,
        Value.UNSUBSCRIBE: unsubscribe.encode(),
        Value.PREFERENCES: preferences.encode(),
    }
    found, rest = [], b""
    for piece in pieces:
        if isinstance(piece, bytes):
            found.append(piece)
        elif isinstance(piece, Gap):
            value = known[piece.value]
            found.append(_in_lines(value) if piece.is_quoted and len(value) >= LINE else value)
        else:
            data = rest + piece.before + known[piece.value]
            shift = piece.shifts[-len(data) % _GROUP]
            found += (_encoded(data + shift.head), shift.lines)
            rest = shift.rest
    return found


def part(text: str, subtype: str) -> list[Piece]:
    """Return *text* as a part of the type text/*subtype* (as `parts.text_part`), with gaps in its links."""
    data = text.encode()
    is_legible = is_quoted(data)
    header = part_header(subtype, is_legible=is_legible)
    if is_legible:
        return joined([header, *_quoted(data)])
    return joined([header, *_woven(with_crlf(data))])


def joined(pieces: Iterable[Piece]) -> list[Piece]:
    """Return *pieces* with neighbours that are the same for all readers put together."""
    found: list[Piece] = []
    for piece in pieces:
        if isinstance(piece, bytes) and found and isinstance(found[-1], bytes):
            found[-1] += piece
        else:
            found.append(piece)
    return found


def _split(data: bytes) -> tuple[list[bytes], list[Value]]:
    """Return what stands before, between and behind the readers' tokens in *data*, and what these are."""
    texts, values, start = [], [], 0
    for link in _LINK.finditer(data):
        texts.append(data[start : link.end() - len(address.READER)])
        values.append(_LINKS[link[0].decode()])
        start = link.end()
    return [*texts, data[start:]], values


def _quoted(data: bytes) -> list[Piece]:
    """Return *data* in quoted-printable; each value stands on a line of its own."""
    (*texts, last), values = _split(data)
    found: list[Piece] = []
    for text, value in zip(texts, values, strict=True):
        # A letter more holds the place of the sign that breaks the line.
        before = as_quoted_printable((text + b"x").splitlines()).removesuffix(b"x\r\n")
        broken = before if before.endswith(b"\n") else before + b"=\r\n"
        found += (broken, Gap(value, is_quoted=True), b"=\r\n")
    return [*found, as_quoted_printable(last.splitlines())]


def _in_lines(value: bytes) -> bytes:
    """Return a *value* that is too long for a line on several, none of which begins with a dot."""
    size = LINE - 3  # a dot takes three signs, and the last one breaks the line
    lines = (value[start : start + size] for start in range(0, len(value), size))
    return b"=\r\n".join(re.sub(rb"\A\.", b"=2E", line) for line in lines)


def _woven(data: bytes) -> list[Piece]:
    """Return *data* in base64."""
    texts, values = _split(data)
    first = texts[0]
    if not values:
        return [as_base64(first)]
    whole = len(first) - len(first) % _GROUP
    found: list[Piece] = [as_base64(first[:whole])]
    before = first[whole:]
    for number, (value, text) in enumerate(zip(values, texts[1:], strict=True), start=1):
        is_last = number == len(values)
        one, two, three = (_shift(text, size, is_last=is_last) for size in range(_GROUP))
        found.append(Woven(value, before, (one, two, three)))
        before = b""
    return found


def _shift(text: bytes, size: int, *, is_last: bool) -> Shift:
    """Return *text* behind a value whose last three bytes want *size* more."""
    follows = text[size:]
    end = len(follows) if is_last else len(follows) - len(follows) % _GROUP
    return Shift(text[:size], as_base64(follows[:end]), follows[end:])


def _encoded(data: bytes) -> bytes:
    if len(data) <= _ROW:
        return b2a_base64(data, newline=False) + b"\r\n"
    return encodebytes(data).replace(b"\n", b"\r\n")
