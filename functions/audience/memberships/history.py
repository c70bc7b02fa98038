"""The history of a segment's members: who is in it since when, and who was. Pure decisions."""

from collections.abc import Iterable, Iterator, Sequence
from heapq import merge
from itertools import groupby
from typing import Literal, NamedTuple

from audience.layout.endpoints_table import shard_of

MembershipStatus = Literal["realized", "exited"]


class Membership(NamedTuple):
    """Whether a profile is in a segment or no longer, and since which evaluation (ms since 1970).

    `name` is `E#<endpoint id>` or `U#<user id>`, as the endpoints table names its items: whether profiles are stitched
    is decided when they are exported.
    """

    name: str
    status: MembershipStatus
    since: int


class Match(NamedTuple):
    """A profile that an evaluation found in the segment; `evaluation` counts those of a job from 0."""

    name: str
    evaluation: int


def next_history(
    before: Iterable[Membership], matches: Iterable[Match], moments: Sequence[tuple[int, int]]
) -> Iterator[Membership]:
    """Yield the history after some more evaluations.

    Args:
        before: the history until then, by shard and name.
        matches: who was found, by shard and name; those of other evaluations do not count.
        moments: the evaluations in the order of their time: the number of each, and its time (ms since 1970).

    Yields:
        The new history by shard and name. Whoever was never in the segment is not in it.
    """
    everything: Iterator[Membership | Match] = merge(before, matches, key=sort_key)
    for (_, name), same in groupby(everything, key=sort_key):
        membership: Membership | None = None
        matched = set()
        for each in same:
            if isinstance(each, Membership):
                membership = each
            else:
                matched.add(each.evaluation)
        if (after := _next_membership(membership, name, matched, moments)) is not None:
            yield after


def sort_key(each: Membership | Match) -> tuple[int, str]:
    """Return what files and runs are sorted by: the shard that the endpoint or user is in, and the name."""
    return shard_of(each.name[2:]), each.name


def _next_membership(
    membership: Membership | None, name: str, matched: set[int], moments: Sequence[tuple[int, int]]
) -> Membership | None:
    for evaluation, moment in moments:
        inside = membership is not None and membership.status == "realized"
        if evaluation in matched and not inside:
            membership = Membership(name, "realized", moment)
        elif evaluation not in matched and inside:
            membership = Membership(name, "exited", moment)
    return membership
