"""The work on one piece, step after step, each recorded before the next begins."""

from collections.abc import Callable

from audience.jobs.piece_store import PieceStore
from audience.jobs.pieces import PieceRecord


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
        while piece.pending or (not piece.ended and may_go_on()):
            piece = step(piece)
    finally:
        pieces.leave(index)
    return piece.ended
