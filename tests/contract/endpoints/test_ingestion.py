"""Every item holds when it was last written, and for which dataset; documents do not show it."""

from collections.abc import Callable, Mapping
from typing import Any

import pytest

from audience.aws.async_dynamodb import OneAtATime, finish
from audience.endpoints.attribute_names import AttributeNames
from audience.endpoints.json_rows import row_of_document
from audience.endpoints.registered import RegisteredEndpoints
from audience.endpoints.rows import RowInvalidError
from audience.endpoints.scan import ShardScan
from audience.endpoints.store import EndpointStore
from audience.imports.segment_only import SegmentOnly
from audience.layout.endpoints_table import shard_of
from tests.contract.endpoints.conftest import NOW, App

MAIL = {"Address": "a@example.org", "ChannelType": "EMAIL"}
DATASET = "5e6d3e0b1c9d440000000001"


class Writer:
    """Merges rows at moments that the test sets, for a dataset or for none."""

    def __init__(self, app: App, dataset: str | None = None) -> None:
        self.seconds = 0.0
        self._app = app
        client = OneAtATime(app.row_client, app.pauses.append)
        names = AttributeNames(client, app.control_table, app.application_id)
        where = app.endpoints_table, app.application_id
        self.store = EndpointStore(client, *where, names, clock=lambda: self.seconds, dataset=dataset)
        self.registered = RegisteredEndpoints(app.row_client, *where, names, clock=lambda: self.seconds)

    def merge(self, seconds: float, endpoint_id: str = "", **members: Any) -> None:
        self.seconds = seconds
        document = {"Id": endpoint_id, **members} if endpoint_id else members
        finish(self.store.merge(row_of_document(document, application_id=self._app.application_id), NOW))

    def endpoint(self, endpoint_id: str) -> Mapping[str, Any]:
        return self._app.item(endpoint_id) or {}

    def ingested(self, endpoint_id: str) -> int:
        return int(self.endpoint(endpoint_id)["ingested"]["N"])

    def user_ingested(self, user_id: str) -> int:
        return int((self._app.user(user_id) or {}).get("ingested", {"N": "0"})["N"])


@pytest.fixture
def writer(app: App) -> Writer:
    return Writer(app)


def test_each_write_of_an_endpoint_is_dated_to_the_millisecond(writer: Writer) -> None:
    writer.merge(1_700_000_000.1239, "e", **MAIL, Attributes={"a": ["1"]})
    assert writer.ingested("e") == 1_700_000_000_123
    writer.merge(1_700_000_001.5, "e", Attributes={"a": []})
    assert writer.ingested("e") == 1_700_000_001_500


def test_without_a_clock_the_computers_is_used(app: App) -> None:
    app.make("e", User={"UserId": "u", "UserAttributes": {"a": ["1"]}})
    item, user = app.item("e") or {}, app.user("u") or {}
    # Each says when its own write was made ready: which of the two is earlier is not said.
    assert all(int(each["ingested"]["N"]) > 1_700_000_000_000 for each in (item, user))


def test_a_user_is_not_dated_when_an_endpoint_joins_it_without_attributes(writer: Writer) -> None:
    writer.merge(1, "e1", **MAIL, User={"UserId": "u", "UserAttributes": {"a": ["1"]}})
    writer.merge(2, "e2", **MAIL, User={"UserId": "u"})
    assert (writer.ingested("e2"), writer.user_ingested("u")) == (2000, 1000)


def test_each_write_of_a_user_is_dated(writer: Writer) -> None:
    writer.merge(1, "e", **MAIL, User={"UserId": "u", "UserAttributes": {"a": ["0"]}})
    assert (writer.ingested("e"), writer.user_ingested("u")) == (1000, 1000)
    writer.merge(2, User={"UserId": "u", "UserAttributes": {"a": ["1"], "b": ["1"]}})
    assert (writer.ingested("e"), writer.user_ingested("u")) == (1000, 2000)
    writer.merge(3, User={"UserId": "u", "UserAttributes": {"a": []}})
    assert writer.user_ingested("u") == 3000
    assert writer.registered.get("e")["User"] == {"UserId": "u", "UserAttributes": {"b": ["1"]}}  # type: ignore[index]


