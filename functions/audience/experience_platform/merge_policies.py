"""Merge policies: how the fragments of a profile become one profile.

https://experienceleague.adobe.com/en/docs/experience-platform/profile/api/merge-policies
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Self

from audience.aws.client_types import Table
from audience.aws.control_table import ControlTable
from audience.layout.control_table import DEFAULT_MERGE_POLICY, MERGE_POLICY, app_partition
from audience.profiles.merging import AttributeMerge
from audience.profiles.model import IdentityGraph

_OWN_ID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")  # a UUID; built-in policies have names


@dataclass(frozen=True)
class MergePolicy:
    """A rule for which identities make a profile, and whose value wins."""

    id: str
    version: int
    name: str
    identity_graph: IdentityGraph  # none: every endpoint is a profile of its own; pdg: stitched by user id
    attribute_merge: AttributeMerge
    order: tuple[str, ...] = ()  # datasets, the most trusted first; one that is not listed is not merged
    default: bool = False
    updated: int = 0  # seconds since 1970

    @classmethod
    def from_item(cls, policy_id: str, item: Mapping[str, Any]) -> Self:
        """Return the policy that an item of the control table holds, as one that is not the default."""
        return cls(
            id=policy_id,
            version=item["version"],
            name=item["name"],
            identity_graph=item["identity_graph"],
            attribute_merge=item["attribute_merge"],
            order=tuple(item["order"]),
            updated=item["updated"],
        )

    def to_item(self) -> dict[str, Any]:
        """Return the policy as an item of the control table, without its keys."""
        return {
            "name": self.name,
            "version": self.version,
            "identity_graph": self.identity_graph,
            "attribute_merge": self.attribute_merge,
            "order": list(self.order),
            "updated": self.updated,
        }


# The ids of Adobe's examples, and the same policy with stitching: they are there in every app.
BUILT_IN = (
    MergePolicy("timestampOrdered-none-mp", 1, "Last update wins, not stitched", "none", "timestampOrdered"),
    MergePolicy(
        "timestampOrdered-pdg-mp", 1, "Last update wins, stitched by user", "pdg", "timestampOrdered"
    ),
)
STITCHED = BUILT_IN[1]  # the default of an app that has marked none


class MergePolicyStore:
    """Merge policies in the control table; an item of its own says which one is an app's default.

    So there is one default at any time, and no write has to change another policy.
    """

    def __init__(self, table: Table) -> None:
        """Keep the control table."""
        self._control = ControlTable(table)

    def create(self, application_id: str, policy: MergePolicy) -> None:
        """Store a new policy; one that is the default replaces the previous default."""
        key = MERGE_POLICY.key(application_id=application_id, policy_id=policy.id)
        self._control.put(key, policy.to_item())
        if policy.default:
            pointer = DEFAULT_MERGE_POLICY.key(application_id=application_id)
            self._control.put(pointer, {"policy_id": policy.id})

    def find(self, application_id: str, policy_id: str) -> MergePolicy | None:
        """Return the policy, built in or the app's own, or None."""
        default = self.default(application_id)
        if default.id == policy_id:
            return default
        return self._policy(application_id, policy_id)

    def default(self, application_id: str) -> MergePolicy:
        """Return the policy that is used where a request names none."""
        pointer = self._control.get(DEFAULT_MERGE_POLICY.key(application_id=application_id))
        marked = self._policy(application_id, pointer["policy_id"]) if pointer else None
        return replace(marked or STITCHED, default=True)

    def all(self, application_id: str) -> list[MergePolicy]:
        """Return the app's own policies and the built-in ones, by name."""
        default = self.default(application_id)
        items = self._control.query(app_partition(application_id), MERGE_POLICY.prefix)
        own = [MergePolicy.from_item(item["sk"].removeprefix(MERGE_POLICY.prefix), item) for item in items]
        marked = [default if policy.id == default.id else policy for policy in [*BUILT_IN, *own]]
        return sorted(marked, key=lambda policy: (policy.name, policy.id))

    def delete(self, application_id: str, policy_id: str) -> None:
        """Remove one of the app's own policies; where it was the default, the built-in one is again."""
        self._control.delete(MERGE_POLICY.key(application_id=application_id, policy_id=policy_id))

    def _policy(self, application_id: str, policy_id: str) -> MergePolicy | None:
        for policy in BUILT_IN:
            if policy.id == policy_id:
                return policy
        if not _OWN_ID.fullmatch(policy_id):
            return None
        item = self._control.get(MERGE_POLICY.key(application_id=application_id, policy_id=policy_id))
        return MergePolicy.from_item(policy_id, item) if item else None
