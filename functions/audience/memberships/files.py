"""Histories and sightings as files in the service's bucket."""

from typing import Any

import orjson

from audience.memberships.history import Membership, Sighting
from audience.sharded.files import ShardedFiles


def histories(s3: Any, bucket: str) -> ShardedFiles[Membership]:
    """Return what writes and reads the history of a segment: one file, one ranged read a shard."""
    return ShardedFiles(s3, bucket, _place, _line, lambda line: Membership(*orjson.loads(line)))


def sightings(s3: Any, bucket: str) -> ShardedFiles[Sighting]:
    """Return what writes and reads what workers found: runs, merged when all are there."""
    return ShardedFiles(s3, bucket, _place, _line, lambda line: Sighting(*orjson.loads(line)))


def _place(each: Membership | Sighting) -> tuple[int, str]:
    return each.place


def _line(each: Membership | Sighting) -> bytes:
    return orjson.dumps(each[:])
