"""Any edits, in any order, with builds between: the output is always that of a clean build."""

import contextlib
from pathlib import Path
from time import time_ns
from typing import Any

import pytest
from editor import Editor, edited
from folders import tree
from hypothesis.stateful import rule
from newsroom import NOW

from publisher.build import build
from publisher.check import check
from publisher.errors import ContentError, PublisherError
from publisher.project import load


class Builder(Editor):
    """Somebody who edits, and builds now and then."""

    def compare(self, *, drafts: bool = False, is_quiet: bool) -> None:
        """Build; what comes out, or what is wrong, is the same as in a clean build."""
        began = 0 if is_quiet else time_ns()
        wanted = _outcome(self.copied(), drafts, 0)
        assert _outcome(self.root, drafts, began) == wanted
        if wanted is None:
            type(self).compared += 1
            assert tree(self.root / "out") == tree(self.copy / "out")

    @rule()
    def check(self) -> None:
        """Look for problems between two builds, which keeps what it reads as a build does."""
        with contextlib.suppress(PublisherError):
            check(load(self.root, {}), NOW, began=time_ns())


def _outcome(root: Path, drafts: bool, began: int) -> Any:  # noqa: FBT001
    """Build the project at *root*; return what went wrong, None if nothing did."""
    try:
        build(load(root, {}), NOW, drafts=drafts, began=began)
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
