"""Steps of two writers of one app, of which one comes, or breaks, between two requests of the other."""

from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import replace
from typing import Any, NamedTuple

import orjson

from audience.aws.async_dynamodb import OneAtATime, finish
from audience.aws.dynamodb import DynamoDBClient, Reply
from audience.endpoints.attribute_names import AttributeNames, FoundNames
from audience.endpoints.json_rows import row_of_document
from audience.endpoints.registered import RegisteredEndpoints
from audience.endpoints.row_inserter import RowInserter
from audience.endpoints.rows import Row, RowInvalidError
from audience.endpoints.store import EndpointStore
from tests.contract.endpoints.conftest import NOW, App

LATER_S = 3600.0  # after which an endpoint is no longer recent
ENDPOINTS, USERS = ("e", "f"), ("u", "v")


class Step(NamedTuple):
    """What a writer does: it merges a document, inserts some, deletes an endpoint or a user, or several of these."""

    does: str
    what: Any


class Interrupted(DynamoDBClient):
    """A client whose request number `at` is made by `act`, which is given the request to make."""

    def __init__(self, client: DynamoDBClient, at: int, act: Callable[[Callable[[], Reply]], Reply]) -> None:
        self._client = client
        self._at = at
        self._act = act
        self.requests: list[str] = []

    def call(self, operation: str, request: Reply | bytes) -> Reply:
        if operation == "BatchExecuteStatement":  # each statement of a batch is carried out by itself
            sent = request if isinstance(request, bytes) else orjson.dumps(request)
            statements = orjson.loads(sent)["Statements"]
            replies = [self._call(operation, {"Statements": [statement]}) for statement in statements]
            return {"Responses": [answer for reply in replies for answer in reply["Responses"]]}
        return self._call(operation, request)

    def _call(self, operation: str, request: Reply | bytes) -> Reply:
        self.requests.append(operation)
        if len(self.requests) - 1 == self._at:
            return self._act(lambda: self._client.call(operation, request))
        return self._client.call(operation, request)


def take(app: App, step: Step, client: DynamoDBClient | None = None) -> None:
    """Take a step, through a client; a row that cannot go in changes nothing more."""
    if step.does == "several":
        for each in step.what:
            take(app, each, client)
        return
    client = client or app.row_client
    # The attribute names of the steps are known, as they are to a worker after its first rows.
    one_at_a_time = OneAtATime(client, app.pauses.append)
    names = AttributeNames(one_at_a_time, app.control_table, app.application_id)
    names._found = FoundNames({f"User.UserAttributes.{name}" for name in "abc"}, {}, "")
    where, waited = (app.endpoints_table, app.application_id), lambda: sum(app.pauses)
    store = EndpointStore(one_at_a_time, *where, names, elapsed=waited)
    if step.does == "insert":
        rows = [row_of_document(document, application_id=app.application_id) for document in step.what]
        inserter = RowInserter(one_at_a_time, *where, elapsed=waited)
        done = finish(inserter.insert(rows, NOW))
        _merge(store, [row for row, is_done in zip(rows, done, strict=True) if not is_done])
    elif step.does == "merge":
        _merge(store, [row_of_document(step.what, application_id=app.application_id)])
    elif step.does == "drop":
        app.drop_endpoint_item(step.what)
    else:
        registered = RegisteredEndpoints(client, *where, names, pause=app.pauses.append)
        getattr(registered, step.does)(step.what)


def _merge(store: EndpointStore, rows: Iterable[Row]) -> None:
    for row in rows:
        with suppress(RowInvalidError):
            finish(store.merge(row, NOW))


def interrupted(app: App, step: Step, at: int, act: Callable[[Callable[[], Reply]], Reply]) -> int:
    """Take a step whose request number `at` is made by `act`; return how many requests it made."""
    client = Interrupted(app.row_client, at, act)
    take(replace(app, row_client=client), step, client)
    return len(client.requests)


def seen(app: App) -> dict[str, Any]:
    """All that clients can read: the endpoints by their ids, and by their users."""
    by_id = {name: app.registered.get(name) for name in ENDPOINTS}
    return {**by_id, **{name: app.registered.of_user(name) for name in USERS}}


def merged(endpoint_id: str, user_id: str = "", *, partial: bool = False, **attributes: str) -> Step:
    """A row of an endpoint with user attributes of one value; an empty value removes the attribute."""
    user: dict[str, Any] = {"UserId": user_id} if user_id else {}
    if attributes:
        user["UserAttributes"] = {name: [value] if value else [] for name, value in attributes.items()}
    whole = {} if partial else {"Address": "a", "ChannelType": "SMS"}
    return Step("merge", {"Id": endpoint_id, **whole, **({"User": user} if user else {})})


def inserted(*rows: Step) -> Step:
    """The same rows, which are inserted together; those that are not inserted are merged afterwards."""
    return Step("insert", [row.what for row in rows])
