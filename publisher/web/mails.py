"""The mails that the service sends: a link to confirm by, or the way to what a reader chose."""

from datetime import datetime
from typing import NamedTuple
from urllib.parse import quote

from publisher.delivery.letter import Letter, letter_bytes
from publisher.model import address
from publisher.model.subscription import Subscription
from publisher.subscribers.addresses import mailbox_of
from publisher.subscribers.tokens import Claim, Purpose, Tokens
from publisher.web.pages import Pages


class Mail(NamedTuple):
    """The bytes of a mail, and whose envelope they go into."""

    sender: str
    recipient: str
    message: bytes


class Mails:
    """Writes mails with links that *tokens* sign; nothing that a stranger typed stands in them."""

    def __init__(self, pages: Pages, tokens: Tokens) -> None:
        self._pages, self._tokens = pages, tokens

    def confirmation(self, reader: Subscription, now: datetime, mark: str) -> Mail:
        """Return the mail with which *reader* confirms that she asked."""
        claim = Claim(reader.public, reader.nonce, int(now.timestamp()))
        where = f"confirm/{self._tokens.sign(Purpose.CONFIRM, claim)}"
        return self._mail("confirm", reader, now, mark, {"confirm": self._absolute(where)})

    def way_in(self, reader: Subscription, now: datetime, mark: str) -> Mail:
        """Return the mail with the links of a *reader* who is subscribed."""
        claim = Claim(reader.public)
        choose = address.preferences(self._tokens.sign(Purpose.PREFERENCES, claim))
        leave = address.unsubscribe(self._tokens.sign(Purpose.UNSUBSCRIBE, claim))
        links = {"preferences": self._absolute(choose), "unsubscribe": self._absolute(leave)}
        return self._mail("link", reader, now, mark, links)

    def _absolute(self, where: str) -> str:
        return self._pages.settings.newsletter.url + quote(where, safe="/._-")

    def _mail(self, name: str, reader: Subscription, now: datetime, mark: str, links: dict[str, str]) -> Mail:
        settings = self._pages.settings
        languages = settings.newsletter.languages
        lang = reader.language if reader.language in languages else languages[0]
        subject, text, html = (
            self._pages.fill(f"email/{name}{ending}", lang, links)
            for ending in ("-subject.txt", ".txt", ".html")
        )
        to = mailbox_of(reader.address)
        message = letter_bytes(Letter(lang, subject, text, html), settings, to=to, now=now, mark=mark)
        return Mail(settings.email.name_and_address[1], to, message)
