"""Signatures that tell which domain stands for a mail (DKIM: RFC 6376, 8463); the door to `cryptography`.

What is signed is the mail as it arrives, before SMTP doubles dots. In the header spaces may change on the way
("relaxed"), in the body nothing ("simple"). The same mail has the same signature.
"""

import hashlib
import re
import textwrap
from base64 import b64encode
from collections import defaultdict
from collections.abc import Callable

from publisher.errors import UsageError
from publisher.model.secret import Secret

SIGNED = (
    *("from", "to", "subject", "date", "message-id"),
    *("list-id", "list-help", "list-archive", "list-owner", "list-post"),
    *("list-unsubscribe", "list-unsubscribe-post", "precedence", "x-auto-response-suppress"),
    *("mime-version", "content-type", "content-language", "reply-to", "cc"),
)
"""The headers that are signed, in order; what a mail lacks is signed as missing, so that none comes in."""
_ONCE = ("from", "to", "subject", "date", "message-id", "list-unsubscribe", "list-unsubscribe-post")
"""Those of which no second one may come in either."""
_LEAST_BITS = 2048  # RFC 8301 takes 1024; Google and Yahoo ask for more
_LINE = 72
_FOLDED = re.compile(rb"\r\n(?=[ \t])")
_SPACES = re.compile(rb"[ \t\r\n]+")
_HINT = "PUBLISHER_DKIM__KEY_FILE names a private key (PEM) without a passphrase: RSA or Ed25519"
_FOLD = "\r\n "


class Signer:
    """Signs mails for *domain* with *key*; DNS has its other half at `SELECTOR._domainkey.DOMAIN`.

    *key* is a private key (PEM): RSA of at least 2048 bits, or Ed25519. Raises `UsageError` for any other.
    """

    def __init__(self, domain: str, selector: str, key: Secret) -> None:
        algorithm, self._sign = _signing(key)
        names = ":".join(name for name in SIGNED for _ in range(2 if name in _ONCE else 1))
        lines = textwrap.wrap(names.replace(":", ": "), _LINE, break_on_hyphens=False)
        names = _FOLD.join(line.replace(": ", ":") for line in lines)
        self._start = (
            f"DKIM-Signature: v=1; a={algorithm}; c=relaxed/simple;{_FOLD}d={domain}; s={selector};"
            f"{_FOLD}h={names};{_FOLD}bh="
        )

    def signature(self, message: bytes) -> bytes:
        """Return the line that goes before *message*, whose lines end with CRLF."""
        header, _, body = message.partition(b"\r\n\r\n")
        digest = hashlib.sha256(_to_last_line(body)).digest()
        start = f"{self._start}{b64encode(digest).decode()};{_FOLD}b="
        said = _signed_lines(header) + _relaxed(*start.encode().split(b":", 1)).removesuffix(b"\r\n")
        signed = b64encode(self._sign(said)).decode()
        lines = (signed[place : place + _LINE] for place in range(0, len(signed), _LINE))
        return f"{start}{_FOLD.join(lines)}\r\n".encode()


def _signing(key: Secret) -> tuple[str, Callable[[bytes], bytes]]:
    """Return the name of the algorithm of *key*, and what signs with it."""
    try:
        from cryptography.exceptions import UnsupportedAlgorithm
        from cryptography.hazmat.primitives.asymmetric import ed25519, padding, rsa
        from cryptography.hazmat.primitives.hashes import SHA256
        from cryptography.hazmat.primitives.serialization import load_pem_private_key
    except ImportError:
        raise UsageError(
            "dkim.domain is set, and the library that signs is not installed",
            "run: pip install cryptography; or let the mail server sign",
            "missing-library",
        ) from None
    try:
        private = load_pem_private_key(key.reveal().encode(), None)
    except (ValueError, TypeError, UnsupportedAlgorithm):  # of which the second is said of a passphrase
        raise UsageError("dkim.key is no private key that can be read", _HINT, "invalid-dkim-key") from None
    if isinstance(private, ed25519.Ed25519PrivateKey):
        return "ed25519-sha256", lambda data: private.sign(hashlib.sha256(data).digest())
    if not isinstance(private, rsa.RSAPrivateKey):
        raise UsageError("dkim.key is neither RSA nor Ed25519", _HINT, "invalid-dkim-key")
    if private.key_size < _LEAST_BITS:
        raise UsageError(
            f"dkim.key has {private.key_size} bits, which can be broken",
            f"make one of {_LEAST_BITS}: openssl genrsa -out dkim.pem {_LEAST_BITS}",
            "weak-dkim-key",
        )
    return "rsa-sha256", lambda data: private.sign(data, padding.PKCS1v15(), SHA256())


def _signed_lines(header: bytes) -> bytes:
    """Return those of the header's lines that are signed; of several of a name the last one comes first."""
    fields: defaultdict[bytes, list[bytes]] = defaultdict(list)
    for line in _FOLDED.sub(b"", header).split(b"\r\n"):
        name, _, value = line.partition(b":")
        fields[name.strip().lower()].append(_relaxed(name, value))
    counts = {name: 2 if name in _ONCE else 1 for name in SIGNED}
    found = (fields[name.encode()][: -count - 1 : -1] for name, count in counts.items())
    return b"".join(line for lines in found for line in lines)


def _relaxed(name: bytes, value: bytes) -> bytes:
    """Return a line of the header as it counts (RFC 6376, section 3.4.2)."""
    return name.strip().lower() + b":" + _SPACES.sub(b" ", value).strip(b" ") + b"\r\n"


def _to_last_line(body: bytes) -> bytes:
    """Return *body* without empty lines at its end (RFC 6376, section 3.4.3)."""
    while body.endswith(b"\r\n"):
        body = body[:-2]
    return body + b"\r\n"
