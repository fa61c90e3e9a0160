"""From what is asked to an answer. GET and HEAD change nothing, whoever asks."""

from publisher.errors import PublisherError
from publisher.mediatypes import type_of
from publisher.web import readers
from publisher.web.answers import OWN, Answer, Asked, page, words
from publisher.web.clients import preferred
from publisher.web.desk import Desk
from publisher.web.files import Files
from publisher.web.forms import Forms

_FORMS = frozenset({"subscribe", "preferences"})
_LINKS = frozenset({"confirm", "preferences", "unsubscribe"})
_READ, _SEND = ("GET", "HEAD"), ("GET", "HEAD", "POST")


class Service:
    """Answers for the newsletter of *desk*."""

    def __init__(self, desk: Desk) -> None:
        self._desk, self._files, self._forms = desk, Files(desk.project.output), Forms(desk)
        self._languages = desk.project.settings.newsletter.languages

    def answer(self, asked: Asked) -> Answer:
        """Return the answer; a fault of ours is told in the log, and to who asks as a short page."""
        try:
            return self._answer(asked)
        except PublisherError as error:
            self._desk.tell(f"{error.code}: {error.message}")
            return self._sorry("busy", 503, asked)

    def _answer(self, asked: Asked) -> Answer:
        folder, _, rest = asked.path.rstrip("/").partition("/")
        lang, wanted = (folder, rest) if folder in self._languages else ("", asked.path.rstrip("/"))
        name, _, token = wanted.partition("/")
        if lang and (name not in _FORMS or token):
            lang, name, token = "", "", ""  # a page of the site in that language
        is_form, is_link = name in _FORMS and not token, name in _LINKS and token != ""
        allowed = _SEND if is_form or is_link else _READ
        if asked.method not in allowed:
            return self._sorry("method", 405, asked, {"Allow": ", ".join(allowed)})
        if asked.posts and asked.form is None:
            return self._sorry("form", 400, asked)
        if is_form:
            return self._forms.answer(name, self._language(asked, lang), asked)
        if is_link:
            return readers.ANSWERS[name](self._desk, asked, token, self._language(asked, ""))
        return self._read(asked)

    def _read(self, asked: Asked) -> Answer:
        if asked.path == "health":
            return words("up")
        if asked.path == "ready":
            self._desk.store.get("")  # the tables answer, with every column that this program knows
            return words("ready")
        if asked.path == "subscribe.css":
            more = {**OWN, "Cache-Control": "public, max-age=300"}
            return Answer(200, type_of(asked.path), self._desk.pages.stylesheet, more)
        return self._files.answer(asked) or self._missing(asked)

    def _missing(self, asked: Asked) -> Answer:
        """Return the site's own page for what is not there, else ours."""
        page = self._files.missing()
        if page is None:
            return self._sorry("missing", 404, asked)
        more = {"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff"}
        return Answer(404, type_of("x.html"), page, more)

    def _language(self, asked: Asked, lang: str) -> str:
        """Return the language to answer in: as asked for, else *lang*, else what the browser prefers."""
        wanted = asked.query.get("lang", "")
        if wanted in self._languages:
            return wanted
        return lang or preferred(asked.headers.get("accept-language", ""), self._languages)

    def _sorry(self, what: str, status: int, asked: Asked, more: dict[str, str] | None = None) -> Answer:
        """Return a page that says what is wrong, in words for people."""
        try:
            lang = self._language(asked, "")
            text = self._desk.pages.page("error", lang, asked.path, {"what": what}, changes=False)
        except PublisherError as error:
            self._desk.tell(f"{error.code}: {error.message}")
            return words("this cannot be answered", 500, more or {})
        return page(text, status, more or {})
