"""Kills `publisher send` again and again, and counts which readers got nothing, and which got a mail twice.

    .venv/bin/python benchmarks/kills.py --kills 1000 --recipients 200000
    .venv/bin/python benchmarks/kills.py --kills 30 --workers 2 --postgresql

The mail server writes down each mail before it says that it took it, so its log is the truth. Each life of a
sender ends by `kill -9` at a random moment; the next one goes on, and the last may live. It ends with exit
code 1 if a reader is lost, got two mails, or if a kill left more in doubt than there were connections.
"""

import argparse
import json
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "tests")]

from databases import cluster, new_database, postgresql_programs  # noqa: E402 - after its place is known
from relays import Relay, relay  # noqa: E402
from shell import PROGRAM, surroundings  # noqa: E402
from sqlalchemy import Engine, text  # noqa: E402

from publisher.database.engine import opened  # noqa: E402

_KEY = "a-key-for-nothing-but-the-measurement-of-kills"
_MONTH = "2025-11"
_ENTRY = "---\ntitle: The day\ndate: 2025-11-03\nsummary: What the day brought.\n---\n\nWords of the day.\n"
_IN_DOUBT, _SENT = 7, 4
_QUICK = 0.12  # seconds of sending after which a life ends at the latest


def main() -> None:
    """Kill, and count."""
    words = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    words.add_argument("--kills", type=int, default=100)
    words.add_argument("--recipients", type=int, default=50_000)
    words.add_argument("--connections", type=int, default=20)
    words.add_argument("--workers", type=int, default=1, help="processes that send at once; PostgreSQL only")
    words.add_argument("--postgresql", action="store_true", help="else SQLite")
    words.add_argument("--postfix", action="store_true", help="through a Postfix; its log settles doubts")
    words.add_argument("--seed", type=int, default=1)
    given = words.parse_args()
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="kills-")))
        url = f"sqlite:///{folder}/subscribers.db"
        if given.postgresql:
            programs = postgresql_programs()
            if programs is None:
                sys.exit("PostgreSQL is not installed: apt-get install postgresql")
            url = new_database(stack.enter_context(cluster(programs)))
        log = folder / "taken.txt"
        port = stack.enter_context(_server(log))
        postfix = stack.enter_context(relay(port)) if given.postfix else None
        project = Project(folder / "project", url, postfix.port if postfix else port, given.connections)
        project.make(given.recipients)
        figures = _killed(project, log, given.kills, given.workers, random.Random(given.seed))
        if postfix:
            _settle(project, postfix)
        figures |= _counted(project, log, given.recipients)
    bound = given.connections * given.workers
    figures |= {"kills": given.kills, "recipients": given.recipients, "most allowed": bound}
    print(json.dumps(figures, indent=1))
    is_well = not figures["lost"] and not figures["twice"] and figures["most in doubt"] <= bound
    sys.exit(0 if is_well else 1)


class Project:
    """A newsletter with one issue and many readers, whose mails go to *port* of this machine."""

    def __init__(self, folder: Path, url: str, port: int, connections: int) -> None:
        self.folder, self.url, self._port, self._connections = folder, url, port, connections
        self.environment = surroundings(PUBLISHER_SUBSCRIBERS__KEY=_KEY, PYTHONPATH=str(ROOT))

    def make(self, recipients: int) -> None:
        """Write the project, build it, and read the readers in."""
        (self.folder / "entries/2025/11").mkdir(parents=True)
        (self.folder / "entries/2025/11/day.md").write_text(_ENTRY)
        (self.folder / "publisher.toml").write_text(
            '[newsletter]\ntitle = "News"\nurl = "https://news.example.org/"\ntag = "news.example.org,2018"\n'
            f'[subscribers]\ndatabase = "{self.url}"\n'
            f'[smtp]\nhost = "127.0.0.1"\nport = {self._port}\nsecurity = "none"\n'
            f"[sending]\nrate = 10000\nconnections = {self._connections}\n"
        )
        people = "".join(f"reader{number}@example.org\n" for number in range(recipients))
        (self.folder / "people.csv").write_text(f"address\n{people}")
        self.run("build")
        self.run("subscribers", "import", "people.csv", "--consent", "made up", "--go")

    def run(self, *words: str) -> None:
        """Run a command to its end."""
        subprocess.run(
            [*PROGRAM, "-q", *words], cwd=self.folder, env=self.environment, check=True, stdout=sys.stderr
        )

    def start(self) -> subprocess.Popen[bytes]:
        """Start to send, or to go on."""
        return subprocess.Popen(
            [*PROGRAM, "-q", "send", _MONTH, "--go", "--yes", "--late"],
            cwd=self.folder,
            env=self.environment,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )

    def engine(self) -> Engine:
        """Return a way to look into the database."""
        return opened(self.url, None, self.folder)


