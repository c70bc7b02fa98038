"""The endpoints table: the keys of endpoints, users and events."""

from hashlib import sha256
from zlib import crc32

from audience.layout.control_table import ItemKind

# One DynamoDB partition takes 1,000 writes a second
# (https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/bp-partition-key-design.html):
# 64 shards let an app load 64,000 rows a second, and a shard is the unit of work of an export.
SHARDS = 64

# What sort keys begin with: of endpoints, of users, and of the markers of endpoints that have events.
ENDPOINT = "E#"
USER = "U#"
WITH_EVENTS = "S#"

# The kinds of items for docs/data-model.md; the functions below, which every row goes through, are faster.
KINDS = {
    "ENDPOINT": ItemKind("{application_id}#{shard:02x}", "E#{endpoint_id}"),
    "USER": ItemKind("{application_id}#{shard:02x}", "U#{user_id}"),
    "WITH_EVENTS": ItemKind("{application_id}#{shard:02x}", "S#{endpoint_id}"),
    "EVENT": ItemKind("{application_id}#EVENTS#{digest}", "{event_id}"),
}


def shard_of(name: str) -> int:
    """Return the shard, 0 to 63, of an endpoint id or a user id."""
    return crc32(name.encode()) % SHARDS


def partition(application_id: str, shard: int) -> str:
    """Return the partition key of one shard of an app."""
    return f"{application_id}#{shard:02x}"


def partitions(application_id: str) -> list[str]:
    """Return all partition keys of an app."""
    return [partition(application_id, shard) for shard in range(SHARDS)]


def endpoint_key(application_id: str, endpoint_id: str) -> dict[str, dict[str, str]]:
    """Return the primary key of an endpoint, as DynamoDB's JSON."""
    owner = partition(application_id, shard_of(endpoint_id))
    return {"pk": {"S": owner}, "sk": {"S": ENDPOINT + endpoint_id}}


def user_key(application_id: str, user_id: str) -> dict[str, dict[str, str]]:
    """Return the primary key of a user, as DynamoDB's JSON."""
    return {"pk": {"S": partition(application_id, shard_of(user_id))}, "sk": {"S": USER + user_id}}


def marker_key(application_id: str, endpoint_id: str) -> dict[str, dict[str, str]]:
    """Return the primary key of the item that says that an endpoint has events, as DynamoDB's JSON."""
    owner = partition(application_id, shard_of(endpoint_id))
    return {"pk": {"S": owner}, "sk": {"S": WITH_EVENTS + endpoint_id}}


def events_partition(application_id: str, endpoint_id: str) -> str:
    """Return the partition key of an endpoint's events.

    It is a hash, for ids may be long, and writes are to spread.
    """
    return f"{application_id}#EVENTS#{sha256(endpoint_id.encode()).hexdigest()[:32]}"
