"""What an interval did, source by source; what may be taken back with its source is kept apart."""

from bisect import bisect_left
from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import pairwise
from typing import TypeVar

from audience.imports.failures import Failure
from audience.imports.source_counts import SourcePart
from audience.jobs.file_names import OF_NO_SOURCE
from audience.segments.members import Member

T = TypeVar("T")


@dataclass
class Begun:
    """A source that the interval has read: its number, its name, where its rows begin, how it ended."""

    number: int
    place: str
    first: int  # of its rows among the interval's
    ended: bool = False
    fault: str = ""
    members: list[Member] = field(default_factory=list)
    failures: list[Failure] = field(default_factory=list)

    @property
    def owner(self) -> int:
        """Return the source whose files these are; they can be subtracted only as long as it may fail."""
        return OF_NO_SOURCE if self.ended and not self.fault else self.number


@dataclass(frozen=True)
class Share:
    """The members and failures that share files, in source order.

    `source` is the number of the one source they are of, where it may have to be read again from its beginning;
    OF_NO_SOURCE where all their sources have come to their end.
    """

    source: int
    members: list[Member]
    failures: list[Failure]


def deal(
    begun: list[Begun],
    rows: int,
    members: list[tuple[int, Member]],
    failures: list[tuple[int, Failure]],
) -> None:
    """Give each source its members and failures, which come with their row's place among all `rows`."""
    members.sort(key=_place)
    failures.sort(key=_place)
    bounds = [*(source.first for source in begun), rows]
    for source, (first, stop) in zip(begun, pairwise(bounds), strict=True):
        source.members = _between(members, first, stop)
        source.failures = _between(failures, first, stop)


def parts_of(begun: list[Begun], processed: Mapping[int, int]) -> list[SourcePart]:
    """Return what was done of each source, with the rows that went in by its number."""
    return [
        SourcePart(
            source.number,
            source.place,
            processed.get(source.number, 0),
            len(source.failures),
            source.ended,
            source.fault,
        )
        for source in begun
    ]


def shares_of(begun: list[Begun]) -> list[Share]:
    """Return all sources' members and failures in order; neighbours that have ended share."""
    found: list[Share] = []
    for source in begun:
        if not found or found[-1].source != source.owner:
            found.append(Share(source.owner, [], []))
        found[-1].members.extend(source.members)
        found[-1].failures.extend(source.failures)
    return found


def _place(entry: tuple[int, T]) -> int:
    return entry[0]


def _between(entries: list[tuple[int, T]], first: int, stop: int) -> list[T]:
    low, high = (bisect_left(entries, bound, key=_place) for bound in (first, stop))
    return [value for _, value in entries[low:high]]
