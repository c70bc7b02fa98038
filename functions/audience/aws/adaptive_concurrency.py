"""A limit on requests in flight, which falls when the table throttles and slowly grows otherwise.

Additive increase, multiplicative decrease, as in TCP (RFC 5681, section 3.1): a throttled table slows the workers
down instead of failing their pieces.
"""

from threading import Condition

# After the limit was halved, the next answers belong to requests sent before that: they do not halve it again.
_COOLDOWN = 8


class AdaptiveConcurrency:
    """A limit that the threads of one client share."""

    def __init__(self, maximum: int) -> None:
        """Keep the highest limit, which is also the first."""
        self._maximum = maximum
        self._limit = float(maximum)
        self._in_flight = 0
        self._cooldown = 0
        self._changed = Condition()

    @property
    def limit(self) -> int:
        """Return how many requests may be in flight at once now."""
        return int(self._limit)

    def acquire(self) -> None:
        """Wait until one more request may be sent, and count it as in flight."""
        with self._changed:
            self._changed.wait_for(lambda: self._in_flight < int(self._limit))
            self._in_flight += 1

    def release(self, *, throttled: bool) -> None:
        """Count a request as answered, and adapt the limit to whether the table throttled it."""
        with self._changed:
            self._in_flight -= 1
            self._cooldown = max(0, self._cooldown - 1)
            if not throttled:
                self._limit = min(float(self._maximum), self._limit + 1 / self._limit)
            elif not self._cooldown:
                self._limit = max(1.0, self._limit / 2)
                self._cooldown = _COOLDOWN
            self._changed.notify_all()
