"""The signature of mails, where the settings ask for one."""

from collections.abc import Callable

from publisher.delivery.dkim import Signer
from publisher.delivery.splice import undoubled
from publisher.errors import UsageError
from publisher.model.secret import Secret
from publisher.model.settings import Settings


def signer(settings: Settings, key: Secret | None) -> Callable[[list[bytes]], list[bytes]] | None:
    """Return what signs a mail, None if nothing does; raises `UsageError` without a key that is good."""
    if settings.dkim.domain is None:
        return None
    if key is None:
        hint = "set PUBLISHER_DKIM__KEY_FILE to the path of the private key (PEM), or leave dkim.domain out"
        raise UsageError("dkim.key is not set", hint, "no-signing-key")
    made = Signer(settings.dkim.domain, settings.dkim.selector, key)
    return lambda message: [made.signature(undoubled(message)), *message]
