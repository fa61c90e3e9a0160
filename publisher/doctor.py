"""The use case `doctor`: looks at all that sending needs, changes nothing, and tells each fault's way out.

DNS and the mail server are asked; the site itself is not fetched.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from publisher.authentication import dkim, dmarc
from publisher.authentication.finding import Finding, doubtful, fine, wrong
from publisher.authentication.spf import spf
from publisher.database.engine import opened
from publisher.database.migrate import pending
from publisher.delivery.session import Lost, Refused
from publisher.delivery.transport import HASTY, OUTBOX, SmtpServer, transport
from publisher.errors import PublisherError
from publisher.project import Project, secret
from publisher.resolver import Resolver, ResolverError
from publisher.subscribers.keys import signing_keys

_EARLIEST = datetime(2026, 1, 1, tzinfo=UTC)
_DAY = 86_400


def examine(
    project: Project, environ: Mapping[str, str], resolver: Resolver, now: datetime, mail: bytes | None
) -> Iterator[Finding]:
    """Yield how each thing is that sending needs; *mail* is a test mail as it was received, or None."""
    yield fine("settings", f"{project.settings_file} can be read")
    yield _site(project)
    yield from _time(project, now)
    yield from _secrets(project, environ)
    yield _database(project, environ)
    yield _server(project, environ)
    for look in (_spf, _dmarc, _dkim, _way_back):
        yield from _asked(look, project, resolver)
    if mail is not None:
        yield from _asked(lambda *_: dkim.received(mail, _sender(project), resolver), project, resolver)


def _asked(
    look: Callable[[Project, Resolver], list[Finding]], project: Project, resolver: Resolver
) -> list[Finding]:
    """Return what *look* finds; that DNS does not answer is a finding too."""
    try:
        return look(project, resolver)
    except ResolverError as error:
        return [doubtful("DNS", f"it does not answer: {error}", "look again where DNS can be asked")]


# ---------------------------------------------------------------------- this machine
def _site(project: Project) -> Finding:
    url = project.settings.newsletter.url
    if not url.startswith("https://"):
        hint = "write https:// in newsletter.url: one-click unsubscribing needs it (RFC 8058)"
        return wrong("site", f"{url} is not https", hint)
    return fine("site", url)


def _time(project: Project, now: datetime) -> Iterator[Finding]:
    name = project.settings.newsletter.zone
    try:
        local = now.astimezone(ZoneInfo(name))
        yield fine("time zone", f"{name}, where it is {local:%Y-%m-%d %H:%M}")
    except (ZoneInfoNotFoundError, ValueError):
        yield wrong("time zone", f"{name} is unknown here", "install tzdata, or mend newsletter.zone")
    hint = "set this machine's clock, best by NTP"
    written = (project.root / project.settings_file).stat().st_mtime
    if now < _EARLIEST:
        yield wrong("clock", f"it says {now:%Y-%m-%d}, which is over", hint)
    elif now.timestamp() < written - _DAY:
        yield doubtful(
            "clock", f"{project.settings_file} was written after now, {now:%Y-%m-%d %H:%M} UTC", hint
        )
    else:
        yield fine("clock", f"{now:%Y-%m-%d %H:%M} UTC")


def _secrets(project: Project, environ: Mapping[str, str]) -> Iterator[Finding]:
    """Yield which secrets are there; none is shown."""
    settings = project.settings
    try:
        number = len(signing_keys(secret(environ, "subscribers", "key")))
        which = "is set" if number == 1 else f"holds {number} keys: the last one signs"
        yield fine("secrets", f"subscribers.key {which}")
    except PublisherError as error:
        yield wrong("secrets", error.message, error.hint)
    needed = (
        (("smtp", "password"), bool(settings.smtp.host and settings.smtp.user)),
        (("bounces", "password"), bool(settings.bounces.imap)),
        (("dkim", "key"), bool(settings.dkim.domain)),
    )
    for path, is_needed in needed:
        if not is_needed:
            continue
        name, variable = ".".join(path), "PUBLISHER_" + "__".join(path).upper()
        try:
            is_there = secret(environ, *path) is not None
        except PublisherError as error:
            yield wrong("secrets", error.message, error.hint)
            continue
        if is_there:
            yield fine("secrets", f"{name} is set")
        else:
            yield wrong("secrets", f"{name} is not set", f"set {variable}, or {variable}_FILE")


def _database(project: Project, environ: Mapping[str, str]) -> Finding:
    url = project.settings.subscribers.database
    try:
        engine = opened(url, secret(environ, "subscribers", "password"), project.root, make=False)
        try:
            todo = pending(engine)
        finally:
            engine.dispose()
    except PublisherError as error:
        return wrong("database", error.message, error.hint)
    if todo:
        return doubtful("database", f"{url}: {len(todo)} steps are to be done", "publisher migrate does them")
    return fine("database", f"{url} answers, and has all tables")


# ---------------------------------------------------------------------- the mail server
def _server(project: Project, environ: Mapping[str, str]) -> Finding:
    smtp = project.settings.smtp
    if not smtp.host:
        hint = "write smtp.host; docs/settings.md tells more"
        return doubtful("mail server", f"none is set: mails go to the folder {OUTBOX}", hint)
    try:
        way = transport(smtp, secret(environ, "smtp", "password"), project.root / OUTBOX)
        if isinstance(way, SmtpServer):
            way = replace(way, limits=HASTY)
        way.connect().close()
    except (Lost, Refused) as error:
        hint = "see [smtp] in docs/settings.md; the certificate must be valid for that name"
        return wrong("mail server", f"{smtp.host}:{smtp.port}: {error}", hint)
    except PublisherError as error:
        return wrong("mail server", error.message, error.hint)
    words = f"{smtp.host}:{smtp.port} answers"
    if smtp.security == "none":
        hint = "write starttls or tls, unless it is this very machine"
        return (
            fine("mail server", words)
            if _is_here(smtp.host)
            else doubtful("mail server", f"{words}, without TLS", hint)
        )
    return fine(
        "mail server", f"{words}, its certificate is valid{', the login is taken' if smtp.user else ''}"
    )


def _is_here(host: str) -> bool:
    return host in {"localhost", "127.0.0.1", "::1"}


# ---------------------------------------------------------------------- DNS
def _sender(project: Project) -> str:
    return _host(project.settings.email.name_and_address[1])


def _host(address: str) -> str:
    return address.rpartition("@")[2].lower()


def _back(project: Project) -> str:
    """Return the domain of the return path."""
    address = project.settings.bounces.address
    return _host(address) if address else _sender(project)


def _spf(project: Project, resolver: Resolver) -> list[Finding]:
    found, sender, back = spf(_back(project), resolver), _sender(project), _back(project)
    policy = dmarc.policy(sender, resolver)
    strict = bool(policy and policy.said.get("aspf") == "s")
    if not dmarc.is_aligned(back, sender, resolver, strict=strict):
        hint = f"take a bounces.address below {sender}, or let DKIM alone speak for it"
        found.append(doubtful("SPF", f"mails come back to {back}, which does not speak for {sender}", hint))
    return found


def _dmarc(project: Project, resolver: Resolver) -> list[Finding]:
    return dmarc.dmarc(_sender(project), resolver)


def _dkim(project: Project, resolver: Resolver) -> list[Finding]:
    settings, sender = project.settings.dkim, _sender(project)
    if not settings.domain:
        return [
            fine(
                "DKIM",
                "the mail server has to sign: a test mail that came through it tells if it does (--mail)",
            )
        ]
    found = dkim.key(settings.domain, settings.selector, resolver)
    if not dmarc.is_aligned(settings.domain, sender, resolver, strict=False):
        hint = f"write {sender} in dkim.domain"
        found.append(wrong("DKIM", f"{settings.domain} does not speak for {sender}", hint))
    return found


def _way_back(project: Project, resolver: Resolver) -> list[Finding]:
    domain, name = _back(project), "return path"
    hosts = resolver.exchanges(domain)
    hint = "name the server that takes its mail: an MX record; else nobody learns what could not be delivered"
    if hosts == [""]:
        return [wrong(name, f"{domain} says that it takes no mail (MX .)", hint)]
    if not hosts:
        if resolver.addresses(domain):
            return [doubtful(name, f"{domain} has no MX, only an address", hint)]
        return [wrong(name, f"{domain} has no MX", hint)]
    if not any(resolver.addresses(host) for host in hosts):
        return [wrong(name, f"{hosts[0]}, the MX of {domain}, has no address", hint)]
    return [fine(name, f"{domain} takes mail at {hosts[0]}")]
