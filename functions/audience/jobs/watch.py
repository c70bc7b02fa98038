"""Whether a worker may go on: there is time, and nobody has cancelled or ended its job."""

import time
from collections.abc import Callable

from audience.jobs.model import JobKey
from audience.jobs.status import TERMINAL
from audience.jobs.store import JobStore

# How soon a cancelled job's workers notice; one read of half a unit each time.
ASK_EVERY_S = 2.0
_STOP = TERMINAL | {"CANCELLING", "FAILING"}


class Watch:
    """Asked after each row; looks at the job's record every two seconds."""

    def __init__(
        self,
        jobs: JobStore,
        key: JobKey,
        remaining_ms: Callable[[], int],
        reserve_ms: int,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """Keep the job, the time the invocation has left and its reserve, both in milliseconds."""
        self._jobs = jobs
        self._key = key
        self._remaining_ms = remaining_ms
        self._reserve_ms = reserve_ms
        self._clock = clock
        self._asked = float("-inf")
        self.stopped = False

    def __call__(self) -> bool:
        """Return whether to read another row; `stopped` tells that the job, not the time, is at its end."""
        if self._remaining_ms() <= self._reserve_ms:
            return False
        if self._clock() - self._asked >= ASK_EVERY_S:
            self._asked = self._clock()
            job = self._jobs.find(self._key)
            self.stopped = job is None or job["JobStatus"] in _STOP
        return not self.stopped


def deadline_of(remaining_ms: int, now: float) -> int:
    """Return an invocation's deadline from the time it has left, in seconds since 1970 like `now`."""
    return int(now + remaining_ms / 1000) + 1
