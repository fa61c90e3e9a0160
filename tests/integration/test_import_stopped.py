"""Ctrl-C at any step of an import: whole steps are in, the others are not, and the next run does the rest."""

import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from listkeeping import KEY, Keeper
from shell import surroundings

STOPPED_AT = """
import os, signal, sys
from sqlalchemy import Engine, event
from publisher.__main__ import main
from publisher.subscribers import intake

intake.STEP = 10
after = int(sys.argv.pop(1))
seen = 0

def watch(*_):
    global seen
    seen += 1
    if seen == after:
        os.kill(os.getpid(), signal.SIGINT)

event.listen(Engine, "before_cursor_execute", watch)
event.listen(Engine, "commit", watch)
main()
"""
"""The program with small steps, to which Ctrl-C comes at a statement, or at the end of a transaction."""
WORDS = ("subscribers", "import", "list.csv", "--consent", "the fair", "--go")
ROWS = 40


@pytest.fixture
def keeper(tmp_path: Path, database_url: str) -> Iterator[Keeper]:
    """Return a project whose list is empty, and a file for it, over each database."""
    rows = [
        f"r{number}@example.org,{'unsubscribed' if number % 5 == 0 else 'active'}\n" for number in range(ROWS)
    ]
    (tmp_path / "list.csv").write_text("email,status\n" + "".join(rows), encoding="utf-8")
    with closing(Keeper(tmp_path, database_url)) as found:
        yield found


def imported(keeper: Keeper, after: int) -> subprocess.CompletedProcess[str]:
    """Import the file; Ctrl-C comes at the step *after*."""
    return subprocess.run(
        [sys.executable, "-c", STOPPED_AT, str(after), *WORDS],
        cwd=keeper.root,
        env=surroundings(PUBLISHER_SUBSCRIBERS__KEY=KEY, PUBLISHER_SUBSCRIBERS__DATABASE=keeper.url),
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


@pytest.mark.whole
def test_an_import_that_is_stopped_leaves_whole_steps(keeper: Keeper) -> None:
    """A stop is told in one word; of each step all or nothing is in, and one more run brings the rest."""
    sizes = []
    for after in (3, 12, 18, 24, 26, 28, 30, 32, 34, 36, 38, 40, 42, 44):
        done = imported(keeper, after)
        told = (done.returncode, done.stdout, done.stderr)
        assert told == (130, "", "\nstopped\n"), after
        people, steps, refused = keeper.everything()
        assert Counter(step[1] for step in steps) == Counter(person[0] for person in people)
        sizes.append((len(people), len(refused)))
    assert {(0, 0), (7, 2), (15, 4)} <= set(sizes) <= {(0, 0), (7, 2), (15, 4), (23, 6), (31, 8), (32, 8)}
    assert sizes == sorted(sizes)
    done = imported(keeper, 0)
    assert done.returncode == 0
    people, steps, refused = keeper.everything()
    assert (len(people), len(steps), len(refused)) == (32, 32, 8)
