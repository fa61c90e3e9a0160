"""Sees what is saved: entries, templates, stylesheets, catalogues, pictures and settings."""

import asyncio
from collections.abc import AsyncGenerator
from pathlib import Path

from watchfiles import Change, awatch

from publisher.root import OWN_FILE, SHARED_FILE

_WAIT, _STEP = 40, 10  # milliseconds: an editor that saves in two steps is seen once


async def changes(root: Path, folders: list[Path], stop: asyncio.Event) -> AsyncGenerator[set[str], None]:
    """Yield the paths that changed: in *folders*, the settings of *root*, and *folders* that come or go.

    The first one is empty, and comes when all is watched: what was saved before is to be looked for. It ends
    when *stop* is set, and when one of *folders* came or went: then others are to be watched.
    """
    deep = [folder for folder in folders if folder.is_dir()]
    found: asyncio.Queue[set[str]] = asyncio.Queue()
    done = asyncio.Event()  # awatch sets it when it is cancelled, so it must not be the caller's
    tops = {folder.relative_to(root).parts[0] for folder in folders if folder.is_relative_to(root)}
    names = {OWN_FILE, SHARED_FILE, *tops}

    def is_ours(_change: Change, path: str) -> bool:
        return Path(path).name in names

    async def watch(paths: list[Path], *, is_deep: bool) -> None:
        seen = awatch(
            *paths,
            watch_filter=None if is_deep else is_ours,
            debounce=_WAIT,
            step=_STEP,
            recursive=is_deep,
            stop_event=done,
        )
        async for saved in seen:
            await found.put({path for _, path in saved})

    tasks = [asyncio.create_task(watch([root], is_deep=False))]
    tasks += [asyncio.create_task(watch(deep, is_deep=True))] if deep else []
    ended = asyncio.create_task(stop.wait())
    await asyncio.sleep(0)  # each task has its watch by now: awatch makes it before it first waits
    try:
        yield set()
        while not stop.is_set():
            waiting = asyncio.create_task(found.get())
            await asyncio.wait({waiting, ended}, return_when=asyncio.FIRST_COMPLETED)
            if not waiting.done():
                waiting.cancel()
                return
            yield waiting.result()
            if [folder for folder in folders if folder.is_dir()] != deep:
                return
    finally:
        done.set()
        ended.cancel()
        await asyncio.gather(*tasks, ended, return_exceptions=True)
