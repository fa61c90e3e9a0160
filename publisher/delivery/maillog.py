"""What a Postfix log tells of our mails: which were taken, and which were cut before their end. Pure.

Read line by line, each once, without patterns that could go back. A message is taken when `qmgr` makes its
queue id active (or `cleanup` holds it); it was not when the `smtpd` that read it lost the line within DATA,
before the final dot, or `cleanup` refused it. Anything else is no proof.
"""

from collections.abc import Container, Iterable
from datetime import datetime, timedelta, tzinfo
from enum import StrEnum

from msgspec import Struct

from publisher.delivery import messageid
from publisher.delivery.messageid import Named

_LONGEST = 4096
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_CUT = ("lost connection after DATA", "timeout after DATA")
_TAKEN = ("hold: ", "milter-hold: ", "discard: ", "milter-discard: ")
_REFUSED = ("reject: ", "milter-reject: ", "warning: queue file size limit exceeded")


class Fate(StrEnum):
    """What a log tells of a mail."""

    TAKEN = "taken"
    CUT = "cut"
    SEEN = "seen"
    ABSENT = "absent"


class _Try(Struct):
    """One queue id: whose mail it is, and what became of it."""

    reader: Named | None = None
    taken: bool = False
    cut: bool = False


class Maillog:
    """What the lines of a log tell of the mails of *wanted*, whose Message-IDs are of *host*.

    Old time stamps have neither year nor zone: they are the last such moment before *now*, in *zone*.
    """

    def __init__(self, host: str, wanted: Container[Named], now: datetime, zone: tzinfo) -> None:
        self._host, self._wanted, self._now, self._zone = host, wanted, now, zone
        self._open: dict[str, _Try] = {}
        self._reads: dict[str, str] = {}
        self._tries: dict[Named, list[_Try]] = {}
        self._first, self._last = "", ""
        self.lines = 0

    def read(self, lines: Iterable[bytes]) -> None:
        """Read *lines*, which go on where the last ones ended."""
        for data in lines:
            self._line(data[:_LONGEST].decode("utf-8", "replace").rstrip("\r\n"))

    def fate(self, reader: Named) -> Fate:
        """Return what the log tells of the mail of *reader*: of several tries, one that was taken counts."""
        tries = self._tries.get(reader)
        if not tries:
            return Fate.ABSENT
        if any(one.taken for one in tries):
            return Fate.TAKEN
        return Fate.CUT if all(one.cut for one in tries) else Fate.SEEN

    @property
    def span(self) -> tuple[datetime, datetime] | None:
        """Return the moments of the first and the last line; None if neither tells its own."""
        first, last = self._moment(self._first), self._moment(self._last)
        return (first, last) if first and last else None

    def _line(self, line: str) -> None:
        head, found, text = line.partition("]: ")
        program, _, process = head.rpartition("[")
        if not found or not process.isdigit():
            return
        stamp, component = program.rpartition(" ")[0], program.rpartition("/")[2]
        self._first = self._first or stamp
        self._last = stamp
        self.lines += 1
        if component == "smtpd" and text.startswith(_CUT):
            if reads := self._open.get(self._reads.pop(process, "")):
                reads.cut = True
            return
        if component == "smtpd" and text.startswith(("connect from", "disconnect from")):
            self._reads.pop(process, None)
            return
        queue, found, said = text.partition(": ")
        if not found or not queue.isalnum():
            return
        if component == "smtpd":
            if said.startswith("client="):
                self._begins(queue, process)
        elif component == "cleanup":
            self._cleaned(queue, said)
        elif component == "qmgr":
            self._queued(queue, said)

    def _begins(self, queue: str, process: str) -> None:
        """Note that *process* reads a new mail; a queue id that came before is another mail's now."""
        self._reads[process] = queue
        self._open[queue] = _Try()

    def _cleaned(self, queue: str, said: str) -> None:
        if said.startswith("message-id="):
            reader = messageid.read(said.removeprefix("message-id="), self._host)
            if reader is None or reader not in self._wanted:
                self._open.pop(queue, None)
                return
            one = self._open.get(queue)
            if one is None or one.reader:
                one = self._open[queue] = _Try()
            one.reader = reader
            self._tries.setdefault(reader, []).append(one)
        elif one := self._open.get(queue):
            one.taken = one.taken or said.startswith(_TAKEN)
            one.cut = one.cut or said.startswith(_REFUSED)

    def _queued(self, queue: str, said: str) -> None:
        if said.endswith("(queue active)") and (one := self._open.get(queue)):
            one.taken = True
        elif said == "removed":
            self._open.pop(queue, None)

    def _moment(self, stamp: str) -> datetime | None:
        """Return the moment of a line that begins with *stamp*: RFC 3339, or `Nov 23 07:41:02`."""
        words = stamp.split()
        try:
            if len(words[0]) > 3:  # noqa: PLR2004 - no month's name
                moment = datetime.fromisoformat(words[0])
                return moment if moment.tzinfo else moment.replace(tzinfo=self._zone)
            hour, minute, second = map(int, words[2].split(":"))
            moment = datetime(
                self._now.year,
                _MONTHS.index(words[0]) + 1,
                int(words[1]),
                hour,
                minute,
                second,
                tzinfo=self._zone,
            )
        except (ValueError, IndexError):
            return None
        return moment if moment <= self._now + timedelta(days=1) else _a_year_before(moment)


def covers(
    span: tuple[datetime, datetime] | None, first: datetime, last: datetime, margin: timedelta
) -> bool:
    """Tell whether a log of *span* begins before *first*, and goes on *margin* after *last*."""
    return span is not None and span[0] <= first and span[1] >= last + margin


def _a_year_before(moment: datetime) -> datetime | None:
    try:
        return moment.replace(year=moment.year - 1)
    except ValueError:  # 29 February
        return None
