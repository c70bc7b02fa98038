"""Who is in an imported segment: runs that workers leave, merged into one file with an index by shard.

A run is gzip of one member a line, sorted by shard and id. The membership file is the runs merged, each endpoint
once, one gzip member (RFC 1952, section 2.2) a shard, so that one shard is one ranged read.
"""

import gzip
from collections import Counter
from collections.abc import Iterable, Iterator
from heapq import merge
from itertools import groupby
from typing import Any, NamedTuple, TypedDict

import orjson

from audience.aws.upload import Upload
from audience.endpoints.keys import SHARDS, shard_of

# Streams read at once when runs are merged: each holds a connection and a buffer.
FAN_IN = 64


class Member(NamedTuple):
    """An endpoint in a segment; `definition` where the segment holds it instead of the endpoints table."""

    endpoint_id: str
    channel: str
    definition: dict[str, Any] | None = None

    @property
    def place(self) -> tuple[int, str]:
        """What runs and files are sorted by."""
        return shard_of(self.endpoint_id), self.endpoint_id


class Manifest(TypedDict):
    """Where the members of a version are: the file's key, and offset, length and count of each shard."""

    key: str
    shards: list[list[int]]


def write_run(s3: Any, bucket: str, key: str, members: Iterable[Member]) -> None:
    """Write members as a run; of an endpoint named twice the later stays."""
    content = b"\n".join(map(_line, _last_of_each(sorted(members, key=_place))))
    s3.put_object(Bucket=bucket, Key=key, Body=gzip.compress(content, 1, mtime=0))


def merged(s3: Any, bucket: str, keys: list[str], work_prefix: str) -> Iterator[Member]:
    """The members of all runs, each endpoint once (as the latest run has it), by shard and id.

    Memory does not grow with the runs: where there are more than 64, they are merged 64 at a time into larger
    runs below `work_prefix` first.
    """
    generation = 0
    while len(keys) > FAN_IN:
        groups = [keys[at : at + FAN_IN] for at in range(0, len(keys), FAN_IN)]
        keys = []
        for number, group in enumerate(groups):
            key = f"{work_prefix}merged/{generation}-{number}.gz"
            with Upload(s3, bucket, key) as upload:
                _compressed(upload, _merged_once(s3, bucket, group))
            keys.append(key)
        generation += 1
    yield from _merged_once(s3, bucket, keys)


def write_members(
    s3: Any, bucket: str, key: str, members: Iterable[Member]
) -> tuple[Manifest, dict[str, int]]:
    """Write the membership file of a version, from members by shard and id.

    Returns:
        Its manifest, and the number of endpoints by channel.
    """
    shards = [[0, 0, 0] for _ in range(SHARDS)]
    channels: Counter[str] = Counter()
    with Upload(s3, bucket, key) as upload:
        for shard, inside in groupby(members, key=lambda member: shard_of(member.endpoint_id)):
            start = upload.size
            count = _compressed(upload, _counted(inside, channels))
            shards[shard] = [start, upload.size - start, count]
    return {"key": key, "shards": shards}, dict(sorted(channels.items()))


def members_of_shard(s3: Any, bucket: str, manifest: Manifest, shard: int) -> Iterator[Member]:
    """The members of one shard (0 to 63), by id."""
    start, length, _count = manifest["shards"][shard]
    if length:
        span = f"bytes={start}-{start + length - 1}"
        yield from _read(s3.get_object(Bucket=bucket, Key=manifest["key"], Range=span)["Body"])


def _merged_once(s3: Any, bucket: str, keys: list[str]) -> Iterator[Member]:
    runs = [_read(s3.get_object(Bucket=bucket, Key=key)["Body"]) for key in keys]
    yield from _last_of_each(merge(*runs, key=_place))


def _last_of_each(members: Iterable[Member]) -> Iterator[Member]:
    for _, same in groupby(members, key=lambda member: member.endpoint_id):
        *_, last = same
        yield last


def _compressed(upload: Upload, members: Iterable[Member]) -> int:
    """Append one gzip member with these; returns how many they were."""
    count = 0
    with gzip.GzipFile(fileobj=upload, mode="wb", compresslevel=6, mtime=0) as file:  # type: ignore[call-overload]
        for member in members:
            file.write(_line(member) + b"\n")
            count += 1
    return count


def _counted(members: Iterable[Member], channels: Counter[str]) -> Iterator[Member]:
    for member in members:
        channels[member.channel] += 1
        yield member


def _read(body: Any) -> Iterator[Member]:
    with gzip.GzipFile(fileobj=body, mode="rb") as file:
        for line in file:
            if line.strip():
                yield Member(*orjson.loads(line))


def _line(member: Member) -> bytes:
    return orjson.dumps(member[:2] if member.definition is None else member[:])


def _place(member: Member) -> tuple[int, str]:
    return member.place
