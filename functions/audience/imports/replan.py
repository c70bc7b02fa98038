"""A job that is run again: its failed sources are looked up and read again from the beginning."""

from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from audience.errors import PieceOvertakenError
from audience.imports.source_counts import replanned
from audience.jobs.model import Members
from audience.jobs.piece_store import PieceStore
from audience.jobs.pieces import PieceRecord, SourceFault
from audience.sources.listing import SourceObject, object_at
from audience.sources.location import S3Location
from audience.sources.pieces import Piece, Source, by_number, whole

# How many the job names: a record holds a hundred failures and a hundred skipped files beside them.
MOST_REPLANNED = 25
# Objects looked up at once: as many as an S3 client has connections.
LOOKERS = 10
GONE = "is not there"
CHANGED_IN_PARTS = "was changed, and parts of what it was are imported: start a new import of this file"


class Replanner:
    """Plans the failed sources of a job again.

    The plan is written before the records are changed: a planner that dies in between finds in the plan what it has
    looked up, and changes the records that are left. A failed source gets a new number at the end of its piece, so
    that the piece goes on from its checkpoint.
    """

    def __init__(self, s3: Callable[[], Any], bucket: str, pieces: PieceStore) -> None:
        """Keep what makes the S3 client that reads the files, their bucket, and the records."""
        self._s3 = s3
        self._bucket = bucket
        self._pieces = pieces

    def run(
        self, replanned: Sequence[str], plan: list[Piece], write: Callable[[list[Piece]], None]
    ) -> Members:
        """Plan again what failed, and subtract what it counted.

        Args:
            replanned: the S3 URLs of the files that earlier runs planned again.
            plan: the job's pieces, as they were planned; changed in place.
            write: keeps the changed plan.

        Returns:
            Members to set in the job's record: `ReplannedFiles`, the S3 URLs of the files that are read again.
        """
        found = {piece.index: piece for piece in self._pieces.all() if piece.faults}
        if found:
            now = self._look([(plan[index], piece) for index, piece in found.items()])
            still = {index: _planned(plan[index], piece, now) for index, piece in found.items()}
            write(plan)
            for index, reasons in still.items():
                self._take_back(index, _replaced(plan[index]), reasons)
        again = [
            str(S3Location(self._bucket, source["key"]))
            for piece in plan
            for source in piece["sources"]
            if "instead_of" in source
        ]
        named = list(dict.fromkeys([*replanned, *again]))[:MOST_REPLANNED]
        return {"ReplannedFiles": named} if named else {}

    def _look(self, failed: list[tuple[Piece, PieceRecord]]) -> dict[str, SourceObject | None]:
        """Return the objects of all failed sources as they are now, by key; None for missing ones."""
        keys = {
            by_number(piece)[fault.source]["key"]
            for piece, record in failed
            for fault in _unplanned(piece, record)
        }
        s3 = self._s3() if keys else None
        with ThreadPoolExecutor(LOOKERS) as pool:
            found = pool.map(lambda key: object_at(s3, S3Location(self._bucket, key)), keys)
            return dict(zip(keys, found, strict=True))

    def _take_back(self, index: int, replaced: set[int], still: dict[int, str]) -> None:
        while True:
            piece = self._pieces.get(index)
            if not any(fault.source in replaced or fault.source in still for fault in piece.faults):
                return
            try:
                self._pieces.record(replanned(piece, replaced, still))
            except PieceOvertakenError:
                continue  # by a worker of the run before, which has left by the time that it is read again
            return


def _planned(piece: Piece, record: PieceRecord, now: Mapping[str, SourceObject | None]) -> dict[int, str]:
    """Add the sources to read again to the piece; return why others cannot be, by number."""
    known = by_number(piece)
    fresh: list[Source] = []
    still: dict[int, str] = {}
    for fault in _unplanned(piece, record):
        source = known[fault.source]
        found = now[source["key"]]
        if found is None:
            still[fault.source] = GONE
        elif found.etag == source["etag"]:
            fresh.append({**source, "instead_of": fault.source})
        elif _is_whole(source):
            fresh.append({**whole(found), "instead_of": fault.source})
        else:
            still[fault.source] = CHANGED_IN_PARTS
    first = max([record.checkpoint.source, *(number + 1 for number in known)])
    unread = [number for number in known if number >= record.checkpoint.source or number in still]
    piece["sources"] = [
        *(_numbered(known[number], number) for number in unread),
        *(_numbered(source, first + place) for place, source in enumerate(fresh)),
    ]
    return still


def _unplanned(piece: Piece, record: PieceRecord) -> list[SourceFault]:
    """Return the faults without those that an earlier planner, which died after it, planned again."""
    replaced = _replaced(piece)
    return [fault for fault in record.faults if fault.source not in replaced]


def _numbered(source: Source, number: int) -> Source:
    return {**source, "number": number}


def _replaced(piece: Piece) -> set[int]:
    return {source["instead_of"] for source in piece["sources"] if "instead_of" in source}


def _is_whole(source: Source) -> bool:
    return (source["start"], source["end"]) == (0, source["size"])
