"""The web application: requests to `views` and back. The one room that knows Starlette."""

import asyncio
from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qsl, quote

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, RedirectResponse, Response, StreamingResponse
from starlette.routing import Route

from publisher.preview.answers import Answer
from publisher.preview.guard import Guard, is_token
from publisher.preview.live import Live
from publisher.preview.stand import Choice
from publisher.preview.threads import in_thread
from publisher.preview.views import Views

_MANY = 4_096  # bytes of a form, which is much


def application(views: Views, live: Live, allowed: frozenset[str]) -> Any:
    """Return the application that answers with *views*, to the hosts *allowed* alone."""

    async def page(request: Request) -> Response:
        answer = await in_thread(views.answer, request.path_params["path"], dict(request.query_params))
        return _response(answer)

    async def posted(request: Request) -> Response:
        response = _response(await in_thread(views.posted, request.path_params["path"]))
        response.headers["Allow"] = "GET, HEAD"
        return response

    async def events(request: Request) -> Response:
        address, version = request.query_params.get("page", "/"), request.query_params.get("version", "")
        stream = live.stream(lambda: views.version(address), version)
        return StreamingResponse(stream, media_type="text/event-stream")

    async def show(request: Request) -> Response:
        form = await _form(request)
        if not is_token(form.get("token", ""), views.token):
            return _refused()
        choice = Choice(drafts=form.get("drafts") == "1", future=form.get("future") == "1")
        await in_thread(views.desk.choose, choice)
        live.tell()
        back = form.get("back", "")
        return RedirectResponse(back if back.startswith("/_preview/") else "/_preview/", 303)

    async def test(request: Request) -> Response:
        form = await _form(request)
        if not is_token(form.get("token", ""), views.token):
            return _refused()
        words = await in_thread(views.send, **request.path_params, recipient=form.get("recipient", ""))
        live.tell()
        return RedirectResponse(f"{request.url.path.removesuffix('test')}?sent={quote(words)}", 303)

    routes = [
        Route("/_preview/events", events),
        Route("/_preview/show", show, methods=["POST"]),
        Route("/_preview/issues/{month}/{lang}/test", test, methods=["POST"]),
        Route("/{path:path}", page),
        Route("/{path:path}", posted, methods=["POST"]),
    ]
    return Guard(Starlette(routes=routes), allowed)


def _response(answer: Answer) -> Response:
    return Response(answer.body, answer.status, answer.headers, answer.type)


def _refused() -> Response:
    return PlainTextResponse("this page is of an earlier run of the preview; load it again\n", 403)


async def _form(request: Request) -> Mapping[str, str]:
    """Return the fields of a small form, each once; none of a large one."""
    body = b""
    async for piece in request.stream():
        body += piece
        if len(body) > _MANY:
            return {}
    return dict(parse_qsl(body.decode("utf-8", "replace"), keep_blank_values=True))


async def follow(views: Views, live: Live) -> None:
    """Make, one after the other, what changed and nobody looks at yet; pages that tell of it are told."""
    told = 0.0
    loop = asyncio.get_running_loop()
    while not live.is_stopped:
        is_more = await in_thread(views.desk.make_next)
        if not is_more or loop.time() - told > _TOLD:
            told = loop.time()
            live.tell()
        if not is_more:
            return
        await asyncio.sleep(0)


_TOLD = 0.5  # seconds between two words on how far it got
