"""The evaluation of segments over some shards, interval after interval, each recorded."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from uuid import uuid4

from audience.errors import PieceOvertakenError
from audience.jobs.model import JobKey
from audience.jobs.piece_runner import run_piece
from audience.jobs.piece_store import PieceStore
from audience.jobs.pieces import Checkpoint, PieceRecord
from audience.layout.endpoints_table import ENDPOINT, USER
from audience.memberships.history import Match
from audience.memberships.plan import Evaluation
from audience.segments.predicates import Endpoint, Predicate
from audience.sharded.files import ShardedFiles

# What a worker holds between two checkpoints: some 10 MB.
MAX_MATCHES = 50_000


@dataclass(frozen=True)
class EvaluationWorker:
    """Evaluates segments for one job.

    `endpoints` reads the endpoints of a shard that come after an id; `predicates` makes those of a shard, in the order
    of `evaluations`.
    """

    key: JobKey
    pieces: PieceStore
    files: ShardedFiles[Match]
    evaluations: list[Evaluation]
    endpoints: Callable[[int, str], Iterator[Endpoint]]
    predicates: Callable[[int], list[Predicate]]

    def run(self, index: int, shards: list[int], may_go_on: Callable[[], bool], deadline: int) -> bool:
        """Evaluate the piece's shards; see audience.jobs.piece_runner for what is given and returned."""
        return run_piece(
            self.pieces, index, may_go_on, deadline, lambda piece: self._interval(piece, shards, may_go_on)
        )

    def _interval(self, piece: PieceRecord, shards: list[int], may_go_on: Callable[[], bool]) -> PieceRecord:
        found: dict[str, set[Match]] = {each["segment_id"]: set() for each in self.evaluations}
        at, done, count = piece.checkpoint, True, 0
        for reached, endpoint, predicates in self._from(piece.checkpoint, shards):
            at = reached
            for number, matches in enumerate(predicates):
                if matches(endpoint):
                    found[self.evaluations[number]["segment_id"]].update(_matches_of(endpoint, number))
                    count += 1
            if count >= MAX_MATCHES or not may_go_on():
                done = False
                break
        runs = [self._write(piece, segment, seen) for segment, seen in found.items() if seen]
        after = piece.after(at=at, done=done, processed=0, runs=runs)
        try:
            self.pieces.record(after)
        except PieceOvertakenError:
            return self.pieces.get(piece.index)
        return after

    def _from(
        self, at: Checkpoint, shards: list[int]
    ) -> Iterator[tuple[Checkpoint, Endpoint, list[Predicate]]]:
        after = at.after
        for number in range(at.source, len(shards)):
            predicates = self.predicates(shards[number])
            for endpoint in self.endpoints(shards[number], after):
                yield Checkpoint(source=number, after=endpoint["Id"]), endpoint, predicates
            after = ""

    def _write(self, piece: PieceRecord, segment_id: str, seen: set[Match]) -> str:
        """Write a run under a name of its own; only the piece record says which runs count."""
        name = f"{piece.index:08d}-{piece.intervals}-{uuid4().hex}.gz"
        key = f"{runs_prefix(self.key, segment_id)}{name}"
        self.files.write_run(key, seen)
        return key


def runs_prefix(key: JobKey, segment_id: str) -> str:
    """Return the prefix of a job's runs for one segment."""
    return f"{key.work_prefix}matches/{segment_id}/"


def _matches_of(endpoint: Endpoint, number: int) -> Iterator[Match]:
    """Return an endpoint that is in a segment, and its user with it."""
    yield Match(f"{ENDPOINT}{endpoint['Id']}", number)
    if user_id := endpoint.get("User", {}).get("UserId"):
        yield Match(f"{USER}{user_id}", number)
