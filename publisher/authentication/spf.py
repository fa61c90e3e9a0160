"""Which servers may send for a domain (SPF, RFC 7208): one record, which can be evaluated."""

from publisher.authentication.finding import Finding, doubtful, fine, wrong
from publisher.resolver import Resolver

_NAME, _LOOKUPS = "SPF", 10  # RFC 7208, section 4.6.4
_ASKING = ("include", "a", "mx", "ptr", "exists")
_KNOWN = (*_ASKING, "all", "ip4", "ip6")


class _BrokenError(Exception):
    """The record cannot be evaluated; the text tells why."""


def spf(domain: str, resolver: Resolver) -> list[Finding]:
    """Return how the record of *domain* is, to which mails come back; may raise `ResolverError`."""
    try:
        record = _record(domain, resolver)
        if record is None:
            hint = f'ask who runs your mail server for its record: {domain} TXT "v=spf1 include:… ~all"'
            return [wrong(_NAME, f"{domain} has no record", hint)]
        count = _lookups(record, resolver, 0)
    except _BrokenError as broken:
        return [wrong(_NAME, f"{domain}: {broken}", "servers take such a record for none; mend it in DNS")]
    terms = record.lower().split()
    name = f"{domain}: {record[:120]}"
    if "+all" in terms or "all" in terms:
        return [wrong(_NAME, name, "it lets everybody send for you; end it with ~all or -all")]
    if not {"~all", "-all"} & set(terms) and not any(term.startswith("redirect=") for term in terms):
        return [doubtful(_NAME, name, "it says nothing of all other servers; end it with ~all or -all")]
    if any(term.lstrip("+-~?").partition(":")[0] == "ptr" for term in terms):
        return [doubtful(_NAME, name, "it uses ptr, which RFC 7208 tells not to use; name the servers")]
    return [fine(_NAME, f"{name} ({count} of {_LOOKUPS} lookups)")]


def _record(domain: str, resolver: Resolver) -> str | None:
    found = [text for text in resolver.texts(domain) if text.lower().split(" ")[0] == "v=spf1"]
    if len(found) > 1:
        raise _BrokenError("it has more than one record")
    return found[0] if found else None


def _lookups(record: str, resolver: Resolver, count: int) -> int:
    """Return how many names are looked up until *record* ends; raise `_BrokenError` past the limit."""
    for term in record.split()[1:]:
        word = term.lower().lstrip("+-~?")
        if "=" in word.partition(":")[0]:
            name, _, target = word.partition("=")
            if name != "redirect":
                continue
            mechanism = "include"
        else:
            mechanism, _, target = word.partition(":")
            mechanism = mechanism.partition("/")[0]
        if mechanism not in _KNOWN:
            raise _BrokenError(f"it has a word that SPF does not know: {term[:40]}")
        if mechanism not in _ASKING:
            continue
        count += 1
        if count > _LOOKUPS:
            raise _BrokenError(f"it needs more than {_LOOKUPS} lookups")
        if mechanism == "include" and "%" not in target:
            inner = _record(target, resolver)
            if inner is None:
                raise _BrokenError(f"it includes {target or 'nothing'}, which has no record")
            count = _lookups(inner, resolver, count)
    return count
