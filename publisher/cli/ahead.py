"""Settings that were never read here: a process of its own reads them, while this one loads the libraries.

To check them Pydantic has to be loaded, which takes as long as all that a first build loads beside it.
"""

import os
import signal
import sys
from collections.abc import Callable


def nothing() -> bytes:
    """Return that nobody read anything."""
    return b""


def begin(root: str) -> Callable[[], bytes]:
    """Begin to read the settings of the project at *root*, if none are kept; return what gives them.

    They are for `project.load`, which reads them itself if they could not be read, and tells why.
    """
    has_some = os.path.isdir(f"{root}/.publisher/cache/settings")
    if has_some or sys.platform != "linux" or len(os.sched_getaffinity(0)) == 1:
        return nothing
    here, there = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            signal.signal(signal.SIGINT, signal.SIG_IGN)  # who began it says what Ctrl-C means
            os.close(here)  # else it would wait for itself to read, once nobody else does
            with open(there, "wb") as pipe:
                pipe.write(_read(root))
        finally:  # whatever happened, this process must not go on as if it were the program
            os._exit(0)
    os.close(there)

    def result() -> bytes:
        with open(here, "rb") as pipe:
            found = pipe.read()
        os.waitpid(child, 0)
        return found

    return result


def _read(root: str) -> bytes:
    from pathlib import Path

    from publisher import project
    from publisher.errors import PublisherError

    try:
        return project.checked(Path(root), os.environ)
    except PublisherError:
        return b""
