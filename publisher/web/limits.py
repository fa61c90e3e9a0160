"""Counts how often forms are sent, in the database, so that a restart forgets nothing."""

import hashlib
import hmac
from datetime import datetime

from sqlalchemy import Connection, delete
from sqlalchemy.dialects import postgresql, sqlite

from publisher.database.tables import tries
from publisher.model.settings import SubscribersSettings

_HOUR = 3600
_ALL = "all"


class Limits:
    """The limits of *settings*; *secret* hides whose addresses were tried."""

    def __init__(self, settings: SubscribersSettings, secret: bytes) -> None:
        self._settings, self._secret = settings, secret

    def count(self, connection: Connection, key: str, network: str, now: datetime) -> bool:
        """Count a try for the address *key* from *network*, and tell whether it is within the limits.

        The same rows are written whoever the address belongs to.
        """
        window = int(now.timestamp()) // _HOUR
        settings = self._settings
        in_all = self._add(connection, _ALL, window)  # first, so that two wait for each other in one order
        of_network = self._add(connection, f"network {network}", window)
        of_address = self._add(connection, f"address {self._hidden(key)}", window)
        if in_all == 1:
            connection.execute(delete(tries).where(tries.c.window < window))
        return (
            in_all <= settings.hourly
            and of_network <= settings.hourly_per_network
            and of_address <= settings.hourly_per_address
        )

    def _add(self, connection: Connection, bucket: str, window: int) -> int:
        dialect = postgresql if connection.dialect.name == "postgresql" else sqlite
        row = dialect.insert(tries).values(bucket=bucket, window=window, count=1)
        more = row.on_conflict_do_update(
            index_elements=[tries.c.bucket, tries.c.window], set_={"count": tries.c.count + 1}
        )
        return int(connection.execute(more.returning(tries.c.count)).scalar_one())

    def _hidden(self, key: str) -> str:
        return hmac.digest(self._secret, b"try\0" + key.encode(), hashlib.sha256).hex()[:32]
