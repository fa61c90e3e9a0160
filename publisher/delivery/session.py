"""What a way for mails promises, and how it says that a mail did not go. Pure."""

from collections.abc import Callable
from typing import Literal, Protocol

from publisher.model.delivery import Mailbox, Pieces, Reply, Stage


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
    """A line to a server, ready for mails, one behind the other; for one thread at a time."""

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

    def abort(self) -> None:
        """Break the line, from whatever thread: a `deliver` that waits for the server raises `Lost`."""
        ...

    def close(self) -> None:
        """Say good-bye."""
        ...
