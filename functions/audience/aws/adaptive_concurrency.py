"""A limit on requests in flight, which falls when the table throttles and slowly grows otherwise.

Additive increase, multiplicative decrease, as in TCP (RFC 5681, section 3.1): a throttled table slows the workers
down instead of failing their pieces. But some tables refuse a share of all requests however few there are, for example
where one of many partitions is hot; fewer requests would not help them, and cost the others their pace. So once the
limit has fallen as far as it can, the share that is refused there is measured, and what is refused by chance at that
share does not lower the limit from then on. A table that takes so many writes a second refuses next to none there.

Simulated (tests/unit/imports/test_pace.py), with the measurement and without it: where a tenth is refused at random,
18,000 and 600 rows a second; where a table takes 1,000 or 4,000 writes a second, all of them, and 10 % and 1 % of what
is asked for is refused, in both cases. The price: 64 workers that share 40,000 writes a second are refused 41 % instead
of 25 %, because each takes what the others do for a share that it cannot change.
"""

from math import sqrt

# Answers at the least limit by which the share is told: 0.19 is told as 0.19 ± 0.04.
SAMPLE = 100
# A larger share is that of a table that has too much to do even so, mostly for other workers: then nothing is excused.
MOST_EXCUSED = 0.35
# Standard deviations of a sum of so many refusals: one window in 30,000 has more by chance.
BY_CHANCE = 4
# Answers from a measurement to the next one: where the limit falls as far again, or falls although much is excused.
MEASURED_FOR = 1000


class AdaptiveConcurrency:
    """A limit on the requests that one client has in flight."""

    def __init__(self, maximum: int) -> None:
        """Keep the highest limit, which is also the first."""
        self._maximum = float(maximum)
        self._limit = float(maximum)
        self._sent_before = 0
        self._window = _Answers()
        self._sample: _Answers | None = None  # while the share is measured
        self._excused = 0.0  # the share that is refused at the least limit
        self._until_measured = 0  # answers for which the share is good
        self._grows_fast = False
        self.limit = maximum  # how many requests may be in flight at once now

    def answered(self, in_flight: int, *, throttled: bool) -> None:
        """Adapt the limit to whether the table throttled a request, while so many others are in flight.

        Where it falls, the others were sent under the limit before: their answers do not lower it again.
        """
        self._sent_before = max(0, self._sent_before - 1)
        self._until_measured = max(0, self._until_measured - 1)
        self._count(in_flight, 1, float(throttled))
        if not throttled and self._sample is None:
            step = 1.0 if self._grows_fast else 1 / self._limit
            self._set(min(self._maximum, self._limit + step))

    def throttled_in_part(self, in_flight: int, share: float) -> None:
        """Adapt the limit to a request that was answered, and of which the table throttled a share (0 to 1)."""
        self._count(in_flight, 0, share)

    def _count(self, in_flight: int, answers: int, refused: float) -> None:
        if self._sample is not None:
            self._sample.add(answers, refused)
            if self._sample.number >= SAMPLE:
                self._end_measurement(self._sample)
            return
        if self._sent_before:
            return
        window = self._window
        window.add(answers, refused)
        is_whole = window.number > in_flight
        if (is_whole or not self._excused) and window.refused > self._by_chance(window.number):
            self._fall(in_flight)
        elif is_whole:
            self._window = _Answers()

    def _by_chance(self, number: int) -> float:
        """Return how many of some answers may be refusals by chance; the measured share is uncertain, too."""
        share = self._excused
        if not share:
            return 0
        return max(1, number * share + BY_CHANCE * sqrt(number * share * (1 - share) * (1 + number / SAMPLE)))

    def _fall(self, in_flight: int) -> None:
        self._set(max(1.0, self._limit / 2))
        self._sent_before = in_flight + 1
        self._window = _Answers()
        self._grows_fast = False
        if (self.limit == 1 or self._excused) and not self._until_measured:
            self._set(1.0)
            self._sample = _Answers()

    def _end_measurement(self, sample: "_Answers") -> None:
        share = sample.refused / sample.number
        self._excused = share if share <= MOST_EXCUSED else 0.0
        self._grows_fast = self._excused > 0
        self._until_measured = MEASURED_FOR
        self._sample = None
        self._window = _Answers()
        self._sent_before = 0

    def _set(self, limit: float) -> None:
        self._limit = limit
        self.limit = int(limit)


class _Answers:
    """A number of answers, and how many of them are refusals; one in part counts in part."""

    def __init__(self) -> None:
        self.number = 0
        self.refused = 0.0

    def add(self, number: int, refused: float) -> None:
        self.number += number
        self.refused += refused
