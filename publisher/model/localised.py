"""Words in one or several languages."""

from msgspec import Struct


class Localised(Struct, frozen=True):
    """Words by language, in "*" those for all languages; never empty."""

    words: dict[str, str]

    def for_language(self, lang: str) -> str:
        """Return the words for *lang*, else for its base language, else the first that were given."""
        for key in (lang, lang.split("-", maxsplit=1)[0], "*"):
            if key in self.words:
                return self.words[key]
        return next(iter(self.words.values()))
