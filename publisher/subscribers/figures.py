"""How many subscribe, confirm and leave: counted by the database, month by month."""

from collections import Counter
from collections.abc import Iterable
from datetime import datetime
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from sqlalchemy import Column, Connection, Engine, Select, case, func, select

from publisher.database.engine import transaction
from publisher.database.tables import changes, subscriptions
from publisher.subscribers.lifecycle import Cause, Status

_LEAVING = {Status.UNSUBSCRIBED, Status.COMPLAINED, Status.ERASED}
_ACTIVE = Status.ACTIVE


class Month(NamedTuple):
    """What happened in a month of the newsletter's zone; *active* is how many got mail at its end."""

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


def figures(engine: Engine, newsletter: str, zone: ZoneInfo) -> Figures:
    """Return the figures of *newsletter*'s list; a month begins when it does in *zone*."""
    ours = subscriptions.c.newsletter == newsletter
    with transaction(engine) as connection:
        statuses = _pairs(connection.execute(_counted(subscriptions.c.status).where(ours)))
        active = _counted(subscriptions.c.language).where(ours, subscriptions.c.status == _ACTIVE)
        languages = _pairs(connection.execute(active))
        steps = _steps(connection, newsletter, zone)
    return Figures(statuses, languages, _months(steps))


def _counted(column: Column[str]) -> Select[str, int]:
    return select(column, func.count()).group_by(column).order_by(column)


def _pairs(found: Iterable[Any]) -> dict[str, int]:
    return {row[0]: row[1] for row in found}


def _steps(connection: Connection, newsletter: str, zone: ZoneInfo) -> list[Any]:
    """Return how often which step was made in which month, a number: twelve times the year, and 0 to 11."""
    ours = (
        select(changes.c.at, changes.c.was, changes.c.became, changes.c.cause)
        .join(subscriptions, subscriptions.c.id == changes.c.subscription)
        .where(subscriptions.c.newsletter == newsletter)
    ).subquery()
    first, last = connection.execute(select(func.min(ours.c.at), func.max(ours.c.at))).one()
    if first is None:
        return []
    numbers = range(_number(first.astimezone(zone)), _number(last.astimezone(zone)) + 1)
    # The newest month first: most lists grow.
    begins = [(ours.c.at >= _beginning(number, zone), number) for number in reversed(numbers)]
    dated = select(case(*begins).label("month"), ours.c.was, ours.c.became, ours.c.cause).subquery()
    return list(connection.execute(select(*dated.c, func.count()).group_by(*dated.c)))


def _number(day: datetime) -> int:
    return day.year * 12 + day.month - 1


def _beginning(month: int, zone: ZoneInfo) -> datetime:
    return datetime(month // 12, month % 12 + 1, 1, tzinfo=zone)


def _months(steps: list[Any]) -> list[Month]:
    """Return a month for each from the first to the last step, also those in which nothing happened."""
    by_month: dict[int, Counter[str]] = {}
    for number, was, became, cause, count in steps:
        said = by_month.setdefault(number, Counter())
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
