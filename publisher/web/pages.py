"""The pages and mails of the service, from the templates, in the languages of the newsletter."""

import hashlib
import unicodedata
from collections.abc import Mapping
from typing import Any

from publisher.model.entry import Names
from publisher.model.settings import Settings
from publisher.render.context import Alternate, Masthead, languages_of
from publisher.render.logo import logo_of
from publisher.render.templating import Templates

_STYLES = ("site/style.css", "web/style.css")
Words = Mapping[str, Any]
_NOTHING: Words = {}


class Pages:
    """Fills the templates below `web/` and `email/` for a newsletter whose keys are called *names*."""

    def __init__(self, settings: Settings, names: Names, templates: Templates) -> None:
        self.settings, self._names, self._templates = settings, names, templates
        self._languages = languages_of(settings.newsletter, templates)
        self.stylesheet = "".join(
            templates.render(name, {"look": settings.look}) for name in _STYLES
        ).encode()
        self._logo = logo_of(settings.look, templates)
        self.spoken = [(tag, language.name) for tag, language in self._languages.items()]
        self._consents = {lang: self._consent(lang) for lang in self._languages}

    def fill(self, name: str, lang: str, more: Words = _NOTHING) -> str:
        """Return the template *name* in *lang*."""
        return self._templates.render(name, {**self._known(lang), **more})

    def page(self, name: str, lang: str, path: str, more: Words = _NOTHING, *, changes: bool = True) -> str:
        """Return the page *name* for the address *path*; *changes* lets it be read in another language."""
        others = [
            Alternate(tag, language.name, language.direction, f"?lang={tag}")
            for tag, language in self._languages.items()
        ]
        context = {"top": "../" * path.count("/") or "./", "languages": others if changes else []}
        return self.fill(f"web/{name}.html", lang, {**context, **more})

    def consent(self, lang: str) -> str:
        """Return the version of the words under which a reader agrees."""
        return self._consents[lang]

    def topics(self, lang: str) -> list[tuple[str, str]]:
        """Return key and name of each topic that readers may choose, by name; accents count for nothing."""
        named = [(key, words.for_language(lang)) for key, words in self._names.topics.items()]
        return sorted(named, key=lambda topic: unicodedata.normalize("NFKD", topic[1]).casefold())

    def kinds(self, lang: str) -> list[tuple[str, str]]:
        """Return key and name of each kind that readers may choose."""
        return [(key, kind.heading(lang)) for key, kind in self.settings.kinds.items()]

    def _consent(self, lang: str) -> str:
        text = " ".join(self.fill("web/consent.html", lang).split())
        return f"{lang}-{hashlib.sha256(text.encode()).hexdigest()[:12]}"

    def _known(self, lang: str) -> dict[str, Any]:
        language, email = self._languages[lang], self.settings.email
        return {
            "_": language.gettext,
            "ngettext": language.ngettext,
            "say": language,
            "lang": lang,
            "default_lang": self.settings.newsletter.languages[0],
            "newsletter": Masthead.of(self.settings.newsletter, lang),
            "look": self.settings.look,
            "logo": self._logo,
            "contact": email.contact or "",
            "postal_address": email.postal_address or "",
        }
