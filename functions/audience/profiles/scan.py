"""Profiles by the shard, in the order of their names: endpoints by themselves first, then users."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from heapq import merge
from itertools import islice
from typing import TypeVar

from audience.endpoints.scan import BATCH, ShardScan
from audience.layout.endpoints_table import ENDPOINT, USER
from audience.profiles.model import IdentityGraph, Item, Profile

T = TypeVar("T")


@dataclass(frozen=True)
class EventTimes:
    """Which endpoints of a shard have events, in the order of their ids, and the time of the last one.

    Times are ms since 1970.
    """

    endpoints: Callable[[int], Iterable[str]]
    last: Callable[[str], int]


class ProfileScan:
    """Reads the profiles of one app: stitched by user (`pdg`), or each endpoint by itself (`none`)."""

    def __init__(
        self,
        scan: ShardScan,
        graph: IdentityGraph,
        events: EventTimes | None = None,
    ) -> None:
        """Keep the endpoints, how they are stitched, and the events.

        Events are given where ids that have events and no endpoint count as profiles.
        """
        self._scan = scan
        self._stitched = graph == "pdg"
        self._events = events

    def of_shard(self, shard: int, after: str = "") -> Iterator[Profile]:
        """Yield the profiles of a shard (0 to 63) by name, those after the name `after` where it is given."""
        if not after.startswith(USER):
            alone = self._endpoints(shard, after.removeprefix(ENDPOINT))
            with_events_only = self._with_events_only(shard, after.removeprefix(ENDPOINT))
            yield from merge(alone, with_events_only, key=lambda profile: profile.name)
        if self._stitched:
            yield from self._users(shard, after.removeprefix(USER) if after.startswith(USER) else "")

    def _endpoints(self, shard: int, after: str) -> Iterator[Profile]:
        for page in self._scan.pages(shard, ENDPOINT, after):
            for items in _batches(page):
                yield from self._alone(items)

    def _alone(self, items: list[Item]) -> Iterator[Profile]:
        """Yield those of some endpoints that are profiles of their own."""
        own = [item for item in items if not (self._stitched and "User.UserId" in item)]
        users = self._scan.users({item["User.UserId"]["S"] for item in own if "User.UserId" in item})
        for item in own:
            user = users.get(item.get("User.UserId", {"S": ""})["S"])
            yield Profile.of(str(item["sk"]["S"]), [item], user)

    def _users(self, shard: int, after: str) -> Iterator[Profile]:
        for page in self._scan.pages(shard, USER, after):
            for users in _batches(page):
                names = {name for user in users for name in _endpoint_ids(user)}
                endpoints = self._scan.endpoints(sorted(names))
                for user in users:
                    yield from _stitched(user, endpoints)

    def _with_events_only(self, shard: int, after: str) -> Iterator[Profile]:
        """Yield a profile for each id that has events and no endpoint."""
        if self._events is None:
            return
        names = (name for name in self._events.endpoints(shard) if name > after)
        for some in _batches(names):
            there = self._scan.endpoints(some)
            for name in some:
                if name not in there:
                    yield Profile(f"{ENDPOINT}{name}", (), "", {}, self._events.last(name))


def _stitched(user: Item, endpoints: Mapping[str, Item]) -> Iterator[Profile]:
    """Yield the user's profile if it has an endpoint; ids whose endpoint is not the user's are left out."""
    name = str(user["sk"]["S"])
    own = [endpoints[each] for each in _endpoint_ids(user) if each in endpoints]
    own = [item for item in own if item.get("User.UserId", {"S": ""})["S"] == name.removeprefix(USER)]
    if own:
        yield Profile.of(name, own, user)


def _endpoint_ids(user: Item) -> list[str]:
    return sorted(user.get("endpoint_ids", {"SS": []})["SS"])


def _batches(entries: Iterable[T]) -> Iterator[list[T]]:
    rest = iter(entries)
    while some := list(islice(rest, BATCH)):
        yield some
