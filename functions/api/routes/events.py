"""Events: what endpoints did, with what the endpoints are."""

from typing import Any

from api import examples
from api.event_request import parse_event
from api.existing import existing_app
from api.routes import paths
from audience.aws.async_dynamodb import finish
from audience.endpoints.fields import shown
from audience.endpoints.json_rows import row_of_document
from audience.endpoints.rows import MAX_ID_BYTES, RowInvalidError
from audience.events.store import Event
from audience.identifiers import now_iso
from http_api import stores
from http_api.call import Body, Call
from http_api.errors import BadRequestError
from http_api.operations import Shape, operation
from http_api.routing import ResourceRouter

router = ResourceRouter(Call)

# 100 events and 4 MB a request
# (https://docs.aws.amazon.com/pinpoint/latest/developerguide/quotas.html, Event ingestion quotas)
MAX_EVENTS = 100
MAX_REQUEST_BYTES = 4 * 1024 * 1024
# AWS names none: as many as UpdateEndpointsBatch takes.
MAX_ENDPOINTS = 100


@router.post(paths.EVENTS, status_code=202)
@operation(
    "PutEvents", request=Shape("EventsRequest"), response=Shape("EventsResponse"), example=examples.EVENTS
)
def put_events() -> Body:
    """Merge endpoints and record their events; the answer says of each one what became of it."""
    call = router.call()
    application_id = existing_app(call)
    batches = _batches(call.body(MAX_REQUEST_BYTES))
    exact = call.body_with_exact_numbers(MAX_REQUEST_BYTES)["BatchItem"]
    return {
        "Results": {
            name: _put(application_id, name, exact[name]["Endpoint"], batch["Events"])
            for name, batch in batches.items()
        }
    }


def _batches(body: Body) -> dict[str, Body]:
    """Return the batches by endpoint id, whose outer shape is right; each item is checked later.

    Raises:
        BadRequestError: it is not, or there are too many endpoints or events.
    """
    batches = _object("BatchItem", body.get("BatchItem"))
    if unknown := body.keys() - {"BatchItem"}:
        raise BadRequestError(f"{min(unknown)[:100]}: EventsRequest has no such member")
    if not 1 <= len(batches) <= MAX_ENDPOINTS:
        raise BadRequestError(f"BatchItem: {len(batches)} endpoints are not 1 to {MAX_ENDPOINTS}")
    count = 0
    for endpoint_id, batch in batches.items():
        member = f"BatchItem.{endpoint_id[:100]}"
        if unknown := _object(member, batch).keys() - {"Endpoint", "Events"}:
            raise BadRequestError(f"{member}.{min(unknown)[:100]}: EventsBatch has no such member")
        _object(f"{member}.Endpoint", batch.get("Endpoint"))
        count += len(_object(f"{member}.Events", batch.get("Events")))
    if count > MAX_EVENTS:
        raise BadRequestError(f"BatchItem: {count} events are more than {MAX_EVENTS}")
    return batches


def _object(member: str, value: Any) -> Body:
    if not isinstance(value, dict):
        raise BadRequestError(f"{member}: {shown(value)} is not an object")
    return value


def _put(application_id: str, endpoint_id: str, endpoint: Body, events: Body) -> Body:
    """Merge the endpoint, record the events; returns what became of each (shape ItemResponse)."""
    if not 1 <= len(endpoint_id.encode()) <= MAX_ID_BYTES:
        bad = _bad(f"The endpoint's id: {shown(endpoint_id)} has not 1 to {MAX_ID_BYTES} bytes")
        return {"EndpointItemResponse": bad, "EventsItemResponse": dict.fromkeys(events, bad)}
    return {
        "EndpointItemResponse": _merge(application_id, endpoint_id, endpoint),
        "EventsItemResponse": _record(application_id, endpoint_id, events),
    }


def _merge(application_id: str, endpoint_id: str, endpoint: Body) -> Body:
    """Merge the endpoint as UpdateEndpoint does, where it says anything."""
    try:
        row = row_of_document({**endpoint, "Id": endpoint_id}, application_id=application_id)
        if row.fields or row.user_attributes:
            finish(stores.endpoints(application_id).merge(row, now_iso()))
    except RowInvalidError as wrong:
        return _bad(str(wrong))
    return _accepted()


def _record(application_id: str, endpoint_id: str, given: Body) -> Body:
    """Record the events that can be; the others cost themselves alone."""
    good: list[Event] = []
    answers = {}
    for event_id, event in given.items():
        try:
            good.append(parse_event(event_id, event))
            answers[event_id] = _accepted()
        except BadRequestError as wrong:
            answers[event_id] = _bad(wrong.message)
    if good:
        stores.events(application_id).put(endpoint_id, *good)
    return answers


def _accepted() -> Body:
    return {"StatusCode": 202, "Message": "Accepted"}


def _bad(message: str) -> Body:
    return {"StatusCode": 400, "Message": message}
