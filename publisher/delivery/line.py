"""A line to a mail server: bytes out, replies in, each within its time."""

import contextlib
import select
import socket
import ssl
import time
from collections.abc import Callable

from msgspec import Struct

from publisher.delivery.replies import Hearing, Spoken
from publisher.delivery.session import Result, Steps, Wait
from publisher.model.delivery import Pieces

_MANY = 1000  # pieces that the system takes at once (its IOV_MAX is 1024)
_READ = 4096
TOO_SLOW = "the server was too slow"
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

    It does not let the socket wait, but tells what it waits for: so a step's time ends when it ends, also
    with a server that takes or gives a byte in a while, and one thread can hold many lines.
    """

    def __init__(self, plain: socket.socket) -> None:
        plain.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)  # the dot must not wait for anything
        plain.settimeout(0)
        self._socket = plain
        self._hearing = Hearing()
        self._number = plain.fileno()
        watch = select.poll()
        watch.register(plain, select.POLLIN)
        self._poll = watch.poll
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
        awaited(self._encrypting(context, host, limit))

    def _encrypting(self, context: ssl.SSLContext, host: str, limit: float) -> Steps[None]:
        wrapped = context.wrap_socket(self._socket, server_hostname=host, do_handshake_on_connect=False)
        self._socket = wrapped
        end = time.monotonic() + limit
        while True:
            try:
                wrapped.do_handshake()
            except (ssl.SSLWantReadError, ssl.SSLWantWriteError) as busy:
                yield self._wait(busy, end)
            else:
                break
        self.is_encrypted = True

    def say(self, data: bytes, limit: float) -> None:
        """Send *data*, and wait until it is sent."""
        awaited(self.saying(data, limit))

    def saying(self, data: bytes | memoryview, limit: float) -> Steps[None]:
        """Send *data*, step by step."""
        end = 0.0
        while data:
            try:
                sent = self._socket.send(data)
            except _BUSY as busy:
                end = end or time.monotonic() + limit
                yield self._wait(busy, end, is_writing=True)
            else:
                data = memoryview(data)[sent:] if sent < len(data) else b""

    def saying_pieces(self, pieces: Pieces, size: int, limit: float) -> Steps[None]:
        """Send *pieces*, one behind the other, step by step; they have *size* bytes."""
        sent = 0
        if not self.is_encrypted and len(pieces) <= _MANY:
            with contextlib.suppress(BlockingIOError):
                sent = self._socket.sendmsg(pieces)
            if sent == size:
                return
        yield from self.saying(b"".join(pieces)[sent:], limit)

    def hear(self, limit: float) -> Spoken:
        """Wait for the next reply, and return it; it must be whole after *limit* seconds."""
        return awaited(self.hearing(limit))

    def hearing(self, limit: float) -> Steps[Spoken]:
        """Return the next reply, step by step."""
        spoken = self._hearing.take()
        end = 0.0 if spoken else time.monotonic() + limit
        while not spoken:
            if not self.is_encrypted:  # what was decrypted already would not show
                yield Wait(self._number, False, end)  # noqa: FBT003 - it is written for each reply
            try:
                data = self._socket.recv(_READ)
            except _BUSY as busy:
                yield self._wait(busy, end)
                continue
            if not data:
                raise ConnectionResetError("the server hung up")
            spoken = self._hearing.take(data)
        return spoken

    def overhearing(self, limit: float) -> Steps[Spoken | None]:
        """Return what the server said without being asked, if it did; raise `ConnectionError` if it left."""
        if not self._poll(0):
            return None
        try:
            data = self._socket.recv(_READ)
        except _BUSY:  # it was nothing but TLS's own
            return None
        if not data:
            raise ConnectionResetError("the server hung up")
        return self._hearing.take(data) or (yield from self.hearing(limit))

    def abort(self) -> None:
        """Break the line, from whatever thread; who waits for something hears that it is gone."""
        with contextlib.suppress(OSError):
            socket.socket.shutdown(self._socket, socket.SHUT_RDWR)  # TLS's own would speak plainly then

    def cut(self) -> None:
        """Hang up."""
        with contextlib.suppress(OSError):
            self._socket.close()

    def _wait(self, busy: OSError, end: float, *, is_writing: bool = False) -> Wait:
        """Return what to wait for while the socket, or TLS, is *busy*; not beyond *end*."""
        if isinstance(busy, ssl.SSLWantReadError):
            is_writing = False
        elif isinstance(busy, ssl.SSLWantWriteError):
            is_writing = True
        return Wait(self._number, is_writing, end)


def awaited(steps: Steps[Result], commit: Callable[[], bool] = lambda: True) -> Result:
    """Do *steps* and wait for each; *commit* is asked whether a mail may go. Return their result."""
    answer: bool | None = None
    try:
        while True:
            need = steps.send(answer)
            while need and not _came(need):
                need = steps.throw(TimeoutError(TOO_SLOW))
            answer = None
            if need is None:
                try:
                    answer = commit()
                except BaseException as error:  # noqa: BLE001 - the steps decide what follows from it
                    steps.throw(error)
    except StopIteration as done:
        result: Result = done.value
        return result


def _came(need: Wait) -> bool:
    """Wait for *need*; tell whether it came."""
    watch = select.poll()
    watch.register(need.descriptor, select.POLLOUT if need.is_writing else select.POLLIN)
    left = need.until - time.monotonic()
    return left > 0 and bool(watch.poll(left * 1000))
