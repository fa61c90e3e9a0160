"""The issues that are frozen: what they are, and in which state. Each method is one transaction."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import Connection, Engine, Select, select

from publisher.database.engine import reading, transaction
from publisher.database.tables import issues, messages
from publisher.delivery import freeze
from publisher.delivery.statements import CODES, ENDS, STATES, Statements, stamp
from publisher.errors import PublisherError
from publisher.model.delivery import Audience, FrozenIssue, IssueState, Message, Segment, State

_MAY_BECOME = {
    IssueState.SENDING: (IssueState.PAUSED, IssueState.CANCELLED, IssueState.FINISHED),
    IssueState.PAUSED: (IssueState.SENDING, IssueState.CANCELLED, IssueState.FINISHED),
    IssueState.FINISHED: (),
    IssueState.CANCELLED: (),
}


class Issues:
    """The issues of *newsletter* in the database of *engine*."""

    def __init__(self, engine: Engine, newsletter: str) -> None:
        self.engine, self._newsletter = engine, newsletter
        self._statements = Statements(engine.dialect.name)
        self._run, self._drive = self._statements.run, self._statements.drive

    def audience(self) -> Audience:
        """Return who would get an issue now, and who not."""
        with reading(self.engine) as connection:
            return freeze.audience(connection, self._newsletter)

    def freeze(
        self,
        period: str,
        issue_hash: str,
        mails: Sequence[Message],
        wanted: Mapping[Segment, int | str],
        now: datetime,
    ) -> FrozenIssue:
        """Fix the issue of *period* and its audience: a delivery for each reader who is not erased.

        *wanted* tells for each choice of active readers the place of its mail in *mails*, or why there is
        none; all others are excluded for their status. Raises `PublisherError` if that issue is there already
        (`already-frozen`), or a reader chose meanwhile what *wanted* does not know (`audience-changed`).
        """
        with transaction(self.engine) as connection:
            number = freeze.freeze(connection, self._newsletter, period, issue_hash, mails, wanted, now)
            return _issue(connection.execute(self._issues().where(issues.c.id == number)).one())

    def issue(self, period: str) -> FrozenIssue | None:
        """Return the issue of *period*; None if it was not frozen."""
        with reading(self.engine) as connection:
            found = connection.execute(self._issues().where(issues.c.period == period)).one_or_none()
        return _issue(found) if found else None

    def issues(self) -> list[FrozenIssue]:
        """Return all issues, the first first."""
        with reading(self.engine) as connection:
            return [_issue(row) for row in connection.execute(self._issues().order_by(issues.c.id))]

    def message(self, issue: int, segment: int) -> Message:
        """Return the mail of *segment*."""
        wanted = select(messages).where(messages.c.issue == issue, messages.c.segment == segment)
        with reading(self.engine) as connection:
            row = connection.execute(wanted).one()
        lang, topics, kinds = row.language, tuple(row.topics), tuple(row.kinds)
        return Message(Segment(lang, topics, kinds), row.subject, row.hash, row.content)

    def change(self, issue: int, state: IssueState, why: str, now: datetime) -> None:
        """Pause an issue, go on with it, cancel or finish it, and remember *why*; again is no error.

        What is open of a cancelled issue is skipped, but for what is in flight. Raises `PublisherError` for
        what cannot be: to finish while deliveries are open or missing (`unfinished-issue`), or to change one
        that has ended (`ended-issue`).
        """
        with transaction(self.engine) as connection:
            found = self._held(connection, issue)
            if state != found.state and state not in _MAY_BECOME[found.state]:
                hint = "publisher send report tells who got it"
                raise PublisherError(f"the issue {found.period} is {found.state}", hint, "ended-issue")
            if state is IssueState.FINISHED:
                self._hold_whole(connection, found)
            if state is IssueState.CANCELLED:
                self._run(connection, "cancel", issue=issue, now=stamp(now))
            said: dict[str, Any] = {"state": state.value, "why": why}
            if state in {IssueState.FINISHED, IssueState.CANCELLED} and state != found.state:
                said["finished"] = now
            connection.execute(issues.update().where(issues.c.id == issue).values(said))

    def _hold_whole(self, connection: Connection, found: FrozenIssue) -> None:
        """Raise if a delivery of *found* is open, or is not there any more."""
        counted = self._counts(connection, found.id)
        done = sum(counted[state] for state in ENDS)
        if done != found.candidates:
            what = ", ".join(f"{number} {state}" for state, number in counted.items() if number)
            hint = "publisher send goes on with it; publisher send status tells what is open"
            raise PublisherError(
                f"{done} of {found.candidates} deliveries have ended: {what}", hint, "unfinished-issue"
            )

    def resolve(
        self,
        issue: int,
        to: Literal[State.QUEUED, State.SKIPPED, State.SENT],
        now: datetime,
        subscriptions: Sequence[int] | None = None,
    ) -> int:
        """Decide what became of deliveries in doubt, of *subscriptions* or of all; return how many.

        With QUEUED they are sent again, and an issue that was finished is sending again. Raises
        `PublisherError` if it was cancelled (`ended-issue`).
        """
        status = State.IN_DOUBT.value if to is State.SKIPPED else ""
        said = {
            "issue": issue,
            "state": CODES[to],
            "now": stamp(now),
            "status": status,
            "code": 0,
            "reply": "",
        }
        with transaction(self.engine) as connection:
            found = self._held(connection, issue)
            if to is State.QUEUED and found.state is IssueState.CANCELLED:
                hint = "publisher send resolve --skip leaves them as they are"
                raise PublisherError(f"the issue {found.period} is cancelled", hint, "ended-issue")
            name = "resolve" if subscriptions is None else "resolve_some"
            some = {} if subscriptions is None else {"ids": list(subscriptions)}
            number = int(self._run(connection, name, **said, **some).rowcount)
            if number and to is State.QUEUED and found.state is IssueState.FINISHED:
                again = {"state": IssueState.SENDING.value, "finished": None}
                connection.execute(issues.update().where(issues.c.id == issue).values(again))
        return number

    def _issues(self) -> Select[Any]:
        return select(issues).where(issues.c.newsletter == self._newsletter)

    def _held(self, connection: Connection, issue: int) -> FrozenIssue:
        """Return an issue that nobody else changes before this transaction is over."""
        return _issue(connection.execute(self._issues().where(issues.c.id == issue).with_for_update()).one())

    def _counts(self, connection: Connection, issue: int) -> dict[State, int]:
        found = dict.fromkeys(State, 0)
        return found | {STATES[row[0]]: row[1] for row in self._run(connection, "counts", issue=issue)}


def _issue(row: Any) -> FrozenIssue:
    return FrozenIssue(
        row.id, row.period, row.hash, IssueState(row.state), row.why, row.candidates, row.frozen, row.finished
    )
