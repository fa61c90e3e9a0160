"""What forms asked for stays in the database until it is done, a day at most."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from listkeeping import Keeper
from sqlalchemy import select

from publisher.database.engine import transaction
from publisher.database.tables import wishes
from publisher.model.subscription import Choice
from publisher.subscribers.addresses import read_address
from publisher.subscribers.lifecycle import Cause
from publisher.web.wishes import Wish, Wishes

NOW = datetime(2026, 11, 23, 12, 30, 15, 123456, tzinfo=UTC)
DAY = timedelta(days=1)
ANA, EVE = read_address("Ana@example.org"), read_address("eve@münchen.example")
PROOF = {"text": "en-1", "origin": "192.0.2.0/24"}


@pytest.fixture
def keeper(tmp_path: Path, database_url: str) -> Keeper:
    """Return the keeper of an empty list."""
    return Keeper(tmp_path, database_url)


def kept(keeper: Keeper, *when: datetime, newsletter: str = "news") -> list[Wish]:
    """Keep a wish of Ana for each time, and return them."""
    of = Wishes(keeper.store.engine, newsletter)
    with transaction(keeper.store.engine) as connection:
        return [of.keep(connection, ANA, Choice("fr"), PROOF, at) for at in when]


def test_a_wish_comes_back_as_it_was(keeper: Keeper) -> None:
    """Address, choice, proof and the very moment: by that it is known again."""
    of = Wishes(keeper.store.engine, "news")
    with transaction(keeper.store.engine) as connection:
        made = [of.keep(connection, EVE, choice, PROOF, NOW) for choice in (Choice("ar"), None)]
    assert of.waiting(NOW + DAY) == made
    of.forget(made[0])
    assert of.waiting(NOW) == made[1:]
    keeper.close()


def test_who_asked_yesterday_is_not_mailed_today(keeper: Keeper) -> None:
    """A wish that is older than a day is not done, and is forgotten with the next one that comes."""
    of = Wishes(keeper.store.engine, "news")
    kept(keeper, NOW)
    assert of.waiting(NOW + DAY + timedelta(seconds=1)) == []
    later = kept(keeper, NOW + DAY + timedelta(seconds=1))
    with transaction(keeper.store.engine) as connection:
        assert list(connection.execute(select(wishes.c.id)).scalars()) == [later[0].id]
    keeper.close()


def test_newsletters_in_one_database_do_their_own(keeper: Keeper) -> None:
    """A service does not do what was asked of another one."""
    kept(keeper, NOW, newsletter="other")
    assert Wishes(keeper.store.engine, "news").waiting(NOW) == []
    keeper.close()


def test_who_is_erased_wishes_nothing(keeper: Keeper) -> None:
    """Erasing forgets what she asked for and was not done yet."""
    newsletter = keeper.project.settings.newsletter.tag
    reader, _ = keeper.store.subscribe(ANA, Choice("en"), NOW)
    kept(keeper, NOW, newsletter=newsletter)
    keeper.store.happen(reader.public, Cause.ERASE, NOW)
    assert Wishes(keeper.store.engine, newsletter).waiting(NOW) == []
    keeper.close()
