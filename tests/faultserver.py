"""A mail server that fails on purpose, and writes down each mail that it takes before it says so.

    python tests/faultserver.py --port 2525 --log taken.txt --fault "dot:451 4.3.0 later:reader/1"

It prints its port. The log has a line for each mail, with tabs: recipient, sender, Message-ID and size.

A fault is `POINT:ACTION`, or `POINT:ACTION:SCOPE/N`. It happens at a point of the dialogue: `connect`,
`ehlo`, `starttls`, `auth`, `mail`, `rcpt`, `data`, `body` (some of it came), `dot` (the mail is there, and
not taken), `accepted` (it is taken and written down), `rset`, `quit`. Then the server does one of these:

* `reset` or `close`: it cuts the line, hard or politely; `half`: it does so behind half of its reply
* `silence`: it says nothing any more; `drip`: it says a byte in a while; `stall`: it reads nothing any more
* `split`: it sends its reply byte by byte; `long`: with a line of 8 kB; `endless`: with lines for ever
* `garbage`: it says what is no reply; `inject`: it says a line more than it was asked for
* anything else is what it says in place of its reply, as in `mail:421 4.7.0 enough:line/21`; it hangs up
  behind 421, and behind what ends with "!"

`all/7` is each seventh time that the point is reached, `line/7` each seventh time on one connection, and
`reader/2` the first two times for each recipient.
"""

import argparse
import asyncio
import contextlib
import os
import re
import socket
import ssl
import struct
import tempfile
import threading
from collections import Counter
from collections.abc import Coroutine, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple, cast

OFFERED = ("PIPELINING", "SIZE 10485760", "8BITMIME", "SMTPUTF8", "ENHANCEDSTATUSCODES", "DSN")
POINTS = (
    "connect", "ehlo", "starttls", "auth", "mail", "rcpt", "data", "body", "dot", "accepted", "rset", "quit",
)  # fmt: skip
_FAULT = re.compile(r"([a-z]+):(.+?)(?::(all|line|reader)/(\d+))?", re.DOTALL)
_END = b"\r\n.\r\n"
_HARD = struct.pack("ii", 1, 0)  # SO_LINGER: close by RST


class Fault(NamedTuple):
    """What the server does at a point, and how often."""

    point: str
    action: str
    scope: str = "all"
    number: int = 1


def fault(text: str) -> Fault:
    """Return the fault that *text* spells."""
    match = _FAULT.fullmatch(text)
    if not match or match[1] not in POINTS:
        raise ValueError(f"no fault: {text}")
    return Fault(match[1], match[2], match[3] or "all", int(match[4] or 1))


