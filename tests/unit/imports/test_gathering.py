"""Members of many runs become one file, wherever invocations stop: as if one had done it all."""

import itertools
from typing import Any

import orjson
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from audience.layout.endpoints_table import SHARDS
from audience.resumable_work import Progress, TimeIsUpError
from audience.segments import members as writing
from audience.segments.members import Member, gather_members, members_of_shard, write_run
from audience.sharded import gathering as module
from audience.sharded.files import ShardManifest
from tests.unit.aws.storage import Storage

RUNS = [[Member("same", "EMAIL", {"n": number}), Member(f"only-{number}", "SMS")] for number in range(9)]
EXPECTED = {"same": Member("same", "EMAIL", {"n": 8}), **{run[1].endpoint_id: run[1] for run in RUNS}}
STEPS = 5 + 3 * SHARDS + 2 * SHARDS + SHARDS  # 9 runs, 5 files of two, 3 of these and 2 of those, and the end
_number = itertools.count()


@pytest.fixture(autouse=True)
def _few_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "FAN_IN", 2)
    monkeypatch.setattr(writing, "FAN_IN", 2)


class Steps:
    """Counts steps over all invocations; after those of `stops` an invocation's time is up, or it dies."""

    def __init__(self, stops: set[int]) -> None:
        self.stops = stops
        self.taken = 0
        self.kept = b"{}"

    def may_go_on(self) -> bool:
        return self.taken not in self.stops

    def save(self, document: dict[str, Any]) -> None:
        self.taken += 1
        self.kept = orjson.dumps(document)


def gathered(storage: Storage, steps: Steps) -> tuple[ShardManifest, dict[str, int], int]:
    """The membership file of the runs, its channels, and how many invocations it took."""
    keys = [f"run-{next(_number)}" for _ in RUNS]
    for key, run in zip(keys, RUNS, strict=True):
        write_run(storage.s3, storage.bucket, key, run)
    work = f"work-{next(_number)}/"
    for invocation in itertools.count(1):
        progress = Progress(orjson.loads(steps.kept), steps.save, steps.may_go_on)
        try:
            made = gather_members(storage.s3, storage.bucket, f"{work}all", keys, work, progress)
        except TimeIsUpError:
            continue
        return *made, invocation
    raise AssertionError


def read(storage: Storage, manifest: ShardManifest) -> dict[str, Member]:
    found = [
        member
        for shard in range(SHARDS)
        for member in members_of_shard(storage.s3, storage.bucket, manifest, shard)
    ]
    assert len(found) == sum(count for _, _, count in manifest["shards"])
    assert len({member.endpoint_id for member in found}) == len(found)
    return {member.endpoint_id: member for member in found}


@pytest.mark.slow
@settings(deadline=None, max_examples=4, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(stops=st.sets(st.integers(1, STEPS), max_size=60))
def test_the_file_is_the_same_wherever_an_invocation_runs_out_of_time(
    storage: Storage, stops: set[int]
) -> None:
    steps = Steps(stops)
    manifest, channels, invocations = gathered(storage, steps)
    assert (steps.taken, invocations) == (STEPS, len(stops) + 1)
    assert read(storage, manifest) == EXPECTED
    assert channels == {"EMAIL": 1, "SMS": 9}


@pytest.mark.slow
def test_an_invocation_may_end_after_each_step(storage: Storage) -> None:
    manifest, channels, invocations = gathered(storage, Steps(set(range(STEPS + 1))))
    assert invocations == STEPS + 1
    assert read(storage, manifest) == EXPECTED
    assert channels == {"EMAIL": 1, "SMS": 9}


@pytest.mark.slow
def test_a_step_is_repeated_if_the_invocation_died_before_recording_it(storage: Storage) -> None:
    class Dying(Steps):
        def save(self, document: dict[str, Any]) -> None:
            if self.taken in self.stops:
                self.stops.remove(self.taken)
                raise TimeIsUpError  # before anything was recorded
            super().save(document)

        def may_go_on(self) -> bool:
            return True

    manifest, channels, invocations = gathered(storage, Dying({0, 7, 100, 300, STEPS - 1}))
    assert invocations == 6
    assert read(storage, manifest) == EXPECTED
    assert channels == {"EMAIL": 1, "SMS": 9}
