"""Files of records sorted by shard and name.

A run is gzip of one record a line, as one worker leaves it. A file is many runs merged, one gzip member (RFC 1952,
section 2.2) a shard with an index, so that one shard is one ranged read. Memory does not grow with either.
"""

import gzip
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from heapq import merge
from itertools import groupby
from typing import Any, Generic, TypedDict, TypeVar

from audience.aws.upload import Upload
from audience.endpoints.keys import SHARDS

# Streams read at once when runs are merged: each holds a connection and a buffer.
FAN_IN = 64

T = TypeVar("T")


class Manifest(TypedDict):
    """Where a file's records are: its key, and offset, length (bytes) and count of each shard."""

    key: str
    shards: list[list[int]]


@dataclass(frozen=True)
class ShardedFiles(Generic[T]):
    """Writes and reads records of one kind in the service's bucket.

    `place` gives a record's shard (0 to 63) and the name it is sorted by; `dump` and `load` turn it into a line.
    """

    s3: Any
    bucket: str
    place: Callable[[T], tuple[int, str]]
    dump: Callable[[T], bytes]
    load: Callable[[bytes], T]

    def write_run(self, key: str, records: Iterable[T]) -> None:
        """Write records, in any order, as a run; those of one name keep their order."""
        content = b"\n".join(map(self.dump, sorted(records, key=self.place)))
        self.s3.put_object(Bucket=self.bucket, Key=key, Body=gzip.compress(content, 1, mtime=0))

    def merged(self, keys: list[str], work_prefix: str) -> Iterator[T]:
        """The records of all runs by shard and name; of one name those of an earlier run first.

        Where there are more than 64 runs, they are merged 64 at a time into larger ones below `work_prefix` first.
        """
        generation = 0
        while len(keys) > FAN_IN:
            groups = [keys[at : at + FAN_IN] for at in range(0, len(keys), FAN_IN)]
            keys = [f"{work_prefix}merged/{generation}-{number}.gz" for number in range(len(groups))]
            for key, group in zip(keys, groups, strict=True):
                with Upload(self.s3, self.bucket, key) as upload:
                    self._compress(upload, self._merge_once(group))
            generation += 1
        yield from self._merge_once(keys)

    def write(self, key: str, records: Iterable[T]) -> Manifest:
        """Write a file of records that come by shard and name; returns its manifest."""
        shards = [[0, 0, 0] for _ in range(SHARDS)]
        with Upload(self.s3, self.bucket, key) as upload:
            for shard, inside in groupby(records, key=lambda record: self.place(record)[0]):
                start = upload.size
                count = self._compress(upload, inside)
                shards[shard] = [start, upload.size - start, count]
        return {"key": key, "shards": shards}

    def read(self, manifest: Manifest, shard: int) -> Iterator[T]:
        """The records of one shard (0 to 63), by name."""
        start, length, _count = manifest["shards"][shard]
        if length:
            span = f"bytes={start}-{start + length - 1}"
            yield from self._read(
                self.s3.get_object(Bucket=self.bucket, Key=manifest["key"], Range=span)["Body"]
            )

    def _merge_once(self, keys: list[str]) -> Iterator[T]:
        runs = [self._read(self.s3.get_object(Bucket=self.bucket, Key=key)["Body"]) for key in keys]
        return merge(*runs, key=self.place)

    def _compress(self, upload: Upload, records: Iterable[T]) -> int:
        """Append one gzip member with these; returns how many they were."""
        count = 0
        with gzip.GzipFile(fileobj=upload, mode="wb", compresslevel=6, mtime=0) as file:  # type: ignore[call-overload]
            for record in records:
                file.write(self.dump(record) + b"\n")
                count += 1
        return count

    def _read(self, body: Any) -> Iterator[T]:
        with gzip.GzipFile(fileobj=body, mode="rb") as file:
            for line in file:
                if line.strip():
                    yield self.load(line)
