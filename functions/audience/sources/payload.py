"""How much of a list of files fits into the payload of a state."""

from collections.abc import Mapping, Sequence
from typing import Any

# An item of a Distributed Map goes into a state's payload of at most 256 KiB
# (https://docs.aws.amazon.com/step-functions/latest/dg/service-quotas.html); half is left for the rest of the payload.
MAX_NAME_BYTES = 100_000
MAX_SOURCES = 500


def payload_bytes(part: Mapping[str, Any]) -> int:
    """Return about how many bytes a part of a file takes in a payload."""
    return len(part["key"].encode()) + 150


def fits_payload(parts: Sequence[Mapping[str, Any]]) -> bool:
    """Return whether parts of files, each with its `key`, are few enough for an item."""
    return len(parts) <= MAX_SOURCES and sum(payload_bytes(part) for part in parts) <= MAX_NAME_BYTES
