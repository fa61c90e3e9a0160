"""What one worker does with the deliveries of one issue, and what becomes of them when it dies."""

from datetime import datetime
from functools import partial

from publisher.delivery.ledger import Ledger
from publisher.delivery.workers import alive
from publisher.model.delivery import FrozenIssue, IssueState, Job, Outcome


def recover(ledger: Ledger, issue: int, now: datetime) -> None:
    """Take from workers that are dead what they held of *issue*: it is queued again, or in doubt."""
    ledger.recover(issue, partial(alive, ledger.engine), now)


class Claims:
    """The deliveries of *issue* in *ledger*, for the *worker* that claims them."""

    def __init__(self, ledger: Ledger, issue: FrozenIssue, worker: str) -> None:
        self._ledger, self._issue, self._worker = ledger, issue, worker

    def claim(self, limit: int, now: datetime) -> list[Job]:
        """Take up to *limit* deliveries that are due."""
        return self._ledger.claim(self._issue.id, self._worker, limit, now)

    def step(self, outcomes: list[Outcome], marks: list[int], now: datetime) -> set[int]:
        """Write down *outcomes*, then mark; return which of *marks* may be sent. One transaction."""
        return self._ledger.step(self._issue.id, self._worker, outcomes, marks, now)

    def release(self) -> int:
        """Give back what was claimed; return how many."""
        return self._ledger.release(self._issue.id, self._worker)

    def is_wanted(self) -> bool:
        """Tell whether the issue is still to be sent: nobody paused or cancelled it."""
        found = self._ledger.issue(self._issue.period)
        return found is not None and found.state is IssueState.SENDING

    def next_due(self) -> datetime | None:
        """Return when the next deferred delivery is due."""
        return self._ledger.next_due(self._issue.id)
