"""A dialogue with a mail server that takes many mails over one line (RFC 5321), pipelined (RFC 2920)."""

import contextlib
import threading
from collections.abc import Callable
from typing import Literal

from publisher.delivery.greeting import Place, opened, words_of
from publisher.delivery.line import Limits, Line, awaited
from publisher.delivery.replies import MalformedReplyError, Spoken, reply
from publisher.delivery.session import Lost, Steps, Withdrawn
from publisher.model.delivery import Mailbox, Pieces, Reply, Stage

_GO, _CLOSING = 354, 421
_YES, _REFUSALS = 2, {4, 5}  # the hundreds of replies
_LONGEST_ID = 100

_Steps = tuple[tuple[Stage, int], ...]
_STEPS: _Steps = ((Stage.SENDER, 2), (Stage.RECIPIENT, 2), (Stage.DATA, 3))
"""The replies to the commands of a mail, and by which hundreds they agree."""
_STEPS_ANEW: _Steps = ((Stage.SENDER, 2), *_STEPS)
"""The same behind RSET: the server forgets the mail that it refused."""


class SmtpSession:
    """A `Session` with a mail server; `connected` makes it.

    *deaf* is set when a server that offers to hear several commands at once does not hear them.
    """

    def __init__(self, line: Line, offered: dict[str, str], limits: Limits, deaf: threading.Event) -> None:
        self._line, self._limits, self._deaf = line, limits, deaf
        self._pipelines = "PIPELINING" in offered and not deaf.is_set()
        self._has_utf8, self._has_8bit = "SMTPUTF8" in offered, "8BITMIME" in offered
        self._has_size, self._has_dsn = "SIZE" in offered, "DSN" in offered
        most = offered.get("SIZE", "")
        self._most = int(most) if most.isdecimal() and len(most) < 20 else 0  # noqa: PLR2004 - RFC 1870
        self._notify = " NOTIFY=FAILURE" if self._has_dsn else ""
        self._stage = Stage.SENDER
        self._is_clean = True  # the server remembers no half mail
        self.is_open = True

    def deliver(
        self, sender: Mailbox | Literal[""], recipient: Mailbox, message: Pieces, commit: Callable[[], bool]
    ) -> Reply:
        """Hand over *message* and return the reply that decides; see `Session`."""
        return awaited(self.steps(sender, recipient, message), commit)

    def steps(self, sender: Mailbox | Literal[""], recipient: Mailbox, message: Pieces) -> Steps[Reply]:
        """Hand over *message* step by step; see `Session`."""
        self._stage = Stage.SENDER
        if not self.is_open:
            raise Lost(Stage.CONNECT, "the line is closed")
        size, is_8bit = sum(map(len, message)), not all(map(bytes.isascii, message))
        is_utf8 = not (sender.isascii() and recipient.isascii())
        unfit = self._unfit(size, is_8bit=is_8bit, is_utf8=is_utf8)
        if unfit:
            return unfit
        mail = self._mail(sender, size, is_8bit=is_8bit, is_utf8=is_utf8)
        is_asking = False
        try:
            reader = f"RCPT TO:<{recipient}>{self._notify}\r\n"
            refusal = yield from self._asked(mail, reader)
            if not refusal:
                refusal = yield from self._written(message, size)
            if refusal:
                return refusal
            is_asking = True
            may_go = yield None
            is_asking = False
            return (yield from self._ended(message, may_go=bool(may_go)))
        except (OSError, MalformedReplyError) as error:
            self._cut()
            if is_asking:  # it is not the line that failed
                raise
            raise Lost(self._stage, words_of(error)) from None
        except BaseException:
            self._cut()
            raise

    def abort(self) -> None:
        """Break the line, from whatever thread."""
        self.is_open = False
        self._line.abort()

    def close(self) -> None:
        """Say good-bye; what the server answers to that changes nothing any more."""
        if self.is_open:
            with contextlib.suppress(OSError, MalformedReplyError):
                self._line.say(b"QUIT\r\n", self._limits.leave)
                self._line.hear(self._limits.leave)
        self._cut()

    def _unfit(self, size: int, *, is_8bit: bool, is_utf8: bool) -> Reply | None:
        """Return what the server would say to a mail that it cannot take, as it has told us."""
        if is_utf8 and not self._has_utf8:
            return Reply(Stage.RECIPIENT, 553, "5.6.7", "needs SMTPUTF8, which the server does not offer")
        if is_8bit and not self._has_8bit:
            return Reply(Stage.SENDER, 554, "5.6.3", "needs 8BITMIME, which the server does not offer")
        if self._most and size > self._most:
            return Reply(Stage.SENDER, 552, "5.3.4", f"{size} bytes; the server takes {self._most}")
        return None

    def _mail(self, sender: str, size: int, *, is_8bit: bool, is_utf8: bool) -> str:
        """Return the command that begins a mail."""
        return (
            f"MAIL FROM:<{sender}>"
            f"{f' SIZE={size}' if self._has_size else ''}"
            f"{' BODY=8BITMIME' if is_8bit else ''}"
            f"{' SMTPUTF8' if is_utf8 else ''}"
            f"{_dsn(sender) if self._has_dsn else ''}\r\n"
        )

    def _asked(self, mail: str, recipient: str) -> Steps[Reply | None]:
        """Say the commands of a mail and return the refusal, if there is one; else the mail may follow."""
        if not self._line.is_quiet:
            raise MalformedReplyError("it spoke unasked")
        steps, commands = _STEPS, [mail, recipient, "DATA\r\n"]
        if not self._is_clean:
            steps, commands = _STEPS_ANEW, ["RSET\r\n", *commands]
        self._is_clean = False
        say = self._at_once if self._pipelines else self._in_turn
        refusal = yield from say(steps, commands)
        self._is_clean = not refusal
        return refusal

    def _at_once(self, steps: _Steps, commands: list[str]) -> Steps[Reply | None]:
        """Say *commands* in one go and hear all the replies; return the first refusal."""
        limit, refusal = self._limits.command, None
        yield from self._line.saying("".join(commands).encode(), limit)
        for number, (stage, wanted) in enumerate(steps):
            self._stage = stage
            try:
                spoken = yield from self._line.hearing(limit)
            except (OSError, MalformedReplyError) as error:
                if number and isinstance(error, TimeoutError):
                    self._deaf.set()
                if not refusal:
                    raise
                self._cut()  # what it refused it has refused
                break
            if spoken.code // 100 == wanted and not refusal:
                continue  # as nearly always
            refusal = refusal or _refusal(stage, spoken, wanted)
            is_careless = bool(refusal) and spoken.code == _GO  # it wants a mail that goes to nobody
            if is_careless or spoken.code == _CLOSING:
                self._cut()
                break
        return refusal

    def _in_turn(self, steps: _Steps, commands: list[str]) -> Steps[Reply | None]:
        """Say *commands* one by one until one is refused; return the refusal."""
        for (stage, wanted), command in zip(steps, commands, strict=True):
            self._stage = stage
            yield from self._line.saying(command.encode(), self._limits.command)
            spoken = yield from self._line.hearing(self._limits.command)
            refusal = _refusal(stage, spoken, wanted)
            if refusal:
                if spoken.code == _CLOSING:
                    self._cut()
                return refusal
        return None

    def _written(self, message: Pieces, size: int) -> Steps[Reply | None]:
        """Write *message* without its end; return what the server said if it did not want to read it all."""
        if not self._line.is_quiet:
            raise MalformedReplyError("it spoke before it had the mail")
        try:
            yield from self._line.saying_pieces(message, size, self._limits.body)
        except ConnectionError as error:
            try:
                spoken = yield from self._line.hearing(self._limits.leave)
            except (OSError, MalformedReplyError):
                raise error from None
            return self._interrupted(spoken)
        return None

    def _interrupted(self, spoken: Spoken) -> Reply:
        """Return the refusal that came before the final dot; that will never be sent."""
        self._cut()
        refusal = _refusal(Stage.DATA, spoken, 0)
        if not refusal:  # it cannot have taken what it has not seen whole
            raise MalformedReplyError(f"it said {spoken.code} before it had the mail")
        return refusal

    def _ended(self, message: Pieces, *, may_go: bool) -> Steps[Reply]:
        """Send the final dot and return what the server says to it."""
        if not may_go:
            raise Withdrawn
        early = yield from self._line.overhearing(self._limits.leave)
        if early:
            return self._interrupted(early)
        self._stage = Stage.END
        try:
            dot = b".\r\n" if _ends_a_line(message) else b"\r\n.\r\n"
            yield from self._line.saying(dot, self._limits.end)
        except ConnectionError:
            self._stage = Stage.DATA  # the line was reset just before: no byte of it went out
            raise
        spoken = yield from self._line.hearing(self._limits.end)
        if spoken.code == _CLOSING:
            self._cut()
        return _refusal(Stage.END, spoken, _YES) or reply(Stage.END, spoken)

    def _cut(self) -> None:
        self.is_open = False
        self._line.cut()


