"""Who left stays out when keys change: refusals have a key of their own, and a wrong one is noticed."""

from pathlib import Path

import pytest
from listkeeping import NOW, Keeper
from sqlalchemy import delete

from publisher.database.engine import transaction
from publisher.database.tables import refusals, suppression
from publisher.errors import UsageError
from publisher.model.subscription import Choice
from publisher.subscribers.addresses import read_address
from publisher.subscribers.lifecycle import Cause

OLD, NEW, OWN = "o" * 43, "n" * 43, "s" * 43
ANA = read_address("ana@example.org")


def opened(root: Path, url: str, keys: str, own: str = "") -> Keeper:
    """Return the keeper of the list under these signing keys, and a key for refusals if one is given."""
    environ = {"PUBLISHER_SUBSCRIBERS__KEY": keys}
    return Keeper(root, url, environ | ({"PUBLISHER_SUBSCRIBERS__SUPPRESSION_KEY": own} if own else {}))


def ana_was_erased(keeper: Keeper) -> None:
    """Let Ana join and be erased: nothing but the hash of her address is left."""
    reader, _ = keeper.store.add(ANA, Choice("en"), Cause.ADD, NOW, {})
    assert reader
    keeper.store.happen(reader.public, Cause.ERASE, NOW)
    keeper.close()


def is_kept_out(keeper: Keeper) -> bool:
    """Tell whether neither adding nor importing brings Ana back."""
    reader, _ = keeper.store.add(ANA, Choice("en"), Cause.ADD, NOW, {})
    keeper.import_("email\nana@example.org\n")
    known = keeper.statuses()
    keeper.close()
    return reader is None and known == {}


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ((OLD, OWN), (NEW, OWN)),  # all signing keys are other ones
        ((OLD, OWN), (f"{OLD} {NEW}", OWN)),
        ((OLD, ""), (f"{OLD} {NEW}", "")),  # the first one stays
        ((OLD, ""), (NEW, OLD)),  # and may go when it has the place of its own
        ((f"{OLD} {NEW}", ""), (NEW, OLD)),
    ],
)
def test_who_was_erased_stays_out_when_keys_change(
    tmp_path: Path, database_url: str, before: tuple[str, str], after: tuple[str, str]
) -> None:
    """Neither an import nor the team brings her back under the new keys."""
    ana_was_erased(opened(tmp_path, database_url, *before))
    assert is_kept_out(opened(tmp_path, database_url, *after))


@pytest.mark.parametrize(
    ("before", "after"),
    [((OLD, ""), (NEW, "")), ((OLD, ""), (OLD, OWN)), ((OLD, OWN), (OLD, "")), ((OLD, OWN), (OLD, NEW))],
)
def test_a_key_that_would_forget_them_is_refused(
    tmp_path: Path, database_url: str, before: tuple[str, str], after: tuple[str, str]
) -> None:
    """The list does not open under another key, and the error names the variable; the old one opens it."""
    ana_was_erased(opened(tmp_path, database_url, *before))
    with pytest.raises(UsageError) as found:
        opened(tmp_path, database_url, *after)
    assert found.value.code == "other-suppression-key"
    assert "PUBLISHER_SUBSCRIBERS__SUPPRESSION_KEY" in found.value.hint
    assert is_kept_out(opened(tmp_path, database_url, *before))


def test_while_nobody_left_keys_may_change(tmp_path: Path, database_url: str) -> None:
    """There is nothing to lose; from the first that leaves on, the key that is set then counts."""
    opened(tmp_path, database_url, OLD).close()
    ana_was_erased(opened(tmp_path, database_url, OLD, OWN))
    assert is_kept_out(opened(tmp_path, database_url, NEW, OWN))


def test_a_list_of_before_is_hidden_by_its_first_signing_key(tmp_path: Path, database_url: str) -> None:
    """Without a mark, refusals are taken to stand under the oldest signing key, as they did."""
    ana_was_erased(keeper := opened(tmp_path, database_url, OLD))
    with transaction(keeper.store.engine) as connection:
        connection.execute(delete(suppression))
    keeper.close()
    with pytest.raises(UsageError):
        opened(tmp_path, database_url, OLD, OWN)
    assert is_kept_out(opened(tmp_path, database_url, f"{OLD} {NEW}"))


def test_a_lost_key_can_be_left_behind(tmp_path: Path, database_url: str) -> None:
    """With the refusals deleted, as the manual tells, another key opens the list."""
    ana_was_erased(keeper := opened(tmp_path, database_url, OLD))
    with transaction(keeper.store.engine) as connection:
        connection.execute(delete(refusals))
    keeper.close()
    ana_was_erased(opened(tmp_path, database_url, NEW))
    assert is_kept_out(opened(tmp_path, database_url, NEW))
    with pytest.raises(UsageError):
        opened(tmp_path, database_url, OLD)
