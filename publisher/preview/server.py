"""Listens on this machine, and ends at once when told to, whatever windows are open."""

import asyncio
import contextlib
import secrets
import socket
from contextlib import aclosing

import uvicorn

from publisher.listening import Server
from publisher.preview.app import application, follow
from publisher.preview.desk import Desk
from publisher.preview.guard import hosts
from publisher.preview.live import Live
from publisher.preview.post import Post
from publisher.preview.threads import in_thread
from publisher.preview.views import Views
from publisher.preview.watch import changes


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

    def give_up(_keeper: asyncio.Task[None]) -> None:
        end()
        server.should_exit = True

    server = Server(config, end)
    keeper = asyncio.create_task(_keep_fresh(desk, views, live, stop))
    keeper.add_done_callback(give_up)  # rather no preview than one that shows old things without a word
    try:
        await server.serve(sockets=[found])
    finally:
        keeper.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await keeper


async def _keep_fresh(desk: Desk, views: Views, live: Live, stop: asyncio.Event) -> None:
    """Read again what is saved, tell open pages, and then make what nobody looks at."""
    following = asyncio.create_task(_follow_later(views, live))
    while not stop.is_set():
        folders = desk.folders
        async with aclosing(changes(desk.root, folders, stop)) as saved:
            async for _ in saved:
                following.cancel()
                await in_thread(desk.refresh)
                live.tell()
                following = asyncio.create_task(_follow_later(views, live))
                if desk.folders != folders:
                    break  # the settings name others now
    following.cancel()


async def _follow_later(views: Views, live: Live) -> None:
    await asyncio.sleep(0.3)  # open pages first
    await follow(views, live)
