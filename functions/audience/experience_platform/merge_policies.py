"""Merge policies: how the fragments of a profile become one profile.

https://experienceleague.adobe.com/en/docs/experience-platform/profile/api/merge-policies
"""

import re
from dataclasses import dataclass, replace
from typing import Any, Literal

from audience.aws.items import plain, query_all

IdentityGraph = Literal["none", "pdg"]
AttributeMerge = Literal["timestampOrdered", "dataSetPrecedence"]

_OWN_ID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")  # a UUID; built-in policies have names
_PREFIX = "MERGE_POLICY#"
_DEFAULT = "DEFAULT_MERGE_POLICY"


@dataclass(frozen=True)
class MergePolicy:
    """Which identities make a profile, and whose value wins."""

    id: str
    version: int
    name: str
    identity_graph: IdentityGraph  # none: every endpoint is a profile of its own; pdg: stitched by user id
    attribute_merge: AttributeMerge
    order: tuple[str, ...] = ()  # datasets, the most trusted first; one that is not listed is not merged
    default: bool = False
    updated: int = 0  # seconds since 1970


# The ids of Adobe's examples, and the same policy with stitching: they are there in every app.
BUILT_IN = (
    MergePolicy("timestampOrdered-none-mp", 1, "Last update wins, not stitched", "none", "timestampOrdered"),
    MergePolicy(
        "timestampOrdered-pdg-mp", 1, "Last update wins, stitched by user", "pdg", "timestampOrdered"
    ),
)
STITCHED = BUILT_IN[1]  # the default of an app that has marked none


class MergePolicyStore:
    """Merge policies in the control table; a pointer of its own says which one is an app's default.

    A pointer, because there is one default at any time: no write has to take the mark from another policy.
    """

    def __init__(self, table: Any) -> None:
        """Keep the control table (a boto3 Table)."""
        self._table = table

    def create(self, application_id: str, policy: MergePolicy) -> None:
        """Store a new policy; one that is the default replaces the previous default."""
        item = {
            "name": policy.name,
            "version": policy.version,
            "identity_graph": policy.identity_graph,
            "attribute_merge": policy.attribute_merge,
            "order": list(policy.order),
            "updated": policy.updated,
        }
        self._table.put_item(Item={**_key(application_id, policy.id), **item})
        if policy.default:
            self._table.put_item(Item={**_default_key(application_id), "policy_id": policy.id})

    def find(self, application_id: str, policy_id: str) -> MergePolicy | None:
        """Return the policy, built in or the app's own, or None."""
        default = self.default(application_id)
        if default.id == policy_id:
            return default
        return self._policy(application_id, policy_id)

    def default(self, application_id: str) -> MergePolicy:
        """Return the policy that is used where a request names none."""
        pointer = self._read(_default_key(application_id))
        marked = self._policy(application_id, pointer["policy_id"]) if pointer else None
        return replace(marked or STITCHED, default=True)

    def all(self, application_id: str) -> list[MergePolicy]:
        """Return the app's own policies and the built-in ones, by name."""
        default = self.default(application_id)
        query = {
            "KeyConditionExpression": "pk = :pk AND begins_with(sk, :prefix)",
            "ExpressionAttributeValues": {":pk": f"APP#{application_id}", ":prefix": _PREFIX},
            "ConsistentRead": True,
        }
        policies = [*BUILT_IN, *(_policy_of(item) for item in query_all(self._table, **query))]
        marked = [default if policy.id == default.id else policy for policy in policies]
        return sorted(marked, key=lambda policy: (policy.name, policy.id))

    def delete(self, application_id: str, policy_id: str) -> None:
        """Remove one of the app's own policies; where it was the default, the built-in one is again."""
        self._table.delete_item(Key=_key(application_id, policy_id))

    def _policy(self, application_id: str, policy_id: str) -> MergePolicy | None:
        for policy in BUILT_IN:
            if policy.id == policy_id:
                return policy
        if not _OWN_ID.fullmatch(policy_id):
            return None
        item = self._read(_key(application_id, policy_id))
        return _policy_of(item) if item else None

    def _read(self, key: dict[str, str]) -> dict[str, Any] | None:
        item = self._table.get_item(Key=key, ConsistentRead=True).get("Item")
        return plain(item) if item else None


def _key(application_id: str, policy_id: str) -> dict[str, str]:
    return {"pk": f"APP#{application_id}", "sk": f"{_PREFIX}{policy_id}"}


def _default_key(application_id: str) -> dict[str, str]:
    return {"pk": f"APP#{application_id}", "sk": _DEFAULT}


def _policy_of(item: dict[str, Any]) -> MergePolicy:
    return MergePolicy(
        id=item["sk"].removeprefix(_PREFIX),
        version=item["version"],
        name=item["name"],
        identity_graph=item["identity_graph"],
        attribute_merge=item["attribute_merge"],
        order=tuple(item["order"]),
        updated=item["updated"],
    )
