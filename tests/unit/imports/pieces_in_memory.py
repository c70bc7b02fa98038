"""Piece records in memory, under the rules of the store."""

from dataclasses import replace

from audience.errors import PieceOvertakenError
from audience.jobs.pieces import PieceRecord


class PiecesInMemory:
    """One job's pieces; `overtake` makes another worker record the next interval first."""

    def __init__(self) -> None:
        self.records: dict[int, PieceRecord] = {}
        self.overtake: list[PieceRecord] = []
        self.left: list[int] = []

    def get(self, index: int) -> PieceRecord:
        return self.records.get(index, PieceRecord(index))

    def all(self) -> list[PieceRecord]:
        return [self.records[index] for index in sorted(self.records)]

    def begin(self, index: int, deadline: int) -> PieceRecord:
        piece = self.get(index)
        self.records[index] = replace(piece, attempts=piece.attempts + 1, busy_until=deadline)
        return self.records[index]

    def leave(self, index: int) -> None:
        self.left.append(index)
        self.records[index] = replace(self.records[index], busy_until=0)

    def record(self, piece: PieceRecord) -> None:
        if self.overtake:
            self.records[piece.index] = self.overtake.pop(0)
        if self.get(piece.index).intervals != piece.intervals - 1:
            raise PieceOvertakenError(f"piece {piece.index} has gone on meanwhile")
        self.records[piece.index] = piece


class Counters:
    """The job's live counters."""

    def __init__(self) -> None:
        self.counted: dict[str, int] = {}

    def count(self, _key: object, **deltas: int) -> None:
        for name, delta in deltas.items():
            self.counted[name] = self.counted.get(name, 0) + delta
