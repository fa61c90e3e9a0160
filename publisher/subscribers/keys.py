"""The keys of the list: they sign what links carry, and hide who left. Pure."""

from publisher.errors import UsageError
from publisher.model.secret import Secret

_SHORTEST = 32
_VARIABLE = "PUBLISHER_SUBSCRIBERS__KEY"
_HINT = (
    f"run once, and keep what it gives: export {_VARIABLE}="
    "$(python3 -c 'import secrets; print(secrets.token_urlsafe(32))')"
)


def signing_keys(found: Secret | None) -> list[str]:
    """Return the keys in *found*, the newest last.

    The last one signs, each is taken; who left stands under the first one, so a new key goes behind it.
    Raises `UsageError` if there is none, or one that can be guessed.
    """
    keys = found.reveal().split() if found else []
    if not keys:
        raise UsageError("subscribers.key is not set: it signs links, and hides who left", _HINT, "no-key")
    if any(len(key) < _SHORTEST for key in keys):
        raise UsageError(f"subscribers.key has fewer than {_SHORTEST} characters", _HINT, "weak-key")
    return keys
