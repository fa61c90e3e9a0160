"""The store of subscribers, over each database: what readers and the team do, and what is kept of it."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from importlib.util import find_spec
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from conftest import missing
from deliveries import store_of, tables
from sqlalchemy import Engine, select, text

from publisher.database.engine import opened, transaction
from publisher.database.migrate import migrate
from publisher.database.tables import changes, metadata, refusals, subscriptions
from publisher.errors import PublisherError, UsageError
from publisher.model.subscription import Choice, Subscription
from publisher.subscribers.addresses import read_address
from publisher.subscribers.lifecycle import Cause, Status
from publisher.subscribers.store import ASK_AGAIN, Store

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
DAY = timedelta(days=1)
ANA, EVE = read_address("Ana@example.org"), read_address("eve@example.org")
ENGLISH, FRENCH = Choice("en"), Choice("fr", ("cash",), ("event",))
PROOF = {"text": "2026-11", "from": "192.0.2.0/24"}


@pytest.fixture
def engine(database_url: str, tmp_path: Path) -> Iterator[Engine]:
    """Return an empty database with its tables."""
    with tables(database_url, tmp_path) as made:
        yield made


@pytest.fixture
def store(engine: Engine) -> Store:
    """Return a store of subscribers."""
    return store_of(engine)


def active(store: Store, address: str = "ana@example.org", now: datetime = NOW) -> Subscription:
    """Return a reader who subscribed and confirmed."""
    found, _ = store.subscribe(read_address(address), ENGLISH, now)
    confirmed = store.confirm(found.public, found.nonce, now, PROOF)
    assert confirmed is not None
    return confirmed


# ------------------------------------------------------------------ the database
def test_the_steps_make_the_tables(engine: Engine) -> None:
    """After all steps the database has the very tables that the program thinks of."""
    with engine.connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), metadata) == []
    assert migrate(engine) == []


def test_the_file_of_a_list_is_for_its_owner(tmp_path: Path) -> None:
    """Nobody else may read a new file of SQLite, and what is deleted in it is overwritten."""
    engine = opened("sqlite:///data/list.db", None, tmp_path)
    migrate(engine)
    with transaction(engine) as connection:
        assert connection.execute(text("PRAGMA secure_delete")).scalar() == 1
        modes = {path.name: path.stat().st_mode & 0o777 for path in (tmp_path / "data").iterdir()}
    engine.dispose()
    assert set(modes) == {"list.db", "list.db-shm", "list.db-wal"}
    assert set(modes.values()) == {0o600}


def test_threads_wait_in_line_for_the_file(tmp_path: Path) -> None:
    """Many at once that write to a file of SQLite all get their turn."""
    engine = opened("sqlite:///list.db", None, tmp_path)
    migrate(engine)

    def ask(number: int) -> int:
        store = Store(engine, "news", b"k" * 32, lambda length: f"{number:0{length}d}")
        return store.subscribe(read_address(f"r{number}@example.org"), ENGLISH, NOW)[0].id

    with ThreadPoolExecutor(40) as pool:
        assert sorted(pool.map(ask, range(200))) == list(range(1, 201))
    engine.dispose()


def test_a_newer_database_is_left_alone(engine: Engine) -> None:
    """Tables that a newer program changed are not touched."""
    with transaction(engine) as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(UsageError) as told:
        migrate(engine)
    assert told.value.code == "newer-database"


@pytest.mark.parametrize(
    ("url", "code"),
    [
        ("nonsense", "invalid-database"),
        ("mysql://a@b/c", "missing-driver"),
        ("oracle+nothing://a", "invalid-database"),
    ],
)
def test_a_wrong_address_is_told(tmp_path: Path, url: str, code: str) -> None:
    """An address that cannot be read, and a driver that is not there, are told."""
    with pytest.raises(PublisherError) as told, transaction(opened(url, None, tmp_path)):
        pass
    assert told.value.code == code
    assert told.value.hint


def test_a_server_that_does_not_answer_is_told(tmp_path: Path) -> None:
    """A database that cannot be reached is told with its reason and a way out."""
    if find_spec("psycopg") is None:
        missing("postgresql", "run: .venv/bin/pip install 'psycopg[binary]'")
    nobody = opened("postgresql://nobody@127.0.0.1:9/none", None, tmp_path)
    with pytest.raises(PublisherError) as told, transaction(nobody):
        pass
    assert told.value.code == "no-database"
    assert told.value.hint


def test_sqlite_keeps_what_it_promised(tmp_path: Path) -> None:
    """What was committed is on the disk, readers do not wait for writers, and foreign keys count."""
    made = opened("sqlite:///below/it.db", None, tmp_path)
    with made.connect() as connection:
        told = {
            name: connection.execute(text(f"PRAGMA {name}")).scalar()
            for name in ("journal_mode", "synchronous", "foreign_keys")
        }
    assert told == {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1}
    assert (tmp_path / "below" / "it.db").is_file()
    made.dispose()


def test_times_keep_their_zone(store: Store) -> None:
    """A time comes back as the same moment, in UTC; one without a zone is refused."""
    there = datetime(2026, 7, 1, 0, 30, tzinfo=UTC).astimezone()
    found, _ = store.subscribe(ANA, ENGLISH, there)
    assert found.created == there
    assert store.find(ANA.key) == found
    with pytest.raises(Exception, match="without a zone"):
        store.subscribe(EVE, ENGLISH, datetime(2026, 1, 1))  # noqa: DTZ001


# ------------------------------------------------------------------ readers
def test_asking_and_confirming(store: Store) -> None:
    """A reader asks, gets a link once, and is active after the button; consent is kept with its proof."""
    found, asks = store.subscribe(ANA, FRENCH, NOW, {"from": "form"})
    assert (found.status, asks, found.language, found.topics, found.kinds) == (
        "pending",
        True,
        "fr",
        ("cash",),
        ("event",),
    )
    assert (found.address, found.key) == ("Ana@example.org", "ana@example.org")
    assert store.confirm(found.public, "wrong", NOW, PROOF) is None
    confirmed = store.confirm(found.public, found.nonce, NOW + DAY, PROOF)
    assert confirmed is not None
    assert (confirmed.status, confirmed.nonce, confirmed.changed) == ("active", "", NOW + DAY)
    steps = [(change.was, change.became, change.cause, change.proof) for change in store.history(confirmed)]
    assert steps == [
        ("none", "pending", "subscribe", {"from": "form"}),
        ("pending", "active", "confirm", PROOF),
    ]


def test_a_second_click_is_no_error(store: Store) -> None:
    """The button pressed twice, or an older link of an active reader, changes nothing and is no error."""
    found = active(store)
    again = store.confirm(found.public, "whatever", NOW, PROOF)
    assert again == found
    assert len(store.history(found)) == 2


def test_mails_are_few(store: Store) -> None:
    """Whoever fills in the form for somebody else can have one link a day sent, and three in all."""
    asked = [store.subscribe(ANA, ENGLISH, NOW + number * ASK_AGAIN / 4)[1] for number in range(40)]
    assert [number for number, asks in enumerate(asked) if asks] == [0, 4, 8]


def test_an_old_link_does_not_bring_back(store: Store) -> None:
    """Who left stays out, also if somebody finds the link of her first mail; a new link brings her back."""
    first, _ = store.subscribe(ANA, ENGLISH, NOW)
    store.confirm(first.public, first.nonce, NOW, PROOF)
    store.happen(first.public, Cause.UNSUBSCRIBE, NOW)
    assert store.confirm(first.public, first.nonce, NOW, PROOF) is None
    second, asks = store.subscribe(ANA, FRENCH, NOW + DAY)
    assert (second.status, asks, second.public) == ("unsubscribed", True, first.public)
    back = store.confirm(second.public, second.nonce, NOW + DAY, PROOF)
    assert back is not None
    assert (back.status, back.language) == ("active", "fr")
    with transaction(store.engine) as connection:
        assert store.refusal(connection, ANA.key) == ""


def test_a_stranger_changes_nothing(store: Store) -> None:
    """The form filled in for an active reader changes neither her status nor what she chose."""
    found = active(store)
    again, asks = store.subscribe(ANA, FRENCH, NOW + DAY)
    assert (again.status, again.language, again.topics, asks) == ("active", "en", (), True)
    assert store.happen(found.public, Cause.RESUME, NOW) is not None


def test_choosing_pausing_leaving(store: Store) -> None:
    """A reader chooses, pauses, resumes and leaves; after that pausing is no more possible."""
    found = active(store)
    chosen = store.choose(found.public, FRENCH, NOW + DAY)
    assert chosen is not None
    assert (chosen.language, chosen.topics, chosen.changed) == ("fr", ("cash",), NOW + DAY)
    for cause, status in (
        (Cause.PAUSE, "paused"),
        (Cause.RESUME, "active"),
        (Cause.UNSUBSCRIBE, "unsubscribed"),
    ):
        now = store.happen(found.public, cause, NOW)
        assert now is not None
        assert now.status == status
    assert store.happen(found.public, Cause.PAUSE, NOW) is None
    assert store.happen("nobody", Cause.UNSUBSCRIBE, NOW) is None
    assert store.choose("nobody", FRENCH, NOW) is None


# ------------------------------------------------------------------ the team
@pytest.mark.parametrize("cause", [Cause.UNSUBSCRIBE, Cause.BOUNCE, Cause.COMPLAIN, Cause.ERASE])
def test_who_left_is_not_added(store: Store, cause: Cause) -> None:
    """Neither adding nor importing brings back who left, also after she was erased."""
    found = active(store)
    assert store.happen(found.public, cause, NOW)
    for way in (Cause.ADD, Cause.IMPORT):
        added, is_new = store.add(ANA, ENGLISH, way, NOW, PROOF)
        assert not is_new
        assert added is None or added.status == found.status or added.status != "active"
    assert store.add(EVE, ENGLISH, Cause.ADD, NOW, PROOF)[1]


def test_what_is_erased(store: Store) -> None:
    """Nothing of an erased reader is left but the keyed hash: no address, choice or proof in any table."""
    found = active(store, "secretname@example.org")
    store.happen(found.public, Cause.ERASE, NOW)
    with transaction(store.engine) as connection:
        rows = [
            str(tuple(row))
            for table in (subscriptions, changes, refusals)
            for row in connection.execute(select(table))
        ]
    assert len(rows) == 5
    assert not any("secretname" in row or "192.0.2" in row for row in rows)
    assert store.find("secretname@example.org") is None
    erased = store.get(found.public)
    assert erased is not None
    assert (erased.status, erased.address, erased.key) == ("erased", "", "")
    assert store.confirm(found.public, "", NOW, PROOF) is None
    back, asks = store.subscribe(read_address("secretname@example.org"), ENGLISH, NOW)
    assert (back.status, asks, back.public != found.public) == ("pending", True, True)


def test_the_list(store: Store) -> None:
    """All that are not erased come in order, or those of some statuses; counts agree."""
    found = [active(store, f"reader{number}@example.org") for number in range(5)]
    store.happen(found[1].public, Cause.UNSUBSCRIBE, NOW)
    store.happen(found[3].public, Cause.ERASE, NOW)
    assert [item.address[6] for item in store.listed()] == ["0", "1", "2", "4"]
    assert [item.address[6] for item in store.listed(("unsubscribed",))] == ["1"]
    assert store.counts() == {"active": 3, "unsubscribed": 1, "erased": 1}


def test_newsletters_do_not_mix(store: Store, engine: Engine) -> None:
    """A reader of one newsletter who leaves it stays with the other one."""
    other = Store(engine, "other.example.org,2020", b"k" * 32, lambda length: "z" * length)
    here, there = active(store), active(other)
    store.happen(here.public, Cause.UNSUBSCRIBE, NOW)
    kept = other.get(there.public)
    assert kept is not None
    assert kept.status == Status.ACTIVE
    assert other.get(here.public) is None
