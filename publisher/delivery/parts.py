"""The parts of a mail: text as bytes that pass every relay, the same that Python's `email` writes.

`email` splits, folds and joins a text several times, which takes a fifth of the making of a digest.
"""

from base64 import encodebytes
from collections.abc import Sequence

LINE = 76
"""The characters of a line, at most (RFC 2045, section 6.7)."""
# Every byte that quoted-printable writes as it is (RFC 2045, section 6.7).
_AS_IT_IS = bytes({*b" \n", *range(33, 127)} - {ord("=")})
_SPACES = {" ": "=20", "\t": "=09"}  # as they stand at the end of a line


def alternative(header: Sequence[str], text: str, html: str, mark: str) -> bytes:
    """Return a mail of the lines *header* and two parts, which *mark* keeps apart."""
    parts = text_part(text, "plain"), text_part(html, "html")
    boundary = f"\r\n--=_{mark}".encode()
    return b"".join(
        [
            *(f"{line}\r\n".encode("ascii") for line in header),
            *(boundary + b"\r\n" + part for part in parts),
            boundary + b"--\r\n",
        ]
    )


def text_part(text: str, subtype: str) -> bytes:
    """Return *text* as a part of the type text/*subtype*, with its header.

    It has the shorter of the encodings that pass every relay; quoted-printable triples Arabic.
    """
    data = text.encode()
    is_legible = is_quoted(data)
    header = part_header(subtype, is_legible=is_legible)
    if is_legible:
        return header + as_quoted_printable(data.splitlines())
    return header + as_base64(with_crlf(data))


def with_crlf(data: bytes) -> bytes:
    """Return *data* with the line ends of mails, also at its end."""
    return b"".join(line + b"\r\n" for line in data.splitlines()) or b"\r\n"


def is_quoted(data: bytes) -> bool:
    """Tell whether *data* is shorter in quoted-printable than in base64."""
    changed = len(data.translate(None, _AS_IT_IS))
    return len(data) + 2 * changed <= len(data) * 4 // 3


def part_header(subtype: str, *, is_legible: bool) -> bytes:
    """Return the header of a part, with the empty line behind it; it is quoted-printable if *is_legible*."""
    encoding = "quoted-printable" if is_legible else "base64"
    return (
        f'Content-Type: text/{subtype}; charset="utf-8"\r\nContent-Transfer-Encoding: {encoding}\r\n\r\n'
    ).encode()


def as_base64(data: bytes) -> bytes:
    """Return *data* in base64, on lines of 76 characters."""
    return encodebytes(data).replace(b"\n", b"\r\n")


def as_quoted_printable(lines: Sequence[bytes]) -> bytes:
    """Return *lines* in quoted-printable, each with its end."""
    text = b"\n".join(lines)
    others = {*text.translate(None, _AS_IT_IS)} - {ord("\t"), ord("=")}
    for byte in (ord("="), *others):  # first the sign itself
        text = text.replace(bytes([byte]), b"=%02X" % byte)
    pieces: list[str] = []
    for line in text.decode("ascii").split("\n"):
        if len(line) <= LINE and line[-1:] not in _SPACES:
            pieces.append(line)
        else:
            pieces += _folded(line)
    return "".join(f"{piece}\r\n" for piece in pieces).encode()


def _folded(line: str) -> list[str]:
    """Return a quoted *line* in pieces that fit, no byte's sign torn apart, no space at an end."""
    pieces: list[str] = []
    start = 0
    while len(line) - start > LINE:
        end = start + LINE - 1
        end -= 2 if line[end - 2] == "=" else 1 if line[end - 1] == "=" else 0
        pieces.append(f"{line[start:end]}=")
        start = end
    last = line[start:]
    if last[-1] not in _SPACES:
        return [*pieces, last]
    room = LINE - len(last)
    if room > 1:
        return [*pieces, f"{last[:-1]}{_SPACES[last[-1]]}"]
    return [*pieces, f"{last}=", ""] if room else [*pieces, f"{last[:-1]}=", _SPACES[last[-1]]]
