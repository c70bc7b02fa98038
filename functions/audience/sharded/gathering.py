"""Merges many runs into few files, over as many invocations as it takes.

Files are made of 64 runs each, then, where there are still too many, larger ones of 64 files each, shard by shard: so a
step is never longer than the merge of 64 runs or of one shard of the whole.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from audience.layout.endpoints_table import SHARDS
from audience.sharded.files import ShardedFiles, ShardManifest

# Streams read at once when runs are merged: each holds a connection and a buffer.
FAN_IN = 64

T = TypeVar("T")


@dataclass(frozen=True)
class Gathering(Generic[T]):
    """Merges runs of one kind; intermediate files are below `work_prefix`."""

    files: ShardedFiles[T]
    work_prefix: str

    def records(self, runs: list[str]) -> Iterator[T]:
        """Yield all runs' records by shard and name at once; of one name those of an earlier run first."""
        if len(runs) <= FAN_IN:
            yield from self.files.merge_runs(runs)
            return
        manifests = self.manifests(runs, {}, lambda: None)
        for shard in range(SHARDS):
            yield from self.files.merge_shard(manifests, shard)

    def manifests(
        self, runs: list[str], state: dict[str, Any], step: Callable[[], None]
    ) -> list[ShardManifest]:
        """Return at most 64 files with the records of all runs, those of earlier runs in earlier files.

        Args:
            runs: their keys.
            state: how far it has come (JSON), empty at first: the `level` of files that are being `made`, and the
                `files` of the level before.
            step: called after each step, once the state says so; it may raise.
        """
        if not state:
            state.update(level=0, files=[], made=[])
        while True:
            sources = state["files"] if state["level"] else runs
            while not _all_made(state["made"], len(sources)):
                self._make_on(state, sources)
                step()
            if len(state["made"]) <= FAN_IN:
                return list(state["made"])
            state.update(level=state["level"] + 1, files=state["made"], made=[])

    def _make_on(self, state: dict[str, Any], sources: list[Any]) -> None:
        """Write the next file, or the next shard where each shard is an object of its own."""
        made: list[ShardManifest] = state["made"]
        begun = bool(made) and len(made[-1]["shards"]) < SHARDS
        number = len(made) - begun
        group = sources[number * FAN_IN : (number + 1) * FAN_IN]
        name = f"{self.work_prefix}merged/{state['level']}-{number}"
        if not state["level"]:
            made.append(self.files.write(f"{name}.gz", self.files.merge_runs(group)))
            return
        if not begun:
            made.append({"key": name, "shards": [], "apart": True})
        shard = len(made[-1]["shards"])
        records = self.files.merge_shard(group, shard)
        made[-1]["shards"].append(self.files.write_shard(made[-1], shard, records))


def _all_made(made: list[ShardManifest], sources: int) -> bool:
    return len(made) * FAN_IN >= sources and (not made or len(made[-1]["shards"]) == SHARDS)
