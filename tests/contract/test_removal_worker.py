"""The work on a piece of an attribute removal: whoever is at it and dies, only those attributes go, from all items."""

import pytest
from botocore.credentials import Credentials
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from audience.attribute_removals.definition import RemovalDefinition
from audience.attribute_removals.kind import ATTRIBUTE_REMOVAL
from audience.attribute_removals.plan import leave
from audience.attribute_removals.worker import RemovalWorker
from audience.attribute_removals.writers import API_S, seconds_to_wait
from audience.aws.async_dynamodb import AtOnce, OneAtATime
from audience.aws.dynamodb import DynamoDBClient
from audience.aws.signature import Signer
from audience.endpoints.leaving_names import LeavingNames
from audience.endpoints.scan import ShardScan
from audience.identifiers import new_id
from audience.jobs.model import JobKey
from audience.jobs.piece_store import PieceStore
from audience.jobs.store import JobStore
from audience.layout.endpoints_table import endpoint_key, user_key
from tests.contract.job_parts import job_of

CUSTOM, METRIC, USER = (
    "endpoint-custom-attributes",
    "endpoint-metric-attributes",
    "endpoint-user-attributes",
)
COLUMNS = ["Attributes.a", "Attributes.b", "Metrics.a", "User.UserAttributes.a", "User.UserAttributes.b"]


class Lost:
    """A client whose answers are lost after their effect: each write is sent twice; a test may come in between."""

    def __init__(self, client):
        self._client, self.between, self.writes = client, lambda: None, 0

    def call(self, operation, request):
        if operation == "UpdateItem":
            self.writes += 1
            self.between()
            self._client.call(operation, request)
        return self._client.call(operation, request)


class Removal:
    """An app's items, and a worker on the one piece of a removal."""

    def __init__(self, control, endpoints, client, definition):
        self.key = JobKey(new_id(), "ATTRIBUTE_REMOVAL", new_id())
        self.table, self.control, self.client = endpoints, control, Lost(client)
        self.pieces, self.jobs = PieceStore(control, self.key.job_id), JobStore(control)
        self.jobs.create(job_of(self.key))
        self.jobs.advance(self.key, "PROCESSING")
        self.definition = definition
        self.shards = set()

    def put(self, key, **values):
        self.shards.add(int(key["pk"]["S"][-2:], 16))
        self.client._client.call("PutItem", {"TableName": self.table, "Item": {**key, **values}})

    def item(self, key):
        return self.client._client.call("GetItem", {"TableName": self.table, "Key": key}).get("Item")

    def endpoint(self, name):
        return endpoint_key(self.key.application_id, name)

    def user(self, name):
        return user_key(self.key.application_id, name)

    def run(self, may_go_on=lambda: True):
        scan = ShardScan(self.client, self.table, self.key.application_id)
        worker = RemovalWorker(
            self.key,
            self.jobs,
            self.pieces,
            scan,
            OneAtATime(self.client),
            AtOnce(),
            self.table,
            self.definition,
            lambda: 1.0,
        )
        return worker.run({"index": 0, "shards": sorted(self.shards)}, may_go_on, 0)


@pytest.fixture(scope="module")
def tables(dynamodb):
    keys = [{"AttributeName": "pk", "KeyType": "HASH"}, {"AttributeName": "sk", "KeyType": "RANGE"}]
    made = [
        dynamodb.create_table(
            TableName=f"removal-{name}-{new_id()}",
            KeySchema=keys,
            AttributeDefinitions=[{"AttributeName": key, "AttributeType": "S"} for key in ("pk", "sk")],
            BillingMode="PAY_PER_REQUEST",
        )
        for name in ("control", "endpoints")
    ]
    yield made
    for table in made:
        table.delete()


