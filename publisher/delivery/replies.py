"""What a mail server says, line by line: replies and their codes (RFC 5321, section 4.2; RFC 3463). Pure."""

import re
from typing import NamedTuple

from publisher.model.delivery import Reply, Stage

LONGEST_LINE = 8192
"""Bytes of one line, without its end; RFC 5321 asks for 512."""
LONGEST = 65_536
"""Bytes of a reply, all its lines together."""
_WORDS = 500  # characters of a reply that are kept
_LINE = re.compile(rb"([2-5][0-9]{2})(?:([ -])(.*))?", re.DOTALL)
_SINGLE = re.compile(rb"([2-5][0-9]{2}) ([^\r\n]{0,8188})\r\n")  # what nearly all replies are
_STATUS = re.compile(r"([245]\.[0-9]{1,3}\.[0-9]{1,3})(?:\s+|$)")


class MalformedReplyError(ValueError):
    """What a server said is no reply, or has no end."""


class Spoken(NamedTuple):
    """A whole reply: its code, and what stands behind the code in each line."""

    code: int
    lines: tuple[bytes, ...]


class Hearing:
    """Makes replies of the bytes that arrive, in whatever pieces.

    A line may end in LF alone: what a server says to us goes nowhere else, so nobody can smuggle with it.
    """

    def __init__(self) -> None:
        self._heard, self._start, self._searched = b"", 0, 0
        self._code, self._size = 0, 0
        self._lines: list[bytes] = []

    @property
    def is_empty(self) -> bool:
        """Tell whether all that arrived was taken."""
        return self._start == len(self._heard) and not self._lines

    def take(self, data: bytes = b"") -> Spoken | None:
        """Hear *data* and return the next reply that is whole, if there is one.

        Raises `MalformedReplyError` for what is no reply, and for one that is too long.
        """
        if data:
            self._searched = len(self._heard) - self._start
            self._heard, self._start = self._heard[self._start :] + data, 0
        heard = self._heard
        while (end := heard.find(b"\n", self._searched)) >= 0:
            single = None if self._lines else _SINGLE.fullmatch(heard, self._start, end + 1)
            if single:
                self._start = self._searched = end + 1
                return Spoken(int(single[1]), (single[2],))
            line = heard[self._start : end].removesuffix(b"\r")
            self._start = self._searched = end + 1
            if self._is_last(line):
                spoken = Spoken(self._code, tuple(self._lines))
                self._lines, self._size = [], 0
                return spoken
        if len(heard) - self._start > LONGEST_LINE + 1:  # its CR may be there
            raise MalformedReplyError("it said a line without end")
        return None

    def _is_last(self, line: bytes) -> bool:
        """Add *line* to the reply; tell whether that ends it."""
        match = _LINE.fullmatch(line)
        if not match:
            raise MalformedReplyError(f"it said what is no reply: {printable(line[:60])}")
        digits, sign, text = match.groups(b"")
        code = int(digits)
        self._size += len(line) + 2
        if len(line) > LONGEST_LINE or self._size > LONGEST:
            raise MalformedReplyError("it said a reply without end")
        if self._lines and code != self._code:
            raise MalformedReplyError(f"it said {self._code} and {code} in one reply")
        self._code = code
        self._lines.append(text)
        return sign != b"-"


def reply(stage: Stage, spoken: Spoken) -> Reply:
    """Return what was *spoken* at *stage*: its status apart, its text in one line and not too long."""
    status, words = "", []
    for line in spoken.lines[:20]:
        text = printable(line[: 4 * _WORDS]).strip()
        match = _STATUS.match(text)
        if match:
            status = status or match[1]
            text = text[match.end() :]
        words.append(text)
    return Reply(stage, spoken.code, status, " ".join(filter(None, words))[:_WORDS])


def shown(said: Reply) -> str:
    """Return a reply as people read it: `550 5.1.1 no such user`."""
    return " ".join(filter(None, (str(said.code), said.status, said.text)))


def printable(data: bytes) -> str:
    """Return *data* as text in which nothing moves a cursor or turns the direction."""
    text = data.decode(errors="replace")
    return text if text.isprintable() else "".join(sign if sign.isprintable() else "?" for sign in text)


def extensions(spoken: Spoken) -> dict[str, str]:
    """Return what a server offers in its reply to EHLO: the name of each extension, and its words.

    The first line greets. `AUTH=PLAIN` is how old servers spell `AUTH PLAIN`.
    """
    found: dict[str, str] = {}
    for line in spoken.lines[1:]:
        name, _, words = printable(line).strip().upper().replace("AUTH=", "AUTH ", 1).partition(" ")
        found[name] = f"{found[name]} {words}" if name in found else words
    return found
