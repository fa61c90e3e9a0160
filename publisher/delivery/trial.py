"""Test mails: an issue as readers get it, to one address, with [Test] in the subject."""

from publisher.delivery.message import message_bytes
from publisher.delivery.transport import Transport
from publisher.model.address import TEST_READER
from publisher.model.delivery import Mailbox, Token
from publisher.model.output import Digest
from publisher.model.settings import Settings


def send_trial(digest: Digest, settings: Settings, to: Mailbox, way: Transport) -> str:
    """Send *digest* to *to*, and return where it went and what was said; raises `NotSentError`.

    It has the very bytes that a reader gets, but for her links, which name nobody, and the subject.
    """
    message = message_bytes(digest, settings, to=to, reader=Token(TEST_READER))
    message = message.replace(b"Subject: ", b"Subject: [Test] ", 1)
    _, sender = settings.email.name_and_address
    return f"{way.name}: {way.send(sender, to, message)}"
