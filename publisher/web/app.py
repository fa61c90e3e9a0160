"""The web application: requests to `service` and back. The one room here that knows Starlette."""

from collections.abc import AsyncIterator
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from starlette.concurrency import run_in_threadpool
from starlette.formparsers import MultiPartException, MultiPartParser
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

from publisher.web.answers import Answer, Asked, words
from publisher.web.service import Service

_MANY, _PATIENCE, _FIELDS = 16_384, 16_000_000, 200  # bytes of a form, bytes to wait for, fields
_HEADERS = ("accept-encoding", "accept-language", "if-modified-since", "if-none-match")
Form = dict[str, list[str]] | None


def application(service: Service, top: str) -> ASGIApp:
    """Return the application that answers by *service*; *top* is the newsletter's address.

    A proxy may hand on the path of *top*, or take it away.
    """
    below = urlsplit(top).path

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return
        request = Request(scope, receive)
        try:
            body = await _body(request) if request.method == "POST" else b""
            if body is None:
                answer = words("the form is too large", 413, {"Connection": "close"})
            else:
                asked = await _asked(request, body, below)
                answer = await run_in_threadpool(service.answer, asked)
        except ClientDisconnect:
            return
        await _response(answer)(scope, receive, send)

    return app


async def _asked(request: Request, body: bytes, below: str) -> Asked:
    path = request.scope["path"]
    path = path.removeprefix(below) if path.startswith(below) else path.removeprefix("/")
    return Asked(
        request.method,
        path,
        dict(_fields(request.scope["query_string"].decode("latin-1")) or []),
        {name: request.headers.get(name, "") for name in _HEADERS if name in request.headers},
        await _form(request, body),
        request.client.host if request.client else "",
    )


async def _body(request: Request) -> bytes | None:
    """Return what was sent; None if it is too much, of which so much is read that the answer arrives."""
    body, size = b"", 0
    async for piece in request.stream():
        size += len(piece)
        if size <= _MANY:
            body += piece
        elif size > _PATIENCE:
            return None
    return body if size <= _MANY else None


async def _form(request: Request, body: bytes) -> Form:
    """Return the fields of a form, in either of the two ways in which forms are sent; None if it is none."""
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind == "multipart/form-data":
        pairs = await _parts(request, body)
    elif kind in {"", "application/x-www-form-urlencoded"}:
        pairs = _fields(body.decode("utf-8", "replace"))
    else:
        pairs = None
    if pairs is None:
        return None
    form: dict[str, list[str]] = {}
    for name, value in pairs:
        form.setdefault(name, []).append(value)
    return form


def _fields(text: str) -> list[tuple[str, str]] | None:
    try:
        return parse_qsl(text, keep_blank_values=True, max_num_fields=_FIELDS)
    except ValueError:
        return None


async def _parts(request: Request, body: bytes) -> list[tuple[str, str]] | None:
    async def stream() -> AsyncIterator[bytes]:
        yield body

    parser = MultiPartParser(request.headers, stream(), max_files=0, max_fields=_FIELDS)  # type: ignore[arg-type]
    try:
        found: Any = await parser.parse()
    except (MultiPartException, LookupError, ValueError, KeyError):
        return None
    return [(name, value) for name, value in found.multi_items() if isinstance(value, str)]


def _response(answer: Answer) -> Response:
    # Given as a media type, Starlette would add a charset to any text.
    return Response(answer.body, answer.status, {**answer.headers, "Content-Type": answer.type})
