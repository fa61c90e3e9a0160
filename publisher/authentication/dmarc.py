"""What a domain wants done with mails that only claim to be from it (DMARC, RFC 9989)."""

from typing import NamedTuple

from publisher.authentication.finding import Finding, fine, wrong
from publisher.authentication.tags import tags
from publisher.resolver import Resolver

_NAME, _LABELS = "DMARC", 8
_POLICIES = ("none", "quarantine", "reject")


class Policy(NamedTuple):
    """The record at *domain*, and what it says."""

    domain: str
    said: dict[str, str]


def dmarc(domain: str, resolver: Resolver) -> list[Finding]:
    """Return how the policy for *domain*, the one in From, is; may raise `ResolverError`."""
    found = policy(domain, resolver)
    if found is None:
        hint = f'make in DNS: _dmarc.{domain} TXT "v=DMARC1; p=none; rua=mailto:you@{domain}"'
        return [wrong(_NAME, f"{domain} has no record, nor any domain above it", hint)]
    wanted = found.said.get("p", "").lower()
    if found.domain != domain:
        wanted = found.said.get("sp", wanted).lower()
    if wanted not in _POLICIES:
        hint = "write p=none, p=quarantine or p=reject"
        return [wrong(_NAME, f"_dmarc.{found.domain} has no policy that is known: {wanted[:40]!r}", hint)]
    return [fine(_NAME, f"_dmarc.{found.domain} says p={wanted} for {domain}")]


def policy(domain: str, resolver: Resolver) -> Policy | None:
    """Return the record that holds for *domain*: its own, else that of its organisation."""
    found = _walk(domain, resolver)
    own = next((one for one in found if one.domain == domain), None)
    if own or not found:
        return own
    top = _organisation(domain, found)
    return next((one for one in found if one.domain == top), found[-1])


def organisation(domain: str, resolver: Resolver) -> str:
    """Return the domain of the organisation that *domain* belongs to (RFC 9989, section 4.10)."""
    return _organisation(domain, _walk(domain, resolver))


def is_aligned(one: str, author: str, resolver: Resolver, *, strict: bool) -> bool:
    """Tell whether the domain *one* may speak for *author*, the one in From."""
    if one == author or strict:
        return one == author
    return organisation(one, resolver) == organisation(author, resolver)


def _organisation(domain: str, found: list[Policy]) -> str:
    for one in found:
        if one.said.get("psd") == "n":
            return one.domain
        if one.said.get("psd") == "y" and one.domain != domain:
            labels = domain.split(".")
            return ".".join(labels[-len(one.domain.split(".")) - 1 :])
    return found[-1].domain if found else domain


def _walk(domain: str, resolver: Resolver) -> list[Policy]:
    """Return the records of *domain* and of those above it, the longest first."""
    labels, found = domain.split("."), list[Policy]()
    while labels:
        name = ".".join(labels)
        records = [read for text in resolver.texts(f"_dmarc.{name}") if (read := _read(text))]
        if len(records) == 1:  # of several none counts
            found.append(Policy(name, records[0]))
            if records[0].get("psd") in {"y", "n"} and (records[0]["psd"] == "n" or name != domain):
                return found
        # Of very long names only the last seven labels are walked, so that nobody is asked for ever.
        labels = labels[-(_LABELS - 1) :] if len(labels) > _LABELS else labels[1:]
    return found


def _read(text: str) -> dict[str, str] | None:
    if text.partition(";")[0].replace(" ", "") != "v=DMARC1":
        return None
    return tags(text)
