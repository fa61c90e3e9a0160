"""How the ledger reads and writes: by its indexes, at the same cost however much is sent already."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from databases import new_database
from deliveries import NEWS, NOW, add_readers, copy_readers, frozen, sent, store_of
from sqlalchemy import Engine, event, text

from publisher.database.engine import opened, reading, transaction
from publisher.database.migrate import migrate
from publisher.delivery.ledger import Ledger
from publisher.delivery.statements import Statements
from publisher.model.delivery import FrozenIssue

SMALL, LARGE = 2_000, 40_000
_VALUES = {
    "issue": 1,
    "worker": "w",
    "now": 1,
    "limit": 200,
    "after": 30_000,
    "ids": list(range(1, 201)),
    "states": [4],
    "state": 4,
    "status": "",
    "code": 0,
    "reply": "",
}
BY_KEY = "SEARCH delivery USING PRIMARY KEY (issue=? AND subscription=?)"


def filled(engine: Engine, number: int) -> FrozenIssue:
    """Freeze an issue for *number* readers."""
    migrate(engine)
    add_readers(store_of(engine), 1)
    copy_readers(engine, number - 1)
    issue = frozen(Ledger(engine, NEWS))
    assert issue.candidates == number
    return issue


def taken_as_sent(engine: Engine, share: float) -> None:
    """Let that share of all deliveries be sent."""
    with transaction(engine) as connection:
        said = (
            "UPDATE delivery SET state = 4 WHERE subscription <= (SELECT max(id) * :share FROM subscription)"
        )
        connection.execute(text(said), {"share": share})


@pytest.fixture
def sqlite(tmp_path: Path) -> Iterator[Engine]:
    """Return an empty database of SQLite."""
    made = opened(f"sqlite:///{tmp_path}/it.db", None, tmp_path)
    yield made
    made.dispose()


@pytest.mark.parametrize(
    ("name", "plan"),
    [
        ("queued", "SEARCH d USING INDEX ix_delivery_queued (issue=? AND subscription>?)"),
        ("deferred", "SEARCH d USING INDEX ix_delivery_deferred (issue=? AND due<?)"),
        ("due", "SEARCH delivery USING INDEX ix_delivery_deferred (issue=?)"),
        ("rows", "SEARCH d USING PRIMARY KEY (issue=? AND subscription>?)"),
        *((name, BY_KEY) for name in ("take", "skip", "mark", "drop", "forget", "resolve_some")),
    ],
)
@pytest.mark.parametrize("is_analysed", [False, True])
def test_the_plans_of_sqlite(sqlite: Engine, name: str, plan: str, *, is_analysed: bool) -> None:
    """Each statement begins with the ledger's own index, with and without statistics."""
    filled(sqlite, 200)
    taken_as_sent(sqlite, 0.5)
    with transaction(sqlite) as connection:
        if is_analysed:
            connection.exec_driver_sql("ANALYZE")
        ready = Statements("sqlite")
        ready._made[name] = text(f"EXPLAIN QUERY PLAN {ready._made[name].text}")  # noqa: SLF001
        told = [row[3] for row in ready.run(connection, name, **_used(ready, name))]
    assert told[0] == plan
    assert not [line for line in told if "SCAN" in line and "json_each" not in line]
    assert not [line for line in told if "TEMP B-TREE" in line]


def _used(statements: Statements, name: str) -> dict[str, Any]:
    said = statements._made[name].text  # noqa: SLF001
    return {key: value for key, value in _VALUES.items() if f":{key}" in said}


def _steps(engine: Engine, number: int, share: float) -> tuple[int, int]:
    """Return how many instructions SQLite takes to claim 200 of *number*, and to mark and settle them."""
    issue, ledger = filled(engine, number), Ledger(engine, NEWS)
    taken_as_sent(engine, share)
    count = [0]

    def one_more() -> int:
        count[0] += 1
        return 0

    engine.dispose()
    event.listen(engine, "connect", lambda connection, _record: connection.set_progress_handler(one_more, 1))
    jobs = ledger.claim(issue.id, "w", 200, NOW)
    assert len(jobs) == 200
    claimed = count[0]
    ids = [job.subscription for job in jobs]
    assert ledger.step(issue.id, "w", [], ids, NOW) == set(ids)
    assert ledger.step(issue.id, "w", sent(ids), [], NOW) == set()
    return claimed, count[0] - claimed


@pytest.mark.parametrize("share", [0, 0.5, 0.9])
def test_a_claim_costs_the_same(tmp_path: Path, share: float) -> None:
    """SQLite takes as many steps with twenty times the readers, however many have got their mail."""
    found = []
    for number, part in ((SMALL, 0.0), (LARGE, share)):
        engine = opened(f"sqlite:///{tmp_path}/{number}.db", None, tmp_path)
        found.append(_steps(engine, number, part))
        engine.dispose()
    (claim, step), (claim_large, step_large) = found
    assert claim_large <= 1.02 * claim
    assert step_large <= 1.02 * step


@pytest.mark.parametrize("is_analysed", [False, True])
def test_the_plans_of_postgresql(postgresql: str, tmp_path: Path, *, is_analysed: bool) -> None:
    """PostgreSQL never reads all deliveries for a claim, a mark or an outcome."""
    engine = opened(new_database(postgresql), None, tmp_path)
    filled(engine, LARGE)
    taken_as_sent(engine, 0.9)
    if is_analysed:
        with transaction(engine) as connection:
            connection.exec_driver_sql("ANALYZE")
    ready = Statements("postgresql")
    for name in (
        "queued",
        "deferred",
        "due",
        "take",
        "mark",
        "skip",
        "drop",
        "forget",
        "rows",
        "resolve_some",
    ):
        ready._made[name] = text(f"EXPLAIN {ready._made[name].text}")  # noqa: SLF001
        with reading(engine) as connection:
            plan = "\n".join(row[0] for row in ready.run(connection, name, **_used(ready, name)))
        assert "Seq Scan" not in plan, f"{name}:\n{plan}"
        if name in {"queued", "rows"}:  # merged or looked up, but never from the first reader on
            assert "(id > " in plan or "Nested Loop" in plan, f"{name}:\n{plan}"
        wanted = {
            "queued": "ix_delivery_queued",
            "deferred": "ix_delivery_deferred",
            "due": "ix_delivery_deferred",
        }
        assert wanted.get(name, "pk_delivery") in plan, f"{name}:\n{plan}"
    with reading(engine) as connection:
        said = f"EXPLAIN {ready._settle}"  # noqa: SLF001
        row = {"state": 4, "due": None, "code": 250, "status": "2.0.0", "reply": "said", "ids": 7}
        values: dict[str, Any] = {name: [value] * 200 for name, value in row.items()}
        found = connection.exec_driver_sql(said, {**values, "issue": 1, "worker": "w", "at": 1})
        plan = "\n".join(line[0] for line in found)
    assert "Seq Scan" not in plan, plan
    assert "pk_delivery" in plan, plan
    engine.dispose()
