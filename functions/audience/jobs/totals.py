"""The counts of a job, made from its piece records alone: a piece has one record, however often run."""

from collections.abc import Iterable
from typing import Any

from audience.jobs.pieces import PieceRecord


def totals(pieces: Iterable[PieceRecord], piece_count: int) -> dict[str, Any]:
    """Return the contract's counters for `piece_count` planned pieces.

    A piece that never recorded its end has failed.
    """
    records = list(pieces)
    done = sum(piece.status == "DONE" for piece in records)
    return {
        "TotalPieces": piece_count,
        "CompletedPieces": done,
        "FailedPieces": piece_count - done,
        "TotalProcessed": sum(piece.processed for piece in records),
        "TotalFailures": sum(piece.failed for piece in records),
    }


def totals_of_cancelled(pieces: Iterable[PieceRecord], piece_count: int) -> dict[str, Any]:
    """Return the `totals` of a cancelled job: what was not done (to the end) is not counted as failed."""
    records = list(pieces)
    found = totals(records, piece_count)
    failed = sum(piece.status == "FAILED" for piece in records)
    return {**found, "FailedPieces": failed, "NotAttemptedPieces": found["FailedPieces"] - failed}


def piece_failures(pieces: Iterable[PieceRecord], piece_count: int) -> list[str]:
    """Return why pieces were not done, in plan order: a line for each source at fault, else one."""
    records = {piece.index: piece for piece in pieces}
    found = []
    for index in range(piece_count):
        piece = records.get(index, PieceRecord(index))
        if piece.status != "DONE":
            reasons = [str(fault) for fault in piece.faults]
            if not piece.over:
                reasons.append(piece.reason or "its worker did not come to an end")
            found += [f"piece {index + 1} of {piece_count} was not completed: {reason}" for reason in reasons]
    return found
