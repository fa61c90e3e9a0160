"""What the service works with: the list, the keys, the limits, and what is done behind the answers."""

import secrets
import string
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta

from publisher.delivery.transport import OUTBOX, Transport, transport
from publisher.model.subscription import Choice, Subscription
from publisher.project import Project, secret
from publisher.readers import names_of, open_list
from publisher.render.templating import Templates
from publisher.subscribers.addresses import Address
from publisher.subscribers.keys import signing_keys
from publisher.subscribers.lifecycle import Status
from publisher.subscribers.tokens import Tokens
from publisher.web.clients import Stamps
from publisher.web.limits import Limits
from publisher.web.mails import Mail, Mails
from publisher.web.pages import Pages
from publisher.web.worker import Task, Worker

_LETTERS = string.ascii_letters + string.digits
_LINK_AGAIN = timedelta(hours=1)  # a reader who is subscribed gets her link so often at most
READS = frozenset({Status.ACTIVE, Status.PAUSED})
"""Those who are subscribed, whether or not they get mail just now."""


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
        self.limits = Limits(self.store.engine, settings.subscribers, subscribers.secret)
        self.tokens, self.stamps = Tokens(keys), Stamps(keys)
        self.pages = Pages(settings, names_of(project), Templates(project.templates))
        self.mails = Mails(self.pages, self.tokens)
        self.worker = Worker(tell)
        self.transport: Transport = transport(
            settings.smtp, secret(environ, "smtp", "password"), project.root / OUTBOX
        )

    def take(self, address: Address, choice: Choice | None, proof: Mapping[str, str]) -> bool:
        """Take the wish of who has *address* to join with *choice*, or, without one, to get her link.

        Return whether there was room for it. Whether she is known, nobody learns from that.
        """
        return self.worker.put(Task("a form", lambda: self._answered(address, choice, proof)))

    def _answered(self, address: Address, choice: Choice | None, proof: Mapping[str, str]) -> Task | None:
        """Do what a form asked for, and return the mail that follows from it, if any does."""
        now, before = self.clock(), self.store.find(address.key)
        is_reader = before is not None and before.status in READS
        is_soon = before is not None and before.asked_last and now - before.asked_last < _LINK_AGAIN
        if (choice is None and not is_reader) or (is_reader and is_soon):
            return None
        wanted = choice or Choice(self.pages.settings.newsletter.languages[0])
        reader, is_due = self.store.subscribe(address, wanted, now, proof)
        if not is_due:
            return None
        return Task(f"the mail to subscription {reader.public}", lambda: self._send(reader))

    def _send(self, reader: Subscription) -> None:
        write = self.mails.way_in if reader.status in READS else self.mails.confirmation
        mail: Mail = write(reader, self.clock(), draw(16))
        self.transport.send(*mail)


def draw(number: int) -> str:
    """Return *number* letters and digits by chance."""
    return "".join(secrets.choice(_LETTERS) for _ in range(number))
