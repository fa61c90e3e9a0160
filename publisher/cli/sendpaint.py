"""What the commands of sending print."""

import json
import shutil
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from time import monotonic
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import click

from publisher.cli import paint
from publisher.errors import UsageError
from publisher.model.delivery import OPEN, State
from publisher.model.entry import Month

if TYPE_CHECKING:
    from publisher.delivery.transport import Transport
    from publisher.sending.plan import Plan
    from publisher.sending.run import Done

_EVERY = 10.0  # seconds between two lines where no terminal is
_SHOWN = 12


def month_of(text: str) -> Month:
    """Return the month that *text* names; raises `UsageError` if it names none."""
    try:
        return Month.parse(text)
    except ValueError:
        raise UsageError(f"{text[:40]!r} is no month", "write it as 2026-11", "no-month") from None


# ---------------------------------------------------------------------- the plan
def plan_lines(plan: "Plan", way: "Transport", now: datetime, untimely: str) -> Iterator[str]:
    """Yield the plan of an issue as people read it; *untimely* is what speaks against sending it now."""
    settings = plan.project.settings
    sending = settings.sending
    seconds = plan.recipients / sending.rate
    yield click.style(
        f"{settings.newsletter.title.for_language(next(iter(plan.proofs)))}, {plan.period}", bold=True
    )
    yield f"  issue     {plan.hash[:12]}, the same as in {settings.paths.output}/"
    yield f"  due       {_due(plan, now)}"
    if untimely:
        yield f"  but       {untimely}; --late sends it all the same"
    yield f"  through   {way.name}, {sending.rate:g} a second: about {_span(seconds)}"
    if not settings.smtp.host:
        yield "            nothing leaves this machine, yet --go counts it as sent: set smtp.host before"
    yield ""
    if plan.messages:
        yield f"  {'readers':>9}  {'mail':>8}  language, choice, subject"
    messages = sorted(plan.messages, key=lambda message: -message.readers)
    for message in messages[:_SHOWN]:
        chosen = ", ".join((*message.segment.topics, *message.segment.kinds))
        which = f"{message.segment.lang}{f' ({chosen})' if chosen else ''}"
        size = f"{message.template.size / 1000:>5.0f} kB"
        yield f"  {message.readers:>9,}  {size}  {which}: {paint.safe(message.subject)}"
    if len(messages) > _SHOWN:
        others = sum(message.readers for message in messages[_SHOWN:])
        yield f"  {others:>9,}            in {len(messages) - _SHOWN} smaller groups"
    if messages:
        yield ""
    left_out = sum(plan.excluded.values())
    yield f"  {plan.candidates:,} on the list = {plan.recipients:,} recipients + {left_out:,} left out"
    for reason, number in sorted(plan.excluded.items(), key=lambda pair: (-pair[1], pair[0])):
        yield f"  {number:>9,}  {reason}"
    yield f"  preflight: {paint.summary(plan.findings, 0)}"


def _due(plan: "Plan", now: datetime) -> str:
    if plan.due is None:
        return "when you say so: the settings name no day"
    zone = plan.project.settings.newsletter.zone
    there = plan.due.astimezone(ZoneInfo(zone))
    which = "was" if plan.due <= now else "is"
    return f"{which} {there:%A %d %B %Y, %H:%M} {zone} ({plan.due.astimezone(UTC):%Y-%m-%d %H:%M} UTC)"


def _span(seconds: float) -> str:
    if seconds < 90:  # noqa: PLR2004
        return f"{seconds:.0f} s"
    return f"{seconds / 60:.0f} min" if seconds < 5400 else f"{seconds / 3600:.1f} h"  # noqa: PLR2004


