"""Replanning of an import that is run again: its failed sources are read again from the beginning."""

from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor

from audience.aws.client_types import S3Client
from audience.errors import PieceOvertakenError
from audience.imports.source_counts import replanned
from audience.jobs.model import Members
from audience.jobs.piece_store import PieceStore
from audience.jobs.pieces import PieceRecord, SourceFault
from audience.sources.listing import SourceObject, object_at
from audience.sources.location import S3Location
from audience.sources.pieces import Piece, Source, by_number, is_whole, whole

# How many replanned files the job names: its record holds a hundred failures and a hundred skipped files as well.
MAX_NAMED = 25
# Objects looked up at once: as many as an S3 client has connections.
MAX_LOOKUPS = 10
MISSING = "is not there"
CHANGED_IN_PARTS = "was changed, and parts of what it was are imported: start a new import of this file"


class Replanner:
    """A planner of the failed sources of a job that is run again.

    The plan is written before the records are changed: if the planner dies in between, the next one finds the replanned
    sources in the plan, and changes the records that are left. A failed source gets a new number at the end of its
    piece, so that the piece goes on from its checkpoint.
    """

    def __init__(self, s3: Callable[[], S3Client], bucket: str, pieces: PieceStore) -> None:
        """Keep what makes the S3 client that reads the files, their bucket, and the piece records."""
        self._s3 = s3
        self._bucket = bucket
        self._pieces = pieces

    def run(
        self, replanned: Sequence[str], plan: list[Piece], write: Callable[[list[Piece]], None]
    ) -> Members:
        """Plan the failed sources again, and subtract what they counted.

        Args:
            replanned: the S3 URLs of the files that earlier runs planned again.
            plan: the job's pieces, as they were planned; changed in place.
            write: stores the changed plan.

        Returns:
            Fields of the job to set: `replanned_files`, the S3 URLs of the files that are read again.
        """
        found = {piece.index: piece for piece in self._pieces.all() if piece.faults}
        if found:
            now = self._look_up([(plan[index], piece) for index, piece in found.items()])
            unreadable = {index: _replan(plan[index], piece, now) for index, piece in found.items()}
            write(plan)
            for index, reasons in unreadable.items():
                self._subtract(index, _replaced(plan[index]), reasons)
        again = [
            str(S3Location(self._bucket, source["key"]))
            for piece in plan
            for source in piece["sources"]
            if "instead_of" in source
        ]
        named = list(dict.fromkeys([*replanned, *again]))[:MAX_NAMED]
        return {"replanned_files": named} if named else {}

    def _look_up(self, failed: list[tuple[Piece, PieceRecord]]) -> dict[str, SourceObject | None]:
        """Return the objects of all failed sources as they are now by key, None for missing ones."""
        keys = {
            by_number(piece)[fault.source]["key"]
            for piece, record in failed
            for fault in _unplanned(piece, record)
        }
        if not keys:
            return {}
        s3 = self._s3()
        with ThreadPoolExecutor(MAX_LOOKUPS) as pool:
            found = pool.map(lambda key: object_at(s3, S3Location(self._bucket, key)), keys)
            return dict(zip(keys, found, strict=True))

    def _subtract(self, index: int, replaced: set[int], reasons: dict[int, str]) -> None:
        while True:
            piece = self._pieces.get(index)
            if not any(fault.source in replaced or fault.source in reasons for fault in piece.faults):
                return
            try:
                self._pieces.record(replanned(piece, replaced, reasons))
            except PieceOvertakenError:
                continue  # a worker of the run before recorded an interval: read the record again
            return


def _replan(piece: Piece, record: PieceRecord, now: Mapping[str, SourceObject | None]) -> dict[int, str]:
    """Add the sources to read again to the piece; return why others cannot be read again, by number."""
    known = by_number(piece)
    again: list[Source] = []
    reasons: dict[int, str] = {}
    for fault in _unplanned(piece, record):
        source = known[fault.source]
        found = now[source["key"]]
        if found is None:
            reasons[fault.source] = MISSING
        elif found.etag == source["etag"]:
            again.append({**source, "instead_of": fault.source})
        elif is_whole(source):
            again.append({**whole(found), "instead_of": fault.source})
        else:
            reasons[fault.source] = CHANGED_IN_PARTS
    first = max([record.checkpoint.source, *(number + 1 for number in known)])
    unread = [number for number in known if number >= record.checkpoint.source or number in reasons]
    piece["sources"] = [
        *(_numbered(known[number], number) for number in unread),
        *(_numbered(source, first + place) for place, source in enumerate(again)),
    ]
    return reasons


def _unplanned(piece: Piece, record: PieceRecord) -> list[SourceFault]:
    """Return the faults without those that an earlier planner, which died afterwards, has planned again."""
    replaced = _replaced(piece)
    return [fault for fault in record.faults if fault.source not in replaced]


def _numbered(source: Source, number: int) -> Source:
    return {**source, "number": number}


def _replaced(piece: Piece) -> set[int]:
    return {source["instead_of"] for source in piece["sources"] if "instead_of" in source}
