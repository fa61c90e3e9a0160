"""What the service works with: the list, the keys, the limits, and what is done behind the answers."""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from enum import Enum

from publisher.database.engine import transaction
from publisher.delivery.transport import OUTBOX, Transport, transport
from publisher.entries.reader import read_names
from publisher.model.subscription import Choice, Subscription
from publisher.project import Project, secret
from publisher.readers import draw, open_list
from publisher.render.templating import Templates
from publisher.subscribers.addresses import Address
from publisher.subscribers.keys import signing_keys
from publisher.subscribers.lifecycle import Status
from publisher.subscribers.tokens import Tokens
from publisher.web.clients import Stamps
from publisher.web.limits import Limits
from publisher.web.mails import Mail, Mails
from publisher.web.pages import Pages
from publisher.web.wishes import Wish, Wishes
from publisher.web.worker import Task, Worker

_LINK_AGAIN = timedelta(hours=1)  # a reader who is subscribed gets her link so often at most
READS = frozenset({Status.ACTIVE, Status.PAUSED})
"""Those who are subscribed, whether or not they get mail just now."""


class Taken(Enum):
    """What became of a form."""

    YES = 1
    TOO_OFTEN = 2
    NO_ROOM = 3


class Desk:
    """Takes what readers ask for. *clock* tells the time, *tell* writes a line of the log."""

    def __init__(
        self,
        project: Project,
        environ: Mapping[str, str],
        clock: Callable[[], datetime],
        tell: Callable[[str], None],
    ) -> None:
        settings, keys = project.settings, signing_keys(secret(environ, "subscribers", "key"))
        self.project, self.clock, self.tell = project, clock, tell
        subscribers = open_list(project, environ, draw)
        self.store = subscribers.store
        self.limits = Limits(settings.subscribers, subscribers.secret)
        self.wishes = Wishes(self.store.engine, subscribers.newsletter)
        self.tokens, self.stamps = Tokens(keys), Stamps(keys)
        self.pages = Pages(settings, read_names(project.entries, settings), Templates(project.templates))
        self.mails = Mails(self.pages, self.tokens)
        self.worker = Worker(tell)
        self.transport: Transport = transport(
            settings.smtp, secret(environ, "smtp", "password"), project.root / OUTBOX
        )

    def take(
        self, address: Address, choice: Choice | None, proof: Mapping[str, str], *, is_person: bool
    ) -> Taken:
        """Take the wish of who has *address* to join with *choice*, or, without one, to get her link.

        It is in the database before this returns, and done later. Whether she is known, nobody learns from
        that. Of who is no person the try is counted, and nothing else.
        """
        now = self.clock()
        with transaction(self.store.engine) as connection:
            if not self.limits.count(connection, address.key, proof["origin"], now):
                return Taken.TOO_OFTEN
            wish = self.wishes.keep(connection, address, choice, proof, now) if is_person else None
        if wish and not self._put(wish):
            self.wishes.forget(wish)
            return Taken.NO_ROOM
        return Taken.YES

    def resume(self) -> None:
        """Do what an earlier run took and did not do; what finds no room waits for the next one."""
        for wish in self.wishes.waiting(self.clock()):
            self._put(wish)

    def _put(self, wish: Wish) -> bool:
        return self.worker.put(Task("a form", lambda: self._answered(wish)))

    def _answered(self, wish: Wish) -> Task | None:
        """Do what a form asked for, and return the mail that follows from it, if any does."""
        reader, is_due = self._asked(wish, self.store.find(wish.address.key))
        if reader is None or not is_due:
            self.wishes.forget(wish)
            return None
        return Task(f"the mail to subscription {reader.public}", lambda: self._send(reader, wish))

    def _asked(self, wish: Wish, before: Subscription | None) -> tuple[Subscription | None, bool]:
        """Return the subscription of who asked, which was as *before*, and whether a mail is due."""
        asked_last = before.asked_last if before else None
        if asked_last == wish.at:  # an earlier run did it and ended before it forgot; its mail may be lost
            return before, True
        is_reader = before is not None and before.status in READS
        is_soon = asked_last is not None and wish.at - asked_last < _LINK_AGAIN
        if (wish.choice is None and not is_reader) or (is_reader and is_soon):
            return before, False
        choice = wish.choice or Choice(self.pages.settings.newsletter.languages[0])
        return self.store.subscribe(wish.address, choice, wish.at, wish.proof)

    def _send(self, reader: Subscription, wish: Wish) -> None:
        write = self.mails.way_in if reader.status in READS else self.mails.confirmation
        mail: Mail = write(reader, self.clock(), draw(16))
        self.transport.send(*mail)
        self.wishes.forget(wish)
