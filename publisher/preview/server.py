"""Listens on this machine, and ends at once when told to, whatever windows are open."""

import asyncio
import contextlib
import secrets
import socket
from collections.abc import Callable
from contextlib import aclosing
from pathlib import Path
from types import FrameType

import uvicorn
from starlette.concurrency import run_in_threadpool

from publisher.errors import PublisherError
from publisher.preview.app import application, follow
from publisher.preview.desk import Desk
from publisher.preview.guard import hosts
from publisher.preview.live import Live
from publisher.preview.post import Post
from publisher.preview.views import Views
from publisher.preview.watch import changes

_TRIED = 20  # ports after the first one


def listening(host: str, port: int) -> socket.socket:
    """Return a socket that listens on *port* of *host*, or on the next free one.

    Raises `PublisherError` if none can be had.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    reason = ""
    for number in range(port, min(port + _TRIED, 65_536)):
        found = socket.socket(family, socket.SOCK_STREAM)
        found.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            found.bind((host, number))
            found.listen(64)
        except OSError as error:
            found.close()
            reason = error.strerror or str(error)
        else:
            return found
    raise PublisherError(
        f"no port from {port} to {port + _TRIED - 1} of {host} can be had ({reason})",
        "choose another one: publisher preview --port 9000",
        "no-port",
    )


class _Server(uvicorn.Server):
    """A server that ends its streams first: it would wait for open windows otherwise (Kludex/uvicorn#451)."""

    def __init__(self, config: uvicorn.Config, end: Callable[[], None]) -> None:
        super().__init__(config)
        self._end = end

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """End the streams, then as usual."""
        self._end()
        super().handle_exit(sig, frame)


def serve(desk: Desk, found: socket.socket, host: str) -> None:
    """Answer requests on the socket *found* until a signal says to end."""
    with contextlib.suppress(KeyboardInterrupt):  # uvicorn raises the signal again when it is done
        asyncio.run(_serve(desk, found, host))


async def _serve(desk: Desk, found: socket.socket, host: str) -> None:
    live, stop = Live(), asyncio.Event()
    views = Views(desk, secrets.token_urlsafe(24), Post(desk.root, desk.environ))
    app = application(views, live, hosts(host, found.getsockname()[1]))
    config = uvicorn.Config(
        app,
        log_config=None,
        access_log=False,
        lifespan="off",
        timeout_graceful_shutdown=1,
        ws="none",
        server_header=False,
    )
    loop = asyncio.get_running_loop()

    def end() -> None:
        live.stop()
        loop.call_soon_threadsafe(stop.set)

    tasks = [asyncio.create_task(_keep_fresh(desk, views, live, stop))]
    try:
        await _Server(config, end).serve(sockets=[found])
    finally:
        end()
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def _keep_fresh(desk: Desk, views: Views, live: Live, stop: asyncio.Event) -> None:
    """Read again what is saved, tell open pages, and then make what nobody looks at."""
    following = asyncio.create_task(_follow_later(views, live))
    while not stop.is_set():
        folders = _folders(desk)
        async with aclosing(changes(desk.root, folders, stop)) as saved:
            async for _ in saved:
                following.cancel()
                await run_in_threadpool(desk.refresh)
                live.tell()
                following = asyncio.create_task(_follow_later(views, live))
                if _folders(desk) != folders:
                    break  # the settings name others now
    following.cancel()


async def _follow_later(views: Views, live: Live) -> None:
    await asyncio.sleep(0.3)  # open pages first
    await follow(views, live)


def _folders(desk: Desk) -> list[Path]:
    if desk.stand is None:
        return [desk.root / "entries", desk.root / "templates"]
    return [desk.stand.project.entries, desk.stand.project.templates]
