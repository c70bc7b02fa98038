"""Who is in a segment: runs are merged, the last word on an endpoint counts, a shard is read by itself."""

import gzip
import itertools
from collections import Counter

import orjson
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from audience.layout.endpoints_table import SHARDS, shard_of
from audience.segments.members import Member, members_of_shard, merge_runs, write_members, write_run
from audience.sharded import gathering as module
from tests.unit.aws.storage import Storage

_ids = st.sampled_from([f"endpoint-{number}" for number in range(12)] + ["line\nbreak", "ä/:#"])
_definitions = st.one_of(st.none(), st.fixed_dictionaries({"Id": st.just("x"), "Attributes": st.just({})}))
_members = st.builds(Member, _ids, st.sampled_from(["EMAIL", "SMS"]), _definitions)
_shared = settings(
    deadline=None, max_examples=20, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
_number = itertools.count()


def stored(storage: Storage, runs: list[list[Member]]) -> list[str]:
    """The runs as workers write them; returns their keys."""
    keys = [f"run-{next(_number)}" for _ in runs]
    for key, run in zip(keys, runs, strict=True):
        write_run(storage.s3, storage.bucket, key, run)
    return keys


def last_of_each(runs: list[list[Member]]) -> dict[str, Member]:
    return {member.endpoint_id: member for run in runs for member in run}


@_shared
@given(runs=st.lists(st.lists(_members, max_size=8), max_size=5))
def test_merged_runs_hold_each_endpoint_once_as_the_last_run_has_it(
    storage: Storage, runs: list[list[Member]]
) -> None:
    found = list(merge_runs(storage.s3, storage.bucket, stored(storage, runs), "work/"))
    assert {member.endpoint_id: member for member in found} == last_of_each(runs)
    places = [member.sort_key for member in found]
    assert places == sorted(set(places))


@pytest.mark.slow
@settings(_shared, max_examples=5)  # each merge reads its inputs shard by shard
@given(runs=st.lists(st.lists(_members, max_size=3), min_size=5, max_size=8))
def test_more_runs_than_can_be_read_at_once_are_merged_in_generations(
    storage: Storage, runs: list[list[Member]]
) -> None:
    keys = stored(storage, runs)
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(module, "FAN_IN", 2)
        found = list(merge_runs(storage.s3, storage.bucket, keys, "work/"))
    assert {member.endpoint_id: member for member in found} == last_of_each(runs)


def test_of_more_than_sixty_four_runs_the_last_one_counts(storage: Storage) -> None:
    runs = [[Member("same", "EMAIL", {"n": number}), Member(f"only-{number}", "SMS")] for number in range(66)]
    found = {
        member.endpoint_id: member
        for member in merge_runs(storage.s3, storage.bucket, stored(storage, runs), "w/")
    }
    assert len(found) == 67
    assert found["same"].definition == {"n": 65}
    assert [key for key in storage.names() if key.startswith("w/merged/")] == [
        "w/merged/0-0.gz",
        "w/merged/0-1.gz",
    ]


def test_a_run_is_sorted_by_shard_and_id_and_names_each_endpoint_once(storage: Storage) -> None:
    names = [f"endpoint-{number}" for number in range(50)]
    run = [Member(name, "EMAIL") for name in names] + [Member("endpoint-7", "SMS")]
    (key,) = stored(storage, [run])
    lines = [orjson.loads(line) for line in gzip.decompress(storage.get(key)).split(b"\n")]
    assert [line[0] for line in lines] == sorted(names, key=lambda name: (shard_of(name), name))
    assert ["endpoint-7", "SMS"] in lines


@_shared
@given(members=st.lists(_members, max_size=12))
def test_the_membership_file_is_read_shard_by_shard(storage: Storage, members: list[Member]) -> None:
    keys = stored(storage, [members])
    each = merge_runs(storage.s3, storage.bucket, keys, "work/")
    manifest, channels = write_members(storage.s3, storage.bucket, "members.gz", each)
    expected = last_of_each([members])
    found: list[Member] = []
    for shard in range(SHARDS):
        inside = list(members_of_shard(storage.s3, storage.bucket, manifest, shard))
        assert all(shard_of(member.endpoint_id) == shard for member in inside)
        assert len(inside) == manifest["shards"][shard][2]
        found += inside
    assert {member.endpoint_id: member for member in found} == expected
    assert len(found) == len(expected)
    assert channels == dict(Counter(member.channel for member in expected.values()))


def test_the_whole_membership_file_is_one_valid_gzip_file(storage: Storage) -> None:
    members = sorted(
        (Member(f"endpoint-{number}", "EMAIL") for number in range(300)), key=lambda each: each.sort_key
    )
    write_members(storage.s3, storage.bucket, "members.gz", members)
    lines = gzip.decompress(storage.get("members.gz")).splitlines()
    assert [orjson.loads(line)[0] for line in lines] == [member.endpoint_id for member in members]


def test_a_segment_without_members_has_a_file_and_no_channels(storage: Storage) -> None:
    manifest, channels = write_members(storage.s3, storage.bucket, "members.gz", [])
    assert channels == {}
    assert storage.get("members.gz") == b""
    assert list(members_of_shard(storage.s3, storage.bucket, manifest, 5)) == []
