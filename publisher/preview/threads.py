"""Work beside the server, in threads that nobody waits for when the server ends."""

import asyncio
from collections.abc import Callable
from concurrent.futures import Future
from threading import Thread
from typing import ParamSpec, TypeVar

Given = ParamSpec("Given")
Made = TypeVar("Made")


async def in_thread(work: Callable[Given, Made], *given: Given.args, **named: Given.kwargs) -> Made:
    """Return what *work* comes to; Ctrl-C ends the program also while it is being done.

    Threads of the pool of asyncio or AnyIO would be waited for: a large project that is read, or a mail
    server that does not answer.
    """
    done: Future[Made] = Future()

    def do() -> None:
        done.set_running_or_notify_cancel()
        try:
            made = work(*given, **named)
        except BaseException as error:  # noqa: BLE001 - whoever waits is told
            done.set_exception(error)
        else:
            done.set_result(made)

    Thread(target=do, daemon=True).start()
    return await asyncio.wrap_future(done)
