"""Endpoints: one by one, a hundred at a time, and listed."""

from typing import Any

from api import examples
from api.existing import existing_app
from api.paging import PAGE, Listing
from api.routes import paths
from audience.aws.async_dynamodb import finish
from audience.endpoints.documents import endpoint_response
from audience.endpoints.json_rows import row_of_document
from audience.endpoints.rows import MAX_ID_BYTES, Row, RowInvalidError
from audience.identifiers import now_iso
from audience.imports.interval_rows import Merger
from http_api import stores
from http_api.call import Body, Call
from http_api.errors import BadRequestError, NotFoundError
from http_api.operations import Shape, operation
from http_api.routing import ResourceRouter

router = ResourceRouter(Call)

# https://docs.aws.amazon.com/pinpoint/latest/apireference/apps-application-id-endpoints.html
MAX_BATCH = 100


@router.put(paths.ENDPOINT, status_code=202)
@operation(
    "UpdateEndpoint",
    request=Shape("EndpointRequest"),
    response=Shape("MessageBody"),
    example=examples.ENDPOINT,
)
def update_endpoint() -> Body:
    """Merge an endpoint, like a row of an import."""
    call = router.call()
    application_id = existing_app(call)
    document = {**call.body_with_exact_numbers(), "Id": call.parameter("endpoint-id")}
    row = row_of_document(document, application_id=application_id)
    finish(stores.endpoints(application_id).merge(row, now_iso()))
    return _accepted(call)


@router.put(paths.ENDPOINTS, status_code=202)
@operation(
    "UpdateEndpointsBatch",
    request=Shape("EndpointBatchRequest"),
    response=Shape("MessageBody"),
    example=examples.ENDPOINTS,
)
def update_endpoints() -> Body:
    """Merge up to 100 endpoints; nothing is written unless all are valid and can go in as things are."""
    call = router.call()
    application_id = existing_app(call)
    items = _items(call.body_with_exact_numbers())
    rows = [_row(item, number, application_id) for number, item in enumerate(items)]
    now = now_iso()
    if len(rows) > 1:
        _merge(rows, stores.dry_run(application_id), now)
    _merge(rows, stores.endpoints(application_id), now)
    return _accepted(call)


@router.get(paths.ENDPOINT)
@operation("GetEndpoint", response=Shape("EndpointResponse"))
def get_endpoint() -> Body:
    """Return an endpoint."""
    call = router.call()
    application_id = existing_app(call)
    endpoint_id = possible_id(call, "endpoint-id")
    return _found(stores.registered(application_id).get(endpoint_id), application_id, endpoint_id)


@router.delete(paths.ENDPOINT, status_code=202)
@operation("DeleteEndpoint", response=Shape("EndpointResponse"))
def delete_endpoint() -> Body:
    """Delete an endpoint; return what it was."""
    call = router.call()
    application_id = existing_app(call)
    endpoint_id = possible_id(call, "endpoint-id")
    return _found(stores.registered(application_id).delete(endpoint_id), application_id, endpoint_id)


@router.get(paths.ENDPOINTS)
@operation("ListEndpoints", response=Shape("EndpointsResponse"), query=PAGE)
def list_endpoints() -> Body:
    """List all endpoints of an app, in no order that means anything (not in Pinpoint's API)."""
    call = router.call()
    application_id = existing_app(call)
    listing = Listing(call, application_id)
    documents, following = stores.registered(application_id).page(listing.limit, listing.after)
    return listing.answer([endpoint_response(document, application_id) for document in documents], following)


def possible_id(call: Call, parameter: str) -> str:
    """Return a path parameter that may be the id of an endpoint or a user; it is not looked up.

    Raises:
        NotFoundError: it is longer than any id can be.
    """
    name = call.parameter(parameter)
    if len(name.encode()) > MAX_ID_BYTES:
        raise NotFoundError(f"{parameter}: there is nothing of an id of more than {MAX_ID_BYTES} bytes")
    return name


def _found(document: dict[str, Any] | None, application_id: str, endpoint_id: str) -> Body:
    if document is None:
        raise NotFoundError(f"endpoint-id: there is no endpoint {endpoint_id[:100]!r}")
    return endpoint_response(document, application_id)


def _items(body: Body) -> list[Any]:
    items = body.get("Item")
    if not isinstance(items, list) or not 1 <= len(items) <= MAX_BATCH:
        given = f"{len(items)} endpoints" if isinstance(items, list) else f"{items!r:.100}"
        raise BadRequestError(f"Item: {given} is not a list of 1 to {MAX_BATCH} endpoints")
    return items


def _row(item: Any, number: int, application_id: str) -> Row:
    if not isinstance(item, dict):
        raise BadRequestError(f"Item[{number}]: {item!r:.100} is not an object")
    try:
        return row_of_document(item, application_id=application_id)
    except RowInvalidError as wrong:
        raise _refused(number, wrong) from wrong


def _merge(rows: list[Row], merger: Merger, now: str) -> None:
    for number, row in enumerate(rows):
        try:
            finish(merger.merge(row, now))
        except RowInvalidError as wrong:
            raise _refused(number, wrong) from wrong


def _refused(number: int, wrong: RowInvalidError) -> BadRequestError:
    item = f"Item[{number}]"
    told = (f"{item}.{field}: {reason}" if field else f"{item}: {reason}" for field, reason in wrong.reasons)
    return BadRequestError("; ".join(told))


def _accepted(call: Call) -> Body:
    return {"Message": "Accepted", "RequestID": call.request_id}
