"""The beginning of a dialogue with a mail server: greeting, TLS, login."""

import base64
import socket
import ssl
from typing import Literal

from msgspec import Struct

from publisher.delivery.line import Limits, Line
from publisher.delivery.replies import MalformedReplyError, Spoken, extensions, reply
from publisher.delivery.session import Lost, Refused
from publisher.model.delivery import Reply, Stage
from publisher.model.secret import Secret

_YES, _GO_ON = 2, 334  # the hundreds of a reply that agrees; AUTH asks for more


class Place(Struct, frozen=True):
    """A mail server: where it is, how the line is protected, and who logs in."""

    host: str
    port: int
    security: Literal["starttls", "tls", "none"]
    user: str | None = None
    password: Secret | None = None


def opened(place: Place, limits: Limits) -> tuple[Line, dict[str, str]]:
    """Return a line to *place*, encrypted if so set and logged in if there is a user, and what is offered.

    Raises `Lost` if there is no line, `Refused` if the server wants none or is not who it should be.
    """
    stage, line = Stage.CONNECT, None
    try:
        line = Line(socket.create_connection((place.host, place.port), limits.connect))
        offered = _greeted(line, place, limits)
        stage = Stage.LOGIN
        if place.user and place.password:
            _log_in(line, offered, place.user, place.password.reveal(), limits)
    except ssl.SSLCertVerificationError as error:
        raise _refused(line, stage, "5.7.5", f"certificate: {error.verify_message}") from None
    except (OSError, MalformedReplyError, UnicodeError) as error:  # the last for a host that is no name
        _cut(line)
        raise Lost(stage, words_of(error)) from None
    except BaseException:
        _cut(line)
        raise
    return line, offered


def _greeted(line: Line, place: Place, limits: Limits) -> dict[str, str]:
    """Hear the server's first word and say ours; return what is offered when the line is as it should be."""
    if place.security == "tls":
        line.encrypt(tls_context(), place.host, limits.connect)
    _agreed(line.hear(limits.greeting), Stage.CONNECT)
    offered = _hello(line, limits)
    if place.security == "starttls":
        if "STARTTLS" not in offered:
            raise _refused(line, Stage.CONNECT, "5.7.10", "it does not offer STARTTLS")
        line.say(b"STARTTLS\r\n", limits.command)
        _agreed(line.hear(limits.command), Stage.CONNECT)
        if not line.is_quiet:  # somebody on the way wants us to believe it came encrypted
            raise _refused(line, Stage.CONNECT, "5.7.5", "it said more, unencrypted, behind STARTTLS")
        line.encrypt(tls_context(), place.host, limits.connect)
        offered = _hello(line, limits)  # what was offered before may have been anybody's offer
    return offered


def tls_context() -> ssl.SSLContext:
    """Return what checks a server's certificate, and speaks TLS 1.2 at least."""
    context = ssl.create_default_context()
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    return context


def _hello(line: Line, limits: Limits) -> dict[str, str]:
    """Say who we are; a server that is too old for EHLO offers nothing."""
    own = socket.gethostname()
    name = own if "." in own and own.isascii() else line.own_address
    line.say(f"EHLO {name}\r\n".encode(), limits.command)
    spoken = line.hear(limits.command)
    if spoken.code in {500, 501, 502, 504}:
        line.say(f"HELO {name}\r\n".encode(), limits.command)
        _agreed(line.hear(limits.command), Stage.CONNECT)
        return {}
    return extensions(_agreed(spoken, Stage.CONNECT))


def _log_in(line: Line, offered: dict[str, str], user: str, password: str, limits: Limits) -> None:
    """Log in (RFC 4954), by PLAIN if that is offered, else by LOGIN."""
    if not line.is_encrypted:
        raise _refused(line, Stage.LOGIN, "5.7.11", "no password is sent without TLS")
    ways = offered.get("AUTH", "").split()
    if "PLAIN" in ways:
        steps = [b"AUTH PLAIN " + base64.b64encode(f"\0{user}\0{password}".encode())]
    elif "LOGIN" in ways:
        steps = [b"AUTH LOGIN", *(base64.b64encode(text.encode()) for text in (user, password))]
    else:
        raise _refused(line, Stage.LOGIN, "5.7.4", "it offers no login by PLAIN or LOGIN")
    for step in steps[:-1]:
        line.say(step + b"\r\n", limits.command)
        spoken = line.hear(limits.command)
        if spoken.code != _GO_ON:
            raise Refused(reply(Stage.LOGIN, spoken))
    line.say(steps[-1] + b"\r\n", limits.command)
    _agreed(line.hear(limits.command), Stage.LOGIN)


def _agreed(spoken: Spoken, stage: Stage) -> Spoken:
    if spoken.code // 100 != _YES:
        raise Refused(reply(stage, spoken))
    return spoken


def _refused(line: Line | None, stage: Stage, status: str, text: str) -> Refused:
    """Return that it is us who want nothing from the server, for good (554)."""
    _cut(line)
    return Refused(Reply(stage, 554, status, text))


def _cut(line: Line | None) -> None:
    if line:
        line.cut()


def words_of(error: Exception) -> str:
    """Return what happened, for people."""
    return getattr(error, "strerror", None) or str(error) or type(error).__name__
