"""A limit on requests in flight, which falls when the table throttles and slowly grows otherwise.

Additive increase, multiplicative decrease, as in TCP (RFC 5681, section 3.1): a throttled table slows the workers
down instead of failing their pieces.
"""


class AdaptiveConcurrency:
    """A limit on the requests that one client has in flight."""

    def __init__(self, maximum: int) -> None:
        """Keep the highest limit, which is also the first."""
        self._maximum = float(maximum)
        self._limit = float(maximum)
        self._sent_before = 0
        self.limit = maximum  # how many requests may be in flight at once now

    def answered(self, in_flight: int, *, throttled: bool) -> None:
        """Adapt the limit to whether the table throttled a request, while so many others are in flight.

        Where it falls, the others were sent under the limit before: their answers do not lower it again.
        """
        if self._sent_before:
            self._sent_before -= 1
        if not throttled and self._limit == self._maximum:
            return
        if not throttled:
            self._limit = min(self._maximum, self._limit + 1 / self._limit)
        elif not self._sent_before:
            self._limit = max(1.0, self._limit / 2)
            self._sent_before = in_flight + 1
        self.limit = int(self._limit)
