"""Histories and matches as files in the service's bucket."""

from typing import Any

import orjson

from audience.memberships.history import Match, Membership
from audience.sharded.files import ShardedFiles


def histories(s3: Any, bucket: str) -> ShardedFiles[Membership]:
    """Return what writes and reads the history of a segment: one file, one ranged read a shard."""
    return ShardedFiles(s3, bucket, _place, _line, lambda line: Membership(*orjson.loads(line)))


def match_files(s3: Any, bucket: str) -> ShardedFiles[Match]:
    """Return what writes and reads what workers found: runs, merged when all are there."""
    return ShardedFiles(s3, bucket, _place, _line, lambda line: Match(*orjson.loads(line)))


def _place(each: Membership | Match) -> tuple[int, str]:
    return each.place


def _line(each: Membership | Match) -> bytes:
    return orjson.dumps(each[:])
