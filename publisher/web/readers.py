"""The pages behind the links of mails: whoever opens them sees a button, and only the button acts."""

from collections.abc import Callable
from typing import Any

from publisher.model.address import TEST_READER
from publisher.model.subscription import Choice, Subscription
from publisher.subscribers.lifecycle import Cause, Status
from publisher.subscribers.tokens import Claim, Purpose
from publisher.web.answers import Answer, Asked, page
from publisher.web.clients import network
from publisher.web.desk import READS, Desk

_ONE_CLICK = "List-Unsubscribe"  # RFC 8058, section 3.1


def confirm(desk: Desk, asked: Asked, token: str, lang: str) -> Answer:
    """Answer for the link of a confirmation mail."""
    if token == TEST_READER:
        return _page(desk, "test", lang, asked)
    claim = desk.tokens.read(Purpose.CONFIRM, token, desk.clock())
    found = desk.store.get(claim.public) if claim else None
    if claim is None or found is None:
        return _page(desk, "expired", lang, asked, 410)
    lang = _language(desk, found, asked, lang)
    if not asked.posts or not asked.sent("confirm"):
        return _page(desk, "confirm", lang, asked, 400 if asked.posts else 200)
    proof = {"text": desk.pages.consent(lang), "origin": network(asked.client)}
    done = desk.store.confirm(claim.public, claim.nonce, desk.clock(), proof)
    if done is None:
        return _page(desk, "expired", lang, asked, 410)
    return _page(desk, "confirmed", lang, asked, preferences=_link(desk, done, Purpose.PREFERENCES))


def unsubscribe(desk: Desk, asked: Asked, token: str, lang: str) -> Answer:
    """Answer for the link by which a reader leaves; a mail reader may post to it too, without a page."""
    if token == TEST_READER:
        return _page(desk, "test", lang, asked)
    claim = desk.tokens.read(Purpose.UNSUBSCRIBE, token, desk.clock())
    found = _found(desk, claim)
    if found is None:
        return _page(desk, "gone", lang, asked, 404)
    lang = _language(desk, found, asked, lang)
    if asked.posts and (asked.sent(_ONE_CLICK) or asked.sent("leave")):
        desk.store.happen(found.public, Cause.UNSUBSCRIBE, desk.clock())
        return _page(desk, "left", lang, asked)
    return _page(desk, "unsubscribe", lang, asked, 400 if asked.posts else 200)


def preferences(desk: Desk, asked: Asked, token: str, lang: str) -> Answer:
    """Answer for the link by which a reader chooses."""
    if token == TEST_READER:
        return _page(desk, "test", lang, asked)
    found = _found(desk, desk.tokens.read(Purpose.PREFERENCES, token, desk.clock()))
    if found is None:
        return _page(desk, "gone", lang, asked, 404)
    lang = _language(desk, found, asked, lang)
    if found.status not in READS:
        return _page(desk, "message", lang, asked, what="inactive")
    wanted = _choice(desk, asked) if asked.posts and asked.sent("save") else None
    if wanted is None:
        status = 400 if asked.posts else 200
        return _page(desk, "preferences", lang, asked, status, **_shown(desk, found, lang))
    saved = desk.store.choose(found.public, wanted, desk.clock())
    cause = Cause.PAUSE if asked.sent("rhythm") == "pause" else Cause.RESUME
    saved = desk.store.happen(found.public, cause, desk.clock()) or saved
    chosen = _language(desk, saved or found, asked, lang)
    return _page(desk, "saved", chosen, asked, **_shown(desk, saved or found, chosen))


ANSWERS: dict[str, Callable[[Desk, Asked, str, str], Answer]] = {
    "confirm": confirm,
    "unsubscribe": unsubscribe,
    "preferences": preferences,
}


def _found(desk: Desk, claim: Claim | None) -> Subscription | None:
    """Return the subscription that *claim* names, if it is there still."""
    found = desk.store.get(claim.public) if claim else None
    return found if found and found.status != Status.ERASED else None


def _choice(desk: Desk, asked: Asked) -> Choice | None:
    """Return what the form says; of all topics or kinds nothing needs to be kept. None if it is no form."""
    lang, form = asked.sent("language"), asked.form or {}
    if lang not in desk.project.settings.newsletter.languages:
        return None

    def ticked(name: str, known: list[tuple[str, str]]) -> tuple[str, ...]:
        sent = set(form.get(name, []))
        found = tuple(key for key, _ in known if key in sent)
        return () if len(found) == len(known) else found

    return Choice(lang, ticked("topics", desk.pages.topics(lang)), ticked("kinds", desk.pages.kinds(lang)))


def _shown(desk: Desk, reader: Subscription, lang: str) -> dict[str, Any]:
    return {
        "reader": reader,
        "is_paused": reader.status == Status.PAUSED,
        "spoken": desk.pages.spoken,
        "topics": desk.pages.topics(lang),
        "kinds": desk.pages.kinds(lang),
        "unsubscribe": _link(desk, reader, Purpose.UNSUBSCRIBE),
    }


def _link(desk: Desk, reader: Subscription, purpose: Purpose) -> str:
    """Return the way to a page of *reader*, from the top of the site."""
    return f"{purpose}/{desk.tokens.sign(purpose, Claim(reader.public))}"


def _language(desk: Desk, reader: Subscription, asked: Asked, lang: str) -> str:
    """Return the language to speak to *reader*: as asked for, else her own."""
    known = desk.project.settings.newsletter.languages
    return lang if asked.query.get("lang") in known or reader.language not in known else reader.language


def _page(desk: Desk, name: str, lang: str, asked: Asked, status: int = 200, **said: Any) -> Answer:
    return page(desk.pages.page(name, lang, asked.path, said, changes=not asked.posts), status)