def test_a_user_is_dated_when_an_endpoint_leaves_it(writer: Writer) -> None:
    for number in range(2):
        writer.merge(1, f"e{number}", **MAIL, User={"UserId": "old"})
    writer.merge(2, "e0", User={"UserId": "new"})
    assert (writer.user_ingested("old"), writer.user_ingested("new")) == (2000, 0)
    writer.seconds = 3
    writer.registered.delete("e1")
    assert (writer.user_ingested("old"), writer.user_ingested("new")) == (3000, 0)


def test_removing_an_endpoint_from_a_user_without_it_writes_nothing(writer: Writer, app: App) -> None:
    writer.merge(1, "e", **MAIL, User={"UserId": "u", "UserAttributes": {"a": ["1"]}})
    writer.seconds = 2
    for user_id in ("u", "nobody"):
        finish(writer.store.users.leave(user_id, "stranger"))
    assert writer.user_ingested("u") == 1000
    assert app.user("nobody") is None


def test_an_item_that_is_not_written_is_not_dated(writer: Writer) -> None:
    writer.merge(1, "e", **MAIL)
    writer.merge(2, "e")
    with pytest.raises(RowInvalidError):
        writer.merge(2, "f", User={"UserAttributes": {"a": ["1"]}})
    assert writer.ingested("e") == 1000


def test_a_row_for_a_dataset_sets_the_endpoints_dataset_and_other_rows_keep_it(
    app: App, writer: Writer
) -> None:
    writer.merge(1, "e", **MAIL)
    assert "dataset" not in writer.endpoint("e")
    Writer(app, DATASET).merge(2, "e", OptOut="ALL")
    assert writer.endpoint("e")["dataset"] == {"S": DATASET}
    writer.merge(3, "e", OptOut="NONE")
    assert writer.endpoint("e")["dataset"] == {"S": DATASET}
    Writer(app, DATASET[::-1]).merge(4, "e", **MAIL)
    assert writer.endpoint("e")["dataset"] == {"S": DATASET[::-1]}


def test_documents_show_neither(app: App) -> None:
    writer = Writer(app, DATASET)
    members = {**MAIL, "User": {"UserId": "u", "UserAttributes": {"a": ["1"]}}}
    writer.merge(1, "e", **members)
    scan = ShardScan(app.row_client, app.endpoints_table, app.application_id)
    row = row_of_document({"Id": "e", "OptOut": "ALL"}, application_id=app.application_id)
    (definition,) = [member.definition for member in finish(SegmentOnly(app.store).merge(row, NOW))]
    dates = {"CreationDate": NOW, "EffectiveDate": NOW, "EndpointStatus": "ACTIVE"}
    readers: list[Callable[[], Any]] = [
        lambda: app.registered.get("e"),
        lambda: app.registered.page(10, None)[0][0],
        lambda: app.registered.of_user("u")[0],
        lambda: next(scan.all_of(shard_of("e"))),
        lambda: next(scan.named(["e"])),
        lambda: app.registered.delete("e"),
    ]
    assert [read() for read in readers] == [{"Id": "e", **members, **dates}] * len(readers)
    assert definition is not None
    assert not {"ingested", "dataset"} & definition.keys()


def test_neither_takes_a_write_of_its_own(app: App, monkeypatch: pytest.MonkeyPatch) -> None:
    calls = []
    send = app.row_client.call
    monkeypatch.setattr(app.row_client, "call", lambda *call: (calls.append(call[0]), send(*call))[1])
    Writer(app, DATASET).merge(1, "e", **MAIL, User={"UserId": "u"})
    assert [name for name in calls if name != "GetItem"] == ["UpdateItem", "UpdateItem"]
