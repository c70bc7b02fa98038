"""Pieces of an import's files, one for each worker: large files are cut, small files share a piece."""

from collections.abc import Callable, Iterable, Iterator
from typing import NotRequired, TypedDict

from audience.endpoints.columns import ColumnRules
from audience.endpoints.csv_rows import PLAIN
from audience.errors import SourceChangedError, SourceUnreadableError
from audience.sources.beginning import Beginning
from audience.sources.listing import SourceObject
from audience.sources.stream import ObjectStream

# An item of a Distributed Map goes into a state's payload of at most 256 KiB
# (https://docs.aws.amazon.com/step-functions/latest/dg/service-quotas.html); half is left for the rest of the payload.
MAX_NAME_BYTES = 100_000
MAX_SOURCES = 500


class Source(TypedDict):
    """A range of an object: bytes `start` to before `end`, whose first line is `line` of the file."""

    key: str
    etag: str
    size: int
    start: int
    end: int
    line: int
    number: NotRequired[int]  # in its piece, if not its place in the list
    instead_of: NotRequired[int]  # the number of the failed source that is read again as this one


class Piece(TypedDict):
    """A piece: its place in the plan, and its sources in their order."""

    index: int
    sources: list[Source]


def by_number(piece: Piece) -> dict[int, Source]:
    """Return the sources of a piece by the numbers that checkpoints use for them."""
    return {source.get("number", place): source for place, source in enumerate(piece["sources"])}


def whole(found: SourceObject) -> Source:
    """Return all of an object as one source."""
    return _source(found, 0, found.size, 1)


def cut(
    objects: Iterable[SourceObject],
    stream_of: Callable[[SourceObject], ObjectStream],
    *,
    csv: bool,
    piece_bytes: int,
    rules: ColumnRules = PLAIN,
) -> Iterator[list[Source]]:
    """Yield the sources of each piece, in source order.

    A file larger than a piece is cut on record boundaries into pieces of about equal size; gzip cannot be cut and is a
    piece of its own. Smaller files share a piece. A file that is cut is read once, to find where its records end; if it
    cannot be read or cannot be of the format, it is one piece, whose worker records that, so that the other files are
    still imported.

    Args:
        objects: the files, in the order of their keys.
        stream_of: returns the stream of a file.
        csv: whether quotes may hold line breaks.
        piece_bytes: the size in bytes above which a file is cut.
        rules: what the job says of the columns, which may show a file's delimiter.
    """
    beginning = Beginning("CSV" if csv else "JSON", rules)
    batch: list[Source] = []
    for found in objects:
        if found.size > piece_bytes:
            if batch:
                yield batch
                batch = []
            parts = _parts_or_whole(found, stream_of(found), beginning, piece_bytes)
            yield from ([part] for part in parts)
        elif found.size:
            batch.append(whole(found))
            if _is_full(batch, piece_bytes):
                yield batch
                batch = []
    if batch:
        yield batch


def _parts_or_whole(
    found: SourceObject, stream: ObjectStream, beginning: Beginning, piece_bytes: int
) -> list[Source]:
    try:
        return list(_parts(found, stream, beginning, piece_bytes))
    except (SourceChangedError, SourceUnreadableError):
        return [whole(found)]


def _parts(
    found: SourceObject, stream: ObjectStream, beginning: Beginning, piece_bytes: int
) -> Iterator[Source]:
    if stream.is_gzip():
        yield whole(found)
        return
    count = -(-found.size // piece_bytes)
    start, line, position, number = 0, 1, 0, 1
    for record in beginning.read(stream.chunks(), found.key).records:
        position += record.length
        if position * count >= number * found.size and position < found.size:
            yield _source(found, start, position, line)
            start, line = position, record.line + record.lines
            number = position * count // found.size + 1
    yield _source(found, start, found.size, line)


def is_whole(source: Source) -> bool:
    """Return whether a source is all of its object."""
    return (source["start"], source["end"]) == (0, source["size"])


def _source(found: SourceObject, start: int, end: int, line: int) -> Source:
    return {
        "key": found.key,
        "etag": found.etag,
        "size": found.size,
        "start": start,
        "end": end,
        "line": line,
    }


def _is_full(batch: list[Source], piece_bytes: int) -> bool:
    names = sum(len(source["key"].encode()) + 150 for source in batch)
    size = sum(source["end"] - source["start"] for source in batch)
    return size >= piece_bytes or len(batch) >= MAX_SOURCES or names >= MAX_NAME_BYTES
