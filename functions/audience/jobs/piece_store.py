"""The piece records of a job in the control table."""

from dataclasses import replace
from uuid import uuid4

from audience.aws.client_types import Table
from audience.aws.control_table import ControlTable, without_keys
from audience.errors import PieceOvertakenError
from audience.jobs.pieces import PieceRecord
from audience.layout.control_table import PIECE

_NOT_GONE_ON = "attribute_not_exists(pk) OR intervals = :before"


class PieceStore:
    """Reads and writes the piece records of one job, or of the evaluation before it."""

    def __init__(self, table: Table, owner: str) -> None:
        """Keep the control table and whose pieces these are (audience.jobs.pieces.owner_of)."""
        self._control = ControlTable(table)
        self._owner = owner

    def get(self, index: int) -> PieceRecord:
        """Return the piece's record; a fresh one if nothing has been recorded yet."""
        item = self._control.get(PIECE.key(owner=self._owner, index=index))
        return PieceRecord.from_item(item) if item else PieceRecord(index)

    def begin(self, index: int, deadline: int) -> PieceRecord:
        """Record that a worker begins (again) on the piece; return its record.

        `deadline` is when the worker is stopped at the latest, in seconds since 1970.
        """
        piece = self.get(index)
        begun = replace(piece, attempts=piece.attempts + 1, busy_until=deadline)
        return begun if self._put(begun, before=piece.intervals) else self.begin(index, deadline)

    def leave(self, index: int) -> None:
        """Record that the worker has left the piece, unless its record went with its app."""
        key = PIECE.key(owner=self._owner, index=index)
        self._control.update_if(key, "SET busy_until = :none", "attribute_exists(pk)", {":none": 0})

    def record(self, piece: PieceRecord) -> None:
        """Store the record that follows one more interval.

        Raises:
            PieceOvertakenError: another run of the same piece recorded this interval first: its files count.
        """
        token = uuid4().hex
        if self._put(replace(piece, recorded_by=token), before=piece.intervals - 1):
            return
        # The write may have taken effect before its answer was lost: then its second try is the one refused.
        if self.get(piece.index).recorded_by != token:
            raise PieceOvertakenError(f"piece {piece.index} has gone on meanwhile")

    def fail(self, piece: PieceRecord, reason: str) -> bool:
        """Mark the piece failed with its reason, unless it is done or has gone on meanwhile."""
        return self._put(replace(piece, status="FAILED", reason=reason), before=piece.intervals)

    def all(self) -> list[PieceRecord]:
        """Return the recorded pieces in the order of the plan."""
        items = self._control.query(PIECE.partition(owner=self._owner))
        return [PieceRecord.from_item(without_keys(item)) for item in items]

    def _put(self, piece: PieceRecord, *, before: int) -> bool:
        """Store a record if the piece has had `before` intervals or none; return whether it was stored."""
        key = PIECE.key(owner=self._owner, index=piece.index)
        return self._control.put_if(key, piece.to_item(), _NOT_GONE_ON, {":before": before})
