"""The files that an import leaves out, each with its reason, as its pieces and the job tell them."""

from collections.abc import Iterable, Sequence

from audience.jobs.pieces import PieceRecord

MOST_SKIPPED = 100
# Keys have up to 1,024 bytes: a hundred of them with their reasons would be too much beside the failures that a job's
# item holds, of 400 KB (https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/ServiceQuotas.html).
MAX_BYTES = 100_000


def first_skipped(files: Iterable[str]) -> list[str]:
    """Return the first files without doubles: 100 at most, and 100 KB in UTF-8."""
    kept: list[str] = []
    room = MAX_BYTES
    for file in dict.fromkeys(files):
        room -= len(file.encode())
        if room < 0 or len(kept) == MOST_SKIPPED:
            break
        kept.append(file)
    return kept


def skipped_files(planned: Sequence[str] | None, pieces: Iterable[PieceRecord]) -> dict[str, list[str]]:
    """Return the job's field of skipped files: those that the plan left out, then those of its pieces, if any."""
    files = first_skipped([*(planned or ()), *(file for piece in pieces for file in piece.skipped)])
    return {"skipped_files": files} if files else {}


def why_nothing_was_read(pieces: Iterable[PieceRecord], piece_count: int) -> str:
    """Say why a job has nothing to complete though all its pieces are done; empty where it has."""
    records = list(pieces)
    skipped = [file for piece in records for file in piece.skipped]
    done = sum(piece.status == "DONE" for piece in records)
    if not skipped or done < piece_count or any(piece.was_read for piece in records):
        return ""
    return f"no file of the job can be read: {skipped[0]}"
