"""A profile and what it is made of."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal, Self

from audience.endpoints.documents import attributes_of, document_of, ingested_of

# Which endpoints make a profile: each by itself (none), or all of a user (pdg, "private graph").
IdentityGraph = Literal["none", "pdg"]
Item = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Fragment:
    """One endpoint as a part of a profile.

    `document` is the endpoint as the API shows it, `updated` its EffectiveDate, `ingested` when it was written last (ms
    since 1970), `dataset` what it was imported for, empty where for none.
    """

    document: dict[str, Any]
    updated: str
    ingested: int
    dataset: str

    @property
    def id(self) -> str:
        """Return the endpoint's id."""
        return str(self.document["Id"])

    @classmethod
    def of(cls, item: Item) -> Self:
        """Read an endpoint's item in DynamoDB's JSON."""
        return cls(
            document_of(item, None),
            item.get("EffectiveDate", {"S": ""})["S"],
            ingested_of(item),
            item.get("dataset", {"S": ""})["S"],
        )


@dataclass(frozen=True, slots=True)
class Profile:
    """A user with all its endpoints, or an endpoint by itself.

    `name` is `U#<user id>` or `E#<endpoint id>`, as the table names items; `ingested` is when anything of it was
    written last (ms since 1970). One without fragments has only events.
    """

    name: str
    fragments: tuple[Fragment, ...]
    user_id: str
    user_attributes: Mapping[str, list[str]]
    ingested: int

    @classmethod
    def of(cls, name: str, endpoints: list[Item], user: Item | None) -> Self:
        """Put a profile together from items in DynamoDB's JSON; `user` where the endpoints have one."""
        fragments = tuple(Fragment.of(item) for item in endpoints)
        written = [fragment.ingested for fragment in fragments]
        if user is not None:
            written.append(ingested_of(user))
        user_id = next((item["User.UserId"]["S"] for item in endpoints if "User.UserId" in item), "")
        attributes = attributes_of(*endpoints, user or {})
        return cls(name, fragments, user_id, attributes, max(written, default=0))
