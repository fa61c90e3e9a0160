"""The life of a subscription: the table, and the promises that it keeps."""

import importlib.util
from itertools import product
from pathlib import Path

import pytest

from publisher.subscribers.lifecycle import LEFT, TABLE, Cause, Status, after

ROOT = Path(__file__).resolve().parents[2]


def test_every_status_and_cause_has_a_place() -> None:
    """Each status can be reached and left, but for the last one; each cause does something somewhere."""
    assert {status for status, _ in TABLE} == set(Status) - {Status.ERASED}
    assert {step.status for step in TABLE.values()} == set(Status) - {Status.NONE}
    assert {cause for (status, cause), step in TABLE.items() if step.status != status} == set(Cause)


def test_nothing_but_a_confirmation_brings_back_who_left() -> None:
    """From a refusal no cause leads to mail but the button behind the link that only the reader gets."""
    for status, cause in product(LEFT, Cause):
        step = after(status, cause)
        if step and step.status not in {*LEFT, Status.ERASED}:
            assert (cause, step.status) == (Cause.CONFIRM, Status.ACTIVE)


def test_asking_makes_nothing_active() -> None:
    """Everybody can fill in the form for somebody else: it raises no status, and asks who is not active."""
    for status in Status:
        step = after(status, Cause.SUBSCRIBE)
        if step:
            assert step.status == (Status.PENDING if status is Status.NONE else status)
            assert step.asks is (status not in {Status.ACTIVE, Status.PAUSED})


@pytest.mark.parametrize("cause", [Cause.ADD, Cause.IMPORT])
def test_a_list_raises_no_status(cause: Cause) -> None:
    """Who is known stays as she is, whatever the team adds or imports."""
    for status in set(Status) - {Status.NONE, Status.ERASED}:
        step = after(status, cause)
        assert step is not None
        assert step.status == status


def test_everybody_can_leave_at_any_time() -> None:
    """Leaving, complaining and being forgotten are possible wherever somebody is known, and end mail."""
    for status in set(Status) - {Status.NONE, Status.ERASED}:
        for cause in (Cause.UNSUBSCRIBE, Cause.COMPLAIN, Cause.ERASE):
            step = after(status, cause)
            assert step is not None
            assert step.status in {*LEFT, Status.ERASED}


def test_what_is_erased_stays_so() -> None:
    """Nothing happens to a subscription that is erased."""
    assert [cause for cause in Cause if after(Status.ERASED, cause)] == []


def test_the_manual_shows_the_table() -> None:
    """docs/lifecycle.md is what scripts/lifecycle.py writes."""
    spec = importlib.util.spec_from_file_location("lifecycle_page", ROOT / "scripts" / "lifecycle.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    assert (ROOT / "docs" / "lifecycle.md").read_text(encoding="utf-8") == module.page()
