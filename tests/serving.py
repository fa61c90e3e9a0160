"""A web service in a process of its own, its list and its outbox, and ways to fill in its forms."""

import contextlib
import json
import re
import signal
import time
from collections.abc import Iterator
from dataclasses import dataclass
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path
from urllib.parse import urlencode

from newsroom import SETTINGS, Newsroom
from previewing import Answer, Running
from shell import running
from sqlalchemy import Engine, text

from publisher.database.engine import opened, transaction
from publisher.subscribers.tokens import Claim, Purpose, Tokens
from publisher.web.clients import Stamps

KEY = "a key of the tests that has enough characters"[:44].replace(" ", "-")
FORM = "application/x-www-form-urlencoded"
TOP = "https://news.example.org/"
NAMES = (
    "topics:\n  care: {en: Child care, fr: Garde d’enfants, ar: رعاية الأطفال}\n"
    "  work: {en: Work, fr: Travail, ar: العمل}\n"
)
MANY = "[subscribers]\nhourly_per_network = 10000\nhourly = 100000\nhourly_per_address = 1000\n"
MAIL = '[email]\nfrom = "Example News <news@example.org>"\ncontact = "news@example.org"\n'
_LINK = re.compile(r"https://news\.example\.org/\S+")


@dataclass
class Serving(Running):
    """A service that runs for the project at *root*; *logged* bytes of its *log* are of earlier ones."""

    root: Path
    log: Path
    logged: int
    engine: Engine
    database: str
    is_killed: bool = False

    def kill(self) -> None:
        """End it at once, as the kernel does."""
        self.is_killed = True
        self.process.kill()
        self.process.wait(timeout=20)

    def post(self, target: str, **fields: str | list[str]) -> Answer:
        """Send a form."""
        return self.get(target, "POST", urlencode(fields, doseq=True).encode(), Content_Type=FORM)

    def subscribe(self, address: str, target: str = "/subscribe", **fields: str) -> Answer:
        """Fill in the open form as a person does, in a time in which a person does."""
        return self.post(target, **({"address": address, "time": stamp()} | fields))

    def mails(self, number: int) -> list[EmailMessage]:
        """Return the mails of the outbox, the oldest first, as soon as there are *number* of them."""
        folder, until = self.root / ".publisher" / "outbox", time.monotonic() + 10
        while len(found := sorted(folder.glob("*.eml"))) < number and time.monotonic() < until:
            time.sleep(0.02)
        assert len(found) == number, [path.name for path in found]
        return [message_from_bytes(path.read_bytes(), policy=default) for path in found]

    def join(self, address: str, number: int = 1, target: str = "/subscribe") -> dict[str, str]:
        """Subscribe and confirm; *number* mails are there then. Return the paths that a reader gets."""
        self.subscribe(address, target)
        confirm = links(self.mails(number)[-1])[0]
        assert self.post(confirm, confirm="1").status == 200
        return self.paths(address)

    def paths(self, address: str) -> dict[str, str]:
        """Return the paths of the links that a mail to *address* carries."""
        ((public,),) = self.rows("SELECT public FROM subscription WHERE key = ?", address)
        return {
            name: f"/{name}/{Tokens([KEY]).sign(Purpose(name), Claim(str(public)))}"
            for name in ("preferences", "unsubscribe")
        }

    def rows(self, query: str, *values: str) -> list[tuple[object, ...]]:
        """Return what the list holds; ? in *query* is the one of *values*, and JSON comes as its text."""
        said = text(query.replace("?", ":value"))
        with transaction(self.engine) as connection:
            found = connection.execute(said, {"value": values[0]} if values else {})
            return [tuple(map(_plain, row)) for row in found] if found.returns_rows else []

    def everything(self) -> list[list[tuple[object, ...]]]:
        """Return all that the list holds, but for the counted tries."""
        queries = ("FROM subscription", "FROM change", "FROM refusal", "FROM wish")
        return [self.rows(f"SELECT * {query} ORDER BY 1") for query in queries]

    def status(self, address: str) -> str:
        """Return the status of *address*, as soon as what was sent is done."""
        self.settle()
        found = self.rows("SELECT status FROM subscription WHERE key = ?", address)
        return str(found[0][0]) if found else ""

    def settle(self) -> None:
        """Wait until what was asked for is done, or the log tells that it could not be done.

        A form that was answered stands in the database as a wish, until all that follows from it is done.
        """
        until = time.monotonic() + 20
        while len(self.rows("SELECT id FROM wish")) > self.failures:
            assert time.monotonic() < until, self.everything()
            time.sleep(0.02)

    @property
    def failures(self) -> int:
        """Return how many tasks this service could not do, by its log."""
        return self.log.read_bytes()[self.logged :].count(b"not done: ")


def _plain(cell: object) -> object:
    """Return *cell*, which PostgreSQL's driver has decoded if it is JSON, as SQLite's gives it."""
    return json.dumps(cell, ensure_ascii=False) if isinstance(cell, (dict, list)) else cell


def stamp(age: float = 10) -> str:
    """Return what a form carries that was made *age* seconds ago."""
    return Stamps([KEY]).made(time.time() - age)  # noqa: TID251 - as the service itself asks


def links(mail: EmailMessage) -> list[str]:
    """Return the paths of the links in both parts of a mail, each once, in order."""
    found: list[str] = []
    for kind in ("plain", "html"):
        part = mail.get_body((kind,))
        assert part is not None
        found += _LINK.findall(part.get_content().replace('"', " "))
    return list(dict.fromkeys(link.removeprefix(TOP.rstrip("/")) for link in found))


def a_newsletter(folder: Path, more: str = MANY) -> Newsroom:
    """Return a newsletter in English, French and Arabic, which was not built; *more* are settings."""
    folder.mkdir(exist_ok=True)
    room = Newsroom(folder, SETTINGS + MAIL + more)
    room.put("names.yml", NAMES.encode())
    room.write("2025/11/day.md", title="The day", date="2025-11-03", summary="What the day brought.")
    return room


@contextlib.contextmanager
def a_service(
    root: Path,
    *words: str,
    ends: signal.Signals = signal.SIGTERM,
    database: str = "",
    **variables: str,
) -> Iterator[Serving]:
    """Start a service of the project at *root*, and end it; a traceback fails the test.

    *database* is the address of its list, else it is the project's own file of SQLite.
    """
    log = root.parent / f"{root.name}-serve.log"
    variables = {"PUBLISHER_SUBSCRIBERS__KEY": KEY} | variables
    if database:
        variables["PUBLISHER_SUBSCRIBERS__DATABASE"] = database
    logged = log.stat().st_size if log.exists() else 0
    engine = opened(database or "sqlite:///subscribers.db", None, root)
    try:
        with running(root, log, "serve", "--port", "0", *words, ends=ends, variables=variables) as (
            process,
            said,
        ):
            assert said[0].startswith("Serving:"), said
            top = said[0].split()[1].rstrip("/")
            service = Serving(top, process, said, root, log, logged, engine, database)
            yield service
        assert process.returncode == (-signal.SIGKILL if service.is_killed else 0)
    finally:
        engine.dispose()
