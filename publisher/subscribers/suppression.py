"""Holds that those who left stay hidden under one key: under another one nobody would know them again."""

import hashlib
import hmac

from sqlalchemy import Engine, delete, insert, select

from publisher.database.engine import transaction
from publisher.database.tables import refusals, suppression
from publisher.errors import UsageError

_HINT = (
    "set PUBLISHER_SUBSCRIBERS__SUPPRESSION_KEY to the key that was first in PUBLISHER_SUBSCRIBERS__KEY, "
    "or that was set there, when readers left; docs/subscribers.md tells what to do if it is lost"
)


def hold(engine: Engine, newsletter: str, secret: bytes, oldest: bytes) -> None:
    """Remember that *secret* hides who left *newsletter*.

    Lists of before there was a mark are hidden by *oldest*. Raises `UsageError` if somebody left under
    another key; while nobody has, keys may change.
    """
    ours, mark = suppression.c.newsletter == newsletter, _mark(secret)
    left = select(refusals.c.hash).where(refusals.c.newsletter == newsletter).limit(1)
    with transaction(engine) as connection:
        said = connection.execute(select(suppression.c.mark).where(ours)).scalar()
        if said == mark:
            return
        if connection.execute(left).first() and (said or _mark(oldest)) != mark:
            raise UsageError("those who left are hidden under another key", _HINT, "other-suppression-key")
        connection.execute(delete(suppression).where(ours))
        connection.execute(insert(suppression).values(newsletter=newsletter, mark=mark))


def _mark(secret: bytes) -> str:
    return hmac.digest(secret, b"this key", hashlib.sha256).hex()
