"""The endpoints of an app of its own for every test, in one pair of tables of the laptop's DynamoDB."""

import itertools
import time
import uuid
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import pytest
from botocore.credentials import Credentials

from audience.aws.async_dynamodb import OneAtATime, finish
from audience.aws.dynamodb import DynamoDBClient
from audience.aws.signature import Signer
from audience.endpoints.attribute_names import AttributeNames
from audience.endpoints.json_rows import row_of_document
from audience.endpoints.registered import RegisteredEndpoints
from audience.endpoints.rows import Row
from audience.endpoints.store import EndpointStore
from audience.endpoints.users import UserStore
from audience.layout.endpoints_table import endpoint_key, user_key
from audience.segments.members import Member

NOW = "2026-01-02T03:04:05.000Z"
_KEYS = [{"AttributeName": "pk", "KeyType": "HASH"}, {"AttributeName": "sk", "KeyType": "RANGE"}]


@dataclass
class App:
    """An app's endpoints, and short ways to write and read them."""

    store: EndpointStore
    row_client: DynamoDBClient
    endpoints_table: str
    control_table: str
    application_id: str
    pauses: list[float] = field(default_factory=list)

    def merge(self, endpoint_id: str = "", *, now: str = NOW, **members: Any) -> list[Member]:
        """Merge an endpoint document as a row of an import does."""
        document = {"Id": endpoint_id, **members} if endpoint_id else members
        return self.merge_row(row_of_document(document, application_id=self.application_id), now)

    def merge_row(self, row: Row, now: str = NOW) -> list[Member]:
        """Merge a row as an import does."""
        return finish(self.store.merge(row, now))

    def make(self, endpoint_id: str, **members: Any) -> list[Member]:
        """Merge an endpoint document with what a new endpoint needs."""
        address = {"Address": f"{endpoint_id}@example.com", "ChannelType": "EMAIL"}
        return self.merge(endpoint_id, **{**address, **members})

    def put_user_item(self, user_id: str, endpoint_ids: list[str]) -> None:
        """A user's item as workers leave it that die between their two writes."""
        item = {**user_key(self.application_id, user_id), "endpoint_ids": {"SS": endpoint_ids}}
        self.row_client.call("PutItem", {"TableName": self.endpoints_table, "Item": item})

    def drop_endpoint_item(self, endpoint_id: str) -> None:
        """Remove an endpoint's item alone, as no one does."""
        key = endpoint_key(self.application_id, endpoint_id)
        self.row_client.call("DeleteItem", {"TableName": self.endpoints_table, "Key": key})

    def user(self, user_id: str) -> Mapping[str, Any] | None:
        """A user's item."""
        return finish(self.store.users.find(user_id))

    def item(self, endpoint_id: str) -> Mapping[str, Any] | None:
        """An endpoint's item."""
        return finish(self.store.item(endpoint_id))

    @property
    def registered(self) -> RegisteredEndpoints:
        """The endpoints as the API shows and deletes them."""
        return self.registered_after(0)

    def registered_after(self, seconds: float) -> RegisteredEndpoints:
        """The same, for who comes some seconds from now."""
        names = AttributeNames(OneAtATime(self.row_client), self.control_table, self.application_id)
        where = self.endpoints_table, self.application_id
        return RegisteredEndpoints(
            self.row_client, *where, names, lambda: time.time() + seconds, pause=self.pauses.append
        )

    def store_after(self, seconds: float) -> EndpointStore:
        """Another worker's store of the same app, some seconds from now."""
        client = OneAtATime(self.row_client, self.pauses.append)
        names = AttributeNames(client, self.control_table, self.application_id)
        where = self.endpoints_table, self.application_id
        return EndpointStore(
            client,
            *where,
            names,
            clock=lambda: time.time() + seconds,
            elapsed=lambda: sum(self.pauses),
        )

    def ids_of(self, user_id: str) -> list[str]:
        """The ids in the user's set, whether there are such endpoints or not."""
        user = self.user(user_id) or {}
        return sorted(user.get("endpoint_ids", {"SS": []})["SS"])

    def names(self) -> set[str]:
        """The custom attribute names that are stored with the app."""
        key = {"pk": {"S": f"APP#{self.application_id}"}, "sk": {"S": "ATTRIBUTE_NAMES"}}
        item = self.row_client.call("GetItem", {"TableName": self.control_table, "Key": key}).get("Item", {})
        return {*item.get("names", {"SS": []})["SS"]}

    def again(self) -> EndpointStore:
        """Another worker's store of the same app."""
        return self.store_after(0)

    def users(self, pause: Callable[[float], None]) -> UserStore:
        """The app's users, for a test that has something to do while others wait."""
        return UserStore(OneAtATime(self.row_client, pause), self.endpoints_table, self.application_id)


@pytest.fixture(scope="session")
def tables(dynamodb: Any) -> Iterator[tuple[str, str]]:
    made = []
    for name in ("endpoints", "control"):
        table = dynamodb.create_table(
            TableName=f"{name}-{uuid.uuid4().hex}",
            KeySchema=_KEYS,
            AttributeDefinitions=[{"AttributeName": key, "AttributeType": "S"} for key in ("pk", "sk")],
            BillingMode="PAY_PER_REQUEST",
        )
        made.append(table)
    for table in made:
        table.wait_until_exists(WaiterConfig={"Delay": 1, "MaxAttempts": 20})
    yield made[0].name, made[1].name
    for table in made:
        table.delete()


@pytest.fixture(scope="session")
def row_client(dynamodb: Any) -> DynamoDBClient:
    url = dynamodb.meta.client.meta.endpoint_url
    signer = Signer(Credentials("test", "test"), "us-east-1", url.removeprefix("http://"))
    return DynamoDBClient(url, signer, pause=lambda _: None)


@pytest.fixture(scope="session")
def new_app(tables: tuple[str, str], row_client: DynamoDBClient) -> Callable[[], App]:
    """Makes apps that hold nothing."""
    numbers = itertools.count()

    def made() -> App:
        application_id = f"{next(numbers):032x}"
        pauses: list[float] = []
        client = OneAtATime(row_client, pauses.append)
        names = AttributeNames(client, tables[1], application_id)
        store = EndpointStore(client, tables[0], application_id, names)
        return App(store, row_client, *tables, application_id, pauses)

    return made


@pytest.fixture
def app(new_app: Callable[[], App]) -> App:
    return new_app()
