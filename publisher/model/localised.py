"""Words in one or several languages."""

from msgspec import Struct


def speakers(lang: str) -> tuple[str, str, str]:
    """Return the languages whose words serve *lang*, the best first: itself, its base language, all."""
    return lang, lang.split("-", maxsplit=1)[0], "*"


class Borrowed(str):
    """Words in another language than the one that was asked for: *lang* is theirs."""

    __slots__ = ("lang",)
    lang: str


class Localised(Struct, frozen=True):
    """Words by language, in "*" those for all languages; never empty."""

    words: dict[str, str]

    def for_language(self, lang: str) -> str:
        """Return the words for *lang*, else for its base language, else the first that were given."""
        return self._own(lang) or next(iter(self.words.values()))

    def speaks(self, lang: str) -> bool:
        """Tell whether there are words for *lang*."""
        return self._own(lang) is not None

    def shown_in(self, lang: str) -> str:
        """Return what `for_language` does, as `Borrowed` if the words are in another language."""
        if (own := self._own(lang)) is not None:
            return own
        other, words = next(iter(self.words.items()))
        borrowed = Borrowed(words)
        borrowed.lang = other
        return borrowed

    def _own(self, lang: str) -> str | None:
        for key in speakers(lang):
            if key in self.words:
                return self.words[key]
        return None
