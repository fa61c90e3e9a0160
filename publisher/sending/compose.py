"""From a delivery of the ledger to the mail of one reader."""

from collections import OrderedDict
from collections.abc import Callable
from threading import Lock

from publisher.delivery.couriers import Composed, UnfitAddressError
from publisher.delivery.returnpath import return_path
from publisher.delivery.splice import Reader, Template, spliced
from publisher.model.delivery import Job, Token
from publisher.model.settings import Settings
from publisher.subscribers.addresses import mailbox_of
from publisher.subscribers.tokens import Claim, Purpose, Tokens

_IN_MEMORY = 64
Signer = Callable[[list[bytes]], list[bytes]]


class Composer:
    """Makes the mails of an issue; *load* gives the template of a segment, *sign* signs a mail or is None.

    *key* is under which return paths are signed. Several threads may ask at once.
    """

    def __init__(
        self,
        issue: int,
        settings: Settings,
        load: Callable[[int], Template],
        tokens: Tokens,
        key: bytes,
        sign: Signer | None,
    ) -> None:
        self._issue, self._load, self._tokens, self._key, self._sign = issue, load, tokens, key, sign
        self._settings = settings
        self._templates: OrderedDict[int, Template] = OrderedDict()
        self._lock = Lock()

    def __call__(self, job: Job) -> Composed:
        """Return the mail of *job*; raises `UnfitAddressError` if its address cannot be sent to."""
        try:
            recipient = mailbox_of(job.address)
        except ValueError as error:
            raise UnfitAddressError(str(error)) from None
        claim = Claim(job.public)
        unsubscribe, preferences = (
            Token(self._tokens.sign(purpose, claim)) for purpose in (Purpose.UNSUBSCRIBE, Purpose.PREFERENCES)
        )
        reader = Reader(recipient, Token(job.public), unsubscribe, preferences)
        message = spliced(self._template(job.segment), reader)
        if self._sign:
            message = self._sign(message)
        sender = return_path(self._settings, self._issue, job.subscription, self._key)
        return Composed(sender, recipient, message)

    def _template(self, segment: int) -> Template:
        with self._lock:
            if segment not in self._templates:
                self._templates[segment] = self._load(segment)
                if len(self._templates) > _IN_MEMORY:
                    self._templates.popitem(last=False)
            self._templates.move_to_end(segment)
            return self._templates[segment]
