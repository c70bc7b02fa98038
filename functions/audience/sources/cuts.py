"""The cuts of a file: where records begin that pieces may begin with, put together from the summaries of its ranges."""

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from audience.sources.survey import Summary


class Cut(NamedTuple):
    """The first record that begins in a range: its position, its line from 1, and how many records begin there."""

    start: int
    line: int
    records: int


def cuts_of(summaries: Iterable[Summary]) -> Iterator[Cut]:
    """Yield the first record of each range of a file in which one begins.

    `summaries` are those of neighbouring ranges from the file's first byte to its last.
    """
    at: int | None = 0  # where the next record begins; None: at the first line start to come
    above = before = 0  # line feeds before it, and before the range
    for summary in summaries:
        if at is None and summary.first is not None:
            at, above = summary.first, before + (summary.first > summary.start)
        if at is not None and at < summary.end:
            way = summary.outside if at == summary.first else summary.inside
            if way is None:
                raise AssertionError(f"no record can begin at byte {at}")
            yield Cut(at, above + 1, way.records)
            at, above = way.end, before + summary.lines + way.lines
        before += summary.lines
