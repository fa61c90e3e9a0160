"""A digest's mail, made once for a segment and put together for each of its readers. Pure.

Line ends and leading dots are as SMTP wants them (RFC 5321, section 4.5.2). This is done once, since no value
of a reader begins with a dot or ends a line.
"""

from typing import NamedTuple, Self

import msgspec
from msgspec import Struct

from publisher.delivery.gaps import Piece, Values, Woven, filled
from publisher.delivery.message import pieces
from publisher.model.delivery import Mailbox, Token
from publisher.model.output import Digest
from publisher.model.settings import Settings


class Reader(NamedTuple):
    """Whom a mail goes to: *public* names the subscription in the Message-ID, the tokens are her links'."""

    mailbox: Mailbox
    public: Token
    unsubscribe: Token
    preferences: Token


class Template(Struct, frozen=True, array_like=True):
    """The mail of a segment, with gaps; the ledger keeps it as bytes."""

    pieces: tuple[Piece, ...]

    @property
    def size(self) -> int:
        """Return about how many bytes a mail has, the reader's own values left out."""
        return sum(len(piece) for piece in self.pieces if isinstance(piece, bytes)) + sum(
            len(piece.shifts[0].lines) for piece in self.pieces if isinstance(piece, Woven)
        )

    def encode(self) -> bytes:
        """Return the template as bytes."""
        return msgspec.msgpack.encode(self)

    @classmethod
    def decode(cls, data: bytes) -> Self:
        """Return the template that `encode` wrote; raises `msgspec.MsgspecError` for other bytes."""
        return msgspec.msgpack.decode(data, type=cls)


def template(digest: Digest, settings: Settings) -> Template:
    """Return the mail of *digest* with gaps where each reader's own values go."""
    return Template(
        tuple(
            piece.replace(b"\r\n.", b"\r\n..") if isinstance(piece, bytes) else piece
            for piece in pieces(digest, settings)
        )
    )


def spliced(template: Template, reader: Reader) -> list[bytes]:
    """Return the mail of *reader* in pieces, as they are sent behind DATA, without the dot at the end.

    They are ASCII, but for a mailbox that has other letters before its @ (RFC 6532).
    """
    mailbox, public, unsubscribe, preferences = reader
    return filled(template.pieces, Values(mailbox.encode(), b"." + public.encode(), unsubscribe, preferences))


def undoubled(message: list[bytes]) -> bytes:
    """Return what `spliced` gave as the mail that arrives, without what SMTP puts before leading dots."""
    return b"".join(message).replace(b"\r\n..", b"\r\n.")
