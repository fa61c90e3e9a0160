"""Mails are read in a process of its own, which has no secrets, little memory, and an end.

What takes too long, or breaks, costs that process and gives an unreadable mail; the next one gets a new one.
"""

import contextlib
import os
import select
import struct
import subprocess
import sys
from typing import IO, Self

import msgspec

from publisher.bounces.reading import read, unreadable
from publisher.bounces.returned import Returned

_LENGTH = struct.Struct(">I")
_MEMORY = 512 * 1024 * 1024
_KEPT = ("PATH", "LANG", "LC_ALL", "SYSTEMROOT")
SECONDS = 5.0


class Isolated:
    """Reads mails, each within *seconds*."""

    def __init__(self, seconds: float = SECONDS) -> None:
        self._seconds = seconds
        self._child: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._end()

    def read(self, data: bytes) -> Returned:
        """Return what the mail *data* says."""
        child = self._child = self._child or _started()
        try:
            source, target = _pipes(child)
            target.write(_LENGTH.pack(len(data)) + data)
            target.flush()
            if not select.select([source], [], [], self._seconds)[0]:
                self._end()
                return unreadable(f"reading it takes more than {self._seconds:g} s")
            return _answer(source)
        except (OSError, EOFError, msgspec.MsgspecError):
            self._end()
            return unreadable("reading it fails")

    def _end(self) -> None:
        child, self._child = self._child, None
        if child is None:
            return
        child.kill()
        for pipe in (child.stdin, child.stdout):
            with contextlib.suppress(OSError):
                if pipe:
                    pipe.close()
        child.wait()


def _started() -> subprocess.Popen[bytes]:
    environ = {name: os.environ[name] for name in _KEPT if name in os.environ}
    environ["PYTHONPATH"] = os.pathsep.join(filter(None, sys.path))
    return subprocess.Popen(
        [sys.executable, "-m", "publisher.bounces.isolated"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env=environ,
    )


def _pipes(child: subprocess.Popen[bytes]) -> tuple[IO[bytes], IO[bytes]]:
    if child.stdin is None or child.stdout is None:
        raise EOFError
    return child.stdout, child.stdin


def _answer(stream: IO[bytes]) -> Returned:
    data = stream.read(_LENGTH.unpack(_exactly(stream, _LENGTH.size))[0])
    return msgspec.msgpack.decode(data, type=Returned)


def _exactly(stream: IO[bytes], number: int) -> bytes:
    data = stream.read(number)
    if len(data) < number:
        raise EOFError
    return data


def serve(source: IO[bytes], target: IO[bytes]) -> None:
    """Read mails from *source* and write what they say to *target*, until nobody asks any more."""
    while len(head := source.read(_LENGTH.size)) == _LENGTH.size:
        data = source.read(_LENGTH.unpack(head)[0])
        answer = msgspec.msgpack.encode(read(data))
        target.write(_LENGTH.pack(len(answer)) + answer)
        target.flush()


def _limited() -> None:
    """Bound this process, where the system can."""
    try:
        import resource  # noqa: PLC0415 - not on Windows
    except ImportError:
        return
    resource.setrlimit(resource.RLIMIT_AS, (_MEMORY, _MEMORY))


if __name__ == "__main__":
    _limited()
    serve(sys.stdin.buffer, sys.stdout.buffer)
