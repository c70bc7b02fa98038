"""The survey of a range of a file: what the range does to the question where the next record begins.

A record may begin far before a range, and who looks at the range alone does not know whether its first line is inside
of quotes. But there are no more than two ways into a range: its first line start begins a record, or that line is
inside of quotes which are closed later, and the record after them is the first one. For both the survey says where the
first record behind the range begins, and how many records and lines that passes; nothing else matters. So summaries of
all ranges, made at the same time, put together in their order (audience.sources.cuts), give the cuts and line numbers
that one reader of the whole file finds. The range in which a record begins looks ahead for its end.
"""

from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import NamedTuple

from audience.sources import records
from audience.sources.record_walk import RecordWalk, Step
from audience.sources.text_window import Read, TextWindow

# How often the walks of both ways are held against each other; most meet in the first record without a line break.
_TRIES = 64


class Way(NamedTuple):
    """A way through a range.

    `records` begin in it; then one begins at `end`, after so many `lines` behind the range. Without `end` it begins at
    the first line start behind the range.
    """

    records: int
    end: int | None
    lines: int


class Summary(NamedTuple):
    """A range of a file, bytes `start` to before `end`: its first line start, its line feeds, the ways through it.

    `outside` is the way from its first line start, `inside` the way of whoever comes into it inside of quotes: None
    where these are not closed in it, or there is no line start.
    """

    start: int
    end: int
    first: int | None
    lines: int
    outside: Way | None
    inside: Way | None


class _Walker:
    """A way that is being walked: where its next record begins, and what it has passed."""

    def __init__(self, at: int) -> None:
        self.at: int | None = at
        self.records = 0
        self.lines = 0

    def before(self, stop: int) -> bool:
        return self.at is not None and self.at < stop

    def add(self, step: Step) -> None:
        self.at = step.end
        self.records += step.records
        self.lines += step.lines


def survey(read: Read, size: int, bounds: Sequence[int], delimiter: str, *, csv: bool) -> Iterator[Summary]:
    """Yield the summaries of neighbouring ranges of a file, in their order.

    Args:
        read: returns bytes of the file; what is behind the last range is read as far as its last record goes.
        size: of the file, in bytes.
        bounds: where each range begins, and where the last one ends.
        delimiter: what stands between the fields of CSV.
        csv: whether quotes may hold line breaks.
    """
    if len(bounds) < 2:  # noqa: PLR2004 - no range
        return
    window = TextWindow(read, size, bounds[0], bounds[-1])
    walk = RecordWalk(window, delimiter, csv=csv)
    for start, end in pairwise(bounds):
        yield _Range(window, walk, start, end, csv=csv).summary()


class _Range:
    """A range whose ways are walked."""

    def __init__(self, window: TextWindow, walk: RecordWalk, start: int, end: int, *, csv: bool) -> None:
        self._window = window
        self._walk = walk
        self._start = start
        self._end = end
        self._csv = csv

    def summary(self) -> Summary:
        window, start, end = self._window, self._start, self._end
        window.forget(start)
        first = window.far_line(start - 1, end - 1)
        if first is None:
            window.have(end)
            return Summary(start, end, None, window.count_lines(end - 1, end), None, None)
        outside, inside = _Walker(first), self._inside(first)
        more = self._walk_together(outside, inside) if inside else None
        self._walk_on(outside)
        way = self._way(outside)
        lines = (first > start) + outside.lines - way.lines
        other = None
        if more is not None:
            other = way._replace(records=way.records + more)
        elif inside is not None:
            other = self._way(inside)
        return Summary(start, end, first, lines, way, other)

    def _inside(self, first: int) -> _Walker | None:
        """Return the way of whoever is inside of quotes at the first line start, once they are closed."""
        if not self._csv:
            return None
        closed = self._walk.close(first, min(self._end - 1, first + records.LOOK_AHEAD))
        return None if closed is None else _Walker(closed)

    def _walk_together(self, one: _Walker, other: _Walker) -> int | None:
        """Walk both ways to the end, or until they meet; return how many more records the other has passed then."""
        tries = 0
        while one.at != other.at and (one.before(self._end) or other.before(self._end)):
            behind, ahead = (one, other) if one.before(other.at or self._end) else (other, one)
            self._step(behind, (ahead.at or self._end) if tries < _TRIES else self._end)
            tries += 1
        return other.records - one.records if one.at == other.at else None

    def _walk_on(self, walker: _Walker) -> None:
        while walker.before(self._end):
            self._step(walker, self._end)

    def _step(self, walker: _Walker, stop: int) -> None:
        at = walker.at or 0
        self._window.forget(at)
        walker.add(self._walk.step(at, min(stop, self._end), self._end))

    def _way(self, walker: _Walker) -> Way:
        lines = 0 if walker.at is None else self._window.count_lines(self._end, walker.at)
        return Way(walker.records, walker.at, lines)