def connected(place: Place, limits: Limits, deaf: threading.Event) -> SmtpSession:
    """Return a session with the server at *place*; *deaf* is shared by its sessions.

    Raises `Lost` and `Refused`.
    """
    line, offered = opened(place, limits)
    return SmtpSession(line, offered, limits, deaf)


def _refusal(stage: Stage, spoken: Spoken, wanted: int) -> Reply | None:
    """Return *spoken* as a refusal if it is one, and not of the hundreds that are *wanted*."""
    kind = spoken.code // 100
    if kind == wanted:
        return None
    if kind in _REFUSALS:
        return reply(stage, spoken)
    raise MalformedReplyError(f"it said {spoken.code} there")


def _ends_a_line(message: Pieces) -> bool:
    """Tell whether *message* ends with CRLF, or is empty."""
    end = b""
    for piece in reversed(message):
        end = piece[-2:] + end
        if len(end) > 1:
            break
    return end[-2:] in {b"\r\n", b""}


def _dsn(sender: str) -> str:
    """Return that failures are told with the header alone, under the name that *sender* has (RFC 3461)."""
    name = sender.rpartition("@")[0]
    if "+" not in name or not name.isascii():
        return " RET=HDRS"
    mark = name.replace("+", "+2B").replace("=", "+3D")  # all that a mailbox has and an xtext has not
    return f" RET=HDRS ENVID={mark}" if len(mark) <= _LONGEST_ID else " RET=HDRS"
