"""The door to the tables of subscribers. Each method is one transaction; `lifecycle` decides what it does.

Time and chance are handed in. An address that is unknown and one that left differ in nothing that a caller
could show to strangers.
"""

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Engine, Select, delete, func, insert, select, update
from sqlalchemy.exc import IntegrityError

from publisher.database.engine import transaction
from publisher.database.tables import changes, deliveries, issues, refusals, subscriptions, wishes
from publisher.model.subscription import Change, Choice, Subscription
from publisher.subscribers.addresses import Address, refusal_hash
from publisher.subscribers.lifecycle import LEFT, Cause, Status, Step, after
from publisher.subscribers.rows import chosen, one, subscription_of

ASK_AGAIN, ASK_AT_MOST = timedelta(days=1), 3
Proof = Mapping[str, str]
_NOTHING: Proof = {}
_ROWS = 1000


class Store:
    """The subscriptions to *newsletter*.

    *secret* hides the addresses of those who left; *draw* returns as many random characters as it is asked.
    """

    def __init__(self, engine: Engine, newsletter: str, secret: bytes, draw: Callable[[int], str]) -> None:
        self.engine, self._newsletter, self._secret, self._draw = engine, newsletter, secret, draw

    # ------------------------------------------------------------------ what readers do
    def subscribe(
        self, address: Address, choice: Choice, now: datetime, proof: Proof = _NOTHING
    ) -> tuple[Subscription, bool]:
        """Let a reader ask for the newsletter; return her subscription, and whether to mail her a link.

        Of an unconfirmed one at most one link a day and three in all are mailed; one that is active or paused
        keeps its choice, since everybody can fill in the form.
        """
        try:
            with transaction(self.engine) as connection:
                return self._subscribe(connection, address, choice, now, proof)
        except IntegrityError:  # somebody else was quicker: now she is there
            with transaction(self.engine) as connection:
                return self._subscribe(connection, address, choice, now, proof)

    def _subscribe(
        self, connection: Connection, address: Address, choice: Choice, now: datetime, proof: Proof
    ) -> tuple[Subscription, bool]:
        found = self._by_key(connection, address.key)
        if found is None:
            found = self._insert(connection, address, choice, Status.PENDING, Cause.SUBSCRIBE, now, proof)
        elif found.status not in {Status.ACTIVE, Status.PAUSED}:
            self._set(connection, found, **chosen(choice))
        step = after(Status(found.status), Cause.SUBSCRIBE)
        if step and step.asks and not _may_ask(found, now):
            return found, False
        said = {"asked": found.asked + 1, "asked_last": now, "nonce": self._draw(12)}
        return self._set(connection, found, **said), True

    def confirm(self, public: str, nonce: str, now: datetime, proof: Proof) -> Subscription | None:
        """Make a subscription active, by the link of the newest mail; None if the link is good no more.

        Whoever comes back by herself is refused no longer.
        """
        with transaction(self.engine) as connection:
            found = self._by_public(connection, public)
            if found is None or found.status == Status.ERASED:
                return None
            if not nonce or nonce != found.nonce:
                return found if found.status in {Status.ACTIVE, Status.PAUSED} else None
            gone = delete(refusals).where(refusals.c.newsletter == self._newsletter)
            connection.execute(gone.where(refusals.c.hash == refusal_hash(found.key, self._secret)))
            return self._step(connection, found, Cause.CONFIRM, now, proof)

    def choose(self, public: str, choice: Choice, now: datetime) -> Subscription | None:
        """Remember what a reader wants; None if there is no such subscription."""
        with transaction(self.engine) as connection:
            found = self._by_public(connection, public)
            if found is None or found.status == Status.ERASED:
                return None
            return self._set(connection, found, **chosen(choice), changed=now)

    def happen(
        self, public: str, cause: Cause, now: datetime, proof: Proof = _NOTHING
    ) -> Subscription | None:
        """Let *cause* happen to a subscription and return it; None if there is none, or it may not happen."""
        with transaction(self.engine) as connection:
            found = self._by_public(connection, public)
            return self._step(connection, found, cause, now, proof) if found else None

    # ------------------------------------------------------------------ what the team does
    def add(
        self, address: Address, choice: Choice, cause: Cause, now: datetime, proof: Proof
    ) -> tuple[Subscription | None, bool]:
        """Add a reader who agreed elsewhere; return her, and whether she is new; None if she had left."""
        with transaction(self.engine) as connection:
            return self.add_within(connection, address, choice, cause, now, proof)

    def add_within(
        self,
        connection: Connection,
        address: Address,
        choice: Choice,
        cause: Cause,
        now: datetime,
        proof: Proof,
    ) -> tuple[Subscription | None, bool]:
        """Do what `add` does in a transaction that is open."""
        found = self._by_key(connection, address.key)
        if found:
            return found, False
        if self.refusal(connection, address.key):
            return None, False
        return self._insert(connection, address, choice, Status.ACTIVE, cause, now, proof), True

    def refusal(self, connection: Connection, key: str) -> str:
        """Return why the reader of the address *key* left, "" if she did not."""
        wanted = select(refusals.c.cause).where(
            refusals.c.newsletter == self._newsletter, refusals.c.hash == refusal_hash(key, self._secret)
        )
        return connection.execute(wanted).scalar() or ""

    def find(self, key: str) -> Subscription | None:
        """Return the subscription of the address *key*."""
        with transaction(self.engine) as connection:
            return self._by_key(connection, key)

    def numbered(self, number: int) -> Subscription | None:
        """Return the subscription with the id *number*, by which return paths name it."""
        with transaction(self.engine) as connection:
            return one(connection, self._wanted().where(subscriptions.c.id == number))

    def get(self, public: str) -> Subscription | None:
        """Return the subscription that tokens call *public*."""
        with transaction(self.engine) as connection:
            return self._by_public(connection, public)

    def listed(self, statuses: tuple[str, ...] = ()) -> Iterator[Subscription]:
        """Yield the subscriptions that are not erased, or those of *statuses*, in the order they came."""
        last = 0
        while True:
            rows = self._wanted().where(subscriptions.c.id > last).order_by(subscriptions.c.id).limit(_ROWS)
            rows = (
                rows.where(subscriptions.c.status.in_(statuses))
                if statuses
                else rows.where(subscriptions.c.status != Status.ERASED)
            )
            with transaction(self.engine) as connection:
                found = [subscription_of(row) for row in connection.execute(rows).mappings()]
            yield from found
            if len(found) < _ROWS:
                return
            last = found[-1].id

    def history(self, subscription: Subscription) -> list[Change]:
        """Return what happened to *subscription*, the first first."""
        columns = (changes.c.at, changes.c.was, changes.c.became, changes.c.cause, changes.c.proof)
        wanted = select(*columns).where(changes.c.subscription == subscription.id).order_by(changes.c.id)
        with transaction(self.engine) as connection:
            return [Change(*row) for row in connection.execute(wanted)]

    def counts(self) -> dict[str, int]:
        """Return how many subscriptions have each status."""
        wanted = (
            select(subscriptions.c.status, func.count())
            .where(subscriptions.c.newsletter == self._newsletter)
            .group_by(subscriptions.c.status)
        )
        with transaction(self.engine) as connection:
            return {status: number for status, number in connection.execute(wanted)}  # noqa: C416 - rows are no pairs

    # ------------------------------------------------------------------ rows
    def _wanted(self) -> Select[Any]:
        return select(subscriptions).where(subscriptions.c.newsletter == self._newsletter)

    def _by_key(self, connection: Connection, key: str) -> Subscription | None:
        return one(connection, self._wanted().where(subscriptions.c.key == key))

    def _by_public(self, connection: Connection, public: str) -> Subscription | None:
        return one(connection, self._wanted().where(subscriptions.c.public == public))

    def _insert(
        self,
        connection: Connection,
        address: Address,
        choice: Choice,
        status: Status,
        cause: Cause,
        now: datetime,
        proof: Proof,
    ) -> Subscription:
        values = {
            "public": self._draw(22),
            "newsletter": self._newsletter,
            "address": address.typed,
            "key": address.key,
            "status": status,
            **chosen(choice),
            "created": now,
            "changed": now,
        }
        made = connection.execute(insert(subscriptions).values(values).returning(subscriptions)).mappings()
        found = subscription_of(made.one())
        self._note(connection, found, Status.NONE, cause, now, proof)
        return found

    def _step(
        self, connection: Connection, found: Subscription, cause: Cause, now: datetime, proof: Proof
    ) -> Subscription | None:
        step: Step | None = after(Status(found.status), cause)
        if step is None:
            return None
        if step.status == found.status:
            return self._set(connection, found, nonce="") if found.nonce else found
        said: dict[str, Any] = {
            "status": step.status,
            "changed": now,
            "asked": 0,
            "asked_last": None,
            "nonce": "",
        }
        if step.status in {*LEFT, Status.ERASED}:
            self._refuse(connection, found, cause, now)
        if step.status == Status.ERASED:
            said |= {"address": None, "key": None, "topics": [], "kinds": [], "language": ""}
            forget = update(changes).where(changes.c.subscription == found.id).values(proof={})
            connection.execute(forget)
            self._forget_replies(connection, found)
            asked = delete(wishes).where(wishes.c.newsletter == self._newsletter)
            connection.execute(asked.where(wishes.c.key == found.key))
            proof = _NOTHING
        after_ = self._set(connection, found, **said)
        self._note(
            connection,
            after_,
            Status(found.status),
            cause,
            now,
            _NOTHING if step.status == Status.ERASED else proof,
        )
        return after_

    def _forget_replies(self, connection: Connection, found: Subscription) -> None:
        """Forget what mail servers said of *found*: they like to name the address."""
        ours = select(issues.c.id).where(issues.c.newsletter == self._newsletter)
        hers = update(deliveries).where(
            deliveries.c.issue.in_(ours), deliveries.c.subscription == found.id, deliveries.c.reply != ""
        )
        connection.execute(hers.values(reply=""))

    def _refuse(self, connection: Connection, found: Subscription, cause: Cause, now: datetime) -> None:
        if self.refusal(connection, found.key):
            return  # it was refused before, for that reason
        row = {
            "newsletter": self._newsletter,
            "hash": refusal_hash(found.key, self._secret),
            "cause": cause,
            "at": now,
        }
        connection.execute(insert(refusals).values(row))

    def _set(self, connection: Connection, found: Subscription, **values: Any) -> Subscription:
        wanted = update(subscriptions).where(subscriptions.c.id == found.id).values(values)
        return subscription_of(connection.execute(wanted.returning(subscriptions)).mappings().one())

    def _note(
        self,
        connection: Connection,
        found: Subscription,
        was: Status,
        cause: Cause,
        now: datetime,
        proof: Proof,
    ) -> None:
        row = {
            "subscription": found.id,
            "at": now,
            "was": was,
            "became": found.status,
            "cause": cause,
            "proof": dict(proof),
        }
        connection.execute(insert(changes).values(row))


def _may_ask(found: Subscription, now: datetime) -> bool:
    """Tell whether one more confirmation mail may be sent."""
    is_soon = found.asked_last is not None and now - found.asked_last < ASK_AGAIN
    return found.asked < ASK_AT_MOST and not is_soon
