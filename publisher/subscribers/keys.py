"""The keys of the list: they sign what links carry, and hide who left. Pure."""

from publisher.errors import UsageError
from publisher.model.secret import Secret

_SHORTEST = 32


def _hint(variable: str) -> str:
    making = "$(python3 -c 'import secrets; print(secrets.token_urlsafe(32))')"
    return f"run once, and keep what it gives: export {variable}={making}"


_HINT = _hint("PUBLISHER_SUBSCRIBERS__KEY")


def signing_keys(found: Secret | None) -> list[str]:
    """Return the keys in *found*, the newest last.

    The last one signs, each is taken.
    Raises `UsageError` if there is none, or one that can be guessed.
    """
    keys = found.reveal().split() if found else []
    if not keys:
        raise UsageError("subscribers.key is not set: it signs links, and hides who left", _HINT, "no-key")
    if any(len(key) < _SHORTEST for key in keys):
        raise UsageError(f"subscribers.key has fewer than {_SHORTEST} characters", _HINT, "weak-key")
    return keys


def suppression_key(found: Secret | None, signing: list[str]) -> bytes:
    """Return the key that hides who left: that in *found*, else the first of the *signing* keys.

    Raises `UsageError` if it can be guessed.
    """
    key = (found.reveal().strip() if found else "") or signing[0]
    if len(key) < _SHORTEST:
        message = f"subscribers.suppression_key has fewer than {_SHORTEST} characters"
        raise UsageError(message, _hint("PUBLISHER_SUBSCRIBERS__SUPPRESSION_KEY"), "weak-key")
    return key.encode()
