"""What an attribute removal is to do: written by the API, read by the job's steps."""

from collections.abc import Iterable
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Self

from audience.endpoints.fields import ATTRIBUTES, METRICS, USER_ATTRIBUTES
from audience.jobs.model import JsonObject

# The attribute types of RemoveAttributes, and what the columns of each begin with
# (https://docs.aws.amazon.com/pinpoint/latest/apireference/apps-application-id-attributes-attribute-type.html).
TYPES = {
    "endpoint-custom-attributes": ATTRIBUTES,
    "endpoint-metric-attributes": METRICS,
    "endpoint-user-attributes": USER_ATTRIBUTES,
}


@dataclass(frozen=True)
class RemovalDefinition:
    """The Definition of an attribute removal; `attributes` are the names of the app that `blacklist` matched."""

    attribute_type: str
    blacklist: tuple[str, ...]
    attributes: tuple[str, ...]

    @classmethod
    def of(cls, attribute_type: str, blacklist: Iterable[str], columns: Iterable[str]) -> Self:
        """Return the removal of those of an app's columns (`Attributes.Interests`) that a pattern matches."""
        prefix, patterns = TYPES[attribute_type], tuple(blacklist)
        names = sorted(name.removeprefix(prefix) for name in columns if name.startswith(prefix))
        matched = (
            name for name in names if name in patterns or any(fnmatchcase(name, each) for each in patterns)
        )
        return cls(attribute_type, patterns, tuple(matched))

    @property
    def columns(self) -> tuple[str, ...]:
        """Return the names of the attributes as items have them, `Attributes.Interests`."""
        return tuple(f"{TYPES[self.attribute_type]}{name}" for name in self.attributes)

    @property
    def is_of_users(self) -> bool:
        """Return whether users have the attributes, and endpoints only while they have no user."""
        return TYPES[self.attribute_type] == USER_ATTRIBUTES

    def to_document(self) -> JsonObject:
        """Return the Definition as clients see it."""
        return {
            "AttributeType": self.attribute_type,
            "Blacklist": [*self.blacklist],
            "Attributes": [*self.attributes],
        }

    @classmethod
    def from_document(cls, document: JsonObject) -> Self:
        """Read the Definition of a job."""
        return cls(document["AttributeType"], tuple(document["Blacklist"]), tuple(document["Attributes"]))