def plan_document(plan: "Plan") -> dict[str, Any]:
    """Return the plan of an issue for machines."""
    return {
        "period": str(plan.period),
        "hash": plan.hash,
        "due": plan.due.astimezone(UTC).isoformat() if plan.due else None,
        "late": plan.late.astimezone(UTC).isoformat(),
        "candidates": plan.candidates,
        "recipients": plan.recipients,
        "excluded": dict(plan.excluded),
        "messages": [
            {
                "language": message.segment.lang,
                "topics": message.segment.topics,
                "kinds": message.segment.kinds,
                "subject": message.subject,
                "bytes": message.template.size,
                "readers": message.readers,
            }
            for message in plan.messages
        ],
        "findings": [
            {"code": found.code, "severity": found.severity.value, "message": found.message}
            for found in plan.findings
        ],
    }


# ---------------------------------------------------------------------- while it goes
@contextmanager
def sending(context: click.Context) -> Iterator[Callable[[Mapping[State, int]], None]]:
    """Give what shows how far an issue is: a bar on a terminal, else a line of JSON now and then."""
    if context.obj["quiet"]:
        yield lambda _counts: None
        return
    is_terminal = sys.stderr.isatty()
    start, shown, first = monotonic(), float("-inf"), -1
    before: dict[State, int] = {}

    def tell(counts: Mapping[State, int]) -> None:
        nonlocal shown, first, before
        left = sum(counts.get(state, 0) for state in OPEN)
        done = sum(number for state, number in counts.items() if state not in {*OPEN, State.EXCLUDED})
        first = done if first < 0 else first
        now = monotonic()
        if now - shown < (0.1 if is_terminal else _EVERY):
            return
        shown = now
        waits = bool(left) and left == counts.get(State.DEFERRED, 0)
        if waits and not is_terminal and counts == before:
            return
        before = dict(counts)
        rate = (done - first) / max(now - start, 0.001)
        if is_terminal:
            full = 30 * done // max(done + left, 1)
            rest = f", {_span(left / rate)} left" if rate else ""
            bar = f"[{'#' * full}{'-' * (30 - full)}] {done}/{done + left}, {rate:.0f}/s{rest}"
            bar = f"{done}/{done + left}, waiting for mails that were put off" if waits else bar
            line = f"sending  {bar} "[: shutil.get_terminal_size().columns - 1]
            click.echo(f"\r{line}\x1b[K", nl=False, err=True)
        else:
            said = {state.value: number for state, number in sorted(counts.items()) if number}
            click.echo(json.dumps(said | {"per_second": round(rate, 1)}), err=True)

    try:
        yield tell
    finally:
        if is_terminal:
            click.echo("\r\x1b[K", nl=False, err=True)


# ---------------------------------------------------------------------- afterwards
_WORDS = {
    State.SENT: "sent",
    State.FAILED: "refused",
    State.SKIPPED: "skipped: they left, or somebody decided so",
    State.IN_DOUBT: "in doubt: the server may have it, or not",
    State.DEFERRED: "put off: tried again later",
    State.QUEUED: "to be sent",
    State.EXCLUDED: "left out from the beginning",
}


def done_lines(done: "Done") -> Iterator[str]:
    """Yield what came of an issue."""
    yield f"{done.period}: {done.state}, sent to {paint.count(done.counts.get(State.SENT, 0), 'reader')}"
    for state, words in _WORDS.items():
        number = done.counts.get(state, 0)
        if number and state is not State.SENT:
            yield f"  {number:>9,}  {words}"
    if done.ended.why:
        yield f"  stopped: {paint.safe(done.ended.why)}"
    if done.left and done.state != "cancelled":
        yield f"  publisher send {done.period} --go goes on with it"
    if done.counts.get(State.IN_DOUBT):
        yield f"  publisher send report {done.period} --state in-doubt names those in doubt"
    elif done.counts.get(State.FAILED):
        yield f"  publisher send report {done.period} names those who did not get it"


def done_document(done: "Done") -> dict[str, Any]:
    """Return what came of an issue for machines."""
    return {
        "period": str(done.period),
        "state": done.state.value,
        "counts": {state.value: number for state, number in sorted(done.counts.items())},
        "stopped": done.ended.why,
        "well": done.is_well,
    }
