"""Who asks, told coarsely: the network of an address, the language of a browser. Pure."""

import hashlib
import hmac
from collections.abc import Sequence
from ipaddress import IPv6Address, ip_address, ip_network

_YOUNGEST, _OLDEST = 2, 86_400  # seconds: a person takes longer to fill in a form, and less than a day
_FIELDS = 20


def network(client: str) -> str:
    """Return the network of an address, by which one person is not known: /24, or /48 of IPv6."""
    try:
        found = ip_address(client.partition("%")[0])
    except ValueError:
        return "unknown"
    if isinstance(found, IPv6Address):
        found = found.ipv4_mapped or found
    return str(ip_network(f"{found}/{48 if found.version == 6 else 24}", strict=False))  # noqa: PLR2004


def preferred(header: str, languages: Sequence[str]) -> str:
    """Return the one of *languages* that an Accept-Language *header* likes best, else the first."""
    wishes: list[tuple[float, str]] = []
    for part in header.split(",")[:_FIELDS]:
        tag, _, more = part.partition(";")
        try:
            weight = float(more.strip().removeprefix("q=") or 1)
        except ValueError:
            continue
        if 0 < weight <= 1:
            wishes.append((weight, tag.strip().lower()))
    known = {tag.lower(): tag for tag in reversed(languages)}
    for _, tag in sorted(wishes, key=lambda wish: -wish[0]):
        base = tag.partition("-")[0]
        if found := known.get(tag) or known.get(base):
            return found
    return languages[0]


class Stamps:
    """Tells when a form was made, so that nobody but this service can say so; *keys* as for tokens."""

    def __init__(self, keys: Sequence[str]) -> None:
        self._keys = [key.encode() for key in keys]

    def made(self, now: float) -> str:
        """Return what a form made at *now*, in seconds, carries."""
        return f"{int(now)}.{_mark(self._keys[-1], int(now))}"

    def is_good(self, stamp: str, now: float) -> bool:
        """Tell whether the form of *stamp* was made by us, and neither just now nor too long ago."""
        said, _, mark = stamp.partition(".")
        if not (said.isascii() and said.isdecimal() and len(said) <= _FIELDS and mark.isascii()):
            return False
        is_ours = any(hmac.compare_digest(mark, _mark(key, int(said))) for key in self._keys)
        return is_ours and _YOUNGEST <= now - int(said) <= _OLDEST


def _mark(key: bytes, seconds: int) -> str:
    return hmac.digest(key, b"form\0%d" % seconds, hashlib.sha256).hex()[:32]
