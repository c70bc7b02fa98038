"""Ranges of the files that are cut: which files these are, and what is surveyed of each, by whom."""

from collections.abc import Iterable, Iterator
from itertools import pairwise
from typing import TypedDict

from audience.sources.listing import SourceObject, is_named_gzip
from audience.sources.payload import fits_payload


class FileRange(TypedDict):
    """Bytes `start` to before `end` of an object of `size` bytes."""

    key: str
    etag: str
    size: int
    start: int
    end: int


class SurveyItem(TypedDict):
    """What one worker surveys: its place in the list, and the ranges in their order.

    Files are cut into parts of about `piece_bytes`.
    """

    index: int
    piece_bytes: int
    ranges: list[FileRange]


def may_be_cut(found: SourceObject, piece_bytes: int) -> bool:
    """Return whether a file is cut into pieces, as far as a listing says: gzip cannot be."""
    return found.size > piece_bytes and not is_named_gzip(found)


def bounds(size: int, piece_bytes: int, start: int = 0, end: int | None = None) -> list[int]:
    """Return the bounds of a file's parts of about `piece_bytes`, from one of them (`start`) to another (`end`)."""
    count = -(-size // piece_bytes)
    end = size if end is None else end
    found = []
    for number in range(start * count // size, count + 1):
        at = -(-number * size // count)
        if at > end:
            break
        found.append(at)
    return found


def ranges_of(found: SourceObject, piece_bytes: int, range_bytes: int) -> Iterator[FileRange]:
    """Yield a file in ranges of at most about `range_bytes`, and of at least one of its parts."""
    parts = bounds(found.size, piece_bytes)
    several = max(1, range_bytes // piece_bytes)
    for start, end in pairwise([*parts[:-1:several], parts[-1]]):
        yield {"key": found.key, "etag": found.etag, "size": found.size, "start": start, "end": end}


def items_of(ranges: Iterable[FileRange], piece_bytes: int, bytes_of_an_item: int) -> list[SurveyItem]:
    """Put ranges together, so that one worker has about so many bytes to survey."""
    items: list[SurveyItem] = []
    left = 0
    for part in ranges:
        if left <= 0 or not fits_payload([*items[-1]["ranges"], part]):
            items.append({"index": len(items), "piece_bytes": piece_bytes, "ranges": []})
            left = bytes_of_an_item
        items[-1]["ranges"].append(part)
        left -= part["end"] - part["start"]
    return items
