"""Readers and frozen issues for tests of the ledger."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from itertools import count
from pathlib import Path

from sqlalchemy import Engine, text

from publisher.database.engine import opened, transaction
from publisher.database.migrate import migrate
from publisher.delivery.ledger import Ledger
from publisher.model.delivery import FrozenIssue, Message, Outcome, Segment, State
from publisher.model.subscription import Choice, Subscription
from publisher.subscribers.addresses import read_address
from publisher.subscribers.lifecycle import Cause
from publisher.subscribers.store import Store

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
NEWS = "news.example.org,2018"
_drawn = count()


@contextmanager
def tables(url: str, folder: Path) -> Iterator[Engine]:
    """Give the database at *url*, which is counted from *folder*, with its tables; then close it."""
    made = opened(url, None, folder)
    migrate(made)
    yield made
    made.dispose()


def store_of(engine: Engine, newsletter: str = NEWS) -> Store:
    """Return a store that draws other characters each time."""
    return Store(engine, newsletter, b"k" * 32, lambda length: f"{next(_drawn):0{length}d}")


def add_readers(store: Store, number: int, choice: Choice | None = None) -> list[Subscription]:
    """Return *number* new readers who are active."""
    made = []
    for _ in range(number):
        address = read_address(f"reader{next(_drawn)}@example.org")
        found, _ = store.add(address, choice or Choice("en"), Cause.ADD, NOW, {})
        assert found is not None
        made.append(found)
    return made


_COPY = """
INSERT INTO subscription
    (public, newsletter, address, key, status, language, topics, kinds, created, changed, nonce)
WITH RECURSIVE numbers(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < :number)
SELECT 'p' || n, newsletter, 'a' || n || '@example.org', 'a' || n || '@example.org', status, language, topics,
    kinds, created, changed, '' FROM subscription CROSS JOIN numbers
"""


def copy_readers(engine: Engine, number: int) -> None:
    """Add *number* readers who chose what the only one chose."""
    with transaction(engine) as connection:
        connection.execute(text(_COPY), {"number": number})


def mail(lang: str, content: bytes = b"mail") -> Message:
    """Return the mail of the readers of *lang* who want all."""
    return Message(Segment(lang), f"News in {lang}", "f" * 64, content)


def frozen(ledger: Ledger, period: str = "2026-11") -> FrozenIssue:
    """Freeze an issue in which each language has a mail."""
    chosen = sorted(
        ledger.audience().active, key=lambda segment: (segment.lang, segment.topics, segment.kinds)
    )
    langs = sorted({segment.lang for segment in chosen})
    wanted = {segment: langs.index(segment.lang) for segment in chosen}
    return ledger.freeze(period, "e" * 64, [mail(lang) for lang in langs], wanted, NOW)


def sent(subscriptions: Sequence[int], reply: str = "2.0.0 Ok: queued as 4Xab") -> list[Outcome]:
    """Return the outcomes of mails to *subscriptions* that were accepted."""
    return [Outcome(number, State.SENT, 250, "2.0.0", reply) for number in subscriptions]
