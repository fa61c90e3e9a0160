"""What came of an issue as one HTML page with plots, which names no reader. Pure."""

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from html import escape
from zoneinfo import ZoneInfo

from publisher.model.delivery import Delivery, FrozenIssue, State
from publisher.model.settings import Settings
from publisher.plots import bar, document, plot, shares, table

_COLUMNS, _DOMAINS, _REPLIES, _REPLY = 60, 15, 15, 120
_BAD = (State.FAILED, State.DEFERRED, State.IN_DOUBT)


@dataclass(slots=True)
class Sums:
    """What the page shows of many deliveries; memory grows with domains and minutes, not with readers."""

    states: Counter[State] = field(default_factory=Counter)
    minutes: dict[State, Counter[int]] = field(
        default_factory=lambda: {state: Counter() for state in (State.SENT, *_BAD)}
    )
    domains: dict[str, Counter[State]] = field(default_factory=dict)
    replies: Counter[tuple[str, str]] = field(default_factory=Counter)
    reasons: Counter[tuple[str, str]] = field(default_factory=Counter)


def summed(deliveries: Iterable[Delivery]) -> Sums:
    """Return the sums over *deliveries*."""
    sums = Sums()
    for one in deliveries:
        sums.states[one.state] += 1
        if one.state in {State.EXCLUDED, State.SKIPPED}:
            sums.reasons[one.state, one.status] += 1
            continue
        if one.at and one.state in sums.minutes:
            sums.minutes[one.state][int(one.at.timestamp()) // 60] += 1
        domain = one.address.rpartition("@")[2].lower() or "(erased)"
        sums.domains.setdefault(domain, Counter())[one.state] += 1
        if one.state in _BAD:
            said = " ".join(filter(None, (str(one.code or ""), one.status)))
            sums.replies[said or "no answer", _without_names(one.reply, one.address)] += 1
    return sums


def _without_names(reply: str, address: str) -> str:
    """Return *reply* without the reader's address, or the name in it."""
    name = address.rpartition("@")[0]
    for known in filter(None, (address, name)):  # servers like to write them in capitals, or small
        reply = re.sub(re.escape(known), "…", reply, flags=re.IGNORECASE)
    return " ".join("…" if "@" in word else word for word in reply.split())[:_REPLY]


def page(sums: Sums, issue: FrozenIssue, settings: Settings) -> str:
    """Return the page of *issue*; times are those of the newsletter's zone."""
    zone = ZoneInfo(settings.newsletter.zone)
    title = settings.newsletter.title.for_language(settings.newsletter.languages[0])
    sent = sums.states[State.SENT]
    lead = (
        f"<strong>{sent:,} sent</strong> of {issue.candidates:,} on the list; {escape(issue.state)}. "
        f"Frozen {issue.frozen.astimezone(zone):%Y-%m-%d %H:%M} as {issue.hash[:12]}. "
        f"Times are those of {escape(settings.newsletter.zone)}."
    )
    states = [(state.value, sums.states[state]) for state in State if sums.states[state]]
    parts = [
        "<h2>Where deliveries stand</h2>",
        shares("state", "deliveries", states),
        *_over_time(sums, zone),
        *_by_domain(sums),
    ]
    if sums.replies:
        rows = [
            (f"{code}: {words}" if words else code, number)
            for (code, words), number in sums.replies.most_common(_REPLIES)
        ]
        parts += [
            "<h2>What servers said to the others</h2>",
            table(("answer", "deliveries"), rows, "Answers"),
        ]
    if sums.reasons:
        rows = [(f"{state}: {why}", number) for (state, why), number in sums.reasons.most_common()]
        parts += ["<h2>Who was left out</h2>", table(("reason", "readers"), rows, "Reasons")]
    return document(f"{title}, {issue.period}: who got it", lead, parts)


def _over_time(sums: Sums, zone: ZoneInfo) -> list[str]:
    """Return the plot of what was sent, and what was not, over the time that it took."""
    known = [minute for counts in sums.minutes.values() for minute in counts]
    if not known:
        return []
    first, step = min(known), -(-(max(known) - min(known) + 1) // _COLUMNS)
    columns = (max(known) - first) // step + 1
    sent, others = [0] * columns, [0] * columns
    for state, counts in sums.minutes.items():
        chosen = sent if state is State.SENT else others
        for minute, number in counts.items():
            chosen[(minute - first) // step] += number
    moments = [_moment(first + number * step, zone) for number in range(columns)]
    form = "%H:%M" if moments[0].date() == moments[-1].date() else "%d %b"
    names = [f"{moment:{form}}" for moment in moments]
    bars = [
        bar("one", number + 0.1, 0.8, -up, up) + bar("two", number + 0.1, 0.8, 0, down)
        for number, (up, down) in enumerate(zip(sent, others, strict=True))
    ]
    label = (
        f"From {moments[0]:%d %b %H:%M} on: {sum(sent):,} sent, {sum(others):,} refused, put off or in doubt."
    )
    each = "minute" if step == 1 else f"{step} minutes"
    key = '<span><i class="k2"></i>sent</span><span><i class="k3"></i>refused, put off or in doubt</span>'
    return [
        f"<h2>In each {each}</h2>",
        f'<p class="key">{key}</p>',
        plot(names, label, "".join(bars), -max(others), max(sent)),
    ]


def _moment(minute: int, zone: ZoneInfo) -> datetime:
    return datetime.fromtimestamp(minute * 60, zone)


def _by_domain(sums: Sums) -> list[str]:
    """Return the table of the domains with the most readers."""
    shown = (State.SENT, *_BAD)
    largest = sorted(sums.domains.items(), key=lambda pair: (-pair[1].total(), pair[0]))
    rows = [(name, *(counts[state] for state in shown)) for name, counts in largest[:_DOMAINS]]
    if more := largest[_DOMAINS:]:
        rest: Counter[State] = Counter()
        for _, counts in more:
            rest += counts
        rows.append((f"{len(more)} others", *(rest[state] for state in shown)))
    if not rows:
        return []
    return ["<h2>By domain</h2>", table(("domain", *(state.value for state in shown)), rows, "By domain")]
