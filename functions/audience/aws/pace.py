"""How many requests are on their way at once.

They are fewer when the table throttles, slowly more when it does not.
Additive increase, multiplicative decrease, as TCP does it (RFC 5681, section 3.1): a throttled table slows the workers
down instead of failing their pieces.
"""

from threading import Condition

# After a cut, the answers of requests that were on their way say nothing new: one cut in so many answers.
_COOLDOWN = 8


class Pace:
    """Shared by the threads of a client."""

    def __init__(self, most: int) -> None:
        """Begin with `most` requests at once."""
        self._most = most
        self._limit = float(most)
        self._running = 0
        self._cooldown = 0
        self._changed = Condition()

    @property
    def limit(self) -> int:
        """Return how many requests may run at once now."""
        return int(self._limit)

    def enter(self) -> None:
        """Wait for a turn."""
        with self._changed:
            self._changed.wait_for(lambda: self._running < int(self._limit))
            self._running += 1

    def leave(self, *, throttled: bool) -> None:
        """Give the turn back, and say how the table took it."""
        with self._changed:
            self._running -= 1
            self._cooldown = max(0, self._cooldown - 1)
            if not throttled:
                self._limit = min(float(self._most), self._limit + 1 / self._limit)
            elif not self._cooldown:
                self._limit = max(1.0, self._limit / 2)
                self._cooldown = _COOLDOWN
            self._changed.notify_all()
