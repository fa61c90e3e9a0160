"""Settings that were never read here: a process of its own reads them, while this one loads the libraries.

To check them Pydantic has to be loaded, which takes as long as all that a first build loads beside it.
"""

import os
import signal
import sys
from collections.abc import Callable


def begin(root: str) -> Callable[[], None]:
    """Begin to read the settings of the project at *root*, if none are kept; return what waits for the end.

    They are left where `project.load` finds them. It reads them itself if they could not be left there, and
    tells what is wrong with them.
    """
    has_some = os.path.isdir(f"{root}/.publisher/cache/settings")
    if has_some or sys.platform != "linux" or len(os.sched_getaffinity(0)) == 1:
        return lambda: None
    child = os.fork()
    if child == 0:
        try:
            signal.signal(signal.SIGINT, signal.SIG_IGN)  # who began it says what Ctrl-C means
            _read(root)
        finally:  # whatever happened, this process must not go on as if it were the program
            os._exit(0)

    def wait() -> None:
        os.waitpid(child, 0)

    return wait


def _read(root: str) -> None:
    import contextlib
    from pathlib import Path

    from publisher import project
    from publisher.errors import PublisherError

    with contextlib.suppress(PublisherError):
        project.load(Path(root), os.environ, keep=True)
