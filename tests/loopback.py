"""Servers on this machine alone: a WebSub hub, and a web server of files that answers as nginx does."""

import contextlib
import mimetypes
import threading
import time
from collections.abc import Iterator
from email.utils import formatdate
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qs, unquote


class _Quiet(BaseHTTPRequestHandler):
    """Answers without talking about it."""

    protocol_version = "HTTP/1.1"
    wbufsize = -1  # an answer goes out whole, not line by line

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the name that the library gives
        """Say nothing."""

    def answer(self, status: int, headers: dict[str, str], body: bytes = b"") -> None:
        """Send a whole answer."""
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        if status != 304:
            self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


@contextlib.contextmanager
def _running(handler: type[_Quiet]) -> Iterator[tuple[str, ThreadingHTTPServer]]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}/", server
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


class Hub:
    """What a hub was asked, and what it answers: each of *answers* once (0 hangs up), then 204 for ever."""

    def __init__(self, answers: list[int]) -> None:
        self.url = ""
        self.answers = answers
        self.asked: list[dict[str, list[str]]] = []
        self.requests: list[tuple[str, str, str]] = []

    @property
    def topics(self) -> list[str]:
        """Return the addresses that it was told of, in order."""
        return [form["hub.url"][0] for form in self.asked]


@contextlib.contextmanager
def a_hub(*answers: int) -> Iterator[Hub]:
    """Run a hub."""
    hub = Hub(list(answers))

    class Handler(_Quiet):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"])).decode()
            hub.requests.append((self.command, self.path, self.headers["Content-Type"]))
            hub.asked.append(parse_qs(body, strict_parsing=True))
            status = hub.answers.pop(0) if hub.answers else 204
            if status:
                self.answer(status, {"Location": f"{hub.url}elsewhere"})
            else:
                self.close_connection = True

        def do_GET(self) -> None:
            hub.requests.append((self.command, self.path, ""))
            self.answer(200, {})

    with _running(Handler) as (url, _):
        hub.url = url
        yield hub


def a_closed_port() -> str:
    """Return an address where nobody listens."""
    with _running(_Quiet) as (url, _):
        return url


@contextlib.contextmanager
def a_site(folder: Path, late: float = 0) -> Iterator[str]:
    """Serve *folder* with the validators that nginx gives, which come of time of change and size.

    Pictures come *late* by so many seconds, as on a slow line: a page is drawn before they are there.
    """

    class Handler(_Quiet):
        def do_GET(self) -> None:
            name = unquote(self.path.partition("?")[0]).lstrip("/")
            file = folder / (f"{name}index.html" if name == "" or name.endswith("/") else name)
            if not file.is_file():
                self.answer(404, {})
                return
            state = file.stat()
            headers = {
                "ETag": f'"{int(state.st_mtime):x}-{state.st_size:x}"',
                "Last-Modified": formatdate(int(state.st_mtime), usegmt=True),
            }
            asked, since = self.headers["If-None-Match"], self.headers["If-Modified-Since"]
            if asked == headers["ETag"] or (asked is None and since == headers["Last-Modified"]):
                self.answer(304, headers)
                return
            kind = "application/xml" if file.suffix == ".xml" else mimetypes.guess_type(file.name)[0]
            headers["Content-Type"] = kind or "application/octet-stream"
            if late and str(kind).startswith("image/"):
                time.sleep(late)
            self.answer(200, headers, file.read_bytes())

    with _running(Handler) as (url, _):
        yield url
