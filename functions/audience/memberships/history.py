"""The history of a segment's members: what is known of a profile after one more evaluation. Pure decisions."""

from collections.abc import Iterable, Iterator, Sequence
from heapq import merge
from itertools import groupby
from typing import Literal, NamedTuple

from audience.layout.endpoints_table import shard_of

Status = Literal["realized", "exited"]


class Membership(NamedTuple):
    """What a profile is to a segment: in it or no longer, and since which evaluation (ms since 1970).

    `name` is `E#<endpoint id>` or `U#<user id>`, as the endpoints table names its items: whether profiles are stitched
    is decided when they are exported.
    """

    name: str
    status: Status
    since: int

    @property
    def place(self) -> tuple[int, str]:
        """Return what files are sorted by: the shard that the endpoint or user is in, and the name."""
        return shard_of(self.name[2:]), self.name


class Match(NamedTuple):
    """A profile that an evaluation found in the segment; `evaluation` counts those of a job from 0."""

    name: str
    evaluation: int

    @property
    def place(self) -> tuple[int, str]:
        """Return what runs are sorted by."""
        return shard_of(self.name[2:]), self.name


Known = Membership | Match
Moment = tuple[int, int]  # an evaluation's number, and when it took place (ms since 1970)


def evolved(
    before: Iterable[Membership], matches: Iterable[Match], moments: Sequence[Moment]
) -> Iterator[Membership]:
    """Yield the history after some more evaluations.

    Args:
        before: the history until then, by shard and name.
        matches: who was found, by shard and name; those of other evaluations do not count.
        moments: the evaluations, in the order of their time.

    Yields:
        The new history by shard and name. Whoever was never in the segment is not in it.
    """
    everything: Iterator[Known] = merge(before, matches, key=_place)
    for (_, name), same in groupby(everything, key=_place):
        known: Membership | None = None
        seen = set()
        for each in same:
            if isinstance(each, Membership):
                known = each
            else:
                seen.add(each.evaluation)
        if (found := _evolved(known, name, seen, moments)) is not None:
            yield found


def _evolved(
    known: Membership | None, name: str, seen: set[int], moments: Sequence[Moment]
) -> Membership | None:
    for evaluation, moment in moments:
        inside = known is not None and known.status == "realized"
        if evaluation in seen and not inside:
            known = Membership(name, "realized", moment)
        elif evaluation not in seen and inside:
            known = Membership(name, "exited", moment)
    return known


def _place(each: Known) -> tuple[int, str]:
    return each.place
