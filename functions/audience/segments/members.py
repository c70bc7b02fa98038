"""Who is in an imported segment: runs that workers write, merged into one file with an index by shard."""

from collections import Counter
from collections.abc import Iterable, Iterator
from itertools import groupby
from typing import Any, NamedTuple

import orjson

from audience.aws.client_types import S3Client
from audience.layout.endpoints_table import SHARDS, shard_of
from audience.resumable_work import Progress
from audience.sharded.files import ShardedFiles, ShardManifest
from audience.sharded.gathering import FAN_IN, Gathering


class Member(NamedTuple):
    """An endpoint in a segment; `definition` where the segment holds it instead of the endpoints table."""

    endpoint_id: str
    channel: str
    definition: dict[str, Any] | None = None

    @property
    def sort_key(self) -> tuple[int, str]:
        """Return what runs and files are sorted by."""
        return shard_of(self.endpoint_id), self.endpoint_id


def write_run(s3: S3Client, bucket: str, key: str, members: Iterable[Member]) -> None:
    """Write members as a run; of an endpoint that is there twice the later one is kept."""
    _files(s3, bucket).write_run(key, {member.endpoint_id: member for member in members}.values())


def merge_runs(s3: S3Client, bucket: str, keys: list[str], work_prefix: str) -> Iterator[Member]:
    """Return the members of all runs, each endpoint once, by shard and id.

    Of an endpoint that is in several runs, the latest run counts.
    """
    return _last_of_each(Gathering(_files(s3, bucket), work_prefix).records(keys))


def write_members(
    s3: S3Client, bucket: str, key: str, members: Iterable[Member]
) -> tuple[ShardManifest, dict[str, int]]:
    """Write the membership file of a version, from members by shard and id.

    Returns:
        Its manifest, and the number of endpoints by channel.
    """
    channels: Counter[str] = Counter()
    manifest = _files(s3, bucket).write(key, _counted(members, channels))
    return manifest, dict(sorted(channels.items()))


def gather_members(
    s3: S3Client, bucket: str, key: str, runs: list[str], work_prefix: str, progress: Progress
) -> tuple[ShardManifest, dict[str, int]]:
    """Write the membership file of a version from all runs, going on where `progress` is.

    `key` has no suffix: up to 64 runs are merged at once into one object, more into an object for each shard.

    Returns:
        Its manifest, and the number of endpoints by channel.

    Raises:
        TimeIsUpError: another invocation has to go on.
    """
    if len(runs) <= FAN_IN:
        return write_members(s3, bucket, f"{key}.gz", merge_runs(s3, bucket, runs, work_prefix))
    files, state = _files(s3, bucket), progress.document
    sources = Gathering(files, work_prefix).manifests(runs, state.setdefault("gathering", {}), progress.step)
    manifest: ShardManifest = state.setdefault("manifest", {"key": key, "shards": [], "apart": True})
    for shard in range(len(manifest["shards"]), SHARDS):
        channels: Counter[str] = Counter(state.get("channels", {}))
        members = _counted(_last_of_each(files.merge_shard(sources, shard)), channels)
        manifest["shards"].append(files.write_shard(manifest, shard, members))
        state["channels"] = dict(sorted(channels.items()))
        progress.step()
    return manifest, state["channels"]


def members_of_shard(s3: S3Client, bucket: str, manifest: ShardManifest, shard: int) -> Iterator[Member]:
    """Return the members of one shard (0 to 63), by id."""
    return _files(s3, bucket).read(manifest, shard)


def _files(s3: S3Client, bucket: str) -> ShardedFiles[Member]:
    return ShardedFiles(s3, bucket, _sort_key, _line, lambda line: Member(*orjson.loads(line)))


def _last_of_each(members: Iterable[Member]) -> Iterator[Member]:
    for _, same in groupby(members, key=lambda member: member.endpoint_id):
        *_, last = same
        yield last


def _counted(members: Iterable[Member], channels: Counter[str]) -> Iterator[Member]:
    for member in members:
        channels[member.channel] += 1
        yield member


def _line(member: Member) -> bytes:
    return orjson.dumps(member[:2] if member.definition is None else member[:])


def _sort_key(member: Member) -> tuple[int, str]:
    return member.sort_key
