"""What a way for mails promises, and how it says that a mail did not go. Pure."""

from collections.abc import Callable, Generator
from typing import Literal, NamedTuple, Protocol, TypeVar

from publisher.model.delivery import Mailbox, Pieces, Reply, Stage

Result = TypeVar("Result")


class Wait(NamedTuple):
    """What must happen before something goes on: *descriptor* can be read, or written if *is_writing*.

    If it has not happened when `time.monotonic` is *until*, `TimeoutError` is thrown in. `NO_LINE` stands for
    a pause: nothing but *until* is waited for, and nothing thrown.
    """

    descriptor: int
    is_writing: bool
    until: float


NO_LINE = -1
Steps = Generator[Wait | None, bool | None, Result]
"""Something that is done step by step, so that one thread can do many at once, and its result.

It yields what it waits for. None asks whether a mail may go now; the answer is sent in.
"""


class Lost(Exception):  # noqa: N818 - what happened, in the word of the ledger
    """The line to the server was lost at *stage*, for *reason*.

    `Stage.END` is from the final dot on: the server may have taken the mail. Before that it has not.
    """

    def __init__(self, stage: Stage, reason: str) -> None:
        super().__init__(f"{reason} ({stage})")
        self.stage, self.reason = stage, reason


class Refused(Exception):  # noqa: N818 - what happened
    """The server wants nothing from us: *reply* is what it said to our greeting or login."""

    def __init__(self, reply: Reply) -> None:
        super().__init__(f"{reply.code} {reply.text}")
        self.reply = reply


class Withdrawn(Exception):  # noqa: N818 - what happened
    """A mail was taken back before its final dot: it was not sent, and its line is cut."""


class Session(Protocol):
    """A line to a server, ready for mails, one behind the other; for one thread at a time.

    A mail is handed over by `deliver`, which waits for the server, or by `steps`, which tell what they wait
    for.
    """

    @property
    def is_open(self) -> bool:
        """Tell whether it takes another mail."""
        ...

    def deliver(
        self, sender: Mailbox | Literal[""], recipient: Mailbox, message: Pieces, commit: Callable[[], bool]
    ) -> Reply:
        """Hand over *message* and return the reply that decides.

        The message's lines end in CRLF, have at most 998 bytes, and those that begin with a dot begin with
        two. *commit* is called once, when everything but the final dot is with the server; if it returns
        False the mail is taken back (`Withdrawn`). A refusal comes earlier, and is returned. Raises `Lost`.
        """
        ...

    def steps(self, sender: Mailbox | Literal[""], recipient: Mailbox, message: Pieces) -> Steps[Reply]:
        """Do as `deliver` does, step by step: where that calls *commit*, None is yielded, once."""
        ...

    def abort(self) -> None:
        """Break the line, from whatever thread: a `deliver` that waits for the server raises `Lost`."""
        ...

    def close(self) -> None:
        """Say good-bye."""
        ...
