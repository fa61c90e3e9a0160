"""An issue on its way: frozen once, then sent until every reader has it; the same call goes on with it."""

import threading
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime, timedelta

from publisher.delivery import workers
from publisher.delivery.claims import recover
from publisher.delivery.dispatch import Ended
from publisher.delivery.ledger import Ledger
from publisher.delivery.policy import Fault, verdict, waited
from publisher.delivery.session import Lost, Refused
from publisher.delivery.transport import OUTBOX, NotSentError, Transport, transport
from publisher.delivery.trial import send_trial
from publisher.errors import UsageError
from publisher.inputs import Progress
from publisher.model.delivery import OPEN, FrozenIssue, IssueState, Reply, Stage, State
from publisher.model.entry import Month
from publisher.project import secret
from publisher.readers import List, address_of
from publisher.sending import schedule
from publisher.sending.plan import Plan, make_plan
from publisher.sending.worker import Tell, Worker
from publisher.subscribers.addresses import mailbox_of
from publisher.subscribers.lifecycle import Cause


@dataclass(frozen=True, slots=True)
class Done:
    """What came of an issue so far: how many deliveries have each state, and why sending ended."""

    period: Month
    state: IssueState
    counts: Mapping[State, int]
    ended: Ended

    @property
    def is_well(self) -> bool:
        """Tell whether nothing is left to do, and nothing in doubt."""
        return not self.left and not self.counts.get(State.IN_DOUBT, 0)

    @property
    def left(self) -> int:
        """Return how many deliveries are still to come."""
        return sum(self.counts.get(state, 0) for state in OPEN)