@contextmanager
def _server(log: Path) -> Iterator[int]:
    words = [sys.executable, str(ROOT / "tests/faultserver.py"), "--log", str(log)]
    with subprocess.Popen(words, stdout=subprocess.PIPE, text=True) as server:
        try:
            yield int(server.stdout.readline() if server.stdout else 0)
        finally:
            server.kill()


def _killed(
    project: Project, log: Path, kills: int, workers: int, chance: random.Random
) -> dict[str, float | int]:
    """Let senders live and die; then let one live. Return what each kill left in doubt."""
    engine = project.engine()
    left: list[int] = []
    early, before, begun = 0, 0, time.monotonic()
    for number in range(kills):
        lives = [project.start() for _ in range(workers)]
        if chance.random() < 0.1:  # also while it begins
            time.sleep(chance.uniform(0.1, 0.8))
        else:
            _wait_for_mail(log, lives)
            time.sleep(chance.uniform(0, _QUICK))
        early += all(life.poll() is None for life in lives)
        for life in lives:
            os.killpg(life.pid, signal.SIGKILL) if life.poll() is None else None
            life.wait()
        doubt = _rows(engine, (2, _IN_DOUBT))  # in flight: the next life says that they are in doubt
        left.append(doubt - before)
        before = doubt
        if sys.stderr.isatty():
            print(
                f"\r{number + 1} kills, {doubt} in doubt, {_rows(engine, (_SENT,))} sent ",
                end="",
                file=sys.stderr,
            )
    while project.start().wait() and _rows(engine, (0, 1, 2, 3)):
        pass
    engine.dispose()
    return {
        "killed while sending": early,
        "in doubt": before,
        "most in doubt": max(left, default=0),
        "in doubt per kill": round(before / max(kills, 1), 1),
        "seconds": round(time.monotonic() - begun, 1),
    }


def _settle(project: Project, postfix: Relay) -> None:
    """Settle what is in doubt by the log of *postfix*, send what it never had, and wait for all mails."""
    postfix.wait_until_empty(600)
    project.run("reconcile", "--maillog", str(postfix.log))
    while project.start().wait() and _left(project):
        pass
    postfix.wait_until_empty(600)


def _left(project: Project) -> int:
    engine = project.engine()
    try:
        return _rows(engine, (0, 1, 2, 3))
    finally:
        engine.dispose()


def _wait_for_mail(log: Path, lives: list[subprocess.Popen[bytes]]) -> None:
    """Wait until the server takes a mail, or all senders are done."""
    size = log.stat().st_size if log.exists() else 0
    while any(life.poll() is None for life in lives):
        if log.exists() and log.stat().st_size > size:
            return
        time.sleep(0.002)


def _rows(engine: Engine, states: tuple[int, ...]) -> int:
    """Return how many deliveries are in one of *states*."""
    with engine.connect() as connection:
        if not connection.dialect.has_table(connection, "delivery"):
            return 0
        wanted = f"SELECT count(*) FROM delivery WHERE state IN ({', '.join(map(str, states))})"  # noqa: S608
        return int(connection.execute(text(wanted)).scalar_one())


def _counted(project: Project, log: Path, recipients: int) -> dict[str, int]:
    """Hold the ledger against the server's log."""
    taken = Counter(line.split("\t", 1)[0] for line in log.read_text().splitlines())
    engine = project.engine()
    with engine.connect() as connection:
        rows = connection.execute(
            text("SELECT s.address, d.state FROM delivery d JOIN subscription s ON s.id = d.subscription")
        ).all()
    engine.dispose()
    states = dict(map(tuple, rows))
    doubt = {address for address, state in states.items() if state == _IN_DOUBT}
    others = [address for address in states if address not in doubt]
    return {
        "mails taken": taken.total(),
        "readers": len(states),
        "lost": recipients - len(states) + sum(not taken[address] for address in others),
        "twice": sum(count > 1 for count in taken.values()),
        "in doubt at last": len(doubt),
        "in doubt and taken": sum(bool(taken[address]) for address in doubt),
        "not ended": sum(state < _SENT for state in states.values()),
    }


if __name__ == "__main__":
    main()
