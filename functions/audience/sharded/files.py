"""Files of records sorted by shard and name.

A run is gzip of one record a line, as one worker leaves it. A file is many runs merged, one gzip member (RFC 1952,
section 2.2) a shard with an index, so that one shard is one ranged read; where it would take too long to write at once,
each shard is an object of its own. Memory does not grow with the size of either.
"""

import gzip
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from heapq import merge
from itertools import groupby
from typing import Any, Generic, NotRequired, TypedDict, TypeVar

from audience.aws.client_types import S3Client
from audience.aws.upload import Upload
from audience.gzip_member import GzipMember
from audience.layout.endpoints_table import SHARDS

T = TypeVar("T")


class ShardManifest(TypedDict):
    """Where a file's records are: its key, and offset, length (bytes) and count of each shard.

    Where `apart` is true, each shard is an object of its own, see `key_of`.
    """

    key: str
    shards: list[list[int]]
    apart: NotRequired[bool]


@dataclass(frozen=True)
class ShardedFiles(Generic[T]):
    """Writes and reads records of one kind in the service's bucket.

    `sort_key` gives a record's shard (0 to 63) and the name it is sorted by; `dump` and `load` turn it into a line.
    """

    s3: S3Client
    bucket: str
    sort_key: Callable[[T], tuple[int, str]]
    dump: Callable[[T], bytes]
    load: Callable[[bytes], T]

    def write_run(self, key: str, records: Iterable[T]) -> None:
        """Write records, in any order, as a run; those of one name keep their order."""
        content = b"\n".join(map(self.dump, sorted(records, key=self.sort_key)))
        self.s3.put_object(Bucket=self.bucket, Key=key, Body=gzip.compress(content, 1, mtime=0))

    def write(self, key: str, records: Iterable[T]) -> ShardManifest:
        """Write a file of records that come by shard and name, and return its manifest."""
        shards = [[0, 0, 0] for _ in range(SHARDS)]
        with Upload(self.s3, self.bucket, key) as upload:
            for shard, inside in groupby(records, key=lambda record: self.sort_key(record)[0]):
                start = upload.size
                count = self._compress(upload, inside)
                shards[shard] = [start, upload.size - start, count]
        return {"key": key, "shards": shards}

    def write_shard(self, manifest: ShardManifest, shard: int, records: Iterable[T]) -> list[int]:
        """Write a shard that is an object of its own, from records by name; return its manifest entry."""
        with Upload(self.s3, self.bucket, key_of(manifest, shard)) as upload:
            count = self._compress(upload, records)
        return [0, upload.size, count]

    def read(self, manifest: ShardManifest, shard: int) -> Iterator[T]:
        """Yield the records of one shard (0 to 63), by name."""
        start, length, _count = manifest["shards"][shard]
        if length:
            span = f"bytes={start}-{start + length - 1}"
            key = key_of(manifest, shard)
            yield from self._read(self.s3.get_object(Bucket=self.bucket, Key=key, Range=span)["Body"])

    def merge_runs(self, keys: Iterable[str]) -> Iterator[T]:
        """Return the records of some runs by shard and name; of one name those of an earlier run first."""
        runs = [self._read(self.s3.get_object(Bucket=self.bucket, Key=key)["Body"]) for key in keys]
        return merge(*runs, key=self.sort_key)

    def merge_shard(self, manifests: Iterable[ShardManifest], shard: int) -> Iterator[T]:
        """Return a shard's records of some files by name; of one name those of an earlier file first."""
        return merge(*[self.read(manifest, shard) for manifest in manifests], key=self.sort_key)

    def _compress(self, upload: Upload, records: Iterable[T]) -> int:
        """Append one gzip member with these records, and return how many they were."""
        count = 0
        with GzipMember(upload) as file:
            for record in records:
                file.write(self.dump(record) + b"\n")
                count += 1
        return count

    def _read(self, body: Any) -> Iterator[T]:
        with gzip.GzipFile(fileobj=body, mode="rb") as file:
            for line in file:
                if line.strip():
                    yield self.load(line)


def key_of(manifest: ShardManifest, shard: int) -> str:
    """Return the key of the object that holds a shard of a file."""
    return f"{manifest['key']}/{shard:02d}.gz" if manifest.get("apart") else manifest["key"]
