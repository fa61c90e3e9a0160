"""The parts of a mail: text as bytes that pass every relay, the same that Python's `email` writes.

`email` splits, folds and joins a text several times, which takes a fifth of the making of a digest.
"""

from base64 import encodebytes
from collections.abc import Sequence

_LINE = 78  # characters, as `email` fills lines for SMTP
# Every byte that quoted-printable writes as it is (RFC 2045, section 6.7).
_AS_IT_IS = bytes({*b" \n", *range(33, 127)} - {ord("=")})
_SPACES = {" ": "=20", "\t": "=09"}  # as they stand at the end of a line


def alternative(header: Sequence[str], text: str, html: str, mark: str) -> bytes:
    """Return a mail whose lines *header* end with those of its two parts, which *mark* keeps apart."""
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
    changed = len(data.translate(None, _AS_IT_IS))
    is_quoted = len(data) + 2 * changed <= len(data) * 4 // 3
    encoding = "quoted-printable" if is_quoted else "base64"
    header = f'Content-Type: text/{subtype}; charset="utf-8"\r\nContent-Transfer-Encoding: {encoding}\r\n\r\n'
    lines = data.splitlines()
    return header.encode() + (_quoted_printable(lines) if is_quoted else _base64(lines))


def _base64(lines: list[bytes]) -> bytes:
    return encodebytes(b"".join(line + b"\r\n" for line in lines) or b"\r\n").replace(b"\n", b"\r\n")


def _quoted_printable(lines: list[bytes]) -> bytes:
    text = b"\n".join(lines)
    others = {*text.translate(None, _AS_IT_IS)} - {ord("\t"), ord("=")}
    for byte in (ord("="), *others):  # first the sign itself
        text = text.replace(bytes([byte]), b"=%02X" % byte)
    pieces: list[str] = []
    for line in text.decode("ascii").split("\n"):
        if len(line) <= _LINE and line[-1:] not in _SPACES:
            pieces.append(line)
        else:
            pieces += _folded(line)
    return "".join(f"{piece}\r\n" for piece in pieces).encode()


def _folded(line: str) -> list[str]:
    """Return a quoted *line* in pieces that fit, no byte's sign torn apart, no space at an end."""
    pieces: list[str] = []
    start = 0
    while len(line) - start > _LINE:
        end = start + _LINE - 1
        end -= 2 if line[end - 2] == "=" else 1 if line[end - 1] == "=" else 0
        pieces.append(f"{line[start:end]}=")
        start = end
    last = line[start:]
    if last[-1] not in _SPACES:
        return [*pieces, last]
    room = _LINE - len(last)
    if room > 1:
        return [*pieces, f"{last[:-1]}{_SPACES[last[-1]]}"]
    return [*pieces, f"{last}=", ""] if room else [*pieces, f"{last[:-1]}=", _SPACES[last[-1]]]
