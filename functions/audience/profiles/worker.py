"""The work on one piece of a profile export: files of each batch, recorded before the next ones begin."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from uuid import uuid4

from audience.batches.columns import XdmRow
from audience.batches.files import BatchFiles
from audience.errors import PieceOvertakenError
from audience.jobs.model import JobKey
from audience.jobs.piece_runner import run_piece
from audience.jobs.piece_store import PieceStore
from audience.jobs.pieces import Checkpoint, PieceRecord
from audience.jobs.store import JobStore
from audience.memberships.lookup import MembershipLookup
from audience.profiles.events import EventsOf
from audience.profiles.export import ProfileExport
from audience.profiles.model import Profile
from audience.profiles.scan import ProfileScan


@dataclass(frozen=True)
class ProfileWorker:
    """Writes the files of one job's pieces.

    `files` makes the files of an interval under a name without its suffix; `memberships` finds those of a shard's
    profiles.
    """

    key: JobKey
    jobs: JobStore
    pieces: PieceStore
    export: ProfileExport
    files: Callable[[str], BatchFiles]
    scan: ProfileScan
    memberships: Callable[[int], MembershipLookup]
    events_of: EventsOf

    def run(self, index: int, shards: list[int], may_go_on: Callable[[], bool], deadline: int) -> bool:
        """Write the piece's files; see audience.jobs.piece_runner for what is given and returned."""
        return run_piece(
            self.pieces, index, may_go_on, deadline, lambda piece: self._interval(piece, shards, may_go_on)
        )

    def _interval(self, piece: PieceRecord, shards: list[int], may_go_on: Callable[[], bool]) -> PieceRecord:
        """Write files under names that no other worker has; only the piece record says which of them count."""
        at, done, rows, namespaces = piece.checkpoint, True, 0, Counter(piece.namespaces)
        with self.files(f"{piece.index:04d}-{piece.intervals:04d}-{uuid4().hex}") as files:
            for reached, batches, row, own in self._from(piece.checkpoint, shards):
                at = reached
                for batch in batches:
                    files.write(batch, row)
                    namespaces.update(own)
                rows += len(batches)
                if files.full or not may_go_on():
                    done = False
                    break
        after = replace(
            piece.after(at=at, done=done, processed=rows),
            written=[*piece.written, *map(dict, files.written)],
            namespaces=dict(namespaces),
        )
        try:
            self.pieces.record(after)
        except PieceOvertakenError:
            return self.pieces.get(piece.index)
        self.jobs.count(self.key, completed_pieces=int(done), total_processed=rows)
        return after

    def _from(
        self, at: Checkpoint, shards: list[int]
    ) -> Iterator[tuple[Checkpoint, list[str], XdmRow, Iterable[str]]]:
        after = at.after
        for number in range(at.source, len(shards)):
            lookup = self.memberships(shards[number])
            for profile in self.scan.of_shard(shards[number], after):
                batches, row, namespaces = self._exported(profile, lookup)
                yield Checkpoint(source=number, after=profile.name), batches, row, namespaces
            after = ""

    def _exported(self, profile: Profile, lookup: MembershipLookup) -> tuple[list[str], XdmRow, list[str]]:
        """Return the batches that a profile goes into, its row, and the namespaces of its identities."""
        memberships = lookup.of(profile.name)
        ranked = self.export.ranked(profile)
        batches = [] if ranked is None else self.export.batches_of(profile, memberships)
        if not batches or ranked is None:
            return [], {}, []
        row = self.export.row(profile, ranked, memberships, self._events(profile))
        return batches, row, self.export.namespaces(profile, ranked)

    def _events(self, profile: Profile) -> Iterable[XdmRow]:
        if self.export.events is None:
            return ()
        names = [fragment.id for fragment in profile.fragments] or [profile.name[2:]]
        return self.export.events.rows(names, self.events_of)
