"""Pieces of an import's files, one for each worker: parts of large files, and small files together."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple, NotRequired, TypedDict

from audience.sources.cuts import cuts_of
from audience.sources.listing import SourceObject, is_named_gzip
from audience.sources.payload import MAX_NAME_BYTES, MAX_SOURCES, payload_bytes
from audience.sources.piece_size import GZIP_RATIO, PieceSize
from audience.sources.survey import Summary


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


class _Part(NamedTuple):
    """A source, about how many rows it has, and how many stored bytes it counts for."""

    source: Source
    rows: float
    stored: int


def pieces_of(
    objects: Iterable[SourceObject],
    summaries: Mapping[str, Sequence[Summary]],
    size: PieceSize,
    row_bytes: float,
) -> Iterator[Piece]:
    """Yield the pieces, in source order: each is as large as pieces are at least, but for the last.

    A file that was surveyed is cut where a record begins; parts of it that follow each other are one source, small ones
    share a piece with other files. A file that is not cut is a source as a whole; an empty one is none.

    Args:
        objects: the files, in the order of their keys.
        summaries: of all parts of a file, by its key, in their order.
        size: how large a piece is at least.
        row_bytes: about how many bytes a row of the files has that were not surveyed.
    """
    batch = _Batch(size)
    index = 0
    for found in objects:
        for part in _parts(found, summaries.get(found.key), size, row_bytes):
            batch.add(part)
            if batch.is_full():
                yield {"index": index, "sources": batch.sources}
                batch, index = _Batch(size), index + 1
    if batch.sources:
        yield {"index": index, "sources": batch.sources}


class _Batch:
    """The sources of a piece that is being filled."""

    def __init__(self, size: PieceSize) -> None:
        self.sources: list[Source] = []
        self._size = size
        self._rows = 0.0
        self._stored = self._payload = 0

    def add(self, part: _Part) -> None:
        last = self.sources[-1] if self.sources else None
        if last and (last["key"], last["end"]) == (part.source["key"], part.source["start"]):
            last["end"] = part.source["end"]
        else:
            self.sources.append(part.source)
            self._payload += payload_bytes(part.source)
        self._rows += part.rows
        self._stored += part.stored

    def is_full(self) -> bool:
        if len(self.sources) >= MAX_SOURCES or self._payload >= MAX_NAME_BYTES:
            return True
        return self._size.is_reached(self._stored, self._rows)


def _parts(
    found: SourceObject, summaries: Sequence[Summary] | None, size: PieceSize, row_bytes: float
) -> Iterator[_Part]:
    if summaries is None:
        if found.size:
            text = found.size * (GZIP_RATIO if is_named_gzip(found) else 1)
            yield _Part(whole(found), text / row_bytes, found.size)
        return
    cuts = list(cuts_of(summaries))
    ends = [*(cut.start for cut in cuts[1:]), found.size]
    for cut, end in zip(cuts, ends, strict=True):
        # The parts of a file are of about the size that a piece has at least, whatever is lacking of it.
        yield _Part(_source(found, cut.start, end, cut.line), cut.records, max(size.bytes, end - cut.start))


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
