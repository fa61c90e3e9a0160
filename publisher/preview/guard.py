"""Keeps strangers out: pages on the web that ask this machine, and requests that change something."""

import asyncio
import secrets
from collections.abc import Iterable
from ipaddress import ip_address
from typing import Any

from starlette.types import ASGIApp, Message, Receive, Scope, Send

_HEADERS = (
    (b"x-content-type-options", b"nosniff"),
    (b"cross-origin-resource-policy", b"same-origin"),
    (b"cross-origin-opener-policy", b"same-origin"),
    (b"referrer-policy", b"same-origin"),
    (b"cache-control", b"no-store"),
    (b"x-frame-options", b"SAMEORIGIN"),
)


def hosts(host: str, port: int) -> frozenset[str]:
    """Return the Host headers to answer to: this machine's own names, and *host* if it is another one.

    Whoever listens everywhere may be asked by any address: one that is written in figures cannot be turned
    to another machine, as a name can. They stand for all of these as `*:PORT`.
    """
    own = f"[{host}]" if ":" in host else host.lower()
    names = {"127.0.0.1", "localhost", "[::1]", "*" if is_everywhere(host) else own}
    return frozenset(f"{name}:{port}" for name in names) | (frozenset(names) if port == 80 else frozenset())  # noqa: PLR2004


def is_everywhere(host: str) -> bool:
    """Tell whether who listens at *host* listens at all addresses of this machine."""
    return host in {"", "0.0.0.0", "::"}  # noqa: S104


class Guard:
    """Refuses requests for another host (a name that leads to this machine), or from another site's page."""

    def __init__(self, app: ASGIApp, allowed: Iterable[str]) -> None:
        self._app, self._allowed = app, frozenset(allowed)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer the request, or refuse it."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        if reason := self._reason(scope):
            await _refuse(send, reason, 403)
            return

        is_begun = False

        async def with_headers(message: Message) -> None:
            nonlocal is_begun
            is_begun = True
            if message["type"] == "http.response.start":
                known = {name.lower() for name, _ in message["headers"]}
                message["headers"] = [
                    *message["headers"],
                    *(pair for pair in _HEADERS if pair[0] not in known),
                ]
            await send(message)

        try:
            await self._app(scope, receive, with_headers)
        except asyncio.CancelledError:  # Ctrl-C: what is being done is not waited for
            if not is_begun:
                await _refuse(send, "the preview has ended", 503)

    def _reason(self, scope: Scope) -> str:
        """Return why the request is refused; "" if it is not."""
        values: dict[bytes, list[str]] = {}
        for name, value in scope["headers"]:
            values.setdefault(name.lower(), []).append(value.decode("latin-1"))
        host = values.get(b"host", [])
        if len(host) != 1 or not {host[0].lower(), in_figures(host[0])} & self._allowed:
            return "this preview answers to its own address alone"
        origins = values.get(b"origin", [])
        if any(origin.lower() != f"http://{host[0].lower()}" for origin in origins):
            return "another site may not ask this preview"
        # A browser says who asks. Somebody else's page may lead here, but show or load nothing of ours.
        strangers = {"cross-site", "same-site"} & {*values.get(b"sec-fetch-site", [])}
        leads_here = values.get(b"sec-fetch-dest") == ["document"] and scope["method"] in {"GET", "HEAD"}
        if strangers and not leads_here:
            return "another site may not show this preview"
        return ""


def in_figures(host: str) -> str:
    """Return `*:PORT` if *host* is an address in figures, else ""."""
    name, _, port = host.rpartition(":")
    try:
        ip_address(name[1:-1] if name.startswith("[") and name.endswith("]") else name)
    except ValueError:
        return ""
    return f"*:{port}"


async def _refuse(send: Send, reason: str, status: int) -> None:
    body = f"{reason}\n".encode()
    headers: list[Any] = [
        (b"content-type", b"text/plain; charset=utf-8"),
        (b"content-length", str(len(body)).encode()),
    ]
    await send({"type": "http.response.start", "status": status, "headers": [*headers, *_HEADERS]})
    await send({"type": "http.response.body", "body": body})


def is_token(given: str, token: str) -> bool:
    """Tell whether *given* is this run's *token*, in a time that tells nothing of it."""
    return secrets.compare_digest(given.encode(), token.encode())
