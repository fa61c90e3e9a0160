"""When the times of a file tell that it did not change, and when its bytes must be asked.

A clock may give two changes one time; Git calls files that are so young "racy". Imports nothing, since a
build that has nothing to do asks this too.
"""

_SECOND = 1_000_000_000
COARSE, FINE = 2 * _SECOND, _SECOND // 10
"""The ticks, in nanoseconds, of clocks that know whole seconds alone (FAT counts two), and of all others."""


def is_young(modified: int, changed: int, moment: int) -> bool:
    """Tell whether a file may change after *moment* without getting other times than it has.

    All three are in nanoseconds since the epoch. A time to come counts as young: a clock went back.
    """
    is_fine = modified % _SECOND or changed % _SECOND
    return max(modified, changed) >= moment - (FINE if is_fine else COARSE)
