"""What follows from a server's reply: for the mail, and for how we go on with the server. Pure, a table.

`docs/sending.md` shows the table to people.
"""

from collections import Counter, deque
from datetime import datetime, timedelta
from enum import StrEnum
from re import compile as pattern

from msgspec import Struct

from publisher.delivery.replies import shown
from publisher.delivery.session import Lost
from publisher.model.delivery import Outcome, Reply, Stage, State

WAITS = (1, 5, 15, 60, 120, 240)
"""Minutes until a mail that was put off is tried again: after the first time, the second; the last stays."""
_JITTER = 0.25  # of a wait; so that mails put off together do not come again together
_AT_ONCE = 3  # how often a mail whose line was lost is tried again without a wait


class Effect(StrEnum):
    """How we go on with the server."""

    NONE = "none"
    RECONNECT = "reconnect"  # the line is lost
    SHRINK = "shrink"  # it wants fewer connections
    SLOW = "slow"  # it wants fewer mails
    PAUSE = "pause"  # what it refuses is us, and not one reader: people must look


class Fault(StrEnum):
    """Whose fault a refusal is, for who keeps the list."""

    NONE = "none"
    HARD = "hard"  # there is no such mailbox
    SOFT = "soft"  # not now: full, or out of reach
    OURS = "ours"  # our address, server, mail or reputation; never the reader's


class Verdict(Struct, frozen=True):
    """What becomes of a mail, and of the line; *fault* is for refusals for good."""

    state: State
    effect: Effect
    fault: Fault = Fault.NONE


class _Row(Struct, frozen=True):
    """A row of the table: the first that fits a reply decides. *status* begins the part behind the class."""

    stages: str
    codes: str
    status: str
    verdict: Verdict


_SENT = Verdict(State.SENT, Effect.NONE)
_LATER = Verdict(State.DEFERRED, Effect.NONE)
_GONE = Verdict(State.FAILED, Effect.NONE, Fault.HARD)
_FULL = Verdict(State.FAILED, Effect.NONE, Fault.SOFT)
_UNFIT = Verdict(State.FAILED, Effect.NONE, Fault.OURS)
_OURS = Verdict(State.DEFERRED, Effect.PAUSE, Fault.OURS)
_READER = f"{Stage.RECIPIENT} {Stage.END}"
_TABLE = (
    _Row("", "2", "", _SENT),
    _Row("", "421", "", Verdict(State.QUEUED, Effect.SHRINK)),
    _Row("", "454", "", Verdict(State.DEFERRED, Effect.SLOW)),
    _Row(f"{Stage.CONNECT} {Stage.LOGIN}", "4", "", Verdict(State.QUEUED, Effect.RECONNECT)),
    _Row("", "4", "", _LATER),
    _Row(_READER, "5", "6.7", _UNFIT),  # the address needs what the server does not have
    _Row(_READER, "5", "1.7", _OURS),  # 5.1.7 and 5.1.8 speak of the sender's address
    _Row(_READER, "5", "1.8", _OURS),
    _Row(_READER, "5", "1", _GONE),
    _Row(_READER, "5", "2.2", _FULL),
    _Row(_READER, "5", "2.3", _UNFIT),  # too long for this mailbox
    _Row(_READER, "5", "2", _GONE),
    _Row(Stage.RECIPIENT, "5", "4", _FULL),
    _Row("", "5", "7", _OURS),
    _Row(Stage.RECIPIENT, "552", "", _FULL),
    _Row(Stage.RECIPIENT, "550 551 553", "3 5 6", _OURS),
    _Row(Stage.RECIPIENT, "550 551 553", "", _GONE),
    _Row("", "", "", _OURS),
)


def verdict(said: Reply | Lost, attempt: int) -> Verdict:
    """Return what follows from what a server *said*, or from a line that was lost, at an *attempt* from 1."""
    if isinstance(said, Lost):
        if said.stage is Stage.END:
            return Verdict(State.IN_DOUBT, Effect.RECONNECT)
        return Verdict(_again(attempt), Effect.RECONNECT)
    found = next(row.verdict for row in _TABLE if _fits(row, said))
    return Verdict(_again(attempt), found.effect) if found.state is State.QUEUED else found


def outcome(
    subscription: int, said: Reply | Lost, attempt: int, now: datetime, chance: float, give_up: timedelta
) -> Outcome:
    """Return what becomes of the delivery to *subscription*.

    *chance* is from 0 to 1, another one for each mail. A mail is given up before the attempt that would come
    more than *give_up* after the first, if no time were lost between attempts: a pause counts for nothing.
    """
    state = verdict(said, attempt).state
    due = None
    if state is State.DEFERRED:
        if waited(attempt) > give_up:
            state = State.FAILED
        else:
            due = now + wait(attempt) * (1 + _JITTER * chance)
    if isinstance(said, Lost):
        return Outcome(subscription, state, reply=f"{said.reason} ({said.stage})", due=due)
    return Outcome(subscription, state, said.code, said.status, said.text, due)


def wait(attempt: int) -> timedelta:
    """Return for how long a mail waits after *attempt*, at least."""
    return timedelta(minutes=WAITS[min(attempt, len(WAITS)) - 1])


def waited(attempt: int) -> timedelta:
    """Return how much time there is from the first attempt to the one after *attempt*, at least."""
    return sum((wait(number) for number in range(1, attempt + 1)), timedelta())


def _again(attempt: int) -> State:
    """Return where a mail stands that the server has not refused: one that breaks every line must wait."""
    return State.QUEUED if attempt <= _AT_ONCE else State.DEFERRED


def _fits(row: _Row, said: Reply) -> bool:
    code, status = str(said.code), said.status[2:]
    return (
        (not row.stages or said.stage in row.stages.split())
        and (not row.codes or any(code.startswith(begin) for begin in row.codes.split()))
        and (not row.status or any(f"{status}.".startswith(f"{begin}.") for begin in row.status.split()))
    )


# ------------------------------------------------------------------ the breaker
_VARIES = pattern(r"<[^>]*>|\S*@\S*|\S*\d\S*")  # addresses, numbers, marks of a log


class Breaker:
    """Remembers the *last* replies, and trips when more than *share* of them are refusals of one text.

    It does not trip before *least* such refusals. Addresses and numbers in a text do not count.
    """

    def __init__(self, share: float = 0.2, last: int = 500, least: int = 20) -> None:
        self._share, self._least = share, least
        self._texts: deque[str] = deque(maxlen=last)
        self._counts: Counter[str] = Counter()

    def add(self, said: Reply) -> str:
        """Remember what a server *said*; return why to pause, or "" for not to."""
        text = "" if said.code < 500 else f"{said.code} {said.status} {_VARIES.sub('', said.text)}"  # noqa: PLR2004
        if len(self._texts) == self._texts.maxlen:
            oldest = self._texts[0]
            self._counts[oldest] -= 1
            if not self._counts[oldest]:
                del self._counts[oldest]
        self._texts.append(text)
        self._counts[text] += 1
        count = self._counts[text]
        if not text or count < self._least or count <= self._share * len(self._texts):
            return ""
        return f"{count} of the last {len(self._texts)} replies were as this one: {shown(said)}"
