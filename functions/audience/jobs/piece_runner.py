"""The work on one piece, step after step, each recorded before the next begins, while the worker may go on."""

import gc
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from audience.jobs.model import JobKey
from audience.jobs.piece_store import PieceStore
from audience.jobs.pieces import PieceRecord
from audience.jobs.status import TERMINAL
from audience.jobs.store import JobStore

# How soon a cancelled job's workers notice; one read of half a unit each time.
ASK_EVERY_S = 2.0
_STOP = TERMINAL | {"CANCELLING", "FAILING"}

# The garbage collector looks at new objects when there are so many, some MB of rows; by default at 700.
NEW_OBJECTS = 50_000


def run_piece(
    pieces: PieceStore,
    index: int,
    may_go_on: Callable[[], bool],
    deadline: int,
    step: Callable[[PieceRecord], PieceRecord],
) -> bool:
    """Work on a piece until it is done, time is up, or the job is stopped.

    A file that the piece claims is completed in any case: its step is short, and nobody else will do it.

    Args:
        pieces: the job's piece records.
        index: the piece.
        may_go_on: whether there is time, and the job wants it.
        deadline: when this worker is stopped at the latest, in seconds since 1970.
        step: does some work and gives the record that follows.

    Returns:
        Whether the piece has ended; where not, another invocation can go on from its checkpoint.
    """
    piece = pieces.begin(index, deadline)
    try:
        with _older_objects_kept():
            while piece.pending or (not piece.ended and may_go_on()):
                piece = step(piece)
                gc.collect()  # what rows have left behind
    finally:
        pieces.leave(index)
    return piece.ended


@contextmanager
def _older_objects_kept() -> Iterator[None]:
    """Have the garbage collector leave alone what is there already, above all boto3 and its service models.

    The rows of a piece come and go in such numbers that it would look through all of that again and again: a quarter
    of an export's CPU (benchmarks/export_cost.py). For the same reason it looks more rarely: rows are no garbage that
    only it can find, and looking at those on their way was a tenth of an import's CPU.
    """
    thresholds = gc.get_threshold()
    gc.freeze()
    gc.set_threshold(NEW_OBJECTS, *thresholds[1:])
    try:
        yield
    finally:
        gc.set_threshold(*thresholds)
        gc.unfreeze()


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
            self.stopped = job is None or job.status in _STOP
        return not self.stopped