@pytest.fixture(scope="module")
def removal(dynamodb, tables):
    url = dynamodb.meta.client.meta.endpoint_url
    signer = Signer(Credentials("test", "test"), "us-east-1", url.removeprefix("http://"))
    client = DynamoDBClient(url, signer, pause=lambda _: None)

    def made(attribute_type=CUSTOM, patterns=("a",)):
        definition = RemovalDefinition.of(attribute_type, patterns, COLUMNS)
        return Removal(tables[0], tables[1].name, client, definition)

    return made


TEXT = {"L": [{"S": "x"}]}


def test_only_endpoints_that_have_the_attribute_are_written(removal):
    one = removal()
    one.put(one.endpoint("has"), **{"Attributes.a": TEXT, "Attributes.b": TEXT, "ingested": {"N": "5"}})
    one.put(one.endpoint("has not"), **{"Attributes.b": TEXT, "ingested": {"N": "5"}})
    one.put(one.user("u"), **{"User.UserAttributes.a": TEXT})
    assert one.run()
    assert one.item(one.endpoint("has")) == {
        **one.endpoint("has"),
        "Attributes.b": TEXT,
        "ingested": {"N": "1000"},
    }
    assert one.item(one.endpoint("has not"))["ingested"] == {"N": "5"}
    assert "User.UserAttributes.a" in one.item(one.user("u"))
    assert one.client.writes == 1
    record = one.pieces.get(0)
    assert (record.status, record.processed) == ("DONE", 2)
    assert one.jobs.get(one.key).total_processed == 2


def test_metrics_are_not_attributes(removal):
    one = removal(METRIC)
    one.put(one.endpoint("e"), **{"Attributes.a": TEXT, "Metrics.a": {"N": "1"}})
    assert one.run()
    assert one.item(one.endpoint("e")).keys() == {"pk", "sk", "Attributes.a", "ingested"}


def test_user_attributes_go_from_users_and_from_endpoints_without_one(removal):
    one = removal(USER)
    one.put(one.endpoint("holds"), **{"User.UserAttributes.a": TEXT, "held": {"S": "h"}})
    one.put(one.user("u"), **{"User.UserAttributes.a": TEXT, "User.UserAttributes.b": TEXT})
    assert one.run()
    assert one.item(one.endpoint("holds")).keys() == {"pk", "sk", "held", "ingested"}
    user = one.item(one.user("u"))
    assert user.keys() == {"pk", "sk", "User.UserAttributes.b", "ingested", "removed"}
    assert one.pieces.get(0).processed == 2


def test_an_endpoint_that_is_deleted_meanwhile_does_not_come_back(removal):
    one = removal()
    one.put(one.endpoint("e"), **{"Attributes.a": TEXT})
    request = {"TableName": one.table, "Key": one.endpoint("e")}
    one.client.between = lambda: one.client._client.call("DeleteItem", request)
    assert one.run()
    assert one.item(one.endpoint("e")) is None


def test_two_workers_on_one_piece_count_each_item_once(removal):
    one = removal()
    for number in range(5):
        one.put(one.endpoint(f"e{number}"), **{"Attributes.a": TEXT})
    others = iter([True])

    def other():
        if next(others, False):
            one.client.between = lambda: None
            assert one.run()

    one.client.between = other
    assert one.run()
    assert one.pieces.get(0).processed == 5
    assert all("Attributes.a" not in one.item(one.endpoint(f"e{number}")) for number in range(5))


def test_a_worker_that_is_late_leaves_what_rows_bring_after_the_job(removal):
    """It has read its page when another one ends the piece and the job, and a row brings the attribute again."""
    one = removal()
    one.put(one.endpoint("e"), **{"Attributes.a": TEXT, "ingested": {"N": "5"}})

    def others():
        one.client.between = lambda: None
        assert one.run()
        one.jobs.advance(one.key, "COMPLETED")
        one.put(one.endpoint("e"), **{"Attributes.a": TEXT, "ingested": {"N": "7"}})

    one.client.between = others
    assert one.run()
    assert one.item(one.endpoint("e"))["Attributes.a"] == TEXT


