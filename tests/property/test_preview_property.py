"""Any edits, in any order, under a preview: what it shows is always what a clean build writes."""

import pytest
from editor import Editor, edited
from folders import tree
from hypothesis import strategies as st
from hypothesis.stateful import rule
from newsroom import NOW

from publisher.build import build
from publisher.errors import PublisherError
from publisher.preview.desk import Desk
from publisher.preview.stand import Choice
from publisher.project import load


class Writer(Editor):
    """Somebody who edits under one preview, and chooses what it shows."""

    def __init__(self) -> None:
        super().__init__()
        self.choice = Choice(drafts=False, future=False)
        self.desk: Desk | None = None

    @rule(drafts=st.booleans(), future=st.booleans())
    def choose(self, *, drafts: bool, future: bool) -> None:
        """Show drafts and future entries, or do not."""
        self.choice = Choice(drafts=drafts, future=future)

    @rule(parts=st.integers(1, 5))
    def follow(self, parts: int) -> None:
        """Let some of what nobody looks at be made."""
        for _ in range(parts if self.desk else 0):
            assert self.desk is not None
            self.desk.make_next()

    def compare(self, *, drafts: bool = False, is_quiet: bool) -> None:  # noqa: ARG002
        """Look at every file of a clean build in the preview; if none can be made, it tells of problems."""
        self.desk = self.desk or Desk(self.root, {}, lambda: NOW)
        desk, choice = self.desk, self.choice
        desk.choose(choice)
        try:
            build(load(self.copied(), {}), NOW, drafts=choice.drafts, future=choice.future)
        except PublisherError:
            assert desk.problems or not desk.stand or _faults(desk)
            return
        type(self).compared += 1
        files = tree(self.copy / "out")
        assert {name: desk.file(name).content for name in files} == files
        assert not desk.problems


def _faults(desk: Desk) -> bool:
    """Tell whether any page of *desk* has a problem of its own."""
    assert desk.proofs is not None
    while desk.make_next():
        pass
    places = [desk.file(f"{name}index.html") for name in ("", "fr/", "ar/")]
    return any(seen.problems for seen in places) or any(
        desk.proof(*where).problems for where in desk.proofs.issues
    )


def test_a_preview_after_edits_is_a_clean_build() -> None:
    """What a preview remembers never shows, whatever was edited or harmed, and whatever was chosen."""
    assert edited(Writer, 3) >= 3


@pytest.mark.whole
def test_a_preview_after_many_edits_is_a_clean_build() -> None:
    """The same over 60 sequences of edits."""
    assert edited(Writer, 60) >= 60
