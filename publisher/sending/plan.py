"""What sending an issue would do: to whom, in which words, when, and who is left out and why."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from publisher.delivery.ledger import Ledger
from publisher.delivery.message import issue_hash
from publisher.delivery.splice import Template, template
from publisher.errors import Problem, Severity, UsageError
from publisher.inputs import Progress, silent
from publisher.model.delivery import Audience, Message, Segment
from publisher.model.entry import Month
from publisher.project import Project
from publisher.sending import schedule
from publisher.sending.digests import Digests, Proof

NO_LANGUAGE, NOTHING = "no digest in her language", "nothing of what she wants"
"""Why a reader who is active gets nothing."""


@dataclass(frozen=True, slots=True)
class Planned:
    """The message that the readers of *segment* get; *readers* is how many they are."""

    segment: Segment
    subject: str
    template: Template
    readers: int


@dataclass(frozen=True, slots=True)
class Plan:
    """What would be sent.

    *hash* stands for the bytes of the whole digests, *proofs* holds them by language. *choices* tells for
    each choice of readers the number of its message, or why it has none. *excluded* counts by reason. *due*
    is when the schedule sends it, *late* from when on somebody must say that it is not too late.
    """

    project: Project
    period: Month
    hash: str
    proofs: Mapping[str, Proof]
    messages: tuple[Planned, ...]
    choices: Mapping[Segment, int | str]
    excluded: Mapping[str, int]
    due: datetime | None
    late: datetime

    @property
    def recipients(self) -> int:
        """Return how many readers would get a mail."""
        return sum(message.readers for message in self.messages)

    @property
    def candidates(self) -> int:
        """Return how many are on the list: each is a recipient, or excluded for a reason."""
        return self.recipients + sum(self.excluded.values())

    @property
    def findings(self) -> list[Problem]:
        """Return what the preflight found."""
        return [problem for proof in self.proofs.values() for problem in proof.findings]

    @property
    def has_errors(self) -> bool:
        """Tell whether the preflight found an error, with which nothing is sent."""
        return any(problem.severity is Severity.ERROR for problem in self.findings)

    def for_ledger(self) -> list[Message]:
        """Return the messages as the ledger keeps them."""
        found = []
        for message in self.messages:
            content = message.template.encode()
            found.append(Message(message.segment, message.subject, issue_hash([content]), content))
        return found

    def proof(self, lang: str | None) -> Proof:
        """Return the digest in *lang*, the first if it is None; raises `UsageError` if there is none."""
        if lang is not None and lang not in self.proofs:
            hint = f"it has digests in {', '.join(self.proofs)}"
            raise UsageError(f"the issue has no digest in {lang[:40]!r}", hint, "unknown-language")
        return self.proofs[lang or next(iter(self.proofs))]

    def untimely(self, now: datetime) -> str:
        """Return why the issue should not go at *now*, "" if nothing speaks against it."""
        if now < schedule.over_at(self.period, self.project.settings):
            return f"{self.period} is not over: entries of its last days would never be sent"
        if now >= self.late:
            return f"the issue of {self.period} is late: since {self.late:%Y-%m-%d} somebody must want it"
        return ""


def make_plan(
    project: Project, ledger: Ledger, period: Month, now: datetime, progress: Progress = silent
) -> Plan:
    """Return the plan of *period*'s issue.

    Raises `UsageError` if there is none, or the output folder holds another build than the entries give.
    """
    digests = Digests(project, period, now, progress)
    proofs = {lang: digests.proof(lang) for lang in digests.languages}
    digests.check_built(proofs)
    messages, choices, excluded = _divided(digests, ledger.audience(), progress)
    return Plan(
        project,
        period,
        issue_hash(proof.message for proof in proofs.values()),
        proofs,
        messages,
        choices,
        excluded,
        schedule.due_at(period, project.settings),
        schedule.late_at(period, project.settings),
    )


def _divided(
    digests: Digests, audience: Audience, progress: Progress
) -> tuple[tuple[Planned, ...], dict[Segment, int | str], dict[str, int]]:
    """Return the messages, which of them each choice gets, and how many get none by reason."""
    messages: list[Planned] = []
    choices: dict[Segment, int | str] = {}
    excluded: Counter[str] = Counter(audience.others)
    for number, (segment, readers) in enumerate(sorted(audience.active.items()), 1):
        progress("dividing", number, len(audience.active))
        digest = digests.digest(segment)
        if digest is None:
            reason = NOTHING if segment.lang in digests.languages else NO_LANGUAGE
            choices[segment] = reason
            excluded[reason] += readers
            continue
        choices[segment] = len(messages)
        made = template(digest, digests.project.settings)
        messages.append(Planned(segment, digest.subject, made, readers))
    return tuple(messages), choices, dict(excluded)
