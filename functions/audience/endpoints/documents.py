"""Endpoints as documents for the API and exports, and the table's items that they are made from.

Items are in DynamoDB's JSON, as audience.aws.dynamodb returns them. They stay plain mappings: a class for each would
cost time in the row loop.
"""

from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Any, TypedDict

from audience.endpoints.document_plan import document_maker
from audience.endpoints.fields import USER_ATTRIBUTES


class AttributeValue(TypedDict, total=False):
    """A value in DynamoDB's JSON: one member, named by the type; numbers are text."""

    S: str
    N: str
    L: list["AttributeValue"]
    SS: list[str]


# An endpoint has its fields by their CSV column names (audience.endpoints.fields), INGESTED, and DATASET if it was
# imported for one. A user has its attributes by their column names, ENDPOINT_IDS, INGESTED, REMOVED if one was removed,
# and DELETION while it is being deleted. An endpoint without a user holds user attributes itself, also by their column
# names, and then has HELD; GIVEN says of those that it was given who has them.
EndpointItem = Mapping[str, AttributeValue]
UserItem = Mapping[str, AttributeValue]
# An endpoint as the API and the exports show it: EndpointResponse with nested members.
Document = dict[str, Any]

INGESTED = "ingested"  # when the item was last written, in milliseconds since 1970
DATASET = "dataset"  # the id of the dataset that the endpoint was last imported for
ENDPOINT_IDS = "endpoint_ids"  # the ids of a user's endpoints
GIVEN = "given"  # see audience.endpoints.given_attributes
HELD = "held"  # a text that is another after each write of the user attributes that an endpoint holds
DELETION = "deletion"  # an id of the deletion of a user that has begun; whatever joins the user takes it away
REMOVED = "removed"  # a text that is another after each removal of one of a user's attributes
MAX_MAKERS = 1024  # sets of names whose documents' makers are kept, of about 5 KB each
_NOT_SHOWN = frozenset({"pk", "sk", ENDPOINT_IDS, INGESTED, DATASET, HELD, GIVEN})


def id_of(item: EndpointItem | UserItem) -> str:
    """Return the id of an endpoint or a user from its item's sort key, `E#id` or `U#id`."""
    return item["sk"]["S"][2:]


def text_of(item: EndpointItem, name: str) -> str:
    """Return an attribute that holds text, or the empty string if it is missing."""
    return item[name]["S"] if name in item else ""


def user_id_of(item: EndpointItem) -> str:
    """Return the id of the endpoint's user, or the empty string if it has none."""
    return text_of(item, "User.UserId")


def ingested_of(item: EndpointItem | UserItem) -> int:
    """Return when the item was last written, in milliseconds since 1970; 0 if it does not say."""
    return int(item[INGESTED]["N"]) if INGESTED in item else 0


def endpoint_ids_of(user: UserItem) -> list[str]:
    """Return the ids in a user's set of endpoints, sorted."""
    return sorted(user[ENDPOINT_IDS]["SS"]) if ENDPOINT_IDS in user else []


def document_of(item: EndpointItem, user: UserItem | None) -> Document:
    """Return the endpoint as a document, with the user attributes from the user's item.

    User attributes that the endpoint holds itself are shown where the user has none of that name. Members are in
    alphabetical order.

    Args:
        item: the endpoint's item.
        user: the item of the endpoint's user, where it has one.
    """
    make, holds = _maker(frozenset(item))
    document = make(item)
    if user is not None:
        values = attributes_of(item, user) if holds else attributes_of(user)
    else:
        values = attributes_of(item) if holds else {}
    if not values:
        return document
    if "User" in document:
        document["User"]["UserAttributes"] = values
        return document
    return dict(sorted([*document.items(), ("User", {"UserAttributes": values})]))


def attributes_of(*items: EndpointItem | UserItem) -> dict[str, list[str]]:
    """Return the user attributes of items by name, in alphabetical order; those of later items count."""
    item = items[0] if len(items) == 1 else {name: value for item in items for name, value in item.items()}
    return {
        member: [entry["S"] for entry in item[name]["L"]]
        for member, name in _user_attribute_names(frozenset(item))
    }


@lru_cache(MAX_MAKERS)
def _user_attribute_names(names: frozenset[str]) -> tuple[tuple[str, str], ...]:
    """Return the names of user attributes among an item's names, each without and with its prefix, sorted."""
    return tuple(
        (name[len(USER_ATTRIBUTES) :], name) for name in sorted(names) if name.startswith(USER_ATTRIBUTES)
    )


def user_attributes_of(item: EndpointItem | UserItem) -> dict[str, AttributeValue]:
    """Return the user attributes of an item by their column names, as the item has them."""
    return {name: value for name, value in item.items() if name.startswith(USER_ATTRIBUTES)}


@lru_cache(MAX_MAKERS)
def _maker(names: frozenset[str]) -> tuple[Callable[[EndpointItem], Document], bool]:
    """Return what makes the documents of items with these names, and whether they hold user attributes."""
    own = [name for name in names - _NOT_SHOWN if not name.startswith(USER_ATTRIBUTES)]
    return document_maker(own), any(name.startswith(USER_ATTRIBUTES) for name in names)


def endpoint_response(document: Document, application_id: str) -> Document:
    """Return an endpoint as answers and exports have it (structure EndpointResponse): with its app and OptOut."""
    return {"OptOut": "NONE", **document, "ApplicationId": application_id}