class Sender:
    """Sends the issues of the list *readers*; *environ* holds the secrets.

    *clock* tells the time, *chance* gives a number from 0 to 1, another one each time.
    """

    def __init__(
        self,
        readers: List,
        environ: Mapping[str, str],
        clock: Callable[[], datetime],
        chance: Callable[[], float],
    ) -> None:
        self.project, self._store, self.clock = readers.project, readers.store, clock
        self.ledger = Ledger(readers.store.engine, readers.newsletter)
        password = secret(environ, "smtp", "password")
        self.way: Transport = transport(self.project.settings.smtp, password, self.project.root / OUTBOX)
        self._worker = Worker(self.project.settings, self.ledger, self.way, environ, clock, chance)

    # ------------------------------------------------------------------ before
    def plan(self, period: Month, progress: Progress) -> Plan:
        """Return what sending the issue of *period* would do."""
        return make_plan(self.project, self.ledger, period, self.clock(), progress)

    def trial(self, plan: Plan, to: str, lang: str | None) -> str:
        """Send one test of the issue to the address *to*, and return what came of it."""
        digest, recipient = plan.proof(lang).digest, mailbox_of(address_of(to).typed)
        return send_trial(digest, self.project.settings, recipient, self.way)

    def is_frozen(self, period: Month) -> bool:
        """Tell whether the issue of *period* was frozen before."""
        return self.ledger.issue(str(period)) is not None

    def freeze(self, plan: Plan) -> FrozenIssue:
        """Fix what is sent and to whom, or return what was fixed before if the build is still the same.

        Raises `UsageError` if it is not, if the preflight found errors, or nobody would get anything.
        """
        found = self.ledger.issue(str(plan.period))
        if found is None:
            if plan.has_errors:
                raise UsageError(
                    "the preflight found errors", "publisher check shows them", "preflight-errors"
                )
            if not plan.recipients:
                hint = "publisher subscribers stats shows who is on the list"
                raise UsageError("nobody would get it", hint, "no-recipients")
            self._knock()
            return self.ledger.freeze(
                str(plan.period), plan.hash, plan.for_ledger(), plan.choices, self.clock()
            )
        if found.hash != plan.hash:
            message = f"the issue was frozen as {found.hash[:12]}, and the build gives {plan.hash[:12]} now"
            hint = "bring back what was frozen, and build; or --as-frozen: the rest get the frozen mail too"
            raise UsageError(message, hint, "other-hash")
        return found

    def _knock(self) -> None:
        """Raise `NotSentError` if the server cannot be reached: that is better known before the freeze."""
        try:
            self.way.knock()
        except (Lost, Refused) as error:
            hint = "see [smtp] in docs/settings.md; publisher doctor looks closer"
            raise NotSentError(f"{self.way.name} cannot be reached: {error}", hint, "not-sent") from None

    def due(self) -> list[Month]:
        """Return the issues that are due and not finished, and those whose sending was cut off.

        Raises `UsageError` without a mail server: an outbox that nobody looks into is no way to readers.
        """
        settings, now = self.project.settings, self.clock()
        states = {issue.period: issue.state for issue in self.ledger.issues()}
        waiting = self.waiting()
        begun = [
            period
            for period in map(Month.parse, states)
            if states[str(period)] is IssueState.SENDING and period not in waiting
        ]
        new = [period for period in schedule.due_now(now, settings) if str(period) not in states]
        if (begun or new) and not settings.smtp.host:
            hint = "set smtp.host; or say publisher send MONTH --go, which writes the mails into the outbox"
            raise UsageError("an issue is due, and smtp.host is not set", hint, "no-server")
        return sorted({*begun, *new})

    def missed(self) -> Month | None:
        """Return the month whose issue should have followed those that were sent, and is late."""
        sent = max((Month.parse(issue.period) for issue in self.ledger.issues()), default=None)
        late = schedule.late_now(self.clock(), self.project.settings)
        return late if sent and late and late > sent else None

    def waiting(self) -> dict[Month, str]:
        """Return the issues that people must look at before they go on, and why.

        They are paused; or nobody wrote to them for long, as in a copy of the database that was put back: who
        stands there as open may have got her mail since.
        """
        found = {}
        since = self.clock() - timedelta(days=self.project.settings.sending.late_days)
        for issue in self.ledger.issues():
            if issue.state is IssueState.PAUSED:
                found[Month.parse(issue.period)] = f"paused: {issue.why}"
            elif issue.state is IssueState.SENDING and (last := self.ledger.last(issue.id)) and last < since:
                found[Month.parse(issue.period)] = f"begun, and nothing was sent since {last:%Y-%m-%d}"
        return found

    def alone(self) -> AbstractContextManager[bool]:
        """Tell whether nobody else sends what is due, and let nobody else until the block ends."""
        return workers.alone(self.ledger.engine, f"send --due {self.project.settings.newsletter.tag}")

    def done(self, period: Month, ended: Ended = Ended("")) -> Done:  # noqa: B008 - it is a value
        """Return what came of the frozen issue of *period* so far; *ended* is how its last run ended."""
        issue = self._frozen(period)
        return Done(period, issue.state, self.ledger.counts(issue.id), ended)

    def _frozen(self, period: Month) -> FrozenIssue:
        """Return the issue of *period*; raises `UsageError` if it is not frozen."""
        issue = self.ledger.issue(str(period))
        if issue is None:
            hint = f"publisher send {period} --go freezes it"
            raise UsageError(f"the issue of {period} is not frozen", hint, "not-frozen")
        return issue

    # ------------------------------------------------------------------ going
    def go(self, period: Month, stop: threading.Event, tell: Tell, *, wait: bool) -> Done:
        """Send what is left of the frozen issue of *period* until *stop* is set; *wait* for what is put off.

        Raises `DatabaseError` if the database is away for a minute.
        """
        issue = self._frozen(period)
        if issue.state is IssueState.CANCELLED:
            recover(self.ledger, issue.id, self.clock())
            raise UsageError(f"the issue of {period} was cancelled", "its month has no other", "cancelled")
        if issue.state is IssueState.PAUSED:
            self.ledger.change(issue.id, IssueState.SENDING, "", self.clock())
        ended = self._worker.send(issue, stop, tell, wait=wait)
        self._let_bounce(issue)
        counts = self.ledger.counts(issue.id)
        if self._frozen(period).state is IssueState.CANCELLED:  # meanwhile
            return self.done(period, ended)
        if ended.pauses:
            self.ledger.change(issue.id, IssueState.PAUSED, ended.why, self.clock())
        elif not any(counts.get(state) for state in OPEN):
            self.ledger.change(issue.id, IssueState.FINISHED, "", self.clock())
        return self.done(period, ended)

    def _let_bounce(self, issue: FrozenIssue) -> None:
        """Take off the list whom the server said that there is no such mailbox; others stay.

        So does who came back since, and whose mail was given up: of that the server spoke to us.
        """
        give_up = timedelta(hours=self.project.settings.sending.give_up_hours)
        for found in self.ledger.deliveries(issue.id, (State.FAILED,)):
            said = Reply(Stage.RECIPIENT, found.code, found.status, found.reply)
            is_hard = found.code and verdict(said, 1).fault is Fault.HARD and waited(found.attempt) <= give_up
            reader = self._store.get(found.public) if is_hard and found.address else None
            if reader and found.at and reader.changed <= found.at:
                proof = {"issue": issue.period, "reply": f"{found.code} {found.status}"}
                self._store.happen(found.public, Cause.BOUNCE, self.clock(), proof)
