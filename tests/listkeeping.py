"""A project with a list of subscribers, which tests import into and look at."""

from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from secrets import token_urlsafe
from typing import Any

from sqlalchemy import select

from publisher.database.tables import changes, refusals, subscriptions
from publisher.project import load
from publisher.readers import Imported, import_file, open_list, options
from publisher.subscribers.arrivals import Refused

KEY = "k" * 43
NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
SETTINGS = (
    '[newsletter]\ntitle = "Example News"\nurl = "https://news.example.org/"\ntag = "news.example.org,2018"\n'
    'languages = ["en", "fr", "es", "ar"]\nzone = "Europe/Zurich"\n'
)


class Keeper:
    """Keeps the list of a project in *root*, in the database at *url*."""

    def __init__(self, root: Path, url: str, environ: Mapping[str, str] | None = None) -> None:
        self.root, self.url = root, url
        (root / "entries").mkdir(exist_ok=True)
        (root / "publisher.toml").write_text(SETTINGS, encoding="utf-8")
        environ = {"PUBLISHER_SUBSCRIBERS__KEY": KEY} if environ is None else environ
        self.project = load(root, {**environ, "PUBLISHER_SUBSCRIBERS__DATABASE": url})
        self.list = open_list(self.project, environ, lambda number: token_urlsafe(number)[:number])
        self.store = self.list.store

    def close(self) -> None:
        """Close all connections."""
        self.store.engine.dispose()

    def import_(
        self,
        content: str | bytes,
        *,
        go: bool = True,
        consent: str = "the form",
        names: str = "",
        left: bool = False,
        now: datetime = NOW,
    ) -> tuple[Imported, list[Refused]]:
        """Import a file of *content*; return what it did, and the rows that are refused."""
        path = self.root / "list.csv"
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return self.import_file(path, go=go, consent=consent, names=names, left=left, now=now)

    def import_file(
        self,
        path: Path,
        *,
        go: bool = True,
        consent: str = "the form",
        names: str = "",
        left: bool = False,
        now: datetime = NOW,
    ) -> tuple[Imported, list[Refused]]:
        """Import the file at *path*."""
        refused: list[Refused] = []
        wanted = options(self.project, None, names, None, left=left)
        done = import_file(self.list, path, wanted, consent, refused.append, now if go else None)
        return done, refused

    def statuses(self) -> dict[str, str]:
        """Return the status of each address that is on the list."""
        return {found.key: found.status for found in self.store.listed()}

    def refusal(self, address: str) -> str:
        """Return why the reader of *address* is refused, "" if she is not."""
        with self.store.engine.begin() as connection:
            return self.store.refusal(connection, address)

    def everything(self) -> list[list[tuple[Any, ...]]]:
        """Return all rows of the tables that tell of readers."""
        with self.store.engine.begin() as connection:
            return [
                [tuple(row) for row in connection.execute(select(table).order_by(*table.primary_key))]
                for table in (subscriptions, changes, refusals)
            ]