@dataclass
class Server:
    """What a server does, and where it writes down what it took.

    *deaf* servers do not hear what comes behind a command in the same breath; *careless* ones ask for a mail
    whose recipient they refused. Those that are listening keep the commands of mails in *said*.
    *delay* and *drip* are seconds.
    """

    log: Path
    faults: list[Fault] = field(default_factory=list)
    offered: tuple[str, ...] = OFFERED
    tls: ssl.SSLContext | None = None
    is_tls_at_once: bool = False
    deaf: bool = False
    careless: bool = False
    is_listening: bool = True
    delay: float = 0
    drip: float = 1
    port: int = 0
    connections: int = 0
    said: list[str] = field(default_factory=list)
    logins: list[str] = field(default_factory=list)
    dialogues: "set[Dialogue]" = field(default_factory=set)
    counts: Counter[tuple[str, object]] = field(default_factory=Counter)

    def __post_init__(self) -> None:
        self.file = os.open(self.log, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
        self.points = {fault.point for fault in self.faults}

    def taken(self) -> list[list[str]]:
        """Return what was written down: recipient, sender, Message-ID and size of each mail."""
        return [line.split("\t") for line in self.log.read_text().splitlines()]

    def action(self, point: str, dialogue: "Dialogue") -> str:
        """Count that *point* was reached; return what is to be done there, or ""."""
        for number, (where, action, scope, often) in enumerate(self.faults):
            if where == point:
                key = (dialogue if scope == "line" else dialogue.recipient) if scope != "all" else None
                self.counts[f"{point} {number}", key] += 1
                count = self.counts[f"{point} {number}", key]
                if count <= often if scope == "reader" else count % often == 0:
                    return action
        return ""

    async def serve(self, ready: threading.Event, ends: asyncio.Event) -> None:
        """Serve until *ends* is set."""
        loop = asyncio.get_running_loop()
        context = self.tls if self.is_tls_at_once else None
        server = await loop.create_server(lambda: Dialogue(self), "127.0.0.1", self.port, ssl=context)
        self.port = server.sockets[0].getsockname()[1]
        ready.set()
        await ends.wait()
        server.close()
        for dialogue in self.dialogues:
            dialogue.transport.abort()
        await asyncio.sleep(0.01)  # what was aborted is told so


class Dialogue(asyncio.Protocol):
    """One client's."""

    def __init__(self, server: Server) -> None:
        self.server = server
        self.transport: asyncio.Transport = cast("asyncio.Transport", None)
        self.heard = self.replies = self.slow = b""
        self.body: list[bytes] | None = None
        self.tail = b""
        self.sender = self.recipient = ""
        self.login: list[str] = []
        self.is_mute = self.is_secure = self.is_securing = self.has_sender = False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Greet."""
        is_again = self.transport is not None
        self.transport = cast("asyncio.Transport", transport)
        if not is_again:
            self.server.connections += 1
            self.server.dialogues.add(self)
            self.say("connect", "220 mail.example.org ESMTP")
            self.flush()

    def connection_lost(self, error: Exception | None) -> None:  # noqa: ARG002 - why, nobody asks
        """Forget the client."""
        self.is_mute = True
        self.server.dialogues.discard(self)

    def data_received(self, data: bytes) -> None:
        """Hear a part of a mail, or commands."""
        if self.is_mute:
            return
        if self.body is None:
            self.heard += data
            if not self.is_securing:
                self.commands()
        else:
            self.part(data)
        self.flush()

    def commands(self) -> None:
        """Answer the commands that are whole."""
        while self.body is None and not self.is_mute:
            line, found, rest = self.heard.partition(b"\n")
            if not found:
                return
            self.heard = b"" if self.server.deaf else rest
            self.command(line.rstrip(b"\r").decode(errors="replace"))
        if self.body is not None and self.heard:
            data, self.heard = self.heard, b""
            self.part(data)

    def command(self, line: str) -> None:
        """Answer one command."""
        word = line[:4].upper()
        if word in {"MAIL", "RCPT"} and self.server.is_listening:
            self.server.said.append(line)
        if self.login:
            self.log_in(line)
        elif word == "MAIL":
            self.recipient, self.sender = "", _address(line)
            self.has_sender = self.say("mail", "250 2.1.0 OK")
        elif word == "RCPT" and not self.has_sender:
            self.write(b"503 5.5.1 from whom?\r\n")
        elif word == "RCPT":
            self.recipient = _address(line)
            if not self.say("rcpt", "250 2.1.5 OK"):
                self.recipient = ""
        elif word == "DATA":
            if not self.recipient and not self.server.careless:
                self.write(b"503 5.5.1 nobody to send to\r\n")
            elif self.say("data", "354 go on"):
                self.body, self.tail = [], b"\r\n"
        else:
            self.rest(word, line)

    def log_in(self, line: str) -> None:
        """Hear user or password."""
        self.server.logins.append(line)
        self.login.pop()
        if self.login:
            self.write(b"334 UGFzc3dvcmQ6\r\n")
        else:
            self.say("auth", "235 2.7.0 welcome")

    def rest(self, word: str, line: str) -> None:
        """Answer a command that is no mail's."""
        if word == "EHLO":
            offered = list(self.server.offered)
            if self.server.tls and not self.is_secure and not self.server.is_tls_at_once:
                offered.append("STARTTLS")
            lines = ["mail.example.org", *offered]
            self.say("ehlo", "\r\n".join([*(f"250-{line}" for line in lines[:-1]), f"250 {lines[-1]}"]))
        elif word == "STAR":
            if self.say("starttls", "220 go on") and self.server.tls:
                self.is_secure, self.is_securing, self.heard = True, True, b""
                self.flush()
                self.transport.pause_reading()  # what comes now is for TLS
                asyncio.get_running_loop().create_task(self.secured(self.server.tls))
        elif word == "AUTH":
            steps = line.split()
            if steps[1].upper() == "PLAIN":
                self.server.logins.append(line)
            if steps[1].upper() == "LOGIN":
                self.login = ["user", "password"]
                self.write(b"334 VXNlcm5hbWU6\r\n")
            else:
                self.say("auth", "235 2.7.0 welcome")
        elif word == "RSET":
            self.recipient, self.has_sender = "", False
            self.say("rset", "250 2.0.0 forgotten")
        elif word == "QUIT":
            self.say("quit", "221 2.0.0 bye")
            self.cut(is_hard=False)
        else:
            self.write(b"250 2.0.0 OK\r\n" if word in {"HELO", "NOOP"} else b"500 5.5.2 what?\r\n")

    async def secured(self, context: ssl.SSLContext) -> None:
        """Go on with TLS."""
        loop = asyncio.get_running_loop()
        with contextlib.suppress(OSError):
            done = await loop.start_tls(self.transport, self, context, server_side=True)
            self.transport = cast("asyncio.Transport", done)
            self.is_securing = False
            self.data_received(b"")  # what came before we knew it

    def part(self, data: bytes) -> None:
        """Hear *data* of a mail, and take it if it ends there."""
        assert self.body is not None
        if not self.body and self.failed("body", b"451 4.3.0 no\r\n") is not None:
            self.cut(is_hard=False)
            return
        at = (self.tail + data).find(_END)
        if at < 0:
            self.body.append(data)
            self.tail = (self.tail + data[-4:])[-4:]
            return
        end = at + len(_END) - len(self.tail)
        self.body.append(data[:end])
        body, self.body, self.heard = b"".join(self.body), None, data[end:]
        self.take(body)
        if self.heard:
            self.commands()

    def take(self, body: bytes) -> None:
        """Take a mail: write it down, then say so."""
        if self.failed("dot", b"451 4.3.0 no\r\n") is not None:
            return
        at = body.find(b"Message-ID: ")
        mark = body[at + 12 : body.find(b"\r\n", at)].decode(errors="replace") if at >= 0 else ""
        line = f"{self.recipient}\t{self.sender}\t{mark}\t{len(body) - 3}\n"
        os.write(self.server.file, line.encode())
        self.recipient, self.has_sender = "", False
        self.say("accepted", "250 2.0.0 taken")

    # ------------------------------------------------------------------ answers and faults
    def say(self, point: str, text: str) -> bool:
        """Say *text*, or fail; return whether that was a yes."""
        said = text.encode() + b"\r\n"
        is_yes = self.failed(point, said)
        if is_yes is None:
            self.write(said)
        return is_yes is not False

    def failed(self, point: str, said: bytes) -> bool | None:
        """Do what is to be done at *point* in place of saying *said*.

        Return whether the client heard a yes all the same; None if there is nothing to be done.
        """
        action = self.server.action(point, self) if point in self.server.points else ""
        if not action:
            return None
        if action in {"reset", "close", "half"}:
            if action == "half":
                self.write(said[: len(said) // 2])
            self.cut(is_hard=action == "reset")
            return False
        if action in {"silence", "endless"}:
            self.is_mute = True
            self.write(b"250-and more\r\n" * 20_000 if action == "endless" else b"")
            return False
        if action in {"split", "drip", "long", "inject", "stall"}:
            self.oddly(action, said)
            return True
        text = "hello?" if action == "garbage" else action.rstrip("!")
        self.write(f"{text}\r\n".encode())
        if action.startswith("421") or action.endswith("!"):
            self.cut(is_hard=False)
        return action.startswith("2")

    def oddly(self, action: str, said: bytes) -> None:
        """Say what is *said*, in a way of its own."""
        if action in {"split", "drip"}:
            self.flush()
            self.slow = said
            self.slowly(0.001 if action == "split" else self.server.drip)
        elif action == "long":
            first = said.split(b"\r\n")[-2]
            self.write(first[:4] + b"x" * (8192 - 4) + b"\r\n")
        elif action == "inject":
            self.write(said + b"250 2.0.0 and this\r\n")
        else:
            self.write(said)
            self.transport.pause_reading()

    def write(self, data: bytes) -> None:
        """Say *data* when all that was heard is answered, and what is said slowly is said."""
        if self.slow:
            self.slow += data
        else:
            self.replies += data

    def flush(self) -> None:
        """Send what was said, after the server's delay."""
        data, self.replies = self.replies, b""
        if data and self.server.delay:
            asyncio.get_running_loop().call_later(self.server.delay, self.transport.write, data)
        elif data:
            self.transport.write(data)

    def slowly(self, pause: float) -> None:
        """Send a byte of what is said slowly, and the others later."""
        if self.slow and not self.transport.is_closing():
            self.transport.write(self.slow[:1])
            self.slow = self.slow[1:]
            asyncio.get_running_loop().call_later(pause, self.slowly, pause)

    def cut(self, *, is_hard: bool) -> None:
        """Close the line, by RST if *is_hard*."""
        self.is_mute = True
        self.flush()
        if is_hard:
            held: socket.socket = self.transport.get_extra_info("socket")
            held.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _HARD)
            self.transport.abort()
        else:
            self.transport.close()


def _address(line: str) -> str:
    return line[line.find("<") + 1 : line.find(">")]


@contextlib.contextmanager
def running(*faults: str, **options: object) -> Iterator[Server]:
    """Run a server with *faults* in a thread; *options* are fields of `Server`."""
    with tempfile.TemporaryDirectory() as folder:
        server = Server(Path(folder, "taken"), [fault(text) for text in faults], **options)  # type: ignore[arg-type]
        ready, loop, ends = threading.Event(), asyncio.new_event_loop(), asyncio.Event()
        thread = threading.Thread(target=_run, args=(loop, server.serve(ready, ends)))
        thread.start()
        try:
            assert ready.wait(10)
            yield server
        finally:
            loop.call_soon_threadsafe(ends.set)
            thread.join()
            os.close(server.file)


def _run(loop: asyncio.AbstractEventLoop, work: Coroutine[Any, Any, None]) -> None:
    loop.run_until_complete(work)
    loop.close()


def main() -> None:
    """Serve until somebody ends the program."""
    words = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    words.add_argument("--port", type=int, default=0)
    words.add_argument("--log", type=Path, required=True)
    words.add_argument("--fault", type=fault, action="append", default=[])
    words.add_argument("--hide", action="append", default=[], help="an extension that is not offered")
    words.add_argument("--deaf", action="store_true", help="offer PIPELINING, and drop what comes so")
    words.add_argument("--careless", action="store_true", help="say 354 behind a refused recipient")
    words.add_argument("--delay", type=float, default=0, help="seconds before each reply")
    words.add_argument("--drip", type=float, default=1, help="seconds between the bytes of a drip")
    given = vars(words.parse_args())
    hidden, faults, log = given.pop("hide"), given.pop("fault"), given.pop("log")
    offered = tuple(word for word in OFFERED if word.split()[0] not in hidden)
    server = Server(log, faults, offered, is_listening=False, **given)
    ready = threading.Event()
    threading.Thread(target=lambda: ready.wait() and print(server.port, flush=True), daemon=True).start()  # noqa: T201
    with contextlib.suppress(KeyboardInterrupt):
        asyncio.run(server.serve(ready, asyncio.Event()))


if __name__ == "__main__":
    main()
