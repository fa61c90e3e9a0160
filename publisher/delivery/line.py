"""A line to a mail server: bytes out, replies in, each within its time."""

import contextlib
import select
import socket
import ssl
import time
from collections.abc import Callable

from msgspec import Struct

from publisher.delivery.replies import Hearing, Spoken
from publisher.model.delivery import Pieces

_MANY = 1000  # pieces that the system takes at once (its IOV_MAX is 1024)
_READ = 4096
_BUSY = (BlockingIOError, ssl.SSLWantReadError, ssl.SSLWantWriteError)


class Limits(Struct, frozen=True):
    """For how many seconds we wait, as RFC 5321 asks for in section 4.5.3.2: each is for a whole step.

    *connect* is for the line and for TLS, *greeting* for the server's first word, *command* for the reply to
    a command, *body* until the server has read a mail, *end* until it has taken it, *leave* for its good-bye.
    """

    connect: float = 30
    greeting: float = 300
    command: float = 300
    body: float = 600
    end: float = 600
    leave: float = 3


class Line:
    """Speaks with a server over *plain*; what fails raises `OSError` or `MalformedReplyError`.

    It does not let the socket wait, but waits itself: so a step's time ends when it ends, also with a server
    that takes or gives a byte in a while, and nothing waits when there is nothing to wait for.
    """

    def __init__(self, plain: socket.socket) -> None:
        plain.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)  # the dot must not wait for anything
        plain.settimeout(0)
        self._socket = plain
        self._hearing = Hearing()
        self._poll = {event: _watch(plain, event) for event in (select.POLLIN, select.POLLOUT)}
        self.is_encrypted = False

    @property
    def own_address(self) -> str:
        """Return our end's address, as a literal of RFC 5321, section 4.1.3."""
        host = self._socket.getsockname()[0]
        return f"[IPv6:{host.partition('%')[0]}]" if ":" in host else f"[{host}]"

    @property
    def is_quiet(self) -> bool:
        """Tell whether nothing was heard that nobody asked for."""
        return self._hearing.is_empty

    def encrypt(self, context: ssl.SSLContext, host: str, limit: float) -> None:
        """Go on with TLS; the certificate must be the one of *host*."""
        wrapped = context.wrap_socket(self._socket, server_hostname=host, do_handshake_on_connect=False)
        self._socket = wrapped
        end = time.monotonic() + limit
        while True:
            try:
                wrapped.do_handshake()
            except (ssl.SSLWantReadError, ssl.SSLWantWriteError) as busy:
                self._wait(busy, select.POLLIN, end)
            else:
                break
        self.is_encrypted = True

    def say(self, data: bytes | memoryview, limit: float) -> None:
        """Send *data*."""
        end = 0.0
        while data:
            try:
                sent = self._socket.send(data)
            except _BUSY as busy:
                end = end or time.monotonic() + limit
                self._wait(busy, select.POLLOUT, end)
            else:
                data = memoryview(data)[sent:] if sent < len(data) else b""

    def say_pieces(self, pieces: Pieces, size: int, limit: float) -> None:
        """Send *pieces*, one behind the other; they have *size* bytes."""
        sent = 0
        if not self.is_encrypted and len(pieces) <= _MANY:
            with contextlib.suppress(BlockingIOError):
                sent = self._socket.sendmsg(pieces)
            if sent == size:
                return
        self.say(b"".join(pieces)[sent:], limit)

    def hear(self, limit: float) -> Spoken:
        """Return the next reply; it must be whole after *limit* seconds."""
        spoken = self._hearing.take()
        end = 0.0 if spoken else time.monotonic() + limit
        while not spoken:
            if not self.is_encrypted:  # what was decrypted already would not show
                self._wait(None, select.POLLIN, end)
            try:
                data = self._socket.recv(_READ)
            except _BUSY as busy:
                self._wait(busy, select.POLLIN, end)
                continue
            if not data:
                raise ConnectionResetError("the server hung up")
            spoken = self._hearing.take(data)
        return spoken

    def overhear(self, limit: float) -> Spoken | None:
        """Return what the server said without being asked, if it did; raise `ConnectionError` if it left."""
        if not self._poll[select.POLLIN](0):
            return None
        try:
            data = self._socket.recv(_READ)
        except _BUSY:  # it was nothing but TLS's own
            return None
        if not data:
            raise ConnectionResetError("the server hung up")
        return self._hearing.take(data) or self.hear(limit)

    def abort(self) -> None:
        """Break the line, from whatever thread; who waits for something hears that it is gone."""
        with contextlib.suppress(OSError):
            socket.socket.shutdown(self._socket, socket.SHUT_RDWR)  # TLS's own would speak plainly then

    def cut(self) -> None:
        """Hang up."""
        with contextlib.suppress(OSError):
            self._socket.close()

    def _wait(self, busy: OSError | None, event: int, end: float) -> None:
        """Wait until there is *event*, or what TLS is *busy* with; not beyond *end*."""
        if isinstance(busy, ssl.SSLWantReadError):
            event = select.POLLIN
        elif isinstance(busy, ssl.SSLWantWriteError):
            event = select.POLLOUT
        left = end - time.monotonic()
        if left <= 0 or not self._poll[event](left * 1000):
            raise TimeoutError("the server was too slow")


def _watch(plain: socket.socket, event: int) -> Callable[[float], object]:
    """Return what waits for *event*, for so many milliseconds at most."""
    watch = select.poll()
    watch.register(plain, event)
    return watch.poll
