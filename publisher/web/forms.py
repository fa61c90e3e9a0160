"""The two forms that anybody may fill in. Their answers tell nothing of who is on the list."""

from publisher.model.subscription import Choice
from publisher.subscribers.addresses import Address, AddressError, read_address
from publisher.web.answers import Answer, Asked, page
from publisher.web.clients import network
from publisher.web.desk import Desk, Taken

_HOUR = {"Retry-After": "3600"}


class Forms:
    """`subscribe`, and `preferences` for those who have lost their link."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def answer(self, name: str, lang: str, asked: Asked) -> Answer:
        """Return the form, or what is said to who sent it."""
        if not asked.posts:
            return self._form(name, lang, asked)
        desk = self._desk
        address = _address(asked.sent("address"))
        if address is None:
            return self._form(name, lang, asked, "address")
        if not desk.stamps.is_good(asked.sent("time"), desk.clock().timestamp()):
            is_of_site = "time" not in (asked.form or {})  # such a form has room for the address alone
            return self._form(name, lang, asked, "" if is_of_site else "time")
        wanted = asked.sent("language")
        chosen = wanted if wanted in desk.project.settings.newsletter.languages else lang
        choice = Choice(chosen) if name == "subscribe" else None
        proof = {"text": desk.pages.consent(lang), "origin": network(asked.client)}
        # Only programs fill in the field that people do not see; they are answered like everybody.
        taken = desk.take(address, choice, proof, is_person=not asked.sent("website"))
        if taken is Taken.TOO_OFTEN:
            return self._page("message", lang, asked, 429, {"what": "often"}, _HOUR)
        if taken is Taken.NO_ROOM:
            return self._page("message", lang, asked, 503, {"what": "full"}, {"Retry-After": "60"})
        return self._page("sent", lang, asked, 200, {"what": name})

    def _form(self, name: str, lang: str, asked: Asked, fault: str = "") -> Answer:
        said: dict[str, object] = {
            "fault": fault,
            "time": self._desk.stamps.made(self._desk.clock().timestamp()),
            "address": asked.sent("address")[:254],
            "chosen": asked.sent("language") or lang,
            "spoken": self._desk.pages.spoken,
        }
        template = name if name == "subscribe" else "link"
        return self._page(template, lang, asked, 422 if fault else 200, said)

    def _page(
        self,
        name: str,
        lang: str,
        asked: Asked,
        status: int,
        said: dict[str, object],
        more: dict[str, str] | None = None,
    ) -> Answer:
        text = self._desk.pages.page(name, lang, asked.path, said, changes=not asked.posts)
        return page(text, status, more or {})


def _address(text: str) -> Address | None:
    """Return an address that mail can be sent to; most servers take no other letters before the @."""
    try:
        found = read_address(text)
    except AddressError:
        return None
    return found if found.typed.rpartition("@")[0].isascii() else None
