"""An event as PutEvents takes it (botocore's shapes Event and Session), and what becomes of it.

The quotas are those of "Event ingestion quotas" (https://docs.aws.amazon.com/pinpoint/latest/developerguide/quotas.html).
Those that count over all events of an app (1,500 types, 500 attribute and 500 metric names) are not held: they were
the analytics console's.
"""

from typing import Annotated, Any

import orjson
from pydantic import AfterValidator, Field

from api.models import Request, read
from audience.endpoints.fields import date, shown
from audience.endpoints.rows import RowInvalidError
from audience.events.store import Event as Recorded
from http_api.errors import BadRequestError

# "Maximum number of attribute keys and metric keys for each event: 40", both together.
MAX_KEYS = 40
# AWS has 1,000 KB; an item of a table has 400 KB, and ids, type and names share it.
MAX_EVENT_BYTES = 350 * 1024
# A DynamoDB sort key has at most 1,024 bytes.
MAX_EVENT_ID_BYTES = 1024


def _date(text: str) -> str:
    try:
        return date("", text)
    except RowInvalidError:
        raise ValueError("an ISO 8601 date such as 2018-05-24T21:26:33.995Z") from None


Date = Annotated[str, AfterValidator(_date)]
# Names of 50 characters, values of 200: an event with a longer one is dropped, say the quotas.
Key = Annotated[str, Field(min_length=1, max_length=50)]
Value = Annotated[str, Field(max_length=200)]


class Session(Request):
    """The session in which an event occurred."""

    id: str
    start_timestamp: Date
    stop_timestamp: Date | None = None
    duration: int | None = None


class Event(Request):
    """Something that an endpoint did."""

    event_type: str = Field(min_length=1, max_length=256)
    timestamp: Date
    attributes: dict[Key, Value] | None = None
    metrics: dict[Key, Annotated[float, Field(allow_inf_nan=False)]] | None = None
    session: Session | None = None
    app_package_name: str | None = None
    app_title: str | None = None
    app_version_code: str | None = None
    client_sdk_version: str | None = None
    sdk_name: str | None = None


def parse_event(event_id: str, given: Any) -> Recorded:
    """Return the event to record: dates in one spelling, and nothing that is null.

    Raises:
        BadRequestError: it cannot be recorded; the message names the member, its value and what is allowed.
    """
    if not 1 <= len(event_id.encode()) <= MAX_EVENT_ID_BYTES:
        raise BadRequestError(f"The event's id: {shown(event_id)} has not 1 to {MAX_EVENT_ID_BYTES} bytes")
    if not isinstance(given, dict):
        raise BadRequestError(f"The event: {shown(given)} is not an object")
    event = read(Event, _without_nulls(given))
    keys = len(event.attributes or {}) + len(event.metrics or {})
    if keys > MAX_KEYS:
        raise BadRequestError(f"Attributes, Metrics: {keys} names are more than {MAX_KEYS}")
    document = event.model_dump(by_alias=True, exclude_none=True)
    size = len(orjson.dumps(document))
    if size > MAX_EVENT_BYTES:
        raise BadRequestError(f"The event: {size} bytes are more than {MAX_EVENT_BYTES}")
    return Recorded(event_id, event.event_type, event.timestamp, document)


def _without_nulls(value: Any) -> Any:
    if not isinstance(value, dict):
        return value
    return {name: _without_nulls(inner) for name, inner in value.items() if inner is not None}
