"""What links in mails carry: signed, for one purpose each, naming one subscription. Pure."""

import hmac
import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Sequence
from datetime import datetime, timedelta
from enum import StrEnum
from typing import NamedTuple

from itsdangerous import BadSignature, URLSafeSerializer

CONFIRM_WITHIN = timedelta(days=7)
_SALT = "publisher.subscribers."
_SHORTEST, _LONGEST = 32, 400


class Purpose(StrEnum):
    """What a token is good for, and nothing else."""

    CONFIRM = "confirm"
    UNSUBSCRIBE = "unsubscribe"
    PREFERENCES = "preferences"


class Claim(NamedTuple):
    """The subscription that a token names; of one for confirming also its nonce, and when it was signed."""

    public: str
    nonce: str = ""
    signed: int = 0


class Tokens:
    """Signs with the last of *keys* and takes what any of them signed, so that keys can be changed."""

    def __init__(self, keys: Sequence[str]) -> None:
        if not keys or any(len(key) < _SHORTEST for key in keys):
            raise ValueError(f"keys have at least {_SHORTEST} characters")
        self._serializers = {
            purpose: URLSafeSerializer(list(keys), salt=_SALT + purpose) for purpose in Purpose
        }
        signers = {purpose: made.make_signer(made.salt) for purpose, made in self._serializers.items()}
        self._derived = {purpose: made.derive_key() for purpose, made in signers.items()}

    def sign(self, purpose: Purpose, claim: Claim) -> str:
        """Return the token of *claim*: letters, digits, and `-_.` alone."""
        if purpose is Purpose.CONFIRM:
            return str(self._serializers[purpose].dumps(list(claim)))
        # What the library's `dumps` gives, without its try to compress so short a text, and without making
        # its key anew: that takes many times as long as all the rest, twice for each mail of an issue.
        payload = urlsafe_b64encode(json.dumps(claim.public).encode()).rstrip(b"=")
        mark = urlsafe_b64encode(hmac.digest(self._derived[purpose], payload, "sha1")).rstrip(b"=")
        return f"{payload.decode()}.{mark.decode()}"

    def read(self, purpose: Purpose, token: str, now: datetime) -> Claim | None:
        """Return what *token* claims; None if it was not signed for *purpose*, or is too old at *now*."""
        if len(token) > _LONGEST or not _is_spelled_so(token):
            return None
        try:
            said = self._serializers[purpose].loads(token)
        except (BadSignature, ValueError):
            return None
        if purpose is not Purpose.CONFIRM:
            return Claim(said) if isinstance(said, str) else None
        claim = Claim(*said)
        is_late = now.timestamp() - claim.signed > CONFIRM_WITHIN.total_seconds()
        return None if is_late else claim


def _is_spelled_so(token: str) -> bool:
    """Tell whether the signature is written in the one way; base64 would ignore two bits of its last sign."""
    mark = token.rpartition(".")[2]
    try:
        data = urlsafe_b64decode(mark + "=" * (-len(mark) % 4))
    except ValueError:
        return False
    return urlsafe_b64encode(data).decode().rstrip("=") == mark
