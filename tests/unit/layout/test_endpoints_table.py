"""Where endpoints and users live: 64 shards an app, chosen by their names."""

from collections import Counter

from audience.layout.endpoints_table import (
    SHARDS,
    endpoint_key,
    events_partition,
    marker_key,
    partitions,
    shard_of,
    user_key,
)


def test_names_spread_evenly_over_the_shards() -> None:
    counts = Counter(shard_of(f"endpoint-{number}") for number in range(64_000))
    assert set(counts) == set(range(SHARDS))
    assert max(counts.values()) < 1200


def test_every_key_is_in_a_partition_of_the_app() -> None:
    owners = partitions("app")
    assert len(owners) == len(set(owners)) == SHARDS
    for name in ("a", "ä", "x" * 1022, "with#hash"):
        assert endpoint_key("app", name) == {"pk": {"S": owners[shard_of(name)]}, "sk": {"S": f"E#{name}"}}
        assert marker_key("app", name) == {"pk": {"S": owners[shard_of(name)]}, "sk": {"S": f"S#{name}"}}
        assert user_key("app", name) == {"pk": {"S": owners[shard_of(name)]}, "sk": {"S": f"U#{name}"}}


def test_shards_stay_as_they_are_from_release_to_release() -> None:
    assert [shard_of(name) for name in ("", "a", "endpoint-1", "ä")] == [0, 3, 4, 3]


def test_events_are_in_a_partition_of_their_endpoint_alone() -> None:
    assert events_partition("app", "endpoint-1") == "app#EVENTS#6e9679ab8a71abf4918ba48c687699f6"
    assert events_partition("app", "x" * 1022) != events_partition("app", "x" * 1021)
    assert len(events_partition("app", "x" * 1022)) == len("app#EVENTS#") + 32
