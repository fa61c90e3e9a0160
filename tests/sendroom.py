"""A newsletter with readers and a mail server, from which tests send issues."""

import subprocess
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from secrets import token_urlsafe

from faultserver import Server, running
from newsroom import SETTINGS, Newsroom
from shell import PROGRAM, run, surroundings

from publisher.delivery.ledger import Ledger
from publisher.model.delivery import Delivery, State
from publisher.model.entry import Month
from publisher.model.subscription import Choice
from publisher.project import Project, load
from publisher.readers import List, open_list
from publisher.sending.plan import Plan
from publisher.sending.run import Done, Sender
from publisher.subscribers.addresses import read_address
from publisher.subscribers.lifecycle import Cause
from publisher.subscribers.tokens import Tokens

KEY = "k" * 43
PERIOD = Month(2025, 11)
AFTER = datetime(2025, 12, 3, 9, tzinfo=UTC)
ENVIRON = {"PUBLISHER_SUBSCRIBERS__KEY": KEY}
MONTH = str(PERIOD)
MAIL = '[email]\nfrom = "Example News <news@example.org>"\n'


class Sendroom:
    """A project in *root* whose readers are in the database at *url*; *port* is where its mails go."""

    def __init__(self, root: Path, url: str, port: int, more: str = "") -> None:
        self.root = root
        root.mkdir(exist_ok=True)
        text = (
            f'{SETTINGS}{MAIL}[subscribers]\ndatabase = "{url}"\n'
            f'[smtp]\nhost = "127.0.0.1"\nport = {port}\nsecurity = "none"\n'
        )
        sending = "" if "[sending]" in more else "[sending]\nrate = 10000\nconnections = 4\n"
        self.room = Newsroom(root, text + sending + more)
        self.room.write("2025/11/day.md", title="The day", date="2025-11-03", summary="What it brought.")
        self.room.write("2025/11/jour.fr.md", title="Le jour", date="2025-11-04", summary="Ce qu’il apporte.")
        self.room.write(
            "2025/11/talks.md", title="Talks", date="2025-11-05", kind="event", event="{start: 2025-11-09}"
        )
        self.list: List | None = None
        self.build()

    def build(self) -> None:
        """Build the project as it is."""
        self.room.build(AFTER)

    @property
    def project(self) -> Project:
        """Return the project as it is."""
        return load(self.root, ENVIRON)

    def readers(self) -> List:
        """Return the list."""
        if self.list is None:
            self.list = open_list(self.project, ENVIRON, lambda number: token_urlsafe(number)[:number])
        return self.list

    def close(self) -> None:
        """Close all connections."""
        if self.list is not None:
            self.list.store.engine.dispose()

    def add(self, *addresses: str, lang: str = "en", kinds: tuple[str, ...] = ()) -> None:
        """Add readers who agreed."""
        for address in addresses:
            choice = Choice(lang, (), kinds)
            self.readers().store.add(read_address(address), choice, Cause.ADD, AFTER, {})

    def many(self, number: int) -> list[str]:
        """Add *number* readers, and return their addresses."""
        addresses = [f"reader{one}@example.org" for one in range(number)]
        self.add(*addresses)
        return addresses

    def sender(self, clock: Callable[[], datetime] = lambda: AFTER) -> Sender:
        """Return what sends; its clock stands still, unless *clock* is another one."""
        return Sender(self.readers(), ENVIRON, clock, lambda: 0.5)

    def plan(self, sender: Sender | None = None) -> Plan:
        """Return the plan of the issue."""
        return (sender or self.sender()).plan(PERIOD, lambda _what, _done, _of: None)

    def freeze(self, sender: Sender | None = None) -> None:
        """Freeze the issue."""
        sender = sender or self.sender()
        sender.freeze(self.plan(sender))

    def go(
        self,
        sender: Sender | None = None,
        stop: threading.Event | None = None,
        tell: Callable[[Mapping[State, int]], None] = lambda _counts: None,
        *,
        wait: bool = False,
    ) -> Done:
        """Send what is left of the frozen issue."""
        return (sender or self.sender()).go(PERIOD, stop or threading.Event(), tell, wait=wait)

    def send(self, sender: Sender | None = None, *, wait: bool = False) -> Done:
        """Freeze the issue and send it."""
        self.freeze(sender)
        return self.go(sender, wait=wait)

    @property
    def ledger(self) -> Ledger:
        """Return the ledger."""
        return self.sender().ledger

    def deliveries(self, *states: State) -> list[Delivery]:
        """Return the deliveries of the issue, or those in *states*."""
        issue = self.ledger.issue(str(PERIOD))
        assert issue
        return list(self.ledger.deliveries(issue.id, states))

    def states(self) -> dict[str, State]:
        """Return where the delivery of each address stands."""
        return {row.address: row.state for row in self.deliveries()}

    @property
    def tokens(self) -> Tokens:
        """Return what signed the links."""
        return Tokens([KEY])


def fast(times: float) -> Callable[[], datetime]:
    """Return a clock that begins after the month and runs *times* as fast as ours."""
    begun = time.monotonic()
    return lambda: AFTER + timedelta(seconds=(time.monotonic() - begun) * times)


def taken(server: Server) -> Counter[str]:
    """Return how many mails *server* took for each recipient."""
    return Counter(row[0] for row in server.taken())


Make = Callable[..., tuple[Sendroom, Server]]


@contextmanager
def rooms(folder: Path, url: str = "sqlite:///subscribers.db", readers: int = 0) -> Iterator[Make]:
    """Give what makes a project in *folder*, and a mail server with faults for it; both end with the block.

    *url* is its database; it has *readers*, unless it is made with another number of them.
    """
    with ExitStack() as stack:

        def made(
            *faults: str, readers: int = readers, more: str = "", **options: object
        ) -> tuple[Sendroom, Server]:
            server = stack.enter_context(running(*faults, **options))
            room = Sendroom(folder, url, server.port, more)
            stack.callback(room.close)
            room.many(readers)
            return room, server

        yield made


def send(room: Sendroom, *words: str) -> subprocess.CompletedProcess[str]:
    """Run `publisher send` with *words*, and return how it ended."""
    return run(room.root, "send", *words, **ENVIRON)


def start(room: Sendroom, *words: str) -> subprocess.Popen[str]:
    """Begin `publisher send` with *words*."""
    return subprocess.Popen(
        [*PROGRAM, "send", *words],
        cwd=room.root,
        env=surroundings(**ENVIRON),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def wait_until(happens: Callable[[], bool]) -> None:
    """Wait for what is to happen soon."""
    until = time.monotonic() + 60
    while not happens():
        assert time.monotonic() < until
        time.sleep(0.01)
