"""Tells open pages that something changed: each waits in a stream of server-sent events."""

import asyncio
from collections.abc import AsyncIterator, Callable

from publisher.preview.threads import in_thread

_ALIVE = 15.0  # seconds after which a word is sent, so that a closed window is noticed


class Live:
    """A counter that streams wait for; `stop` ends them all, so that the server can end."""

    def __init__(self) -> None:
        self._changed = asyncio.Event()
        self.is_stopped = False

    def tell(self) -> None:
        """Wake every stream: something may have changed."""
        self._changed.set()
        self._changed = asyncio.Event()

    def stop(self) -> None:
        """End every stream."""
        self.is_stopped = True
        self._changed.set()

    async def stream(self, version_now: Callable[[], str], version: str) -> AsyncIterator[str]:
        """Yield an event whenever *version_now* gives another one than the page had, first *version*."""
        yield "retry: 500\n\n"
        while not self.is_stopped:
            waiting = self._changed
            fresh = await in_thread(version_now)
            if fresh != version:
                version = fresh
                yield f"data: {fresh}\n\n"
            try:
                await asyncio.wait_for(waiting.wait(), _ALIVE)
            except TimeoutError:
                yield ": still here\n\n"
