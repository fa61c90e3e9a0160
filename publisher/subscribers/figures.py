"""How many subscribe, confirm and leave: counted by the database, month by month."""

from collections import Counter
from collections.abc import Iterable
from typing import Any, NamedTuple

from sqlalchemy import Column, Engine, Select, extract, func, select

from publisher.database.engine import transaction
from publisher.database.tables import changes, subscriptions
from publisher.subscribers.lifecycle import Cause, Status

_LEAVING = {Status.UNSUBSCRIBED, Status.COMPLAINED, Status.ERASED}
_ACTIVE = Status.ACTIVE


class Month(NamedTuple):
    """What happened in a month, counted in UTC; *active* is how many got mail at its end."""

    name: str
    joined: int = 0
    confirmed: int = 0
    left: int = 0
    bounced: int = 0
    growth: int = 0
    active: int = 0


class Figures(NamedTuple):
    """How many have each status, how many active readers each language, and the months from the first on."""

    statuses: dict[str, int]
    languages: dict[str, int]
    months: list[Month]


def figures(engine: Engine, newsletter: str) -> Figures:
    """Return the figures of *newsletter*'s list."""
    ours = subscriptions.c.newsletter == newsletter
    year, month = extract("year", changes.c.at), extract("month", changes.c.at)
    grouped = (year, month, changes.c.was, changes.c.became, changes.c.cause)
    steps = (
        select(*grouped, func.count())
        .join(subscriptions, subscriptions.c.id == changes.c.subscription)
        .where(ours)
        .group_by(*grouped)
    )
    with transaction(engine) as connection:
        if connection.dialect.name == "postgresql":
            connection.exec_driver_sql("SET LOCAL TIME ZONE 'UTC'")
        statuses = _pairs(connection.execute(_counted(subscriptions.c.status).where(ours)))
        active = _counted(subscriptions.c.language).where(ours, subscriptions.c.status == _ACTIVE)
        languages = _pairs(connection.execute(active))
        found = [tuple(row) for row in connection.execute(steps)]
    return Figures(statuses, languages, _months(found))


def _counted(column: Column[str]) -> Select[str, int]:
    return select(column, func.count()).group_by(column).order_by(column)


def _pairs(found: Iterable[Any]) -> dict[str, int]:
    return {row[0]: row[1] for row in found}


def _months(steps: list[tuple[int, int, str, str, str, int]]) -> list[Month]:
    """Return a month for each from the first to the last step, also those in which nothing happened."""
    by_month: dict[int, Counter[str]] = {}
    for year, month, was, became, cause, count in steps:
        said = by_month.setdefault(int(year) * 12 + int(month) - 1, Counter())
        said["joined"] += count * (was == Status.NONE)
        said["confirmed"] += count * (cause == Cause.CONFIRM)
        said["left"] += count * (became in _LEAVING and was not in _LEAVING)
        said["bounced"] += count * (became == Status.BOUNCED)
        said["growth"] += count * ((became == _ACTIVE) - (was == _ACTIVE))
    months, active = [], 0
    for number in range(min(by_month), max(by_month) + 1) if by_month else ():
        said = by_month.get(number, Counter())
        active += said["growth"]
        year, month = divmod(number, 12)
        months.append(
            Month(
                f"{year:04}-{month + 1:02}",
                said["joined"],
                said["confirmed"],
                said["left"],
                said["bounced"],
                said["growth"],
                active,
            )
        )
    return months
