"""What the preview sees: folders that come, go and become other ones, and names that it cannot read."""

import asyncio
import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from publisher.preview.watch import changes


def put_aside(folder: Path) -> None:
    """Put another folder in the place of *folder* before anybody looks."""
    shutil.copytree(folder, folder.parent / "copy")
    folder.rename(folder.parent / "old")
    (folder.parent / "copy").rename(folder)


def move_all(folder: Path) -> None:
    """Move the whole project away and back."""
    root = next(above for above in folder.parents if above.name == "news")
    root.rename(root.parent / "away")
    (root.parent / "away").rename(root)


def make_anew(folder: Path) -> None:
    """Delete *folder* and what holds it, and make both again."""
    shutil.rmtree(folder.parent)
    folder.mkdir(parents=True)


def name_badly(folder: Path) -> None:
    """Save a file whose name is not UTF-8, and delete it."""
    name = os.fsencode(folder) + b"/\xff.md"
    os.close(os.open(name, os.O_CREAT))
    os.unlink(name)  # noqa: PTH108 - no path of text has it


@pytest.mark.parametrize("harm", [put_aside, move_all, make_anew, name_badly])
def test_a_watch_survives(tmp_path: Path, harm: Callable[[Path], None]) -> None:
    """Whatever befell the folder of the entries, what is saved in it afterwards is seen."""
    root = tmp_path / "news"
    folder = root / "content" / "entries"
    folder.mkdir(parents=True)

    async def seen() -> bool:
        stop, is_begun, is_seen = asyncio.Event(), asyncio.Event(), asyncio.Event()

        async def look() -> None:
            while not stop.is_set():
                async for saved in changes(root, [folder, root / "templates"], stop):
                    is_begun.set()
                    if any(path.endswith("day.md") for path in saved):
                        is_seen.set()

        looking = asyncio.create_task(look())
        await is_begun.wait()
        await asyncio.sleep(0.1)
        harm(folder)
        for number in range(20):
            await asyncio.sleep(0.3)
            (folder / "day.md").write_text(f"{number}")
            if is_seen.is_set():
                break
        stop.set()
        await looking
        return is_seen.is_set()

    assert asyncio.run(seen())


def test_what_came_meanwhile_comes_at_once(tmp_path: Path) -> None:
    """Hundreds of saves during one slow look are told together, not one after the other."""
    (tmp_path / "entries").mkdir()

    async def told() -> list[set[str]]:
        stop = asyncio.Event()
        found: list[set[str]] = []
        async for saved in changes(tmp_path, [tmp_path / "entries"], stop):
            if not found:
                for number in range(10):
                    (tmp_path / f"entries/{number}.md").write_text("x")
                    await asyncio.sleep(0.12)  # longer than the watch waits for more
            found.append(saved)
            if len(set().union(*found)) == 10:
                stop.set()
        return found

    found = asyncio.run(told())
    assert [len(saved) for saved in found] == [0, 10]
