"""How fast mails go out: evenly, never faster than is set, and slower when the server asks for it.

Times are seconds of a clock that never goes back; whoever holds a pace hands them in.
"""

from threading import Lock

_SLOWEST = 1 / 60
_STEP = 1.1
_CALM = 50


class Pace:
    """Gives each mail a moment, *rate* of them a second; several threads may ask.

    A server that says "too fast" halves the rate. After fifty mails without such a word it grows by a
    tenth, until it is what was set.
    """

    def __init__(self, rate: float) -> None:
        self.wanted = self.rate = rate
        self._free = float("-inf")
        self._calm = 0
        self._lock = Lock()

    def take(self, now: float) -> float:
        """Take the next free moment and return how many seconds after *now* it is."""
        with self._lock:
            moment = max(self._free, now)
            self._free = moment + 1 / self.rate
            return moment - now

    def slower(self, now: float) -> None:
        """Halve the rate; what came from the mails of one moment counts once."""
        with self._lock:
            if self._calm or self.rate == self.wanted:
                self.rate = max(self.rate / 2, _SLOWEST)
                self._free = max(self._free, now + 1 / self.rate)
            self._calm = 0

    def went_well(self) -> None:
        """Count a mail that was taken."""
        with self._lock:
            self._calm += 1
            if self._calm % _CALM == 0:
                self.rate = min(self.rate * _STEP, self.wanted)
