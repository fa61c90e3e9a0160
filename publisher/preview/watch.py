"""Sees what is saved: entries, templates, stylesheets, catalogues, pictures and settings."""

import asyncio
from collections.abc import AsyncGenerator
from pathlib import Path

from watchfiles import Change, awatch

from publisher.root import OWN_FILE, SHARED_FILE

_WAIT, _STEP = 40, 10  # milliseconds: an editor that saves in two steps is seen once
_LOOK = 0.5  # seconds between two looks at whether folders are still the same ones


async def changes(root: Path, folders: list[Path], stop: asyncio.Event) -> AsyncGenerator[set[str], None]:
    """Yield the paths that changed: in *folders*, and the settings of *root*.

    The first one is empty, and comes when all is watched: what was saved before is to be looked for. It ends
    when *stop* is set, and when one of *folders* or *root* came, went or became another one: a watch stays
    with the folder that it began with, wherever that was moved.
    """
    places = _places(root, *folders)
    ours = {str(place) for folder in folders for place in (folder, *folder.parents)}
    found: asyncio.Queue[set[str]] = asyncio.Queue()
    done = asyncio.Event()  # awatch sets it when it is cancelled, so it must not be the caller's
    deep = [folder for folder in folders if folder.is_dir()]
    tops = {folder.relative_to(root).parts[0] for folder in folders if folder.is_relative_to(root)}
    tasks = [asyncio.create_task(_watch([root], found, done, {OWN_FILE, SHARED_FILE, *tops}))]
    tasks += [asyncio.create_task(_watch(deep, found, done))] if deep else []
    ended = asyncio.create_task(stop.wait())
    await asyncio.sleep(0)  # each task has its watch by now: awatch makes it before it first waits
    try:
        yield set()
        while not stop.is_set() and _places(root, *folders) == places:
            waiting = asyncio.create_task(found.get())
            await asyncio.wait({waiting, ended}, timeout=_LOOK, return_when=asyncio.FIRST_COMPLETED)
            if not waiting.done():
                waiting.cancel()
                continue
            saved = waiting.result()
            while not found.empty():  # what came meanwhile is looked for at once
                saved |= found.get_nowait()
            yield saved
            if saved & ours:
                return  # perhaps another one by now, even with the same number
    finally:
        done.set()
        ended.cancel()
        await asyncio.gather(*tasks, ended, return_exceptions=True)


async def _watch(
    paths: list[Path], found: asyncio.Queue[set[str]], done: asyncio.Event, names: set[str] | None = None
) -> None:
    """Put what changes below *paths* into *found* until *done*; with *names*, these directly below alone."""

    def is_ours(_change: Change, path: str) -> bool:
        return names is None or Path(path).name in names

    clock, polls = asyncio.get_running_loop().time, None
    while not done.is_set():
        began = clock()
        watching = awatch(
            *paths,
            watch_filter=is_ours,
            debounce=_WAIT,
            step=_STEP,
            recursive=names is None,
            stop_event=done,
            force_polling=polls,
        )
        try:
            async for saved in watching:
                await found.put({path for _, path in saved})
        except (OSError, RuntimeError, ExceptionGroup):
            # Names that are not UTF-8 end a watch when they change: there is something to look for. If the
            # system has no watches left to give, it ends at once: then we look again and again.
            polls = True if clock() - began < _LOOK else None
            await found.put(set())
            await asyncio.sleep(_LOOK)


def _places(*folders: Path) -> list[tuple[int, int] | None]:
    """Return what tells each of *folders* from another one of its name; None if it is not there."""
    found: list[tuple[int, int] | None] = []
    for folder in folders:
        try:
            there = folder.stat()
        except OSError:
            found.append(None)
        else:
            found.append((there.st_dev, there.st_ino))
    return found
