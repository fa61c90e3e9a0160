"""Secrets: which there are, and a value that does not show itself."""

SECRETS = frozenset(
    {
        ("bounces", "password"),
        ("dkim", "key"),
        ("smtp", "password"),
        ("subscribers", "key"),
        ("subscribers", "password"),
        ("subscribers", "suppression_key"),
    }
)
"""The settings that come from the environment alone, and are kept nowhere."""


class Secret:
    """A text that is shown as stars wherever it is printed, and told only to who asks by `reveal`."""

    __slots__ = ("_text",)

    def __init__(self, text: str) -> None:
        self._text = text

    def __repr__(self) -> str:
        """Return stars."""
        return "********"

    def reveal(self) -> str:
        """Return the text."""
        return self._text
