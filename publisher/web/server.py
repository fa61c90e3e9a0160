"""Runs the service until a signal says to end; then what was taken is done."""

import asyncio
import contextlib
import signal
import socket
from collections.abc import Callable, Sequence
from types import FrameType

import uvicorn

from publisher.listening import Server
from publisher.web.app import application
from publisher.web.desk import Desk
from publisher.web.service import Service


def serve(desk: Desk, found: socket.socket, proxies: Sequence[str], begin: Callable[[], None]) -> None:
    """Answer requests on the socket *found*, after *begin* has told so.

    *proxies* are believed when they tell who asks.
    """
    config = uvicorn.Config(
        application(Service(desk), desk.project.settings.newsletter.url),
        log_config=None,
        access_log=False,  # addresses hold tokens
        lifespan="off",
        timeout_graceful_shutdown=5,
        ws="none",
        server_header=False,
        proxy_headers=bool(proxies),
        forwarded_allow_ips=list(proxies),
    )
    signal.signal(signal.SIGTERM, _end)  # uvicorn raises the signal again when it is done
    desk.worker.start()
    try:
        desk.resume()
        with contextlib.suppress(KeyboardInterrupt):
            begin()
            asyncio.run(Server(config, lambda: None).serve(sockets=[found]))
    finally:
        desk.worker.close()


def _end(_signal: int, _frame: FrameType | None) -> None:
    raise KeyboardInterrupt
