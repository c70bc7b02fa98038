"""The work on a piece of an attribute removal: page by page of its shards, each recorded before the next.

Only items that have one of the attributes are written, and only as they were read. Going over a page again finds those
that are left, so that a worker that dies, or two on one piece, come to the same.
"""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

from audience.attribute_removals.definition import RemovalDefinition
from audience.aws.async_dynamodb import AsyncDynamoDB, Runner
from audience.aws.dynamodb import ConditionFailedError
from audience.endpoints.documents import INGESTED, REMOVED, id_of
from audience.endpoints.expressions import assignments
from audience.endpoints.rows import Value
from audience.endpoints.scan import Item, ShardScan
from audience.errors import PieceOvertakenError
from audience.exports.plan import ShardPiece
from audience.imports.row_loop import RowLoop
from audience.jobs.model import JobKey
from audience.jobs.piece_runner import run_piece
from audience.jobs.piece_store import PieceStore
from audience.jobs.pieces import Checkpoint, PieceRecord
from audience.jobs.store import JobStore
from audience.layout.endpoints_table import ENDPOINT, USER


@dataclass(frozen=True)
class RemovalWorker:
    """Takes attributes off the items of one job's pieces."""

    key: JobKey
    jobs: JobStore
    pieces: PieceStore
    scan: ShardScan
    dynamodb: AsyncDynamoDB
    runner: Runner
    table: str  # of endpoints
    definition: RemovalDefinition
    clock: Callable[[], float] = time.time  # seconds since 1970

    def run(self, piece: ShardPiece, may_go_on: Callable[[], bool], deadline: int) -> bool:
        """Go over the piece's shards; see audience.jobs.piece_runner for what is given and returned."""
        places = self._places(piece)

        def step(record: PieceRecord) -> PieceRecord:
            return self._page(places, record)

        return run_piece(self.pieces, piece["index"], may_go_on, deadline, step)

    def _places(self, piece: ShardPiece) -> list[tuple[int, str]]:
        """Return the shards to go over, each with the kind of items that have the attributes.

        Endpoints have user attributes too, while they have no user.
        """
        kinds = (ENDPOINT, USER) if self.definition.is_of_users else (ENDPOINT,)
        return [(shard, kind) for shard in piece["shards"] for kind in kinds]

    def _page(self, places: Sequence[tuple[int, str]], record: PieceRecord) -> PieceRecord:
        """Go over the next page of items; where there is none left the piece is done."""
        source, items = self._next_page(places, record.checkpoint)
        if not self._goes_on(record):
            return self.pieces.get(record.index)
        self._remove(items, record)
        after = Checkpoint(source, after=id_of(items[-1])) if items else Checkpoint(source)
        return self._recorded(record.after(at=after, done=not items, processed=len(items)), len(items))

    def _next_page(self, places: Sequence[tuple[int, str]], at: Checkpoint) -> tuple[int, list[Item]]:
        """Return the number of the next place that has items after the checkpoint, and a page of them."""
        after = at.after
        for source in range(at.source, len(places)):
            shard, kind = places[source]
            if items := next(self.scan.pages(shard, kind, after, self._names), []):
                return source, items
            after = ""
        return len(places), []

    @property
    def _names(self) -> tuple[str, ...]:
        return (INGESTED, *self.definition.columns)

    def _goes_on(self, record: PieceRecord) -> bool:
        """Return whether what was read before this is older than the end of the job, which makes the names usable."""
        job = self.jobs.find(self.key)
        running = job is not None and job.status == "PROCESSING"
        return running and self.pieces.get(record.index).intervals == record.intervals

    def _remove(self, items: Sequence[Item], record: PieceRecord) -> None:
        async def remove(item: Item) -> None:
            await self._remove_from(item, record)

        rows = RowLoop[Item](self.runner, remove)
        for item in items:
            if self._gone_from(item):
                rows.put(item["sk"]["S"], item)
        rows.drain()

    def _gone_from(self, item: Item) -> dict[str, Value]:
        return {name: [] for name in self.definition.columns if name in item}

    async def _remove_from(self, item: Item, record: PieceRecord) -> None:
        """Remove the attributes that an item has.

        It is written as it was read alone: a worker that is late would else take off what a row has brought since.
        """
        found: Item | None = item
        while found is not None and self._gone_from(found):
            try:
                await self.dynamodb.call("UpdateItem", self._update(found))
            except ConditionFailedError:
                found = await self._again(found)
                if not self._goes_on(record):
                    return
            else:
                return

    def _update(self, item: Item) -> dict[str, Any]:
        removal: dict[str, Value] = {REMOVED: uuid4().hex} if item["sk"]["S"].startswith(USER) else {}
        update = assignments({**self._gone_from(item), **removal, INGESTED: int(self.clock() * 1000)})
        update["ExpressionAttributeNames"]["#ingested"] = INGESTED
        condition = "attribute_exists(pk) AND attribute_not_exists(#ingested)"
        if INGESTED in item:
            condition = "#ingested = :ingested"
            update["ExpressionAttributeValues"][":ingested"] = item[INGESTED]
        at = {"TableName": self.table, "Key": {"pk": item["pk"], "sk": item["sk"]}}
        return {**at, "ConditionExpression": condition, **update}

    async def _again(self, item: Item) -> Item | None:
        """Read an item again; None where it is gone."""
        names = {f"#{number}": name for number, name in enumerate(self._names)}
        request = {
            "TableName": self.table,
            "KeyConditionExpression": "pk = :pk AND sk = :sk",
            "ExpressionAttributeValues": {":pk": item["pk"], ":sk": item["sk"]},
            "ExpressionAttributeNames": names,
            "ProjectionExpression": f"pk, sk, {', '.join(names)}",
            "ConsistentRead": True,
        }
        found: list[Item] = (await self.dynamodb.call("Query", request))["Items"]
        return found[0] if found else None

    def _recorded(self, after: PieceRecord, items: int) -> PieceRecord:
        try:
            self.pieces.record(after)
        except PieceOvertakenError:
            return self.pieces.get(after.index)
        self.jobs.count(self.key, completed_pieces=int(after.status == "DONE"), total_processed=items)
        return after
