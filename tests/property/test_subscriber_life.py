"""The store of subscribers against a model, over both databases: whatever happens in whatever order."""

from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path
from typing import Any

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test
from sqlalchemy import Engine

from publisher.database.engine import opened, transaction
from publisher.database.migrate import migrate
from publisher.model.subscription import Choice
from publisher.subscribers.addresses import read_address
from publisher.subscribers.lifecycle import LEFT, Cause, Status
from publisher.subscribers.store import Store

NAMES = st.sampled_from(["ana", "eve", "joe"])
CHOICES = st.sampled_from([Choice("en"), Choice("fr", ("cash",)), Choice("ar", (), ("event",))])
_EXAMPLES = count()


class Life(RuleBasedStateMachine):
    """Readers who come, choose and leave. The model knows of each her status, and who had left."""

    engine: Engine
    met: Counter[Status | None]
    """How often a reader had each status when she was compared, over all examples; None: nobody knows her."""

    def __init__(self) -> None:
        super().__init__()
        number, drawn = next(_EXAMPLES), count()
        draw: Callable[[int], str] = lambda length: f"{number:06d}{next(drawn):0{length - 6}d}"  # noqa: E731
        self.store = Store(self.engine, f"n{number}", b"k" * 32, draw)
        self.now = datetime(2026, 1, 1, tzinfo=UTC)
        self.status: dict[str, Status] = {}
        self.public: dict[str, str] = {}
        self.links: dict[str, list[str]] = {}
        self.left: set[str] = set()

    def address(self, name: str) -> Any:
        """Return the address of *name*."""
        return read_address(f"{name}@example.org")

    @rule(hours=st.sampled_from([1, 25, 200]))
    def time_passes(self, hours: int) -> None:
        """Let some time pass."""
        self.now += timedelta(hours=hours)

    @rule(name=NAMES, choice=CHOICES)
    def subscribe(self, name: str, choice: Choice) -> None:
        """Somebody fills in the form."""
        found, asks = self.store.subscribe(self.address(name), choice, self.now)
        if name not in self.status:
            self.public[name], self.links[name] = found.public, []
            self.status[name] = Status.PENDING
        assert found.status == self.status[name]
        if asks:
            self.links[name].append(found.nonce)

    @rule(name=NAMES, newest=st.booleans())
    def confirm(self, name: str, *, newest: bool) -> None:
        """Press the button behind one of a reader's links."""
        links = self.links.get(name, [])
        if not links:
            return
        nonce = links[-1] if newest else links[0]
        is_good = nonce == links[-1]
        found = self.store.confirm(self.public[name], nonce, self.now, {})
        if self.status[name] in {Status.ACTIVE, Status.PAUSED}:
            assert found is not None
        elif is_good:
            assert found is not None
            self.status[name] = Status.ACTIVE
            self.left.discard(name)
        else:
            assert found is None
        if is_good:
            self.links[name] = []

    @rule(name=NAMES, cause=st.sampled_from([Cause.PAUSE, Cause.RESUME]))
    def pause_or_resume(self, name: str, cause: Cause) -> None:
        """Let a reader pause or resume."""
        found = self.store.happen(self.public.get(name, "nobody"), cause, self.now)
        if self.status.get(name) in {Status.ACTIVE, Status.PAUSED}:
            assert found is not None
            after = Status.PAUSED if cause is Cause.PAUSE else Status.ACTIVE
            if after != self.status[name]:
                self.links[name] = []
            self.status[name] = after
        else:
            assert found is None

    @rule(name=NAMES, cause=st.sampled_from([Cause.UNSUBSCRIBE, Cause.BOUNCE, Cause.COMPLAIN]))
    def leave(self, name: str, cause: Cause) -> None:
        """Let a reader leave or complain, or her mail come back."""
        self.store.happen(self.public.get(name, "nobody"), cause, self.now)
        if name in self.status:
            became = {Cause.UNSUBSCRIBE: Status.UNSUBSCRIBED, Cause.BOUNCE: Status.BOUNCED}
            stays = self.status[name] in LEFT and (
                cause is not Cause.COMPLAIN or self.status[name] is Status.COMPLAINED
            )
            if not stays:
                self.status[name] = became.get(cause, Status.COMPLAINED)
            self.links[name] = []
            self.left.add(name)

    @rule(name=NAMES)
    def erase(self, name: str) -> None:
        """Forget a reader."""
        if name in self.status:
            assert self.store.happen(self.public[name], Cause.ERASE, self.now)
            del self.status[name]
            self.links[name] = []
            self.left.add(name)

    @rule(name=NAMES, choice=CHOICES, cause=st.sampled_from([Cause.ADD, Cause.IMPORT]))
    def add(self, name: str, choice: Choice, cause: Cause) -> None:
        """Let the team add somebody: new readers only, and none who had left."""
        found, is_new = self.store.add(self.address(name), choice, cause, self.now, {})
        assert is_new is (name not in self.status and name not in self.left)
        if is_new:
            assert found is not None
            self.status[name], self.public[name], self.links[name] = Status.ACTIVE, found.public, []

    @invariant()
    def they_agree(self) -> None:
        """Each status and each refusal is what the model says."""
        for name in ("ana", "eve", "joe"):
            found = self.store.find(self.address(name).key)
            status = found.status if found else None
            assert status == self.status.get(name)
            self.met[Status(status) if status else None] += 1
        with transaction(self.engine) as connection:
            names = ("ana", "eve", "joe")
            left = {name for name in names if self.store.refusal(connection, f"{name}@example.org")}
        assert left == self.left


def test_the_life_of_subscriptions(database_url: str, tmp_path: Path) -> None:
    """After any sequence of events the store says what the model says."""
    engine = opened(database_url, None, tmp_path)
    migrate(engine)
    met = Counter[Status | None]()
    machine = type("LifeOver", (Life,), {"engine": engine, "met": met})
    run_state_machine_as_test(machine, settings=settings(max_examples=25, stateful_step_count=25))
    engine.dispose()
    assert met.total() >= 25 * 3  # each example compared all three at least once
    assert met.keys() >= {None, Status.PENDING, Status.ACTIVE}
