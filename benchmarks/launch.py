"""Run one command and tell what it took: `python -I -S launch.py LOG COMMAND...` prints one JSON object.

A process of its own, since the kernel counts to a child's peak memory what its parent held when it
started it; this one holds next to nothing. `wall` is in seconds; `cpu` is user and system time of the
command and all its children; `peak` is in bytes: the largest process, or, while there are several,
the sum of their proportional shares, asked ten times a second. Standard library only.
"""

import contextlib
import json
import os
import sys
import threading
import time
from pathlib import Path

PAUSE = 0.1  # asking holds up the process that is asked: every 20 ms took it a tenth of its time


def descendants(process: int) -> list[int]:
    """Return the processes below *process*, with itself; empty where the kernel does not tell."""
    found, queue = [], [process]
    while queue:
        found.append(queue.pop())
        for task in Path(f"/proc/{found[-1]}/task").glob("*/children"):
            with contextlib.suppress(OSError):
                queue += map(int, task.read_text(encoding="ascii").split())
    return found


def share(process: int) -> int:
    """Return the memory of *process* in bytes, of shared pages its part; 0 if it is gone."""
    with contextlib.suppress(OSError):
        for line in Path(f"/proc/{process}/smaps_rollup").read_text(encoding="ascii").splitlines():
            if line.startswith("Pss:"):
                return int(line.split()[1]) * 1024
    return 0


class Watch(threading.Thread):
    """Watches how much memory the processes of a family hold together, as long as they are several."""

    def __init__(self, process: int) -> None:
        super().__init__(daemon=True)
        self.process, self.peak, self.most, self.done = process, 0, 1, threading.Event()

    def run(self) -> None:
        """Look ten times a second until told to stop."""
        while not self.done.wait(PAUSE):
            family = descendants(self.process)
            self.most = max(self.most, len(family))
            if len(family) > 1:
                self.peak = max(self.peak, sum(map(share, family)))


def launch(log: str, command: list[str]) -> dict[str, float]:
    """Run *command*, with what it says written to *log*, and return what it took."""
    to_log = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    actions = [(os.POSIX_SPAWN_DUP2, to_log, 1), (os.POSIX_SPAWN_DUP2, to_log, 2)]
    start = time.perf_counter()
    process = os.posix_spawnp(command[0], command, os.environ, file_actions=actions)
    watch = Watch(process)
    watch.start()
    _, status, usage = os.wait4(process, 0)
    wall = time.perf_counter() - start
    watch.done.set()
    watch.join()
    unit = 1 if sys.platform == "darwin" else 1024
    return {
        "code": os.waitstatus_to_exitcode(status),
        "wall": wall,
        "cpu": usage.ru_utime + usage.ru_stime,
        "peak": max(usage.ru_maxrss * unit, watch.peak),
        "processes": watch.most,
    }


if __name__ == "__main__":
    print(json.dumps(launch(sys.argv[1], sys.argv[2:])))
