"""Any edits, in any order, with builds between: the output is always that of a clean build."""

import contextlib
from datetime import UTC, datetime
from pathlib import Path
from time import time_ns
from typing import Any

import pytest
from editor import Editor, edited
from folders import tree
from hypothesis import strategies as st
from hypothesis.stateful import rule
from newsroom import NOW

from publisher.build import build
from publisher.check import check
from publisher.errors import ContentError, PublisherError
from publisher.project import load

_TIMES = (
    NOW,
    *(datetime(2023, month, day, 9, tzinfo=UTC) for month, day in ((6, 6), (7, 5), (7, 6), (9, 1))),
)


class Builder(Editor):
    """Somebody who edits, and builds now and then."""

    now = NOW

    @rule(now=st.sampled_from(_TIMES))
    def let_time_pass(self, now: datetime) -> None:
        """Build at another time from now on: events are over, quotes stand no more, or time goes back."""
        self.now = now

    def compare(self, *, drafts: bool = False, is_quiet: bool) -> None:
        """Build; what comes out, or what is wrong, is the same as in a clean build."""
        began = 0 if is_quiet else time_ns()
        wanted = _outcome(self.copied(), self.now, drafts, 0)
        assert _outcome(self.root, self.now, drafts, began) == wanted
        if wanted is None:
            type(self).compared += 1
            assert tree(self.root / "out") == tree(self.copy / "out")

    @rule()
    def check(self) -> None:
        """Look for problems between two builds, which keeps what it reads as a build does."""
        with contextlib.suppress(PublisherError):
            check(load(self.root, {}), self.now, began=time_ns())


def _outcome(root: Path, now: datetime, drafts: bool, began: int) -> Any:  # noqa: FBT001
    """Build the project at *root*; return what went wrong, None if nothing did."""
    try:
        build(load(root, {}), now, drafts=drafts, began=began)
    except ContentError as error:
        return sorted((problem.code, str(problem.place)) for problem in error.problems)
    except PublisherError as error:
        return error.code
    return None


def test_a_build_after_edits_is_a_clean_build() -> None:
    """What is kept from one build to the next never shows, whatever was edited or harmed between them."""
    assert edited(Builder, 10) >= 10


@pytest.mark.whole
def test_a_build_after_many_edits_is_a_clean_build() -> None:
    """The same over 200 sequences of edits."""
    assert edited(Builder, 200) >= 200
