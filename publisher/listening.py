"""Listens on a port of this machine, and ends at once when told to."""

import socket
from collections.abc import Callable
from types import FrameType

import uvicorn

from publisher.errors import PublisherError


def listening(host: str, port: int, tried: int = 1) -> socket.socket:
    """Return a socket that listens on *port* of *host*, or on the next free one of *tried* ports.

    Raises `PublisherError` if none can be had.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    reason = ""
    last = min(port + tried, 65_536) - 1
    for number in range(port, last + 1):
        found = socket.socket(family, socket.SOCK_STREAM)
        found.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            found.bind((host, number))
            found.listen(128)
        except (OSError, UnicodeError) as error:  # the second if no name can be written like *host*
            found.close()
            reason = getattr(error, "strerror", None) or str(error)
        else:
            return found
    ports = f"the ports {port} to {last}" if last > port else f"the port {port}"
    raise PublisherError(
        f"{ports} of {host} cannot be had ({reason})", "choose another one, such as --port 9000", "no-port"
    )


def top(found: socket.socket) -> str:
    """Return the address at which the socket *found* is reached: http://127.0.0.1:8000/."""
    name, number = found.getsockname()[:2]
    name = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(name, name)  # noqa: S104 - everywhere is also here
    return f"http://{f'[{name}]' if ':' in name else name}:{number}/"


class Server(uvicorn.Server):
    """A server that ends its streams first: it would wait for open windows otherwise (Kludex/uvicorn#451)."""

    def __init__(self, config: uvicorn.Config, end: Callable[[], None]) -> None:
        super().__init__(config)
        self._end = end

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """End the streams, then as usual."""
        self._end()
        super().handle_exit(sig, frame)
