"""Mail addresses: which we take, how two are compared, and what is left of one that is erased. Pure."""

import hashlib
import hmac
import re
from typing import NamedTuple

from email_validator import EmailNotValidError, validate_email

from publisher.model.delivery import Mailbox

_LONGEST, _LONGEST_NAME = 254, 64  # RFC 5321, section 4.5.3.1; without the angle brackets
# What nearly all addresses look like; the library takes them as they are, and forty times as long.
_PLAIN = re.compile(
    r"(?=[^@]{1,64}@[^@]{1,63}\Z)[a-z0-9_+-]+(?:\.[a-z0-9_+-]+)*@"
    r"(?:[a-z0-9]+(?:-[a-z0-9]+)*\.)+(?:com|org|net|int|edu|[a-z]{2})"
)


class Address(NamedTuple):
    """An address as it was typed, and the key under which it is compared."""

    typed: str
    key: str


class AddressError(ValueError):
    """An address that mail cannot go to; the text tells why."""


def read_address(text: str) -> Address:
    """Return the address *text*; raises `AddressError` with the reason if it is none.

    The key is in lower case as a whole: hosts that tell Ana from ana are not known, people who forget how
    they wrote it are. International names of hosts are compared in ASCII, so that look-alikes differ.
    """
    text = text.strip(" \t")
    if _PLAIN.fullmatch(text):
        return Address(text, text)
    if len(text) > _LONGEST:
        raise AddressError(f"it has {len(text)} characters; {_LONGEST} are the most")
    try:
        found = validate_email(text, check_deliverability=False, allow_smtputf8=True, test_environment=True)
    except EmailNotValidError as error:
        raise AddressError(str(error)) from None
    if len(found.local_part.encode()) > _LONGEST_NAME:
        raise AddressError(f"what stands before its @ has over {_LONGEST_NAME} bytes")
    key = f"{found.local_part}@{found.ascii_domain}".casefold()
    return Address(found.normalized, key)


def refusal_hash(key: str, secret: bytes) -> str:
    """Return what is kept of a reader who left: nobody without *secret* can tell whose it is."""
    return hmac.digest(secret, b"refusal\0" + key.encode(), hashlib.sha256).hex()


def mailbox_of(typed: str) -> Mailbox:
    """Return an address that was taken as mail servers want it: its host in ASCII (RFC 5891).

    Raises `ValueError` if it cannot be one.
    """
    if typed.isascii():
        return Mailbox(typed)
    host = read_address(typed).key.rpartition("@")[2]
    return Mailbox(f"{typed.rpartition('@')[0]}@{host}")