def test_a_row_that_is_written_meanwhile_stays_and_its_endpoint_loses_the_attribute(removal):
    one = removal()
    one.put(one.endpoint("e"), **{"Attributes.a": TEXT, "ingested": {"N": "5"}})

    def row():
        one.client.between = lambda: None
        values = {"Attributes.a": TEXT, "Attributes.b": TEXT, "ingested": {"N": "6"}}
        one.put(one.endpoint("e"), **values)

    one.client.between = row
    assert one.run()
    assert one.item(one.endpoint("e")).keys() == {"pk", "sk", "Attributes.b", "ingested"}


COLUMN = st.sampled_from(COLUMNS)


@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    attribute_type=st.sampled_from([CUSTOM, METRIC, USER]),
    patterns=st.sampled_from([("a",), ("*",), ("a", "b"), ("[b-z]",), ("x?",)]),
    endpoints=st.dictionaries(st.sampled_from("pqrst"), st.sets(COLUMN), max_size=4),
    users=st.dictionaries(st.sampled_from("uvw"), st.sets(COLUMN.filter(lambda name: "User" in name))),
    deaths=st.lists(st.integers(0, 4), max_size=3),
)
def test_after_any_deaths_the_items_are_those_of_a_model(
    removal, attribute_type, patterns, endpoints, users, deaths
):
    one = removal(attribute_type, patterns)
    items = {name: one.endpoint(name) for name in endpoints} | {name: one.user(name) for name in users}
    for name, columns in (endpoints | users).items():
        one.put(items[name], **dict.fromkeys(columns, TEXT))
    for death in deaths:
        left = iter(range(death))

        def dies(left=left):
            if next(left, None) is None:
                raise ConnectionError

        one.client.between = dies
        try:
            one.run()
        except ConnectionError:
            continue
    one.client.between = lambda: None
    assert one.run()
    gone = {*one.definition.columns}
    for name, columns in (endpoints | users).items():
        assert one.item(items[name]).keys() - {"pk", "sk", "ingested", "removed"} == columns - gone
    if gone:
        looked_at = len(items) if attribute_type == USER else len(endpoints)
        assert one.pieces.get(0).processed == looked_at


@pytest.mark.parametrize(("status", "stays"), [("INITIALIZING", False), ("FAILING", True), (None, True)])
def test_names_of_a_job_that_has_ended_do_not_leave(parts, status, stays):
    key = parts.job("ATTRIBUTE_REMOVAL")
    names = {"pk": f"APP#{key.application_id}", "sk": "ATTRIBUTE_NAMES", "names": {"Attributes.a"}}
    parts.control.put_item(Item=names)
    job = job_of(key)
    definition = RemovalDefinition.of(CUSTOM, ["a"], ["Attributes.a"]).to_document()
    object.__setattr__(job, "definition", definition)
    if status:
        parts.lifecycle.advance(key, status)
    else:
        parts.control.delete_item(Key=key.item_key)
    leaving = LeavingNames(parts.control, key.application_id)
    leave(job, leaving, parts.jobs)
    leaving.free(key.job_id)
    assert leaving.names() == ({"Attributes.a"} if stays else set())
    assert ATTRIBUTE_REMOVAL.is_published(parts.control, job) is not stays


def test_a_removal_waits_for_workers_of_imports_and_else_for_calls_of_the_api(parts):
    now = 1_800_000_000.0
    assert seconds_to_wait(parts.control, "app", now) == API_S
    parts.ended("FAILED")  # in 2026
    parts.job("EXPORT")
    assert seconds_to_wait(parts.control, "app", now) == API_S
    parts.job()
    assert seconds_to_wait(parts.control, "app", now) > 15 * 60
    assert seconds_to_wait(parts.control, "another", now) == API_S


def test_a_removal_waits_for_workers_of_an_import_that_ended_a_moment_ago(parts):
    parts.ended("COMPLETED")
    assert seconds_to_wait(parts.control, "app", 1_767_225_600.0 + 60) > 15 * 60
