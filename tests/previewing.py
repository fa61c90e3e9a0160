"""A preview in a process of its own, as people start it, and ways to ask it."""

import contextlib
import http.client
import signal
import subprocess
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from shell import running


@dataclass
class Answer:
    """What a server answered."""

    status: int
    headers: dict[str, str]
    body: bytes


@dataclass
class Running:
    """A preview that runs: *top* is the address of the site, without a slash."""

    top: str
    process: subprocess.Popen[str]
    said: list[str]

    def get(self, target: str, method: str = "GET", body: bytes = b"", **headers: str) -> Answer:
        """Ask for *target* just as it is written; *headers* have _ for -, and Host may be given."""
        found = urlsplit(self.top)
        connection = http.client.HTTPConnection(str(found.hostname), found.port or 80, timeout=20)
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        connection.putrequest(method, target, skip_host="Host" in named, skip_accept_encoding=True)
        for name, value in named.items():
            connection.putheader(name, value)
        if body or method == "POST":
            connection.putheader("Content-Length", str(len(body)))
        connection.endheaders(body)
        with contextlib.closing(connection):
            answer = connection.getresponse()
            return Answer(answer.status, {k.lower(): v for k, v in answer.getheaders()}, answer.read())

    def end(self) -> float:
        """Press Ctrl-C and return after how many seconds it ended."""
        start = time.monotonic()
        self.process.send_signal(signal.SIGINT)
        self.process.wait(timeout=20)
        return time.monotonic() - start


@contextlib.contextmanager
def a_preview(root: Path, *words: str, **variables: str) -> Iterator[Running]:
    """Start a preview of the project at *root*, and end it; a traceback fails the test."""
    log = root.parent / f"{root.name}.log"
    with running(root, log, "preview", *(words or ("--port", "8700")), variables=variables) as (
        process,
        said,
    ):
        assert said[1].startswith("Site:"), said
        yield Running(said[1].split()[1].rstrip("/"), process, said)
