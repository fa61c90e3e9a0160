"""Where a mail comes back to if it cannot be delivered: an address of its own for each (VERP). Pure.

`bounces+7-4711-k3jq…@example.org` names the issue and the subscription, and is signed: bounces are easily
forged, and a forged one must not remove anybody.
"""

import base64
import hashlib
import hmac
import re

from publisher.model.delivery import Mailbox
from publisher.model.settings import Settings

_BYTES = 10  # 80 bits are 16 letters of base32, which differ whatever their case: some servers change it
_NUMBER = "(0|[1-9][0-9]{0,18})"
_VISIBLE = "[!-?A-~]+"  # of ASCII, without @
_OURS = re.compile(rf"{_VISIBLE}\+{_NUMBER}-{_NUMBER}-([a-z2-7]{{16}})@{_VISIBLE}")
_LONGEST = 320


def return_path(settings: Settings, issue: int, subscription: int, key: bytes) -> Mailbox:
    """Return where the mail of *issue* to *subscription* comes back to; the sender, if no address is set.

    Raises `ValueError` if `bounces.address` is too long to take a signature.
    """
    bounces = settings.bounces.address
    if bounces is None:
        return Mailbox(settings.email.name_and_address[1])
    name, _, host = bounces.rpartition("@")
    return Mailbox(f"{name}+{issue}-{subscription}-{_signature(issue, subscription, key)}@{host}")


def read(address: str, key: bytes) -> tuple[int, int] | None:
    """Return the issue and the subscription that *address* names; None if it was not signed with *key*."""
    if len(address) > _LONGEST or not address.isascii():
        return None
    found = _OURS.fullmatch(address.lower())
    if found is None:
        return None
    issue, subscription = int(found[1]), int(found[2])
    is_signed = hmac.compare_digest(found[3], _signature(issue, subscription, key))
    return (issue, subscription) if is_signed else None


def _signature(issue: int, subscription: int, key: bytes) -> str:
    mark = hmac.digest(key, b"return path\0%d-%d" % (issue, subscription), hashlib.sha256)
    return base64.b32encode(mark[:_BYTES]).decode().lower()
