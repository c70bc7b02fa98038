"""Merge policies: which of a profile's endpoints determines which value. Pure decisions."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Literal

from audience.profiles.model import Fragment, Profile

AttributeMerge = Literal["timestampOrdered", "dataSetPrecedence"]
# Objects whose members are merged one by one; of all else the last value counts as a whole.
_GROUPS = ("Attributes", "Metrics", "Location", "Demographic")


@dataclass(frozen=True)
class MergeRule:
    """How endpoints are merged: the last update wins, or the dataset that comes first in `order`."""

    merge: AttributeMerge
    order: tuple[str, ...] = ()

    def ranked(self, profile: Profile) -> tuple[Fragment, ...]:
        """Return the endpoints that count; the value of a later one replaces that of an earlier one.

        Under `dataSetPrecedence` the endpoints of datasets that are not listed do not count (contract: Meaning). Where
        two were updated at the same time, the one written last wins, then the greater id.
        """
        counting: Iterable[Fragment] = profile.fragments
        if self.merge == "dataSetPrecedence":
            counting = (each for each in profile.fragments if each.dataset in self.order)
        return tuple(sorted(counting, key=self._rank))

    def _rank(self, fragment: Fragment) -> tuple[int, str, int, str]:
        precedence = -self.order.index(fragment.dataset) if self.merge == "dataSetPrecedence" else 0
        return precedence, fragment.updated, fragment.ingested, fragment.id


def merge_fragments(fragments: Iterable[Fragment]) -> dict[str, Any]:
    """Merge several endpoints into one document: later ones override earlier ones.

    Groups are merged member by member.
    """
    document: dict[str, Any] = {}
    for fragment in fragments:
        for name, value in fragment.document.items():
            if name in _GROUPS:
                document.setdefault(name, {}).update(value)
            else:
                document[name] = value
    return document
