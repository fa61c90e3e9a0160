"""What came back, as rows: so that nothing counts twice, and soft ones can be counted."""

from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime

from sqlalchemy import Engine, insert, select
from sqlalchemy.exc import IntegrityError

from publisher.database.engine import reading, transaction
from publisher.database.tables import bounces, deliveries, issues
from publisher.delivery.statements import CODES
from publisher.model.delivery import State

_LOOKED_BACK = 100


class Returns:
    """The mails of *newsletter* that came back. No address stands in a row, and no word of a mail."""

    def __init__(self, engine: Engine, newsletter: str) -> None:
        self._engine, self._newsletter = engine, newsletter

    def periods(self) -> dict[int, str]:
        """Return the period of each issue."""
        wanted = select(issues.c.id, issues.c.period).where(issues.c.newsletter == self._newsletter)
        with reading(self._engine) as connection:
            return {row.id: row.period for row in connection.execute(wanted)}

    def is_known(self, subscription: int, mark: str) -> bool:
        """Tell whether the mail *mark* about *subscription* was handled."""
        wanted = select(bounces.c.id).where(bounces.c.subscription == subscription, bounces.c.mark == mark)
        with reading(self._engine) as connection:
            return connection.execute(wanted).first() is not None

    def note(
        self, subscription: int, issue: int, mark: str, verdict: str, status: str, now: datetime
    ) -> None:
        """Remember that the mail *mark* was handled; a second time changes nothing."""
        row = {
            "subscription": subscription,
            "issue": issue,
            "mark": mark,
            "verdict": verdict,
            "status": status,
            "at": now,
        }
        with suppress(IntegrityError), transaction(self._engine) as connection:  # it is there already
            connection.execute(insert(bounces).values(row))

    def in_a_row(self, subscription: int, issue: int, verdict: str, since: datetime) -> int:
        """Return how many issues up to *issue*, which is one, came back with *verdict* since *since*.

        They stand in a row if no issue lies between that was sent to her and did not come back.
        """
        came_back = select(bounces.c.issue).where(
            bounces.c.subscription == subscription, bounces.c.verdict == verdict, bounces.c.at >= since
        )
        sent = (
            select(issues.c.id)
            .join(deliveries, deliveries.c.issue == issues.c.id)
            .where(
                issues.c.newsletter == self._newsletter,
                issues.c.id < issue,
                deliveries.c.subscription == subscription,
                deliveries.c.state == CODES[State.SENT],
            )
            .order_by(issues.c.id.desc())
            .limit(_LOOKED_BACK)
        )
        with reading(self._engine) as connection:
            back = {row.issue for row in connection.execute(came_back)}
            return 1 + leading([row.id for row in connection.execute(sent)], back)


def leading(sent: Sequence[int], back: set[int]) -> int:
    """Return how many of *sent*, from its beginning, are in *back*."""
    return next((place for place, issue in enumerate(sent) if issue not in back), len(sent))
