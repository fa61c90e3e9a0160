"""The door to DNS (dnspython): texts, mail servers and addresses of a name."""

from typing import Any, Protocol

import dns.exception
import dns.inet
import dns.name
import dns.rdatatype
import dns.resolver

from publisher.errors import UsageError

_SECONDS = 10


class ResolverError(Exception):
    """DNS does not answer; the text tells why."""


class Resolver(Protocol):
    """What tells of names; for one that is not there, or has none, each gives an empty list.

    Each raises `ResolverError` if nothing answers.
    """

    def texts(self, name: str) -> list[str]:
        """Return the TXT records of *name*, each in one piece."""
        ...

    def exchanges(self, name: str) -> list[str]:
        """Return the mail servers of *name* (MX), the first first; "" stands for RFC 7505's "none"."""
        ...

    def addresses(self, name: str) -> list[str]:
        """Return the addresses of *name* (A and AAAA)."""
        ...


class Dns:
    """The resolver of this machine, or of *found*."""

    def __init__(self, found: dns.resolver.Resolver | None = None) -> None:
        try:
            self._resolver = found or dns.resolver.Resolver()
        except dns.exception.DNSException as error:  # a machine without /etc/resolv.conf
            raise ResolverError(str(error)) from None
        self._resolver.lifetime = _SECONDS

    def texts(self, name: str) -> list[str]:
        """Return the TXT records of *name*, each in one piece."""
        return [b"".join(found.strings).decode("utf-8", "replace") for found in self._ask(name, "TXT")]

    def exchanges(self, name: str) -> list[str]:
        """Return the mail servers of *name*, the first first."""
        found = sorted(
            (one.preference, one.exchange.to_text(omit_final_dot=True)) for one in self._ask(name, "MX")
        )
        return ["" if host in {".", "@"} else host for _, host in found]

    def addresses(self, name: str) -> list[str]:
        """Return the addresses of *name*."""
        return [one.address for kind in ("A", "AAAA") for one in self._ask(name, kind)]

    def _ask(self, name: str, kind: str) -> list[Any]:
        try:
            absolute = dns.name.from_text(name)  # never below a domain that this machine searches
        except (dns.exception.DNSException, UnicodeError):
            return []  # there is no such name
        try:
            return list(self._resolver.resolve(absolute, dns.rdatatype.from_text(kind)))
        except (dns.resolver.NXDOMAIN, dns.resolver.NoAnswer):
            return []
        except (dns.exception.DNSException, OSError) as error:
            raise ResolverError(f"{name}: {str(error).partition(chr(10))[0]}") from None


def opened(place: str | None) -> Resolver:
    """Return the resolver at *place*, `ADDRESS` or `ADDRESS:PORT`, else that of this machine.

    Raises `UsageError` if *place* is no address. A machine without a resolver gets one that does not answer.
    """
    if place is None:
        try:
            return Dns()
        except ResolverError as error:
            return _Silent(str(error))
    host, _, port = place.rpartition(":") if place.count(":") == 1 else (place, "", "53")
    if not dns.inet.is_address(host) or not port.isdigit():
        raise UsageError(
            f"{place[:80]} is no address", "write one as 9.9.9.9 or 127.0.0.1:5353", "no-resolver"
        )
    found = dns.resolver.Resolver(configure=False)
    found.nameservers, found.port = [host], int(port)
    return Dns(found)


class _Silent:
    """Stands for a resolver on a machine that has none."""

    def __init__(self, reason: str) -> None:
        self._reason = reason

    def texts(self, name: str) -> list[str]:
        """Tell that nothing answers."""
        raise ResolverError(f"{name}: {self._reason}")

    exchanges = addresses = texts
